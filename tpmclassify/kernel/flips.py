"""What would change the label, for a whole batch: see `explanation.flips` for the idea."""

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.compiled import allocating, compiled
from tpmclassify.kernel.scores import (
    Models,
    Scratch,
    make_scratch,
    score_lines,
)
from tpmclassify.scoring.models import MOST_FLIPS
from tpmclassify.scoring.tfidf import Floats


@allocating
def find_flips(
    models: Models,
    terms: NDArray[np.int32],
    first: NDArray[np.int64],
    voting: NDArray[np.bool_],
    first_line: NDArray[np.int64],
    slope: float,
    shift: float,
) -> NDArray[np.int32]:
    """Find, for each posting, lines whose removal changes the label.

    Parameters
    ----------
    models : Models
    terms : ndarray of int32
        The terms of all lines.
    first : ndarray of shape (n_lines + 1,)
        Where each line's terms begin.
    voting : ndarray of bool of shape (n_lines,)
    first_line : ndarray of shape (n_postings + 1,)
    slope, shift : float
        What makes log-odds of a raw score.

    Returns
    -------
    ndarray of int32 of shape (n_lines,)
        Which line goes first (1), second (2) ...; 0 for lines that stay.
    """
    rank = np.zeros(len(first) - 1, np.int32)
    scratch = make_scratch(len(models.weights))
    kept = voting.copy()
    for i in range(len(first_line) - 1):
        begin, end = first_line[i], first_line[i + 1]
        _remove_lines(
            models,
            scratch,
            terms,
            first[begin : end + 1],
            kept[begin:end],
            rank[begin:end],
            slope,
            shift,
        )
    return rank


@compiled
def _remove_lines(
    models: Models,
    scratch: Scratch,
    terms: NDArray[np.int32],
    first: NDArray[np.int64],
    kept: NDArray[np.bool_],
    rank: NDArray[np.int32],
    slope: float,
    shift: float,
) -> None:
    """Take out the line that speaks loudest for the label, until it is the other label."""
    is_tpm = True
    n_removed = 0
    while True:
        raw = score_lines(models, scratch, terms, first, kept)[0]
        if n_removed == 0:
            is_tpm = slope * raw + shift > 0.0
        elif (slope * raw + shift > 0.0) != is_tpm:
            return
        loudest = _loudest_line(scratch.parts, terms, first, kept, is_tpm)
        if loudest < 0 or n_removed == MOST_FLIPS:
            rank[:] = 0
            return
        n_removed += 1
        kept[loudest] = False
        rank[loudest] = n_removed


@compiled
def _loudest_line(
    part_of: Floats,
    terms: NDArray[np.int32],
    first: NDArray[np.int64],
    kept: NDArray[np.bool_],
    is_tpm: bool,
) -> int:
    """The line with the largest part for the label; -1 where none speaks for it."""
    loudest, largest = -1, 0.0
    for line in range(len(kept)):
        if kept[line]:
            part = 0.0
            for i in range(first[line], first[line + 1]):
                part += part_of[terms[i]]
            part = part if is_tpm else -part
            if part > largest:
                loudest, largest = line, part
    return loudest
