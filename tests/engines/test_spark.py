"""Screening on a real Spark of two local workers."""

import os
import shutil
import signal
import sys

import pandas as pd
import pyarrow as pa
import pytest

import tpmclassify
from tpmclassify.screening import COLUMNS, screen_batch

pytest.importorskip("pyspark", reason="needs tpmclassify[spark]")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark needs Java 17 or later", allow_module_level=True)

from pyspark.errors import PythonException
from pyspark.sql import SparkSession, functions

from tpmclassify.engines.spark import screen

pytestmark = pytest.mark.filterwarnings(
    "ignore:PySpark does not yet fully support pandas:FutureWarning"
)


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2,4]")  # a task that fails is tried up to four times
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def folder(table, tmp_path_factory):
    """The table as five Parquet files."""
    folder = tmp_path_factory.mktemp("parts")
    for number in range(5):
        table.iloc[number * 50 : number * 50 + 50].to_parquet(folder / f"part-{number}.parquet")
    return folder


@pytest.fixture(scope="module")
def parts(spark, folder):
    return spark.read.parquet(str(folder))


def by_id(screened):
    rows = pd.DataFrame(screened.collect(), columns=screened.columns)
    return rows.set_index("posting_id").sort_index()


def test_verdicts_are_those_of_one_machine(parts, expected, same_verdicts):
    same_verdicts(by_id(screen(parts, title="title")), expected)


def test_an_own_model_travels(parts, table, own_model, same_verdicts):
    screened = screen(parts, title="title", model=own_model)
    same_verdicts(by_id(screened), tpmclassify.screen(table, title="title", model=own_model))


def test_employers_are_masked(parts, table, classifier):
    screened = by_id(screen(parts, employer="employer"))
    batch = pa.RecordBatch.from_pandas(table, preserve_index=False)
    columns = {"text": "description", "employer": "employer"}
    expected = screen_batch(batch, classifier=classifier, **columns)
    assert screened["tpm_probability"].tolist() == expected["tpm_probability"].to_pylist()


def test_a_killed_worker_changes_nothing(parts, expected, tmp_path, same_verdicts):
    marker = tmp_path / "killed"

    def kill_once(batches):
        for batch in batches:
            if "made-130" in batch["posting_id"].to_pylist() and not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            yield batch

    screened = screen(parts.mapInArrow(kill_once, parts.schema), title="title")
    same_verdicts(by_id(screened), expected)
    assert marker.exists()


def test_schema_is_declared_and_partitions_stay(parts):
    screened = screen(parts, title="title")
    assert screened.schema.fields[: len(parts.columns)] == parts.schema.fields
    assert [(name, kind) for name, kind in screened.dtypes if name.startswith("tpm_")] == [
        (name, {"float64": "double", "bool": "boolean"}.get(kind, kind))
        for name, kind in COLUMNS.items()
    ]
    assert screened.rdd.getNumPartitions() == parts.rdd.getNumPartitions()


def test_no_row_is_moved(parts, capsys):
    screen(parts, title="title").explain()
    plan = capsys.readouterr().out
    assert "MapInArrow" in plan
    assert "Exchange" not in plan


def test_other_columns_come_back_unchanged(spark, classifier):
    before = spark.sql(
        """select 'Manage the budget.' text, 1 n, array(1.5D, null) list, map('a', null) map,
        X'ff' bytes, date'2026-01-31' day, timestamp'2026-01-31 10:00:00' time"""
    )
    after = screen(before, text="text")
    assert after.select(before.columns).collect() == before.collect()
    [row] = after.collect()
    assert row.tpm_probability == round(classifier.classify(row.text).p_tpm, 6)


def test_joined_and_empty_tables_are_screened(spark, parts):
    other = parts.select("posting_id", functions.length("description").alias("length"))
    assert screen(parts.join(other, "posting_id")).count() == parts.count()
    assert screen(spark.sql("select '' description").limit(0)).count() == 0


def test_errors_name_partition_and_row(spark, folder):
    # No text at all: bytes that are not UTF-8, under the name of a string.
    broken = functions.when(
        functions.col("posting_id") == "made-103", functions.expr("cast(X'ff41' as string)")
    )
    part = spark.read.parquet(f"{folder}/part-2.parquet")
    bad = part.withColumn("description", broken.otherwise(functions.col("description")))
    where = r"TableError: Row 2 \(counted from 0\) of partition 0 cannot be screened"
    with pytest.raises(PythonException, match=where):
        screen(bad).count()


@pytest.mark.usefixtures("spark")
def test_the_example_of_the_page_runs(run_example, expected, same_verdicts):
    same_verdicts(run_example("spark").set_index("posting_id").sort_index(), expected)


@pytest.mark.parametrize(
    ("table_of", "refused"),
    [
        (lambda df: df.drop("description"), "one column 'description'"),
        (lambda df: df.withColumn("description", functions.lit(1)), "holds int, not strings"),
        (
            lambda df: df.withColumn("tpm_label", functions.lit("TPM")),
            "already has the columns tpm_label",
        ),
        (lambda df: df.drop("title"), "one column 'title'"),
        (lambda df: pd.DataFrame(df.head(1)), "must be a Spark DataFrame"),
    ],
)
def test_what_is_no_table_of_postings_is_refused_at_once(parts, table_of, refused):
    with pytest.raises(tpmclassify.TableError, match=refused):
        screen(table_of(parts), title="title")
