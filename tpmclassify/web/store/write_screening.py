"""The verdicts of a screened table into a database beside its rows, and what they come to."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpmclassify.batch_sizes import BATCH_ROWS
from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.web.store.screening import ABOUT, DATABASE, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from tpmclassify.tables.summary import ScreeningSummary

_LONGEST_CELL = 300  # of a title or an employer's name: a page shows fifty rows
_SCHEMA = """
CREATE TABLE verdicts (
    row INTEGER PRIMARY KEY, title TEXT NOT NULL, employer TEXT NOT NULL, verdict TEXT NOT NULL,
    label TEXT NOT NULL, probability REAL NOT NULL, in_scope REAL NOT NULL, title_agrees INTEGER,
    reasons TEXT NOT NULL, because TEXT NOT NULL, ruling TEXT NOT NULL DEFAULT ''
);
"""
_INDEXES = """
CREATE INDEX by_verdict ON verdicts (verdict, row);
CREATE INDEX by_probability ON verdicts (probability, row);
CREATE INDEX by_scope ON verdicts (in_scope, row);
CREATE INDEX by_title ON verdicts (title COLLATE NOCASE, row);
CREATE INDEX by_ruling ON verdicts (ruling, row);
"""
_COPIED = (
    "tpm_verdict",
    "tpm_label",
    "tpm_probability",
    "tpm_in_scope_probability",
    "tpm_title_agrees",
    "tpm_review_reasons",
    "tpm_because",
)


def write_screening(
    folder: Path, *, name: str, summary: "ScreeningSummary", check_wanted: "Callable[[], None]"
) -> None:
    """Complete a screening in a folder that holds its rows already.

    Parameters
    ----------
    folder : Path
    name : str
        The upload's.
    summary : ScreeningSummary
    check_wanted : callable
        Called now and then; what it raises ends the work.
    """
    import pyarrow.parquet as pq

    figures = ScreeningCounts()
    first = 1
    with (
        closing(sqlite3.connect(folder / DATABASE)) as database,
        pq.ParquetFile(folder / ROWS) as rows,
    ):
        database.executescript(_SCHEMA)
        for batch in rows.iter_batches(BATCH_ROWS):
            check_wanted()
            figures.add(batch)
            database.executemany(
                "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                _verdicts(batch, first, summary),
            )
            first += batch.num_rows
        database.executescript(_INDEXES)
        database.execute("ANALYZE")
        database.commit()
    about = {
        "name": name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "summary": asdict(summary),
        "figures": figures.to_dict(),
    }
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _verdicts(
    batch: "pa.RecordBatch", first: int, summary: "ScreeningSummary"
) -> Iterator[tuple[Any, ...]]:
    missing = [None] * batch.num_rows
    shown = [
        [_short(cell) for cell in (missing if name is None else batch[name].to_pylist())]
        for name in (summary.title, summary.employer)
    ]
    copied = [batch[name].to_pylist() for name in _COPIED]
    return zip(range(first, first + batch.num_rows), *shown, *copied, strict=True)


def _short(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell)[:_LONGEST_CELL].split())
