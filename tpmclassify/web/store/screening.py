"""A screening at rest: its rows (Parquet), its verdicts and the recruiter's rulings (SQLite)."""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.web.store.own_cells import ValueList, rows_with, value_lists
from tpmclassify.web.store.rulings import Decisions, Ruling
from tpmclassify.web.store.schema import DATABASE
from tpmclassify.web.store.table_query import FILTERS, PAGE_SIZE, SORTS, TableQuery

# The files of a screening's folder.
ROWS = "rows.parquet"
REJECTS, ABOUT = "rejects.jsonl", "about.json"
# Rows that are held at a time. One row of ten thousand is found in at most 25 ms, in steps of this.
_BATCH_ROWS = 500
# Titles that many rows share, as are offered to be decided at once: so many, of so many rows.
_MOST_TITLES, _FEWEST_ROWS = 6, 3

# The first row with nearly the text of one, itself perhaps.
_FIRST = "coalesce(nullif(copy_of, 0), row)"


class Meant(NamedTuple):
    """Rows that are ruled on: those of a view, or these; and all with nearly one of their texts."""

    query: TableQuery
    rows: list[int] | None
    alike: bool


class Screening(Decisions):
    """One complete screening.

    `key`, `name`, `created`: the name of the upload; when it was screened (UTC). `summary`: fields
    of the `ScreeningSummary`. `texts`: the columns with the postings, or with their parts. `title`,
    `employer`: the columns that were read.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / DATABASE)
        self._folder = folder
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.key = folder.name
        self.name: str = about["name"]
        self.created: str = about["created"]
        # 0.2 knew nothing of these.
        self.summary: dict[str, Any] = {
            "estimated_in_scope_share": None,
            "promise_holds": True,
            **about["summary"],
        }
        self.counts = ScreeningCounts.from_dict(about["figures"])
        self.texts: list[str] = about.get("texts") or [self.summary["text"]]
        self.title: str | None = self.summary["title"]
        self.employer: str | None = self.summary["employer"]

    @property
    def rejects(self) -> Path | None:
        """The rows that could not be read, as JSON Lines; None where there are none."""
        path = self._folder / REJECTS
        return path if path.is_file() else None

    def count(self, query: TableQuery) -> int:
        """Number of rows in a view."""
        condition, values = self._where(query)
        (n,) = self._select("count(*)", f"WHERE {condition}", values)[0]
        return int(n)

    @property
    def n_waiting(self) -> int:
        """Number of rows that wait for a ruling."""
        return self.count(TableQuery(decided="no"))

    def page(self, query: TableQuery) -> list[sqlite3.Row]:
        """The rows of one page of a view."""
        condition, values = self._where(query)
        return self._select(
            "*, (SELECT count(*) FROM verdicts AS v WHERE v.copy_of > 0"
            " AND v.copy_of = verdicts.row) AS n_alike",
            f"WHERE {condition} ORDER BY {query.order()} LIMIT ? OFFSET ?",
            [*values, PAGE_SIZE, (query.page - 1) * PAGE_SIZE],
        )

    def row(self, number: int) -> sqlite3.Row | None:
        """What is known of one row, counted from 1; None where the table has no such row."""
        if number > 2**62:  # more than SQLite takes
            return None
        return next(iter(self._select("*", "WHERE row = ?", [number])), None)

    def neighbour(self, row: int, query: TableQuery, *, backwards: bool = False) -> int | None:
        """The row after (or before) one in a view, whether or not that one is still in it."""
        condition, values = self._where(query)
        sort = SORTS[query.sort]
        sign = "<" if bool(query["descending"]) != backwards else ">"
        found = self._select(
            "row",
            f"WHERE {condition} AND ({sort}, row) {sign} "  # noqa: S608 - parts of our own alone
            f"((SELECT {sort} FROM verdicts WHERE row = ?), ?) "
            f"ORDER BY {query.order(backwards=backwards)} LIMIT 1",
            [*values, row, row],
        )
        return found[0]["row"] if found else None

    def facets(self, query: TableQuery) -> dict[str, dict[str, int]]:
        """How many rows each choice of each filter would show, the other filters as they are."""
        counted = {}
        for name, choices in FILTERS.items():
            condition, values = self._where(query.but(**{name: ""}))
            sums = ", ".join(f"coalesce(sum({choice}), 0)" for choice in choices.values())
            asked = [value for value, sql in choices.items() for _ in range(sql.count("?"))]
            found = self._select(sums, f"WHERE {condition}", [*asked, *values])
            counted[name] = dict(zip(choices, found[0], strict=True))
        return counted

    @property
    def lists(self) -> dict[str, ValueList]:
        """The upload's own columns of few values, by their place among `own_columns`."""
        return value_lists(self._folder / ROWS, self.own_columns)

    def own_facets(self, query: TableQuery) -> dict[str, list[int]]:
        """How many rows each value of `lists` would show, the other filters as they are."""
        condition, values = self._where(query.but(own=""))
        view: Any = slice(None)
        if condition != "1":
            view = [number - 1 for (number,) in self._select("row", f"WHERE {condition}", values)]
        return {
            at: np.bincount(one.codes[view], minlength=len(one.values)).tolist()
            for at, one in self.lists.items()
        }

    def frequent_titles(self) -> list[sqlite3.Row]:
        """The titles that most of the waiting rows have, with the number of these (`n`)."""
        condition, values = TableQuery(decided="no").where()
        return self._select(
            "title, count(*) AS n",
            f"WHERE {condition} AND title <> '' GROUP BY title COLLATE NOCASE HAVING n >= ? "
            "ORDER BY n DESC, title LIMIT ?",
            [*values, _FEWEST_ROWS, _MOST_TITLES],
        )

    def rule(self, ruling: str, meant: Meant) -> int:
        """Write down what the recruiter says of rows, in one step; give how many it changed.

        An empty ruling clears.
        """
        return self._take_step(ruling, ("?", [ruling]), self._where(*meant))

    def examples(self, meant: Meant, n: int) -> tuple[int, int, list[sqlite3.Row]]:
        """How many rows `rule` would rule on, how many of them are decided, and the first `n`."""
        condition, values = self._where(*meant)
        where, order = f"WHERE {condition}", f"ORDER BY {meant.query.order()} LIMIT ?"
        total, decided = self._select("count(*), coalesce(sum(ruling <> ''), 0)", where, values)[0]
        return total, decided, self._select("*", f"{where} {order}", [*values, n])

    def cells(self, row: int) -> dict[str, Any]:
        """All cells of a row by column: the input's, then ours."""
        with self._rows() as file:
            sizes = (file.metadata.row_group(i).num_rows for i in range(file.num_row_groups))
            ends = list(accumulate(sizes, initial=0))
            group = bisect_right(ends, row - 1) - 1
            offset = row - 1 - ends[group]
            for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group]):
                if offset < batch.num_rows:
                    break
                offset -= batch.num_rows
            found: dict[str, Any] = batch.slice(offset, 1).to_pylist()[0]
        return found

    def text_of(self, cells: dict[str, Any]) -> str:
        """The posting of a row, its parts joined as they were for screening."""
        return "\n\n".join(str(cells[name]) for name in self.texts if cells[name])

    def schema(self) -> pa.Schema:
        """The columns of the rows: the input's, then ours."""
        with self._rows() as file:
            return file.schema_arrow

    @cached_property
    def own_columns(self) -> tuple[str, ...]:
        """The upload's columns, but for those of the texts."""
        names = self.schema().names[: self.n_own]
        return tuple(name for name in names if name not in self.texts)

    @cached_property
    def n_own(self) -> int:
        """How many columns the upload has; ours follow."""
        return int(self.schema().get_field_index("tpm_label"))

    def batches(self, query: TableQuery) -> Iterator[tuple[pa.RecordBatch, list[Ruling]]]:
        """The rows of a view in the table's order, each batch with the rulings and notes on it."""
        condition, values = self._where(query)
        with self._database() as database, self._rows() as file:
            rulings = database.execute(
                f"SELECT ruling, note, {condition} AS shown FROM verdicts ORDER BY row",  # noqa: S608
                values,
            )
            for batch in file.iter_batches(_BATCH_ROWS):
                known = rulings.fetchmany(batch.num_rows)
                shown = pa.array([bool(row["shown"]) for row in known])
                yield (
                    batch.filter(shown),
                    [(row["ruling"], row["note"]) for row in known if row["shown"]],
                )

    def _where(
        self, query: TableQuery, rows: list[int] | None = None, alike: bool = False
    ) -> tuple[str, list[Any]]:
        """The condition in SQL of what is `Meant`."""
        if alike:
            condition, values = self._where(query, rows)
            like_them = f"SELECT {_FIRST} FROM verdicts WHERE {condition}"  # noqa: S608 - our parts
            return f"{_FIRST} IN ({like_them})", values
        if rows is not None:
            return "row IN (SELECT value FROM json_each(?))", [json.dumps(rows)]
        path, masks = self._folder / ROWS, []
        if words := query["words"]:
            masks.append(rows_with(path, tuple(self.texts), words))
        if column := query["column"]:
            named = self.own_columns[int(column) :][:1]
            masks.append(rows_with(path, named, query["holds"]))
        if own := query["own"]:
            at, _, value = own.partition("=")
            masks.append(self.lists[at].rows_of(value) if at in self.lists else b"")
        return query.where(masks)

    def _rows(self) -> pq.ParquetFile:
        # Unbuffered: a row is looked for among ten thousand, which need not all be in memory.
        return pq.ParquetFile(self._folder / ROWS, pre_buffer=False, buffer_size=1 << 16)
