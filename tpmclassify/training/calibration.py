"""Held-out scores to a calibrated model: probabilities, bounds, and the profile of each role."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Bools, Floats
from tpmclassify.deciding.policy import IN_SCOPE_SHARE, PREVALENCE, logit
from tpmclassify.roles import LABELS, NEITHER, PM, RESPONSIBILITIES, TPM
from tpmclassify.scoring.models import CalibrationScores, Model, Profiles
from tpmclassify.training.fitting import fit_log_odds
from tpmclassify.training.held_out import HeldOut

_PERCENTS = np.arange(101)


@dataclass(frozen=True, eq=False)
class Sample:
    """Labelled postings, and what each stands for.

    `labels`: (n_labelled,). `weight` (n_labelled,): how many postings of its label each stands for;
    0 for those that calibrate nothing. `title_score` (n_labelled,): held out; NaN where there is no
    title.
    """

    labels: NDArray[np.str_]
    weight: Floats
    title_score: Floats


def calibrate(model: Model, held_out: HeldOut, sample: Sample, *, smoothed: bool = False) -> Model:
    """Give a model its calibration and profiles.

    `model`: fitted to all postings. `held_out`: scores of the labelled postings by models of the
    same kind that did not see them. `smoothed`: whether to keep certainty within what few postings
    can support; see `fit_log_odds`.
    """
    calibration = calibration_of(held_out.role, held_out.scope, sample, smoothed=smoothed)
    return replace(
        model,
        calibration=calibration,
        profiles=_profiles(held_out, sample.labels, float(calibration.role_line[0])),
    )


def calibration_of(
    role: Floats, scope: Floats, sample: Sample, *, smoothed: bool = False
) -> CalibrationScores:
    """Fit the lines that make log-odds of raw scores, to the mix that is assumed by default."""
    used = np.flatnonzero(sample.weight > 0.0)
    role, scope, title = role[used], scope[used], sample.title_score[used]
    labels, weight = sample.labels[used], sample.weight[used]
    titled = ~np.isnan(title)
    roles = labels != NEITHER

    both = np.column_stack([scope, np.where(titled, title, 0.0)])

    def line(scores: Floats, positive: NDArray[np.bool_], among: Bools, share: float) -> Floats:
        """A line for the stated share of positive postings, then put to even odds."""
        if not positive[among].any() or positive[among].all():
            return np.append(np.ones(scores.shape[1]), 0.0)
        fitted = fit_log_odds(
            scores[among], positive[among], weight[among], share=share, smoothed=smoothed
        )
        fitted[-1] -= logit(share)
        return fitted

    return CalibrationScores(
        role_score=role,
        scope_score=scope,
        title_score=both[:, 1],
        titled=titled,
        label=np.array([LABELS.index(label) for label in labels], np.uint8),
        weight=weight,
        role_line=line(role[:, None], labels == TPM, roles, PREVALENCE),
        scope_line=line(scope[:, None], roles, np.ones_like(roles), IN_SCOPE_SHARE),
        title_line=line(both, roles, titled, IN_SCOPE_SHARE),
    )


def _profiles(held_out: HeldOut, labels: NDArray[np.str_], slope: float) -> Profiles:
    contributions = slope * np.hstack(
        [held_out.responsibilities[:, : len(RESPONSIBILITIES)], held_out.dimensions]
    )
    by_role = [labels == TPM, labels == PM]
    return Profiles(
        percentiles=np.stack(
            [np.percentile(contributions[role], _PERCENTS, axis=0).T for role in by_role]
        ),
        lines=np.stack([held_out.line_counts[role].mean(axis=0) for role in by_role]),
    )
