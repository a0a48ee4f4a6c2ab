"""A decision in words: what a recruiter reads in ten seconds."""

from dataclasses import replace

import pytest

import tpmclassify
from tpmclassify.pages.decision_text import (
    headline,
    missing,
    probability_in_words,
    responsibilities_for,
)
from tpmclassify.roles import PM, TPM

CLOUD = """Lead technical programs across the platform, storage and networking engineering teams.
Drive the architecture roadmap with software engineers and resolve cross-team dependencies.
Review system design, scalability and reliability trade-offs with principal engineers.
Influence engineering leaders and product managers without authority."""
BUILDING = """Manage the construction project schedule, budget and scope from start to finish.
Coordinate subcontractors and vendors, review their invoices and approve change orders.
Keep the risk register of the project and report its status to the client every week.
Prepare project plans, meeting minutes and cost forecasts."""

ENGINEER = """Write, test and review code for our payment services in Python and Go.
Design database schemas and interfaces, and debug production issues with the on-call team.
Mentor junior developers in code reviews and pair programming.
Five years of professional software development and a degree in computer science are required."""


@pytest.fixture(scope="module")
def cloud():
    return tpmclassify.classify(CLOUD, "Technical Program Manager")


@pytest.fixture(scope="module")
def building():
    return tpmclassify.classify(BUILDING, "Project Manager")


@pytest.fixture(scope="module")
def engineer():
    return tpmclassify.classify(ENGINEER, "Software Engineer")


def test_verdict_and_probability_come_first(cloud, building, engineer):
    for decision, verdict in ((cloud, "TPM"), (building, "PM"), (engineer, "NEITHER")):
        first = decision.explain().splitlines()[0]
        assert first.startswith(f"{verdict}: ")
        assert "%" in first


def test_the_words_carry_all_of_the_doubt(building):
    doubtful = replace(building, p_tpm=0.001, p_in_scope=0.69)
    assert headline(doubtful) == "PM: slightly more likely a Project Manager (69%)."


def test_in_doubt_all_three_probabilities_stand_there(building):
    doubtful = replace(
        building, verdict="review", review_reasons=("uncertain",), p_tpm=0.25, p_in_scope=0.8
    )
    for part in ("Technical Program Manager 20%", "Project Manager 60%", "another job 20%"):
        assert part in headline(doubtful)


def test_another_job_is_shown_with_the_lines_that_say_so(engineer):
    text = engineer.explain()
    assert "What speaks for another job" in text
    assert "Write, test and review code" in text
    for of_roles in ("What speaks for PM", "What would make it read", "Beside the", "Title:"):
        assert of_roles not in text


@pytest.mark.parametrize("title", ["Construction Superintendent", "Chief of Staff to the CTO"])
def test_the_title_of_another_job_speaks_for_another_job(title):
    alone = tpmclassify.classify(ENGINEER)
    titled = tpmclassify.classify(ENGINEER, title)
    against = titled.explain().partition("What speaks for one of the two roles")[0]
    assert titled.p_in_scope < alone.p_in_scope
    assert "its title" in against
    assert against.index("what most postings are") < against.index("its title")
    assert "<strong>its title</strong>" in titled.to_html()
    assert "<strong>its title</strong>" not in alone.to_html()
    for page in (titled.to_html(), alone.to_html()):
        assert "<strong>what most postings are</strong>" in page


def test_a_text_that_cannot_be_judged_is_no_question_of_roles(building):
    codes = ("uncertain", "out_of_scope", "too_short", "too_little_evidence")
    unread = replace(building, verdict="review", review_reasons=codes)
    assert headline(unread) == (
        "REVIEW by a person, because the text is too short to judge and it says too little of what "
        "there is to do."
    )


@pytest.mark.parametrize("reason", ["too_short", "not_english", "empty"])
def test_of_what_cannot_be_read_nothing_is_said(building, reason):
    unread = replace(building, verdict="review", review_reasons=("uncertain", reason))
    assert unread.explain().split() == headline(unread).split()
    assert "%" not in headline(unread)


def test_up_to_three_responsibilities_decide_each_with_a_quote(cloud):
    found = responsibilities_for(cloud, TPM)
    assert 1 <= len(found) <= 3
    assert [total for _, total, _ in found] == sorted((t for _, t, _ in found), reverse=True)
    for name, total, line in found:
        assert total == cloud.responsibilities[name]
        assert line.responsibility == name
        assert line.text in CLOUD


def test_other_is_shown_but_is_no_responsibility_that_decides(cloud):
    with_other = replace(cloud, responsibilities={**cloud.responsibilities, "other": 9.0})
    assert "other" not in [name for name, _, _ in responsibilities_for(with_other, TPM)]
    assert "+9.00  other duties and requirements" in with_other.explain()


def test_what_a_building_site_lacks_to_read_as_tpm(building):
    text = missing(building)
    assert text.startswith("Reads as PM: nothing on technical expertise (a TPM posting usually has")


def test_a_responsibility_that_is_there_is_not_missing(cloud):
    assert "technical expertise" not in missing(cloud)


def test_only_what_is_the_other_roles_own_is_missing(building):
    # TPM postings speak of project planning too, but less than PM postings: no loss to a TPM.
    standing = building.profile["project_planning"]
    without = replace(standing, lines=0)
    decision = replace(building, profile={**building.profile, "project_planning": without})
    assert "project planning" not in missing(decision)


def test_many_lines_are_counted_not_listed(building):
    many = replace(building, flips_by=building.evidence[:1] * 9)
    assert "No few lines decide: the 9 loudest would have to go." in many.explain()


def test_every_line_of_a_few_is_quoted():
    decision = tpmclassify.classify(BUILDING)
    few = replace(decision, flips_by=decision.evidence[:2])
    words = " ".join(few.explain().partition("What would make it read as TPM")[2].split())
    assert "Without these 2 lines, together:" in words
    assert all(line.text in words for line in few.flips_by)


def test_where_nothing_flips_it_says_so(cloud):
    assert "Nothing that could be left out." in replace(cloud, flips_by=()).explain()


def test_out_of_scope_postings_get_no_advice(cloud):
    lost = replace(cloud, verdict="review", review_reasons=("out_of_scope",), p_in_scope=0.3)
    text = lost.explain()
    assert text.startswith("REVIEW by a person, because it may be neither of the two roles: ")
    assert "What would make it read" not in text
    assert "Beside the postings" not in text


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.5, "slightly more likely"), (0.8, "likely"), (0.93, "very likely"), (0.99, "almost")],
)
def test_probabilities_have_words(p, words):
    assert words in probability_in_words(p)


def test_equal_figures_get_equal_words(cloud):
    lines = {headline(replace(cloud, p_tpm=p, p_in_scope=1.0)) for p in (0.9751, 0.984)}
    assert len(lines) == 1


def test_no_line_is_too_wide_for_a_terminal(cloud, building):
    for decision in (cloud, building):
        assert max(map(len, decision.explain().splitlines())) <= 96


def test_the_four_differences_stand_beside_the_known_postings(building):
    text = building.explain()
    for name in ("scope and complexity", "technical knowledge", "strategy or execution"):
        assert f"{name}: more of a TPM than" in text
    assert responsibilities_for(building, PM)
