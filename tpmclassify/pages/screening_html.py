"""A whole screening as one page for people without the program: summary, plots, rows to review."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpmclassify.errors import TableError, unwritable
from tpmclassify.pages.templating import environment
from tpmclassify.whole_file import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

    from tpmclassify.tables.counts import ScreeningCounts
    from tpmclassify.tables.summary import ScreeningSummary

MOST_REVIEW_ROWS = 300
_LONGEST_CELL = 200
_OURS = "tpm_"


class ScreeningReport:
    """Collects the rows to review, batch by batch, and writes the page; memory stays flat."""

    def __init__(self) -> None:
        self._review: list[dict[str, Any]] = []
        self._rows_seen = 0

    def add(self, batch: "pa.RecordBatch") -> None:
        """Take in a screened batch: the input's columns and ours, rows in the table's order."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = MOST_REVIEW_ROWS - len(self._review)
        if wanted > 0:
            is_review = pc.equal(batch["tpm_verdict"], "review").to_numpy(zero_copy_only=False)
            indexes = is_review.nonzero()[0][:wanted]
            chosen = batch.take(pa.array(indexes))
            for index, row in zip(indexes.tolist(), chosen.to_pylist(), strict=True):
                self._review.append({"number": self._rows_seen + index + 1, **_short(row)})
        self._rows_seen += batch.num_rows

    def write(self, path: Path, summary: "ScreeningSummary", counts: "ScreeningCounts") -> None:
        """Write the page of a screening, complete or not at all; one that is there is replaced."""
        page = (
            environment()
            .get_template("screening.html")
            .render(
                summary=summary,
                source=Path(summary.source).name,
                output=Path(summary.output).name,
                counts=counts,
                rows=self._review,
            )
        )
        try:
            write_whole(path, page.encode("utf-8", "replace"))
        except OSError as error:
            raise unwritable(TableError, path, "report", error) from error


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """Our columns whole; of the others what tells the row from the rest."""
    return {
        name: value
        if name.startswith(_OURS)
        else ("" if value is None else str(value)[:_LONGEST_CELL])
        for name, value in row.items()
    }
