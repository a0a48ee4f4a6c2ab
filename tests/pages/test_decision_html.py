"""The page of a decision: whole, self-contained, escaped, the same in a notebook."""

import re

import pytest
from markup import PAYLOADS, Markup

import tpmclassify
from tpmclassify.pages.words import SUM_STRENGTHS, strength
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES

TEXT = """Drive complex technical programs across several engineering teams.
Align the architecture roadmap with business goals and resolve cross-team dependencies.
Work with software engineers on technical trade-offs and system design.
Report the project status, schedule and budget to the client every month."""


@pytest.fixture(scope="module")
def decision():
    return tpmclassify.classify(TEXT, "Project Manager")


@pytest.fixture(scope="module")
def page(decision):
    return decision.to_html()


def test_a_notebook_shows_what_the_page_holds(decision, page):
    assert decision._repr_html_() in page


def test_the_page_holds_verdict_title_and_both_sides(page):
    text = Markup(page).words
    assert "almost certainly a Technical Program Manager" in text
    assert "claims PM, but the content reads as TPM" in text
    assert "What speaks for TPM" in text
    assert "What speaks against it" in text
    assert "What would change the label" in text


def test_the_posting_stands_there_whole(decision, page):
    shaded = page[page.index('<div class="text">') :]
    shaded = re.sub(r'<span class="exact".*?</span>', "", shaded)
    shaded = re.sub(r'<span class="(side|unseen|note)".*?</span>', "", shaded)
    assert Markup(shaded).text.startswith(decision.text)


def test_every_responsibility_and_dimension_has_a_bar_and_its_figure(decision, page):
    for name, value in {**decision.responsibilities, **decision.dimensions}.items():
        spoken = name.replace("cross_functional", "cross-functional").replace("_", " ")
        figure = f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0"
        word = strength(value, SUM_STRENGTHS)
        row = rf'<th scope="row">{spoken}\b.*?{word} <span class="exact">{re.escape(figure)}<'
        assert re.search(row, page, re.DOTALL), name
    assert page.count('class="bar"') == len(RESPONSIBILITIES) + len(DIMENSIONS) + 2


def test_bars_stay_within_the_picture(page):
    for tag, attributes in Markup(page).elements:
        if tag == "rect":
            assert float(attributes["x"]) >= 0
            assert float(attributes["width"]) >= 0
            assert float(attributes["x"]) + float(attributes["width"]) <= 100.01


def test_the_page_asks_for_nothing(page):
    for tag, attributes in Markup(page).elements:
        assert tag not in ("script", "link", "img", "iframe")
        assert not {"src", "href", "style"} & set(attributes)
    assert "url(" not in page
    assert "@import" not in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_markup(payload):
    benign = Markup(tpmclassify.classify(f"{TEXT}\nManage 1 well.", "TPM").to_html())
    page = Markup(tpmclassify.classify(f"{TEXT}\nManage {payload} well.", payload).to_html())
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in benign.elements}
    assert not [
        a for _, found in page.elements for a in found if a.startswith("on") or a == "style"
    ]


@pytest.mark.parametrize("text", ["", " \n", "--- *** 12"])
def test_a_posting_without_text_gets_a_page(text):
    assert "there is no text" in tpmclassify.classify(text).to_html()


def test_the_usual_contributions_are_those_of_the_roles(decision):
    planning = decision.profile["project_planning"]
    assert planning.usual_pm < planning.usual_tpm
    assert decision.profile["technical_expertise"].usual_tpm > 0
