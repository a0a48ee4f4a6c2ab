"""A screening at rest: its rows (Parquet), its verdicts and what the recruiter decided (SQLite)."""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpmclassify.roles import LABELS
from tpmclassify.web.store.query import PAGE_SIZE, SORTS, TableQuery

if TYPE_CHECKING:
    import pyarrow as pa

DECISIONS = LABELS
# The files of a screening's folder.
DATABASE, ROWS = "verdicts.sqlite", "rows.parquet"
REJECTS, ABOUT = "rejects.jsonl", "about.json"
ROW_GROUP = 500


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
        Fields of the `ScreeningSummary`, and the counts of the `ScreeningCounts`.
    """

    key: str
    name: str
    created: str
    text: str
    title: str | None
    employer: str | None
    summary: dict[str, Any]
    figures: dict[str, Any]


class Screening:
    """One complete screening."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.about = About(**json.loads((folder / ABOUT).read_text(encoding="utf-8")))

    @property
    def rejects(self) -> Path | None:
        """The rows that could not be read, as JSON Lines; None where there are none."""
        path = self._folder / REJECTS
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

        with pq.ParquetFile(self._folder / ROWS) as file:
            sizes = (file.metadata.row_group(i).num_rows for i in range(file.num_row_groups))
            ends = list(accumulate(sizes, initial=0))
            group = bisect_right(ends, row - 1) - 1
            found: dict[str, Any] = (
                file.read_row_group(group).slice(row - 1 - ends[group], 1).to_pylist()[0]
            )
        return found

    def schema(self) -> "pa.Schema":
        """The columns of the rows: the input's, then ours."""
        import pyarrow.parquet as pq

        return pq.read_schema(self._folder / ROWS)

    def batches(self) -> "Iterator[tuple[pa.RecordBatch, list[str]]]":
        """All rows in order, each batch with the recruiter's decisions on it."""
        import pyarrow.parquet as pq

        with self._database() as database, pq.ParquetFile(self._folder / ROWS) as file:
            decisions = database.execute("SELECT decision FROM verdicts ORDER BY row")
            for batch in file.iter_batches(ROW_GROUP):
                yield batch, [row[0] for row in decisions.fetchmany(batch.num_rows)]

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._folder / DATABASE, timeout=5)) as database:
            database.row_factory = sqlite3.Row
            yield database
