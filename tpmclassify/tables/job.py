"""The batch job: a table in, the same rows with verdicts out, rejected rows beside it.

Rows are read, screened by several threads and written in their order, a few batches at a time.
What is written is durable every few seconds; a job that was stopped goes on from there: it reads
the input again up to that place, which is quick, and screens the rest.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify import __version__
from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError, TPMClassifyError
from tpmclassify.tables.columns import check_names, choose_columns
from tpmclassify.tables.duplicates import COLUMN as DUPLICATE_OF
from tpmclassify.tables.duplicates import Duplicates, Signature, TextSignatures
from tpmclassify.tables.fingerprint import InputFile, check_same_job, model_fingerprint
from tpmclassify.tables.formats import make_output, open_table
from tpmclassify.tables.output import Output, kept_batches
from tpmclassify.tables.pipeline import in_order, screen_rows_of, usable_processors
from tpmclassify.tables.places import Places
from tpmclassify.tables.progress import Progress
from tpmclassify.tables.standard_output import StandardOutput
from tpmclassify.tables.summary import ScreeningSummary, Tally
from tpmclassify.tables.table import RAW_LINE, Batch, Table
from tpmclassify.tables.unfinished import Unfinished

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


@dataclass
class _Counts:
    """What was done so far."""

    screened: int = 0
    rejected: int = 0
    duplicates: int = 0


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
    keep_lines = (places.kind or "jsonl") == "jsonl"
    with ExitStack() as files:
        table = files.enter_context(
            closing(
                open_table(
                    places.source,
                    encoding=options.encoding,
                    header=options.header,
                    keep_lines=keep_lines,
                )
            )
        )
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
        self._columns = choose_columns(
            table, text=options.text, title=options.title, employer=options.employer
        )
        self._kind = places.kind or table.format
        self._counts, self._tally = _Counts(), Tally()
        self._duplicates = Duplicates() if options.mark_duplicates else None
        self._signatures = TextSignatures()
        self._report = _make_report() if places.report is not None else None
        self._output = self._make_output()

    def run(self, resume: bool, progress: Callable[[Progress], None] | None) -> ScreeningSummary:
        """Do it."""
        files = self._files()
        state = None
        if resume:
            if not (isinstance(files, Unfinished) and files.resumable):
                raise TableError(
                    f"{self._places.source}: only the screening of a file into a file can go on "
                    "where it stopped. Start again without --resume (resume=)."
                )
            state = files.read_state()
        if state is not None:
            assert isinstance(files, Unfinished)
            check_same_job(state, self._description, files.state_file)
            self._source.check_state(state["input"])
            self._restore(state)
        try:
            self._do(files, state, progress)
        except BaseException as error:
            # Bad input stays bad; anything else (no room, Ctrl-C) can be mended, and the job go on.
            mendable = not isinstance(error, TableError) or isinstance(error.__cause__, OSError)
            if files.stop(keep=mendable):
                _say_how_to_go_on(error)
            raise
        return self._summary()

    def _do(
        self,
        files: Unfinished | StandardOutput,
        state: Mapping[str, Any] | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        if state is None or not state.get("complete"):
            files.start(state)
            self._work(files, state, progress)
        elif isinstance(files, Unfinished) and files.part.exists():
            self._replay(files, state)
        files.complete(self._output.finish, self._publish, rejected=bool(self._counts.rejected))

    def _work(
        self,
        files: Unfinished | StandardOutput,
        state: Mapping[str, Any] | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        batches = self._batches()
        if state is None:
            self._append(files, self._output.begin(), b"", 0)
        else:
            self._skip(batches, state)
            self._replay(files, state)
        saved = time.monotonic()
        results = in_order(self._screen, batches, self._threads)
        try:
            for batch, (screened, signatures) in results:
                self._write(files, batch, screened, signatures)
                if time.monotonic() - saved >= CHECKPOINT_SECONDS:
                    self._source.check_unchanged()
                    files.checkpoint()
                    saved = time.monotonic()
                if progress is not None:
                    rows = self._counts.screened + self._counts.rejected
                    progress(Progress(rows, batch.position, self._table.size))
        finally:
            results.close()  # type: ignore[attr-defined]
        self._source.check_unchanged()

    def _batches(self) -> Iterator[Batch]:
        if self._kind != "xlsx":
            return self._table.batches()
        from tpmclassify.tables.excel import too_long_for_excel

        return map(too_long_for_excel, self._table.batches())

    def _screen(self, batch: Batch) -> tuple[pa.RecordBatch, list[Signature | None]]:
        """What the threads do."""
        screened = screen_rows_of(batch.rows, self._columns, self._classifier)
        return screened, self._signatures_of(batch)

    def _signatures_of(self, batch: Batch) -> list[Signature | None]:
        if self._duplicates is None:
            return []
        return self._signatures(batch.rows.column(self._columns.places[0]).to_pylist())

    def _write(
        self,
        files: Unfinished | StandardOutput,
        batch: Batch,
        screened: pa.RecordBatch,
        signatures: list[Signature | None],
    ) -> None:
        if len(screened) != len(batch.rows):
            raise TableError(
                f"{self._places.source}: internal error: {len(batch.rows)} rows were read, "
                f"{len(screened)} screened. Nothing was written; please report this."
            )
        if self._duplicates is not None:
            first = self._duplicates.add(signatures)
            self._counts.duplicates += len(first) - first.count(None)
            screened = screened.append_column(DUPLICATE_OF, pa.array(first, pa.int64()))
        self._tally.add(screened)
        self._counts.screened += len(screened)
        self._counts.rejected += len(batch.rejects)
        if self._report is not None:
            self._report.add(_without_raw_lines(screened))
        rejects = b"".join(reject.to_json(self._places.source) for reject in batch.rejects)
        rows = screened if self._kind == "jsonl" else _without_raw_lines(screened)
        self._append(files, self._output.encode(rows), rejects, batch.position)

    def _append(
        self, files: Unfinished | StandardOutput, rows: bytes, rejects: bytes, position: int
    ) -> None:
        files.append(rows, rejects, self._state(position))

    def _state(self, position: int) -> dict[str, Any]:
        """What a job needs to go on from here."""
        return {
            "job": self._description,
            "position": position,
            "counts": asdict(self._counts),
            "escaped_cells": self._output.escaped_cells,
            "tally": self._tally.to_state(),
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

    def _restore(self, state: Mapping[str, Any]) -> None:
        self._counts = _Counts(**state["counts"])
        self._tally = Tally.from_state(state["tally"])
        self._output.escaped_cells = state["escaped_cells"]

    def _skip(self, batches: Iterator[Batch], state: Mapping[str, Any]) -> None:
        """Read what was done already, and remember its texts where duplicates are looked for."""
        rows = rejected = 0
        done = (state["counts"]["screened"], state["counts"]["rejected"])
        while (rows, rejected) != done:
            batch = next(batches, None)
            if batch is None or rows > done[0] or rejected > done[1]:
                raise TableError(
                    f"{self._places.source}: the input does not read as it did before. Start "
                    "again without --resume (resume=)."
                )
            rows, rejected = rows + len(batch.rows), rejected + len(batch.rejects)
            if self._duplicates is not None:
                self._duplicates.add(self._signatures_of(batch))

    def _replay(self, files: Unfinished | StandardOutput, state: Mapping[str, Any]) -> None:
        """Show the report what was done already."""
        if self._report is not None and isinstance(files, Unfinished):
            for batch in kept_batches(files.part, state["output_bytes"]):
                self._report.add(_without_raw_lines(batch))

    def _publish(self) -> None:
        if self._report is not None:
            self._report.write(self._places.report, self._summary())

    def _make_output(self) -> Output:
        empty = screen_rows_of(
            pa.RecordBatch.from_arrays(
                [pa.array([], field.type) for field in self._table.schema],
                schema=self._table.schema,
            ),
            self._columns,
            self._classifier,
        ).schema
        if self._duplicates is not None:
            empty = empty.append(pa.field(DUPLICATE_OF, pa.int64()))
        if self._kind == "jsonl" and self._table.format == "jsonl":
            empty = empty.append(pa.field(RAW_LINE, pa.string()))
        delimiter = "\t" if self._kind == "tsv" else self._delimiter()
        return make_output(
            self._places.output,
            empty,
            kind=self._kind,
            codec=self._places.codec,
            delimiter=delimiter,
            raw=self._options.raw,
            keep=self._report is not None and not self._places.to_standard_output,
        )

    def _delimiter(self) -> str:
        """The input's, from CSV to CSV; else a comma."""
        return self._table.delimiter if self._table.format == "csv" else ","

    def _files(self) -> Unfinished | StandardOutput:
        if self._places.to_standard_output:
            return StandardOutput(self._places.rejects)
        assert self._places.rejects is not None  # only standard output may be without
        return Unfinished(Path(self._places.output), self._places.rejects, self._source)

    def _summary(self) -> ScreeningSummary:
        rejects: object = ""
        if self._counts.rejected:
            rejects = self._places.rejects or "standard error"
        return self._tally.summary(
            source=self._places.source,
            output=self._places.output,
            rejects=str(rejects),
            columns=(self._columns.text, self._columns.title, self._columns.employer),
            prevalence=self._classifier.prevalence,
            rejected=self._counts.rejected,
            escaped_cells=self._output.escaped_cells,
            duplicates=None if self._duplicates is None else self._counts.duplicates,
            report=self._places.report or "",
            encoding=self._table.encoding,
            encoding_note="\n".join(self._table.notes),
        )


def _without_raw_lines(batch: pa.RecordBatch) -> pa.RecordBatch:
    names = batch.schema.names
    if RAW_LINE not in names:
        return batch
    return batch.remove_column(names.index(RAW_LINE))


def _make_report() -> Any:
    return import_module("tpmclassify.report.screening").ScreeningReport()


def _say_how_to_go_on(error: BaseException) -> None:
    how = "The rows done so far are kept: the same call with --resume (resume=True) goes on."
    if isinstance(error, TPMClassifyError):
        error.args = (f"{error} {how}",)
    else:
        error.add_note(how)
