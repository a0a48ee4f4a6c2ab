"""What would change the label: lines, found greedily, without which it is the other one."""

import numpy as np

from tpmclassify.arrays import Bools, Floats, SmallInts
from tpmclassify.deciding.policy import Policy
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.machine_code.load import machine_code
from tpmclassify.scoring.models import BatchScores, Model, term_lines
from tpmclassify.scoring.tfidf import Counting, TermLines, Weights, weigh_lines

# More lines than these, taken out to change the label, explain nothing to anybody; and the whole
# posting is scored anew for each of them.
MOST_FLIPS = 100


def find_flips(model: Model, policy: Policy, scores: BatchScores) -> list[list[int]]:
    """Find the lines of each posting whose removal changes the label, in the order of removal.

    One line after the other is taken out, each time the one that speaks loudest for the label in
    what is left, and the rest is scored anew (counterfactual explanation of a document: Martens &
    Provost 2014).

    Returned (n_postings,): lines of the posting, counted from 0; none where no removal of up to
    `MOST_FLIPS` lines changes the label.
    """
    reading = scores.reading
    ranks = np.zeros(len(reading.line_start), np.int32)
    rank_flips(
        term_lines(reading),
        model.posting.weights(reading.most_terms),
        Counting.over(len(model.vocabulary)),
        policy.slope,
        policy.shift,
        scores.voting.copy(),
        ranks,
        code=machine_code(reading.texts.n_bytes),
    )
    flips = []
    for position in range(len(reading)):
        one = ranks[reading.lines_of(position)]
        flips.append(np.argsort(one, kind="stable")[np.count_nonzero(one == 0) :].tolist())
    return flips


@Entry
def rank_flips(
    lines: TermLines,
    model: Weights,
    counting: Counting,
    slope: float,
    shift: float,
    kept: Bools,
    ranks: SmallInts,
) -> int:
    """Take out of each posting the loudest line for its label, until it is the other label.

    `slope`, `shift`: make log-odds of a raw score. `kept` (n_lines,): the voting lines at first.
    `ranks` (n_lines,): takes which line goes first (1), second (2) ...; 0 for lines that stay.
    """
    serial = 0
    for posting in range(len(lines.begin_line)):
        first, last = lines.begin_line[posting], lines.end_line[posting]
        is_tpm = flipped = False
        n_removed = n_kept = 0
        for line in range(first, last):
            n_kept += kept[line]
        while n_removed < n_kept:  # without any line nothing is read
            serial += 1
            raw = weigh_lines(lines, first, last, model, counting, kept, serial)[0]
            if n_removed == 0:
                is_tpm = slope * raw + shift > 0.0
            elif (slope * raw + shift > 0.0) != is_tpm:
                flipped = True
                break
            loudest = _loudest_line(lines, first, last, counting.role, kept, is_tpm)
            if loudest < 0 or n_removed == MOST_FLIPS:
                break
            n_removed += 1
            kept[loudest] = False
            ranks[loudest] = n_removed
        if not flipped:
            for line in range(first, last):
                ranks[line] = 0
    return 0


@compiled
def _loudest_line(
    lines: TermLines, first: int, last: int, parts: Floats, kept: Bools, is_tpm: bool
) -> int:
    """The line with the largest part for the label; -1 where none speaks for it."""
    terms, first_term = lines.terms, lines.first_term
    loudest, largest = -1, 0.0
    for line in range(first, last):
        if kept[line]:
            part = 0.0
            for i in range(first_term[line], first_term[line + 1]):
                part += parts[terms[i]]
            part = part if is_tpm else -part
            if part > largest:
                loudest, largest = line, part
    return loudest
