"""TF-IDF and linear scores of one posting, and the part of each line: see `model` for the idea.

Sums are taken in the order in which the readable path takes them, term by term in ascending order,
so that both give the same score to the last bit.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.compiled import allocating, compiled
from tpmclassify.kernel.vocabulary import Terms, find_pairs, find_single_words
from tpmclassify.scoring.models import BOILERPLATE_CERTAINTY, LINE_CLASSES, OTHER_CODE
from tpmclassify.scoring.tfidf import Floats

_N_CLASSES = len(LINE_CLASSES)
_BOILERPLATE_CODE = _N_CLASSES - 1
# A line counts where the odds of all duties against boilerplate are above this; the likeliest duty
# alone, and as many as there are of its size, tell it for most lines without a sum.
_LOG_ODDS = math.log((1.0 - BOILERPLATE_CERTAINTY) / BOILERPLATE_CERTAINTY)
_LOG_N_DUTIES = math.log(_BOILERPLATE_CODE)
_WORD_BITS = 64
# Columns of `Models.weights`.
IDF, ROLE, SCOPE = 0, 1, 2


class Models(NamedTuple):
    """The line model and the posting model, laid out term by term.

    Attributes
    ----------
    line_idf : ndarray of shape (n_terms,)
    line_coef : ndarray of shape (n_terms, 10)
    line_intercept : ndarray of shape (10,)
    line_sublinear, sublinear : bool
        Whether a count ``c`` weighs ``1 + ln(c)``.
    weights : ndarray of shape (n_terms, 4)
        Inverse document frequency, coefficients of role and scope, and one that is not used: what
        is read together stands together.
    intercept : ndarray of shape (2,)
        Of role and scope.
    folding : ndarray of shape (n_terms, 4)
    logarithms : ndarray of shape (n,)
        Of 0 (not used), 1, 2, ...
    """

    line_idf: Floats
    line_coef: Floats
    line_intercept: Floats
    line_sublinear: bool
    weights: Floats
    intercept: Floats
    sublinear: bool
    folding: Floats
    logarithms: Floats


class Scratch(NamedTuple):
    """Room to count in; clean between two postings.

    Attributes
    ----------
    counts : ndarray of int32 of shape (n_terms,)
    present : ndarray of uint64
        One bit a term.
    parts : ndarray of shape (n_terms,)
        Of the terms that are present: the part of one occurrence.
    terms, tf_idf, shares : ndarray of shape (n_terms,)
        The terms that are present, in ascending order, with their weights and the share of one
        occurrence.
    line_scores : ndarray of shape (10,)
    """

    counts: NDArray[np.int32]
    present: NDArray[np.uint64]
    parts: Floats
    terms: NDArray[np.int32]
    tf_idf: Floats
    shares: Floats
    line_scores: Floats


@allocating
def make_scratch(n_terms: int) -> Scratch:
    """Make clean room for postings over so many terms."""
    return Scratch(
        np.zeros(n_terms, np.int32),
        np.zeros(n_terms // _WORD_BITS + 1, np.uint64),
        np.zeros(n_terms, np.float64),
        np.zeros(n_terms, np.int32),
        np.zeros(n_terms, np.float64),
        np.zeros(n_terms, np.float64),
        np.zeros(_N_CLASSES, np.float64),
    )


@compiled
def find_terms(terms: Terms, numbers: NDArray[np.int32], found: NDArray[np.int32], n: int) -> int:
    """Add the terms of a line's words to the n found so far; returns how many there are now."""
    n = find_single_words(terms.unigram, numbers, found, n)
    return find_pairs(
        terms.pair_slots, terms.pair_seed, terms.pair_keys, terms.pair_terms, numbers, found, n
    )


@compiled
def weigh_count(count: int, sublinear: bool, logarithms: Floats) -> float:
    """The term frequency of a count."""
    if not sublinear:
        return float(count)
    return 1.0 + float(logarithms[count] if count < len(logarithms) else np.log(float(count)))


