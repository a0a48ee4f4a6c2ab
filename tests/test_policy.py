"""Probabilities, the review band and its promise."""

import numpy as np
import pytest

import tpmclassify
from tpmclassify.policy import CalibrationScores, Policy, estimate_prevalence


def scores(n, generator):
    is_tpm = generator.random(n) < 0.5
    role_score = np.where(is_tpm, 1.5, -1.5) + generator.normal(size=n)
    line = np.array([3.0, 0.0])  # well calibrated for this mixture
    return CalibrationScores(role_score, is_tpm, np.zeros(0), np.zeros(0, dtype=bool), line, line)


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


def test_prevalence_shifts_the_log_odds(classifier):
    text = "Manage the project budget and schedule with engineering teams across programs."
    even = classifier.classify(text)
    rare = tpmclassify.load().set_params(prevalence=0.1).classify(text)
    assert rare.score - even.score == pytest.approx(np.log(0.1 / 0.9), abs=1e-9)
    assert rare.evidence == even.evidence


def test_without_held_out_scores_everything_is_reviewed():
    assert Policy(CalibrationScores.none(), 0.5, 0.02).uncertain(100.0)


@pytest.mark.parametrize("setting", [{"prevalence": 0.0}, {"max_error": 1.5}, {"prevalence": "x"}])
def test_settings_out_of_range_say_what_is_legal(setting):
    classifier = tpmclassify.load().set_params(**setting)
    with pytest.raises(tpmclassify.PostingError, match=r"in the range \(0.0, 1.0\)"):
        classifier.classify("text")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.8])
def test_the_prevalence_of_a_batch_is_found(share):
    generator = np.random.default_rng(0)
    is_tpm = generator.random(20_000) < share
    x = np.where(is_tpm, 1.0, -1.0) + generator.normal(size=len(is_tpm))
    p_at_even_odds = 1 / (1 + np.exp(-2 * x))
    found = estimate_prevalence(p_at_even_odds, np.ones(len(x)), prevalence=0.5)
    assert found == pytest.approx(share, abs=0.02)
