"""Two decisions beside each other, and what moved from the one to the other."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from tpmclassify.pages.decision_text import headline
from tpmclassify.pages.words import signed

if TYPE_CHECKING:
    from tpmclassify.deciding.decision import Decision, Evidence


def comparison_view(first: "Decision", second: "Decision") -> dict[str, Any]:
    """Prepare all that the template of a comparison asks for."""
    moved = [
        (name, x, second.responsibilities[name], second.responsibilities[name] - x)
        for name, x in first.responsibilities.items()
    ]
    return {
        "headlines": [headline(first), headline(second)],
        "shares": [
            (name, p, second.probabilities[name]) for name, p in first.probabilities.items()
        ],
        "moved": sorted(moved, key=lambda row: -abs(row[3])),
        "only": [_only_in(first, second), _only_in(second, first)],
        "difference": signed(second.score - first.score),
    }


def _only_in(one: "Decision", other: "Decision") -> "list[Evidence]":
    """Lines that the other has not, or not as often; the loudest first."""
    known = Counter(line.text for line in other.evidence)
    found = []
    for line in one.evidence:
        known[line.text] -= 1
        if known[line.text] < 0:
            found.append(line)
    return found
