"""What a browser shows is read, and nothing else: a real parser is the second opinion."""

import html
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tpmclassify.reading.plain_text import plain_text

WORDS = "plan track lead risk own team code test road map budget".split()
# What a parser of pages has to know: elements that are no text, and those that are lines.
HIDDEN = set("script style title template noscript iframe noembed noframes".split())
LINES = set(
    "p br li ul ol div h1 h2 h3 table caption tbody thead tr td th hr section article main header "
    "footer html body head blockquote pre dl dt dd figure figcaption nav form address aside "
    "details summary fieldset legend".split()
)
HOSTILE = [
    "<p>", "</p>", "<br>", "<br/>", "<li>", "</li>", "<ul>", "</ul>", "<b>", "</b>",
    "<i class='x'>", "</i>", '<div id="a>b">', "</div>", "<x-y>", "</x-y>", "<P CLASS=a>",
    "<span", "<a href=", "'", '"', ">", "<", " ", "\n", "=", "/", "</", "</>", "<!-- c -->",
    "<!--", "-->", "<!", "<?xml v?>", "<?", "<!DOCTYPE html>", "<script>", "</script>", "<style>",
    "</style>", "<script", "&amp;", "&", "&lt;", "&nbsp;", "&#65;", "&copy", "<h1>", "</h1 >",
    "<title>", "</title>", "<a b=c d='e>f' g>", "</a>", "--!>", "]]>", "<!-->", " <5 ", "a<b",
]  # fmt: skip


def shown(page):
    """The lines that a parser finds in a page."""
    pieces = []

    def walk(parent, *, preformatted):
        for node in parent.iter(include_text=True):
            if node.tag == "-text":
                text = node.text_content or ""
                pieces.append(text.replace("\n", "\0") if preformatted else text)
            elif node.tag and not node.tag.startswith("-") and node.tag not in HIDDEN:
                line = "\0" * (node.tag in LINES)
                pieces.append(line)
                walk(node, preformatted=preformatted or node.tag == "pre")
                pieces.append(line)

    walk(LexborHTMLParser(page).root, preformatted=False)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\0"))
    return [line for line in lines if line]


def read(page):
    lines = (" ".join(line.replace("•", " ").split()) for line in plain_text(page).split("\n"))
    return [line for line in lines if line]


def letters(lines):
    """Without ">", which at the beginning of a line is Markdown's."""
    return "".join("".join(lines).replace(">", "").split())


def written_page(chance, depth=0):
    """Markup as people and programs write it: all elements closed, words in all of them."""
    pieces = []
    for _ in range(chance.randint(1, 4)):
        words = " ".join(chance.choices(WORDS, k=chance.randint(1, 4)))
        kind = chance.choice("line list table inline hidden pre deeper".split())
        if kind == "line":
            tag = chance.choice("p h2 div section blockquote address".split())
            pieces.append(f'<{tag} class="{words} > x">{words}</{tag}>')
        elif kind == "list":
            pieces.append(f"<ul>\n <li>{words}</li>\n <LI>{words} &amp; R&D</LI></ul>")
        elif kind == "table":
            pieces.append(f"<table><tbody><tr><th>{words}</th><td>x</td></tr></tbody></table>")
        elif kind == "inline":
            pieces.append(f"{words}<b>{words}</b><em data-x='<p>'> {words}</em><my-tag>z</my-tag>")
        elif kind == "hidden":
            tag = chance.choice(sorted(HIDDEN))
            pieces.append(f"<!-- <p>{words} --><{tag}>{words}</{tag}>")
        elif kind == "pre":
            pieces.append(f"<pre>{words}\n{words}</pre>")
        elif depth < 4:
            pieces.append(f"<div>{written_page(chance, depth + 1)}</div>")
    return chance.choice(["", " ", "\n  "]).join(pieces)


@pytest.mark.parametrize("seed", range(300))
def test_a_page_has_the_lines_that_a_parser_finds(seed):
    page = f"<div>{written_page(random.Random(seed))}</div>"
    assert read(page) == shown(page), page


def test_hostile_markup_shows_the_letters_that_a_parser_finds():
    """Letters alone: a parser drops ends of elements that never began, we break the line."""
    chance = random.Random(0)
    for _ in range(3000):
        pieces = [
            chance.choice(HOSTILE) if chance.random() < 0.6 else chance.choice(WORDS) + " "
            for _ in range(chance.randint(1, 14))
        ]
        # What is open at the end is closed: a tag without an end is text here.
        page = f"<p>{''.join(pieces)} \"'>\"'><p>end</p>"
        assert letters(read(page)) == letters(shown(page)), page


