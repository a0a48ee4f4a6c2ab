"""Tables of postings: found columns, CSV files in and out, rejects, the summary of a job."""

from tpmclassify.tables.summary import ScreeningSummary

__all__ = ["ScreeningSummary"]
