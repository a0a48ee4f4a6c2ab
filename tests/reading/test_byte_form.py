"""Every code point has a byte, and what the rules ask tells no two of one byte apart."""

import pytest

from tpmclassify.reading.byte_form import (
    LOWER_BYTES,
    SAMPLES,
    SHARED,
    byte_form,
    byte_of,
    bytes_of_code_points,
    lower_in_place,
)
from tpmclassify.reading.characters import is_odd
from tpmclassify.reading.marks import marks_of


def test_every_code_point_has_the_byte_of_its_kind():
    by_table = bytes_of_code_points().tolist()
    for code in range(0x110000):
        character = chr(code)
        byte = byte_of(character)
        sample = SAMPLES[byte]
        assert by_table[code] == byte, hex(code)
        assert marks_of(sample) == marks_of(character), hex(code)
        if is_odd(character):
            continue  # cleaned before a rule meets it
        small = lower_in_place(character)
        assert byte_of(small) == LOWER_BYTES[byte], hex(code)
        assert (small != character) == (lower_in_place(sample) != sample), hex(code)
        # A letter that is compared by its byte has a lower case that is, too.
        assert SHARED[byte] or (sample == character and not SHARED[LOWER_BYTES[byte]]), hex(code)


@pytest.mark.parametrize("text", ["", "Plan.", "Plan – “it”", "\ud800a", "三体é\u0130"])
def test_a_text_has_a_byte_for_each_code_point(text):
    assert byte_form(text) == bytes(byte_of(character) for character in text)
