"""The batch job: a table in, the same rows with verdicts out, rejected rows beside it.

Rows are read, screened by several threads and written in their order, a few batches at a time.
What is written is durable every few seconds; a job that was stopped goes on from there: it reads
the input again up to that place, which is quick, and screens the rest.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import copy
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from tpmclassify import __version__
from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError, TPMClassifyError
from tpmclassify.tables.columns import check_names, choose_columns, doubts
from tpmclassify.tables.counts import ScreeningCounts, keeps_promise
from tpmclassify.tables.formats.byte_input import STANDARD
from tpmclassify.tables.formats.choose import TEXT_FORMATS, make_output, open_table
from tpmclassify.tables.formats.excel_output import too_long_for_excel
from tpmclassify.tables.formats.output import Output
from tpmclassify.tables.formats.table import Batch, Table
from tpmclassify.tables.job.checkpoint import (
    Checkpoint,
    InputFile,
    check_same_job,
    model_fingerprint,
    unreadable_state,
)
from tpmclassify.tables.job.duplicates import COLUMN as DUPLICATE_OF
from tpmclassify.tables.job.duplicates import Signatures
from tpmclassify.tables.job.paths import Paths
from tpmclassify.tables.job.resumable import ResumableFile, writing
from tpmclassify.tables.job.standard_output import StandardOutput
from tpmclassify.tables.job.threads import (
    in_order,
    screen_rows,
    screened_schema,
    usable_processors,
)
from tpmclassify.tables.job.totals import Report, RunningTotals, without_raw_lines
from tpmclassify.tables.summary import Progress, ScreeningSummary

# A checkpoint waits for the disk, so there is none after every batch; a power cut costs no more
# work than this.
CHECKPOINT_SECONDS = 2.0
# Rows from which a table's own share is estimated: of 2,000 it is known to some .01.
_SAMPLE_ROWS, _LEAST_SHARE = 2000, 0.001


@dataclass(frozen=True)
class Options:
    """What decides the result; the names are those of `tpmclassify.screen_file`."""

    text: str | Sequence[str] | None = None
    title: str | None = None
    employer: str | None = None
    encoding: str | None = None
    header: bool = True
    raw: bool = False
    mark_duplicates: bool = False
    sheet: str | None = None
    header_row: int | None = None
    own_share: bool = False


def run_job(
    paths: Paths,
    options: Options,
    *,
    classifier: TPMClassifier,
    threads: int | None,
    resume: bool,
    progress: Callable[[Progress], None] | None,
    report: Report | None,
) -> ScreeningSummary:
    """Screen a table; see `tpmclassify.screen_file`. There is a report where `paths` name one."""
    if threads is not None and threads < 1:
        raise TableError(f"threads must be 1 or more. Got {threads!r} instead.")
    if options.own_share:
        classifier = _with_own_share(paths, options, classifier)
    source = InputFile(paths.source)
    with closing(table := _open(paths, options)):
        job = _Job(paths, options, table, source, classifier, progress, report)
        return job.run(threads or usable_processors(), resume=resume)


def _open(paths: Paths, options: Options) -> Table:
    return open_table(
        paths.source,
        encoding=options.encoding,
        header=options.header,
        output_kind=paths.kind,
        sheet=options.sheet,
        header_row=options.header_row,
        text=[
            *([options.text] if isinstance(options.text, str) else options.text or ()),
            *filter(None, [options.title, options.employer]),
        ],
    )


def _with_own_share(paths: Paths, options: Options, classifier: TPMClassifier) -> TPMClassifier:
    """The classifier for the share of the two roles among the first rows; the same on `resume`."""
    if paths.source == STANDARD:
        raise TableError(
            "Standard input can be read once only, and in_scope_share='auto' reads the first rows "
            "before the first verdict. Name a file, or give the share as a number."
        )
    counts, rows = ScreeningCounts(), 0
    with closing(table := _open(paths, options)):
        columns = choose_columns(
            table, text=options.text, title=options.title, employer=options.employer
        )
        for batch in table.batches():
            counts.add(screen_rows(batch.rows, columns, classifier))
            rows += len(batch.rows)
            if rows >= _SAMPLE_ROWS:
                break
    share, _ = counts.estimated_shares(
        in_scope_share=classifier.in_scope_share, prevalence=classifier.prevalence
    )
    if share is None:
        return classifier
    share = min(max(round(share, 3), _LEAST_SHARE), 1.0 - _LEAST_SHARE)
    return copy(classifier).set_params(in_scope_share=share)


class _Job:
    """One screening, from an opened table to its summary."""

    def __init__(
        self,
        paths: Paths,
        options: Options,
        table: Table,
        source: InputFile,
        classifier: TPMClassifier,
        progress: Callable[[Progress], None] | None,
        report: Report | None,
    ) -> None:
        check_names(table)
        self._paths, self._options, self._table, self._source = paths, options, table, source
        self._classifier, self._progress, self._report = classifier, progress, report
        self._kind = paths.kind or table.format
        self._columns = choose_columns(
            table, text=options.text, title=options.title, employer=options.employer
        )
        self._doubts: list[str] = []
        self._totals = RunningTotals(
            paths.source, self._columns, mark_duplicates=options.mark_duplicates, report=report
        )
        self._output = self._make_output()
        self._files: ResumableFile | StandardOutput
        if paths.to_standard_output:
            self._files = StandardOutput(paths.rejects)
        else:
            assert paths.rejects is not None  # only standard output may be without
            self._files = ResumableFile(paths.result, paths.rejects, source)

    def run(self, threads: int, *, resume: bool) -> ScreeningSummary:
        """Do it, with no other job on the same result."""
        with self._files.locked():
            self._run(threads, resume=resume)
        return self._summary()

    def _run(self, threads: int, *, resume: bool) -> None:
        earlier = self._earlier() if resume else None
        try:
            self._files.start(earlier)
            if isinstance(self._files, ResumableFile) and earlier is not None:
                self._totals.replay(self._files.part, earlier.output_bytes)
            if earlier is None or not earlier.is_complete:
                self._work(threads, earlier)
            self._files.complete(
                self._output.finish, self._write_report, rejected=bool(self._totals.rejected)
            )
        except BaseException as error:
            # Bad input stays bad; anything else (no room, Ctrl-C) can be mended, and the job go on.
            mendable = not isinstance(error, TableError) or isinstance(error.__cause__, OSError)
            if self._files.stop(keep=mendable):
                _say_how_to_go_on(error)
            raise

    def _earlier(self) -> Checkpoint | None:
        """How far an earlier run of the same job came; its totals are taken over."""
        files = self._files
        earlier = None
        if isinstance(files, ResumableFile):
            earlier = Checkpoint.load(files.checkpoint_file)
        is_complete = earlier is not None and earlier.is_complete  # no pipe is needed any more
        if not (isinstance(files, ResumableFile) and (self._source.is_regular or is_complete)):
            raise TableError(
                f"{self._paths.source}: only the screening of a file into a file can go on where "
                "it stopped. Start again without --resume (resume=)."
            )
        if earlier is not None:
            check_same_job(earlier, self._description, files.checkpoint_file)
            self._source.check_state(earlier.input)
            try:
                self._totals.restore(earlier.totals)
            except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
                raise unreadable_state(files.checkpoint_file, error) from None
            self._output.escaped_cells = earlier.escaped_cells
        return earlier

    def _work(self, threads: int, earlier: Checkpoint | None) -> None:
        batches = self._doubted(self._table.batches())
        if self._kind == "xlsx":
            batches = map(too_long_for_excel, batches)
        if earlier is None:
            self._files.append(self._output.begin(), b"", self._checkpoint(0))
        else:
            self._totals.skip(batches)
        with (
            ThreadPoolExecutor(1, thread_name_prefix="tpmclassify") as saver,
            closing(in_order(self._screen, batches, threads)) as results,
        ):
            saved, saving = time.monotonic(), saver.submit(self._source.check_unchanged)
            for batch, (screened, signatures) in results:
                self._write(batch, self._totals.take(batch, screened, signatures))
                if saving.done() and time.monotonic() - saved >= CHECKPOINT_SECONDS:
                    saving.result()
                    saved, saving = time.monotonic(), saver.submit(self._save)
                if self._progress is not None:
                    done = Progress(self._totals.rows, batch.position, self._table.size)
                    self._progress(done)
            saving.result()
        self._source.check_unchanged()

    def _save(self) -> None:
        """What one more thread does: the disk may take a third of a second."""
        self._source.check_unchanged()
        self._files.save()

    def _doubted(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Look at the first rows on the way."""
        for number, batch in enumerate(batches):
            if not number:
                self._doubts += doubts(self._table, self._columns, batch.rows)
            yield batch

    def _screen(self, batch: Batch) -> tuple[pa.RecordBatch, Signatures | None]:
        """What the threads do."""
        screened = screen_rows(batch.rows, self._columns, self._classifier)
        return screened, self._totals.signatures(batch)

    def _write(self, batch: Batch, screened: pa.RecordBatch) -> None:
        rejects = b"".join(reject.to_json(self._paths.source) for reject in batch.rejects)
        rows = screened if self._kind in TEXT_FORMATS else without_raw_lines(screened)
        self._files.append(self._output.encode(rows), rejects, self._checkpoint(batch.position))

    def _checkpoint(self, position: int) -> Checkpoint:
        # Where a position is no more than a share, nothing tells what was read but the whole.
        read = position if self._table.format in TEXT_FORMATS else self._table.size or 0
        return Checkpoint(
            job=self._description,
            input=self._source.state(read),
            totals=self._totals.to_dict(),
            escaped_cells=self._output.escaped_cells,
        )

    @cached_property
    def _description(self) -> dict[str, Any]:
        """What must not change while a job stands still."""
        return {
            "version": __version__,
            "report": self._paths.report is not None,
            **asdict(self._options),
            "text": list(self._columns.texts) if self._options.text else None,
            "model": model_fingerprint(self._classifier),
        }

    def _make_output(self) -> Output:
        schema = screened_schema(self._table.schema)
        if self._options.mark_duplicates:
            schema = schema.append(pa.field(DUPLICATE_OF, pa.int64()))
        # From CSV to CSV the delimiter stays.
        delimiter = self._table.delimiter if self._table.format == "csv" else ","
        return make_output(
            self._paths.output,
            schema,
            kind=self._kind,
            codec=self._paths.codec,
            delimiter="\t" if self._kind == "tsv" else delimiter,
            raw=self._options.raw,
            keep=self._paths.report is not None and not self._paths.to_standard_output,
        )

    def _write_report(self) -> None:
        if self._report is not None and self._paths.report is not None:
            # It quotes postings: what is there keeps its rights, what is new has the input's.
            with writing(self._paths.report):
                self._paths.report.touch(self._source.mode & 0o666 | 0o600)
            self._report.write(self._paths.report, self._summary(), self._totals.counts)

    def _summary(self) -> ScreeningSummary:
        totals, counts, classifier = self._totals, self._totals.counts, self._classifier
        share, prevalence = counts.estimated_shares(
            in_scope_share=classifier.in_scope_share, prevalence=classifier.prevalence
        )
        reasons = sorted(counts.review_reasons.items(), key=lambda found: (-found[1], found[0]))
        return ScreeningSummary(
            source=self._paths.source,
            output=self._paths.output,
            rejects=str(self._paths.rejects or "standard error") if totals.rejected else "",
            text=self._columns.text,
            title=self._columns.title,
            employer=self._columns.employer,
            rows=totals.rows,
            screened=totals.screened,
            rejected=totals.rejected,
            verdicts={verdict: n for verdict, n in counts.verdicts.items() if n},
            review_reasons=dict(reasons),
            titles_checked=counts.titles_checked,
            titles_disagree=counts.titles_disagree,
            in_scope_share=classifier.in_scope_share,
            max_error=classifier.max_error,
            estimated_in_scope_share=share,
            estimated_prevalence=prevalence,
            promise_holds=share is None or keeps_promise(share, classifier.in_scope_share),
            escaped_cells=self._output.escaped_cells,
            duplicates=totals.repeats,
            report=str(self._paths.report or ""),
            encoding=self._table.encoding,
            encoding_note="\n".join([*self._table.notes, *self._doubts]),
            made_by=classifier.made_by(),
        )


def _say_how_to_go_on(error: BaseException) -> None:
    how = "The rows done so far are kept: the same call with --resume (resume=True) goes on."
    if isinstance(error, TPMClassifyError):
        error.args = (f"{error} {how}",)
    else:
        error.add_note(how)
