"""What every reader of tables gives and every writer takes: batches of rows, and rejected rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

# JSON Lines: the row as it was read. Names that begin with tpm_ are ours, so none is taken.
RAW_LINE = "tpm_json"


@dataclass(frozen=True)
class Reject:
    """A row that cannot be screened.

    Attributes
    ----------
    line : int
        The physical line where it begins, counted from 1 (Parquet: the row).
    column : int
        The cell where the trouble is, counted from 1 (JSON Lines: the character).
    reason : str
    row : str
        The row as it stands in the file.
    """

    line: int
    column: int
    reason: str
    row: str

    def to_json(self, file: str) -> bytes:
        """Give the line of the rejects file."""
        entry = {
            "file": file,
            "line": self.line,
            "column": self.column,
            "reason": self.reason,
            "row": self.row,
        }
        return json.dumps(entry, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


@dataclass(frozen=True)
class Batch:
    """Rows in their order, and the rows among them that were rejected.

    Attributes
    ----------
    rows : pyarrow.RecordBatch
    lines : sequence of int
        Where each row begins in the file.
    rejects : tuple of Reject
    position : int
        Bytes of the input that were read so far.
    """

    rows: pa.RecordBatch
    lines: list[int] | range
    rejects: tuple[Reject, ...]
    position: int


class Table(Protocol):
    """A table, opened; it is read once, from the beginning.

    Attributes
    ----------
    source : str
        Its name, for messages.
    format : str
        "csv", "tsv", "parquet", "jsonl" or "xlsx".
    schema : pyarrow.Schema
        Columns and their types; text formats hold strings only.
    delimiter : str
        Of CSV and TSV; empty otherwise.
    size : int or None
        Bytes to read; None where that is not known.
    """

    source: str
    format: str
    schema: pa.Schema
    delimiter: str
    size: int | None

    @property
    def encoding(self) -> str:
        """The encoding by which the text was read so far; empty where there is none."""

    @property
    def notes(self) -> list[str]:
        """What a user should know about the reading so far."""

    def batches(self) -> Iterator[Batch]:
        """Read the rows."""

    def close(self) -> None:
        """Close the file."""
