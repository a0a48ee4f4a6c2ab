"""What a screening came to: counts that a recruiter can check."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tpmclassify.deciding.policy import estimate_prevalence

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class ScreeningSummary:
    """The counts of a screening.

    Attributes
    ----------
    source, output, rejects : str
        File names; `rejects` is empty where no row was rejected.
    text, title, employer : str or None
        The columns that were read.
    rows, screened, rejected : int
        ``rows == screened + rejected``.
    verdicts : dict of str to int
        "TPM", "PM" and "review".
    review_reasons : dict of str to int
        A row may have several.
    titles_checked, titles_disagree : int
        Titles that claim a role, and those whose claim is not the content's label.
    estimated_prevalence : float or None
        The estimated share of TPM among the rows that read as one of the two roles. Verdicts do
        not use it: set `prevalence` to have it applied.
    escaped_cells : int
        Cells that a spreadsheet would have executed.
    duplicates : int or None
        Rows that nearly repeat an earlier one; None where they were not looked for.
    report : str
        The page of this screening; empty where there is none.
    encoding, encoding_note : str
        How the file was read; the note is empty where there is nothing to say.
    """

    source: str
    output: str
    rejects: str
    text: str
    title: str | None
    employer: str | None
    rows: int
    screened: int
    rejected: int
    verdicts: dict[str, int]
    review_reasons: dict[str, int]
    titles_checked: int
    titles_disagree: int
    estimated_prevalence: float | None
    escaped_cells: int
    duplicates: int | None
    report: str
    encoding: str
    encoding_note: str

    def __str__(self) -> str:
        from tpmclassify.pages.screening_text import summarise

        return summarise(self)


_BINS = 1000


class Tally:
    """Counts verdicts as they come."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.review_reasons: Counter[str] = Counter()
        self.titles: Counter[bool | None] = Counter()
        # Rows that read as one of the two roles, by probability: one bin for each thousandth.
        self._in_scope = np.zeros(_BINS)

    def add(self, batch: "pa.RecordBatch") -> None:
        """Count the rows of a screened batch."""
        verdicts, reasons, agrees, probabilities = (
            batch.column(batch.schema.names.index(name)).to_pylist()
            for name in (
                "tpm_verdict", "tpm_review_reasons", "tpm_title_agrees", "tpm_probability"
            )
        )  # fmt: skip
        self.verdicts.update(verdicts)
        self.titles.update(agrees)
        for joined, count in Counter(reasons).items():
            for reason in joined.split(";") if joined else ():
                self.review_reasons[reason] += count
        in_scope = np.array(
            [
                probability
                for probability, reason in zip(probabilities, reasons, strict=True)
                if reason in ("", "uncertain")
            ],
            dtype=np.float64,
        )
        bins = np.minimum((in_scope * _BINS).astype(np.int64), _BINS - 1)
        self._in_scope += np.bincount(bins, minlength=_BINS)

    def to_state(self) -> dict[str, Any]:
        """Give the counts as JSON takes them."""
        filled = np.flatnonzero(self._in_scope)
        return {
            "verdicts": dict(self.verdicts),
            "review_reasons": dict(self.review_reasons),
            "titles": [[agrees, count] for agrees, count in self.titles.items()],
            "in_scope": [[int(i), int(self._in_scope[i])] for i in filled],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Tally":
        """Go on from counts of an earlier run."""
        tally = cls()
        tally.verdicts.update(state["verdicts"])
        tally.review_reasons.update(state["review_reasons"])
        tally.titles.update(dict(state["titles"]))
        for place, count in state["in_scope"]:
            tally._in_scope[place] = count
        return tally

    @property
    def screened(self) -> int:
        """Number of rows counted."""
        return self.verdicts.total()

    def summary(
        self,
        *,
        source: Path | str,
        output: Path | str,
        rejects: Path | str,
        columns: tuple[str, str | None, str | None],
        prevalence: float,
        rejected: int,
        escaped_cells: int,
        duplicates: int | None,
        report: Path | str,
        encoding: str,
        encoding_note: str,
    ) -> ScreeningSummary:
        """Put the counts together."""
        return ScreeningSummary(
            source=str(source),
            output=str(output),
            rejects=str(rejects),
            text=columns[0],
            title=columns[1],
            employer=columns[2],
            rows=self.screened + rejected,
            screened=self.screened,
            rejected=rejected,
            verdicts=dict(self.verdicts),
            review_reasons=dict(
                sorted(self.review_reasons.items(), key=lambda item: (-item[1], item[0]))
            ),
            titles_checked=self.titles[True] + self.titles[False],
            titles_disagree=self.titles[False],
            estimated_prevalence=self._estimate(prevalence),
            escaped_cells=escaped_cells,
            duplicates=duplicates,
            report=str(report),
            encoding=encoding,
            encoding_note=encoding_note,
        )

    def _estimate(self, prevalence: float) -> float | None:
        if not self._in_scope.any():
            return None
        middles = (np.arange(_BINS) + 0.5) / _BINS
        return estimate_prevalence(middles, self._in_scope, prevalence=prevalence)
