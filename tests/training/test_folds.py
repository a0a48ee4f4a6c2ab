"""Folds without leaks."""

import numpy as np
import pytest

import tpmclassify
from tpmclassify.training.folds import assign_folds


def test_no_group_stands_in_two_folds():
    generator = np.random.default_rng(0)
    groups = generator.integers(40, size=300)
    labels = generator.choice(["TPM", "PM", "neither"], size=300).tolist()
    folds = assign_folds(labels, groups)
    assert all(len(set(folds[groups == group])) == 1 for group in range(40))
    assert set(folds) == set(range(5))


def test_a_label_of_one_group_cannot_be_tested():
    with pytest.raises(tpmclassify.TrainingError, match="at least two"):
        assign_folds(["TPM", "TPM", "PM", "PM"], np.array([0, 0, 1, 2]))
