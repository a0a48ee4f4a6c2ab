"""Evaluation in words: verdicts by label, and what can be said of them."""

from dataclasses import fields

import numpy as np

from tpmclassify.deciding.verdicts import Verdicts
from tpmclassify.training.evaluation import Evaluation

LABELS = np.array(["TPM", "TPM", "TPM", "PM", "PM", "neither", "neither", "neither"])
# A TPM posting called PM, one reviewed; another job called TPM.
SCORES = np.array([[3.0, -2.0, 0.1, -3.0, -1.0, 2.0, 0.0, 0.0], [3.0, 2, 0.5, 3, 1, 2, -4, -4]])
DECIDED = Verdicts(
    *SCORES,
    *1 / (1 + np.exp(-SCORES)),
    is_neither=np.array([False] * 6 + [True] * 2),
    reasons=np.array([0, 0, 1, 0, 0, 0, 0, 0], np.uint8),
)


def report(labels, decided):
    return [line.split() for line in str(Evaluation.of(labels, decided)).splitlines()]


def test_verdicts_are_counted_by_label():
    lines = report(LABELS, DECIDED)
    assert ["8", "postings"] in lines
    table = lines[lines.index(["label", "TPM", "PM", "neither", "review"]) :][:4]
    assert table[1:] == [
        ["TPM", "1", "1", "0", "1"],
        ["PM", "0", "2", "0", "0"],
        ["neither", "1", "0", "2", "0"],
    ]


def test_errors_of_every_kind_are_shares_of_what_was_decided():
    text = str(Evaluation.of(LABELS, DECIDED))
    for line in (
        "TPM, PM verdicts right  60.0%",
        "neither verdicts right  100.0%",
        "TPM, PM decided right   60.0%",
        "TPM, PM lost to neither 0.0%",
        "to review               12.5%",
    ):
        assert line in text


def test_figures_that_need_both_roles_are_left_out_for_one():
    one_role = np.flatnonzero(LABELS == "TPM")
    arrays = (getattr(DECIDED, field.name)[one_role] for field in fields(DECIDED))
    figures = str(Evaluation.of(LABELS[one_role], Verdicts(*arrays)))
    assert "macro-F1" not in figures
    assert "TPM / PM                3 / 0" in figures
