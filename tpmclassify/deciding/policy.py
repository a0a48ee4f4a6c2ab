"""From raw scores to probabilities and verdicts: calibration, prevalence, review band, scope.

Everything is affine in the raw score, so that an explanation of the score stays exact.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tpmclassify.errors import PostingError
from tpmclassify.roles import PM, TPM, Role
from tpmclassify.scoring.tfidf import Floats

REVIEW_REASONS = ("uncertain", "out_of_scope", "too_short", "not_english", "empty", "too_long")

# Words that make up a fifth or more of English prose and are rare in its neighbours.
ENGLISH_WORDS = frozenset(
    "the and to with for you your our are will this that by from have or their they".split()
)
_LEAST_ENGLISH = 0.08
_FEWEST_WORDS = 25
_LANGUAGE_SAMPLE = 40
_MOST_STEPS, _PRECISION = 1000, 1e-6


@dataclass(frozen=True, eq=False)
class CalibrationScores:
    """Held-out raw scores of labelled postings: what probabilities and the band rest on.

    Attributes
    ----------
    role_score : ndarray of shape (n_roles,)
        Raw role scores of TPM and PM postings, each from a model that never saw its employer.
    is_tpm : ndarray of bool of shape (n_roles,)
    role_line, scope_line : ndarray of shape (2,)
        Slope and intercept that turn a raw score into calibrated log-odds (Platt 1999). The role's
        is for equally many TPM and PM postings.
    """

    role_score: Floats
    is_tpm: NDArray[np.bool_]
    role_line: Floats
    scope_line: Floats

    @classmethod
    def none(cls) -> Self:
        """No held-out scores: raw scores are taken as they are, and everything is reviewed."""
        identity = np.array([1.0, 0.0])
        return cls(np.zeros(0), np.zeros(0, dtype=bool), identity, identity)


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

    def score(self, raw: float) -> float:
        """Turn a raw role score into calibrated log-odds of TPM."""
        return self.slope * raw + self.shift

    def posting_score(self, raw: float, n_lines: int) -> float:
        """Log-odds of TPM of a posting; one without a line tells nothing but the prior."""
        return self.score(raw) if n_lines else self.prior

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

    def p_in_scope(self, raw: float) -> float:
        """Turn a raw scope score into the probability that this is a TPM or PM role."""
        slope, intercept = self.calibration.scope_line
        return sigmoid(float(slope * raw + intercept))

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

    def uncertain(self, score: float) -> bool:
        """Whether a score is too near to zero for the promised error."""
        return abs(score) < self.band

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


def reading_problems(n_lines: int, n_words: int, n_english: int, n_ascii: int) -> tuple[str, ...]:
    """Say why a posting's text cannot carry a decision: empty, too short, or not English.

    Parameters
    ----------
    n_lines, n_words : int
        Lines and words of the posting.
    n_english, n_ascii : int
        Words of `ENGLISH_WORDS`, and words of ASCII letters alone, among them.
    """
    if not n_lines:
        return ("empty",)
    problems = []
    if n_words < _FEWEST_WORDS:
        problems.append("too_short")
    if (n_words >= _LANGUAGE_SAMPLE or not n_ascii) and n_english < _LEAST_ENGLISH * n_words:
        problems.append("not_english")
    return tuple(problems)


def review_reasons(
    policy: Policy, score: float, p_in_scope: float, problems: tuple[str, ...]
) -> tuple[str, ...]:
    """Collect why a posting needs a person, in the order of `REVIEW_REASONS`."""
    if "empty" in problems or "too_long" in problems:
        return problems
    reasons = []
    if policy.uncertain(score):
        reasons.append("uncertain")
    if p_in_scope < 0.5:
        reasons.append("out_of_scope")
    return (*reasons, *problems)


def likelier_role(score: float) -> Role:
    """Name the likelier role; a tie goes to PM, the commoner one."""
    return TPM if score > 0 else PM


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
