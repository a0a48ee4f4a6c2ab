"""How much of a table is held at a time: both bounds keep memory flat, whatever the rows are like.

They are read as ``limits.BATCH_ROWS`` where they apply. The result does not depend on them.
"""

# A batch holds no more rows than this, and is cut from no more than one block of the file.
BATCH_ROWS = 1000
BLOCK_BYTES = 1 << 20
