"""How much is held at a time, by tables, frames, engines and the page; no result depends on it.

Both are read as ``batch_sizes.BATCH_ROWS`` where they apply.
"""

# Rows that are screened at a time. At 4 KB a posting these are 4 MB, of which a job holds a few for
# each thread. A batch costs some tenths of a millisecond beside its rows: at 256 rows that is felt,
# at 4,096 no row gets quicker, and progress, Ctrl-C and a job's threads wait longer for each other.
BATCH_ROWS = 1024

# Bytes of a text file that are read at a time, and hence the least that tells its columns; about
# as much text as one batch of short postings.
BLOCK_BYTES = 1 << 20
