"""Tables of postings: read, screened and written in batches."""
