"""Lines end where regular expressions end them."""

import pytest
from hard_texts import CODE_POINTS
from hypothesis import given, settings
from hypothesis import strategies as st

from tpmclassify.reading.line_words import (
    DUTY_VERBS,
    GLUED_SECTIONS,
    REQUIREMENTS,
    SECTION_NAMES,
    SECTION_QUALIFIERS,
    words_of,
)
from tpmclassify.reading.posting import read_posting

CONTEXTS = (
    "Plan it.{}Track{} it. {}Own ab{}Cd; {}x; {}y\n{}Key Skills{}: x {}2. Plan\n{}- Lead x{}- Own",
    "We own the plan of the sites and their costs every year{}\nand {}more** {}**Bold{}** x.{}_ {}",
    ("work with the team " * 9) + "well{}Lead{}the team (x){}Knowledge of{} Skills{} Plan {}",
)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_lines_of_any_text(reads_as_the_oracle, text):
    assert reads_as_the_oracle(text)


@settings(deadline=None)
@given(st.text("aZ9 \n.:;-*•)_", max_size=80))
def test_lines_of_any_text_of_few_characters(reads_as_the_oracle, text):
    assert reads_as_the_oracle(text)


@pytest.mark.parametrize("context", CONTEXTS)
def test_lines_around_every_code_point(context, reads_as_the_oracle):
    for code in CODE_POINTS:
        text = context.replace("{}", chr(code))
        assert reads_as_the_oracle(text)


def test_no_text_has_more_lines_than_there_is_room_for():
    for text in ("", "a", "a\nb\nc", "a1. b1. c1. d", "ab.__ab.__" * 20, "a\n" * 50):
        assert len(read_posting(text).lines) <= len(text) // 2 + 1


def test_no_qualifier_of_a_section_begins_with_the_name_of_one():
    """Else the rules, which take the first that fits, would miss the other."""
    qualifiers, names = words_of(SECTION_QUALIFIERS), words_of(SECTION_NAMES)
    assert not [qualifier for qualifier in qualifiers if qualifier.startswith(tuple(names))]
    assert not [name for name in names if name.startswith(tuple(qualifiers))]


@pytest.mark.parametrize("sets", [DUTY_VERBS, REQUIREMENTS | GLUED_SECTIONS])
def test_no_opening_word_begins_another_of_two_words(sets):
    """Else the rules, which take the longest that fits, would miss the shorter."""
    words = words_of(sets)
    assert not [word for word in words if word.startswith(tuple(f"{other} " for other in words))]
