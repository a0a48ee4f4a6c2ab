"""Screening of pandas DataFrames: their strings to Arrow, and the verdicts back to pandas."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError
from tpmclassify.screening import COLUMNS, check_no_own_columns, screen_batch


def screen_frame(
    df: pd.DataFrame, text: str, title: str | None, *, classifier: TPMClassifier
) -> pd.DataFrame:
    """Screen a DataFrame; see `tpmclassify.screen`."""
    if not isinstance(df, pd.DataFrame):
        raise TableError(
            f"df must be a pandas DataFrame. Got {type(df).__name__} instead. "
            "For a list of texts call classify_many, for a file screen_file."
        )
    check_no_own_columns([name for name in df.columns if isinstance(name, str)])
    read = {"text": _column(df, text, "text")}
    if title is not None:
        read["title"] = _column(df, title, "title")
    rows = pa.RecordBatch.from_pydict(read)
    parts = [
        screen_batch(
            rows.slice(start, batch_sizes.BATCH_ROWS),
            classifier=classifier,
            text="text",
            title=None if title is None else "title",
        )
        for start in range(0, len(df), batch_sizes.BATCH_ROWS)
    ]
    screened = df.copy()
    for name, values in verdict_columns(parts, strings="str").items():
        screened[name] = values
    return screened


def string_array(values: pd.Series, not_a_string: Callable[[int, str], TableError]) -> pa.Array:
    """Take the strings of a column to Arrow; missing values of any kind are null.

    Parameters
    ----------
    values : Series of shape (n_rows,)
    not_a_string : callable
        Builds the error about a value that is none, of its row, from 0, and its type.

    Raises
    ------
    TableError
    """
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
    types = {"string": strings, "float64": "float64", "bool": "boolean"}
    return {
        name: pd.array([v for batch in screened for v in batch[name].to_pylist()], types[kind])
        for name, kind in COLUMNS.items()
    }


def _column(df: pd.DataFrame, name: str, option: str) -> pa.Array:
    columns = list(df.columns)
    if columns.count(name) != 1:
        raise TableError(
            f"The DataFrame must have one column {name!r} for {option}; its columns are "
            f"{', '.join(map(repr, columns))}. Name the right one with {option}=."
        )
    return string_array(
        df[name],
        lambda row, kind: TableError(
            f"Row {row} (counted from 0) of column {name!r} holds {kind}, not str. Legal are "
            f"strings and missing values; convert the column, or name another one with {option}=."
        ),
    )
