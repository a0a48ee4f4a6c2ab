"""What every reader of tables gives and every writer takes: batches of rows, and rejected rows."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

from tpmclassify.errors import TableError

# The row as it was read, where it is to be written so, too; missing where it is out of order. It is
# the last column. Names that begin with tpm_ are ours, so none is taken.
RAW_LINE = "tpm_line"
MOST_CAPTIONS = 20  # rows that may stand above the column names
_LONGEST_NAME = 250  # characters; surveys use whole questions, postings have ten times as many
_LONGEST_SINGLE = 60  # of one column, whose postings may be of a line each
PAGE = re.compile(r"\s*<([!?]|html)", re.IGNORECASE)  # how HTML and XML begin

_TAKEN = {
    "sheet": "only workbooks have sheets. Leave out --sheet (sheet=), or name a workbook",
    "header_row": "only CSV, TSV and workbooks have a row of column names. Leave out --header-row "
    "(header_row=)",
}


@dataclass(frozen=True)
class Asked:
    """What the user says of a table; the rest is found."""

    encoding: str | None = None  # of text formats
    header: bool = True  # whether a row of CSV, TSV and workbooks holds the column names
    header_row: int | None = None  # which one, from 1
    sheet: str | None = None  # of a workbook
    names: tuple[str, ...] = ()  # columns, which the row of column names holds


@dataclass(frozen=True)
class Reject:
    """A row that cannot be screened."""

    line: int  # the physical line where it begins, counted from 1 (Parquet: the row)
    column: int  # the cell where the trouble is, counted from 1 (JSON Lines: the character)
    reason: str
    row: str  # as it stands in the file

    def to_json(self, file: str) -> bytes:
        """Give the line of the rejects file."""
        entry = json.dumps({"file": file, **asdict(self)}, ensure_ascii=False)
        return entry.encode("utf-8", "replace") + b"\n"


@dataclass(frozen=True)
class Batch:
    """Rows in their order, and the rows among them that were rejected."""

    rows: pa.RecordBatch
    lines: list[int] | range  # where each row begins in the file
    rejects: tuple[Reject, ...]
    position: int  # bytes of the input that were read so far

    def rejecting(self, wrong: Mapping[int, Reject]) -> "Batch":
        """Take out the rows of these indexes."""
        if not wrong:
            return self
        kept = [index for index in range(len(self.rows)) if index not in wrong]
        return Batch(
            self.rows.take(pa.array(kept, pa.int64())),
            [self.lines[index] for index in kept],
            tuple(sorted([*self.rejects, *wrong.values()], key=lambda reject: reject.line)),
            self.position,
        )


class Table:
    """A table, opened; it is read once, from the beginning, or a `TableError` says why not."""

    format: str  # "csv", "tsv", "parquet", "jsonl" or "xlsx"
    schema: pa.Schema  # text formats hold strings only
    size: int | None  # bytes to read; None where that is not known
    delimiter = ""  # of CSV and TSV
    has_header = False  # whether its first row holds the names of the columns
    sheets: tuple[str, ...] = ()  # of a workbook
    sheet = ""  # the one that is read
    takes: tuple[str, ...] = ()  # what may be asked of it, of "sheet" and "header_row"

    def __init__(self, source: str, asked: Asked) -> None:
        self.source = source  # its name, for messages too
        self._asked = asked
        self._notes: list[str] = []
        row = asked.header_row
        if row is not None and (row < 1 or not asked.header):
            raise TableError(
                f"{source}: header_row must be 1 or more, for a table with column names. Got "
                f"{row!r} with header={asked.header}. Leave out one of the two."
            )
        for name, what in _TAKEN.items():
            if getattr(asked, name) is not None and name not in self.takes:
                raise TableError(f"{source}: {what}.")

    @property
    def encoding(self) -> str:
        """The encoding by which the text was read so far; empty where there is none."""
        return ""

    @property
    def notes(self) -> list[str]:
        """What a user should know about the reading so far."""
        return self._notes

    def note_repeated(self, where: str) -> str:
        """Say once that the column names stand in the table again; gives the reason to reject."""
        note = "the column names again: the rows behind it are read as rows of the same table."
        if not any(note in known for known in self._notes):
            cure = "If they are another's, put each table into a file of its own."
            self._notes.append(f"{self.source}, {where}: here stand {note} {cure}")
        return "the row repeats the column names"

    def batches(self) -> Iterator[Batch]:
        """Read the rows."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file."""


def captions_note(source: str, where: str) -> str:
    """Say that rows above the column names were skipped."""
    return (
        f"{source}: the column names are in {where}; what stands above was skipped. If that is "
        "wrong, say --header-row (header_row=)."
    )


def header_names(source: str, where: str, first: Sequence[str], *, has_header: bool) -> list[str]:
    """The column names in the first row, or made ones; a posting in their place is refused."""
    names = list(first)
    if not has_header:
        return [f"column_{i + 1}" for i in range(len(names))]
    longest = _LONGEST_NAME if len(names) > 1 else _LONGEST_SINGLE
    if any(len(name) > longest or PAGE.match(name) for name in names):
        raise TableError(
            f"{source}, {where}: the row that should hold the column names has a cell of "
            f"{max(map(len, names)):,} characters, as a posting or a page has. Where there are no "
            "names, say --no-header (header=False); where they are further down, --header-row "
            "(header_row=)."
        )
    return names
