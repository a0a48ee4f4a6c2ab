"""Screenings at rest: for each a folder with its rows (Parquet) and its verdicts (SQLite)."""

import json
import re
import secrets
import shutil
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpmclassify.report import ScreeningFigures
from tpmclassify.roles import LABELS
from tpmclassify.screening import COLUMNS
from tpmclassify.web.table_query import PAGE_SIZE, SORTS, TableQuery

if TYPE_CHECKING:
    import pyarrow as pa

    from tpmclassify.tables import ScreeningSummary

DECISIONS = LABELS
_KEY = re.compile(r"[A-Za-z0-9_-]{16}")
_DATABASE, _ROWS = "verdicts.sqlite", "rows.parquet"
_REJECTS, _ABOUT = "rejects.jsonl", "about.json"
_ROW_GROUP = 500
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


def new_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class About:
    """What is known of a screening as a whole.

    Attributes
    ----------
    key, name, created : str
        The name of the upload; when it was screened (UTC).
    text, title, employer : str or None
        The columns that were read.
    summary, figures : dict
        Fields of the `ScreeningSummary`, and the counts of the `ScreeningFigures`.
    """

    key: str
    name: str
    created: str
    text: str
    title: str | None
    employer: str | None
    summary: dict[str, Any]
    figures: dict[str, Any]


