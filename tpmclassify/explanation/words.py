"""A decision in words: a page of plain text that is read in ten seconds."""

import textwrap
from collections.abc import Iterator

from tpmclassify.explanation.decision import Decision, Evidence
from tpmclassify.roles import PM, RESPONSIBILITIES, ROLE_NAMES, TPM, Role

_WIDTH = 92
_QUOTE_LENGTH = 150
_DECIDING = 3
_AS_GOOD_AS_SURE = 0.995  # what would be rounded to 100 %
_REASONS = {
    "uncertain": "the content is too close to call",
    "out_of_scope": "it reads as neither of the two roles",
    "too_short": "the text is too short to judge",
    "not_english": "the text does not read as English",
    "empty": "there is no text",
    "too_long": "the text is too long to be read",
}
# A responsibility is worth a remark where this posting has none of what such postings usually have.
_USUAL_LINES = 1.5


def explain(decision: Decision) -> str:
    """Write the page: verdict, what decided, what speaks against, the title, what would flip it."""
    if "empty" in decision.review_reasons:
        return f"REVIEW: {_REASONS['empty']}."
    paragraphs = [
        headline(decision),
        _section(f"What speaks for {decision.label}", _side(decision, decision.label)),
        _section("What speaks against it", _side(decision, other_role(decision.label))),
        _wrap(title_check(decision)),
        _wrap(missing(decision)),
        _section("What would change the label", _flips(decision)),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def other_role(role: Role) -> Role:
    """The other one of the two roles."""
    return PM if role == TPM else TPM


def headline(decision: Decision) -> str:
    """The verdict, with the probability in words and as a figure."""
    p = decision.p_tpm if decision.label == TPM else 1.0 - decision.p_tpm
    figure = f"{p:.0%}" if p < _AS_GOOD_AS_SURE else "over 99%"
    likely = f"{probability_in_words(p)} a {ROLE_NAMES[decision.label]} ({figure})"
    if decision.verdict != "review":
        return f"{decision.verdict}: {likely}."
    reasons = " and ".join(_REASONS[reason] for reason in decision.review_reasons)
    return _wrap(f"REVIEW by a person, because {reasons}. If one of the two, then {likely}.")


def probability_in_words(p: float) -> str:
    """Words for the probability of the likelier role, from .5 to 1."""
    for least, words in ((0.98, "almost certainly"), (0.9, "very likely"), (0.75, "likely")):
        if p >= least:
            return words
    return "slightly more likely"


def title_check(decision: Decision) -> str:
    """Whether the title's claim is the content's role; empty where it claims nothing."""
    if decision.title_role is None:
        return ""
    if decision.title_agrees:
        return f"Title: claims {decision.title_role}, and the content agrees."
    return (
        f"Title: claims {decision.title_role}, but the content reads as {decision.label}. "
        "The title had no part in the decision."
    )


def missing(decision: Decision) -> str:
    """What postings of the other role usually say and this one does not."""
    other = other_role(decision.label)
    gaps = []
    for name in RESPONSIBILITIES:
        standing = decision.profile[name]
        usual = standing.usual_lines_tpm if other == TPM else standing.usual_lines_pm
        if standing.lines == 0 and usual is not None and usual >= _USUAL_LINES:
            gaps.append(f"nothing on {spoken(name)} (a {other} posting has {usual:.0f} lines)")
    return f"For a {other} posting it lacks: {'; '.join(gaps)}." if gaps else ""


def spoken(name: str) -> str:
    """A name of the domain as it is said."""
    return name.replace("cross_functional", "cross-functional").replace("_", " ")


def deciding(decision: Decision, role: Role) -> list[tuple[str, float, Evidence]]:
    """The responsibilities that speak most for a role, each with its loudest line."""
    sign = 1.0 if role == TPM else -1.0
    found = []
    for name, total in decision.responsibilities.items():
        lines = [e for e in decision.evidence if e.responsibility == name]
        if sign * total > 0.0 and lines:
            found.append((name, total, max(lines, key=lambda e: sign * e.contribution)))
    return sorted(found, key=lambda item: -sign * item[1])[:_DECIDING]


def _side(decision: Decision, role: Role) -> Iterator[str]:
    for name, total, line in deciding(decision, role):
        yield f"{total:+.2f}  {spoken(name)}"
        yield from _quote(line)


def _flips(decision: Decision) -> Iterator[str]:
    if not decision.flips_by:
        return
    n = len(decision.flips_by)
    many = "this line" if n == 1 else f"these {n} lines, together"
    yield f"Without {many}, it would read as {other_role(decision.label)}:"
    for line in decision.flips_by[:_DECIDING]:
        yield from _quote(line)
    if n > _DECIDING:
        yield f"       ... and {n - _DECIDING} more"


def _quote(line: Evidence) -> list[str]:
    text = textwrap.shorten(line.text, _QUOTE_LENGTH, placeholder=" ...")
    return textwrap.wrap(f"“{text}”", _WIDTH - 9, initial_indent=" " * 7, subsequent_indent=" " * 8)


def _section(title: str, lines: Iterator[str]) -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"{title}\n{body}" if body else ""


def _wrap(text: str) -> str:
    return textwrap.fill(text, _WIDTH)
