"""Scores to decisions: every part of a score is put to the line that carries it."""

import gc
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import starmap
from operator import or_

import numpy as np

from tpmclassify.arrays import Floats
from tpmclassify.deciding.decision import Decision, Evidence, MadeBy, Standing, WordParts
from tpmclassify.deciding.flips import find_flips
from tpmclassify.deciding.policy import Policy
from tpmclassify.deciding.verdicts import decide_batch, reasons_of
from tpmclassify.roles import DIMENSIONS, OTHER, PM, RESPONSIBILITIES, TPM, title_role
from tpmclassify.scoring.models import BatchScores, Model, Profiles
from tpmclassify.scoring.tfidf import LINE_CLASSES, OTHER_DUTY, ROLE_OUTPUT, SCOPE_OUTPUT

_NAMES = (*RESPONSIBILITIES, *DIMENSIONS)
_MEDIAN, _LAST = 50, 100  # of the percentiles 0 to 100
# What a line's class is called in an explanation; none for a line without a vote.
_SHOWN_AS = [
    name if name in RESPONSIBILITIES else OTHER if name == OTHER_DUTY else None
    for name in LINE_CLASSES
]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles: decisions have none, and looking takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_uncollected()
def explain(
    model: Model,
    policy: Policy,
    scores: BatchScores,
    titles: Sequence[str | None],
    made_by: MadeBy,
) -> list[Decision]:
    """Turn the scores of a batch of postings into decisions, explained in full.

    `scores`: with the parts by dimension. `titles` (n_postings,): read for scope alone; what they
    claim is compared with the verdict.
    """
    reading = scores.reading
    n = len(reading)
    title = model.title.scores(titles)
    verdicts = decide_batch(policy, scores, title)
    labels, words = verdicts.labels.tolist(), verdicts.verdicts.tolist()
    flips = find_flips(model, policy, scores)
    intercept = float(model.posting.intercept[ROLE_OUTPUT])
    titled = ~np.isnan(title)
    scope_slope, _ = policy.scope_line(titled)
    untitled, with_title = (
        slope * model.posting.intercept[SCOPE_OUTPUT] + shift
        for slope, shift in map(policy.scope_line, (np.zeros_like(titled), titled))
    )
    # A title is read against those of job boards: what an unknown one takes away is its own, too.
    title_part = with_title - untitled + policy.title_part(title)
    known = [
        _evidence(scores, position, policy.slope, float(scope_slope[position]))
        for position in range(n)
    ]
    sums = [_sum_by_responsibility(evidence) for evidence in known]
    dimensions = [
        _sum_by_dimension(
            scores.line_dimensions[reading.lines_of(position)] * policy.slope,
            math.fsum(e.contribution for e in known[position]),
        )
        for position in range(n)
    ]
    profiles = _profiles(model.profiles, scores, sums, dimensions)
    decisions = []
    for position, claimed in enumerate(map(title_role, titles)):
        start = reading.line_start[reading.lines_of(position)].tolist()
        by_start = {e.start: e for e in known[position]}
        verdict = words[position]
        agrees = claimed == verdict if claimed and verdict in (TPM, PM) else None
        decisions.append(
            Decision(
                text=reading.texts[position],
                label=labels[position],
                p_tpm=float(verdicts.p_tpm[position]),
                verdict=verdict,
                review_reasons=reasons_of(int(verdicts.reasons[position])),
                p_in_scope=float(verdicts.p_in_scope[position]),
                title_role=claimed,
                title_agrees=agrees,
                score=float(verdicts.score[position]),
                baseline=policy.slope * intercept + policy.shift if start else policy.prior,
                scope_score=float(verdicts.scope_score[position]),
                scope_baseline=float(untitled[position]) if start else policy.scope_prior,
                scope_title=float(title_part[position]) if start else 0.0,
                evidence=known[position],
                responsibilities=sums[position],
                dimensions=dimensions[position],
                profile=profiles[position],
                flips_by=tuple(by_start[start[line]] for line in flips[position]),
                made_by=made_by,
                _words=_word_parts(model, scores, position, policy.slope),
            )
        )
    return decisions


def _evidence(
    scores: BatchScores, position: int, slope: float, scope_slope: float
) -> tuple[Evidence, ...]:
    reading = scores.reading
    text, lines = reading.texts[position], reading.lines_of(position)
    evidence = [
        Evidence(text[start:end], start, end, name, TPM if part > 0 else PM, part, scope_part)
        for start, end, part, scope_part, name in zip(
            reading.line_start[lines].tolist(),
            reading.line_end[lines].tolist(),
            (scores.line_part[lines] * slope).tolist(),
            (scores.line_scope_part[lines] * scope_slope).tolist(),
            (_SHOWN_AS[code] for code in scores.line_class[lines].tolist()),
            strict=True,
        )
        if name is not None and (part != 0.0 or scope_part != 0.0)
    ]
    return tuple(sorted(evidence, key=lambda e: (-abs(e.contribution), e.start)))


def _sum_by_responsibility(evidence: Sequence[Evidence]) -> dict[str, float]:
    parts: dict[str, list[float]] = {name: [] for name in (*RESPONSIBILITIES, OTHER)}
    for line in evidence:
        parts[line.responsibility].append(line.contribution)
    return {name: math.fsum(some) for name, some in parts.items()}


def _sum_by_dimension(line_dimensions: Floats, total: float) -> dict[str, float]:
    sums = {
        name: math.fsum(line_dimensions[:, position].tolist())
        for position, name in enumerate(DIMENSIONS)
    }
    return {**sums, OTHER: total - math.fsum(sums.values())}


def _profiles(
    profiles: Profiles,
    scores: BatchScores,
    responsibilities: Sequence[dict[str, float]],
    dimensions: Sequence[dict[str, float]],
) -> list[dict[str, Standing]]:
    """Where each posting stands in each responsibility and dimension."""
    of_dimensions = [None] * len(DIMENSIONS)
    usual_lines = [[*lines, *of_dimensions] for lines in profiles.lines.tolist()]
    usual = profiles.percentiles[:, :, _MEDIAN].tolist()
    values = np.array(
        [[parts[name] for name in _NAMES] for parts in map(or_, responsibilities, dimensions)]
    ).reshape(-1, 1, len(_NAMES), 1)
    below = (profiles.percentiles < values).sum(axis=3).clip(max=_LAST).tolist()
    found = []
    for position, its_below in enumerate(below):
        classes = scores.line_class[scores.reading.lines_of(position)].tolist()
        lines = [*map(classes.count, range(len(RESPONSIBILITIES))), *of_dimensions]
        columns = zip(*its_below, lines, *usual_lines, *usual, strict=True)
        found.append(dict(zip(_NAMES, starmap(Standing, columns), strict=True)))
    return found


def _word_parts(model: Model, scores: BatchScores, position: int, slope: float) -> WordParts:
    """Take the score of one posting apart by word; `slope` makes log-odds of a raw score."""
    reading, lines = scores.reading, scores.reading.lines_of(position)
    first = reading.first_term[lines.start : lines.stop + 1]
    here = slice(int(first[0]), int(first[-1]))
    parts, starts = scores.term_part[here], np.repeat(reading.line_start[lines], np.diff(first))
    known = np.flatnonzero(parts)
    return (
        [model.vocabulary.terms[term] for term in reading.terms[here][known].tolist()],
        starts[known].tolist(),
        (parts[known] * slope).tolist(),
    )
