"""Decisions and their grounds."""

import json
import math
import pickle
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tpmclassify
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES

SHIPPED = Path(__file__).parents[2] / "models/shipped_model.npz"
TPM_TEXT = """Drive complex technical programs across several engineering teams.
Align the architecture roadmap with business goals and resolve cross-team dependencies.
Work with software engineers on technical trade-offs and system design.
Influence product and engineering leaders through ambiguity. We offer health insurance.
Report the project status, schedule and budget to the client every month."""
PM_TEXT = """Manage the project schedule, budget and scope from start to finish.
Prepare project plans and status reports for the client.
Coordinate vendors and contractors, assign tasks and track costs.
Maintain the risk register and change requests so that the project is delivered on time.
Experience with software engineering teams is a plus. PMP certification preferred."""


@pytest.fixture(scope="module")
def tpm():
    return tpmclassify.classify(TPM_TEXT, "Project Manager")


@pytest.fixture(scope="module")
def pm():
    return tpmclassify.classify(PM_TEXT, "IT Project Manager")


def test_what_a_title_adds_is_all_that_it_changes_beside_the_lines(pm):
    untitled = tpmclassify.classify(PM_TEXT)
    assert untitled.scope_title == 0.0
    assert pm.scope_baseline == untitled.scope_baseline < 0.0 < pm.scope_title


def test_each_role_is_recognised(tpm, pm):
    assert (tpm.label, pm.label) == ("TPM", "PM")
    assert tpm.p_tpm > 0.9
    assert pm.p_tpm < 0.1


