"""CSV files out: complete or not at all, and nothing in them that a spreadsheet would execute."""

import csv
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tpmclassify.errors import TableError
from tpmclassify.screening import COLUMNS, Screened

# What a spreadsheet takes for a formula or a command, by its first character (OWASP).
_DANGEROUS = frozenset("=+-@\t\r\n\0")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_TERMINATOR = "\r\n"


@dataclass(frozen=True)
class _LineSink:
    """A file as the csv module wants it: something with a `write`."""

    write: Callable[[str], object]


class CsvWriter:
    """Writes rows, and counts the cells that it made safe.

    Parameters
    ----------
    stream : text file
    delimiter : str
    raw : bool
        Whether cells stay as they are, dangerous or not.
    """

    def __init__(self, stream: TextIO, *, delimiter: str, raw: bool) -> None:
        self._stream = stream
        # Cells with any mark of the line terminator are quoted: those with a lone CR must be too.
        self._writer = csv.writer(
            _LineSink(self._end_line), delimiter=delimiter, lineterminator=_TERMINATOR
        )
        self._raw = raw
        self.escaped_cells = 0

    def write_names(self, names: Sequence[str]) -> None:
        """Write the header: the table's columns, then ours."""
        self._write([*names, *COLUMNS])

    def write(self, cells: Sequence[str], screened: Screened) -> None:
        """Write one row: its own cells, then the verdict."""
        agrees = screened.title_agrees
        self._write(
            [
                *cells,
                screened.label,
                f"{screened.probability:.6f}",
                screened.verdict,
                screened.review_reasons,
                f"{screened.in_scope_probability:.6f}",
                "" if agrees is None else str(agrees).lower(),
                screened.because,
                screened.quotes,
            ]
        )

    def _write(self, cells: list[str]) -> None:
        if not self._raw:
            for position, cell in enumerate(cells):
                if is_dangerous(cell):
                    cells[position] = f"'{cell}"
                    self.escaped_cells += 1
        self._writer.writerow(cells)

    def _end_line(self, line: str) -> None:
        self._stream.write(line.removesuffix(_TERMINATOR) + "\n")


def is_dangerous(cell: str) -> bool:
    """Whether a spreadsheet would execute a cell."""
    return bool(cell) and cell[0] in _DANGEROUS and not _PLAIN_NUMBER.fullmatch(cell)


@contextmanager
def complete_file(path: Path) -> Iterator[TextIO]:
    """Open a file that appears under its name only when it is complete.

    Raises
    ------
    TableError
        If it cannot be written.
    """
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise TableError(
            f"{path}: the result cannot be written ({error.strerror}). Name a file in a folder "
            "that exists, that you may write to, and that has room."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
