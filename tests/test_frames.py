"""Data frames of every kind: each comes back as what it was, with the same verdicts."""

import pandas as pd
import pyarrow as pa
import pytest

import tpmclassify
from tpmclassify.screening import COLUMNS

pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")

NAMES = {"title": "title", "employer": "employer"}
KINDS = {
    "Arrow table": (lambda table: table, lambda screened: screened),
    "Arrow batch": (
        lambda table: pa.record_batch(table.to_pydict(), schema=table.schema),
        lambda screened: pa.Table.from_batches([screened]),
    ),
    "Arrow reader": (lambda table: table.to_reader(max_chunksize=5), lambda s: s.read_all()),
    "Arrow, categories and views": (
        lambda table: table.set_column(1, "title", table["title"].dictionary_encode()).set_column(
            2, "description", table["description"].cast(pa.string_view())
        ),
        lambda screened: screened,
    ),
    "polars": (pl.from_arrow, lambda screened: screened.to_arrow()),
    "polars, categories": (
        lambda table: pl.from_arrow(table).with_columns(pl.col("title").cast(pl.Categorical)),
        lambda screened: screened.to_arrow(),
    ),
    "polars, lazy": (lambda t: pl.from_arrow(t).lazy(), lambda s: s.collect().to_arrow()),
    "polars, streaming": (
        lambda table: pl.from_arrow(table).lazy(),
        lambda screened: screened.collect(engine="streaming").to_arrow(),
    ),
    "DuckDB": (duckdb.from_arrow, lambda screened: screened.to_arrow_table()),
    "pandas": (lambda table: table.to_pandas(), pa.Table.from_pandas),
    "pandas on Arrow": (
        lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
        pa.Table.from_pandas,
    ),
}


@pytest.fixture(scope="module")
def table(written):
    rows = [
        {name: row[name] for name in ("title", "description", "employer")} for row in written[:12]
    ]
    rows[3]["description"] = rows[4]["title"] = rows[5]["employer"] = None
    numbers = pa.array([*range(11), None], pa.int32())
    return pa.table({"number": numbers, **pa.Table.from_pylist(rows).to_pydict()})


@pytest.fixture(scope="module")
def expected(table):
    decisions = tpmclassify.classify_many(
        [text or "" for text in table["description"].to_pylist()],
        table["title"].to_pylist(),
        employers=table["employer"].to_pylist(),
    )
    return [(d.label, d.verdict, round(d.p_tpm, 6), d.title_agrees) for d in decisions]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_comes_back_as_it_was(kind, table, expected):
    make, read = KINDS[kind]
    frame = make(table)
    screened = tpmclassify.screen(frame, **NAMES)
    assert type(screened) is type(frame)
    rows = read(screened)
    assert rows.column_names == [*table.column_names, *COLUMNS]
    assert rows.select(table.column_names).to_pylist() == table.to_pylist()
    names = ("tpm_label", "tpm_verdict", "tpm_probability", "tpm_title_agrees")
    assert list(zip(*(rows[name].to_pylist() for name in names), strict=True)) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_types_and_no_rows_are_kept(kind, table):
    make, read = KINDS[kind]
    unscreened = make(table.slice(0, 0))
    screened = read(tpmclassify.screen(unscreened, **NAMES))
    assert (screened.num_rows, screened.column_names) == (0, [*table.column_names, *COLUMNS])
    if kind.startswith("Arrow"):
        assert screened.schema.field("number").type == pa.int32()


