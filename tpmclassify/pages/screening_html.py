"""A whole screening as one page for people without the program: summary, plots, rows to review."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpmclassify.errors import TableError, unwritable
from tpmclassify.pages.templating import environment
from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.tables.summary import ScreeningSummary
from tpmclassify.whole_file import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

MOST_REVIEW_ROWS = 300
_LONGEST_CELL = 200
_OURS = "tpm_"


class ScreeningReport:
    """Collects a screening, batch by batch, and writes it as a page; memory stays flat.

    Examples
    --------
    >>> report = ScreeningReport()
    >>> for batch in screened_batches:  # doctest: +SKIP
    ...     report.add(batch)
    >>> report.write(Path("report.html"), summary)  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self._figures = ScreeningCounts()
        self._review: list[dict[str, Any]] = []
        self._rows_seen = 0

    def add(self, batch: "pa.RecordBatch") -> None:
        """Take in a screened batch: the input's columns and ours, rows in the table's order."""
        import pyarrow as pa
        import pyarrow.compute as pc

        self._figures.add(batch)
        wanted = MOST_REVIEW_ROWS - len(self._review)
        if wanted > 0:
            is_review = pc.equal(batch["tpm_verdict"], "review").to_numpy(zero_copy_only=False)
            places = is_review.nonzero()[0][:wanted]
            chosen = batch.take(pa.array(places))
            for place, row in zip(places.tolist(), chosen.to_pylist(), strict=True):
                self._review.append({"number": self._rows_seen + place + 1, **_short(row)})
        self._rows_seen += batch.num_rows

    def write(self, path: Path, summary: ScreeningSummary) -> None:
        """Write the page: complete, or not at all.

        Parameters
        ----------
        path : Path
            Replaced if it is there.
        summary : ScreeningSummary
            Of the same screening.

        Raises
        ------
        TableError
            If the page cannot be written.
        """
        page = (
            environment()
            .get_template("screening.html")
            .render(
                summary=summary,
                source=Path(summary.source).name,
                output=Path(summary.output).name,
                figures=self._figures,
                rows=self._review,
            )
        )
        try:
            write_whole(path, page.encode())
        except OSError as error:
            raise TableError(unwritable(path, "the report", error)) from error


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """Our columns whole; of the others what tells the row from the rest."""
    return {
        name: value
        if name.startswith(_OURS)
        else ("" if value is None else str(value)[:_LONGEST_CELL])
        for name, value in row.items()
    }
