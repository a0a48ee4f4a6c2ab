"""From raw scores to probabilities and verdicts: calibration, prevalence, review band, scope.

Everything is affine in the raw score, so that an explanation of the score stays exact.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Bools, Bytes, Floats
from tpmclassify.errors import PostingError
from tpmclassify.roles import PM, TPM, ReviewReason
from tpmclassify.scoring.models import CalibrationScores

REVIEW = "review"
REVIEW_REASONS: tuple[ReviewReason, ...] = (
    "uncertain", "out_of_scope", "too_short", "too_little_evidence", "not_english", "resume",
    "empty", "too_long",
)  # fmt: skip

# A posting is taken for one of the two roles from this probability on.
IN_SCOPE = 0.5
_MOST_STEPS, _PRECISION = 1000, 1e-6


@dataclass(frozen=True)
class Policy:
    """How scores become probabilities and verdicts.

    Parameters
    ----------
    calibration : CalibrationScores
    prevalence : float
        Share of TPM among the TPM and PM postings at hand, in (0, 1).
    max_error : float
        Largest share of wrong roles to be expected among the decided postings, in (0, 1).
    """

    calibration: CalibrationScores
    prevalence: float
    max_error: float

    @property
    def slope(self) -> float:
        """What one unit of raw score is worth in calibrated log-odds."""
        return float(self.calibration.role_line[0])

    @property
    def shift(self) -> float:
        """Calibrated log-odds of a raw score of zero."""
        return float(self.calibration.role_line[1]) + self.prior

    @property
    def prior(self) -> float:
        """Log-odds of TPM before anything was read."""
        return logit(self.prevalence)

    @cached_property
    def band(self) -> float:
        """Scores nearer to zero than this are reviewed.

        The smallest band for which the wrong share of the held-out postings outside it, plus one
        more error as the margin for a new posting (conformal risk control: Angelopoulos et al.
        2022), stays within `max_error`; infinite where none does. Held-out postings are weighted
        to the stated prevalence.
        """
        is_tpm = self.calibration.is_tpm
        n = len(is_tpm)
        if n == 0 or is_tpm.all() or not is_tpm.any():
            return math.inf
        share = is_tpm.mean()
        weight = np.where(is_tpm, self.prevalence / share, (1 - self.prevalence) / (1 - share))
        score = self.slope * self.calibration.role_score + self.shift
        order = np.argsort(-np.abs(score), kind="stable")
        decided = np.cumsum(weight[order])
        wrong = np.cumsum((weight * ((score > 0) != is_tpm))[order])
        kept = np.flatnonzero((wrong + 1) / (decided + 1) <= self.max_error)
        return float(np.abs(score[order[kept[-1]]])) if len(kept) else math.inf

    @staticmethod
    def checked(calibration: CalibrationScores, prevalence: float, max_error: float) -> "Policy":
        """Build a policy from a user's settings.

        Raises
        ------
        PostingError
            If a setting is no number between 0 and 1.
        """
        for name, value in (("prevalence", prevalence), ("max_error", max_error)):
            if not isinstance(value, int | float) or not 0.0 < value < 1.0:
                raise PostingError(
                    f"The {name!r} parameter of TPMClassifier must be a float in the range "
                    f"(0.0, 1.0). Got {value!r} instead."
                )
        return _policy(calibration, float(prevalence), float(max_error))


@lru_cache(maxsize=16)
def _policy(calibration: CalibrationScores, prevalence: float, max_error: float) -> Policy:
    # Kept, since finding the band sorts all held-out scores.
    return Policy(calibration, prevalence, max_error)


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What is decided about a batch of postings.

    Attributes
    ----------
    score : ndarray of shape (n_postings,)
        Log-odds of TPM; a posting without a line tells nothing but the prior.
    p_tpm, p_in_scope : ndarray of shape (n_postings,)
        Probability of TPM given that it is one of the two; that it is one of the two at all.
    reasons : ndarray of uint8 of shape (n_postings,)
        Why a person has to look: bit k stands for the k-th of `REVIEW_REASONS`.
    """

    score: Floats
    p_tpm: Floats
    p_in_scope: Floats
    reasons: Bytes

    @classmethod
    def of(cls, batches: Iterable[Self]) -> Self:
        """Put the verdicts on several batches behind each other."""
        none = cls(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.uint8))
        parts = [none, *batches]
        return cls(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(cls)
            )
        )

    @property
    def labels(self) -> NDArray[np.str_]:
        """The likelier roles; a tie goes to PM, the commoner one."""
        return np.where(self.score > 0, TPM, PM)

    @property
    def verdicts(self) -> NDArray[np.str_]:
        """The labels, and "review" where there is a reason for it."""
        return np.where(self.reasons != 0, REVIEW, self.labels)


