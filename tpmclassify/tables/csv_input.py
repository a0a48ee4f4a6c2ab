"""CSV and TSV files in: encoding, delimiter and header found, rows read one by one, none lost."""

import codecs
import csv
import io
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tpmclassify.errors import TableError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CHUNK = 1 << 20
_SAMPLE_ROWS = 50
# A sample for the delimiter, in characters; one row may hold a long posting.
_SAMPLE = 1 << 20


@dataclass(frozen=True)
class Row:
    """A row as it was read.

    Attributes
    ----------
    line : int
        The physical line where the row ends, counted from 1.
    cells : list of str
    problem : str
        Why the row cannot be screened; empty where it can.
    raw : str
        The row as it stands in the file, where it has a problem.
    """

    line: int
    cells: list[str]
    problem: str = ""
    raw: str = ""


class _Lines:
    """The physical lines of a file, remembered until a row of them is complete."""

    def __init__(self, stream: Iterable[str]) -> None:
        self._stream = iter(stream)
        self._returned: deque[str] = deque()
        self._pending: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._stream)
        self._pending.append(line)
        self.number += 1
        return line

    def take(self) -> list[str]:
        """The lines since the last row."""
        taken, self._pending = self._pending, []
        return taken

    def give_back(self, lines: Sequence[str]) -> None:
        """Have lines read once more."""
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


@dataclass(frozen=True)
class CsvTable:
    """A CSV file, opened: how it is to be read, and its column names."""

    path: Path
    encoding: str
    encoding_note: str
    delimiter: str
    names: list[str]
    has_header: bool

    def rows(self) -> Iterator[Row]:
        """Read row by row; a row with too few or too many cells has a problem, not an error."""
        with _open(self.path, self.encoding) as stream:
            lines = _Lines(stream)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            seen_header = not self.has_header
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield _malformed(lines, error)
                    continue
                except UnicodeDecodeError as error:
                    raise _not_decodable(self.path, self.encoding, error) from None
                raw = lines.take()
                if cells and seen_header:
                    problem = self._problem(cells)
                    yield Row(lines.number, cells, problem, "".join(raw) if problem else "")
                seen_header = seen_header or bool(cells)

    def _problem(self, cells: list[str]) -> str:
        if len(cells) == len(self.names):
            return ""
        return f"the row has {len(cells)} cells, the table {len(self.names)} columns"


def open_csv(path: Path, *, encoding: str | None, has_header: bool) -> CsvTable:
    """Find out how a CSV file is to be read.

    Raises
    ------
    TableError
        If the file is missing, empty, in another encoding, or no table that can be made out.
    """
    encoding, note = (encoding, "") if encoding else _find_encoding(path)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _find_delimiter(path, encoding)
    with _open(path, encoding) as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        try:
            first = next((cells for cells in reader if cells), None)
        except csv.Error as error:
            raise TableError(
                f"{path}, line 1: the row of column names cannot be read ({error}). "
                "Every quote that opens a cell must be closed, and a quote within it doubled."
            ) from None
    if first is None:
        raise _empty(path)
    names = first if has_header else [f"column_{i + 1}" for i in range(len(first))]
    return CsvTable(path, encoding, note, delimiter, names, has_header)


def _open(path: Path, encoding: str) -> io.TextIOWrapper:
    csv.field_size_limit(sys.maxsize)
    try:
        return path.open(encoding=encoding, newline="")
    except OSError as error:
        raise unreadable(path, error) from None
    except LookupError:
        raise TableError(
            f"{path}: there is no encoding {encoding!r}. Usual ones are utf-8, utf-16, cp1252, "
            "latin-1; leave out --encoding to have it found."
        ) from None


def _empty(path: Path) -> TableError:
    return TableError(
        f"{path}: the file is empty. A table needs a row of column names and rows below it."
    )


def unreadable(path: Path, error: OSError) -> TableError:
    """Build the error about a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return TableError(f"{path}: there is no such file. Check the path.")
    return TableError(f"{path}: the file cannot be read ({error.strerror}). Check the path.")


def _find_encoding(path: Path) -> tuple[str, str]:
    """UTF-8 or UTF-16 by its mark, else UTF-8 where all of it is, else cp1252, said out loud."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    foreign = 0
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
            for mark, encoding in _MARKS.items():
                if start.startswith(mark):
                    return encoding, ""
            stream.seek(0)
            is_utf8 = True
            while chunk := stream.read(_CHUNK):
                foreign += sum(byte > 127 for byte in chunk) if not is_utf8 else 0
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
                    foreign += sum(byte > 127 for byte in chunk)
                    decoder.reset()
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                is_utf8 = False
    except OSError as error:
        raise unreadable(path, error) from None
    if is_utf8:
        return "utf-8", ""
    return "cp1252", (
        f"{path} is not UTF-8; it was read as cp1252 (Windows), which concerns {foreign:,} or more "
        "bytes. If letters look wrong, name the encoding with --encoding."
    )


def _find_delimiter(path: Path, encoding: str) -> str:
    """The delimiter by which the first rows have the same number of cells, two or more."""
    with _open(path, encoding) as stream:
        try:
            sample = stream.read(_SAMPLE)
        except UnicodeDecodeError as error:
            raise _not_decodable(path, encoding, error) from None
    if not sample.strip():
        raise _empty(path)
    widths = {delimiter: _widths(sample, delimiter) for delimiter in DELIMITERS}
    consistent = {
        delimiter: found[0]
        for delimiter, found in widths.items()
        if found and found[0] > 1 and found.count(found[0]) > 0.5 * len(found)
    }
    if consistent:
        return max(consistent, key=lambda delimiter: consistent[delimiter])
    header = widths[","][:1]
    if header == [1] and all(found[:1] in ([1], []) for found in widths.values()):
        return ","  # one column, no delimiter in its name
    shown = "\n".join(f"  {line[:100]}" for line in sample.splitlines()[:3])
    raise TableError(
        f"{path}, lines 1 to {min(_SAMPLE_ROWS, len(sample.splitlines()))}: no delimiter splits "
        f"the rows into the same number of cells. Legal are {', '.join(DELIMITERS.values())}. "
        f"The file begins with:\n{shown}\nQuote cells that hold the delimiter."
    )


def _widths(sample: str, delimiter: str) -> list[int]:
    """Cells in each of the first rows; the last row of a cut sample does not count."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths = []
    try:
        for cells in reader:
            if cells:
                widths.append(len(cells))
            if len(widths) > _SAMPLE_ROWS:
                break
    except csv.Error:
        return []
    return widths[:-1] if len(sample) == _SAMPLE and len(widths) > 1 else widths


def _malformed(lines: _Lines, error: csv.Error) -> Row:
    """Reject a row whose quotes do not fit; an open quote must not swallow the rows after it."""
    raw = lines.take()
    if "unexpected end of data" in str(error):
        lines.give_back(raw[1:])
        problem = "a quote that opens in this row is never closed"
        return Row(lines.number, [], problem, raw[0] if raw else "")
    problem = "a quoted cell goes on after its closing quote"
    return Row(lines.number, [], problem, "".join(raw))


def _not_decodable(path: Path, encoding: str, error: UnicodeDecodeError) -> TableError:
    return TableError(
        f"{path}: byte {error.start:,} of a block is not legal in {encoding} ({error.reason}). "
        "Name the file's encoding with --encoding, such as utf-8, cp1252 or latin-1."
    )
