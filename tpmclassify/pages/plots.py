"""Counts to rectangles: the geometry of the plots, in percent of their width and height."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_GAP = 0.6  # between the columns of a histogram


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a plot; `name` is the verdict that it stands for, and its CSS class."""

    name: str
    x: float
    y: float
    width: float
    height: float


def stacked_bar(counts: Mapping[str, int]) -> list[Rectangle]:
    """Lay counts side by side; together they fill the width."""
    total, x, found = sum(counts.values()), 0.0, []
    for name, count in counts.items():
        if count:
            width = 100.0 * count / total
            found.append(Rectangle(name, x, 0.0, width, 100.0))
            x += width
    return found


def histogram(bins: Sequence[Mapping[str, int]]) -> list[Rectangle]:
    """Draw a column for each bin, its counts one upon the other; the tallest has full height."""
    tallest = max((sum(counts.values()) for counts in bins), default=0) or 1
    step, found = 100.0 / max(1, len(bins)), []
    for index, counts in enumerate(bins):
        y = 100.0
        for name, count in counts.items():
            if count:
                height = 100.0 * count / tallest
                y -= height
                x = index * step + _GAP / 2
                found.append(Rectangle(name, x, y, step - _GAP, height))
    return found
