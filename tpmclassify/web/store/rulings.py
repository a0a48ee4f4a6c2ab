"""What the recruiter says: of one row or of a whole view at once, and taken back step by step."""

import sqlite3
from typing import Any

# Steps that can be taken back. A bulk of 10,000 rows holds some 200 kB, so that even a hundred of
# them stay far below the table itself.
_MOST_STEPS = 100

# What is said of a row ("TPM", "PM", "neither" or nothing), and a note on it, if there is one.
Ruling = tuple[str, str]
# Steps that write into other columns than that of the rulings, by what is said of them.
NOTED, MARKED = "noted", "line marked"
_COLUMNS = {NOTED: "note", MARKED: "marks"}


def take_step(
    database: sqlite3.Connection,
    said: str,
    value: tuple[str, list[Any]],
    rows: tuple[str, list[Any]],
) -> int:
    """Write a value on all rows of a condition in one step; give how many had another one.

    Value and condition are given in SQL, with what their question marks stand for.
    """
    column, (sql, given), (condition, known) = _COLUMNS.get(said, "ruling"), value, rows
    with database:
        database.execute("BEGIN IMMEDIATE")
        (step,) = database.execute("SELECT coalesce(max(step), 0) + 1 FROM steps").fetchone()
        n = database.execute(
            f"INSERT INTO replaced SELECT ?, row, {column} FROM verdicts "  # noqa: S608 - our parts
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
                "INSERT INTO steps SELECT step, ?, count(*), min(row) FROM replaced WHERE step = ?",
                [said, step],
            )
            _forget(database, "<=", step - _MOST_STEPS)
    return n


def undo(database: sqlite3.Connection) -> sqlite3.Row | None:
    """Take the last step back, and give it; None where there is none."""
    with database:
        database.execute("BEGIN IMMEDIATE")
        last: sqlite3.Row | None = next(iter(last_steps(database, 1)), None)
        if last is not None:
            column = _COLUMNS.get(last["ruling"], "ruling")
            database.execute(
                f"UPDATE verdicts SET {column} = replaced.ruling FROM replaced "  # noqa: S608
                "WHERE replaced.step = ? AND replaced.row = verdicts.row",
                [last["step"]],
            )
            _forget(database, "=", last["step"])
    return last


def last_steps(database: sqlite3.Connection, n: int) -> list[sqlite3.Row]:
    """The last steps that can be taken back, the newest first.

    Of each: what was said (`ruling`), of how many rows (`n`), and the `first_row` of them.
    """
    return database.execute("SELECT * FROM steps ORDER BY step DESC LIMIT ?", [n]).fetchall()


def _forget(database: sqlite3.Connection, which: str, step: int) -> None:
    for table in ("steps", "replaced"):
        database.execute(f"DELETE FROM {table} WHERE step {which} ?", [step])  # noqa: S608