def test_a_frame_and_a_file_have_the_same_figures(written, tmp_path):
    frame = pd.DataFrame(written[:40]).drop(columns="label")
    frame.to_csv(tmp_path / "in.csv", index=False)
    tpmclassify.screen_file(tmp_path / "in.csv", tmp_path / "out.parquet")
    screened = tpmclassify.screen(frame, **NAMES)
    from_file = pd.read_parquet(tmp_path / "out.parquet")
    for name in COLUMNS:
        ours = [None if value is pd.NA else value for value in screened[name].tolist()]
        assert ours == from_file[name].tolist(), name


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_nothing_is_reviewed(kind):
    make, read = KINDS[kind]
    nothing = pa.table({"title": pa.nulls(2), "description": pa.nulls(2)})
    if "categories" in kind:
        pytest.skip("nothing has no categories")
    screened = read(tpmclassify.screen(make(nothing), title="title"))
    assert screened["tpm_review_reasons"].to_pylist() == ["empty"] * 2


@pytest.mark.parametrize("names", [["description", "x", "x"], [0, "0", 1.5], [("a", 1), None, 2]])
def test_any_names_of_columns_of_pandas_are_kept(names):
    frame = pd.DataFrame([["Manage the budget.", "Project Manager", 1]])
    frame.columns = pd.Index(names, tupleize_cols=False)
    title = names[1] if names[0] != "description" else None
    screened = tpmclassify.screen(frame, names[0], title)
    assert list(screened.columns) == [*names, *COLUMNS]
    assert screened["tpm_label"].tolist() == ["PM"]


def test_columns_of_several_levels_stay_so():
    names = [("posting", "text"), ("posting", "id")]
    frame = pd.DataFrame([["Manage the budget.", 7]], columns=pd.MultiIndex.from_tuples(names))
    screened = tpmclassify.screen(frame, names[0])
    assert screened.columns.tolist() == [*names, *((name, "") for name in COLUMNS)]


def test_no_column_for_text_is_refused():
    with pytest.raises(tpmclassify.TableError, match="one column None for text; it has a"):
        tpmclassify.screen(pd.DataFrame({"a": ["b"]}), text=None)


def test_any_index_of_pandas_is_kept(table):
    frame = table.to_pandas().set_index(pd.Index([7] * 12, name="seven"))
    assert tpmclassify.screen(frame).index.equals(frame.index)


def test_a_reader_is_screened_as_it_is_read(table):
    taken = []

    def batches():
        for batch in table.to_batches(max_chunksize=4):
            taken.append(batch)
            yield batch

    reader = pa.RecordBatchReader.from_batches(table.schema, batches())
    screened = tpmclassify.screen(reader, **NAMES)
    assert not taken
    assert screened.read_next_batch().num_rows == 4
    assert len(taken) == 1


def test_a_relation_stays_with_its_connection(table):
    with duckdb.connect() as connection:
        connection.register("postings", table)
        screened = tpmclassify.screen(connection.sql("SELECT * FROM postings"), title="title")
        counted = connection.sql("SELECT count(*) FROM screened WHERE tpm_label IS NOT NULL")
        assert counted.fetchall() == [(12,)]
        assert screened.count("*").fetchall() == [(12,)]


def test_a_lazy_frame_can_be_asked_for_verdicts(table):
    screened = tpmclassify.screen(pl.from_arrow(table).lazy(), title="title")
    asked = screened.filter(pl.col("tpm_label") == "PM").select("tpm_label").collect()
    assert set(asked["tpm_label"]) == {"PM"}
    assert screened.head(2).collect().height == 2


@pytest.mark.parametrize("make", [pl.DataFrame, pl.LazyFrame, pd.DataFrame, pa.table])
@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"text": ["a"]}, "one column 'description' for text; it has text"),
        ({"description": [1.5]}, "holds .*not str"),
        ({"description": ["a"], "tpm_label": ["b"]}, "already has the columns"),
    ],
)
def test_no_table_of_postings_is_refused_at_once(make, columns, message):
    with pytest.raises(tpmclassify.TableError, match=message):
        tpmclassify.screen(make(columns))


def test_two_columns_of_the_name_are_refused():
    frame = pd.DataFrame([["a", "b"]], columns=["description"] * 2)
    with pytest.raises(tpmclassify.TableError, match="one column 'description' for text"):
        tpmclassify.screen(frame)
