"""The n-grams that the models know, and how plain Python finds them in a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

# scikit-learn's own token pattern: words of two or more characters.
_TOKEN = re.compile(r"(?u)\b\w\w+\b")
# Between the lines of a prepared text: a token that is in no vocabulary.
LINE_BREAK = "\n__\n"


def tokens(line: str) -> list[str]:
    """Split a line into lower-case words of two or more characters."""
    return _TOKEN.findall(line.replace("\u0130", "i").lower())  # which alone would grow


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The n-grams (one or two words) that the models know, in ascending order.

    `terms`: distinct and sorted; words within a term are separated by one space.
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
