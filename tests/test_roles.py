"""What titles claim: the cases of `title_roles.csv`, none of them from a real posting."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpmclassify.roles import title_role

with Path(__file__).with_name("title_roles.csv").open(encoding="utf-8", newline="") as stream:
    CASES = [tuple(row.values()) for row in csv.DictReader(stream)]


@pytest.mark.parametrize(("title", "role", "why"), CASES, ids=[case[0] for case in CASES])
def test_a_title_claims_what_its_head_says(title, role, why):
    assert (title_role(title) or "") == role, why


def test_there_are_three_hundred_cases():
    assert len({title for title, _, _ in CASES}) >= 300


def test_no_title_claims_nothing():
    assert title_role(None) is None


@pytest.mark.parametrize(("title", "role", "why"), CASES[::7])
@pytest.mark.parametrize("frame", ["{}, Oslo", "{} (Remote)", "{} - 4471", "Vexmoor: {}", "  {}\n"])
def test_what_stands_around_a_title_does_not_matter(frame, title, role, why):
    assert (title_role(frame.format(title)) or "") == role, why


@given(st.text())
def test_any_text_may_stand_for_a_title(text):
    assert title_role(text) in ("TPM", "PM", None)


@pytest.mark.parametrize("piece", ["(", "&#9", "<a", "Manager ", "technical ", "project/", "&amp;"])
def test_long_titles_take_no_longer(piece):
    assert title_role(piece * 100_000) is None
