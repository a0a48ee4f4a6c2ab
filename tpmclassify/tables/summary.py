"""What a screening came to, and how far one is: figures that a recruiter can check."""

from dataclasses import dataclass

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
        lines = [
            f"Screened {self.screened:,} of {self.rows:,} rows of {_named(self.source, 'input')}; "
            f"{self.rejected:,} rejected."
        ]
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
        if self.duplicates is not None:
            lines.append(
                f"Duplicates: {self.duplicates:,} rows nearly repeat an earlier one "
                "(tpm_duplicate_of)."
            )
        if self.rejected:
            lines.append(f"Rejected: rows that could not be read are in {self.rejects}")
        if self.report:
            lines.append(f"Report: {self.report}")
        lines.append(f"Result: {_named(self.output, 'output')}")
        return "\n".join(lines)


def _named(file: str, direction: str) -> str:
    return f"standard {direction}" if file == "-" else file


@dataclass(frozen=True)
class Progress:
    """How far a screening is.

    Attributes
    ----------
    rows : int
        Rows done, rejected ones included.
    bytes_done : int
        Bytes of the input that were read.
    bytes_total : int or None
        Bytes of the input; None where that is not known, as of a pipe.
    """

    rows: int
    bytes_done: int
    bytes_total: int | None
