"""A decision in words: a page of plain text that is read in ten seconds."""

import textwrap
from typing import TYPE_CHECKING

from tpmclassify.pages.odd_texts import oddity
from tpmclassify.pages.words import ABOUT_ROLES, REASONS, other_role, percent, spoken
from tpmclassify.roles import (
    DIMENSIONS,
    NEITHER,
    OTHER,
    PM,
    RESPONSIBILITIES,
    ROLE_NAMES,
    TPM,
    Role,
)

if TYPE_CHECKING:
    from tpmclassify.deciding.decision import Decision, Evidence

    # A responsibility or what else speaks, or nothing, for a line alone; its weight; such a line.
    Ground = tuple[str, float, Evidence | None]

_WIDTH = 92
_QUOTE_LENGTH = 150
_MOST_NAMED = 3
_EVEN = 0.5
_SUREST = 0.999  # no figure says that it is certain, whatever the score
# A role's own responsibility is one that its postings speak of in clearly more lines than the other
# role's do. It is missing here when this posting has at most this share of the usual lines.
_FEWEST_USUAL_LINES = 1.5
_CLEARLY_MORE = 1.2
_MISSING_SHARE = 0.25
_SLIGHT = 0.05  # log-odds that are not worth a line
# The two sides of one of the two or neither, as they are headed, and their sign.
_SCOPE_SIDES = (
    ("What speaks for another job", -1.0),
    ("What speaks for one of the two roles", 1.0),
)
_FEW_LINES = 5  # so many lines can be named as those that decide


