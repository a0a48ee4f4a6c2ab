"""Where the page keeps its tables: a folder for each screening, and one for work in progress."""

import re
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tpmclassify.errors import TPMClassifyError
from tpmclassify.web.store.schema import DATABASE, upgrade
from tpmclassify.web.store.screening import Screening

_PRIVATE = 0o700
_EPHEMERAL, _LOCK = "tpmclassify-page-", "lock.sqlite"
_KEY = re.compile(r"[A-Za-z0-9_-]{16}")


def new_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_urlsafe(12)


class DataFolder:
    """A folder that one page has to itself.

    `root`: without it a temporary folder, removed by `close`. `screenings`, `work`: complete
    screenings, and uploads that are being worked on; a folder for each. `TPMClassifyError`: if
    another page uses the folder, or it cannot be written.
    """

    def __init__(self, root: Path | None) -> None:
        self.is_ephemeral = root is None
        if root is None:
            _remove_left_behind()
        self.root = Path(tempfile.mkdtemp(prefix=_EPHEMERAL)) if root is None else root
        self.screenings = self.root / "screenings"
        self.work = self.root / "work"
        try:
            for folder in (self.root, self.screenings, self.work):
                folder.mkdir(_PRIVATE, parents=True, exist_ok=True)
        except OSError as error:
            raise TPMClassifyError(
                f"{self.root}: the folder for the page's tables cannot be made ({error.strerror}). "
                "Make it writable, or keep nothing with --ephemeral."
            ) from error
        self._lock = _lock(self.root)
        for path in self.screenings.iterdir():
            upgrade(path)

    def all(self) -> tuple[list[Screening], list[str]]:
        """All screenings, the newest first; and the keys of those that cannot be read."""
        keys = sorted(path.name for path in self.screenings.iterdir() if _KEY.fullmatch(path.name))
        found = {key: self.get(key) for key in keys}
        read = sorted(filter(None, found.values()), key=lambda one: one.created, reverse=True)
        return read, [key for key in keys if found[key] is None]

    def get(self, key: str) -> Screening | None:
        """One screening; None where there is none of that key, or none that can be read."""
        folder = self.screenings / key
        if not _KEY.fullmatch(key) or not (folder / DATABASE).is_file():
            return None
        try:
            screening = Screening(folder)
            screening.rulings()
        except (OSError, ValueError, TypeError, KeyError, AttributeError, sqlite3.Error):
            return None  # a power cut, or a later version
        return screening

    @contextmanager
    def new_upload(self) -> Iterator[Path]:
        """Make a folder to work in, removed again where the upload cannot be taken."""
        folder = self.work / new_key()
        folder.mkdir(_PRIVATE)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def delete(self, key: str) -> None:
        """Remove a screening with all its rows."""
        folder = self.screenings / key
        if _KEY.fullmatch(key) and folder.is_dir():
            # Renamed first: what is stopped midway is work of no use, removed at the next start.
            doomed = self.work / f"deleted-{key}"
            folder.rename(doomed)
            shutil.rmtree(doomed)

    def close(self) -> None:
        """Let another page have the folder; an ephemeral one is removed."""
        self._lock.close()
        if self.is_ephemeral:
            shutil.rmtree(self.root, ignore_errors=True)


def _remove_left_behind() -> None:
    """Remove what pages that kept nothing left when they were killed."""
    for root in Path(tempfile.gettempdir()).glob(f"{_EPHEMERAL}*"):
        if (root / _LOCK).is_file():
            with suppress(OSError, TPMClassifyError, sqlite3.Error):
                _lock(root).close()
                shutil.rmtree(root, ignore_errors=True)


def _lock(root: Path) -> sqlite3.Connection:
    """Hold a lock that every system has and that dies with its process."""
    connection = sqlite3.connect(
        root / _LOCK, timeout=0, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        raise TPMClassifyError(
            f"{root}: another tpmclassify page is open and uses this folder. Go to its window, "
            "stop it, or start this one with --ephemeral."
        ) from error
    return connection
