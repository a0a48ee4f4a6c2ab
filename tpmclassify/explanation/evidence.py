"""Scores to decisions: every part of a score is put to the line that carries it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tpmclassify.explanation.decision import Decision, Evidence, Standing
from tpmclassify.explanation.flips import lines_that_flip
from tpmclassify.linear_text import Floats
from tpmclassify.model import (
    LINE_CLASSES,
    OTHER_DUTY,
    ROLE_OUTPUT,
    BatchScores,
    Model,
    Profiles,
    score_postings,
)
from tpmclassify.policy import (
    Policy,
    likelier_role,
    reading_problems,
    review_reasons,
    sigmoid,
)
from tpmclassify.posting import Posting
from tpmclassify.roles import DIMENSIONS, OTHER, PM, RESPONSIBILITIES, TPM, Role, title_role

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


def judge(model: Model, policy: Policy, postings: Sequence[Posting]) -> list[Judgement]:
    """Classify a batch of postings and put every part of the scores to its line."""
    scores = score_postings(model, postings)
    return [_judge_one(model, policy, scores, i, posting) for i, posting in enumerate(postings)]


def decide(
    model: Model, policy: Policy, postings: Sequence[Posting], titles: Sequence[str | None]
) -> list[Decision]:
    """Classify and explain a batch of postings in full.

    Parameters
    ----------
    model : Model
    policy : Policy
    postings : sequence of Posting
    titles : sequence of str or None
        As long as `postings`; checked against the content, never read by a model.
    """
    scores = score_postings(model, postings)
    return [
        _decide_one(model, policy, scores, position, posting, title)
        for position, (posting, title) in enumerate(zip(postings, titles, strict=True))
    ]


def _judge_one(
    model: Model, policy: Policy, scores: BatchScores, position: int, posting: Posting
) -> Judgement:
    problems = reading_problems(posting)
    if problems == ("empty",):
        # Nothing was read, so nothing but the prior is known.
        score = baseline = policy.prior
    else:
        score = policy.score(float(scores.role[position]))
        baseline = policy.score(float(model.posting.intercept[ROLE_OUTPUT]))
    p_in_scope = policy.p_in_scope(float(scores.scope[position]))
    lines = scores.lines_of(position)
    parts = scores.line_part[lines] * policy.slope
    evidence = _evidence(posting, parts, _responsibilities_of(scores, lines))
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
    posting: Posting,
    title: str | None,
) -> Decision:
    judged = _judge_one(model, policy, scores, position, posting)
    lines = scores.lines_of(position)
    total = math.fsum(e.contribution for e in judged.evidence)
    dimensions = _sum_by_dimension(scores.line_dimensions[lines] * policy.slope, total)
    flips = lines_that_flip(model, policy, posting, scores.voting[lines], judged.label)
    by_start = {e.start: e for e in judged.evidence}
    claimed = title_role(title)
    return Decision(
        text=posting.text,
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
        flips_by=tuple(by_start[posting.lines[line].start] for line in flips),
    )


def _responsibilities_of(scores: BatchScores, lines: slice) -> list[str | None]:
    return [_responsibility(code) for code in scores.line_class[lines]]


def _responsibility(code: int) -> str | None:
    """The responsibility of a line's class; None for a line without a vote."""
    name = LINE_CLASSES[code]
    if name in RESPONSIBILITIES:
        return name
    return OTHER if name == OTHER_DUTY else None


def _evidence(posting: Posting, parts: Floats, names: Sequence[str | None]) -> tuple[Evidence, ...]:
    evidence = [
        Evidence(
            text=posting.text[line.start : line.end],
            start=line.start,
            end=line.end,
            responsibility=name,
            role=TPM if part > 0 else PM,
            contribution=float(part),
        )
        for line, part, name in zip(posting.lines, parts, names, strict=True)
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
