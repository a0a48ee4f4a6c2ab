"""What docs/scale.md says can be done with anything that maps Arrow batches."""

import pyarrow as pa
import pytest

from tpmclassify.batch_sizes import BATCH_ROWS
from tpmclassify.engines.part import row_error
from tpmclassify.screening import COLUMNS


@pytest.fixture(scope="module")
def recipe(examples):
    return next(block for block in examples if "def screen_table" in block)


@pytest.fixture(scope="module")
def screen_table(recipe):
    names = {}
    exec(recipe, names)
    return names["screen_table"]


def test_the_recipe_gives_the_verdicts_of_one_machine(screen_table, table, expected, same_verdicts):
    rows = pa.Table.from_pandas(table.reset_index(), preserve_index=False)
    batches = rows.to_batches(max_chunksize=50)
    parts = [pa.Table.from_batches(batches[:2]), pa.Table.from_batches(batches[2:])]
    screened = pa.concat_tables(screen_table(part) for part in parts)
    same_verdicts(screened.to_pandas().set_index("posting_id"), expected)


def test_the_recipe_keeps_the_schema_of_a_part_without_rows(screen_table, table):
    full = screen_table(pa.Table.from_pandas(table.iloc[:3], preserve_index=False))
    empty = screen_table(full.select(list(table.columns)).slice(0, 0))
    assert empty.num_rows == 0
    assert empty.schema.equals(full.schema)
    assert set(COLUMNS) < set(empty.column_names)


def test_the_recipe_has_at_most_ten_lines(recipe):
    assert len([line for line in recipe.splitlines() if line]) <= 10


def test_the_page_quotes_real_messages_and_settings(page):
    assert f"{BATCH_ROWS:,} rows at a time" in page
    message = str(row_error(7, 102, "column"))
    assert message in " ".join(page.split())
