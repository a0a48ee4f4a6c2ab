"""A table that this page gave out, uploaded again: its decisions are taken over."""

from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tpmclassify.errors import TableError
from tpmclassify.roles import LABELS
from tpmclassify.tables.formats.choose import open_table
from tpmclassify.web.store.export import RULING_COLUMNS
from tpmclassify.web.store.rulings import Ruling


def take_over(path: Path, name: str) -> tuple[Path, list[Ruling]] | None:
    """Write a download without the columns of ours; None where the table is none.

    Returns the file to screen, beside the other, and the ruling on each row, with its note.

    `TableError`: if a row cannot be read: rulings would come to stand beside other rows.
    """
    with closing(open_table(str(path))) as table:
        names = table.schema.names
        ours = [i for i, column in enumerate(names) if column.startswith("tpm_")]
        rulings_at = ours[0] - len(RULING_COLUMNS) if ours else -1
        is_ours = rulings_at > 0 and all(
            names[rulings_at + i].startswith(column) for i, column in enumerate(RULING_COLUMNS)
        )
        if not is_ours:
            return None
        rulings: list[Ruling] = []
        schema = pa.schema(list(table.schema)[:rulings_at])
        kept = path.with_name("upload.taken-over.parquet")
        with pq.ParquetWriter(kept, schema) as writer:
            for batch in table.batches():
                if batch.rejects:
                    raise TableError(
                        f"{name}: line {batch.rejects[0].line} cannot be read "
                        f"({batch.rejects[0].reason}), so the decisions in it cannot be taken over."
                        " Upload the download as it was, or the table that it was made of."
                    )
                ruled, notes = (
                    batch.rows.column(at).cast(pa.string()).fill_null("").to_pylist()
                    for at in (rulings_at, rulings_at + RULING_COLUMNS.index("your_note"))
                )
                known = [cell if cell in LABELS else "" for cell in ruled]
                rulings += zip(known, notes, strict=True)
                writer.write_batch(
                    pa.RecordBatch.from_arrays(batch.rows.columns[:rulings_at], schema=schema)
                )
    return kept, rulings
