"""Where the page keeps its tables: a folder for each screening, and one for work in progress."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import platformdirs

from tpmclassify.errors import TPMClassifyError

_PRIVATE = 0o700


class DataFolder:
    """A folder that one page has to itself.

    Parameters
    ----------
    root : Path, optional
        Without it a temporary folder, removed by `close`.

    Attributes
    ----------
    screenings, work : Path
        Complete screenings, and uploads that are being worked on; a folder for each.
    cut_off : list of str
        Names of the uploads that an earlier page left unfinished; they are removed.

    Raises
    ------
    TPMClassifyError
        If another page uses the folder, or it cannot be written.
    """

    def __init__(self, root: Path | None) -> None:
        self.is_ephemeral = root is None
        self.root = Path(tempfile.mkdtemp(prefix="tpmclassify-")) if root is None else root
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
        self.cut_off = self._remove_unfinished()

    @classmethod
    def of_user(cls) -> "DataFolder":
        """The folder for data of this program in the user's home."""
        return cls(Path(platformdirs.user_data_dir("tpmclassify", appauthor=False)))

    def close(self) -> None:
        """Let another page have the folder; an ephemeral one is removed."""
        self._lock.close()
        if self.is_ephemeral:
            shutil.rmtree(self.root, ignore_errors=True)

    def _remove_unfinished(self) -> list[str]:
        names = []
        for folder in sorted(self.work.iterdir()):
            name = folder / "name.txt"
            if name.is_file():
                names.append(name.read_text(encoding="utf-8"))
            shutil.rmtree(folder, ignore_errors=True)
        return names


def _lock(root: Path) -> sqlite3.Connection:
    """Hold a lock that every system has and that dies with its process."""
    connection = sqlite3.connect(
        root / "lock.sqlite", timeout=0, isolation_level=None, check_same_thread=False
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
