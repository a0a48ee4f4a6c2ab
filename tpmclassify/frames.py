"""Screening of data frames: each comes back as what it was, followed by the verdicts.

Arrow's own tables need nothing but pyarrow; narwhals tells the other kinds apart.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
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

Screen = Callable[[pa.Table, TextColumns], pa.Table]


def screen_frame(frame: Any, columns: TextColumns, *, classifier: TPMClassifier) -> Any:
    """Screen a data frame of any kind; see `tpmclassify.screen`."""

    def screened(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for start in range(0, batch.num_rows, batch_sizes.BATCH_ROWS):
                rows = batch.slice(start, batch_sizes.BATCH_ROWS)
                yield screen_batch(rows, classifier=classifier, **columns.options)

    if isinstance(frame, pa.Table | pa.RecordBatch | pa.RecordBatchReader):
        columns.check(frame.schema.names, not_strings(frame.schema))
        if isinstance(frame, pa.RecordBatch):
            return screen_batch(frame, classifier=classifier, **columns.options)
        schema = pa.schema([*frame.schema, *COLUMN_FIELDS], metadata=frame.schema.metadata)
        if isinstance(frame, pa.Table):
            return pa.Table.from_batches(screened(frame.to_batches()), schema)
        return pa.RecordBatchReader.from_batches(schema, screened(frame))
    screen_kind = _screening_of(frame)
    if screen_kind is None:
        raise TableError(
            "df must be a DataFrame of pandas or polars, a LazyFrame, a Table, RecordBatch or "
            "RecordBatchReader of PyArrow, or a relation of DuckDB. Got "
            f"{type(frame).__module__.partition('.')[0]}.{type(frame).__name__} instead. For a "
            "list of texts call classify_many, for a file screen_file, for Dask or Spark "
            "tpmclassify.engines.dask.screen or .spark.screen."
        )
    return screen_kind(frame, columns, partial(screen_frame, classifier=classifier))


def _screening_of(frame: Any) -> Callable[..., Any] | None:
    try:
        from narwhals import dependencies as known
    except ModuleNotFoundError as error:
        raise missing_package(TableError, "A data frame that is not Arrow's", error) from error
    if known.is_pandas_dataframe(frame):
        return _pandas
    if known.is_polars_dataframe(frame) or known.is_polars_lazyframe(frame):
        return _polars
    return _duckdb if known.is_duckdb_relation(frame) else None


def _polars(frame: Any, columns: TextColumns, screen: Screen) -> Any:
    import polars as pl

    if isinstance(frame, pl.DataFrame):
        table = frame.select(columns.check(frame.columns)).to_arrow()
        return frame.hstack(pl.DataFrame(screen(table, columns).select(list(COLUMNS))))
    # What is no table of postings is refused at once; the rest is done when it is computed, as many
    # rows at a time as its engine gives.
    empty = _polars(frame.collect_schema().to_frame(), columns, screen)
    return frame.map_batches(
        lambda rows: _polars(rows, columns, screen),
        # What is asked of the verdicts cannot be asked before they are there.
        predicate_pushdown=False,
        projection_pushdown=False,
        schema=empty.schema,
        streamable=True,
    )


def _pandas(frame: "pd.DataFrame", columns: TextColumns, screen: Screen) -> "pd.DataFrame":
    columns.check(list(frame.columns))
    # By what names them: a column of pandas may be called by a number.
    read = {
        option: string_array(frame[name], _not_a_string(name, option))
        for option, name in columns.options.items()
    }
    screened = frame.copy()
    table = screen(pa.Table.from_pydict(read), TextColumns(**{option: option for option in read}))
    more = [""] * (frame.columns.nlevels - 1)
    for name, values in verdict_columns(table.to_batches(), strings="str").items():
        screened[(name, *more) if more else name] = values
    return screened


def _duckdb(frame: Any, columns: TextColumns, screen: Screen) -> Any:
    screened = screen(frame.to_arrow_table(), columns)
    assert screened is not None  # DuckDB finds it by its name
    return frame.query("unscreened", "SELECT * FROM screened")


def _not_a_string(name: str, option: str) -> "Callable[[int, str], TableError]":
    return lambda row, kind: TableError(
        f"Row {row} (counted from 0) of column {name!r} holds {kind}, not str. Legal are "
        f"strings and missing values; convert the column, or name another one with {option}=."
    )


def string_array(
    values: "pd.Series[Any]", not_a_string: Callable[[int, str], TableError]
) -> pa.Array:
    """Take the strings of pandas to Arrow; missing values of any kind are null.

    `values`: (n_rows,). `not_a_string`: builds the error about a value that is none, of its row,
    from 0, and its type.
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

    `strings`: of the columns of strings.
    """
    import pandas as pd

    types = {"string": strings, "float64": "float64", "bool": "boolean"}
    return {
        name: pd.array([v for batch in screened for v in batch[name].to_pylist()], types[kind])
        for name, kind in COLUMNS.items()
    }
