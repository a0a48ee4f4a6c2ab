"""Words and figures of every page: none is missing, none says more than is known."""

from pathlib import Path

import pytest

from tpmclassify.deciding.verdicts import REVIEW_REASONS
from tpmclassify.pages.words import (
    REASONS,
    SUM_STRENGTHS,
    because,
    page_message,
    percent,
    reason_labels,
    signed,
    strength,
)


@pytest.mark.parametrize("code", REVIEW_REASONS)
def test_every_reason_for_review_has_words(code):
    assert "_" not in "".join(REASONS[code])


def test_the_reasons_of_a_row_are_listed():
    assert reason_labels("too_short;not_english") == "too short, not in English"


def test_a_reason_of_another_version_stands_for_itself():
    assert reason_labels("uncertain;of_tomorrow") == "either of the two roles, of_tomorrow"


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 5, "0%"),
        (1, 1000, "under 1%"),
        (1, 2, "50%"),
        (999, 1000, "over 99%"),
        (5, 5, "100%"),
        (0, 0, "0%"),
    ],
)
def test_a_share_is_not_rounded_to_none_or_all(part, whole, words):
    assert percent(part, whole) == words


@pytest.mark.parametrize(("x", "figure"), [(0.126, "+0.13"), (-0.5, "−0.50"), (-0.001, "0")])
def test_a_contribution_has_its_sign(x, figure):
    assert signed(x) == figure


@pytest.mark.parametrize(
    ("x", "of_line", "of_sum"),
    [
        (4.14, "strong", "strong"),
        (-0.6, "strong", "some"),
        (0.25, "some", "slight"),
        (-0.01, "slight", "slight"),
        (0.001, "none", "none"),
    ],
)
def test_a_contribution_has_a_word(x, of_line, of_sum):
    assert (strength(x), strength(x, SUM_STRENGTHS)) == (of_line, of_sum)


def test_a_message_of_the_page_names_the_upload_and_no_option():
    message = "/tmp/x/upload.csv: no row 9. Name another with --header-row (header_row=)."
    said = page_message(message, Path("/tmp/x/upload.csv"), "jobs.csv")
    assert said == "jobs.csv: no row 9. Name another with “Row with the column names”."


def test_the_grounds_of_a_row_are_weighed_in_words():
    assert because("risk_management -1.52; other +0.30") == "risk management: strong, other: slight"
    assert because("") == ""
