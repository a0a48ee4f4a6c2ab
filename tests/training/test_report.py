"""Evaluation in words: verdicts by label, and what can be said of them."""

import numpy as np

from tpmclassify.training.report import evaluation_report

LABELS = np.array(["TPM", "TPM", "TPM", "PM", "PM", "neither"])
VERDICTS = np.array(["TPM", "PM", "review", "PM", "PM", "TPM"])
SCORES = np.array([3.0, -2.0, 0.1, -3.0, -1.0, 2.0])


def report(labels, verdicts, scores):
    return [line.split() for line in evaluation_report(labels, verdicts, scores).splitlines()]


def test_verdicts_are_counted_by_label():
    lines = report(LABELS, VERDICTS, SCORES)
    assert ["6", "postings"] in lines
    table = lines[lines.index(["label", "TPM", "PM", "review"]) :][:4]
    assert table == [
        ["label", "TPM", "PM", "review"],
        ["TPM", "1", "1", "1"],
        ["PM", "0", "2", "0"],
        ["neither", "1", "0", "0"],
    ]


def test_errors_are_counted_among_what_was_decided():
    lines = report(LABELS, VERDICTS, SCORES)
    assert ["decided", "without", "review", "4", "of", "5", "TPM", "and", "PM", "postings"] in lines
    assert ["wrong", "among", "those", "1", "(25.0%)"] in lines


def test_figures_that_need_both_roles_are_left_out_for_one():
    one_role = LABELS == "TPM"
    figures = evaluation_report(LABELS[one_role], VERDICTS[one_role], SCORES[one_role])
    assert "macro-F1" not in figures
    assert "TPM / PM                3 / 0" in figures
