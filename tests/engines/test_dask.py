"""Screening on a real Dask cluster of two worker processes."""

import os
import signal

import pandas as pd
import pyarrow as pa
import pytest

import tpmclassify
from tpmclassify.screening import COLUMNS, screen_batch

dask = pytest.importorskip("dask", reason="needs tpmclassify[dask]")
distributed = pytest.importorskip("distributed", reason="needs tpmclassify[dask]")
dd = pytest.importorskip("dask.dataframe", reason="needs tpmclassify[dask]")

from tpmclassify.engines.dask import screen  # noqa: E402


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def ddf(table):
    return dd.from_pandas(table, npartitions=6)


@pytest.mark.usefixtures("client")
def test_verdicts_are_those_of_one_machine(ddf, expected, same_verdicts):
    same_verdicts(screen(ddf, title="title").compute(), expected)


@pytest.mark.usefixtures("client")
def test_an_own_model_travels(ddf, table, own_model, same_verdicts):
    screened = screen(ddf, title="title", model=own_model).compute()
    same_verdicts(screened, tpmclassify.screen(table, title="title", model=own_model))


@pytest.mark.usefixtures("client")
def test_employers_are_masked(ddf, table, classifier):
    screened = screen(ddf, title="title", employer="employer").compute()
    batch = pa.RecordBatch.from_pandas(table, preserve_index=False)
    columns = {"text": "description", "employer": "employer"}
    expected = screen_batch(batch, classifier=classifier, **columns)
    assert screened["tpm_probability"].tolist() == expected["tpm_probability"].to_pylist()


@pytest.mark.usefixtures("client")
def test_a_killed_worker_changes_nothing(ddf, own_model, table, tmp_path, same_verdicts):
    marker = tmp_path / "killed"

    def kill_once(frame):
        if "made-130" in frame.index and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return frame

    dying = ddf.map_partitions(kill_once, meta=table.iloc[:0])
    screened = screen(dying, title="title", model=own_model).compute()
    assert marker.exists()
    same_verdicts(screened, tpmclassify.screen(table, title="title", model=own_model))


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("convert", [True, False])
def test_meta_is_exact_and_partitions_stay(table, convert):
    with dask.config.set({"dataframe.convert-string": convert}):
        ddf = dd.from_pandas(table, npartitions=6)
        screened = screen(ddf, title="title")
        assert screened.divisions == ddf.divisions
        assert screened.npartitions == ddf.npartitions
        assert list(screened.columns) == [*table.columns, *COLUMNS]
        for part in (screened.get_partition(4).compute(), screened.compute()):
            pd.testing.assert_series_equal(part.dtypes, screened.dtypes)
            pd.testing.assert_index_equal(part.index[:0], screened._meta.index)


def test_nothing_is_computed_before_it_is_asked_for(table):
    def fail(_):
        raise AssertionError("computed")

    ddf = dd.from_map(fail, [0, 1], meta=table.iloc[:0])
    assert list(screen(ddf, title="title").columns) == [*table.columns, *COLUMNS]


def test_the_graph_moves_no_rows_and_holds_the_model_once(ddf, own_model):
    graph = dict(screen(ddf, model=own_model).optimize().__dask_graph__())
    models = [key for key in graph if "tpmclassify-model" in key[0]]
    screenings = [task for key, task in graph.items() if "tpmclassify-screen" in key[0]]
    assert len(models) == 1
    assert len(screenings) == ddf.npartitions
    sources = [task.dependencies - set(models) for task in screenings]
    assert all(len(source) <= 1 for source in sources)  # one part in, one part out
    assert len({key for source in sources for key in source}) in (0, ddf.npartitions)


@pytest.mark.usefixtures("client")
def test_errors_name_partition_and_row(table):
    rows = table.iloc[:15].astype(object)
    rows.loc[rows.index[8], "description"] = 1.5
    with dask.config.set({"dataframe.convert-string": False}):
        screened = screen(dd.from_pandas(rows, npartitions=3, sort=False))
        with pytest.raises(tpmclassify.TableError) as caught:
            screened.compute()
    assert str(caught.value).startswith(
        "Row 3 (counted from 0) of partition 1 cannot be screened: column 'description' holds "
        "float, not str."
    )


@pytest.mark.parametrize(
    "kind", ["object", "string", "string[pyarrow]", "category", pd.ArrowDtype(pa.string())]
)
def test_strings_of_any_type_are_read(table, expected, kind):
    with dask.config.set({"dataframe.convert-string": False, "scheduler": "sync"}):
        rows = table.iloc[:20].astype({"description": kind, "title": kind})
        screened = screen(dd.from_pandas(rows, npartitions=2), title="title").compute()
    assert screened["tpm_quotes"].tolist() == expected["tpm_quotes"].iloc[:20].tolist()


@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame")
@pytest.mark.usefixtures("client")
def test_the_example_of_the_page_runs(run_example, expected, same_verdicts):
    same_verdicts(run_example("dask"), expected)


@pytest.mark.parametrize(
    ("table_of", "refused"),
    [
        (lambda ddf: ddf.drop(columns="description"), "one column 'description'"),
        (lambda ddf: ddf.assign(description=1.5), "'description' holds float64, not strings"),
        (lambda ddf: ddf.assign(tpm_label="TPM"), "already has the columns tpm_label"),
        (lambda ddf: ddf.drop(columns="title"), "one column 'title'"),
        (lambda ddf: ddf.compute(scheduler="sync"), "must be a Dask DataFrame"),
    ],
)
def test_what_is_no_table_of_postings_is_refused_at_once(ddf, table_of, refused):
    with pytest.raises(tpmclassify.TableError, match=refused):
        screen(table_of(ddf), title="title")
