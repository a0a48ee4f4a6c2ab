"""Which columns hold strings, whatever they are made of."""

import pyarrow as pa
import pytest

from tpmclassify.strings import holds_strings, is_string

STRINGS = [pa.string(), pa.large_string()]
OTHER_STRINGS = [pa.string_view(), pa.null(), pa.dictionary(pa.int32(), pa.large_string())]
NO_STRINGS = [
    pa.int64(), pa.float64(), pa.bool_(), pa.binary(), pa.list_(pa.string()), pa.date32(),
    pa.dictionary(pa.int8(), pa.int64()),
]  # fmt: skip


@pytest.mark.parametrize("kind", [*STRINGS, *OTHER_STRINGS, *NO_STRINGS], ids=str)
def test_strings_are_told_from_the_rest(kind):
    assert is_string(kind) == (kind in STRINGS)
    assert holds_strings(kind) == (kind not in NO_STRINGS)
