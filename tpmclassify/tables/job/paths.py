"""Where a screening reads and writes: names, formats, and what must not be overwritten."""

import os
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from tpmclassify.errors import TableError, file_name
from tpmclassify.tables.formats.byte_input import STANDARD
from tpmclassify.tables.formats.choose import (
    NOT_WRITTEN,
    TEXT_FORMATS,
    format_of,
    open_table,
    split_suffix,
)
from tpmclassify.tables.job.checkpoint import Checkpoint
from tpmclassify.tables.job.resumable import PART, beside, helpers, writing
from tpmclassify.whole_file import try_to_write

Pathlike = str | os.PathLike[str]


@dataclass(frozen=True)
class Paths:
    """The files of a screening."""

    source: str  # "-" is standard input
    output: str  # "-" is standard output
    rejects: Path | None  # None: standard error, for a result on standard output
    report: Path | None
    kind: str  # format of the result; empty where it is the input's
    codec: str  # its compression; see `format_of`

    @property
    def result(self) -> Path:
        """The file that becomes the result; a link leads to it."""
        return Path(os.path.realpath(self.output))

    @property
    def written(self) -> list[Path]:
        """All that will be written."""
        result = None if self.to_standard_output else self.result
        return [path for path in (result, self.rejects, self.report) if path is not None]

    @property
    def to_standard_output(self) -> bool:
        """Whether the result goes to standard output."""
        return self.output == STANDARD


def find_paths(
    source: Pathlike,
    target: Pathlike | None,
    *,
    rejects: Pathlike | None,
    report: Pathlike | None,
    overwrite: bool,
    resume: bool,
) -> Paths:
    """Decide where to read and write.

    `TableError`: if a type of file is not supported, or a file would be lost.
    """
    for name in (source, target, rejects, report):
        if name is not None:
            file_name(name, TableError)
    source = os.fspath(source)
    output = _default_output(source) if target is None else os.fspath(target)
    kind, codec = _result_format(source, output)
    rejects_path = None if rejects is None else Path(rejects)
    if rejects is None and output != STANDARD:
        rejects_path = beside(Path(output), ".rejects.jsonl")
    if rejects_path is not None:
        rejects_path = Path(os.path.realpath(rejects_path))  # the file itself, where it is a link
    report_path = None if report is None else Path(report)
    paths = Paths(source, output, rejects_path, report_path, kind, codec)
    _check_distinct(paths)
    # A file that has one of our names by chance is none of ours; one that is, needs no leave.
    ours = set()
    if rejects is None and rejects_path is not None and _holds_rejects(rejects_path):
        ours |= {rejects_path}
    if target is None and not paths.to_standard_output and _is_screened(output):
        ours |= {paths.result}
    # Where a job is complete, what stands under its names may be its own.
    if resume and not paths.to_standard_output:
        earlier = Checkpoint.load(helpers(paths.result)[1])
        overwrite = overwrite or (earlier is not None and earlier.is_complete)
    for path in paths.written:
        if os.path.lexists(path) and path not in ours and not overwrite:
            raise TableError(
                f"{path}: the file exists already. Name another one, or allow to replace it with "
                "--overwrite (overwrite=True)."
            )
        with writing(path):
            try_to_write(path)
    return paths


def _result_format(source: str, output: str) -> tuple[str, str]:
    """The format of the result, empty where it is the input's, and its compression."""
    kind = "csv"
    if not os.path.isdir(source):
        kind = "" if source == STANDARD else format_of(source)[0]
    if output.lower().endswith(NOT_WRITTEN):
        raise TableError(
            f"{output}: workbooks of this type are read, not written. Name a result in .xlsx."
        )
    if output != STANDARD:
        return format_of(output)
    # A text format, since it is written as it comes; JSON Lines need no end.
    if kind == "json":
        return "jsonl", ""
    return (kind if kind in ("", *TEXT_FORMATS) else "csv"), ""


def _default_output(source: str) -> str:
    """``STEM.screened.SUFFIX`` beside the input, uncompressed like compressed."""
    if source == STANDARD:
        return STANDARD
    if os.path.isdir(source):
        return f"{os.path.normpath(source)}.screened.csv"
    stem, suffix = split_suffix(source)
    if suffix.lower() in NOT_WRITTEN:
        suffix = ".xlsx"
    return f"{stem}.screened{suffix}"


def _check_distinct(paths: Paths) -> None:
    """Refuse names of which two are one file, those of files that stand beside included."""
    named = paths.written
    if not paths.to_standard_output:
        named += helpers(paths.result)
    if paths.rejects is not None:
        named.append(beside(paths.rejects, PART))
    for index, path in enumerate(named):
        if paths.source != STANDARD and _same(path, Path(paths.source)):
            raise TableError(f"{path}: input and output are the same file. Name another output.")
        if any(_same(path, other) for other in named[:index]):
            raise TableError(f"{path}: two results are the same file. Name another one.")


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except (OSError, ValueError):
        return os.path.abspath(a) == os.path.abspath(b)


def _is_screened(path: str) -> bool:
    """Whether a file is the result of a screening."""
    with suppress(TableError), closing(open_table(path)) as table:
        return "tpm_verdict" in table.schema.names
    return False


def _holds_rejects(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as stream:
        return stream.read(9) == b'{"file": '
    return False
