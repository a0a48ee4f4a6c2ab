"""Probabilities, the review band and its promise."""

import dataclasses

import numpy as np
import pytest

import tpmclassify
from tpmclassify.deciding.policy import (
    Policy,
    decide_verdicts,
    estimate_prevalence,
    logit,
    reasons_of,
    sigmoid,
)
from tpmclassify.scoring.models import CalibrationScores


def scores(n, generator):
    is_tpm = generator.random(n) < 0.5
    role_score = np.where(is_tpm, 1.5, -1.5) + generator.normal(size=n)
    line = np.array([3.0, 0.0])  # well calibrated for this mixture
    return CalibrationScores(role_score, is_tpm, line, line)


@pytest.mark.parametrize("max_error", [0.01, 0.02, 0.05])
def test_the_error_among_decided_postings_keeps_to_its_bound_on_average(max_error):
    errors = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        policy = Policy(scores(600, generator), 0.5, max_error)
        new = scores(2000, generator)
        score = policy.slope * new.role_score + policy.shift
        decided = np.abs(score) >= policy.band
        errors.append(np.mean(((score > 0) != new.is_tpm)[decided]) if decided.any() else 0.0)
    assert np.mean(errors) <= max_error


def test_a_stricter_bound_reviews_more(classifier):
    bands = [Policy(classifier.model_.calibration, 0.5, e).band for e in (0.01, 0.02, 0.05)]
    assert bands[0] > bands[1] > bands[2] > 0


def smallest_band(policy):
    """The definition, tried on every held-out score."""
    held_out = policy.calibration
    score = policy.slope * held_out.role_score + policy.shift
    wrong = (score > 0) != held_out.is_tpm
    share = held_out.is_tpm.mean()
    tpm, pm = policy.prevalence / share, (1 - policy.prevalence) / (1 - share)
    weight = np.where(held_out.is_tpm, tpm, pm)
    bands = [np.inf]
    for band in np.abs(score):
        outside = np.abs(score) >= band
        expected = (weight[outside & wrong].sum() + 1) / (weight[outside].sum() + 1)
        if expected <= policy.max_error:
            bands.append(band)
    return min(bands)


