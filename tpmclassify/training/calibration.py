"""Held-out scores to calibrated probabilities and to the profile of each role."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tpmclassify.roles import NEITHER, PM, RESPONSIBILITIES, TPM
from tpmclassify.scoring.models import CalibrationScores, Model, Profiles
from tpmclassify.training.fitting import fit_platt
from tpmclassify.training.held_out import HeldOut

_PERCENTS = np.arange(101)


def calibrate(
    model: Model, held_out: HeldOut, labels: NDArray[np.str_], *, smoothed: bool = False
) -> Model:
    """Give a model its calibration and profiles.

    Parameters
    ----------
    model : Model
        Fitted to all postings.
    held_out : HeldOut
        Scores of the labelled postings by models of the same kind that did not see them.
    labels : ndarray of str of shape (n_labelled,)
    smoothed : bool
        Whether to keep certainty within what few postings can support; see `fit_platt`.
    """
    roles = labels != NEITHER
    is_tpm = labels[roles] == TPM
    role_line = fit_platt(held_out.role[roles], is_tpm, balanced=True, smoothed=smoothed)
    return replace(
        model,
        calibration=CalibrationScores(
            role_score=held_out.role[roles],
            is_tpm=is_tpm,
            role_line=role_line,
            scope_line=fit_platt(held_out.scope, roles, balanced=False, smoothed=smoothed)
            if not roles.all()
            else np.array([1.0, 0.0]),
        ),
        profiles=_profiles(held_out, labels, float(role_line[0])),
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
