"""What the page works with while it is open, and how it answers with a template."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tpmclassify.classifier import TPMClassifier
from tpmclassify.deciding.decision import Decision
from tpmclassify.pages.templating import environment
from tpmclassify.web.security import new_token
from tpmclassify.web.store.folder import DataFolder
from tpmclassify.web.store.store import Store, new_key
from tpmclassify.web.uploads.jobs import Jobs

MOST_TEXT_BYTES = 12_000_000  # a million characters, of up to four bytes, with what a form adds
MOST_TABLE_BYTES = 500_000_000
_MOST_REMEMBERED = 100


@dataclass(frozen=True)
class Remembered:
    """A posting that was classified in this session."""

    key: str
    title: str
    decision: Decision


class Desk:
    """All that the routes share.

    Parameters
    ----------
    classifier : TPMClassifier
    folder : DataFolder

    Attributes
    ----------
    token : str
        What each change must bring along.
    closing : threading.Event
        Set when the page is about to end; streams end with it.
    """

    def __init__(self, classifier: TPMClassifier, folder: DataFolder) -> None:
        self.classifier = classifier
        self.folder = folder
        self.store = Store(folder.screenings)
        self.jobs = Jobs(folder, self.store, classifier)
        self.token = new_token()
        self.closing = threading.Event()
        self._remembered: OrderedDict[str, Remembered] = OrderedDict()

    def remember(self, title: str, decision: Decision) -> str:
        """Keep a decision for this session; returns its key."""
        key = new_key()
        self._remembered[key] = Remembered(key, title, decision)
        while len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return key

    def recall(self, key: str) -> Remembered | None:
        """A decision of this session; None where there is none of that key."""
        return self._remembered.get(key)

    def recent(self, most: int) -> list[Remembered]:
        """The newest decisions of this session, the newest first."""
        return list(self._remembered.values())[: -most - 1 : -1]

    def close(self) -> None:
        """Stop the work and let go of the folder."""
        self.closing.set()
        self.jobs.close()
        self.folder.close()


def desk_of(request: Request) -> Desk:
    """The desk of the page that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


def answer(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Answer with a template of the page."""
    desk = desk_of(request)
    page = environment("tpmclassify.web").get_template(template)
    path = request.url.path
    return HTMLResponse(
        page.render(
            csrf_token=desk.token,
            section="many" if path.startswith("/screenings") else "one",
            is_ephemeral=desk.folder.is_ephemeral,
            **context,
        ),
        status,
    )


def file_stem(name: str) -> str:
    """A name for a download: letters, digits, dots, hyphens and underscores of the upload's."""
    stem = "".join(c if c.isalnum() or c in "._-" else "_" for c in Path(name).stem)
    return stem.strip("._")[:80] or "table"