def decide_verdicts(
    policy: Policy,
    role: Floats,
    scope: Floats,
    *,
    has_lines: Bools,
    problems: Mapping[str, Bools],
    unread: Bools | None = None,
) -> Verdicts:
    """Turn raw scores into verdicts: the one place where postings are decided.

    Parameters
    ----------
    policy : Policy
    role, scope : ndarray of shape (n_postings,)
        Raw scores.
    has_lines : ndarray of bool of shape (n_postings,)
        Whether anything was there to be read.
    problems : mapping of str to ndarray of bool of shape (n_postings,)
        Why a text cannot carry a decision, as `language.reading_problems` finds it.
    unread : ndarray of bool of shape (n_postings,), optional
        Postings that were too long to be read.
    """
    score = np.where(has_lines, policy.slope * role + policy.shift, policy.prior)
    scope_slope, scope_intercept = policy.calibration.scope_line
    p_in_scope = _sigmoids(scope_slope * scope + scope_intercept)
    too_long = np.zeros(len(score), bool) if unread is None else unread
    empty = ~has_lines & ~too_long
    found = {
        "uncertain": np.abs(score) < policy.band,
        "out_of_scope": p_in_scope < IN_SCOPE,
        **problems,
    }
    reasons = np.zeros(len(score), np.uint8)
    for bit, reason in enumerate(REVIEW_REASONS):
        if reason in found:
            reasons |= (found[reason] & has_lines).astype(np.uint8) << np.uint8(bit)
    reasons[empty] = 1 << REVIEW_REASONS.index("empty")
    reasons[too_long] = 1 << REVIEW_REASONS.index("too_long")
    return Verdicts(score, _sigmoids(score), p_in_scope, reasons)


@cache
def reasons_of(bits: int) -> tuple[ReviewReason, ...]:
    """The reasons that bits stand for, in the order of `REVIEW_REASONS`."""
    return tuple(reason for bit, reason in enumerate(REVIEW_REASONS) if bits >> bit & 1)


def _sigmoids(scores: Floats) -> Floats:
    # One by one: numpy's own exponential differs from processor to processor in the last digit.
    return np.fromiter(map(sigmoid, scores.tolist()), np.float64, len(scores))


def sigmoid(x: float) -> float:
    """Probability of log-odds."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def logit(p: float) -> float:
    """Log-odds of a probability."""
    return math.log(p / (1.0 - p))


def estimate_prevalence(p_tpm: Floats, counts: Floats, *, prevalence: float) -> float:
    """Estimate the share of TPM in a batch from its probabilities (Saerens et al. 2002).

    Parameters
    ----------
    p_tpm : ndarray of shape (n,)
        Probabilities of TPM, calibrated for `prevalence`.
    counts : ndarray of shape (n,)
        How many postings have each probability; at least one in all.
    prevalence : float
        The share of TPM that the probabilities assume.

    Returns
    -------
    float
        The fixed point of expectation maximisation.
    """
    estimate = prevalence
    for _ in range(_MOST_STEPS):
        tpm = p_tpm * estimate / prevalence
        pm = (1.0 - p_tpm) * (1.0 - estimate) / (1.0 - prevalence)
        previous, estimate = estimate, float(np.average(tpm / (tpm + pm), weights=counts))
        if abs(estimate - previous) < _PRECISION:
            break
    return estimate