CASES = [
    ("<![CDATA[<p>Plan</p><p>Track</p>]]>", "Plan\nTrack", "feeds wrap pages"),
    ("<div><p>Own</p><![CDATA[<ul><li>Plan</li></ul>]]></div>", "Own\n• Plan", "or parts of them"),
    ("&lt;![CDATA[&lt;p&gt;Plan&lt;/p&gt;]]&gt;", "Plan", "or escaped ones"),
    ("<![CDATA[&lt;p&gt;Plan&lt;/p&gt;&lt;p&gt;Track&lt;/p&gt;]]>", "Plan\nTrack", "or both"),
    ("<![CDATA[Plan\nTrack it > 5]]>", "Plan\nTrack it > 5", "or plain text"),
    ("<![CDATA[<p>Plan</p>", "Plan", "and forget the end"),
    ("<p>a ]]> b</p>", "a ]]> b", "an end without a beginning is text"),
    ("<?xml version='1.0'?><job>Plan</job>", "Plan", "feeds begin so"),
    ("<!DOCTYPE html>\nPlan", "Plan", "pages begin so"),
    ("<p>Plan<!-- not <p> this --> it</p>", "Plan it", "a comment"),
    ("Plan\n<!-- note -->\nTrack", "Plan\nTrack", "a comment in a text without tags"),
    ("<p>Plan<!-- it", "Plan", "a comment without an end hides the rest"),
    ("<p>a < b, c <d", "a < b, c <d", "a tag without an end is text"),
    ("<p>Plan <a href=\"x>it</a> now</p>", "Plan it now", "a quote without an end is none"),
    ("<p>Map&lt;String, int&gt; x</p>", "Map<String, int> x", "what is shown is no markup"),
    ("Use &lt;b&gt; and &lt;table&gt;", "Use <b> and <table>", "nor where all is escaped"),
    ("<p>R&amp;amp;D</p>", "R&D", "entities that were escaped twice"),
    ("R&amp;amp;amp;D", "R&D", "or more often"),
    ("<p>Own it</p>&lt;p&gt;Plan&lt;/p&gt;<p>Go</p>", "Own it\nPlan\nGo", "half of it escaped"),
    ("<p>a</p><p>b</p><p>&lt;b&gt;c&lt;/b&gt;</p>", "a\nb\nc", "lines stay when read once more"),
    ("<pre>Plan\n  it\n</pre>now\nor never", "Plan\nit\nnow or never", "preformatted"),
    ("Plan <b>it</b>\nTrack it\n", "Plan it\nTrack it", "a text with a few tags"),
    ("# Job\n\n- Plan\n- Track\n\n<br>\n\n- Lead", "Job\n- Plan\n- Track\n- Lead", "Markdown"),
    ("<p>Plan\nit</p>", "Plan it", "the source's line breaks are spaces"),
    ("<td>a<td>b", "a\nb", "cells are lines"),
    ("<p>Plan<object-x>it</object-x></p>", "Planit", "unknown elements run on"),
    ("<script-x>Plan</script-x><p>x", "Plan\nx", "a name that begins like another"),
    ("<p>Plan</p><video>No video here</video>", "Plan", "what is shown to old browsers"),
    ("<p>a<svg><title/></svg></p>b<iframe src='x' />", "a\nb", "closed as in XML"),
    ("<p>Plan</p ><P\nid=x>it</P>", "Plan\nit", "spaces and capitals in tags"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected", "why"), CASES, ids=[case[2] for case in CASES])
def test_what_is_shown_is_read(source, expected, why):
    assert plain_text(source) == expected, why


@pytest.mark.parametrize("times", [0, 1, 2, 3])
def test_escaping_however_often_changes_nothing(times):
    page = "<ul><li>Plan R&amp;D<br>costs</li><li>Track &lt; 5 risks</li></ul>"
    escaped = page
    for _ in range(times):
        escaped = html.escape(escaped)
    assert plain_text(escaped) == plain_text(page) == "• Plan R&D\ncosts\n• Track < 5 risks"


@given(st.text("<>/!?-[]&;=\"' \t5é•").filter(lambda text: "<!--" not in text))
def test_text_without_a_tag_stays_as_it_is(text):
    assert plain_text(f"Plan {text}") == f"Plan {text}"


@pytest.mark.parametrize(
    "text",
    ["a < b", "<3", "<10%, >5", "x <- y", "List<String>", "<name>", "</name>", "<you@x.org>", "->",
     "<https://x.org>", "<?", "<!", "<>", "</>", "<\n", "]]>", "1 <2 & 3> 2", "-->",
     "<!important>"],
)  # fmt: skip
def test_what_only_looks_like_markup_stays_as_it_is(text):
    source = f"Plan it.\n\n  {text} and\ttrack it.\n"
    assert plain_text(source) == source
