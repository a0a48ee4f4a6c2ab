"""Uploads on their way to a screening: one worker screens them in turn, and can be stopped."""

import logging
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TPMClassifyError
from tpmclassify.tables.job.paths import find_paths
from tpmclassify.tables.job.run import Options, run_job
from tpmclassify.tables.preview import TablePreview
from tpmclassify.tables.summary import Progress
from tpmclassify.web.store.data_folder import DataFolder
from tpmclassify.web.store.rulings import Ruling
from tpmclassify.web.store.screening import ABOUT, REJECTS, ROWS
from tpmclassify.web.store.screening_writer import ScreeningWriter

_log = logging.getLogger(__name__)
_SECONDS_TO_STOP = 5.0
_AT_WORK = ("screening", "stopping")
_PHASES = {
    "waiting": "Waiting for another table to be done.",
    "screening": "Reading the postings.",
    "stopping": "Stopping.",
}


class _CancelledError(Exception):
    """Raised within a screening to end it."""


@dataclass
class Job:
    """An upload and how far it is.

    `name`: what the file was called where it came from. `upload`: the file, in a folder of its own
    while it is worked on. `rulings`: those that the upload brought with it, by row; none for most
    uploads. `texts`, `title`, `employer`: the columns that were chosen. `state`: "columns" (to be
    chosen), "waiting", "screening", "stopping", "failed". `done`: rows screened so far. `share`:
    about the share of the table that they are. `error`: what went wrong, where it failed.
    """

    name: str
    upload: Path
    preview: TablePreview
    rulings: list[Ruling] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    title: str | None = None
    employer: str | None = None
    state: str = "columns"
    done: int = 0
    share: float = 0.0
    error: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def key(self) -> str:
        """What addresses name it by."""
        return self.upload.parent.name

    @property
    def phase(self) -> str:
        """The state in words; empty where it waits for a person."""
        return _PHASES.get(self.state, "")


class Jobs:
    """All uploads that are no screening yet."""

    def __init__(self, folder: DataFolder, classifier: TPMClassifier) -> None:
        self._folder = folder
        self._classifier = classifier
        self._jobs: dict[str, Job] = {}
        self._moving = threading.Lock()  # held while a job leaves a state
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        # A daemon: what cannot be interrupted, as the compilation of a kernel, holds up no exit.
        self._worker = threading.Thread(target=self._work, name="screening", daemon=True)
        self._worker.start()

    def add(self, name: str, upload: Path, preview: TablePreview, rulings: list[Ruling]) -> Job:
        """Take up an upload whose columns are to be chosen."""
        job = Job(name, upload, preview, rulings)
        self._jobs[job.key] = job
        return job

    def get(self, key: str) -> Job | None:
        """One job; None where there is none of that key, or it is done."""
        return self._jobs.get(key)

    def all(self) -> list[Job]:
        """All jobs, the newest first."""
        return list(self._jobs.values())[::-1]

    def start(self, job: Job, texts: list[str], title: str | None, employer: str | None) -> None:
        """Put a job in the queue; one that is there already stays where it is."""
        with self._moving:
            if job.state == "columns":
                job.texts, job.title, job.employer = texts, title, employer
                job.state = "waiting"
                self._queue.put(job)

    def cancel(self, job: Job) -> None:
        """Stop a job, or dismiss one that failed, and remove what was uploaded."""
        with self._moving:
            job.stop.set()
            is_at_work = job.state in _AT_WORK
            if is_at_work:
                job.state = "stopping"
        if not is_at_work:
            self._forget(job)

    def close(self) -> None:
        """Stop everything; what takes its time to stop is left behind."""
        for job in self.all():
            job.stop.set()
        self._queue.put(None)
        self._worker.join(_SECONDS_TO_STOP)

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            with self._moving:
                is_wanted = not job.stop.is_set()
                if is_wanted:
                    job.state = "screening"
            if is_wanted:
                self._run(job)

    def _run(self, job: Job) -> None:
        try:
            self._screen(job)
            self._forget(job)
        except _CancelledError:
            self._forget(job)
        except TPMClassifyError as error:
            self._fail(job, str(error).replace(str(job.upload), job.name))
        except Exception as error:  # the worker must outlive any table
            # The message might quote a posting; the kind of error does not.
            _log.error("%s while screening an upload", type(error).__name__)
            self._fail(job, f"{job.name}: the table could not be screened.")

    def _screen(self, job: Job) -> None:
        def progress(so_far: Progress) -> None:
            job.done = so_far.rows
            job.share = so_far.bytes_done / max(1, so_far.bytes_total or 0)
            if job.stop.is_set():
                raise _CancelledError

        finished = job.upload.parent / "finished"
        finished.mkdir()
        paths = find_paths(
            job.upload,
            finished / ROWS,
            rejects=finished / REJECTS,
            report=finished / ABOUT,
            overwrite=False,
            resume=False,
        )
        # Documents have no titles; a person knows them by their names.
        shown = job.title or ("path" if job.upload.is_dir() else None)
        with ScreeningWriter(
            finished, job.name, job.texts, shown, job.employer, job.rulings
        ) as writer:
            run_job(
                paths,
                Options(
                    job.texts,
                    job.title,
                    job.employer,
                    sheet=job.preview.sheet or None,
                    header_row=job.preview.header_row,
                ),
                classifier=self._classifier,
                threads=None,
                resume=False,
                progress=progress,
                report=writer,
            )
        with self._moving:  # a job that was stopped on its last rows is no screening
            if not job.stop.is_set():
                self._folder.adopt(finished, job.key)

    def _fail(self, job: Job, message: str) -> None:
        shutil.rmtree(job.upload.parent, ignore_errors=True)
        with self._moving:
            job.error, job.state = message, "failed"
        if job.stop.is_set():  # nobody waits for the message any more
            self._forget(job)

    def _forget(self, job: Job) -> None:
        shutil.rmtree(job.upload.parent, ignore_errors=True)
        self._jobs.pop(job.key, None)
