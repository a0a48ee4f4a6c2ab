"""What a title says of whether a job is one of the two at all; of which of the two, nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np

from tpmclassify.arrays import Floats
from tpmclassify.reading.vocabulary import Vocabulary, tokens


@dataclass(frozen=True, eq=False)
class TitleWords:
    """A linear model of the words and pairs of words in a title, for scope alone.

    `coef` (n_terms,): what each adds to the scope score, however often it stands in the title.
    """

    vocabulary: Vocabulary
    coef: Floats

    @classmethod
    def none(cls) -> Self:
        """No title has ever been seen; whatever stands in one says nothing."""
        return cls(Vocabulary(()), np.zeros(0))

    def scores(self, titles: Sequence[str | None]) -> Floats:
        """The raw score of each title; NaN where none is given, or titles say nothing."""
        if not len(self.vocabulary):
            return np.full(len(titles), np.nan)
        return np.fromiter(map(self._score, titles), np.float64, len(titles))

    def _score(self, title: str | None) -> float:
        if not title or not title.strip():
            return math.nan
        words, weights = tokens(title), self._weights
        terms = {*words, *map(" ".join, pairwise(words))}
        return math.fsum(weights[term] for term in terms if term in weights)

    @cached_property
    def _weights(self) -> dict[str, float]:
        return dict(zip(self.vocabulary.terms, self.coef.tolist(), strict=True))
