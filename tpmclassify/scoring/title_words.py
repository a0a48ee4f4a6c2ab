"""What a title says of whether a job is one of the two at all; of which of the two, nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise, repeat
from typing import Self

import numpy as np

from tpmclassify.arrays import Floats
from tpmclassify.reading.characters import clean_characters, clean_controls
from tpmclassify.reading.vocabulary import Vocabulary, tokens
from tpmclassify.roles import ROLE_NAMES, TPM, title_role

# Rare spellings of the words that matter most, which the model has seen too seldom to know: on the
# real titles that hold one, the log loss of scope falls by a third to nine tenths.
_SPELLED = {
    "programme": "program", "programmes": "programs", "pgm": "program", "prog": "program",
    "proj": "project", "mgr": "manager", "mngr": "manager", "tech": "technical",
}  # fmt: skip
_TPM, _SHORT = ROLE_NAMES[TPM].lower().split(), {"tpm", "tpgm"}


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
        return np.fromiter(map(_score, repeat(self), titles), np.float64, len(titles))

    @cached_property
    def weights(self) -> dict[str, float]:
        """What each term adds."""
        return dict(zip(self.vocabulary.terms, self.coef.tolist(), strict=True))


# As many as `title_role` keeps: boards repeat titles.
@lru_cache(maxsize=1 << 14)
def _score(model: TitleWords, title: str | None) -> float:
    if not title or not title.strip():
        return math.nan
    words, weights = title_words(title), model.weights
    terms = {*words, *map(" ".join, pairwise(words))}
    return math.fsum(weights[term] for term in terms if term in weights)


def title_words(title: str) -> list[str]:
    """The words of a title in their usual spelling; "TPM" is spelled out where it is the role."""
    words = [_SPELLED.get(word, word) for word in tokens(clean_characters(clean_controls(title)))]
    # Not in "Technical Program Manager (TPM)"; what a title claims is asked last, since it takes
    # as long as all the rest.
    if _SHORT.isdisjoint(words) or "program" in words or title_role(title) != TPM:
        return words
    spelled = (_TPM if word in _SHORT else [word] for word in words)
    return list(chain.from_iterable(spelled))
