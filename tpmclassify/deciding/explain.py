"""Scores to decisions: every part of a score is put to the line that carries it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tpmclassify.deciding.decision import Decision, Evidence, Standing
from tpmclassify.deciding.policy import (
    Policy,
    likelier_role,
    reading_problems,
    review_reasons,
    sigmoid,
)
from tpmclassify.roles import DIMENSIONS, OTHER, PM, RESPONSIBILITIES, TPM, Role, title_role
from tpmclassify.scoring.models import (
    LINE_CLASSES,
    OTHER_DUTY,
    ROLE_OUTPUT,
    BatchScores,
    Model,
    Profiles,
)
from tpmclassify.scoring.tfidf import Floats

_MEDIAN = 50  # among percentiles 0 to 100


@dataclass(frozen=True, slots=True)
class Judgement:
    """What screening a table needs of a decision; the fields are those of `Decision`."""

    score: float
    baseline: float
    p_in_scope: float
    label: Role
    review_reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    responsibilities: dict[str, float]

    @property
    def verdict(self) -> str:
        """The label, or "review" where there is a reason for it."""
        return "review" if self.review_reasons else self.label


def judge(model: Model, policy: Policy, scores: BatchScores) -> list[Judgement]:
    """Turn the scores of a batch of postings into verdicts, every part put to its line."""
    return [_judge_one(model, policy, scores, i) for i in range(len(scores.texts))]


def decide(
    model: Model,
    policy: Policy,
    scores: BatchScores,
    titles: Sequence[str | None],
    flips: Sequence[Sequence[int]],
) -> list[Decision]:
    """Turn the scores of a batch of postings into decisions, explained in full.

    Parameters
    ----------
    model : Model
    policy : Policy
    scores : BatchScores
    titles : sequence of str or None of shape (n_postings,)
        Checked against the content, never read by a model.
    flips : sequence of sequence of int of shape (n_postings,)
        The lines of each posting that change its label, as `lines_that_flip` finds them.
    """
    return [
        _decide_one(model, policy, scores, position, title, lines)
        for position, (title, lines) in enumerate(zip(titles, flips, strict=True))
    ]


def _judge_one(model: Model, policy: Policy, scores: BatchScores, position: int) -> Judgement:
    lines = scores.lines_of(position)
    n_lines = lines.stop - lines.start
    problems = reading_problems(n_lines, *scores.tallies[position].tolist())
    score = policy.posting_score(float(scores.role[position]), n_lines)
    baseline = policy.posting_score(float(model.posting.intercept[ROLE_OUTPUT]), n_lines)
    p_in_scope = policy.p_in_scope(float(scores.scope[position]))
    evidence = _evidence(scores, position, policy.slope)
    return Judgement(
        score=score,
        baseline=baseline,
        p_in_scope=p_in_scope,
        label=likelier_role(score),
        review_reasons=review_reasons(policy, score, p_in_scope, problems),
        evidence=evidence,
        responsibilities=_sum_by_responsibility(evidence),
    )


def _decide_one(
    model: Model,
    policy: Policy,
    scores: BatchScores,
    position: int,
    title: str | None,
    flips: Sequence[int],
) -> Decision:
    judged = _judge_one(model, policy, scores, position)
    lines = scores.lines_of(position)
    total = math.fsum(e.contribution for e in judged.evidence)
    dimensions = _sum_by_dimension(scores.line_dimensions[lines] * policy.slope, total)
    by_start = {e.start: e for e in judged.evidence}
    claimed = title_role(title)
    return Decision(
        text=scores.texts[position],
        label=judged.label,
        p_tpm=sigmoid(judged.score),
        verdict=judged.verdict,
        review_reasons=judged.review_reasons,
        p_in_scope=judged.p_in_scope,
        title_role=claimed,
        title_agrees=None if claimed is None else claimed == judged.label,
        score=judged.score,
        baseline=judged.baseline,
        evidence=judged.evidence,
        responsibilities=judged.responsibilities,
        dimensions=dimensions,
        profile=_profile(
            model.profiles,
            judged.responsibilities,
            dimensions,
            _responsibilities_of(scores, lines),
        ),
        flips_by=tuple(by_start[int(scores.line_start[lines][line])] for line in flips),
    )


def _responsibilities_of(scores: BatchScores, lines: slice) -> list[str | None]:
    return [_responsibility(code) for code in scores.line_class[lines]]


def _responsibility(code: int) -> str | None:
    """The responsibility of a line's class; None for a line without a vote."""
    name = LINE_CLASSES[code]
    if name in RESPONSIBILITIES:
        return name
    return OTHER if name == OTHER_DUTY else None


def _evidence(scores: BatchScores, position: int, slope: float) -> tuple[Evidence, ...]:
    text, lines = scores.texts[position], scores.lines_of(position)
    evidence = [
        Evidence(
            text=text[start:end],
            start=start,
            end=end,
            responsibility=name,
            role=TPM if part > 0 else PM,
            contribution=part,
        )
        for start, end, part, name in zip(
            scores.line_start[lines].tolist(),
            scores.line_end[lines].tolist(),
            (scores.line_part[lines] * slope).tolist(),
            _responsibilities_of(scores, lines),
            strict=True,
        )
        if name is not None and part != 0.0
    ]
    return tuple(sorted(evidence, key=lambda e: (-abs(e.contribution), e.start)))


def _sum_by_responsibility(evidence: Sequence[Evidence]) -> dict[str, float]:
    return {
        name: math.fsum(e.contribution for e in evidence if e.responsibility == name)
        for name in (*RESPONSIBILITIES, OTHER)
    }


def _sum_by_dimension(line_dimensions: Floats, total: float) -> dict[str, float]:
    sums = {
        name: math.fsum(line_dimensions[:, position].tolist())
        for position, name in enumerate(DIMENSIONS)
    }
    return {**sums, OTHER: total - math.fsum(sums.values())}


def _profile(
    profiles: Profiles,
    responsibilities: dict[str, float],
    dimensions: dict[str, float],
    names: Sequence[str | None],
) -> dict[str, Standing]:
    standings = {}
    values = [responsibilities[name] for name in RESPONSIBILITIES]
    values += [dimensions[name] for name in DIMENSIONS]
    for position, (name, value) in enumerate(
        zip((*RESPONSIBILITIES, *DIMENSIONS), values, strict=True)
    ):
        among_tpm, among_pm = (
            min(100, int(np.searchsorted(profiles.percentiles[role, position], value)))
            for role in (0, 1)
        )
        counted = position < len(RESPONSIBILITIES)
        standings[name] = Standing(
            among_tpm=among_tpm,
            among_pm=among_pm,
            lines=names.count(name) if counted else None,
            usual_lines_tpm=float(profiles.lines[0, position]) if counted else None,
            usual_lines_pm=float(profiles.lines[1, position]) if counted else None,
            usual_tpm=float(profiles.percentiles[0, position, _MEDIAN]),
            usual_pm=float(profiles.percentiles[1, position, _MEDIAN]),
        )
    return standings
