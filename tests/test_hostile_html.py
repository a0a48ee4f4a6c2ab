"""Pages made of postings that attack them: every payload of `xss_payloads.txt` stays text."""

import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

PAYLOADS = (Path(__file__).parent / "xss_payloads.txt").read_text(encoding="utf-8").splitlines()
# What a page may hold, and where.
ELEMENTS = set(
    "html head meta title body div style h1 h2 p ul li strong blockquote table tbody tr td svg "
    "rect pre mark sup".split()
)
ATTRIBUTES = {
    "html": {"lang"},
    "meta": {"charset", "name", "content"},
    "div": {"class"},
    "p": {"class"},
    "td": {"class", "style"},
    "svg": {"viewBox", "viewbox", "preserveAspectRatio", "preserveaspectratio", "aria-hidden"},
    "rect": {"class", "x", "y", "width", "height"},
    "mark": {"class", "title"},
}
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


def assert_only_our_markup(html):
    for node in nodes(html):
        assert node.tag in ELEMENTS, node.tag
        assert set(node.attributes) <= ATTRIBUTES.get(node.tag, set()), (node.tag, node.attributes)
        for name, value in node.attributes.items():
            if name in ("class", "style"):
                assert re.fullmatch(r"[A-Za-z0-9:% ]*", value), value


def test_there_are_two_hundred_payloads():
    assert len(set(PAYLOADS)) >= 200


@pytest.mark.parametrize("face", ["to_html", "_repr_html_"])
def test_no_payload_is_markup_in_a_page(classifier, face):
    texts = [attacked(payload) for payload in PAYLOADS]
    titles = [f"Project Manager {payload}" for payload in PAYLOADS]
    for decision in classifier.classify_many(texts, titles):
        html = getattr(decision, face)()
        assert_only_our_markup(html)
        # Nothing is lost either: what was read is what the page shows.
        pre = next(node for node in nodes(html) if node.tag == "pre")
        shown = "".join(child.text() for child in pre.iter(include_text=True) if child.tag != "sup")
        assert shown == decision.text.lstrip("\n")


@pytest.mark.parametrize("face", ["to_html", "_repr_html_"])
def test_all_payloads_at_once_are_no_markup(classifier, face):
    page = getattr(classifier.classify("\n".join(map(attacked, PAYLOADS))), face)()
    assert_only_our_markup(page)


def test_a_page_is_the_same_whether_a_text_is_harmless_or_not(classifier):
    """The same elements with the same attributes: letters against letters and marks."""

    def skeleton(word):
        decision = classifier.classify("\n".join(line.format(word) for line in LINES))
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
