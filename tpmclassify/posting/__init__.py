"""Text in, a posting out: plain text, its lines with offsets, and what the models may read."""

from tpmclassify.posting.posting import Line, Posting, read_posting

__all__ = ["Line", "Posting", "read_posting"]
