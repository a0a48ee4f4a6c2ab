"""Texts that are no one posting are told so, beside the verdict."""

import pytest

import tpmclassify
from tpmclassify.pages.odd_texts import oddity, split_postings

ONE = """Responsibilities:
- Manage the project schedule.
- Keep the budget.
- Report to the client.

Requirements
- Five years of projects.
- A calm hand.
- English.
"""
SECTIONS = ONE + ONE.replace("Responsibilities:", "About us").replace("Requirements", "Benefits")


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        (ONE, "", "one posting"),
        (SECTIONS, "", "more sections, but one list of duties"),
        (
            ONE + "Preferred qualifications\n" + ONE.partition("ments\n")[2],
            "",
            "one with two lists",
        ),
        ("Requirements\n- English\n" + ONE, "", "requirements first"),
        (ONE + ONE, "several postings", "duties and requirements twice"),
        (f"**Title: Nurse**\n{ONE}", "", "one title"),
        (f"Job title: Nurse\nWards.\nJob title: Cook\n{ONE}", "several postings", "two titles"),
        ("https://jobs.example/4711?x=1", "a link alone", "nothing but an address"),
        (" www.example.com/jobs \n", "a link alone", "nothing but an address"),
        (f"https://jobs.example/4711\n{ONE}", "", "a posting below its address"),
        ("", "", "nothing"),
    ],
)
def test_what_is_no_one_posting_is_said(text, expected, why):
    said = oddity(text)
    assert expected in said, why
    assert bool(expected) == bool(said), why


def test_it_is_said_in_words_and_on_the_page():
    for text in (ONE + ONE, "https://jobs.example/4711"):
        decision = tpmclassify.classify(text)
        assert oddity(text) in " ".join(decision.explain().split())
        assert oddity(text) in decision.to_html()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ONE, [ONE]),
        (
            f"Nurse\n{ONE}Cook\nWe feed the ward.\n{ONE}",
            [f"Nurse\n{ONE}", f"Cook\nWe feed the ward.\n{ONE}"],
        ),
        (f"{ONE}\n\n{ONE}", [ONE, ONE]),
        (
            "Jobs\nTitle: Nurse\nWards.\nTitle: Cook\nMeals.",
            ["Jobs\nTitle: Nurse\nWards.\n", "Title: Cook\nMeals."],
        ),
        (ONE * 3, [ONE] * 3),
    ],
)
def test_several_postings_are_told_apart(text, expected):
    assert split_postings(text) == [posting.strip() for posting in expected]
