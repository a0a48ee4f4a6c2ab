"""Tables of postings: read, screened and written in batches; rejects; what a job came to."""

from tpmclassify.tables.preview import TablePreview, peek
from tpmclassify.tables.progress import Progress
from tpmclassify.tables.summary import ScreeningSummary

__all__ = ["Progress", "ScreeningSummary", "TablePreview", "peek"]
