"""Dirty tables through several readers: read right, refused, or wrong without a word.

usage: dirty_tables.py

The battery is that of the tests (`tests/tables/formats/battery.py`): each table with the rows that
a careful person would make of it. Every reader is used as its documentation advises for a table of
strings whose layout is not known, with values left as they are.

- right: exactly those rows; where rows must be left out, that was said
- refused: an error, and nothing was read (right where the file as a whole is to be refused)
- silent: other rows, and not a word
"""

import csv
import io
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests/tables/formats"))

from battery import BATTERY, Dirty  # noqa: E402 - the tests' folder is no package

import tpmclassify  # noqa: E402

Rows = list[list[str]]


def with_tpmclassify(path: Path, dirty: Dirty) -> Rows:
    out = path.with_name("out.csv")
    summary = tpmclassify.screen_file(path, out, raw=True, overwrite=True, **dirty.options)
    if summary.rejected:
        warnings.warn("rows were rejected", stacklevel=1)
    text = out.read_bytes().decode()
    delimiter = text.split("tpm_label")[0][-1]
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return [row[:-8] for row in rows]


def with_csv(path: Path, dirty: Dirty) -> Rows:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        dialect = csv.Sniffer().sniff(stream.read(10_000), ",;\t|")
        stream.seek(0)
        return with_names(list(csv.reader(stream, dialect)), dirty)


def with_pandas(path: Path, dirty: Dirty) -> Rows:
    import pandas as pd

    frame = pd.read_csv(
        path, sep=None, engine="python", dtype=str, keep_default_na=False, header=header(dirty)
    )
    return framed(list(frame.columns), frame.values.tolist(), dirty)


def with_polars(path: Path, dirty: Dirty) -> Rows:
    import polars as pl

    frame = pl.read_csv(
        path, infer_schema=False, empty_string_is_null=False, has_header=not dirty.options
    )
    return framed(frame.columns, [list(row) for row in frame.rows()], dirty)


def with_duckdb(path: Path, dirty: Dirty) -> Rows:
    import duckdb

    options = "all_varchar=true, null_padding=false, header=" + str(not dirty.options).lower()
    found = duckdb.connect().execute(f"select * from read_csv('{path}', {options})")
    names = [column[0] for column in found.description]
    return framed(names, [["" if c is None else c for c in row] for row in found.fetchall()], dirty)


def with_clevercsv(path: Path, dirty: Dirty) -> Rows:
    import clevercsv

    return with_names(clevercsv.read_table(str(path)), dirty)


def header(dirty: Dirty) -> int | None:
    return None if dirty.options else 0


def with_names(rows: Rows, dirty: Dirty) -> Rows:
    return [dirty.rows[0], *rows] if dirty.options else rows


def framed(names: list[str], rows: Rows, dirty: Dirty) -> Rows:
    """Rows below their names; a reader may call columns without name or of one name as it likes."""
    wanted = dirty.rows[0] if dirty.rows else names
    renamed = len(names) == len(wanted) and (len(set(wanted)) < len(wanted) or "" in wanted)
    return [wanted if renamed or dirty.options else names, *rows]


READERS: dict[str, Callable[[Path, Dirty], Rows]] = {
    "tpmclassify": with_tpmclassify,
    "csv": with_csv,
    "pandas": with_pandas,
    "polars": with_polars,
    "duckdb": with_duckdb,
    "clevercsv": with_clevercsv,
}


def grade(read: Callable[[Path, Dirty], Rows], path: Path, dirty: Dirty) -> str:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            rows = read(path, dirty)
        except ImportError:
            return "not installed"
        except Exception:  # whatever a reader raises, it did not stay silent
            return "right" if dirty.error else "refused"
    if not dirty.error and rows == dirty.rows and bool(dirty.rejected) <= bool(said):
        return "right"
    return "refused" if said else "silent"


def main() -> None:
    print(f"| table | {' | '.join(READERS)} |\n|---|{'---|' * len(READERS)}")
    counts: dict[str, Counter[str]] = {name: Counter() for name in READERS}
    with tempfile.TemporaryDirectory() as folder:
        for dirty in BATTERY:
            path = Path(folder) / f"in{dirty.suffix}"
            path.write_bytes(dirty.data)
            grades = [grade(read, path, dirty) for read in READERS.values()]
            for name, result in zip(READERS, grades, strict=True):
                counts[name][result] += 1
            print(f"| {dirty.name} | {' | '.join(grades)} |")
    for result in ("right", "refused", "silent", "not installed"):
        row = " | ".join(str(counts[name][result]) for name in READERS)
        print(f"| **{result}, of {len(BATTERY)}** | {row} |")


if __name__ == "__main__":
    main()
