"""Postings to n-gram counts by line, and the choice of the n-grams a model may know."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from tpmclassify.arrays import Ints
from tpmclassify.reading.posting import Posting

# No employer may have more of an n-gram than this: what one employer says most is its own phrase.
_LARGEST_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class LineCounts:
    """Counts of n-grams in the lines of postings.

    `matrix`: (n_lines, n_terms). `terms` (n_terms,): sorted. `posting` (n_lines,): the posting of
    each line, ascending.
    """

    matrix: sp.csr_array
    terms: NDArray[np.str_]
    posting: Ints
    n_postings: int

    def by_posting(self, chosen: Ints, voting: NDArray[np.bool_]) -> sp.csr_array:
        """Add up the voting lines of each posting; columns as in `chosen`."""
        lines = np.flatnonzero(voting)
        return add_rows(self.matrix[:, chosen], lines, self.posting[lines], self.n_postings)


def add_rows(counts: sp.csr_array, rows: Ints, sums: Ints, n_sums: int) -> sp.csr_array:
    """Add up rows, each to the sum whose number it is given."""
    adder = sp.csr_array((np.ones(len(rows)), (sums, rows)), shape=(n_sums, counts.shape[0]))
    return sp.csr_array(adder @ counts)


def count_lines(postings: Sequence[Posting], *, min_lines: int) -> LineCounts:
    """Count the n-grams of every line.

    `min_lines`: n-grams in fewer lines are left out.
    """
    vectorizer = CountVectorizer(ngram_range=(1, 2), min_df=min_lines)
    lines = [line.masked for posting in postings for line in posting.lines]
    matrix = vectorizer.fit_transform(lines).tocsr()
    terms = vectorizer.get_feature_names_out().astype(str)
    # Figures, levels and masks say nothing of a role.
    wordly = np.array([term.replace(" ", "").isalpha() for term in terms], dtype=bool)
    lengths = [len(posting.lines) for posting in postings]
    return LineCounts(
        matrix=sp.csr_array(matrix[:, np.flatnonzero(wordly)]),
        terms=terms[wordly],
        posting=np.repeat(np.arange(len(postings)), lengths),
        n_postings=len(postings),
    )


def choose_terms(
    counts: LineCounts,
    employers: Sequence[str],
    *,
    among: NDArray[np.bool_],
    min_employers: int,
    forbidden: frozenset[str] = frozenset(),
) -> Ints:
    """Choose n-grams that several employers use and none has most of.

    `among` (n_postings,): the postings that may be looked at: those of the training folds.
    `forbidden`: words that no chosen n-gram may hold. Returned (n_chosen,): columns of
    `counts.matrix`, ascending.
    """
    names, code = np.unique(np.asarray(employers, dtype=str), return_inverse=True)
    lines = np.flatnonzero(among[counts.posting])
    by_employer = add_rows(counts.matrix, lines, code[counts.posting[lines]], len(names)).tocsc()
    n_employers = np.diff(by_employer.indptr)
    total = np.asarray(by_employer.sum(axis=0)).ravel()
    largest = np.asarray(by_employer.max(axis=0).todense()).ravel()
    allowed = np.array([forbidden.isdisjoint(term.split(" ")) for term in counts.terms])
    return np.flatnonzero(
        allowed & (n_employers >= min_employers) & (largest <= _LARGEST_SHARE * total)
    )
