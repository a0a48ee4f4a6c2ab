"""What a screening came to, in words: a few lines for a terminal."""

from typing import TYPE_CHECKING

from tpmclassify.pages.words import VERDICTS, percent, reason_label

if TYPE_CHECKING:
    from tpmclassify.tables.summary import ScreeningSummary


BROKEN_PROMISE = (
    "Caution: the two roles are much rarer here than the verdicts assume, so more of the TPM "
    "and PM verdicts may be wrong than was promised."
)


def summarise(summary: "ScreeningSummary") -> str:
    """Write the lines: rows, verdicts, reasons, titles, share of TPM, and where everything is."""
    lines = [
        f"Screened {summary.screened:,} of {summary.rows:,} rows of "
        f"{_named(summary.source, 'input')}; {summary.rejected:,} rejected."
    ]
    width = len(f"{summary.screened:,}")
    for verdict, meaning in VERDICTS.items():
        count = summary.verdicts.get(verdict, 0)
        share = count / summary.screened if summary.screened else 0.0
        lines.append(f"  {verdict:<7} {count:>{width},}  {share:>4.0%}  {meaning}")
    if summary.review_reasons:
        reasons = ", ".join(
            f"{count:,} {reason_label(reason)}" for reason, count in summary.review_reasons.items()
        )
        lines.append(f"Review because: {reasons}.")
    if summary.titles_checked:
        lines.append(
            f"Titles: {summary.titles_disagree:,} of the {summary.titles_checked:,} that claim a "
            "role, where one was decided, say otherwise than the content (tpm_title_agrees)."
        )
    if summary.estimated_in_scope_share is not None:
        of_these, settings = "", "--in-scope-share takes"
        if summary.estimated_prevalence is not None:
            of_these = f"; of these {percent(summary.estimated_prevalence)} are TPM"
            settings = "--in-scope-share and --prevalence take"
        lines.append(
            f"An estimated {percent(summary.estimated_in_scope_share)} are one of the two roles"
            f"{of_these} ({settings} that into account)."
        )
    if not summary.promise_holds:
        lines.append(f"{BROKEN_PROMISE} --in-scope-share {_setting(summary)} keeps it.")
    if summary.duplicates is not None:
        lines.append(
            f"Duplicates: {summary.duplicates:,} rows nearly repeat an earlier one "
            "(tpm_duplicate_of)."
        )
    if summary.rejected:
        lines.append(f"Rejected: rows that could not be read are in {summary.rejects}")
    if summary.report:
        lines.append(f"Report: {summary.report}")
    lines.append(f"Result: {_named(summary.output, 'output')}")
    return "\n".join(lines)


def _setting(summary: "ScreeningSummary") -> str:
    """The estimated share, as a setting that is legal."""
    return f"{max(summary.estimated_in_scope_share or 0.0, 0.001):.2g}"


def _named(file: str, direction: str) -> str:
    return f"standard {direction}" if file == "-" else file
