"""What a screening came to: counts that a recruiter can check."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tpmclassify.policy import estimate_prevalence
from tpmclassify.screening import Screened

REASONS_IN_WORDS = {
    "uncertain": "too close to call",
    "out_of_scope": "read as neither role",
    "too_short": "too short",
    "not_english": "not in English",
    "empty": "empty",
    "too_long": "too long to read",
}


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
    encoding: str
    encoding_note: str

    def __str__(self) -> str:
        lines = [f"Screened {self.screened:,} of {self.rows:,} rows of {self.source}."]
        width = len(f"{self.screened:,}")
        for verdict, meaning in (
            ("TPM", "Technical Program Manager"),
            ("PM", "Project Manager"),
            ("review", "for a person to decide"),
        ):
            count = self.verdicts.get(verdict, 0)
            share = count / self.screened if self.screened else 0.0
            lines.append(f"  {verdict:<7}{count:>{width},}  {share:>4.0%}  {meaning}")
        if self.review_reasons:
            reasons = ", ".join(
                f"{count:,} {REASONS_IN_WORDS[reason]}"
                for reason, count in self.review_reasons.items()
            )
            lines.append(f"Review because: {reasons}.")
        if self.titles_checked:
            lines.append(
                f"Titles: {self.titles_disagree:,} of the {self.titles_checked:,} that claim a "
                "role say otherwise than the content (tpm_title_agrees)."
            )
        if self.estimated_prevalence is not None:
            lines.append(
                f"Of those that read as one of the two roles, an estimated "
                f"{self.estimated_prevalence:.0%} are TPM (--prevalence takes that into account)."
            )
        if self.rejected:
            lines.append(f"Rejected: {self.rejected:,} rows could not be read; see {self.rejects}")
        lines.append(f"Result: {self.output}")
        return "\n".join(lines)


_BINS = 1000


class Tally:
    """Counts verdicts as they come."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.review_reasons: Counter[str] = Counter()
        self.titles: Counter[bool | None] = Counter()
        # Rows that read as one of the two roles, by probability: one bin for each thousandth.
        self._in_scope = np.zeros(_BINS)

    def add(self, row: Screened) -> None:
        """Count one row."""
        self.verdicts[row.verdict] += 1
        self.titles[row.title_agrees] += 1
        reasons = row.review_reasons.split(";") if row.review_reasons else []
        self.review_reasons.update(reasons)
        if set(reasons) <= {"uncertain"}:
            self._in_scope[min(int(row.probability * _BINS), _BINS - 1)] += 1

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
            review_reasons=dict(self.review_reasons.most_common()),
            titles_checked=self.titles[True] + self.titles[False],
            titles_disagree=self.titles[False],
            estimated_prevalence=self._estimate(prevalence),
            escaped_cells=escaped_cells,
            encoding=encoding,
            encoding_note=encoding_note,
        )

    def _estimate(self, prevalence: float) -> float | None:
        if not self._in_scope.any():
            return None
        middles = (np.arange(_BINS) + 0.5) / _BINS
        return estimate_prevalence(middles, self._in_scope, prevalence=prevalence)