@pytest.mark.parametrize("max_error", [0.02, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("prevalence", [0.1, 0.5, 0.7])
def test_the_band_is_the_smallest_that_keeps_the_bound(prevalence, max_error):
    for seed in range(5):
        policy = Policy(scores(80, np.random.default_rng(seed)), prevalence, max_error)
        assert policy.band == pytest.approx(smallest_band(policy))


def verdicts(policy, role, scope):
    """What is decided about one posting with such raw scores."""
    return decide_verdicts(
        policy, np.array([role]), np.array([scope]), has_lines=np.array([True]), problems={}
    )


def reasons(policy, score, *, p_in_scope=1.0, problems=(), n_lines=5, unread=False):
    """Why a posting of such log-odds goes to review."""
    slope, intercept = policy.calibration.scope_line
    decided = decide_verdicts(
        policy,
        (np.array([score]) - policy.shift) / policy.slope,
        (np.array([logit(p_in_scope) if p_in_scope < 1 else 50.0]) - intercept) / slope,
        has_lines=np.array([n_lines > 0]),
        problems={name: np.array([True]) for name in problems},
        unread=np.array([unread]),
    )
    return reasons_of(int(decided.reasons[0]))


def test_a_score_on_the_band_is_decided():
    policy = Policy(scores(600, np.random.default_rng(0)), 0.5, 0.05)
    for side in (1, -1):
        assert reasons(policy, side * policy.band * 1.0001) == ()
        assert reasons(policy, side * policy.band * 0.9999) == ("uncertain",)


@pytest.mark.parametrize("role", [True, False])
def test_with_one_role_alone_everything_is_reviewed(role):
    held_out = scores(600, np.random.default_rng(0))
    alone = dataclasses.replace(held_out, is_tpm=np.full(600, role))
    assert reasons(Policy(alone, 0.5, 0.5), 100.0) == ("uncertain",)


def test_prevalence_shifts_the_log_odds(classifier):
    text = "Manage the project budget and schedule with engineering teams across programs."
    even = classifier.classify(text)
    rare = tpmclassify.load().set_params(prevalence=0.1).classify(text)
    assert rare.score - even.score == pytest.approx(np.log(0.1 / 0.9), abs=1e-9)
    assert rare.evidence == even.evidence


def test_without_held_out_scores_everything_is_reviewed():
    assert reasons(Policy(CalibrationScores.none(), 0.5, 0.02), 100.0) == ("uncertain",)


def test_without_held_out_scores_raw_scores_are_log_odds():
    nothing = CalibrationScores.none()
    policy = Policy(nothing, 0.5, 0.02)
    decided = verdicts(policy, 1.5, 2.0)
    assert decided.score == 1.5
    assert decided.p_in_scope == sigmoid(2.0)
    arrays = (nothing.role_score, nothing.is_tpm)
    assert [len(array) for array in arrays] == [0, 0]
    assert [array.dtype for array in arrays] == [float, bool]


def test_calibration_is_a_line_through_the_raw_scores():
    lines = dataclasses.replace(
        CalibrationScores.none(),
        role_line=np.array([3.0, -0.5]),
        scope_line=np.array([2.0, 0.5]),
    )
    policy = Policy(lines, 0.5, 0.02)
    assert (policy.slope, policy.shift) == (3.0, -0.5)
    decided = verdicts(policy, 2.0, 1.5)
    assert decided.score == 5.5
    assert decided.p_tpm == sigmoid(5.5)
    assert decided.p_in_scope == sigmoid(3.5)


def test_settings_are_taken_as_given():
    policy = Policy.checked(CalibrationScores.none(), 0.3, 0.05)
    assert (policy.prevalence, policy.max_error) == (0.3, 0.05)
    assert policy.prior == pytest.approx(np.log(0.3 / 0.7))


@pytest.mark.parametrize("p", [1e-9, 0.2, 0.5, 0.999])
def test_log_odds_and_probability_are_inverse(p):
    assert sigmoid(logit(p)) == pytest.approx(p, rel=1e-12)


def test_no_score_is_too_large_for_a_probability():
    assert sigmoid(5000.0) == 1.0
    assert sigmoid(-5000.0) == 0.0


def test_a_tie_goes_to_the_commoner_role():
    policy = Policy(CalibrationScores.none(), 0.5, 0.02)
    labels = [verdicts(policy, score, 0.0).labels.tolist() for score in (-1e-9, 0.0, 1e-9)]
    assert labels == [["PM"], ["PM"], ["TPM"]]


def test_reasons_for_review_come_in_their_order():
    policy = Policy(scores(600, np.random.default_rng(0)), 0.5, 0.02)
    sure = policy.band + 1
    assert reasons(policy, sure, p_in_scope=0.5001) == ()
    assert reasons(policy, sure, p_in_scope=0.49) == ("out_of_scope",)
    problems = ("not_english", "resume", "too_short", "too_little_evidence")
    assert reasons(policy, 0.0, p_in_scope=0.49, problems=problems) == (
        "uncertain",
        "out_of_scope",
        "too_short",
        "too_little_evidence",
        "not_english",
        "resume",
    )


@pytest.mark.parametrize("how", [{"n_lines": 0}, {"unread": True}, {"unread": True, "n_lines": 0}])
def test_a_text_that_was_not_read_has_no_other_reason(how):
    policy = Policy(CalibrationScores.none(), 0.5, 0.02)
    expected = "too_long" if "unread" in how else "empty"
    assert reasons(policy, 0.0, p_in_scope=0.1, **how) == (expected,)


@pytest.mark.parametrize(
    "setting", [{"prevalence": 0.0}, {"prevalence": 1}, {"max_error": 1.5}, {"prevalence": "x"}]
)
def test_settings_out_of_range_say_what_is_legal(setting):
    classifier = tpmclassify.load().set_params(**setting)
    ((name, value),) = setting.items()
    legal = rf"'{name}' parameter .* in the range \(0.0, 1.0\). Got {value!r} instead"
    with pytest.raises(tpmclassify.PostingError, match=legal):
        classifier.classify("text")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.8])
def test_the_prevalence_of_a_batch_is_found(share):
    generator = np.random.default_rng(0)
    is_tpm = generator.random(20_000) < share
    x = np.where(is_tpm, 1.0, -1.0) + generator.normal(size=len(is_tpm))
    p_at_even_odds = 1 / (1 + np.exp(-2 * x))
    found = estimate_prevalence(p_at_even_odds, np.ones(len(x)), prevalence=0.5)
    assert found == pytest.approx(share, abs=0.02)


def test_rows_of_a_batch_count_as_often_as_they_occur():
    p, counts = np.array([0.9, 0.2, 0.6]), np.array([3, 1, 2])
    repeated = estimate_prevalence(np.repeat(p, counts), np.ones(6), prevalence=0.4)
    assert estimate_prevalence(p, counts, prevalence=0.4) == pytest.approx(repeated, abs=1e-9)


@pytest.mark.parametrize("assumed", [0.1, 0.5, 0.8])
def test_the_prevalence_found_does_not_depend_on_the_one_assumed(assumed):
    even = np.array([0.95, 0.9, 0.3, 0.05, 0.02])
    odds = even / (1 - even) * assumed / (1 - assumed)
    found = estimate_prevalence(odds / (1 + odds), np.ones(5), prevalence=assumed)
    assert found == pytest.approx(estimate_prevalence(even, np.ones(5), prevalence=0.5), abs=1e-4)


def test_a_batch_that_hardly_tells_anything_gets_an_answer_all_the_same():
    found = estimate_prevalence(np.full(3, 0.5001), np.ones(3), prevalence=0.5)
    assert 0.5 < found < 1.0
