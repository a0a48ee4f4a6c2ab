"""Calibrated log-odds."""

import numpy as np

from tpmclassify.training.fitting import fit_platt


def test_a_few_postings_told_apart_without_an_error_make_nobody_certain():
    scores, positive = np.linspace(-2, 2, 40), np.arange(40) >= 20
    slope, intercept = fit_platt(scores, positive, balanced=True, smoothed=True)
    assert 0.0 < slope * 2 + intercept < np.log(20 * 40)
    certain = fit_platt(scores, positive, balanced=True)
    assert slope < certain[0]
