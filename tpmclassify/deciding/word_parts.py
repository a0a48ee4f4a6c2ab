"""The score taken apart further than to lines: what each word and pair of words carries."""

from typing import NamedTuple

import numpy as np

from tpmclassify.scoring.models import BatchScores, Model
from tpmclassify.scoring.tfidf import ROLE_OUTPUT


class WordParts(NamedTuple):
    """The words and pairs of words of a posting, one entry for each time that one occurs.

    `line_starts`: where the line of each begins in the text. `parts`: log-odds of TPM; those of a
    line add up to the line's contribution.
    """

    words: tuple[str, ...]
    line_starts: tuple[int, ...]
    parts: tuple[float, ...]


def find_word_parts(model: Model, scores: BatchScores, position: int, slope: float) -> WordParts:
    """Take the score of one posting apart by word; `slope` makes log-odds of a raw score."""
    reading, linear = scores.reading, model.posting
    lines = reading.lines_of(position)
    first = reading.first_term[lines.start : lines.stop + 1]
    line = np.repeat(np.arange(lines.start, lines.stop), np.diff(first))
    counts_here = scores.voting[line]
    line = line[counts_here]
    terms, place, counts = np.unique(
        reading.terms[first[0] : first[-1]][counts_here], return_inverse=True, return_counts=True
    )
    weights = linear.frequencies(int(counts.max(initial=0)))[counts] * linear.idf[terms]
    norm = np.sqrt(np.sum(weights * weights)) or 1.0
    each = slope * linear.coef[ROLE_OUTPUT, terms] * weights / (norm * counts)
    parts = each[place]
    known = np.flatnonzero(parts)
    return WordParts(
        tuple(model.vocabulary.terms[term] for term in terms[place[known]].tolist()),
        tuple(reading.line_start[line[known]].tolist()),
        tuple(parts[known].tolist()),
    )
