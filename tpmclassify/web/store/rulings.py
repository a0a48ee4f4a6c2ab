"""What the recruiter says: of one row or of a whole view at once, and taken back step by step."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

# Steps that can be taken back. A bulk of 10,000 rows holds some 200 kB, so that even a hundred of
# them stay far below the table itself.
_MOST_STEPS, _SHOWN_STEPS = 100, 10

# What is said of a row ("TPM", "PM", "neither" or nothing), and a note on it, if there is one.
Ruling = tuple[str, str]
# Of a marked line: its end, what it states and to which role it leans, as in `datasets/lines.csv`.
Mark = tuple[int, str, str]
# Steps that write into other columns than that of the rulings, by what is said of them.
_NOTED, _MARKED = "noted", "line marked"
_COLUMNS = {_NOTED: "note", _MARKED: "marks"}


class Decisions:
    """The database of a screening: what is said of its rows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rulings(self) -> dict[str, int]:
        """Number of the recruiter's rulings, by ruling."""
        counted = self._select("ruling, count(*) AS n", "WHERE ruling <> '' GROUP BY ruling", [])
        return {row["ruling"]: row["n"] for row in counted}

    def note(self, row: int, note: str) -> None:
        """Write a note on a row, in the place of an earlier one."""
        self._take_step(_NOTED, ("?", [note]), ("row = ?", [row]))

    def mark(self, row: int, start: int, mark: Mark | None) -> None:
        """Mark the line of a row that begins there, or take its mark away."""
        path = f'$."{start}"'
        sql, given = "json_remove(marks, ?)", [path]
        if mark is not None:
            sql, given = "json_set(marks, ?, json(?))", [path, json.dumps(mark)]
        self._take_step(_MARKED, (sql, given), ("row = ?", [row]))

    def marks(self, row: int | None = None) -> dict[int, dict[int, Mark]]:
        """The lines that were marked, by the row and by where they start; of one row, or of all."""
        found = self._select(
            "row, marks", "WHERE marks <> '{}' AND coalesce(row = ?, 1) ORDER BY row", [row]
        )
        return {
            one["row"]: {int(at): tuple(mark) for at, mark in json.loads(one["marks"]).items()}
            for one in found
        }

    def last_steps(self, n: int = _SHOWN_STEPS) -> list[sqlite3.Row]:
        """The last steps that can be taken back, the newest first.

        Of each: what was said (`ruling`), of how many rows (`n`), and the `first_row` of them.
        """
        with self._database() as database:
            return database.execute(_LAST, [n]).fetchall()

    def undo(self) -> sqlite3.Row | None:
        """Take the last step back, and give it; None where there is none."""
        with self._changing() as database:
            last: sqlite3.Row | None = database.execute(_LAST, [1]).fetchone()
            if last is not None:
                column = _COLUMNS.get(last["ruling"], "ruling")
                database.execute(
                    f"UPDATE verdicts SET {column} = replaced.ruling FROM replaced "  # noqa: S608
                    "WHERE replaced.step = ? AND replaced.row = verdicts.row",
                    [last["step"]],
                )
                _forget(database, "=", last["step"])
            return last

    def _take_step(
        self, said: str, value: tuple[str, list[Any]], rows: tuple[str, list[Any]]
    ) -> int:
        """Write a value on all rows of a condition in one step; give how many had another one.

        Value and condition are given in SQL, with what their question marks stand for.
        """
        column, (sql, given), (condition, known) = _COLUMNS.get(said, "ruling"), value, rows
        with self._changing() as database:
            (step,) = database.execute("SELECT coalesce(max(step), 0) + 1 FROM steps").fetchone()
            n = database.execute(
                f"INSERT INTO replaced SELECT ?, row, {column} FROM verdicts "  # noqa: S608 - ours
                f"WHERE ({condition}) AND {column} <> {sql}",
                [step, *known, *given],
            ).rowcount
            if n:
                database.execute(
                    f"UPDATE verdicts SET {column} = {sql} "  # noqa: S608
                    "WHERE row IN (SELECT row FROM replaced WHERE step = ?)",
                    [*given, step],
                )
                database.execute(
                    "INSERT INTO steps SELECT step, ?, count(*), min(row) FROM replaced "
                    "WHERE step = ?",
                    [said, step],
                )
                _forget(database, "<=", step - _MOST_STEPS)
            return n

    def _select(self, columns: str, clauses: str, values: list[Any]) -> list[sqlite3.Row]:
        with self._database() as database:
            return database.execute(
                f"SELECT {columns} FROM verdicts {clauses}",  # noqa: S608 - parts of our own alone
                values,
            ).fetchall()

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5)) as database:
            database.row_factory = sqlite3.Row
            yield database

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """All that is written comes to be at once, or nothing of it."""
        with self._database() as database, database:
            database.execute("BEGIN IMMEDIATE")
            yield database


_LAST = "SELECT * FROM steps ORDER BY step DESC LIMIT ?"


def _forget(database: sqlite3.Connection, which: str, step: int) -> None:
    for table in ("steps", "replaced"):
        database.execute(f"DELETE FROM {table} WHERE step {which} ?", [step])  # noqa: S608
