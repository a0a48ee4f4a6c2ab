"""Employers' names that occur in other employers' postings: no word for a vocabulary."""

import re
from collections import Counter
from collections.abc import Iterable

from tpmclassify.reading.posting import Posting

_WORD = re.compile(r"[A-Za-z]+")
_FEWEST_POSTINGS = 3
_CAPITALISED = 0.9


def names_in_use(postings: Iterable[Posting], employers: Iterable[str]) -> frozenset[str]:
    """Find employers' names that are written as names, such as those of makers of software.

    A name is one word, of an employer with three postings or more, and begins with a capital in
    nine of ten occurrences: "Oracle" is one, "Scale" and "Open" are not.

    Returns
    -------
    frozenset of str
        In lower case.
    """
    counts = Counter(employers)
    names = {
        name
        for name, count in counts.items()
        if count >= _FEWEST_POSTINGS and _WORD.fullmatch(name)
    }
    capitalised, all_occurrences = Counter[str](), Counter[str]()
    for posting in postings:
        for word in _WORD.findall(posting.text):
            if (lowered := word.lower()) in names:
                all_occurrences[lowered] += 1
                capitalised[lowered] += not word[0].islower()
    return frozenset(
        name for name, count in all_occurrences.items() if capitalised[name] >= _CAPITALISED * count
    )