@pytest.mark.parametrize("which", ["tpm", "pm"])
class TestAnyDecision:
    @pytest.fixture
    def decision(self, which, request):
        return request.getfixturevalue(which)

    def test_the_score_is_the_baseline_plus_its_parts(self, decision):
        total = decision.baseline + sum(e.contribution for e in decision.evidence)
        assert total == pytest.approx(decision.score, abs=1e-9)

    def test_the_scope_score_is_its_baseline_the_title_and_the_parts(self, decision):
        total = decision.scope_baseline + decision.scope_title
        total += sum(e.scope_contribution for e in decision.evidence)
        assert total == pytest.approx(decision.scope_score, abs=1e-9)
        odds = decision.p_in_scope / (1 - decision.p_in_scope)
        assert math.log(odds) == pytest.approx(decision.scope_score, abs=1e-6)

    def test_three_probabilities_make_one(self, decision):
        p = decision.probabilities
        assert list(p) == ["TPM", "PM", "neither"]
        assert sum(p.values()) == pytest.approx(1.0, abs=1e-12)
        assert p["TPM"] == pytest.approx(decision.p_in_scope * decision.p_tpm)

    def test_responsibilities_and_dimensions_have_the_same_sum(self, decision):
        grounds = decision.score - decision.baseline
        assert set(decision.responsibilities) == {*RESPONSIBILITIES, "other"}
        assert set(decision.dimensions) == {*DIMENSIONS, "other"}
        assert sum(decision.responsibilities.values()) == pytest.approx(grounds, abs=1e-9)
        assert sum(decision.dimensions.values()) == pytest.approx(grounds, abs=1e-9)

    def test_the_probability_is_that_of_the_score(self, decision):
        odds = decision.p_tpm / (1 - decision.p_tpm)
        assert math.log(odds) == pytest.approx(decision.score, abs=1e-6)

    def test_quotes_are_exact_slices(self, decision):
        assert decision.evidence
        for e in decision.evidence:
            assert decision.text[e.start : e.end] == e.text

    def test_the_largest_part_comes_first_and_names_its_side(self, decision):
        sizes = [abs(e.contribution) for e in decision.evidence]
        assert sizes == sorted(sizes, reverse=True)
        assert all(e.role == ("TPM" if e.contribution > 0 else "PM") for e in decision.evidence)

    def test_without_the_lines_of_flips_by_the_label_is_the_other(self, decision):
        assert decision.flips_by
        rest = decision.text
        for line in sorted(decision.flips_by, key=lambda e: -e.start):
            rest = rest[: line.start] + rest[line.end :]
        assert tpmclassify.classify(rest).label != decision.label

    def test_the_profile_compares_every_responsibility_and_dimension(self, decision):
        assert set(decision.profile) == {*RESPONSIBILITIES, *DIMENSIONS}
        for name, standing in decision.profile.items():
            assert 0 <= standing.among_tpm <= 100
            assert 0 <= standing.among_pm <= 100
            assert (standing.lines is None) == (name in DIMENSIONS)

    def test_json_holds_every_field(self, decision):
        assert json.loads(decision.to_json()) == json.loads(json.dumps(decision.to_dict()))
        fields = {*decision.__dataclass_fields__, "probabilities"} - {"_words"}
        assert set(decision.to_dict()) == fields

    def test_it_can_be_read_back(self, decision):
        again = tpmclassify.Decision.from_dict(json.loads(decision.to_json()))
        assert again == decision
        assert hash(again) == hash(decision)
        assert again.explain() == decision.explain()
        with pytest.raises(tpmclassify.TPMClassifyError, match="has no words"):
            again.words()

    def test_a_copy_by_pickle_keeps_the_words(self, decision):
        assert pickle.loads(pickle.dumps(decision)).words() == decision.words()

    def test_words_add_up_to_their_lines(self, decision):
        by_line = Counter()
        for word in decision.words():
            assert decision.text[word.start : word.end] == word.text
            by_line[word.start] += word.contribution
        lines = {e.start: e.contribution for e in decision.evidence}
        assert by_line == pytest.approx(lines, abs=1e-9)

    def test_words_are_rows_of_a_data_frame(self, decision):
        frame = pd.DataFrame(decision.words())
        assert list(frame) == ["word", "contribution", "text", "start", "end", "responsibility"]
        assert frame["contribution"].sum() == pytest.approx(decision.score - decision.baseline)
        assert frame["contribution"].abs().is_monotonic_decreasing

    def test_it_names_what_made_it(self, decision):
        assert decision.made_by.version == tpmclassify.__version__
        assert decision.made_by.settings == tpmclassify.load().settings()
        with zipfile.ZipFile(SHIPPED) as file:
            header = np.load(file.open("header.npy")).tobytes()
        assert json.loads(header)["sha256"] == decision.made_by.model

    def test_its_repr_is_short(self, decision):
        assert len(repr(decision)) < 100
        assert repr(decision).startswith(f"<Decision {decision.verdict}: p_tpm=")

    def test_explain_quotes_both_sides(self, decision):
        text = decision.explain()
        assert "What speaks for" in text
        assert "What speaks against it" in text
        assert "Title: claims PM" in text


def test_without_its_quoted_lines_the_decided_role_is_less_likely(classifier, written):
    decided = [
        decision
        for decision in classifier.classify_many([posting["description"] for posting in written])
        if decision.verdict != "review"
    ]
    for decision in decided:
        rest = decision.text
        quoted = [e for e in decision.evidence if e.role == decision.label][:3]
        for line in sorted(quoted, key=lambda e: -e.start):
            rest = rest[: line.start] + rest[line.end :]
        sign = 1 if decision.label == "TPM" else -1
        assert sign * classifier.classify(rest).score < sign * decision.score


def test_boilerplate_carries_nothing(tpm):
    assert not any("health insurance" in e.text for e in tpm.evidence)


def test_emoji_entities_and_combining_letters_keep_quotes_exact():
    text = "<p>🚀 Drive technical programs &amp; architecture 👩‍💻 </p>Café\u0301 plans"
    decision = tpmclassify.classify(text)
    assert all(decision.text[e.start : e.end] == e.text for e in decision.evidence)


