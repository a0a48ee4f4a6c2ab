"""A screened table into a folder: rows, verdicts with their indexes, figures for the summary."""

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.web.store.screening import ABOUT, DATABASE, REJECTS, ROW_GROUP, ROWS, About

if TYPE_CHECKING:
    import pyarrow as pa

    from tpmclassify.tables.summary import ScreeningSummary

_LONGEST_CELL = 300
_SCHEMA = """
CREATE TABLE verdicts (
    row INTEGER PRIMARY KEY, title TEXT NOT NULL, employer TEXT NOT NULL, verdict TEXT NOT NULL,
    label TEXT NOT NULL, probability REAL NOT NULL, in_scope REAL NOT NULL, title_agrees INTEGER,
    reasons TEXT NOT NULL, because TEXT NOT NULL, decision TEXT NOT NULL DEFAULT ''
);
"""
_INDEXES = """
CREATE INDEX by_verdict ON verdicts (verdict, row);
CREATE INDEX by_probability ON verdicts (probability, row);
CREATE INDEX by_scope ON verdicts (in_scope, row);
CREATE INDEX by_title ON verdicts (title COLLATE NOCASE, row);
CREATE INDEX by_decision ON verdicts (decision, row);
"""


def write_screening(
    folder: Path,
    *,
    key: str,
    name: str,
    summary: "ScreeningSummary",
    schema: "pa.Schema",
    batches: "Iterable[pa.RecordBatch]",
) -> None:
    """Write a screening into an empty folder.

    Parameters
    ----------
    folder : Path
    key, name : str
        The screening's key, and the upload's name.
    summary : ScreeningSummary
    schema : pyarrow.Schema
    batches : iterable of pyarrow.RecordBatch
        The screened rows in order: input columns, then ours.
    """
    figures = ScreeningCounts()
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.executescript(_SCHEMA)
        _write_rows(folder / ROWS, schema, batches, database, figures, summary)
        database.executescript(_INDEXES)
        database.execute("ANALYZE")
        database.commit()
    if summary.rejects:
        shutil.move(summary.rejects, folder / REJECTS)
    about = About(
        key=key,
        name=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        text=summary.text,
        title=summary.title,
        employer=summary.employer,
        summary=asdict(summary),
        figures=figures.to_dict(),
    )
    (folder / ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")


def _write_rows(
    path: Path,
    schema: "pa.Schema",
    batches: "Iterable[pa.RecordBatch]",
    database: sqlite3.Connection,
    figures: ScreeningCounts,
    summary: "ScreeningSummary",
) -> None:
    import pyarrow.parquet as pq

    first = 1
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            # Small groups: one row is found without reading many others.
            writer.write_batch(batch, row_group_size=ROW_GROUP)
            figures.add(batch)
            database.executemany(
                "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                _verdicts(batch, first, summary),
            )
            first += batch.num_rows


def _verdicts(
    batch: "pa.RecordBatch", first: int, summary: "ScreeningSummary"
) -> Iterator[tuple[Any, ...]]:
    def column(name: str | None) -> list[Any]:
        return [None] * batch.num_rows if name is None else batch[name].to_pylist()

    columns = [
        [_short(value) for value in column(summary.title)],
        [_short(value) for value in column(summary.employer)],
        *(
            column(f"tpm_{name}")
            for name in (
                "verdict",
                "label",
                "probability",
                "in_scope_probability",
                "title_agrees",
                "review_reasons",
                "because",
            )
        ),
    ]
    return zip(range(first, first + batch.num_rows), *columns, strict=True)


def _short(value: Any) -> str:
    return "" if value is None else " ".join(str(value)[:_LONGEST_CELL].split())
