"""Pages made of postings that attack them: every payload of `xss_payloads.txt` stays text."""

import csv
import functools
from pathlib import Path

import pytest
from markup import PAYLOADS
from selectolax.lexbor import LexborHTMLParser

import tpmclassify

HERE = Path(__file__).parent
# What runs or loads something, wherever it stands.
ACTIVE_ELEMENTS = set(
    "script iframe frame object embed applet link base form input button img image audio video "
    "source track use animate set foreignobject portal template".split()
)
ACTIVE_ATTRIBUTES = set(
    "href src srcset srcdoc data action formaction poster background xlink:href ping".split()
)
LINES = (
    "Drive the technical strategy of the platform {} with engineering teams.",
    "Track the budget {} and the project schedule.",
    "Lead architecture reviews across teams {}",
)


def attacked(payload):
    """A posting with the payload in its lines, alone in a line, and around a title and a name."""
    lines = [line.format(payload) for line in LINES]
    return "\n".join([*lines, payload, f"About {payload}", f"{payload} Project Manager {payload}"])


def nodes(html):
    return [node for node in LexborHTMLParser(html).root.traverse() if node.tag != "-comment"]


@functools.cache
def harmless_markup():
    """Each element of the pages of our own postings, with its attributes."""
    with (HERE.parent / "datasets/postings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    texts = [row["description"] for row in rows] + ["", "Plan it.", "Planen Sie das Projekt. " * 30]
    titles = [row["title"] for row in rows] + [None] * 3
    found = {}
    for decision in tpmclassify.load().classify_many(texts, titles):
        for html in (decision.to_html(), decision._repr_html_()):
            for node in nodes(html):
                found.setdefault(node.tag, set()).update(node.attributes)
    return found


def assert_only_our_markup(html):
    for node in nodes(html):
        assert node.tag in harmless_markup(), node.tag
        assert set(node.attributes) <= harmless_markup()[node.tag], (node.tag, node.attributes)


def test_there_are_two_hundred_payloads():
    assert len(set(PAYLOADS)) >= 200


def test_harmless_pages_run_and_load_nothing():
    attributes = set().union(*harmless_markup().values())
    assert not ACTIVE_ELEMENTS & harmless_markup().keys()
    assert not ACTIVE_ATTRIBUTES & attributes
    assert not [name for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("face", ["to_html", "_repr_html_"])
def test_no_payload_is_markup_in_a_page(classifier, face):
    texts = [attacked(payload) for payload in PAYLOADS]
    titles = [f"Project Manager {payload}" for payload in PAYLOADS]
    for decision in classifier.classify_many(texts, titles):
        html = getattr(decision, face)()
        assert_only_our_markup(html)
        # Nothing is lost either: what was read is what the page shows.
        shown = LexborHTMLParser(html).body.text()
        assert all(line.text in shown for line in decision.evidence)


@pytest.mark.parametrize("face", ["to_html", "_repr_html_"])
def test_all_payloads_at_once_are_no_markup(classifier, face):
    page = getattr(classifier.classify("\n".join(map(attacked, PAYLOADS))), face)()
    assert_only_our_markup(page)


def test_a_page_is_the_same_whether_a_text_is_harmless_or_not(classifier):
    """The same elements with the same attributes: letters against letters and marks."""

    def skeleton(word):
        decision = classifier.classify("\n".join(line.format(word) for line in LINES * 3), "PMO")
        return [(node.tag, sorted(node.attributes)) for node in nodes(decision.to_html())]

    harmless = skeleton("zzqx")
    for mark in (
        '"',
        "'",
        "`",
        "<",
        ">",
        "&",
        "&quot;",
        '" zzqx="',
        "<zzqx",
        "--",
        "]]",
        "{{",
        "${",
    ):
        assert skeleton(f"zzqx{mark}zzqx") == harmless


def test_pages_load_nothing(classifier):
    decision = classifier.classify("\n".join(LINES).format("", "", ""))
    html = decision.to_html()
    for outside in ("http:", "https:", "//", "url(", "@import", "<script", "javascript:", "data:"):
        assert outside not in html


def test_words_put_into_a_page_by_others_need_escaping_and_say_the_same(classifier):
    """`explain` is plain text; escaped, as every template does, it is plain text in a page."""
    from html import escape

    for decision in classifier.classify_many([attacked(payload) for payload in PAYLOADS[:40]]):
        said = decision.explain()
        tree = nodes(f"<pre>{escape(said)}</pre>")
        assert {node.tag for node in tree} <= {"html", "head", "body", "pre", "-text"}
