"""From raw scores to probabilities and verdicts: calibration, the stated mix, bounds, reasons.

Everything is affine in the raw scores, so that an explanation of a score stays exact.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property, lru_cache
from numbers import Real
from typing import Self, get_args

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Bools, Bytes, Floats
from tpmclassify.deciding.bounds import Bounds, find_bounds
from tpmclassify.errors import PostingError
from tpmclassify.roles import NEITHER, PM, TPM, ReviewReason
from tpmclassify.scoring.models import BatchScores, CalibrationScores

REVIEW = "review"
REVIEW_REASONS: tuple[ReviewReason, ...] = get_args(ReviewReason)

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


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What is decided about a batch of postings.

    `score`, `scope_score` (n_postings,): log-odds of TPM given one of the two, and of one of the
    two; a posting without a line tells nothing but the priors. `p_tpm`, `p_in_scope` (n_postings,):
    their probabilities. `is_neither` (n_postings,): whether the scope score says so surely enough.
    `reasons` (n_postings,): why a person has to look: bit k stands for the k-th of
    `REVIEW_REASONS`.
    """

    score: Floats
    scope_score: Floats
    p_tpm: Floats
    p_in_scope: Floats
    is_neither: Bools
    reasons: Bytes

    @classmethod
    def of(cls, batches: Iterable[Self]) -> Self:
        """Put the verdicts on several batches behind each other."""
        no = np.zeros(0)
        none = cls(no, no, no, no, np.zeros(0, np.bool_), np.zeros(0, np.uint8))
        parts = [none, *batches]
        return cls(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(cls)
            )
        )

    @cached_property
    def labels(self) -> NDArray[np.str_]:
        """The likelier roles; a tie goes to PM, the commoner one."""
        return np.where(self.score > 0, TPM, PM)

    @cached_property
    def verdicts(self) -> NDArray[np.str_]:
        """The labels or "neither", and "review" where there is a reason for it."""
        decided = np.where(self.is_neither, NEITHER, self.labels)
        return np.where(self.reasons != 0, REVIEW, decided)


def decide_verdicts(
    policy: Policy,
    role: Floats,
    scope: Floats,
    title: Floats,
    *,
    has_lines: Bools,
    problems: Mapping[str, Bools],
    unread: Bools | None = None,
) -> Verdicts:
    """Turn raw scores into verdicts: the one place where postings are decided.

    `role`, `scope`, `title` (n_postings,): raw scores; that of a title that is not given is NaN.
    `has_lines` (n_postings,): whether anything was there to be read. `problems` (n_postings,): why
    a text cannot carry a decision, as `language.reading_problems` finds it. `unread` (n_postings,):
    postings that were too long to be read.
    """
    score = np.where(has_lines, policy.slope * role + policy.shift, policy.prior)
    scope_score = np.where(has_lines, policy.scope_score(scope, title), policy.scope_prior)
    plain, with_title = policy.bounds
    titled = ~np.isnan(title)
    is_neither = scope_score <= np.where(titled, with_title.neither, plain.neither)
    certainty = np.where(titled, with_title.certainty, plain.certainty)
    p_tpm, p_in_scope = _sigmoids(score), _sigmoids(scope_score)
    p_role = np.maximum(p_tpm, 1.0 - p_tpm)
    in_doubt = ~is_neither & (p_role * p_in_scope < certainty)
    too_long = np.zeros(len(score), bool) if unread is None else unread
    empty = ~has_lines & ~too_long
    found = {
        # Where both are sure enough, but not together, the less sure one.
        "uncertain": in_doubt & ((p_role < certainty) | (p_role <= p_in_scope)),
        "out_of_scope": in_doubt & ((p_in_scope < certainty) | (p_in_scope < p_role)),
        **problems,
    }
    # What says little of duties is no TPM's or PM's posting to be decided; that it is neither, the
    # bound holds for it, too.
    if "too_little_evidence" in found:
        found["too_little_evidence"] = found["too_little_evidence"] & ~is_neither
    reasons = np.zeros(len(score), np.uint8)
    for bit, reason in enumerate(REVIEW_REASONS):
        if reason in found:
            reasons |= (found[reason] & has_lines).astype(np.uint8) << np.uint8(bit)
    reasons[empty] = 1 << REVIEW_REASONS.index("empty")
    reasons[too_long] = 1 << REVIEW_REASONS.index("too_long")
    return Verdicts(score, scope_score, p_tpm, p_in_scope, is_neither, reasons)


def decide_batch(
    policy: Policy, scores: BatchScores, title: Floats, *, unread: Bools | None = None
) -> Verdicts:
    """Decide about the postings of a scored batch; see `decide_verdicts`."""
    return decide_verdicts(
        policy,
        scores.role,
        scores.scope,
        title,
        has_lines=scores.reading.has_lines,
        problems=scores.problems,
        unread=unread,
    )


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