def explain(decision: "Decision") -> str:
    """Write the page: verdict, grounds, what speaks against, title, what is missing, what flips."""
    paragraphs = [_wrap(headline(decision)), _wrap(oddity(decision.text))]
    paragraphs += [_section(title, _grounds(found)) for title, found in sides(decision)]
    if tells_of_roles(decision):
        other = other_role(decision.label)
        paragraphs += [
            _wrap(title_check(decision)),
            _wrap(missing(decision)),
            _section("Beside the postings it learned from", _standings(decision)),
            _section(f"What would make it read as {other}", _flips(decision)),
        ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def sides(decision: "Decision") -> "list[tuple[str, list[Ground]]]":
    """The two sides of each question, as they are headed, with what speaks most for each."""
    label, rest = decision.label, decision.responsibilities[OTHER]
    found: list[tuple[str, float, list[Ground]]] = []
    if tells_of_scope(decision):
        before: list[Ground] = [
            ("what most postings are", decision.scope_baseline, None),
            ("its title", decision.scope_title, None),
        ]
        for title, sign in _SCOPE_SIDES:
            lines = sorted(decision.evidence, key=lambda e: -sign * e.scope_contribution)
            alone = [("", line.scope_contribution, line) for line in lines[:_MOST_NAMED]]
            found.append((title, sign, [*before, *alone]))
    if tells_of_roles(decision):
        headed = {f"What speaks for {label}": label, "What speaks against it": other_role(label)}
        for title, role in headed.items():
            named: list[Ground] = [*responsibilities_for(decision, role)]
            if OTHER not in [name for name, _, _ in named]:
                named.append(("other duties and requirements", rest, None))
            found.append((title, 1.0 if role == TPM else -1.0, named))
    return [
        (title, [ground for ground in grounds if sign * ground[1] >= _SLIGHT])
        for title, sign, grounds in found
    ]


def tells_of_roles(decision: "Decision") -> bool:
    """Whether TPM or PM is the question: the text was read, and is likely one of the two."""
    return ABOUT_ROLES.issuperset(decision.review_reasons) and decision.p_in_scope >= _EVEN


def tells_of_scope(decision: "Decision") -> bool:
    """Whether one of the two, or neither, is the question."""
    return ABOUT_ROLES.issuperset(decision.review_reasons) and (
        decision.verdict == NEITHER or "out_of_scope" in decision.review_reasons
    )


def headline(decision: "Decision") -> str:
    """The verdict, with the probability in words and as a figure; in doubt, all three."""
    p = decision.probabilities
    if decision.verdict == NEITHER:
        likely = probability_in_words(p[NEITHER])
        return f"NEITHER: {likely} another job ({percent(min(p[NEITHER], _SUREST))})."
    if decision.verdict != "review":
        mine = p[decision.label]
        what = f"a {ROLE_NAMES[decision.label]} ({percent(min(mine, _SUREST))})"
        return f"{decision.verdict}: {probability_in_words(mine)} {what}."
    about_text = [code for code in decision.review_reasons if code not in ABOUT_ROLES]
    # What cannot be judged is no question of roles.
    reasons = " and ".join(REASONS[code][0] for code in about_text or decision.review_reasons)
    if about_text:
        return f"REVIEW by a person, because {reasons}."
    shares = ", ".join(
        f"{name} {percent(share)}"
        for name, share in zip((*ROLE_NAMES.values(), "another job"), p.values(), strict=True)
    )
    return f"REVIEW by a person, because {reasons}: {shares}."


def probability_in_words(p: float) -> str:
    """Words for the probability of a verdict."""
    for least, words in ((0.98, "almost certainly"), (0.9, "very likely"), (0.75, "likely")):
        if round(p, 2) >= least:  # as the figure beside it is rounded
            return words
    return "slightly more likely"


def title_check(decision: "Decision") -> str:
    """Whether the title's claim is the verdict; empty where either is none of the two roles."""
    if decision.title_agrees is None:
        return ""
    if decision.title_agrees:
        return f"Title: claims {decision.title_role}, and the content agrees."
    return (
        f"Title: claims {decision.title_role}, but the content reads as {decision.label}. "
        "The title had no part in telling TPM from PM."
    )


def missing(decision: "Decision") -> str:
    """What postings of the other role usually say and this one does not; empty where nothing is."""
    other = other_role(decision.label)
    found = [
        (f"{'nothing' if had == 0 else f'only {_lines(had)}'} on {spoken(name)}", round(usual))
        for name, had, usual in gaps(decision, other)
    ]
    if not found:
        return ""
    (first, usual), *rest = found[:_MOST_NAMED]
    others = "".join(f"; {had} (usually has {_lines(n)})" for had, n in rest)
    usually = f"a {other} posting usually has {_lines(usual)} on it"
    return f"Reads as {decision.label}: {first} ({usually}){others}."


def gaps(decision: "Decision", role: Role) -> list[tuple[str, int, float]]:
    """Responsibilities of a role that this posting lacks: name, lines here, lines usual there."""
    found = []
    for name in RESPONSIBILITIES:
        standing = decision.profile[name]
        usual, elsewhere = standing.usual_lines_tpm, standing.usual_lines_pm
        if standing.lines is None or usual is None or elsewhere is None:
            continue
        if role == PM:
            usual, elsewhere = elsewhere, usual
        own = usual >= _FEWEST_USUAL_LINES and usual >= _CLEARLY_MORE * elsewhere
        if own and standing.lines <= _MISSING_SHARE * usual:
            found.append((name, standing.lines, usual))
    return sorted(found, key=lambda gap: -gap[2])


def responsibilities_for(decision: "Decision", role: Role) -> "list[tuple[str, float, Evidence]]":
    """The responsibilities that speak most for a role, each with its loudest line.

    "other" stands among them only where no responsibility was named at all.
    """
    sign = 1.0 if role == TPM else -1.0
    named = any(e.responsibility != OTHER for e in decision.evidence)
    found = []
    for name, total in decision.responsibilities.items():
        lines = [e for e in decision.evidence if e.responsibility == name]
        if sign * total > 0.0 and lines and (name != OTHER or not named):
            found.append((name, total, max(lines, key=lambda e: sign * e.contribution)))
    return sorted(found, key=lambda item: -sign * item[1])[:_MOST_NAMED]


def _grounds(found: "list[Ground]") -> list[str]:
    text = []
    for name, x, line in found:
        first, *more = [*([spoken(name)] if name else []), *(_quote(line) if line else [])]
        text += [f"{x:+.2f}  {first.strip()}", *more]
    return text or ["Nothing of weight."]


def _standings(decision: "Decision") -> list[str]:
    text = []
    for name in DIMENSIONS:
        standing = decision.profile[name]
        text.append(
            f"{decision.dimensions[name]:+.2f}  {spoken(name)}: more of a TPM than "
            f"{_share(standing.among_pm)} PM and {_share(standing.among_tpm)} TPM postings"
        )
    return text


def _flips(decision: "Decision") -> list[str]:
    n = len(decision.flips_by)
    if n == 0:
        return ["Nothing that could be left out."]
    if n > _FEW_LINES:
        return [f"No few lines decide: the {n} loudest would have to go."]
    text = [f"Without {'this line' if n == 1 else f'these {n} lines, together'}:"]
    for line in decision.flips_by:
        text += _quote(line)
    return text


def _share(percent: int) -> str:
    return {0: "no", 100: "all"}.get(percent, f"{percent}% of")


def _lines(n: int) -> str:
    return "1 line" if n == 1 else f"{n} lines"


def _quote(line: "Evidence") -> list[str]:
    text = textwrap.shorten(line.text, _QUOTE_LENGTH, placeholder=" ...")
    return textwrap.wrap(f"“{text}”", _WIDTH - 9, initial_indent=" " * 7, subsequent_indent=" " * 8)


def _section(title: str, lines: list[str]) -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"{title}\n{body}" if body else ""


def _wrap(text: str) -> str:
    return textwrap.fill(text, _WIDTH)
