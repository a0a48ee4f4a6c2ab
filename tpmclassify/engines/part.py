"""One part of a large table: screened batch by batch; what goes wrong is named by part and row."""

from typing import TYPE_CHECKING

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError
from tpmclassify.screening import TextColumns, screen_batch

if TYPE_CHECKING:
    import pyarrow as pa


def screen_slice(
    batch: "pa.RecordBatch",
    *,
    classifier: TPMClassifier,
    columns: TextColumns,
    part: int,
    first_row: int,
) -> "pa.RecordBatch":
    """Screen some rows of a part.

    `batch`: A few rows: what a worker holds beside its part does not grow with the part. `part`:
    its number. `first_row`: which row of the part is the batch's first. `TableError`: if a row
    cannot be screened; names the part and the row, and quotes no text.
    """
    try:
        return screen_batch(batch, classifier=classifier, **columns.options)
    except MemoryError:
        raise
    except Exception:
        # Something in the batch cannot be screened: look for the row that cannot alone.
        for row in range(batch.num_rows):
            try:
                screen_batch(batch.slice(row, 1), classifier=classifier, **columns.options)
            except Exception as error:
                kind = "" if isinstance(error, TableError) else f"{type(error).__name__}: "
                raise row_error(part, first_row + row, f"{kind}{error}") from error
        raise


def row_error(part: int, row: int, what: str) -> TableError:
    """Build the error about a row of a part, both counted from 0."""
    return TableError(f"Row {row} (counted from 0) of partition {part} cannot be screened: {what}")