def test_a_title_never_changes_which_of_the_two_it_is(tpm):
    for title in (None, "Technical Program Manager", "PMO", "Nurse"):
        assert tpmclassify.classify(TPM_TEXT, title).p_tpm == tpm.p_tpm


def test_a_title_tells_whether_it_is_one_of_the_two():
    p = [
        tpmclassify.classify(TPM_TEXT, title).p_in_scope
        for title in ("Software Engineer", "Technical Program Manager")
    ]
    assert p[0] < p[1]


def test_a_blank_title_is_none():
    assert tpmclassify.classify(TPM_TEXT, "  ") == tpmclassify.classify(TPM_TEXT)


def test_a_title_agrees_or_not_where_one_of_the_two_was_decided(tpm):
    assert tpm.verdict == "TPM"
    assert tpm.title_agrees is False
    assert tpmclassify.classify(TPM_TEXT, "TPM").title_agrees is True
    assert tpmclassify.classify(TPM_TEXT, "Program Manager").title_agrees is None


@pytest.mark.parametrize(
    "frame", ["We seek a {}\nto run reviews of all our plans.", "Hired.{} Lead"]
)
def test_title_words_never_decide_where_a_line_ends(frame):
    titles = ("TPM", "Senior Technical Program Manager II", "project manager", "PMO")
    texts = [f"{PM_TEXT}\n{frame.format(title)}" for title in titles]
    assert len({tpmclassify.classify(text).p_tpm for text in texts}) == 1


def test_title_words_in_the_text_never_change_the_probability():
    texts = [
        f"{PM_TEXT}\nThe {title} reports to us." for title in ("TPM", "Project Manager", "PMO")
    ]
    assert len({tpmclassify.classify(text).p_tpm for text in texts}) == 1


@pytest.mark.parametrize("text", ["", "  \n", "--- *** 12"])
def test_an_empty_text_is_reviewed_at_the_prior(text):
    decision = tpmclassify.classify(text)
    assert (decision.verdict, decision.review_reasons) == ("review", ("empty",))
    assert decision.p_tpm == pytest.approx(0.2)  # what job boards hold
    assert decision.p_in_scope == pytest.approx(0.21)
    assert decision.evidence == ()
    assert "no text" in decision.explain()


def test_a_short_text_is_reviewed():
    assert "too_short" in tpmclassify.classify("Manage the project budget.").review_reasons


def test_a_text_in_another_language_is_reviewed():
    german = (
        "Sie planen und steuern das Projekt, führen das Team und berichten an die Leitung. " * 5
    )
    assert "not_english" in tpmclassify.classify(german).review_reasons


def test_an_engineer_is_neither():
    text = """Write, test and review code for our payment services in Python and Go.
Design database schemas and interfaces, and debug production issues with the on-call team.
Mentor junior developers in code reviews and pair programming.
Five years of professional software development and a degree in computer science are required."""
    for title in (None, "Software Engineer"):
        decision = tpmclassify.classify(text, title)
        assert (decision.verdict, decision.review_reasons) == ("neither", ())
        assert decision.p_in_scope < 0.05


PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "' onmouseover='alert(1)",
    "</pre></mark><iframe src=javascript:alert(1)>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_a_posting_becomes_markup(payload):
    decision = tpmclassify.classify(f"{PM_TEXT}\nManage the project budget {payload} on time")
    page = decision.to_html()
    assert decision._repr_html_() in page
    for opening in ("<script", "<img", "<iframe", "onmouseover='", 'title="">'):
        assert opening not in page
    assert "http" not in page.replace(decision.text, "")


@pytest.mark.parametrize("fields", [{}, {"evidence": 1}, {"text": "a", "unknown": 1}])
def test_what_is_no_decision_cannot_be_read_back(fields):
    with pytest.raises(tpmclassify.TPMClassifyError, match="no decision of this version"):
        tpmclassify.Decision.from_dict(fields)
