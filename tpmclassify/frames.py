"""Screening of pandas DataFrames."""

from typing import Any

import pandas as pd

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError
from tpmclassify.screening import COLUMNS, check_no_own_columns, screen_texts

_BATCH = 256
_PANDAS_TYPES: dict[str, Any] = {"string": "str", "float64": "float64", "bool": "boolean"}


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
    texts = _strings(df, text, "text")
    titles = _strings(df, title, "title") if title is not None else None
    added: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for start in range(0, len(df), _BATCH):
        batch = slice(start, start + _BATCH)
        columns = screen_texts(classifier, texts[batch], titles[batch] if titles else None)
        for name, values in columns.items():
            added[name] += values
    screened = df.copy()
    for name, kind in COLUMNS.items():
        screened[name] = pd.array(added[name], dtype=_PANDAS_TYPES[kind])
    return screened


def _strings(df: pd.DataFrame, name: str, option: str) -> list[str | None]:
    columns = list(df.columns)
    if columns.count(name) != 1:
        raise TableError(
            f"The DataFrame must have one column {name!r} for {option}; its columns are "
            f"{', '.join(map(repr, columns))}. Name the right one with {option}=."
        )
    values: list[str | None] = []
    for position, value in enumerate(df[name].tolist()):
        if isinstance(value, str):
            values.append(value)
        elif pd.api.types.is_scalar(value) and pd.isna(value):
            values.append(None)
        else:
            raise TableError(
                f"Row {position} (counted from 0) of column {name!r} holds "
                f"{type(value).__name__}, not str. Legal are strings and missing values; convert "
                f"the column, or name another one with {option}=."
            )
    return values
