"""All screenings at rest: a folder for each, complete or not there."""

import re
import secrets
import shutil
from pathlib import Path

from tpmclassify.web.store.screening import ABOUT, Screening

_KEY = re.compile(r"[A-Za-z0-9_-]{16}")


def new_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_urlsafe(12)


class Store:
    """The complete screenings of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keys(self) -> list[str]:
        """All keys, in no order."""
        return [path.name for path in self._folder.iterdir() if _KEY.fullmatch(path.name)]

    def all(self) -> list["Screening"]:
        """All screenings, the newest first."""
        found = [screening for key in self.keys() if (screening := self.get(key))]
        return sorted(found, key=lambda screening: screening.about.created, reverse=True)

    def get(self, key: str) -> "Screening | None":
        """One screening; None where there is none of that key."""
        folder = self._folder / key
        if not _KEY.fullmatch(key) or not (folder / ABOUT).is_file():
            return None
        return Screening(folder)

    def delete(self, key: str) -> None:
        """Remove a screening with all its rows."""
        if _KEY.fullmatch(key):
            doomed = self._folder / key
            if doomed.is_dir():
                shutil.rmtree(doomed)

    def take(self, folder: Path, key: str) -> None:
        """Take up a folder that `write_screening` filled."""
        folder.rename(self._folder / key)
