"""Counts that cannot be put together to the text again."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from recipe.privacy import LONGEST_RUN, longest_certain_run, thin_counts
from recipe.shipped import read_rows

ROOT = Path(__file__).parent.parent.parent


def count_matrix(text):
    words = text.split()
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    terms = sorted({*words, *pairs})
    row = np.array([[(words + pairs).count(term) for term in terms]])
    return sp.csr_array(row), terms


def test_thinned_counts_give_no_long_run_away():
    text = "one two three four five six seven eight nine ten eleven twelve thirteen"
    counts, terms = count_matrix(text)
    assert " ".join(longest_certain_run(counts.indices, terms)) == text
    thinned = thin_counts(counts, terms)
    assert thinned.nnz < counts.nnz
    assert len(longest_certain_run(thinned.indices, terms)) <= LONGEST_RUN
    unigrams = [i for i, term in enumerate(terms) if " " not in term]
    assert (thinned.toarray()[:, unigrams] == counts.toarray()[:, unigrams]).all()


def test_no_ten_words_of_a_posting_can_be_recovered_from_what_is_shipped():
    prepared = read_rows(ROOT / "datasets/shipped_rows.npz")[0]
    terms = prepared.vocabulary.terms
    for matrix in (prepared.rows.labelled, prepared.rows.bundles):
        for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
            assert len(longest_certain_run(matrix.indices[start:end], terms)) < 10