@compiled
def hear_line(
    models: Models, scratch: Scratch, occurrences: NDArray[np.int32], first: int, last: int
) -> tuple[int, bool]:
    """Say what a line states, by its terms alone, and whether it counts.

    Returns
    -------
    line_class : int
        Position in `LINE_CLASSES`, boilerplate excluded.
    voting : bool
    """
    counts, scores = scratch.counts, scratch.line_scores
    idf, coef, intercept = models.line_idf, models.line_coef, models.line_intercept
    sublinear, logarithms = models.line_sublinear, models.logarithms
    for i in range(first, last):
        counts[occurrences[i]] += 1
    scores[:] = 0.0
    squares = 0.0
    for i in range(first, last):
        term = occurrences[i]
        if counts[term] > 0:
            value = idf[term] * weigh_count(counts[term], sublinear, logarithms)
            counts[term] = 0
            squares += value * value
            for k in range(_N_CLASSES):
                scores[k] += value * coef[term, k]
    norm = np.sqrt(squares) if squares > 0.0 else 1.0
    best, best_score = 0, -np.inf
    for k in range(_N_CLASSES):
        scores[k] = scores[k] / norm + intercept[k]
        if k != _BOILERPLATE_CODE and scores[k] > best_score:
            best, best_score = k, scores[k]
    # The probability of boilerplate is above the limit where the odds of all else are below its.
    margin = best_score - scores[_BOILERPLATE_CODE]
    if margin >= _LOG_ODDS or margin < _LOG_ODDS - _LOG_N_DUTIES:
        return best, margin >= _LOG_ODDS
    odds = 0.0
    for k in range(_BOILERPLATE_CODE):
        odds += np.exp(scores[k] - scores[_BOILERPLATE_CODE])
    return best, np.log(odds) > _LOG_ODDS


@compiled
def let_silent_speak(line_class: NDArray[np.int32], voting: NDArray[np.bool_]) -> None:
    """Settle what each line counts as; a posting without any duty is read whole, as "other"."""
    silent = not voting.any()
    for line in range(len(voting)):
        if silent:
            line_class[line], voting[line] = OTHER_CODE, True
        elif not voting[line]:
            line_class[line] = _BOILERPLATE_CODE


@compiled
def score_lines(
    models: Models,
    scratch: Scratch,
    occurrences: NDArray[np.int32],
    first: NDArray[np.int64],
    voting: NDArray[np.bool_],
) -> tuple[float, float]:
    """Score a posting by its voting lines; the part of each term's occurrence stays in the scratch.

    Parameters
    ----------
    first : ndarray of shape (n_lines + 1,)
        Where each line's occurrences begin.

    Returns
    -------
    role, scope : float
        Raw scores.
    """
    counts, present, weights = scratch.counts, scratch.present, models.weights
    terms, tf_idf, shares = scratch.terms, scratch.tf_idf, scratch.shares
    for line in range(len(voting)):
        if voting[line]:
            for i in range(first[line], first[line + 1]):
                term = occurrences[i]
                counts[term] += 1
                present[term // _WORD_BITS] |= np.uint64(1) << np.uint64(term % _WORD_BITS)
    n, squares = 0, 0.0
    for block in range(len(present)):
        bits = present[block]
        while bits:
            term = block * _WORD_BITS + _lowest_bit(bits)
            bits &= bits - np.uint64(1)
            value = weigh_count(counts[term], models.sublinear, models.logarithms)
            value *= weights[term, IDF]
            terms[n], tf_idf[n], shares[n] = term, value, 1.0 / counts[term]
            squares += value * value
            counts[term] = 0
            n += 1
        present[block] = np.uint64(0)
    norm = np.sqrt(squares) if squares > 0.0 else 1.0
    role, scope = 0.0, 0.0
    for i in range(n):
        value = tf_idf[i] / norm
        part = value * weights[terms[i], ROLE]
        role += part
        scope += value * weights[terms[i], SCOPE]
        scratch.parts[terms[i]] = part * shares[i]
    return models.intercept[0] + role, models.intercept[1] + scope


@compiled
def _lowest_bit(bits: np.uint64) -> int:
    """Position of the lowest bit that is set (de Bruijn multiplication: Leiserson et al. 1998)."""
    isolated = bits & (~bits + np.uint64(1))
    return int(_POSITIONS[(isolated * _DE_BRUIJN) >> np.uint64(58)])


_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_POSITIONS = np.zeros(_WORD_BITS, dtype=np.int64)
for _bit in range(_WORD_BITS):
    _POSITIONS[((1 << _bit) * int(_DE_BRUIJN) & (1 << _WORD_BITS) - 1) >> 58] = _bit
