"""Machine code cleans what plain Python cleans, and leaves no more to it than it must."""

import random

import pytest
from hard_texts import CODE_POINTS, N_FUZZED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tpmclassify.reading import batch
from tpmclassify.reading.batch import Texts, read_texts
from tpmclassify.reading.mojibake import CONTINUATION
from tpmclassify.reading.plain_text import plain_text, without_markup
from tpmclassify.reading.vocabulary import Vocabulary

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
    *("<!", "<?", "xml", "doctype ", "[CDATA[", "]]>", "-", "[", "&amp;lt;p&amp;gt;", "<pre>"),
    *("\u017f", "\u212a", "\u0663", "\ud800", "\0", *CONTINUATION[:8]),
]


def read(texts):
    """The plain texts that machine code read."""
    reading = read_texts(Texts.of(texts), None, Vocabulary(("plan",)))
    return [reading.texts[position] for position in range(len(texts))]


def assert_all_cleaned(texts):
    assert read(texts) == [plain_text(text) for text in texts]


@pytest.mark.usefixtures("machine_code")
def test_no_fuzzed_text_is_missed():
    generator = random.Random(0)
    assert_all_cleaned(
        ["".join(generator.choices(PIECES, k=generator.randint(1, 9))) for _ in range(N_FUZZED)]
    )


@pytest.mark.usefixtures("machine_code")
def test_a_text_is_cleaned_once():
    """Also one with letters that machine code leaves to plain Python."""
    assert_all_cleaned(["<p>İ plan &amp;amp;lt;b&amp;amp;gt; it</p>", "<p>İ</p>\\\\\\\\*a"])


MARKDOWN = """# Job **Lead** *teams*
> ## Du**ties*** Plan `it`
| a | b \\| c |
Work.### Next [link](http://x.example "title") ![](y) **[Bold](z)** ***or*** _so_
\\*args `````x` __init__ **A** a**B****C** [a](b "c
"""


@pytest.mark.usefixtures("machine_code")
def test_markdown_that_is_cut_off_anywhere_is_cleaned():
    assert_all_cleaned([MARKDOWN[:end] for end in range(len(MARKDOWN) + 1)])
    assert_all_cleaned([MARKDOWN[start:] for start in range(len(MARKDOWN))])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text('<>/&;#xplibr12 "aâÃ©€™', max_size=20)
        | st.text('*_#>|`[]()!\\ "aB.\n\u200b\ufb01\ue000é', max_size=40),
        max_size=20,
    )
)
@pytest.mark.usefixtures("machine_code")
def test_no_text_is_missed(texts):
    assert_all_cleaned(texts)


@pytest.mark.parametrize(
    "context", ["<p{}>x", "<{}p>x", "&am{}p;", "&{};", "&#3{};", "\u00e2{}\u2122", "\u00c3{}"]
)
@pytest.mark.usefixtures("machine_code")
def test_no_code_point_hides_markup(context):
    assert_all_cleaned([context.replace("{}", chr(code)) for code in CODE_POINTS])


@pytest.mark.parametrize(
    "text",
    [
        "", "R&D", "P&L;", "AT&T; B&B", "< 5 people", "<10%", "a < b > c", "château", "Âge, São",
        "you & me;", "I <3 plans", "â", "&", "<", "&#", "\u00c2", "-->", "]]>", "snake_case",
        "#LI-Remote",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("machine_code")
def test_plain_text_pays_for_no_markup(text, monkeypatch):
    monkeypatch.delattr(batch, "without_markup")
    assert read([text]) == [text]


@pytest.mark.usefixtures("machine_code")
def test_the_real_postings(real_postings, monkeypatch):
    left = []
    monkeypatch.setattr(
        batch, "without_markup", lambda text: left.append(text) or without_markup(text)
    )
    texts = real_postings["text"].tolist()
    assert_all_cleaned(texts)
    assert len(left) < 1.2 * sum(without_markup(text) != text for text in texts)
