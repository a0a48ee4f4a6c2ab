"""How much is held at a time, by tables, frames, engines and the page; no result depends on it.

Both are read as ``batch_sizes.BATCH_ROWS`` where they apply.
"""

# Rows that are screened at a time. At 4 KB a posting these are 4 MB, of which a job holds a few for
# each thread. 20,000 rows of 5 KB took the same time, within what runs differ by, in batches of 64,
# 256, 1,024 and 4,096: larger ones hold more and answer Ctrl-C later, much smaller ones would show
# in engines, which pay for each batch.
BATCH_ROWS = 1024

# Bytes of a text file that are read at a time, and hence the least that tells its columns; about
# as much text as one batch of short postings.
BLOCK_BYTES = 1 << 21
