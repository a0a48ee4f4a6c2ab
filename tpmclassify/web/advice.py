"""What to change so that a posting reads as a role: a gain is that of the changed text itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from tpmclassify.classifier import TPMClassifier
from tpmclassify.deciding.decision import Decision, Evidence
from tpmclassify.deciding.policy import logit
from tpmclassify.pages.decision_text import gaps
from tpmclassify.roles import TPM, Role
from tpmclassify.web import examples

# All variants of a posting are read again: of 60 lines the loudest, and of long texts fewer.
_MOST_LINES, _MOST_CHARS = 60, 3_000_000
_LEAST_GAIN = 0.05  # log-odds that are not worth a line
_NEVER_SURE = 1e-12


@dataclass(frozen=True, slots=True)
class Change:
    """A line taken out or added: its gain in log-odds of the role, and what follows from it."""

    line: str
    gain: float
    probability: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What speaks against a role, what is missing, and what stands well; most gain first.

    `missing` has a responsibility, its lines here, those usual in the role, and lines to add.
    """

    role: Role
    probability: float
    against: list[Change]
    without_all: str
    missing: list[tuple[str, int, float, list[Change]]]
    well: list[Change]


def advise(
    classifier: TPMClassifier, decision: Decision, role: Role, *, title: str, employer: str
) -> Advice:
    """Try every change, and rank what it gains."""
    text, missing = decision.text, gaps(decision, role)
    most = min(_MOST_LINES, _MOST_CHARS // max(1, len(text)))
    lines = sorted(decision.evidence[:most], key=lambda line: -line.start)
    lines_of = {name: examples.LINES.get(name, []) for name, _, _ in missing}
    added = [line for some in lines_of.values() for line in some]

    def judge(texts: list[str]) -> list[tuple[float, str]]:
        found = classifier.verdicts(texts, [employer] * len(texts), [title] * len(texts))
        is_role = found.p_tpm if role == TPM else 1.0 - found.p_tpm
        p = (found.p_in_scope * is_role).clip(_NEVER_SURE, 1.0 - _NEVER_SURE)
        return list(zip(p.tolist(), found.verdicts.tolist(), strict=True))

    removals = [_without(text, line) for line in lines]
    (before, verdict), *after = judge([text, *removals, *(f"{text}\n- {line}" for line in added)])
    changes = [
        Change(line, logit(p) - logit(before), p, then)
        for line, (p, then) in zip([*(e.text for e in lines), *added], after, strict=True)
    ]
    removed, extra = changes[: len(lines)], iter(changes[len(lines) :])
    against = [change for change in removed if change.gain >= _LEAST_GAIN]
    kept = text
    for line, change in zip(lines, removed, strict=True):  # from the end of the text on
        kept = _without(kept, line) if change.gain >= _LEAST_GAIN else kept
    found = [
        (name, had, usual, _ranked(islice(extra, len(lines_of[name]))))
        for name, had, usual in missing
    ]
    return Advice(
        role,
        before,
        _ranked(against),
        judge([kept])[0][1] if against else verdict,
        sorted(found, key=lambda gap: -max((change.gain for change in gap[3]), default=0.0)),
        _ranked(change for change in removed if change.gain <= -_LEAST_GAIN)[::-1],
    )


def _without(text: str, line: Evidence) -> str:
    return text[: line.start] + text[line.end :]


def _ranked(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: -change.gain)
