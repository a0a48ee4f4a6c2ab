"""What a screening comes to, counted batch by batch: for its plots, in memory that stays flat."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

VERDICTS = ("PM", "review", "TPM")  # as they lie along the axis of probability
CLAIMS = ("TPM", "PM", "neither")
N_BINS = 20
_TPM, _PM, _NEITHER = range(3)


class ScreeningFigures:
    """Verdicts by probability and by what the title claims.

    Attributes
    ----------
    by_probability : ndarray of shape (20, 3)
        Rows by twentieth of the probability of TPM and by verdict, as in `VERDICTS`.
    by_claim : ndarray of shape (3, 3)
        Rows by the title's claim, as in `CLAIMS`, and by verdict.
    """

    def __init__(self) -> None:
        self.by_probability: NDArray[np.int64] = np.zeros((N_BINS, len(VERDICTS)), np.int64)
        self.by_claim: NDArray[np.int64] = np.zeros((len(CLAIMS), len(VERDICTS)), np.int64)

    def add(self, batch: "pa.RecordBatch") -> None:
        """Count a screened batch."""
        import pyarrow as pa
        import pyarrow.compute as pc

        verdict = pc.index_in(batch["tpm_verdict"], value_set=pa.array(VERDICTS)).to_numpy(
            zero_copy_only=False
        )
        probability = batch["tpm_probability"].to_numpy(zero_copy_only=False)
        places = np.minimum((probability * N_BINS).astype(np.int64), N_BINS - 1)
        np.add.at(self.by_probability, (places, verdict), 1)
        reads_tpm = pc.equal(batch["tpm_label"], "TPM").to_numpy(zero_copy_only=False)
        agrees = pc.fill_null(batch["tpm_title_agrees"], False).to_numpy(zero_copy_only=False)
        silent = pc.is_null(batch["tpm_title_agrees"]).to_numpy(zero_copy_only=False)
        claims = np.where(silent, _NEITHER, np.where(reads_tpm == agrees, _TPM, _PM))
        np.add.at(self.by_claim, (claims, verdict), 1)

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

    def to_dict(self) -> dict[str, Any]:
        """All counts as plain JSON types."""
        return {
            "by_probability": self.by_probability.tolist(),
            "by_claim": self.by_claim.tolist(),
        }

    @classmethod
    def from_dict(cls, counts: dict[str, Any]) -> Self:
        """Take up what `to_dict` gave."""
        figures = cls()
        figures.by_probability = np.array(counts["by_probability"], np.int64)
        figures.by_claim = np.array(counts["by_claim"], np.int64)
        return figures


def _named(counts: NDArray[np.int64]) -> dict[str, int]:
    return {name: int(count) for name, count in zip(VERDICTS, counts, strict=True)}
