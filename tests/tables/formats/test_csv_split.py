"""The quick way to read sound CSV gives what the csv module gives, or gives up."""

import csv
import io
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tpmclassify.tables.formats.csv_split import split_sound

LONG = bool(os.environ.get("TPMCLASSIFY_LONG_TESTS"))
TEXTS = st.lists(
    st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", "a", "é", " ", '","', '"\n"', "\0", '\n"'])
).map("".join)


def by_csv(text):
    """Rows and where they begin, blank lines left out; what follows the last whole row."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    rows, starts, end = [], [], 0
    try:
        for row in reader:
            if row:
                rows.append([cell.encode() for cell in row])
                starts.append(end)
            end = reader.line_num
    except csv.Error as error:
        if "unexpected end" not in str(error):
            raise
    return rows, starts, "".join(lines[end:])


@given(TEXTS, st.integers(1, 3))
@settings(max_examples=20_000 if LONG else 500, deadline=None)
@example('"a""b","c\nd"\n\n"",x\r\n"open\n', 2)
def test_what_is_split_is_what_the_csv_module_reads(text, width):
    text += "\n"
    data = text.encode()
    options = {"delimiter": b",", "width": width, "header": []}
    sound = split_sound(data, whole=False, **options)
    if sound is None:
        return
    rows, starts, rest = by_csv(text)
    assert (sound.rows, sound.lines) == (rows, starts)
    assert data[sound.consumed :].decode() == rest
    whole = split_sound(data, whole=True, **options)
    assert (whole is None) == bool(rest)


@pytest.mark.parametrize(
    "text",
    ["a,b\nc\n", 'a,5" x\n', '"a"b,c\n', "a,b\rc,d\n", "a,\0\n", "h,i\n", "\ufeffa,b\n"],
)
def test_what_is_out_of_order_is_left_to_the_csv_module(text):
    header = [b"h", b"i"]
    options = {"delimiter": b",", "width": 2, "header": header}
    assert split_sound(text.encode(), whole=True, **options) is None


def test_most_rows_take_the_quick_way():
    text = 'a,b\n"say ""hi""\nto all", x \n,""\n\n"é",1\n'
    sound = split_sound(text.encode(), delimiter=b",", width=2, header=[], whole=True)
    assert sound.rows == by_csv(text)[0]
    assert sound.lines == [0, 1, 3, 5]
