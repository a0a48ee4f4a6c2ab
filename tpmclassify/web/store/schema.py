"""The database of a screening: its columns, and how an older one becomes one of today."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

DATABASE = "verdicts.sqlite"
# Columns of the database that 0.2 did not have: a note, the first row with nearly the same text,
# and the lines that were marked, as JSON by where they start.
_ADDED = {
    "note": "TEXT NOT NULL DEFAULT ''",
    "copy_of": "INTEGER NOT NULL DEFAULT 0",
    "marks": "TEXT NOT NULL DEFAULT '{}'",
}
# Steps that can be taken back, and what stood in their rows before.
_STEPS = """
CREATE TABLE IF NOT EXISTS steps (
    step INTEGER PRIMARY KEY, ruling TEXT NOT NULL, n INTEGER NOT NULL, first_row INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS replaced (
    step INTEGER NOT NULL, row INTEGER NOT NULL, ruling TEXT NOT NULL, PRIMARY KEY (step, row)
) WITHOUT ROWID;
"""
SCHEMA = f"""
CREATE TABLE verdicts (
    row INTEGER PRIMARY KEY, title TEXT NOT NULL, employer TEXT NOT NULL, verdict TEXT NOT NULL,
    label TEXT NOT NULL, probability REAL NOT NULL, in_scope REAL NOT NULL, title_agrees INTEGER,
    reasons TEXT NOT NULL, because TEXT NOT NULL, ruling TEXT NOT NULL DEFAULT '',
    {", ".join(f"{name} {kind}" for name, kind in _ADDED.items())}
);{_STEPS}"""
INDEXES = """
CREATE INDEX by_verdict ON verdicts (verdict, row);
CREATE INDEX by_probability ON verdicts (probability, row);
CREATE INDEX by_scope ON verdicts (in_scope, row);
CREATE INDEX by_title ON verdicts (title COLLATE NOCASE, row);
CREATE INDEX by_ruling ON verdicts (ruling, row);
CREATE INDEX by_copy ON verdicts (copy_of, row) WHERE copy_of > 0;
ANALYZE;
"""


def upgrade(folder: Path) -> None:
    """Make a screening of before one of today; a damaged one is left as it is."""
    path = folder / DATABASE
    if not path.is_file():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as database:
        columns = [name for _, name, *_ in database.execute("PRAGMA table_info(verdicts)")]
        if "decision" in columns:
            database.execute("ALTER TABLE verdicts RENAME COLUMN decision TO ruling")
        for name, kind in _ADDED.items():
            if columns and name not in columns:
                database.execute(f"ALTER TABLE verdicts ADD COLUMN {name} {kind}")
        if columns:
            database.executescript(_STEPS)
