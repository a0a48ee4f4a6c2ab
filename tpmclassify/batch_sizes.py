"""How much is held at a time, by tables, frames, engines and the page; no result depends on it.

Both are read as ``batch_sizes.BATCH_ROWS`` where they apply.
"""

# Rows that are screened at a time. At 4 KB a posting these are 4 MB, of which a job holds a few for
# each thread. 20,000 rows of 5 KB took the same time, within what runs differ by, in batches of 64,
# 256, 1,024 and 4,096: larger ones hold more and answer Ctrl-C later, much smaller ones would show
# in engines, which pay for each batch.
BATCH_ROWS = 1024

# Bytes of a text file that are read at a time, and hence the least that tells its columns. Each
# block costs 3 ms beside its rows, for tables that come back into the processor's cache and for
# numpy's and Arrow's calls: by half of this a job takes a tenth longer, by twice no less; each of
# the five that a job holds takes some 12 MB with all that is made of it.
BLOCK_BYTES = 2 << 20
