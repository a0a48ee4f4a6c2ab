"""The counts of a screening, batch by batch: for its summary and its plots, in flat memory."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tpmclassify.deciding.policy import estimate_prevalence

VERDICTS = ("PM", "review", "TPM")  # as they lie along the axis of probability
CLAIMS = ("TPM", "PM", "neither")
N_BINS = 20
_TPM, _PM, _NEITHER = range(3)
_N_FINE_BINS = 1000


class ScreeningCounts:
    """Rows by verdict, by probability, by what the title claims, and by why they are reviewed."""

    def __init__(self) -> None:
        # By twentieth of the probability of TPM, or by the title's claim; and by verdict.
        self.by_probability: NDArray[np.int64] = np.zeros((N_BINS, len(VERDICTS)), np.int64)
        self.by_claim: NDArray[np.int64] = np.zeros((len(CLAIMS), len(VERDICTS)), np.int64)
        # Those that read as one of the two roles, by thousandth of the probability of TPM.
        self.in_scope: NDArray[np.int64] = np.zeros(_N_FINE_BINS, np.int64)
        self.review_reasons: Counter[str] = Counter()  # a row may have several
        self.titles_disagree = 0  # that claim another role than the content's label

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a screened batch."""
        agrees, reasons = batch["tpm_title_agrees"], batch["tpm_review_reasons"]
        probability = _numpy(batch["tpm_probability"])
        verdict = _numpy(pc.index_in(batch["tpm_verdict"], value_set=pa.array(VERDICTS)))
        np.add.at(self.by_probability, (_bins(probability, N_BINS), verdict), 1)

        reads_tpm = _numpy(pc.equal(batch["tpm_label"], "TPM"))
        claims = np.where(reads_tpm == _numpy(pc.fill_null(agrees, False)), _TPM, _PM)
        claims[_numpy(pc.is_null(agrees))] = _NEITHER
        np.add.at(self.by_claim, (claims, verdict), 1)
        self.titles_disagree += agrees.false_count

        decided = _numpy(pc.is_in(reasons, value_set=pa.array(["", "uncertain"])))
        np.add.at(self.in_scope, _bins(probability[decided], _N_FINE_BINS), 1)
        for found in pc.value_counts(reasons).to_pylist():
            for reason in filter(None, found["values"].split(";")):
                self.review_reasons[reason] += found["counts"]

    @property
    def verdicts(self) -> dict[str, int]:
        """Rows by verdict."""
        return _named(self.by_probability.sum(axis=0))

    @property
    def bins(self) -> list[dict[str, int]]:
        """Rows by verdict, for each twentieth of the probability."""
        return [_named(counts) for counts in self.by_probability]

    @property
    def claims(self) -> dict[str, dict[str, int]]:
        """Rows by verdict, for each claim of a title."""
        return {name: _named(counts) for name, counts in zip(CLAIMS, self.by_claim, strict=True)}

    @property
    def titles_checked(self) -> int:
        """Titles that claim one of the two roles."""
        return int(self.by_claim[:_NEITHER].sum())

    def estimated_prevalence(self, prevalence: float) -> float | None:
        """Estimate the share of TPM among the rows that read as one of the two roles.

        Parameters
        ----------
        prevalence : float
            The share that their probabilities were calibrated to.
        """
        if not self.in_scope.any():
            return None
        middles = (np.arange(_N_FINE_BINS) + 0.5) / _N_FINE_BINS
        return estimate_prevalence(middles, self.in_scope.astype(float), prevalence=prevalence)

    def to_dict(self) -> dict[str, Any]:
        """All counts as plain JSON types."""
        return {
            "by_probability": self.by_probability.tolist(),
            "by_claim": self.by_claim.tolist(),
            "in_scope": self.in_scope.tolist(),
            "review_reasons": dict(self.review_reasons),
            "titles_disagree": self.titles_disagree,
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Take up what `to_dict` gave; the page keeps some that have the first two only."""
        counts = cls()
        counts.by_probability = np.array(saved["by_probability"], np.int64)
        counts.by_claim = np.array(saved["by_claim"], np.int64)
        counts.in_scope += np.array(saved.get("in_scope", 0), np.int64)
        counts.review_reasons.update(saved.get("review_reasons", {}))
        counts.titles_disagree = saved.get("titles_disagree", 0)
        return counts


def _numpy(column: pa.Array) -> NDArray[Any]:
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return values


def _bins(probability: NDArray[np.float64], n_bins: int) -> NDArray[np.int64]:
    return np.minimum((probability * n_bins).astype(np.int64), n_bins - 1)


def _named(counts: NDArray[np.int64]) -> dict[str, int]:
    return {name: int(count) for name, count in zip(VERDICTS, counts, strict=True)}
