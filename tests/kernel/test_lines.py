"""The compiled lines are those of `posting.lines`."""

import pytest
from hard_texts import CODE_POINTS, REAL_STEP
from hypothesis import given, settings
from hypothesis import strategies as st

from tpmclassify.reading.line_words import (
    DUTY_VERBS,
    GLUED_SECTIONS,
    REQUIREMENTS,
    SECTION_NAMES,
    SECTION_QUALIFIERS,
)
from tpmclassify.reading.lines import cut_lines
from tpmclassify.reading.masks import mask

CONTEXTS = (
    "Plan it.{}Track{} it. {}Own ab{}Cd; {}x; {}y\n{}Key Skills{}: x {}2. Plan\n{}- Lead x{}- Own",
    "We own the plan of the sites and their costs every year{}\nand {}more** {}**Bold{}** x.{}_ {}",
    ("work with the team " * 9) + "well{}Lead{}the team (x){}Knowledge of{} Skills{} Plan {}",
)


def test_lines_of_the_written_postings(written, cut_compiled):
    for posting in written:
        text = posting["description"]
        masked = mask(text)
        assert cut_compiled(text, masked) == cut_lines(text, masked)
        assert cut_compiled(text, text) == cut_lines(text, text)


def test_lines_of_fuzzed_texts(fuzzed_texts, cut_compiled):
    for text in fuzzed_texts:
        masked = mask(text)
        assert cut_compiled(text, masked) == cut_lines(text, masked)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_lines_of_any_text(cut_compiled, text):
    assert cut_compiled(text, text) == cut_lines(text, text)


@settings(deadline=None)
@given(st.text("aZ9 \n.:;-*•)_", max_size=80))
def test_lines_of_any_text_of_few_characters(cut_compiled, text):
    assert cut_compiled(text, text) == cut_lines(text, text)


@pytest.mark.parametrize("context", CONTEXTS)
def test_lines_around_every_code_point(context, cut_compiled):
    for code in CODE_POINTS:
        text = context.replace("{}", chr(code))
        assert cut_compiled(text, text) == cut_lines(text, text)


def test_no_text_has_more_lines_than_there_is_room_for(cut_compiled):
    for text in ("", "a", "a\nb\nc", "a1. b1. c1. d", "ab.__ab.__" * 20, "a\n" * 50):
        assert len(cut_compiled(text, text)) <= len(text) // 2 + 1


def test_no_qualifier_of_a_section_begins_with_the_name_of_one():
    """Else the compiled scan, which takes the first that fits, would miss the other."""
    assert not [q for q in SECTION_QUALIFIERS if q.startswith(SECTION_NAMES)]
    assert not [name for name in SECTION_NAMES if name.startswith(SECTION_QUALIFIERS)]


@pytest.mark.parametrize("words", [DUTY_VERBS, (*REQUIREMENTS, *GLUED_SECTIONS)])
def test_no_opening_word_begins_another_of_two_words(words):
    """Else the compiled scan, which takes the longest that fits, would miss the shorter."""
    assert not [word for word in words if word.startswith(tuple(f"{other} " for other in words))]


def test_lines_of_the_real_postings(real_postings, cut_compiled):
    for text in real_postings["text"][::REAL_STEP]:
        masked = mask(text)
        assert cut_compiled(text, masked) == cut_lines(text, masked)
