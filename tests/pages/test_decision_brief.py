"""A decision on one page: who, what, how sure, why, in a mail as on paper."""

from datetime import date

import pytest

import tpmclassify
from tpmclassify.pages.decision_html import brief_html, brief_text, brief_view

TEXT = """Drive complex technical programs across several engineering teams.
Align the architecture roadmap with business goals and resolve cross-team dependencies.
Work with software engineers on technical trade-offs and system design.
Influence product and engineering leaders through ambiguity.
Report the project status, schedule and budget to the client every month.
Track the hours and cost of the project against the budget.
Chair meetings of the project team and write minutes."""
COOK = """Cook breakfast and lunch for the guests of the hotel every day.
Keep the kitchen clean, order vegetables, meat and fish, and train two young cooks.
Bake bread and cakes, prepare sauces, soups and salads, and taste what leaves the kitchen."""


@pytest.fixture(scope="module")
def decision():
    return tpmclassify.classify(TEXT, "Project Manager")


def test_the_page_names_title_employer_day_and_model(decision):
    text = brief_text(decision, "Program lead", "Gizmotron")
    assert text.startswith("Program lead, Gizmotron\n")
    assert date.today().isoformat() in text
    assert f"tpmclassify {tpmclassify.__version__}, model {decision.made_by.model[:12]}" in text


def test_the_verdict_stands_with_its_doubt(decision):
    text = brief_text(decision, "", "")
    assert "TPM: " in text
    assert "Of such postings: Technical Program Manager" in text
    assert "claims PM, but the content reads as TPM" in text


def test_three_quotes_speak_for_the_verdict_and_two_against(decision):
    (_, support), (_, against) = brief_view(decision, "", "")["quotes"]
    sides = {line.text: line.role for line in decision.evidence}
    assert [sides[quote] for quote in support] == ["TPM"] * 3
    assert [sides[quote] for quote in against] == ["PM"] * 2


def test_both_forms_say_the_same(decision):
    page = brief_html(decision, "A & B <lead>", "")
    assert "<h1>A &amp; B &lt;lead&gt;</h1>" in page
    for _, quotes in brief_view(decision, "", "")["quotes"]:
        for quote in quotes:
            assert f"<li>{quote}</li>" in page
            assert f"- {quote}\n" in brief_text(decision, "", "") + "\n"


def test_another_job_says_what_speaks_for_it():
    decision = tpmclassify.classify(COOK, "Cook")
    assert decision.verdict == "neither"
    text = brief_text(decision, "Cook", "")
    assert "What speaks for another job\n- " in text


@pytest.mark.parametrize("text", ["", "Wir suchen eine Köchin für unser Haus am See. " * 9])
def test_what_could_not_be_read_quotes_nothing(text):
    brief = brief_text(tpmclassify.classify(text), "", "")
    assert "REVIEW by a person" in brief
    assert "What speaks" not in brief
    assert "Of such postings" not in brief
