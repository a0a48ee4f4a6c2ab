"""From raw scores to verdicts: TPM, PM, neither, or review, and the reasons for review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Self, get_args

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Bools, Bytes, Floats
from tpmclassify.deciding.policy import Policy, sigmoid
from tpmclassify.roles import NEITHER, PM, TPM, ReviewReason
from tpmclassify.scoring.models import BatchScores

REVIEW = "review"
REVIEW_REASONS: tuple[ReviewReason, ...] = get_args(ReviewReason)


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
