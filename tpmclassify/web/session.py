"""What the page works with while it is open."""

import secrets
import textwrap
from collections import OrderedDict
from dataclasses import dataclass

from tpmclassify.classifier import TPMClassifier
from tpmclassify.deciding.decision import Decision
from tpmclassify.web.store.data_folder import DataFolder, new_key
from tpmclassify.web.uploads.jobs import Jobs

_MOST_POSTINGS = 100  # a decision on a long posting is some 100 KB


@dataclass(frozen=True)
class ClassifiedPosting:
    """A posting that was classified in this session.

    Versions of one posting have the key of its first version as their `origin`.
    """

    key: str
    origin: str
    title: str
    employer: str
    decision: Decision

    @property
    def name(self) -> str:
        """What it is called where many are listed."""
        start = textwrap.shorten(self.decision.text, 60, placeholder=" …")
        return self.title or start or "an empty text"


class Session:
    """All that the routes share.

    Each change must bring the `token` along, which only the pages of this session know. `postings`:
    those that are still known, by key, the first one first.
    """

    def __init__(self, classifier: TPMClassifier, folder: DataFolder) -> None:
        self.classifier = classifier
        self.folder = folder
        self.jobs = Jobs(folder, classifier)
        self.token = secrets.token_urlsafe(32)
        self.postings: OrderedDict[str, ClassifiedPosting] = OrderedDict()

    def remember(self, decision: Decision, title: str, employer: str, *, origin: str) -> str:
        """Keep a decision for this session, as a version of what `origin` names; give its key."""
        key = new_key()
        self.postings[key] = ClassifiedPosting(key, origin or key, title, employer, decision)
        while len(self.postings) > _MOST_POSTINGS:
            self.postings.popitem(last=False)
        return key

    def versions(self, posting: ClassifiedPosting) -> list[ClassifiedPosting]:
        """All versions of a posting that are still known, the first one first."""
        known = list(self.postings.values())  # at once: other threads add to them
        return [other for other in known if other.origin == posting.origin]

    def recent(self, most: int) -> list[ClassifiedPosting]:
        """The newest decisions of this session, one of each posting, the newest first."""
        newest: dict[str, ClassifiedPosting] = {}
        for posting in reversed(list(self.postings.values())):
            newest.setdefault(posting.origin, posting)
        return list(newest.values())[:most]

    def close(self) -> None:
        """Stop the work and let go of the folder."""
        self.jobs.close()
        self.folder.close()