class Store:
    """The complete screenings of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keys(self) -> list[str]:
        """All keys, in no order."""
        return [path.name for path in self._folder.iterdir() if _KEY.fullmatch(path.name)]

    def all(self) -> list["Screening"]:
        """All screenings, the newest first."""
        found = [screening for key in self.keys() if (screening := self.get(key))]
        return sorted(found, key=lambda screening: screening.about.created, reverse=True)

    def get(self, key: str) -> "Screening | None":
        """One screening; None where there is none of that key."""
        folder = self._folder / key
        if not _KEY.fullmatch(key) or not (folder / _ABOUT).is_file():
            return None
        return Screening(folder)

    def delete(self, key: str) -> None:
        """Remove a screening with all its rows."""
        if _KEY.fullmatch(key):
            doomed = self._folder / key
            if doomed.is_dir():
                shutil.rmtree(doomed)

    def take(self, folder: Path, key: str) -> None:
        """Take up a folder that `write_screening` filled."""
        folder.rename(self._folder / key)


def write_screening(
    folder: Path,
    *,
    key: str,
    name: str,
    summary: "ScreeningSummary",
    batches: "Iterable[pa.RecordBatch]",
) -> None:
    """Write a screening into an empty folder.

    Parameters
    ----------
    folder : Path
    key, name : str
        The screening's key, and the upload's name.
    summary : ScreeningSummary
    batches : iterable of pyarrow.RecordBatch
        The screened rows in order: input columns, then ours.
    """
    figures = ScreeningFigures()
    with closing(sqlite3.connect(folder / _DATABASE)) as database:
        database.executescript(_SCHEMA)
        _write_rows(folder / _ROWS, batches, database, figures, summary)
        database.executescript(_INDEXES)
        database.execute("ANALYZE")
        database.commit()
    if summary.rejects:
        shutil.move(summary.rejects, folder / _REJECTS)
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
    (folder / _ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")


def _write_rows(
    path: Path,
    batches: "Iterable[pa.RecordBatch]",
    database: sqlite3.Connection,
    figures: ScreeningFigures,
    summary: "ScreeningSummary",
) -> None:
    import pyarrow.parquet as pq

    writer, first = None, 1
    try:
        for batch in batches:
            if writer is None:
                writer = pq.ParquetWriter(path, batch.schema, compression="zstd")
            # Small groups: one row is found without reading many others.
            writer.write_batch(batch, row_group_size=_ROW_GROUP)
            figures.add(batch)
            database.executemany(
                "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                _verdicts(batch, first, summary),
            )
            first += batch.num_rows
    finally:
        if writer is not None:
            writer.close()


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


class Screening:
    """One complete screening."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.about = About(**json.loads((folder / _ABOUT).read_text(encoding="utf-8")))

    @property
    def rejects(self) -> Path | None:
        """The rows that could not be read, as JSON Lines; None where there are none."""
        path = self._folder / _REJECTS
        return path if path.is_file() else None

    def count(self, query: TableQuery) -> int:
        """Number of rows in a view."""
        condition, values = query.where()
        with self._database() as database:
            (n,) = database.execute(
                f"SELECT count(*) FROM verdicts WHERE {condition}",  # noqa: S608
                values,
            ).fetchone()
        return int(n)

    def page(self, query: TableQuery) -> list[sqlite3.Row]:
        """The rows of one page of a view."""
        condition, values = query.where()
        with self._database() as database:
            return database.execute(
                f"SELECT * FROM verdicts WHERE {condition} ORDER BY {query.order()} "  # noqa: S608
                "LIMIT ? OFFSET ?",
                [*values, PAGE_SIZE, (query.page - 1) * PAGE_SIZE],
            ).fetchall()

    def verdict(self, row: int) -> sqlite3.Row | None:
        """One row; None where the table has none of that number."""
        with self._database() as database:
            found: sqlite3.Row | None = database.execute(
                "SELECT * FROM verdicts WHERE row = ?", [row]
            ).fetchone()
        return found

    def neighbour(self, row: int, query: TableQuery, *, backwards: bool = False) -> int | None:
        """The row after (or before) one in a view, whether or not that one is still in it."""
        condition, values = query.where()
        sort = SORTS[query.sort]
        sign = "<" if query.descending != backwards else ">"
        with self._database() as database:
            found = database.execute(
                f"SELECT row FROM verdicts WHERE {condition} AND ({sort}, row) {sign} "  # noqa: S608
                f"((SELECT {sort} FROM verdicts WHERE row = ?), ?) "
                f"ORDER BY {query.order(backwards=backwards)} LIMIT 1",
                [*values, row, row],
            ).fetchone()
        return None if found is None else int(found[0])

    def first(self, query: TableQuery) -> int | None:
        """The first row of a view."""
        condition, values = query.where()
        with self._database() as database:
            found = database.execute(
                f"SELECT row FROM verdicts WHERE {condition} ORDER BY {query.order()} LIMIT 1",  # noqa: S608
                values,
            ).fetchone()
        return None if found is None else int(found[0])

    def decide(self, row: int, decision: str) -> bool:
        """Write down what the recruiter decided; an empty decision takes it back."""
        with self._database() as database, database:
            done = database.execute(
                "UPDATE verdicts SET decision = ? WHERE row = ?", [decision, row]
            )
        return done.rowcount == 1

    def decided(self) -> dict[str, int]:
        """Number of the recruiter's decisions, by decision."""
        with self._database() as database:
            return dict(
                database.execute(
                    "SELECT decision, count(*) FROM verdicts WHERE decision <> '' GROUP BY decision"
                ).fetchall()
            )

    def cells(self, row: int) -> dict[str, Any]:
        """All cells of a row by column: the input's, then ours."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(self._folder / _ROWS) as file:
            sizes = (file.metadata.row_group(i).num_rows for i in range(file.num_row_groups))
            ends = list(accumulate(sizes, initial=0))
            group = bisect_right(ends, row - 1) - 1
            found: dict[str, Any] = (
                file.read_row_group(group).slice(row - 1 - ends[group], 1).to_pylist()[0]
            )
        return found

    def columns(self) -> list[str]:
        """The columns of the rows: the input's, then ours; none where there are no rows."""
        import pyarrow.parquet as pq

        if not (self._folder / _ROWS).is_file():
            return list(COLUMNS)
        names: list[str] = pq.read_schema(self._folder / _ROWS).names
        return names

    def batches(self) -> "Iterator[tuple[pa.RecordBatch, list[str]]]":
        """All rows in order, each batch with the recruiter's decisions on it."""
        import pyarrow.parquet as pq

        if not (self._folder / _ROWS).is_file():
            return
        with self._database() as database, pq.ParquetFile(self._folder / _ROWS) as file:
            decisions = database.execute("SELECT decision FROM verdicts ORDER BY row")
            for batch in file.iter_batches(_ROW_GROUP):
                yield batch, [row[0] for row in decisions.fetchmany(batch.num_rows)]

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._folder / _DATABASE, timeout=5)) as database:
            database.row_factory = sqlite3.Row
            yield database
