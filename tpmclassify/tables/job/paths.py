"""Where a screening reads and writes: names, formats, and what must not be overwritten."""

import os
from dataclasses import dataclass
from pathlib import Path

from tpmclassify.errors import TableError
from tpmclassify.tables.formats.byte_input import STANDARD
from tpmclassify.tables.formats.choose import TEXT_FORMATS, format_of, split_suffix
from tpmclassify.tables.job.resumable import beside, checkpoint_path

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

    Raises
    ------
    TableError
        If a type of file is not supported, or a file would be lost.
    """
    source = os.fspath(source)
    source_kind = "" if source == STANDARD else format_of(source)[0]
    output = _default_output(source) if target is None else os.fspath(target)
    if output == STANDARD:
        kind, codec = source_kind, ""
        if kind and kind not in TEXT_FORMATS:
            kind = "csv"
        default_rejects, result = None, []
    else:
        kind, codec = format_of(output)
        default_rejects, result = beside(Path(output), ".rejects.jsonl"), [Path(output)]
    rejects_path = default_rejects if rejects is None else Path(rejects)
    report_path = None if report is None else Path(report)
    others = [path for path in (rejects_path, report_path) if path is not None]
    _check_distinct(source, [*result, *others])
    # What we name ourselves is ours to replace.
    named = [Path(path) for path in (target, rejects, report) if path not in (None, STANDARD)]
    goes_on = resume and checkpoint_path(Path(output)).exists()
    for path in named:
        if path.exists() and not overwrite and not goes_on:
            raise TableError(
                f"{path}: the file exists already. Name another one, or allow to replace it with "
                "--overwrite (overwrite=True)."
            )
    return Paths(source, output, rejects_path, report_path, kind, codec)


def _default_output(source: str) -> str:
    """``STEM.screened.SUFFIX`` beside the input, uncompressed like compressed."""
    if source == STANDARD:
        return STANDARD
    stem, suffix = split_suffix(source)
    return f"{stem}.screened{suffix}"


def _check_distinct(source: str, written: list[Path]) -> None:
    for index, path in enumerate(written):
        if source != STANDARD and _same(path, Path(source)):
            raise TableError(f"{path}: input and output are the same file. Name another output.")
        if any(_same(path, other) for other in written[:index]):
            raise TableError(f"{path}: two results are the same file. Name another one.")


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return os.path.abspath(a) == os.path.abspath(b)
