"""Screening of data frames: each comes back as what it was, followed by the verdicts.

Arrow's own tables need nothing but pyarrow; narwhals tells the other kinds apart.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError, missing_package
from tpmclassify.screening import (
    COLUMN_FIELDS,
    COLUMNS,
    TextColumns,
    not_strings,
    screen_batch,
)

if TYPE_CHECKING:
    import pandas as pd

Screen = Callable[[pa.Table], pa.Table]


def screen_frame(frame: Any, columns: TextColumns, *, classifier: TPMClassifier) -> Any:
    """Screen a data frame of any kind; see `tpmclassify.screen`."""

    def verdicts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for start in range(0, batch.num_rows, batch_sizes.BATCH_ROWS):
                rows = batch.slice(start, batch_sizes.BATCH_ROWS)
                yield screen_batch(
                    rows,
                    classifier=classifier,
                    text=columns.text,
                    title=columns.title,
                    employer=columns.employer,
                )

    def with_verdicts(table: pa.Table) -> pa.Table:
        columns.check(table.schema.names, not_strings(table.schema))
        read = verdicts(table.select(columns.names).to_batches())
        added = pa.Table.from_batches(
            (batch.select(list(COLUMNS)) for batch in read), pa.schema(COLUMN_FIELDS)
        )
        for field, values in zip(COLUMN_FIELDS, added.columns, strict=True):
            table = table.append_column(field, values)
        return table

    if isinstance(frame, pa.RecordBatchReader):
        columns.check(frame.schema.names, not_strings(frame.schema))
        schema = pa.schema([*frame.schema, *COLUMN_FIELDS], metadata=frame.schema.metadata)
        return pa.RecordBatchReader.from_batches(schema, verdicts(frame))
    if isinstance(frame, pa.Table):
        return with_verdicts(frame)
    return _by_kind(frame, columns, with_verdicts)


def _by_kind(frame: Any, columns: TextColumns, with_verdicts: Screen) -> Any:
    try:
        import narwhals as nw
    except ModuleNotFoundError as error:
        raise missing_package(TableError, "A data frame that is not Arrow's", error) from error
    try:
        kind = nw.from_native(frame).implementation
    except TypeError:
        kind = nw.Implementation.UNKNOWN
    if kind.is_pandas():
        return _pandas(frame, columns, with_verdicts)
    if kind.is_polars() and not hasattr(frame, "collect"):
        return _polars(frame, columns, with_verdicts)
    if kind.is_polars():
        return _lazy(frame, columns, with_verdicts)
    if kind.is_duckdb():
        screened = with_verdicts(nw.from_native(frame).collect("pyarrow").to_native())
        assert screened is not None  # DuckDB finds it by its name, in the query below
        return frame.query("unscreened", "SELECT * FROM screened")
    raise TableError(
        "df must be a data frame of pandas, polars, PyArrow or DuckDB. Got "
        f"{type(frame).__module__.partition('.')[0]}.{type(frame).__name__} instead. For a list "
        "of texts call classify_many, for a file screen_file, for Dask or Spark "
        "tpmclassify.engines.dask.screen or .spark.screen."
    )


def _polars(frame: Any, columns: TextColumns, with_verdicts: Screen) -> Any:
    import polars as pl

    columns.check(frame.columns, {})
    read = with_verdicts(frame.select(columns.names).to_arrow())
    return frame.hstack(pl.from_arrow(read.select(list(COLUMNS))))


def _lazy(frame: Any, columns: TextColumns, with_verdicts: Screen) -> Any:
    """Screen a lazy frame when it is computed, as many rows at a time as its engine gives."""
    known = frame.collect_schema()
    empty = _polars(known.to_frame(), columns, with_verdicts)  # refuses at once what is no table
    return frame.map_batches(
        lambda rows: _polars(rows, columns, with_verdicts),
        # What is asked of the verdicts cannot be asked before they are there.
        predicate_pushdown=False,
        projection_pushdown=False,
        schema=empty.schema,
        streamable=True,
    )


def _pandas(frame: "pd.DataFrame", columns: TextColumns, with_verdicts: Screen) -> "pd.DataFrame":
    columns.check(list(frame.columns), {})
    read = {
        name: string_array(frame[name], _not_a_string(name, option))
        for option, name in columns.options.items()
    }
    batches = with_verdicts(pa.Table.from_pydict(read)).to_batches()
    screened = frame.copy()
    for name, values in verdict_columns(batches, strings="str").items():
        screened[name] = values
    return screened


def _not_a_string(name: str, option: str) -> "Callable[[int, str], TableError]":
    return lambda row, kind: TableError(
        f"Row {row} (counted from 0) of column {name!r} holds {kind}, not str. Legal are "
        f"strings and missing values; convert the column, or name another one with {option}=."
    )


def string_array(
    values: "pd.Series[Any]", not_a_string: Callable[[int, str], TableError]
) -> pa.Array:
    """Take the strings of pandas to Arrow; missing values of any kind are null.

    Parameters
    ----------
    values : Series of shape (n_rows,)
    not_a_string : callable
        Builds the error about a value that is none, of its row, from 0, and its type.

    Raises
    ------
    TableError
    """
    import pandas as pd

    if not isinstance(values.dtype, pd.StringDtype):
        for row, value in enumerate(values.tolist()):
            if not isinstance(value, str) and not (
                pd.api.types.is_scalar(value) and pd.isna(value)
            ):
                raise not_a_string(row, type(value).__name__)
        values = values.astype(object)
    try:
        array = pa.array(values, pa.large_string(), from_pandas=True)
    except UnicodeEncodeError:  # half a character, which Arrow cannot hold
        encoded = [v.encode(errors="replace") if isinstance(v, str) else None for v in values]
        array = pa.array(encoded, pa.large_binary()).cast(pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def verdict_columns(screened: Sequence[pa.RecordBatch], *, strings: Any) -> dict[str, Any]:
    """Give the columns that screening adds as pandas' arrays.

    Parameters
    ----------
    screened : sequence of pyarrow.RecordBatch
    strings : dtype
        Of the columns of strings.
    """
    import pandas as pd

    types = {"string": strings, "float64": "float64", "bool": "boolean"}
    return {
        name: pd.array([v for batch in screened for v in batch[name].to_pylist()], types[kind])
        for name, kind in COLUMNS.items()
    }
