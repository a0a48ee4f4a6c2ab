"""A decision as HTML: its text cut into shaded lines, its bars beside those of usual postings."""

from typing import TYPE_CHECKING, Any

from tpmclassify.pages.decision_text import (
    headline,
    missing,
    responsibilities_for,
    scope_lines,
    tells_of_roles,
    tells_of_scope,
    title_check,
)
from tpmclassify.pages.templating import environment
from tpmclassify.pages.words import other_role, strength
from tpmclassify.roles import DIMENSIONS, OTHER, RESPONSIBILITIES

if TYPE_CHECKING:
    from tpmclassify.deciding.decision import Decision, Evidence, Standing

_SHADES = {"strong": 3, "some": 2}  # of three; all else is shaded in the first
_REACH = 48.0  # of the longest bar to its side, in percent of the chart's width; 2 are margin


def decision_page(decision: "Decision") -> str:
    """Give the decision as a page of its own: no script, nothing loaded from outside."""
    return environment().get_template("decision.html").render(**decision_view(decision))


def decision_fragment(decision: "Decision") -> str:
    """Give the decision as a piece of HTML, as notebooks show it."""
    return environment().get_template("decision_fragment.html").render(**decision_view(decision))


def decision_view(decision: "Decision") -> dict[str, Any]:
    """Prepare all that the template of a decision asks for."""
    other, of_roles = other_role(decision.label), tells_of_roles(decision)
    return {
        "decision": decision,
        "headline": headline(decision),
        "title_check": title_check(decision) if of_roles else "",
        "missing": missing(decision) if of_roles else "",
        "of_roles": of_roles,
        "of_scope": tells_of_scope(decision),
        "scope_sides": [
            (title, [("", line.scope_contribution, line) for line in scope_lines(decision, sign)])
            for title, sign in (
                ("What speaks for another job", -1.0),
                ("What speaks for one of the two roles", 1.0),
            )
        ],
        "sides": [
            (
                f"What speaks for {decision.label}",
                responsibilities_for(decision, decision.label),
            ),
            ("What speaks against it", responsibilities_for(decision, other)),
        ],
        "other": other,
        "charts": [
            ("Responsibilities", *_bars(decision, decision.responsibilities, RESPONSIBILITIES)),
            ("Dimensions", *_bars(decision, decision.dimensions, DIMENSIONS)),
        ],
        "pieces": _pieces(decision) if of_roles else [(decision.text, 0, None)],
    }


def _bars(
    decision: "Decision", sums: dict[str, float], names: tuple[str, ...]
) -> "tuple[list[tuple[str, float, Standing | None]], float]":
    """Names with their contributions and standings; the length of a bar of one log-odd."""
    standings = [decision.profile[name] for name in names]
    usual = [abs(x) for standing in standings for x in (standing.usual_tpm, standing.usual_pm)]
    longest = max(*map(abs, sums.values()), *usual)
    rows = zip((*names, OTHER), (*standings, None), strict=True)
    bars = [(name, sums[name], standing) for name, standing in rows]
    return bars, _REACH / longest if longest else 0.0


def _pieces(decision: "Decision") -> "list[tuple[str, int, Evidence | None]]":
    """The posting in stretches: each with its shade, 1 to 3, and its line where it carries one."""
    pieces: list[tuple[str, int, Evidence | None]] = []
    position = 0
    for line in sorted(decision.evidence, key=lambda e: e.start):
        shade = _SHADES.get(strength(line.contribution), 1)
        pieces += [(decision.text[position : line.start], 0, None), (line.text, shade, line)]
        position = line.end
    return [*pieces, (decision.text[position:], 0, None)]
