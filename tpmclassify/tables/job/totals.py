"""What a job has done so far: its counts, what it remembers, and the page that is told of it."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify.errors import TableError
from tpmclassify.tables.columns import Columns
from tpmclassify.tables.figures import ScreeningFigures
from tpmclassify.tables.formats.output import kept_batches
from tpmclassify.tables.formats.table import RAW_LINE, Batch, Table
from tpmclassify.tables.job.duplicates import COLUMN as DUPLICATE_OF
from tpmclassify.tables.job.duplicates import Duplicates, Signature, TextSignatures
from tpmclassify.tables.job.paths import Places
from tpmclassify.tables.summary import ScreeningSummary, Tally


class Ledger:
    """Takes the batches of a job in their order.

    Parameters
    ----------
    places : Places
    table : Table
    columns : Columns
    mark_duplicates : bool
    prevalence : float
        That of the classifier.
    """

    def __init__(
        self,
        places: Places,
        table: Table,
        columns: Columns,
        *,
        mark_duplicates: bool,
        prevalence: float,
    ) -> None:
        self._places, self._table, self._columns = places, table, columns
        self.screened = self.rejected = 0
        self._repeats = 0
        self._prevalence = prevalence
        self._tally = Tally()
        self._figures = ScreeningFigures()
        self._signatures = TextSignatures()
        self._duplicates = Duplicates() if mark_duplicates else None
        self._report: Any = None
        if places.report is not None:
            self._report = import_module("tpmclassify.pages.screening_html").ScreeningReport()

    @property
    def rows(self) -> int:
        """Rows done, rejected ones included."""
        return self.screened + self.rejected

    def schema(self, screened: pa.Schema) -> pa.Schema:
        """Give the columns of the result, of those of a screened batch."""
        if self._duplicates is None:
            return screened
        return screened.append(pa.field(DUPLICATE_OF, pa.int64()))

    def signatures(self, batch: Batch) -> list[Signature | None]:
        """Compute what duplicates are found by; may run in any thread."""
        if self._duplicates is None:
            return []
        return self._signatures(batch.rows.column(self._columns.places[0]).to_pylist())

    def take(
        self, batch: Batch, screened: pa.RecordBatch, signatures: list[Signature | None]
    ) -> pa.RecordBatch:
        """Count a screened batch; give it back with all columns of the result.

        Raises
        ------
        TableError
            If rows were lost on the way.
        """
        if len(screened) != len(batch.rows):
            raise TableError(
                f"{self._places.source}: internal error: {len(batch.rows)} rows were read, "
                f"{len(screened)} screened. There is no result; please report this."
            )
        if self._duplicates is not None:
            first = self._duplicates.add(signatures)
            self._repeats += len(first) - first.count(None)
            screened = screened.append_column(DUPLICATE_OF, pa.array(first, pa.int64()))
        self._tally.add(screened)
        self.screened += len(screened)
        self.rejected += len(batch.rejects)
        if self._report is not None:
            self._figures.add(screened)
            self._report.add(without_raw_lines(screened))
        return screened

    def to_state(self) -> dict[str, Any]:
        """Give what must be known to go on, as JSON takes it."""
        return {
            "screened": self.screened,
            "rejected": self.rejected,
            "repeats": self._repeats,
            "tally": self._tally.to_state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from the counts of an earlier run."""
        self.screened, self.rejected = state["screened"], state["rejected"]
        self._repeats = state["repeats"]
        self._tally = Tally.from_state(state["tally"])

    def skip(self, batches: Iterator[Batch]) -> None:
        """Read past what an earlier run has done; remember its texts.

        Raises
        ------
        TableError
            If the input has no such place.
        """
        rows = rejected = 0
        while (rows, rejected) != (self.screened, self.rejected):
            batch = next(batches, None)
            if batch is None or rows > self.screened or rejected > self.rejected:
                raise TableError(
                    f"{self._places.source}: the input does not read as it did before. Start "
                    "again without --resume (resume=)."
                )
            rows, rejected = rows + len(batch.rows), rejected + len(batch.rejects)
            if self._duplicates is not None:
                self._duplicates.add(self.signatures(batch))

    def replay(self, part: Path, end: int) -> None:
        """Tell the report what an earlier run has done."""
        if self._report is not None:
            for batch in kept_batches(part, end):
                self._figures.add(batch)
                self._report.add(without_raw_lines(batch))

    def write_report(self, escaped_cells: int) -> None:
        """Write the page, where one is wanted."""
        if self._report is not None:
            self._report.write(self._places.report, self.summary(escaped_cells), self._figures)

    def summary(self, escaped_cells: int) -> ScreeningSummary:
        """Sum it up."""
        rejects: object = ""
        if self.rejected:
            rejects = self._places.rejects or "standard error"
        return self._tally.summary(
            source=self._places.source,
            output=self._places.output,
            rejects=str(rejects),
            columns=(self._columns.text, self._columns.title, self._columns.employer),
            prevalence=self._prevalence,
            rejected=self.rejected,
            escaped_cells=escaped_cells,
            duplicates=None if self._duplicates is None else self._repeats,
            report=self._places.report or "",
            encoding=self._table.encoding,
            encoding_note="\n".join(self._table.notes),
        )


def without_raw_lines(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Leave out the lines that JSON Lines come with."""
    names = batch.schema.names
    if RAW_LINE not in names:
        return batch
    return batch.remove_column(names.index(RAW_LINE))
