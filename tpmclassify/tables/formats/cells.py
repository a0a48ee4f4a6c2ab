"""Cells of any type as a person would write them, for the formats that hold text only."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from tpmclassify.screening import COLUMNS
from tpmclassify.strings import is_string

_PROBABILITY = pa.decimal128(7, 6)


def plain_column(name: str, column: pa.Array) -> pa.Array:
    """Turn a column of this name into strings, our own probabilities with six decimals."""
    if name not in COLUMNS or not pa.types.is_floating(column.type):
        return plain_strings(column)
    return column.cast(_PROBABILITY).cast(pa.string())


def plain_strings(column: pa.Array) -> pa.Array:
    """Turn a column of any type into strings; missing cells stay missing."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain_strings(column.dictionary_decode())
    if is_string(kind):
        return column
    if pa.types.is_nested(kind):
        return _by_value(column, lambda value: json.dumps(value, ensure_ascii=False, default=str))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _by_value(column, lambda value: base64.b64encode(value).decode())
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _by_value(column, str)


def as_binary(strings: pa.Array) -> pa.Array:
    """Give the bytes of strings, legal UTF-8 or not."""
    large = pa.types.is_large_string(strings.type)
    return strings.view(pa.large_binary() if large else pa.binary())


def _by_value(column: pa.Array, write: Callable[[Any], str]) -> pa.Array:
    return pa.array([None if v is None else write(v) for v in column.to_pylist()], pa.string())
