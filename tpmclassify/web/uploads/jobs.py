"""Uploads on their way to a screening: one worker screens them in turn, and can be stopped.

What an upload needs to go on is written beside it: a page that was killed at work offers it again.
"""

import json
import logging
import shutil
import threading
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TPMClassifyError
from tpmclassify.pages.words import page_message
from tpmclassify.tables.job.paths import Paths
from tpmclassify.tables.job.run import Options, run_job
from tpmclassify.tables.preview import TablePreview
from tpmclassify.tables.summary import Progress
from tpmclassify.web.store.data_folder import DataFolder
from tpmclassify.web.store.rulings import Ruling
from tpmclassify.web.store.screening import ABOUT, REJECTS, ROWS
from tpmclassify.web.store.screening_writer import ScreeningWriter
from tpmclassify.whole_file import sync_file, write_whole

_log = logging.getLogger(__name__)
_SECONDS_TO_STOP = 5.0
_KEPT, _FINISHED = "job.json", "finished"  # beside the upload
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
    chosen, perhaps again), "waiting", "screening", "stopping", "failed". `done`: rows screened so
    far. `share`: about the share of the table that they are. `error`: what went wrong, where it
    failed.
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

    def keep(self) -> None:
        """Write down what another page needs to go on, once the upload itself is on the disk."""
        for file in self.upload.iterdir() if self.upload.is_dir() else [self.upload]:
            sync_file(file)
        names = ("name", "rulings", "texts", "title", "employer")
        kept = {name: getattr(self, name) for name in names}
        kept |= {"upload": self.upload.name, "preview": asdict(self.preview)}
        write_whole(self.upload.parent / _KEPT, json.dumps(kept).encode())

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Take up what another page kept."""
        kept = json.loads((folder / _KEPT).read_bytes())
        upload, preview = folder / kept.pop("upload"), TablePreview(**kept.pop("preview"))
        return cls(upload=upload, preview=preview, **kept)


class Jobs(dict[str, Job]):
    """All uploads that are no screening yet, by their keys."""

    def __init__(self, folder: DataFolder, classifier: TPMClassifier) -> None:
        self._folder = folder
        self._classifier = classifier
        self._is_closing = False
        for left in sorted(folder.work.iterdir()):
            shutil.rmtree(left / _FINISHED, ignore_errors=True)
            with suppress(OSError, ValueError, TypeError, KeyError):
                if folder.get(left.name) is None:
                    self[left.name] = Job.of(left)
            if left.name not in self:  # cut off while it was uploaded, or as it was done
                shutil.rmtree(left, ignore_errors=True)
        self._moving = threading.Lock()  # held while a job leaves a state
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        # A daemon: what cannot be interrupted, as the compilation of a kernel, holds up no exit.
        self._worker = threading.Thread(target=self._work, name="screening", daemon=True)
        self._worker.start()

    def add(self, name: str, upload: Path, preview: TablePreview, rulings: list[Ruling]) -> Job:
        """Take up an upload whose columns are to be chosen."""
        job = Job(name, upload, preview, rulings)
        job.keep()
        self[job.key] = job
        return job

    def start(self, job: Job, texts: list[str], title: str | None, employer: str | None) -> None:
        """Put a job in the queue; one that is there already stays where it is."""
        with self._moving:
            if job.state == "columns":
                job.texts, job.title, job.employer = texts, title, employer
                job.keep()
                job.state = "waiting"
                self._queue.put(job)

    def cancel(self, job: Job) -> None:
        """Stop a job, or dismiss one that failed, and remove what was uploaded."""
        with self._moving:
            job.stop.set()
            if job.state in ("screening", "stopping"):
                job.state = "stopping"
            else:
                self._forget(job)

    def close(self) -> None:
        """Stop everything: the next page offers it again. What takes its time is left behind."""
        self._is_closing = True
        for job in [*self.values()]:
            job.stop.set()
        self._queue.put(None)
        self._worker.join(_SECONDS_TO_STOP)

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            with self._moving:
                if job.stop.is_set():
                    continue
                job.state = "screening"
            message = ""
            try:
                self._screen(job)
            except _CancelledError:
                pass
            except TPMClassifyError as error:
                message = page_message(str(error), job.upload, job.name)
            except Exception as error:  # the worker must outlive any table
                # The message might quote a posting; the kind of error does not.
                _log.error("%s while screening an upload", type(error).__name__)
                message = f"{job.name}: the table could not be screened."
            if self._is_closing:
                return
            with self._moving:
                if message and not job.stop.is_set():
                    job.error, job.state = message, "failed"
                    shutil.rmtree(job.upload.parent, ignore_errors=True)
                else:
                    self._forget(job)

    def _screen(self, job: Job) -> None:
        def progress(so_far: Progress) -> None:
            job.done = so_far.rows
            job.share = so_far.bytes_done / max(1, so_far.bytes_total or 0)
            if job.stop.is_set():
                raise _CancelledError

        finished = job.upload.parent / _FINISHED
        finished.mkdir()
        files = finished / REJECTS, finished / ABOUT
        paths = Paths(str(job.upload), str(finished / ROWS), *files, kind="parquet", codec="")
        options = Options(
            job.texts,
            job.title,
            job.employer,
            mark_duplicates=True,
            sheet=job.preview.sheet or None,
            header_row=job.preview.header_row,
        )
        # Documents have no titles; a person knows them by their names.
        shown = job.title or ("path" if job.upload.is_dir() else None), job.employer
        with closing(ScreeningWriter(finished, job.name, job.texts, shown, job.rulings)) as writer:
            run_job(
                paths,
                options,
                classifier=self._classifier,
                threads=None,
                resume=False,
                progress=progress,
                report=writer,
            )
        with self._moving:  # a job that was stopped on its last rows is no screening
            if not job.stop.is_set():
                finished.rename(self._folder.screenings / job.key)

    def _forget(self, job: Job) -> None:
        shutil.rmtree(job.upload.parent, ignore_errors=True)
        self.pop(job.key, None)
