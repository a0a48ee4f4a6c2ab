"""Calibrated log-odds."""

import numpy as np
import pytest

from tpmclassify.training.fitting import fit_log_odds


def test_a_few_postings_told_apart_without_an_error_make_nobody_certain():
    scores, positive = np.linspace(-2, 2, 40)[:, None], np.arange(40) >= 20
    slope, intercept = fit_log_odds(scores, positive, np.ones(40), share=0.5, smoothed=True)
    assert 0.0 < slope * 2 + intercept < np.log(20 * 40)
    certain = fit_log_odds(scores, positive, np.ones(40), share=0.5)
    assert slope < certain[0]


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_log_odds_are_those_of_the_stated_share_whatever_that_of_the_sample(share):
    generator = np.random.default_rng(0)
    positive = generator.random(50_000) < 0.3
    scores = np.where(positive, 1.0, -1.0) + generator.normal(size=50_000)
    slope, intercept = fit_log_odds(scores[:, None], positive, np.ones(50_000), share=share)
    assert slope == pytest.approx(2.0, abs=0.1)
    assert intercept == pytest.approx(np.log(share / (1 - share)), abs=0.1)


def test_scores_that_say_nothing_leave_the_share():
    scores = np.array([1.0, 1.0, -1.0, -1.0])[:, None]
    positive = np.array([False, False, True, True])
    slope, intercept = fit_log_odds(scores, positive, np.ones(4), share=0.2)
    assert slope < 1e-5
    assert intercept == pytest.approx(np.log(0.2 / 0.8))
