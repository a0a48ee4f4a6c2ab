"""What Excel can hold, and what is said where a table does not fit.

Source: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
"""

import pyarrow as pa

from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.table import Batch, Reject

LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384


def too_long_for_excel(batch: Batch) -> Batch:
    """Reject the rows with a cell that Excel would cut off."""
    rejects = list(batch.rejects)
    bad: set[int] = set()
    names = batch.rows.schema.names
    for place, column in enumerate(batch.rows.columns):
        for row, cell in enumerate(plain_strings(column).to_pylist()):
            if cell is not None and len(cell) > LONGEST_CELL and row not in bad:
                bad.add(row)
                reason = (
                    f"the cell in column {names[place]!r} holds {len(cell):,} characters, an Excel "
                    f"cell takes {LONGEST_CELL:,}"
                )
                raw = "\t".join(
                    plain_strings(c).slice(row, 1).to_pylist()[0] or "" for c in batch.rows.columns
                )
                rejects.append(Reject(batch.lines[row], place + 1, reason, raw))
    if not bad:
        return batch
    keep = [row for row in range(len(batch.rows)) if row not in bad]
    return Batch(
        batch.rows.take(pa.array(keep, pa.int64())),
        [batch.lines[row] for row in keep],
        tuple(sorted(rejects, key=lambda reject: reject.line)),
        batch.position,
    )
