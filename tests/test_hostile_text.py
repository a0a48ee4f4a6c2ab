"""No text takes long, whatever it holds: reading time grows with the length alone.

Were it to grow with its square, each of these texts would take minutes; `benchmarks/hostile.py`
measures the growth.
"""

import faulthandler
import math

import pytest
from hostile_texts import PATTERNS

import tpmclassify
from tpmclassify.reading.plain_text import plain_text

SIZE = 100_000
# Generous: the machine may be busy. A stack of calls is printed before the run is ended.
MOST_SECONDS = 300


@pytest.fixture(autouse=True)
def alarm():
    faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_hostile_text_is_classified(classifier, pattern):
    decision = classifier.classify(PATTERNS[pattern](SIZE))
    parts = math.fsum(e.contribution for e in decision.evidence)
    assert math.isclose(decision.score, decision.baseline + parts, abs_tol=1e-6)
    for line in decision.evidence[:100]:
        assert decision.text[line.start : line.end] == line.text


def test_hostile_texts_score_the_same_in_machine_code(classifier, monkeypatch, machine_code):
    hostile = [make(SIZE // 10) for make in PATTERNS.values()]
    compiled = classifier.classify_many(hostile)
    assert machine_code is not None
    monkeypatch.setenv("TPMCLASSIFY_MACHINE_CODE", "0")
    assert compiled == classifier.classify_many(hostile)


def test_large_pages_read_as_small_ones(written):
    """Pages of many tags are read in another way, which finds the same text."""
    paragraphs = [
        f"<p>{line}</p>" if i % 3 else f"<ul><li><b>{line}</b> &amp; more</li></ul>"
        for i, line in enumerate("\n".join(p["description"] for p in written[:90]).split("\n"))
        if "<" not in line and "&" not in line
    ]
    head = "<html><head><title>x</title><style>p {}</style></head><!-- <p>no</p> --><body>"
    small = [plain_text(f"{head}{paragraph}<script>1 < 2</script>") for paragraph in paragraphs]
    page = f"{head}{''.join(paragraphs)}<script>1 < 2</script></body></html>"
    assert len(paragraphs) > 1000
    assert plain_text(page) == "\n".join(text for text in small if text)


@pytest.mark.parametrize("digits", [1, 7, 4301, 100_000])
def test_entities_of_any_number_are_read(digits):
    assert plain_text(f"&lt;p&gt;a&#{'0' * digits}66;b") == "aBb"
    assert plain_text(f"&lt;p&gt;a&#1{'9' * (digits + 6)};b") == "a\ufffdb"


def test_no_more_lines_than_a_hundred_are_given_as_what_would_change_the_label(classifier):
    text = "".join(f"Track the budget of site {i} and the project schedule.\n" for i in range(3000))
    assert len(classifier.classify(text).flips_by) <= 100


def test_a_text_that_is_too_long_is_refused_without_being_quoted(classifier):
    secret = "Vexnorton Industries "
    with pytest.raises(tpmclassify.PostingError, match="1,000,020 characters") as caught:
        classifier.classify(secret + "x" * (1_000_020 - len(secret)))
    assert "Vexnorton" not in str(caught.value)
    assert classifier.classify("x" * 1_000_000).verdict == "review"
