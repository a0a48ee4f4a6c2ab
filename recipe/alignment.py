"""Carry annotations from lines that somebody else cut over to our own lines, by their words."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tpmclassify.reading.posting import Posting

_WORD = re.compile(r"[^\W_]+")
_MASK = re.compile(r"\[(?:ROLE|COMPANY|LINK)\]")
# How far to look for the place where both texts agree again.
_HORIZON = 60
_LEAST_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class AnnotatedLine:
    """A line as it was annotated: masked text, responsibility (or "none"), lean."""

    text: str
    responsibility: str
    lean: str


def align(posting: Posting, annotated: Sequence[AnnotatedLine]) -> list[AnnotatedLine | None]:
    """Find the annotated line that most of each line's words belong to.

    Returns
    -------
    list of AnnotatedLine or None
        One for each line of the posting; None where fewer than half of its words were found in
        one annotated line.
    """
    theirs = [
        (word, number)
        for number, line in enumerate(annotated)
        for word, _ in _words(_MASK.sub(" ", line.text))
    ]
    ours = list(_words(posting.text))
    positions = [position for _, position in ours]
    owner: list[int | None] = [None] * len(ours)
    for i, j in _matches([word for word, _ in theirs], [word for word, _ in ours]):
        owner[j] = theirs[i][1]
    aligned: list[AnnotatedLine | None] = []
    for line in posting.lines:
        first, last = bisect_left(positions, line.start), bisect_left(positions, line.end)
        votes = Counter(number for number in owner[first:last] if number is not None)
        number, count = votes.most_common(1)[0] if votes else (0, 0)
        enough = count >= _LEAST_OVERLAP * max(1, last - first)
        aligned.append(annotated[number] if enough else None)
    return aligned


def _words(text: str) -> Iterator[tuple[str, int]]:
    for match in _WORD.finditer(text):
        yield match[0].lower(), match.start()


def _matches(theirs: Sequence[str], ours: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pair equal words in order; where the texts part, resume at the nearest two equal words."""
    i = j = 0
    while i < len(theirs) and j < len(ours):
        if theirs[i] == ours[j]:
            yield i, j
            i, j = i + 1, j + 1
        else:
            step = _nearest_agreement(theirs, ours, i, j)
            i, j = i + step[0], j + step[1]


def _nearest_agreement(
    theirs: Sequence[str], ours: Sequence[str], i: int, j: int
) -> tuple[int, int]:
    for distance in range(1, _HORIZON):
        for skip in range(distance + 1):
            a, b = i + skip, j + distance - skip
            if theirs[a : a + 2] == ours[b : b + 2] and len(theirs[a : a + 2]) == 2:
                return skip, distance - skip
    return 1, 1
