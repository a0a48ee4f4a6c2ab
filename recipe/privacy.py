"""Counts that cannot be put together again: no long run of a posting's words may be recovered.

Two words in a row are given away by the count of their bigram. Where a word has only one known
successor, or a word only one known predecessor, in a posting's bigrams, a reader could chain
them. Bigrams are taken out of a posting until no such chain is long.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import scipy.sparse as sp

from tpmclassify.arrays import Ints

LONGEST_RUN = 9  # words


def thin_counts(counts: sp.csr_array, terms: Sequence[str]) -> sp.csr_array:
    """Take bigrams out of postings until no run of more than `LONGEST_RUN` words is certain.

    Parameters
    ----------
    counts : csr_array of shape (n_postings, n_terms)
    terms : sequence of str
        The columns' n-grams.

    Returns
    -------
    csr_array
        Unigram counts are unchanged.
    """
    bigrams = {
        column: (words[0], words[1])
        for column, term in enumerate(terms)
        if len(words := term.split(" ")) == 2
    }
    thinned = counts.copy()
    for row in range(thinned.shape[0]):
        entries = slice(thinned.indptr[row], thinned.indptr[row + 1])
        columns = thinned.indices[entries]
        removed = _columns_to_remove({c: bigrams[c] for c in columns.tolist() if c in bigrams})
        thinned.data[entries][np.isin(columns, removed)] = 0
    thinned.eliminate_zeros()
    return thinned


def longest_certain_run(columns: Ints, terms: Sequence[str]) -> list[str]:
    """The longest run of words that the bigrams of one posting give away."""
    bigrams = {
        int(column): (words[0], words[1])
        for column in columns
        if len(words := terms[column].split(" ")) == 2
    }
    runs = _certain_runs(bigrams)
    longest = max(runs, key=len, default=[])
    if not longest:
        return []
    return [bigrams[longest[0]][0], *(bigrams[column][1] for column in longest)]


def _columns_to_remove(bigrams: dict[int, tuple[str, str]]) -> list[int]:
    left = dict(bigrams)
    removed: list[int] = []
    while True:
        too_long = [run for run in _certain_runs(left) if len(run) + 1 > LONGEST_RUN]
        if not too_long:
            return removed
        middles = {run[len(run) // 2] for run in too_long}
        removed.extend(middles)
        left = {column: words for column, words in left.items() if column not in middles}


def _certain_runs(bigrams: dict[int, tuple[str, str]]) -> list[list[int]]:
    """Chains of bigrams, in reading order, that can be followed forwards or backwards."""
    backwards = {column: (second, first) for column, (first, second) in bigrams.items()}
    return [*_chains(bigrams), *(chain[::-1] for chain in _chains(backwards))]


def _chains(bigrams: dict[int, tuple[str, str]]) -> Iterator[list[int]]:
    """Chains in which each bigram is the only one that begins with the word before."""
    starting: dict[str, list[int]] = {}
    for column, (first, _) in sorted(bigrams.items()):
        starting.setdefault(first, []).append(column)
    follower = {
        column: following[0]
        for column, (_, second) in bigrams.items()
        if len(following := starting.get(second, [])) == 1
    }
    for head in sorted(set(bigrams) - set(follower.values())) or sorted(bigrams)[:1]:
        chain, seen = [head], {head}
        while (next_one := follower.get(chain[-1])) is not None and next_one not in seen:
            chain.append(next_one)
            seen.add(next_one)
        yield chain
