"""A decision as HTML: in full, beside another one, and on one page to print and to mail."""

import textwrap
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from tpmclassify import __version__
from tpmclassify.pages.decision_text import (
    headline,
    missing,
    sides,
    tells_of_roles,
    tells_of_scope,
    title_check,
)
from tpmclassify.pages.odd_texts import oddity
from tpmclassify.pages.templating import environment
from tpmclassify.pages.words import VERDICTS, other_role, percent, strength
from tpmclassify.roles import DIMENSIONS, OTHER, RESPONSIBILITIES

if TYPE_CHECKING:
    from tpmclassify.deciding.decision import Decision, Evidence, Standing
    from tpmclassify.pages.decision_text import Ground

_SHADES = {"strong": 3, "some": 2}  # of three; all else is shaded in the first
_QUOTES, _QUOTE_LENGTH = (3, 2), 300  # on the page to print: for the verdict, against it
_REACH = 48.0  # of the longest bar to its side, in percent of the chart's width; 2 are margin


def decision_page(decision: "Decision") -> str:
    """Give the decision as a page of its own: no script, nothing loaded from outside."""
    return environment().get_template("decision.html").render(**decision_view(decision))


def decision_fragment(decision: "Decision") -> str:
    """Give the decision as a piece of HTML, as notebooks show it."""
    return environment().get_template("decision_fragment.html").render(**decision_view(decision))


def decision_view(decision: "Decision") -> dict[str, Any]:
    """Prepare all that the template of a decision asks for."""
    of_roles = tells_of_roles(decision)
    return {
        "decision": decision,
        "headline": headline(decision),
        "oddity": oddity(decision.text),
        "title_check": title_check(decision) if of_roles else "",
        "missing": missing(decision) if of_roles else "",
        "of_roles": of_roles,
        "of_scope": tells_of_scope(decision),
        "sides": sides(decision),
        "other": other_role(decision.label),
        "charts": [
            ("Responsibilities", *_bars(decision, decision.responsibilities, RESPONSIBILITIES)),
            ("Dimensions", *_bars(decision, decision.dimensions, DIMENSIONS)),
        ],
        "pieces": _pieces(decision) if of_roles else [(decision.text, 0, None)],
    }


def comparison_view(first: "Decision", second: "Decision") -> dict[str, Any]:
    """Prepare what is shown of two decisions: what moved, and the lines that only one has."""
    moved = [(name, x, second.responsibilities[name]) for name, x in first.responsibilities.items()]
    return {
        "headlines": [headline(first), headline(second)],
        "moved": sorted(moved, key=lambda row: -abs(row[2] - row[1])),
        "only": [_only_in(first, second), _only_in(second, first)],
    }


def brief_view(decision: "Decision", title: str, employer: str) -> dict[str, Any]:
    """Prepare the one page to print and to mail: verdict, doubt, quotes for it and against."""
    view, made_by = decision_view(decision), decision.made_by
    quoted: list[tuple[str, list[Evidence]]] = []
    if view["of_roles"]:
        quoted = [
            (f"What speaks for {role}", [e for e in decision.evidence if e.role == role])
            for role in (decision.label, view["other"])
        ]
    elif view["of_scope"]:
        quoted = [(name, [line for _, _, line in found if line]) for name, found in view["sides"]]
    shares = [f"{VERDICTS[name]} {percent(p)}" for name, p in decision.probabilities.items()]
    return {
        **view,
        "about": ", ".join(filter(None, (title or "A posting without a title", employer))),
        "remarks": [
            f"Of such postings: {', '.join(shares)}." if quoted else "",
            view["title_check"],
        ],
        "quotes": [
            (
                name,
                [textwrap.shorten(e.text, _QUOTE_LENGTH, placeholder=" …") for e in lines[:most]],
            )
            for (name, lines), most in zip(quoted, _QUOTES, strict=False)
        ],
        "made_by": f"{date.today().isoformat()} · tpmclassify {__version__}"
        + (f", model {made_by.model[:12]}" if made_by else ""),
    }


def brief_html(decision: "Decision", title: str, employer: str) -> str:
    """Give the page as HTML: no style, so that a mail takes it over as it is."""
    view = brief_view(decision, title, employer)
    return environment().get_template("_brief.html").render(**view)


def brief_text(decision: "Decision", title: str, employer: str) -> str:
    """Give the page as plain text."""
    view = brief_view(decision, title, employer)
    sides = ["\n".join([name, *(f"- {line}" for line in lines)]) for name, lines in view["quotes"]]
    parts = [view["about"], view["headline"], *view["remarks"], *sides, view["made_by"]]
    return "\n\n".join(filter(None, parts)) + "\n"


def _only_in(one: "Decision", other: "Decision") -> "list[Ground]":
    known = Counter(line.text for line in other.evidence)
    found: list[Ground] = []
    for line in one.evidence:
        known[line.text] -= 1
        if known[line.text] < 0:
            found.append((line.responsibility, line.contribution, line))
    return found


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
