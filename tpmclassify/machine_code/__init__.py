"""The same lines of source, run as plain Python for a few texts and as machine code for many."""
