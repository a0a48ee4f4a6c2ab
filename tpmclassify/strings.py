"""Which columns of Arrow hold strings."""

import pyarrow as pa


def is_string(kind: pa.DataType) -> bool:
    """Whether a type is that of strings as Arrow lays them out, byte after byte."""
    return kind in (pa.string(), pa.large_string())


def holds_strings(kind: pa.DataType) -> bool:
    """Whether texts can be read from a column of this type, in whatever way it keeps them.

    Strings by number (pandas' categories) are strings, and so is a column without any value.
    """
    if pa.types.is_dictionary(kind):
        return holds_strings(kind.value_type)
    return is_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind)
