"""The passages that are masked, as pairs of offsets behind their number."""

from tpmclassify.arrays import Ints
from tpmclassify.machine_code.entries import compiled


@compiled
def add_span(spans: Ints, start: int, end: int) -> None:
    """Put a passage behind the others; `spans[0]` says how many there are."""
    k = spans[0]
    spans[2 * k + 1] = start
    spans[2 * k + 2] = end
    spans[0] = k + 1


def span_room(n: int) -> int:
    """How many numbers the spans of a text of n characters take at most.

    There is one candidate a character, each of one mask; and a name of three letters or more, of
    which at most four begin alike at one place, is masked once.
    """
    return 4 * n + 8
