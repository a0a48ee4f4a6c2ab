"""A decision as HTML: its text cut into shaded lines, its bars beside those of usual postings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tpmclassify.pages.decision_text import headline, missing, responsibilities_for, title_check
from tpmclassify.pages.templating import environment
from tpmclassify.pages.words import other_role
from tpmclassify.roles import DIMENSIONS, OTHER, PM, RESPONSIBILITIES, TPM, Role

if TYPE_CHECKING:
    from tpmclassify.deciding.decision import Decision, Evidence, Standing

_STRONG, _MEDIUM = 0.6, 0.25
_MIDDLE = 50.0
_REACH = 48.0  # of the longest bar, in percent of the width; the rest is margin


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the posting; `strength` is 0 where it carries nothing, else 1 to 3."""

    text: str
    strength: int = 0
    role: Role = TPM
    responsibility: str = ""
    contribution: float = 0.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart; places along it are in percent of its width.

    Attributes
    ----------
    name : str
    value : float
        Contribution, in log-odds of TPM.
    role : "TPM" or "PM"
        The side of the bar.
    start, width : float
        Of the bar.
    usual_tpm, usual_pm : float or None
        Where the median TPM (PM) posting stands.
    standing : Standing or None
    """

    name: str
    value: float
    role: Role
    start: float
    width: float
    usual_tpm: float | None
    usual_pm: float | None
    standing: "Standing | None"


def decision_page(decision: "Decision") -> str:
    """Give the decision as a page of its own: no script, nothing loaded from outside."""
    return environment().get_template("decision.html").render(**decision_view(decision))


def decision_fragment(decision: "Decision") -> str:
    """Give the decision as a piece of HTML, as notebooks show it."""
    return environment().get_template("decision_fragment.html").render(**decision_view(decision))


def decision_view(decision: "Decision") -> dict[str, Any]:
    """Prepare all that the template of a decision asks for."""
    other = other_role(decision.label)
    return {
        "decision": decision,
        "headline": headline(decision),
        "title_check": title_check(decision),
        "missing": missing(decision),
        "sides": [
            (f"What speaks for {decision.label}", responsibilities_for(decision, decision.label)),
            ("What speaks against it", responsibilities_for(decision, other)),
        ],
        "other": other,
        "charts": [
            ("Responsibilities", _bars(decision, decision.responsibilities, RESPONSIBILITIES)),
            ("Dimensions", _bars(decision, decision.dimensions, DIMENSIONS)),
        ],
        "pieces": _pieces(decision),
    }


def _bars(decision: "Decision", sums: dict[str, float], names: tuple[str, ...]) -> list[Bar]:
    standings = {name: decision.profile[name] for name in names}
    reach = max(
        [
            *(abs(value) for value in sums.values()),
            *(max(abs(s.usual_tpm), abs(s.usual_pm)) for s in standings.values()),
        ]
    )
    scale = _REACH / reach if reach else 0.0

    def bar(name: str) -> Bar:
        value, standing = sums[name], standings.get(name)
        width = abs(value) * scale
        return Bar(
            name=name,
            value=value,
            role=TPM if value > 0 else PM,
            start=_MIDDLE if value > 0 else _MIDDLE - width,
            width=width,
            usual_tpm=None if standing is None else _MIDDLE + standing.usual_tpm * scale,
            usual_pm=None if standing is None else _MIDDLE + standing.usual_pm * scale,
            standing=standing,
        )

    return [bar(name) for name in (*names, OTHER)]


def _pieces(decision: "Decision") -> list[Piece]:
    pieces, position = [], 0
    for line in sorted(decision.evidence, key=lambda e: e.start):
        if line.start > position:
            pieces.append(Piece(decision.text[position : line.start]))
        pieces.append(_shaded(line))
        position = line.end
    if position < len(decision.text):
        pieces.append(Piece(decision.text[position:]))
    return pieces


def _shaded(line: "Evidence") -> Piece:
    size = abs(line.contribution)
    strength = 3 if size >= _STRONG else 2 if size >= _MEDIUM else 1
    return Piece(line.text, strength, line.role, line.responsibility, line.contribution)
