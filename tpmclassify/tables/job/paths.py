"""Where a screening reads and writes: names, formats, and what must not be overwritten."""

import os
from dataclasses import dataclass
from pathlib import Path

from tpmclassify.errors import TableError
from tpmclassify.tables.formats.byte_input import STANDARD
from tpmclassify.tables.formats.choose import TEXT_FORMATS, format_of, split_suffix

Pathlike = str | os.PathLike[str]


@dataclass(frozen=True)
class Paths:
    """The files of a screening.

    Attributes
    ----------
    source, output : str
        ``-`` is standard input, standard output.
    rejects : Path or None
        None where rejected rows go to standard error: for a result on standard output.
    report : Path or None
    kind, codec : str
        Format and compression of the result; the format is empty where it is the input's.
    """

    source: str
    output: str
    rejects: Path | None
    report: Path | None
    kind: str
    codec: str

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
    if source != STANDARD:
        format_of(source)
    output = _default_output(source) if target is None else os.fspath(target)
    kind, codec = ("", "") if output == STANDARD else format_of(output)
    if source != STANDARD and output == STANDARD:
        kind = format_of(source)[0]
        kind = kind if kind in TEXT_FORMATS else "csv"
    rejects_path = None if output == STANDARD else Path(f"{output}.rejects.jsonl")
    if rejects is not None:
        rejects_path = Path(rejects)
    report_path = None if report is None else Path(report)
    named = [
        *([Path(output)] if target is not None and output != STANDARD else []),
        *([rejects_path] if rejects is not None and rejects_path is not None else []),
        *([report_path] if report_path is not None else []),
    ]
    all_paths = [path for path in (rejects_path, report_path) if path is not None]
    _check_distinct(source, output, all_paths)
    for path in named:
        if path.exists() and not overwrite and not (resume and _state_of(output).exists()):
            raise TableError(
                f"{path}: the file exists already. Name another one, or allow to replace it with "
                "--overwrite (overwrite=True)."
            )
    return Paths(source, output, rejects_path, report_path, kind, codec)


def _state_of(output: str) -> Path:
    return Path(f"{output}.part.json")


def _default_output(source: str) -> str:
    """``STEM.screened.SUFFIX`` beside the input, uncompressed like compressed."""
    if source == STANDARD:
        return STANDARD
    stem, suffix = split_suffix(source)
    return f"{stem}.screened{suffix}"


def _check_distinct(source: str, output: str, others: list[Path]) -> None:
    written = [*([] if output == STANDARD else [Path(output)]), *others]
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
