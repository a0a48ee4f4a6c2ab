"""The counts of a screening, batch by batch: for its summary and its plots, in flat memory."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tpmclassify.deciding.policy import estimate_share

# As they lie along the axis of the probability of TPM; "neither" lies beside it.
VERDICTS = ("PM", "review", "TPM", "neither")
CLAIMS = ("TPM", "PM")
N_BINS = 20
# Reasons about which role it is: the text itself could be read.
_READ = ("", "uncertain", "out_of_scope", "uncertain;out_of_scope")
# Log-odds are counted in steps of .05 up to odds of three million to one.
_STEPS, _LARGEST = 600, 15.0
_LOG_ODDS = np.linspace(-_LARGEST, _LARGEST, _STEPS + 1)
_ARRAYS = ("by_probability", "by_claim", "by_scope", "by_role")
# Of fewer postings no share is worth telling.
_FEWEST = 30


class ScreeningCounts:
    """Rows by verdict, by probability, by what the title claims, and by why they are reviewed."""

    def __init__(self) -> None:
        # By twentieth of the probability of TPM, or by the title's claim; and by verdict.
        self.by_probability: NDArray[np.int64] = np.zeros((N_BINS, len(VERDICTS)), np.int64)
        self.by_claim: NDArray[np.int64] = np.zeros((len(CLAIMS), len(VERDICTS)), np.int64)
        # Rows that could be read, by log-odds of being one of the two; and the expected number of
        # the two, by log-odds of TPM.
        self.by_scope: NDArray[np.int64] = np.zeros(_STEPS + 1, np.int64)
        self.by_role: NDArray[np.float64] = np.zeros(_STEPS + 1)
        self.review_reasons: Counter[str] = Counter()  # a row may have several

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a screened batch."""
        agrees, reasons = batch["tpm_title_agrees"], batch["tpm_review_reasons"]
        probability = _numpy(batch["tpm_probability"])
        verdict = _numpy(pc.index_in(batch["tpm_verdict"], value_set=pa.array(VERDICTS)))
        bins = np.minimum((probability * N_BINS).astype(np.int64), N_BINS - 1)
        np.add.at(self.by_probability, (bins, verdict), 1)

        checked = _numpy(pc.is_valid(agrees))
        reads_tpm = _numpy(pc.equal(batch["tpm_verdict"], "TPM"))
        claims = np.where(reads_tpm == _numpy(pc.fill_null(agrees, False)), 0, 1)
        np.add.at(self.by_claim, (claims[checked], verdict[checked]), 1)

        read = _numpy(pc.is_in(reasons, value_set=pa.array(_READ)))
        in_scope = _numpy(batch["tpm_in_scope_probability"])[read]
        np.add.at(self.by_scope, _steps(in_scope), 1)
        np.add.at(self.by_role, _steps(probability[read]), in_scope)
        for found in pc.value_counts(reasons).to_pylist():
            for reason in filter(None, found["values"].split(";")):
                self.review_reasons[reason] += found["counts"]

    @property
    def verdicts(self) -> dict[str, int]:
        """Rows by verdict."""
        return _named(self.by_probability.sum(axis=0))

    @property
    def bins(self) -> list[dict[str, int]]:
        """Rows that may be one of the two by verdict, for each twentieth of the probability."""
        return [_named(counts[:-1]) for counts in self.by_probability]

    @property
    def claims(self) -> dict[str, dict[str, int]]:
        """Rows with the verdict TPM or PM, for each claim of a title."""
        return {name: _named(counts) for name, counts in zip(CLAIMS, self.by_claim, strict=True)}

    @property
    def titles_checked(self) -> int:
        """Titles that claim one of the two roles, of rows with such a verdict."""
        return int(self.by_claim.sum())

    @property
    def titles_disagree(self) -> int:
        """Those that claim the other role than the verdict."""
        own = [self.by_claim[i, VERDICTS.index(claim)] for i, claim in enumerate(CLAIMS)]
        return self.titles_checked - int(sum(own))

    def estimated_shares(
        self, *, in_scope_share: float, prevalence: float
    ) -> tuple[float | None, float | None]:
        """Estimate the batch's own mix, of probabilities that assume the given one.

        Returned: share of the two roles among all, and of TPM among the two; None for one of which
        there are few.
        """
        p, rows = 1.0 / (1.0 + np.exp(-_LOG_ODDS)), int(self.by_scope.sum())
        if rows < _FEWEST:
            return None, None
        share = estimate_share(p, self.by_scope.astype(float), assumed=in_scope_share)
        if share * rows < _FEWEST:
            return share, None
        return share, estimate_share(p, self.by_role, assumed=prevalence)

    def to_dict(self) -> dict[str, Any]:
        """All counts as plain JSON types."""
        arrays = {name: getattr(self, name).tolist() for name in _ARRAYS}
        return {**arrays, "review_reasons": dict(self.review_reasons)}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Take up what `to_dict` gave, now or in 0.2, which knew three verdicts and no scope."""
        counts = cls()
        for mine, found in ((getattr(counts, name), saved.get(name)) for name in _ARRAYS):
            if found is not None:
                known = np.array(found, mine.dtype)[: len(mine)]
                mine[..., : known.shape[-1]] = known
        counts.review_reasons.update(saved.get("review_reasons", {}))
        return counts


def keeps_promise(found: float, assumed: float) -> bool:
    """Whether verdicts that assume one share of the two roles hold where another is found.

    Where each of them has more than twice as many other jobs beside it, more than twice as many of
    the TPM and PM verdicts are other jobs.
    """
    return (1.0 - found) * assumed <= 2.0 * found * (1.0 - assumed)


def _numpy(column: pa.Array) -> NDArray[Any]:
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return values


def _steps(probability: NDArray[np.float64]) -> NDArray[np.int64]:
    p = np.clip(probability, 1e-6, 1.0 - 1e-6)  # as many decimals as a table has
    return np.rint((np.log(p / (1.0 - p)) + _LARGEST) * (_STEPS / (2 * _LARGEST))).astype(np.int64)


def _named(counts: NDArray[np.int64]) -> dict[str, int]:
    return {name: int(count) for name, count in zip(VERDICTS, counts, strict=False)}
