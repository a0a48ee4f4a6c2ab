"""A decision on one page, to print and to mail: the verdict, its doubt, and a few quotes."""

import textwrap
from datetime import date
from typing import TYPE_CHECKING, Any

from tpmclassify.pages.decision_text import headline, tells_of_roles, tells_of_scope, title_check
from tpmclassify.pages.templating import environment
from tpmclassify.pages.words import VERDICTS, other_role, percent
from tpmclassify.roles import TPM

if TYPE_CHECKING:
    from tpmclassify.deciding.decision import Decision

_FOR, _AGAINST, _QUOTE_LENGTH = 3, 2, 300


def brief_html(decision: "Decision", title: str, employer: str) -> str:
    """The page as HTML: no style, so that a mail takes it over as it is."""
    view = brief_view(decision, title, employer)
    return environment().get_template("brief.html").render(**view)


def brief_text(decision: "Decision", title: str, employer: str) -> str:
    """The page as plain text."""
    view = brief_view(decision, title, employer)
    lines = [view["about"], view["headline"], *view["remarks"]]
    for heading, quotes in view["sides"]:
        lines += ["", heading, *(f"- {quote}" for quote in quotes)]
    return "\n".join([*lines, "", view["made_by"], ""])


def brief_view(decision: "Decision", title: str, employer: str) -> dict[str, Any]:
    """Prepare all that is said on the page."""
    p = decision.probabilities
    shares = ", ".join(f"{VERDICTS[name]} {percent(share)}" for name, share in p.items())
    is_read = tells_of_roles(decision) or tells_of_scope(decision)
    remarks = [f"Of such postings: {shares}." if is_read else "", title_check(decision)]
    made_by = decision.made_by
    model = f"tpmclassify {made_by.version}, model {made_by.model[:12]}" if made_by else ""
    return {
        "about": ", ".join(filter(None, (title or "A posting without a title", employer))),
        "headline": headline(decision),
        "verdict": decision.verdict,
        "remarks": [remark for remark in remarks if remark],
        "sides": _sides(decision),
        "made_by": " · ".join(filter(None, (date.today().isoformat(), model))),
    }


def _sides(decision: "Decision") -> list[tuple[str, list[str]]]:
    if tells_of_roles(decision):
        sign = 1.0 if decision.label == TPM else -1.0
        weighed = [(sign * line.contribution, line) for line in decision.evidence]
        names = f"What speaks for {decision.label}", f"What speaks for {other_role(decision.label)}"
    elif tells_of_scope(decision):
        weighed = [(-line.scope_contribution, line) for line in decision.evidence]
        names = "What speaks for another job", "What speaks for one of the two roles"
    else:
        return []
    weighed.sort(key=lambda item: -item[0])
    sides = [
        [line for weight, line in weighed[:_FOR] if weight > 0.0],
        [line for weight, line in weighed[: -_AGAINST - 1 : -1] if weight < 0.0],
    ]
    return [
        (name, [textwrap.shorten(line.text, _QUOTE_LENGTH, placeholder=" …") for line in lines])
        for name, lines in zip(names, sides, strict=True)
        if lines
    ]
