"""From raw scores to probabilities: calibration, the stated mix, and the bounds that follow.

Everything is affine in the raw scores, so that an explanation of a score stays exact.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from numbers import Real

import numpy as np

from tpmclassify.arrays import Bools, Floats
from tpmclassify.deciding.bounds import Bounds, find_bounds
from tpmclassify.errors import PostingError
from tpmclassify.scoring.models import CalibrationScores

# What job boards hold, by 2,488 postings read that stand for 7,600: 21 % are one of the two roles,
# one in five of these a TPM.
IN_SCOPE_SHARE, PREVALENCE = 0.21, 0.2
# What each choice buys stands in the model card: at .02 a tenth less of the two roles is decided,
# at .05 a tenth more.
MAX_ERROR = 0.03
_MOST_STEPS, _PRECISION = 1000, 1e-6


@dataclass(frozen=True)
class Policy:
    """How scores become probabilities and verdicts.

    `prevalence`: share of TPM among the TPM and PM postings at hand, in (0, 1). `in_scope_share`:
    share of TPM and PM postings among all at hand, in (0, 1). `max_error`: largest share of wrong
    verdicts to be expected among the decided postings, in (0, 1).
    """

    calibration: CalibrationScores
    prevalence: float = PREVALENCE
    in_scope_share: float = IN_SCOPE_SHARE
    max_error: float = MAX_ERROR

    def __post_init__(self) -> None:
        for name in ("prevalence", "in_scope_share", "max_error"):
            value: float = getattr(self, name)
            if not isinstance(value, Real) or not 0.0 < value < 1.0:
                raise PostingError(
                    f"The {name!r} parameter of TPMClassifier must be a float in the range "
                    f"(0.0, 1.0). Got {value!r} instead."
                )
            object.__setattr__(self, name, float(value))

    @property
    def slope(self) -> float:
        """What one unit of raw role score is worth in calibrated log-odds."""
        return float(self.calibration.role_line[0])

    @property
    def shift(self) -> float:
        """Calibrated log-odds of a raw role score of zero."""
        return float(self.calibration.role_line[1]) + self.prior

    @property
    def prior(self) -> float:
        """Log-odds of TPM before anything was read."""
        return logit(self.prevalence)

    @property
    def scope_prior(self) -> float:
        """Log-odds of one of the two roles before anything was read."""
        return logit(self.in_scope_share)

    def scope_line(self, titled: Bools) -> tuple[Floats, Floats]:
        """Slope and shift of the raw scope scores, by whether there is a title."""
        plain, with_title = self.calibration.scope_line, self.calibration.title_line
        slope = np.where(titled, with_title[0], plain[0])
        return slope, np.where(titled, with_title[2], plain[1]) + self.scope_prior

    def title_part(self, title: Floats) -> Floats:
        """What titles add to the calibrated scope score: nothing where there is none (NaN)."""
        return np.where(np.isnan(title), 0.0, self.calibration.title_line[1] * title)

    def scope_score(self, scope: Floats, title: Floats) -> Floats:
        """Calibrated log-odds of one of the two roles."""
        slope, shift = self.scope_line(~np.isnan(title))
        return slope * scope + shift + self.title_part(title)

    @cached_property
    def bounds(self) -> tuple[Bounds, Bounds]:
        """What is sure enough: without a title, and with one."""
        held_out = self.calibration
        everyone, no_title = np.ones_like(held_out.titled), np.full(len(held_out.titled), np.nan)
        return (
            self._bounds(everyone, no_title),
            self._bounds(held_out.titled, held_out.title_score),
        )

    def _bounds(self, among: Bools, title: Floats) -> Bounds:
        held_out, in_scope = self.calibration, self.in_scope_share
        # Each label gets its stated share; weights are 1 on average over what counts.
        stated = (in_scope * self.prevalence, in_scope * (1.0 - self.prevalence), 1.0 - in_scope)
        weight = np.where(among, held_out.weight, 0.0)
        for code, share in enumerate(stated):
            own = held_out.label == code
            weight[own] *= share / (weight[own].sum() or 1.0)
        weight *= np.count_nonzero(weight) / (weight.sum() or 1.0)
        counts = weight > 0.0
        return find_bounds(
            1.0 / (1.0 + np.exp(-self.slope * held_out.role_score - self.shift))[counts],
            self.scope_score(held_out.scope_score, title)[counts],
            held_out.label[counts],
            weight[counts],
            max_error=self.max_error,
        )


# Policies are kept, since finding the bounds sorts all held-out scores.
policy_of = lru_cache(maxsize=16)(Policy)


def sigmoid(x: float) -> float:
    """Probability of log-odds."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def logit(p: float) -> float:
    """Log-odds of a probability."""
    return math.log(p / (1.0 - p))


def estimate_share(p: Floats, counts: Floats, *, assumed: float) -> float:
    """Estimate how frequent a class is in a batch from its probabilities (Saerens et al. 2002).

    `p` (n,): probabilities of the class, calibrated for the share `assumed`. `counts` (n,): how
    many postings have each probability; at least one in all. Returned: the fixed point of
    expectation maximisation.
    """
    estimate = assumed
    for _ in range(_MOST_STEPS):
        own = p * estimate / assumed
        others = (1.0 - p) * (1.0 - estimate) / (1.0 - assumed)
        previous, estimate = estimate, float(np.average(own / (own + others), weights=counts))
        if abs(estimate - previous) < _PRECISION:
            break
    return estimate
