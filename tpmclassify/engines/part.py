"""One part of a large table: screened batch by batch; what goes wrong is named by part and row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError
from tpmclassify.screening import TextColumns, screen_batch

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Part:
    """Which part of the table it is.

    `number`: counted from 0. `files`: the files that it was read from, as far as the engine knows
    them.
    """

    number: int
    files: tuple[str, ...] = ()

    def __str__(self) -> str:
        source = f" ({', '.join(self.files)})" if self.files else ""
        return f"partition {self.number}{source}"


def screen_slice(
    batch: "pa.RecordBatch",
    *,
    classifier: TPMClassifier,
    columns: TextColumns,
    part_of: Callable[[int], Part],
    first_row: int,
) -> "pa.RecordBatch":
    """Screen some rows of a part.

    `batch`: A few rows: what a worker holds beside its part does not grow with the part. `part_of`:
    gives the part, for the message of an error; called with a position in the batch. `first_row`:
    which row of the part is the batch's first. `TableError`: if a row cannot be screened; names the
    part and the row, and quotes no text.
    """

    def screened(rows: "pa.RecordBatch") -> "pa.RecordBatch":
        return screen_batch(
            rows,
            classifier=classifier,
            text=columns.text,
            title=columns.title,
            employer=columns.employer,
        )

    try:
        return screened(batch)
    except MemoryError:
        raise
    except Exception as error:
        # Something in the batch cannot be screened: look for the row that cannot alone.
        for row in range(batch.num_rows):
            try:
                screened(batch.slice(row, 1))
            except Exception as error_of_row:
                raise row_error(
                    part_of(row), first_row + row, _in_words(error_of_row)
                ) from error_of_row
        rows = f"Rows {first_row} to {first_row + batch.num_rows - 1}"
        raise TableError(
            f"{rows} (counted from 0) of {part_of(0)} cannot be screened together, though each can "
            f"alone: {_in_words(error)}"
        ) from error


def row_error(part: Part, row: int, what: str) -> TableError:
    """Build the error about a row; `row` is counted from 0 in its part."""
    return TableError(f"Row {row} (counted from 0) of {part} cannot be screened: {what}")


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, TableError) else f"{type(error).__name__}: {error}"
