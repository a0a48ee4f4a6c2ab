"""The batch job: a table in, the same rows with verdicts out, rejected rows beside it.

Rows are read, screened by several threads and written in their order, a few batches at a time.
What is written is durable every few seconds; a job that was stopped goes on from there: it reads
the input again up to that place, which is quick, and screens the rest.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify import __version__
from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError, TPMClassifyError
from tpmclassify.tables.columns import check_names, choose_columns
from tpmclassify.tables.formats.choose import make_output, open_table
from tpmclassify.tables.formats.output import Output
from tpmclassify.tables.formats.table import Batch, Table
from tpmclassify.tables.job.duplicates import Signature
from tpmclassify.tables.job.paths import Places
from tpmclassify.tables.job.resumable import Unfinished
from tpmclassify.tables.job.same_job import InputFile, check_same_job, model_fingerprint
from tpmclassify.tables.job.standard_output import StandardOutput
from tpmclassify.tables.job.threads import in_order, screen_rows_of, usable_processors
from tpmclassify.tables.job.totals import Ledger, without_raw_lines
from tpmclassify.tables.progress import Progress
from tpmclassify.tables.summary import ScreeningSummary

Files = Unfinished | StandardOutput
CHECKPOINT_SECONDS = 2.0


@dataclass(frozen=True)
class Options:
    """What decides the result; the names are those of `tpmclassify.screen_file`."""

    text: str | None = None
    title: str | None = None
    employer: str | None = None
    encoding: str | None = None
    header: bool = True
    raw: bool = False
    mark_duplicates: bool = False


def run_job(
    places: Places,
    options: Options,
    *,
    resume: bool,
    threads: int | None,
    progress: Callable[[Progress], None] | None,
    classifier: TPMClassifier,
) -> ScreeningSummary:
    """Screen a table; see `tpmclassify.screen_file`."""
    if threads is not None and threads < 1:
        raise TableError(f"threads must be 1 or more. Got {threads!r} instead.")
    source = InputFile(places.source)
    table = open_table(
        places.source,
        encoding=options.encoding,
        header=options.header,
        keep_lines=places.kind in ("", "jsonl"),
    )
    with closing(table):
        job = _Job(places, options, table, source, classifier, threads or usable_processors())
        return job.run(resume, progress)


class _Job:
    """One screening, from an opened table to its summary."""

    def __init__(
        self,
        places: Places,
        options: Options,
        table: Table,
        source: InputFile,
        classifier: TPMClassifier,
        threads: int,
    ) -> None:
        check_names(table)
        self._places, self._options, self._table = places, options, table
        self._source, self._classifier, self._threads = source, classifier, threads
        self._kind = places.kind or table.format
        self._columns = choose_columns(
            table, text=options.text, title=options.title, employer=options.employer
        )
        self._ledger = Ledger(
            places,
            table,
            self._columns,
            mark_duplicates=options.mark_duplicates,
            prevalence=classifier.prevalence,
        )
        self._output = self._make_output()

    def run(self, resume: bool, progress: Callable[[Progress], None] | None) -> ScreeningSummary:
        """Do it."""
        files = self._files()
        state = self._earlier_state(files) if resume else None
        try:
            self._do(files, state, progress)
        except BaseException as error:
            # Bad input stays bad; anything else (no room, Ctrl-C) can be mended, and the job go on.
            mendable = not isinstance(error, TableError) or isinstance(error.__cause__, OSError)
            if files.stop(keep=mendable):
                _say_how_to_go_on(error)
            raise
        return self._ledger.summary(self._output.escaped_cells)

    def _earlier_state(self, files: Files) -> dict[str, Any] | None:
        """How far an earlier run of the same job came; its counts are taken over."""
        if not (isinstance(files, Unfinished) and files.resumable):
            raise TableError(
                f"{self._places.source}: only the screening of a file into a file can go on where "
                "it stopped. Start again without --resume (resume=)."
            )
        state = files.read_state()
        if state is not None:
            check_same_job(state, self._description, files.state_file)
            self._source.check_state(state["input"])
            self._ledger.restore(state["ledger"])
            self._output.escaped_cells = state["escaped_cells"]
        return state

    def _do(
        self,
        files: Files,
        state: Mapping[str, Any] | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        complete = state is not None and state.get("complete", False)
        if not complete:
            files.start(state)
        if state is not None and isinstance(files, Unfinished) and files.part.exists():
            self._ledger.replay(files.part, state["output_bytes"])
        if not complete:
            self._work(files, state, progress)
        files.complete(
            self._output.finish,
            lambda: self._ledger.write_report(self._output.escaped_cells),
            rejected=bool(self._ledger.rejected),
        )

    def _work(
        self,
        files: Files,
        state: Mapping[str, Any] | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        batches = self._batches()
        if state is None:
            files.append(self._output.begin(), b"", self._state(0))
        else:
            self._ledger.skip(batches)
        saved = time.monotonic()
        with closing(in_order(self._screen, batches, self._threads)) as results:
            for batch, (screened, signatures) in results:
                self._write(files, batch, self._ledger.take(batch, screened, signatures))
                if time.monotonic() - saved >= CHECKPOINT_SECONDS:
                    self._source.check_unchanged()
                    files.checkpoint()
                    saved = time.monotonic()
                if progress is not None:
                    progress(Progress(self._ledger.rows, batch.position, self._table.size))
        self._source.check_unchanged()

    def _batches(self) -> Iterator[Batch]:
        if self._kind != "xlsx":
            return self._table.batches()
        from tpmclassify.tables.formats.excel_limits import too_long_for_excel

        return map(too_long_for_excel, self._table.batches())

    def _screen(self, batch: Batch) -> tuple[pa.RecordBatch, list[Signature | None]]:
        """What the threads do."""
        screened = screen_rows_of(batch.rows, self._columns, self._classifier)
        return screened, self._ledger.signatures(batch)

    def _write(self, files: Files, batch: Batch, screened: pa.RecordBatch) -> None:
        rejects = b"".join(reject.to_json(self._places.source) for reject in batch.rejects)
        rows = screened if self._kind == "jsonl" else without_raw_lines(screened)
        files.append(self._output.encode(rows), rejects, self._state(batch.position))

    def _state(self, position: int) -> dict[str, Any]:
        """What a job needs to go on from here."""
        return {
            "job": self._description,
            "position": position,
            "escaped_cells": self._output.escaped_cells,
            "ledger": self._ledger.to_state(),
        }

    @cached_property
    def _description(self) -> dict[str, Any]:
        """What must not change while a job stands still."""
        return {
            "version": __version__,
            "report": self._places.report is not None,
            **asdict(self._options),
            "model": model_fingerprint(self._classifier),
        }

    def _make_output(self) -> Output:
        empty = pa.RecordBatch.from_arrays(
            [pa.array([], field.type) for field in self._table.schema], schema=self._table.schema
        )
        schema = screen_rows_of(empty, self._columns, self._classifier).schema
        # From CSV to CSV the delimiter stays.
        delimiter = self._table.delimiter if self._table.format == "csv" else ","
        return make_output(
            self._places.output,
            self._ledger.schema(schema),
            kind=self._kind,
            codec=self._places.codec,
            delimiter="\t" if self._kind == "tsv" else delimiter,
            raw=self._options.raw,
            keep=self._places.report is not None and not self._places.to_standard_output,
            whole_lines=self._kind == self._table.format == "jsonl",
        )

    def _files(self) -> Files:
        if self._places.to_standard_output:
            return StandardOutput(self._places.rejects)
        assert self._places.rejects is not None  # only standard output may be without
        return Unfinished(Path(self._places.output), self._places.rejects, self._source)


def _say_how_to_go_on(error: BaseException) -> None:
    how = "The rows done so far are kept: the same call with --resume (resume=True) goes on."
    if isinstance(error, TPMClassifyError):
        error.args = (f"{error} {how}",)
    else:
        error.add_note(how)
