"""What a job has done so far: its counts, what it remembers, and the page that is told of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from tpmclassify.errors import TableError
from tpmclassify.tables.columns import Columns
from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.tables.formats.output import kept_batches
from tpmclassify.tables.formats.table import RAW_LINE, Batch
from tpmclassify.tables.job.duplicates import COLUMN as DUPLICATE_OF
from tpmclassify.tables.job.duplicates import Duplicates, Signatures, text_signatures
from tpmclassify.tables.summary import ScreeningSummary


class Report(Protocol):
    """A page about a screening: told of every batch, written at the end."""

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in a screened batch."""

    def write(self, path: Path, summary: ScreeningSummary, counts: ScreeningCounts) -> None:
        """Write the page."""


class RunningTotals:
    """Takes the batches of a job in their order."""

    def __init__(
        self, source: str, columns: Columns, *, mark_duplicates: bool, report: Report | None
    ) -> None:
        self._source, self._columns, self._report = source, columns, report
        self._duplicates = Duplicates()
        self.screened = self.rejected = 0
        # Rows that nearly repeat an earlier one; None where they are not looked for.
        self.repeats = 0 if mark_duplicates else None
        self.counts = ScreeningCounts()

    @property
    def rows(self) -> int:
        """Rows done, rejected ones included."""
        return self.screened + self.rejected

    def signatures(self, batch: Batch) -> Signatures | None:
        """Compute what duplicates are found by; may run in any thread."""
        if self.repeats is None:
            return None
        return text_signatures(self._columns.read(batch.rows)["text"].to_pylist())

    def take(
        self, batch: Batch, screened: pa.RecordBatch, signatures: Signatures | None
    ) -> pa.RecordBatch:
        """Count a screened batch; give it back with all columns of the result."""
        if signatures and self.repeats is not None:
            first = self._duplicates.add(signatures)
            self.repeats += len(first) - first.count(None)
            screened = screened.append_column(DUPLICATE_OF, pa.array(first, pa.int64()))
        self.counts.add(screened)
        self.screened += len(screened)
        self.rejected += len(batch.rejects)
        if self._report is not None:
            self._report.add(without_raw_lines(screened))
        return screened

    def to_dict(self) -> dict[str, Any]:
        """Give what must be known to go on, as plain JSON types."""
        done = {"screened": self.screened, "rejected": self.rejected, "repeats": self.repeats}
        return {**done, "counts": self.counts.to_dict()}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Go on from the totals of an earlier run."""
        self.screened, self.rejected = int(saved["screened"]), int(saved["rejected"])
        self.repeats = None if self.repeats is None else int(saved["repeats"])
        self.counts = ScreeningCounts.from_dict(saved["counts"])

    def skip(self, batches: Iterator[Batch]) -> None:
        """Read past what an earlier run has done; remember its texts."""
        rows = rejected = 0
        while (rows, rejected) != (self.screened, self.rejected):
            batch = next(batches, None)
            if batch is None or rows > self.screened or rejected > self.rejected:
                raise TableError(
                    f"{self._source}: the input does not read as it did before. Start again "
                    "without --resume (resume=)."
                )
            rows, rejected = rows + len(batch.rows), rejected + len(batch.rejects)
            if signatures := self.signatures(batch):
                self._duplicates.add(signatures)

    def replay(self, part: Path, end: int) -> None:
        """Tell the report what an earlier run has done; without a part it is written already."""
        if self._report is not None and part.exists():
            for batch in kept_batches(part, end):
                self._report.add(without_raw_lines(batch))


def without_raw_lines(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Leave out the lines that JSON Lines come with."""
    names = batch.schema.names
    return batch.remove_column(names.index(RAW_LINE)) if RAW_LINE in names else batch
