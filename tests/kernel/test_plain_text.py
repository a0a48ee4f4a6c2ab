"""The compiled test for markup misses no text that `posting.plain_text` would change."""

import random

import pytest
from hard_texts import CODE_POINTS, N_FUZZED
from hypothesis import given, settings
from hypothesis import strategies as st

from tpmclassify.reading.html import CONTINUATION, plain_text

PIECES = [
    *(
        "<",
        "</",
        ">",
        "p",
        "br",
        "li",
        "b",
        "h1",
        "x",
        "P",
        " ",
        "\n",
        "Plan",
        "'",
        '"',
        "/",
        "!--",
    ),
    *("&", "&amp;", "&lt;", "&#38;", "&#x26;", "&#", "&#x", "nbsp", "amp", "lt", ";", "&R", "38"),
    *("\u00e2\u20ac\u2122", "\u00c3\u00a9", "\u00c2\u00a0", "\u00e2", "\u00c3", "\u00c2", "\u00f0"),
    *("<p>", "</li>", "<script>", "</script>", "-->", "<b class='x'>", "&gt;", "&AMP", "\u0178"),
    *("\u017f", "\u212a", "\u0663", "\ud800", "\0", *CONTINUATION[:8]),
]


def test_no_fuzzed_text_is_missed(may_hold_markup):
    generator = random.Random(0)
    for _ in range(N_FUZZED):
        text = "".join(generator.choices(PIECES, k=generator.randint(1, 9)))
        assert may_hold_markup(text) or plain_text(text) == text


@settings(deadline=None)
@given(st.text('<>/&;#xplibr12 "aâÃ©€™', max_size=20))
def test_no_text_is_missed(may_hold_markup, text):
    assert may_hold_markup(text) or plain_text(text) == text


def test_no_code_point_hides_markup(may_hold_markup):
    for code in CODE_POINTS:
        for context in (
            "<p{}>x",
            "<{}p>x",
            "&am{}p;",
            "&{};",
            "&#3{};",
            "\u00e2{}\u2122",
            "\u00c3{}",
        ):
            text = context.replace("{}", chr(code))
            assert may_hold_markup(text) or plain_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "R&D", "P&L;", "AT&T; B&B", "< 5 people", "<10%", "a < b > c", "château", "Âge, São",
        "you & me;", "I <3 plans", "â", "&", "<", "&#", "</", "x &amp y", "\u00c2",
    ],
)  # fmt: skip
def test_plain_text_pays_for_no_markup(text, may_hold_markup):
    assert not may_hold_markup(text)


def test_the_real_postings(real_postings, may_hold_markup):
    changed = [plain_text(text) != text for text in real_postings["text"]]
    found = [may_hold_markup(text) for text in real_postings["text"]]
    assert not any(change and not find for change, find in zip(changed, found, strict=True))
    assert sum(found) < 1.1 * sum(changed)
