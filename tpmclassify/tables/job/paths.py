"""Where a screening reads and writes: names, formats, and what must not be overwritten."""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tpmclassify.errors import TableError
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
        if name is not None and "\0" in os.fspath(name):
            raise TableError(f"{name!r}: no file has a name with a NUL in it. Check the name.")
    source = os.fspath(source)
    is_folder = os.path.isdir(source)
    source_kind = "csv" if is_folder else "" if source == STANDARD else format_of(source)[0]
    output = _default_output(source) if target is None else os.fspath(target)
    if output == STANDARD:
        kind, codec = source_kind, ""
        if kind and kind not in TEXT_FORMATS:
            kind = "csv"
        kind = "jsonl" if kind == "json" else kind  # which needs no end
        default_rejects = None
    else:
        kind, codec = format_of(output)
        if output.lower().endswith(NOT_WRITTEN):
            raise TableError(
                f"{output}: workbooks of this type are read, not written. Name a result in .xlsx."
            )
        default_rejects = beside(Path(output), ".rejects.jsonl")
    rejects_path = default_rejects if rejects is None else Path(rejects)
    report_path = None if report is None else Path(report)
    paths = Paths(source, output, _real(rejects_path), report_path, kind, codec)
    _check_distinct(paths)
    # A file that has one of our names by chance is none of ours; one that is, needs no leave.
    ours = set()
    if target is None and not paths.to_standard_output and _is_screened(output):
        ours |= {paths.result}
    if rejects is None and paths.rejects is not None and _holds_rejects(paths.rejects):
        ours |= {paths.rejects}
    is_made = resume and not paths.to_standard_output and _is_made(helpers(paths.result)[1])
    for path in paths.written:
        if os.path.lexists(path) and path not in ours and not (overwrite or is_made):
            raise TableError(
                f"{path}: the file exists already. Name another one, or allow to replace it with "
                "--overwrite (overwrite=True)."
            )
        with writing(path):
            try_to_write(path)
    return paths


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
    named = [path for path in paths.written if path != paths.result]
    if not paths.to_standard_output:
        named += [paths.result, *helpers(paths.result)]
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


def _real(path: Path | None) -> Path | None:
    """The file itself, where a name is a link."""
    return None if path is None else Path(os.path.realpath(path))


def _is_screened(path: str) -> bool:
    """Whether a file is the result of a screening."""
    try:
        with closing(open_table(path)) as table:
            return "tpm_verdict" in table.schema.names
    except TableError:
        return False


def _holds_rejects(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(9) == b'{"file": '
    except OSError:
        return False


def _is_made(checkpoint_file: Path) -> bool:
    """Whether a job is complete, so that what stands under its names may be its own."""
    earlier = Checkpoint.load(checkpoint_file)
    return earlier is not None and earlier.is_complete
