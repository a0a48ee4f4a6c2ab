"""Screening of Spark DataFrames through `mapInArrow`: no shuffle, no pandas in between."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pyarrow as pa
from pyspark import TaskContext
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import NullType, StringType, StructType

from tpmclassify.api import Model
from tpmclassify.batch_sizes import BATCH_ROWS
from tpmclassify.engines.part import screen_slice
from tpmclassify.engines.shipment import Shipment, pack, unpack
from tpmclassify.errors import TableError
from tpmclassify.screening import COLUMNS, TextColumns

# Types that Spark calls otherwise than Arrow.
_TYPES = {"float64": "double", "bool": "boolean"}


def screen(
    df: DataFrame,
    text: str = "description",
    title: str | None = None,
    *,
    employer: str | None = None,
    model: Model = None,
) -> DataFrame:
    """Screen a Spark DataFrame of postings, lazily.

    Parameters
    ----------
    df : pyspark.sql.DataFrame of shape (n_rows, n_columns)
    text, title, employer, model
        As in `tpmclassify.screen`. Each worker takes the shipped model from its own installation;
        another one is broadcast.

    Returns
    -------
    pyspark.sql.DataFrame of shape (n_rows, n_columns + 8)
        The same rows, columns and partitions, then the ``tpm_`` columns.

    Raises
    ------
    TableError
        At once, if a column is missing, holds anything but strings, or begins with ``tpm_``
        already. When it is computed, if a row cannot be read: the message, inside Spark's own
        error, names the partition and the row.
    ModelFileError
        If `model` names no model file, or a worker has another version of this library.
    """
    if not hasattr(df, "mapInArrow"):
        raise TableError(
            f"df must be a Spark DataFrame. Got {type(df).__name__} instead. "
            "For a pandas DataFrame call tpmclassify.screen."
        )
    columns = TextColumns(text, title, employer)
    columns.check(df.columns, _not_strings(df.schema))
    shipment, content = pack(model)
    model_file = _sent_once(content, df.sparkSession)

    def tpmclassify_screen(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return screen_partition(batches, shipment=shipment, content=model_file, columns=columns)

    schema = StructType([*df.schema.fields])
    for name, kind in COLUMNS.items():
        schema.add(name, _TYPES.get(kind, kind))
    return df.mapInArrow(tpmclassify_screen, schema)


def screen_partition(
    batches: Iterable[pa.RecordBatch],
    *,
    shipment: Shipment,
    content: Callable[[], bytes],
    columns: TextColumns,
) -> Iterator[pa.RecordBatch]:
    """Screen one partition on a worker, batch by batch."""
    classifier = unpack(shipment, content)
    context = TaskContext.get()
    part = context.partitionId() if context else 0
    first_row = 0
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            yield screen_slice(
                batch.slice(start, BATCH_ROWS),
                classifier=classifier,
                columns=columns,
                part=part,
                first_row=first_row + start,
            )
        first_row += batch.num_rows


def _sent_once(content: bytes, spark: SparkSession) -> Callable[[], bytes]:
    if not content:
        return bytes
    try:
        broadcast = spark.sparkContext.broadcast(content)
    except PySparkException:  # Spark Connect has no broadcast: it goes with the plan
        return partial(bytes, content)
    return partial(getattr, broadcast, "value")


def _not_strings(schema: StructType) -> dict[str, str]:
    return {
        field.name: field.dataType.simpleString()
        for field in schema.fields
        if not isinstance(field.dataType, StringType | NullType)
    }
