"""Fingerprints of postings: whether a model learned from a text, without the text."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from tpmclassify.arrays import Ints

_N_BYTES = 8


def fingerprints(texts: Iterable[str]) -> Ints:
    """One number for each text as it is read, whatever its white space and capitals."""
    plain = (" ".join(text.lower().split()) for text in texts)
    digests = b"".join(
        blake2b(text.encode(errors="replace"), digest_size=_N_BYTES).digest() for text in plain
    )
    return np.frombuffer(digests, "<i8").astype(np.int64)
