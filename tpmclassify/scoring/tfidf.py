"""One mechanism for every model here: TF-IDF, linear scores, and their exact parts.

The figures are those of scikit-learn's ``TfidfVectorizer`` (smoothed idf, L2 norm) followed by a
linear model, on text in which every line is followed by a token of underscores, so that no n-gram
crosses a line. A score is an intercept plus the sum of ``coef * tf-idf`` over the n-grams present:
every occurrence of an n-gram carries an equal share of its term, and so every line its part.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

import numpy as np

from tpmclassify.arrays import Bools, Floats, Ints, SmallInts, read_only
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES

OTHER_DUTY = "other_duty"
BOILERPLATE = "none"
# The outputs of the line model, in the order of its coefficients.
LINE_CLASSES = (*RESPONSIBILITIES, OTHER_DUTY, BOILERPLATE)
N_CLASSES = len(LINE_CLASSES)
BOILERPLATE_CODE = LINE_CLASSES.index(BOILERPLATE)
OTHER_CODE = LINE_CLASSES.index(OTHER_DUTY)
# A line is left out when the line model gives it this probability of stating no duty, or more.
BOILERPLATE_CERTAINTY = 0.45
# The outputs of the posting model.
ROLE_OUTPUT, SCOPE_OUTPUT = 0, 1
N_OUTPUTS = 2
N_DIMENSIONS = len(DIMENSIONS)

# A line counts where the odds of all duties against boilerplate are above this. The likeliest duty
# alone, and as many as there are of its size, tell it for nine lines of ten without a sum.
_ODDS = (1.0 - BOILERPLATE_CERTAINTY) / BOILERPLATE_CERTAINTY
_LOG_ODDS, _LOG_N_DUTIES = math.log(_ODDS), math.log(BOILERPLATE_CODE)
# What a row of weights holds: see `LinearText.rows`.
_ROLE, _SCOPE = 1 + ROLE_OUTPUT, 1 + SCOPE_OUTPUT


def _width(n_outputs: int) -> int:
    return (1 + n_outputs + 3) // 4 * 4


_LINE_WIDTH, _POSTING_WIDTH = _width(N_CLASSES), _width(N_OUTPUTS)
# A stamp says when a term was met and how often: no text holds a term so often.
_STAMP_BITS = 32


@dataclass(frozen=True, eq=False)
class LinearText:
    """A linear model of text.

    `idf` (n_terms,): inverse document frequencies; 0 for terms that this model does not use.
    `coef`: (n_outputs, n_terms). `intercept`: (n_outputs,). `sublinear_tf`: whether a count ``c``
    weighs ``1 + ln(c)`` instead of ``c``.
    """

    idf: Floats
    coef: Floats
    intercept: Floats
    sublinear_tf: bool

    @cached_property
    def rows(self) -> Floats:
        """Of each term, one row after the other: its idf, and ``idf * coef`` by output.

        Zeros fill it up, so that a row of the posting model stands in one line of the cache.
        """
        n_outputs = len(self.coef)
        rows = np.zeros((len(self.idf), _width(n_outputs)))
        rows[:, 0] = self.idf
        rows[:, 1 : 1 + n_outputs] = (self.coef * self.idf).T
        return read_only(rows.ravel())

    def weights(self, longest: int) -> "Weights":
        """What entries read of it, for texts of up to so many terms."""
        bits = max(longest, 1).bit_length()
        return Weights(self.rows, self.intercept, _frequencies(self.sublinear_tf, bits))


@lru_cache(maxsize=64)
def _frequencies(sublinear: bool, bits: int) -> Floats:
    counts = range(1, 1 << bits)
    weights = [1.0 + math.log(count) if sublinear else float(count) for count in counts]
    return read_only(np.array([0.0, *weights]))


class TermLines(NamedTuple):
    """The terms of each line of a batch, and the lines of each posting; see `Reading`."""

    terms: SmallInts
    first_term: Ints
    begin_line: Ints
    end_line: Ints


class Counting(NamedTuple):
    """Room to count terms in.

    `stamps` (n_terms,): when each term was last met, and how often since; zeros at first.
    `distinct` (n_terms,): the terms that are present. `role`, `scope` (n_terms,): of the terms that
    are present: the part of one occurrence in the score.
    """

    stamps: Ints
    distinct: Ints
    role: Floats
    scope: Floats

    @staticmethod
    def over(n_terms: int) -> "Counting":
        """Make room for so many terms."""
        parts = np.empty(n_terms), np.empty(n_terms)
        return Counting(np.zeros(n_terms, np.int64), np.empty(n_terms + 1, np.int64), *parts)

    def plain(self) -> Any:
        """What stands for it in plain Python: a posting holds few of all terms."""
        return Counting(*cast(Any, (defaultdict(int), {}, {}, {})))


class Weights(NamedTuple):
    """A linear model as entries read it.

    `rows`: see `LinearText`. `intercept`: (n_outputs,). `frequencies`: the weight of each count.
    """

    rows: Floats
    intercept: Floats
    frequencies: Floats


class LineResults(NamedTuple):
    """What is found out about each line, and each term in it.

    `voting`: (n_lines,). `part`, `scope_part`: (n_lines,). `dimensions` (4 * n_lines,) and
    `term_part` (n_occurrences,): empty where they are not asked for.
    """

    voting: Bools
    part: Floats
    scope_part: Floats
    dimensions: Floats
    term_part: Floats


@compiled
def _count(lines: TermLines, line: int, counting: Counting, now: int, n: int) -> int:
    """Add the terms of a line to the n distinct ones; returns how many there are now."""
    terms, stamps, distinct = lines.terms, counting.stamps, counting.distinct
    for i in range(lines.first_term[line], lines.first_term[line + 1]):
        term = terms[i]
        stamp = stamps[term]
        is_new = stamp < now
        stamps[term] = now + 1 if is_new else stamp + 1
        distinct[n] = term
        n += is_new
    return n


@Entry
def classify_lines(
    lines: TermLines, model: Weights, counting: Counting, line_class: SmallInts, voting: Bools
) -> int:
    """Say which duty each line is likeliest to state, by its terms alone, and whether it counts.

    `line_class`, `voting` (n_lines,): take the answers.
    """
    rows, intercept, frequencies = model
    stamps, distinct = counting.stamps, counting.distinct
    for line in range(len(voting)):
        now = (line + 1) << _STAMP_BITS
        n = _count(lines, line, counting, now, 0)
        # By name, so that machine code keeps them in registers.
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = squares = 0.0
        for j in range(n):
            term = distinct[j]
            weight = frequencies[stamps[term] - now]
            at = _LINE_WIDTH * term
            squares += weight * weight * (rows[at] * rows[at])
            s0 += weight * rows[at + 1]
            s1 += weight * rows[at + 2]
            s2 += weight * rows[at + 3]
            s3 += weight * rows[at + 4]
            s4 += weight * rows[at + 5]
            s5 += weight * rows[at + 6]
            s6 += weight * rows[at + 7]
            s7 += weight * rows[at + 8]
            s8 += weight * rows[at + 9]
            s9 += weight * rows[at + 10]
        norm = math.sqrt(squares) if squares > 0.0 else 1.0
        scores = (s0, s1, s2, s3, s4, s5, s6, s7, s8)
        best, highest = 0, scores[0] / norm + intercept[0]
        for k in range(1, BOILERPLATE_CODE):
            score = scores[k] / norm + intercept[k]
            if score > highest:
                best, highest = k, score
        boilerplate = s9 / norm + intercept[BOILERPLATE_CODE]
        # The probability of boilerplate is above the limit where the odds of all else are below.
        votes = highest - boilerplate >= _LOG_ODDS
        if not votes and highest - boilerplate >= _LOG_ODDS - _LOG_N_DUTIES:
            odds = 0.0
            for k in range(BOILERPLATE_CODE):
                odds += math.exp(scores[k] / norm + intercept[k] - boilerplate)
            votes = odds > _ODDS
        line_class[line] = best
        voting[line] = votes
    return 0


@Entry
def score_lines(
    lines: TermLines,
    model: Weights,
    shares: Floats,
    counting: Counting,
    results: LineResults,
    raw: Floats,
) -> int:
    """Score each posting by its voting lines, and put the parts of both scores to the lines.

    `shares` (4 * n_terms,): the share of each term's part that goes to each dimension. `raw`
    (2 * n_postings,): takes the scores of role and scope.
    """
    terms, first_term, voting = lines.terms, lines.first_term, results.voting
    with_dimensions = len(results.dimensions) > 0
    for posting in range(len(lines.begin_line)):
        begin, end = lines.begin_line[posting], lines.end_line[posting]
        role, scope = weigh_lines(lines, begin, end, model, counting, voting, posting + 1)
        raw[N_OUTPUTS * posting + ROLE_OUTPUT] = role
        raw[N_OUTPUTS * posting + SCOPE_OUTPUT] = scope
        for line in range(begin, end):
            part = scope_part = d0 = d1 = d2 = d3 = 0.0
            if voting[line]:
                for i in range(first_term[line], first_term[line + 1]):
                    term = terms[i]
                    one = counting.role[term]
                    part += one
                    scope_part += counting.scope[term]
                    if with_dimensions:
                        results.term_part[i] = one
                        at = N_DIMENSIONS * term
                        d0 += one * shares[at]
                        d1 += one * shares[at + 1]
                        d2 += one * shares[at + 2]
                        d3 += one * shares[at + 3]
            results.part[line] = part
            results.scope_part[line] = scope_part
            if with_dimensions:
                at = N_DIMENSIONS * line
                results.dimensions[at] = d0
                results.dimensions[at + 1] = d1
                results.dimensions[at + 2] = d2
                results.dimensions[at + 3] = d3
    return 0


@compiled
def weigh_lines(
    lines: TermLines,
    begin: int,
    end: int,
    model: Weights,
    counting: Counting,
    kept: Bools,
    serial: int,
) -> tuple[float, float]:
    """Raw scores of role and scope of the kept ones among some lines, read as one text.

    The parts of each term's occurrence stay in `counting.role` and `counting.scope`.

    `serial`: larger at every call with the same `counting`.
    """
    rows, intercept, frequencies = model
    stamps, distinct = counting.stamps, counting.distinct
    role_parts, scope_parts = counting.role, counting.scope
    now = serial << _STAMP_BITS
    n = 0
    for line in range(begin, end):
        if kept[line]:
            n = _count(lines, line, counting, now, n)
    squares = role = scope = 0.0
    for j in range(n):
        term = distinct[j]
        count = stamps[term] - now
        weight = frequencies[count]
        at = _POSTING_WIDTH * term
        value = weight * rows[at]
        squares += value * value
        part = weight * rows[at + _ROLE]
        role += part
        role_parts[term] = part / count
        part = weight * rows[at + _SCOPE]
        scope += part
        scope_parts[term] = part / count
    norm = math.sqrt(squares) if squares > 0.0 else 1.0
    for j in range(n):
        term = distinct[j]
        role_parts[term] /= norm
        scope_parts[term] /= norm
    return intercept[ROLE_OUTPUT] + role / norm, intercept[SCOPE_OUTPUT] + scope / norm
