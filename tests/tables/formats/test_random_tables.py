"""Random tables, as other programs write them: each cell comes back, or its row is named."""

import csv
import random
from collections import Counter
from contextlib import closing

import polars as pl
import pytest

from tpmclassify.tables.formats.choose import open_table

WORDS = [
    *'Plan, budgets; risk | "agile" it\'s Führung – “quote” a\\b'.split(),
    *"'quoted' =SUM(A1) -x € C++".split(),
    *("\n", "\t", "\r\n", "\n\n"),
]
SINGLE = ["", " ", '"', "'", '""', ",", ";", "\n", 'a"b', '"a', 'a"', "7", "N/A", " x ", "'tis"]
NAMES = ["description", "title", "id", "Company Name", "posted, at", 'notes "x"']
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


def random_cell(of):
    if of.random() < 0.3:
        return of.choice(SINGLE)
    return " ".join(of.choice(WORDS) for _ in range(of.randint(1, 40)))


def write(path, names, rows, of):
    delimiter = of.choice(",;\t|")
    if of.random() < 0.3:
        columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        style = of.choice(["necessary", "always", "non_numeric"])
        pl.DataFrame(columns).write_csv(path, separator=delimiter, quote_style=style)
        return
    end = of.choice(["\n", "\r\n", "\r"])
    # Some csv modules leave an LF in a cell bare where rows end by CR.
    usual = [csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]
    quoting = csv.QUOTE_ALL if end == "\r" else of.choice(usual)
    with path.open("w", encoding=of.choice(ENCODINGS), newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end)
        writer.writerows([names, *rows])


@pytest.mark.parametrize("seed", range(200))
def test_the_cells_of_a_table_come_back_or_their_row_is_named(tmp_path, seed):
    of = random.Random(seed)
    names = of.sample(NAMES, of.randint(2, len(NAMES)))
    rows = [[random_cell(of) for _ in names] for _ in range(of.randint(1, 30))]
    write(tmp_path / "in.csv", names, rows, of)
    found, n_rejected = [], 0
    with closing(open_table(str(tmp_path / "in.csv"), text="description")) as table:
        assert table.schema.names == names
        for batch in table.batches():
            columns = [column.to_pylist() for column in batch.rows.columns[: len(names)]]
            found += zip(*columns, strict=True)
            n_rejected += len(batch.rejects)
    assert not Counter(found) - Counter(map(tuple, rows))
    assert len(found) + n_rejected >= len(rows)
