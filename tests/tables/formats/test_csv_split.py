"""The quick way to read sound CSV gives what the csv module gives, or gives up.

In plain Python and as machine code, which is what a job takes.
"""

import csv
import io
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tpmclassify.machine_code.load import machine_code
from tpmclassify.tables.formats.csv_split import split_sound

LONG = bool(os.environ.get("TPMCLASSIFY_LONG_TESTS"))
TEXTS = st.lists(
    st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", "a", "é", " ", '","', '"\n"', "\0", '\n"'])
).map("".join)


CODES = [None, machine_code(1 << 30)]


def as_rows(columns):
    return [list(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]


def by_csv(text):
    """Rows and where they begin, blank lines left out; what follows the last whole row."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    rows, starts, end = [], [], 0
    try:
        for row in reader:
            if row:
                rows.append(row)
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
    for code in CODES:
        options = {"delimiter": b",", "width": width, "header": [], "code": code}
        sound = split_sound(data, whole=False, **options)
        if sound is None:
            return
        rows, starts, rest = by_csv(text)
        assert (as_rows(sound.columns), sound.lines) == (rows, starts)
        assert [by_csv(f"{line}\n")[0] for line in sound.raw.to_pylist()] == [[row] for row in rows]
        assert data[sound.consumed :].decode() == rest
        whole = split_sound(data, whole=True, **options)
        assert (whole is None) == bool(rest)


@pytest.mark.parametrize(
    "text",
    ["a,b\nc\n", 'a,5" x\n', '"a"b,c\n', "a,b\rc,d\n", "a,\0\n", "h,i\n", "\ufeffa,b\n"],
)
def test_what_is_out_of_order_is_left_to_the_csv_module(text):
    options = {"delimiter": b",", "width": 2, "header": ["h", "i"], "whole": True}
    for code in CODES:
        assert split_sound(text.encode(), code=code, **options) is None


def test_most_rows_take_the_quick_way():
    text = 'a,b\n"say ""hi""\nto all", x \n,""\n\n"é",1\n'
    for code in CODES:
        options = {"delimiter": b",", "width": 2, "header": [], "whole": True, "code": code}
        sound = split_sound(text.encode(), **options)
        assert as_rows(sound.columns) == by_csv(text)[0]
        assert sound.lines == [0, 1, 3, 5]


@pytest.mark.parametrize("code", CODES)
def test_long_texts_are_searched_for_their_last_quote_wherever_it_stands(code):
    for length in range(200):
        rows = [["x" * length, f'"{"y" * (200 - length)}\r\n'], ["", "\n" * length]]
        buffer = io.StringIO(newline="")
        csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
        data = buffer.getvalue().encode()
        sound = split_sound(data, delimiter=b",", width=2, header=[], whole=True, code=code)
        assert as_rows(sound.columns) == rows


@pytest.mark.parametrize(
    ("delimiter", "text", "is_split"),
    [
        (b"\t", '"a\nb"\tc\n', True),
        (b"\t", '"a\tb"\tc\n', True),
        # That may be the next row, in a cell that should have ended before.
        (b"\t", '"a\nb\tc"\td\n', False),
        (b"\t", 'a,"b\tc\n', False),
        ("¦".encode(), "a¦b\n", False),
    ],
)
def test_what_may_be_a_quote_of_the_text_is_left_to_the_csv_module(delimiter, text, is_split):
    for code in CODES:
        options = {"delimiter": delimiter, "width": 2, "header": [], "whole": True, "code": code}
        assert (split_sound(text.encode(), **options) is not None) == is_split
