"""What the recruiter says: of one row or of a whole view at once, and taken back step by step."""

import sqlite3
from dataclasses import dataclass
from typing import Any

# Steps that can be taken back. A bulk of 10,000 rows holds some 200 kB, so that even a hundred of
# them stay far below the table itself.
_MOST_STEPS = 100
_SCHEMA = """
CREATE TABLE IF NOT EXISTS steps (
    step INTEGER PRIMARY KEY, ruling TEXT NOT NULL, n INTEGER NOT NULL, first_row INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS replaced (
    step INTEGER NOT NULL, row INTEGER NOT NULL, ruling TEXT NOT NULL, PRIMARY KEY (step, row)
) WITHOUT ROWID;
"""


# What is said of a row ("TPM", "PM", "neither" or nothing), and a note on it, if there is one.
Ruling = tuple[str, str]
# Steps that write into other columns than that of the rulings, by what is said of them.
NOTED, MARKED = "noted", "line marked"
_COLUMNS = {NOTED: "note", MARKED: "marks"}


@dataclass(frozen=True)
class Step:
    """What was said of `n` rows: a ruling, nothing where it was cleared, `NOTED` or `MARKED`."""

    said: str
    n: int
    first_row: int


def take_step(
    database: sqlite3.Connection,
    said: str,
    value: tuple[str, list[Any]],
    rows: tuple[str, list[Any]],
) -> Step | None:
    """Write a value on all rows of a condition in one step; None where it stands there already.

    Value and condition are given in SQL, with what their question marks stand for.
    """
    column, (sql, given), (condition, known) = _COLUMNS.get(said, "ruling"), value, rows
    database.executescript(_SCHEMA)
    with database:
        database.execute("BEGIN IMMEDIATE")
        (last,) = database.execute("SELECT coalesce(max(step), 0) FROM steps").fetchone()
        step = last + 1
        database.execute(
            f"INSERT INTO replaced SELECT ?, row, {column} FROM verdicts "  # noqa: S608 - our parts
            f"WHERE ({condition}) AND {column} <> {sql}",
            [step, *known, *given],
        )
        n, first = database.execute(
            "SELECT count(*), min(row) FROM replaced WHERE step = ?", [step]
        ).fetchone()
        if not n:
            return None
        database.execute(
            f"UPDATE verdicts SET {column} = {sql} "  # noqa: S608
            "WHERE row IN (SELECT row FROM replaced WHERE step = ?)",
            [*given, step],
        )
        database.execute("INSERT INTO steps VALUES (?, ?, ?, ?)", [step, said, n, first])
        for table in ("steps", "replaced"):
            database.execute(f"DELETE FROM {table} WHERE step <= ?", [step - _MOST_STEPS])  # noqa: S608
    return Step(said, n, first)


def undo(database: sqlite3.Connection) -> Step | None:
    """Take the last step back; None where there is none."""
    database.executescript(_SCHEMA)
    with database:
        database.execute("BEGIN IMMEDIATE")
        last = database.execute("SELECT * FROM steps ORDER BY step DESC LIMIT 1").fetchone()
        if last is None:
            return None
        column = _COLUMNS.get(last["ruling"], "ruling")
        database.execute(
            f"UPDATE verdicts SET {column} = replaced.ruling FROM replaced "  # noqa: S608
            "WHERE replaced.step = ? AND replaced.row = verdicts.row",
            [last["step"]],
        )
        for table in ("steps", "replaced"):
            database.execute(f"DELETE FROM {table} WHERE step = ?", [last["step"]])  # noqa: S608
    return Step(last["ruling"], last["n"], last["first_row"])


def last_steps(database: sqlite3.Connection, n: int) -> list[Step]:
    """The last steps that can be taken back, the newest first."""
    database.executescript(_SCHEMA)
    steps = database.execute("SELECT * FROM steps ORDER BY step DESC LIMIT ?", [n])
    return [Step(row["ruling"], row["n"], row["first_row"]) for row in steps]
