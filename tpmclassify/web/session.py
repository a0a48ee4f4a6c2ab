"""What the page works with while it is open."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from tpmclassify.classifier import TPMClassifier
from tpmclassify.deciding.decision import Decision
from tpmclassify.web.store.data_folder import DataFolder, new_key
from tpmclassify.web.uploads.jobs import Jobs

_MOST_POSTINGS = 100  # a decision on a long posting is some 100 KB


@dataclass(frozen=True)
class ClassifiedPosting:
    """A posting that was classified in this session."""

    key: str
    title: str
    decision: Decision


class Session:
    """All that the routes share.

    Parameters
    ----------
    classifier : TPMClassifier
    folder : DataFolder

    Attributes
    ----------
    token : str
        What each change must bring along: only the pages of this session know it.
    closing : threading.Event
        Set when the page is about to end; streams end with it.
    """

    def __init__(self, classifier: TPMClassifier, folder: DataFolder) -> None:
        self.classifier = classifier
        self.folder = folder
        self.jobs = Jobs(folder, classifier)
        self.token = secrets.token_urlsafe(32)
        self.closing = threading.Event()
        self._postings: OrderedDict[str, ClassifiedPosting] = OrderedDict()

    def remember(self, title: str, decision: Decision) -> str:
        """Keep a decision for this session; returns its key."""
        key = new_key()
        self._postings[key] = ClassifiedPosting(key, title, decision)
        while len(self._postings) > _MOST_POSTINGS:
            self._postings.popitem(last=False)
        return key

    def recall(self, key: str) -> ClassifiedPosting | None:
        """A decision of this session; None where there is none of that key."""
        return self._postings.get(key)

    def recent(self, most: int) -> list[ClassifiedPosting]:
        """The newest decisions of this session, the newest first."""
        return list(self._postings.values())[: -most - 1 : -1]

    def close(self) -> None:
        """Stop the work and let go of the folder."""
        self.closing.set()
        self.jobs.close()
        self.folder.close()
