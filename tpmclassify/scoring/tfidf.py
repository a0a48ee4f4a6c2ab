"""One mechanism for every model here: n-grams, TF-IDF, linear scores, and their exact parts.

The figures are those of scikit-learn's ``TfidfVectorizer`` (smoothed idf, L2 norm) followed by a
linear model, on text in which every line is followed by a token of underscores, so that no n-gram
crosses a line. A score is an intercept plus the sum of ``coef * tf-idf`` over the n-grams present:
every occurrence of an n-gram carries an equal share of its term, and so every line its part.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# scikit-learn's own token pattern: words of two or more characters.
_TOKEN = re.compile(r"(?u)\b\w\w+\b")
# Between the lines of a prepared text: a token that is in no vocabulary.
LINE_BREAK = "\n__\n"


def tokens(line: str) -> list[str]:
    """Split a line into lower-case words of two or more characters."""
    return _TOKEN.findall(line.lower())


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The n-grams (one or two words) that the models know, in ascending order.

    Parameters
    ----------
    terms : tuple of str
        Distinct and sorted; words within a term are separated by one space.
    """

    terms: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.terms)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each term."""
        return {term: position for position, term in enumerate(self.terms)}

    def find(self, words: Sequence[str]) -> list[int]:
        """Find the terms of one line's words, repeated as often as they occur."""
        get = self.index.get
        found = [get(word) for word in words]
        found += [get(f"{first} {second}") for first, second in pairwise(words)]
        return [term for term in found if term is not None]


@dataclass(frozen=True)
class Occurrences:
    """Where terms occur in a batch of texts.

    Attributes
    ----------
    terms : ndarray of shape (n_occurrences,)
        Positions in the vocabulary.
    rows : ndarray of shape (n_occurrences,)
        The line that each occurrence stands in, ascending.
    n_rows : int
        Number of lines.
    """

    terms: Ints
    rows: Ints
    n_rows: int


def find_occurrences(vocabulary: Vocabulary, lines: Sequence[Sequence[str]]) -> Occurrences:
    """Find the terms of a vocabulary in lines, each given by its words."""
    found = [vocabulary.find(words) for words in lines]
    counts = np.fromiter((len(terms) for terms in found), dtype=np.int64, count=len(found))
    flat = np.fromiter(
        (term for terms in found for term in terms), dtype=np.int64, count=int(counts.sum())
    )
    return Occurrences(flat, np.repeat(np.arange(len(lines)), counts), len(lines))


@dataclass(frozen=True)
class Weights:
    """TF-IDF of a batch of texts, one entry for each distinct term of each text.

    Attributes
    ----------
    terms, texts : ndarray of shape (n_entries,)
        The term and the text of each entry, ordered by text.
    values : ndarray of shape (n_entries,)
        TF-IDF, L2-normalised by text.
    entry : ndarray of shape (n_occurrences,)
        The entry that each occurrence belongs to.
    share : ndarray of shape (n_occurrences,)
        The occurrence's share of its entry; the shares of an entry add up to one.
    n_texts : int
    """

    terms: Ints
    texts: Ints
    values: Floats
    entry: Ints
    share: Floats
    n_texts: int


@dataclass(frozen=True, eq=False)
class LinearText:
    """A linear model of text.

    Parameters
    ----------
    idf : ndarray of shape (n_terms,)
        Inverse document frequencies; 0 for terms that this model does not use.
    coef : ndarray of shape (n_outputs, n_terms)
    intercept : ndarray of shape (n_outputs,)
    sublinear_tf : bool
        Whether a count ``c`` weighs ``1 + ln(c)`` instead of ``c``.
    """

    idf: Floats
    coef: Floats
    intercept: Floats
    sublinear_tf: bool

    def weigh(self, terms: Ints, texts: Ints, n_texts: int) -> Weights:
        """Weigh term occurrences by TF-IDF.

        Parameters
        ----------
        terms, texts : ndarray of shape (n_occurrences,)
            The term and the text of each occurrence.
        n_texts : int
        """
        n_terms = len(self.idf)
        keys, entry, counts = np.unique(
            texts * n_terms + terms, return_inverse=True, return_counts=True
        )
        entry_texts, entry_terms = np.divmod(keys, n_terms)
        frequency = 1.0 + np.log(counts) if self.sublinear_tf else counts.astype(np.float64)
        values = frequency * self.idf[entry_terms]
        norms = np.sqrt(np.bincount(entry_texts, weights=values * values, minlength=n_texts))
        norms[norms == 0.0] = 1.0
        values /= norms[entry_texts]
        return Weights(entry_terms, entry_texts, values, entry, 1.0 / counts[entry], n_texts)

    def scores(self, weights: Weights) -> Floats:
        """Score texts: the plain dot product, in no way assembled from the parts.

        Returns
        -------
        ndarray of shape (n_texts, n_outputs)
        """
        # bincount adds in the order of the entries: the same figure whatever else is in the batch.
        return np.stack(
            [
                intercept
                + np.bincount(
                    weights.texts, weights.values * coef[weights.terms], minlength=weights.n_texts
                )
                for coef, intercept in zip(self.coef, self.intercept, strict=True)
            ],
            axis=1,
        )

    def parts(self, weights: Weights, output: int) -> Floats:
        """Share of each occurrence in one output.

        Returns
        -------
        ndarray of shape (n_occurrences,)
            Their sum by text, plus the intercept, is the text's score.
        """
        by_entry: Floats = weights.values * self.coef[output, weights.terms]
        parts: Floats = by_entry[weights.entry] * weights.share
        return parts
