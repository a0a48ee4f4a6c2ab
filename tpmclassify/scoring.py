"""Texts in, raw scores out: the readable path for a few, the compiled scan for many.

Both give the same figures, so that nobody notices where one takes over from the other.
"""

from collections.abc import Sequence
from importlib.util import find_spec

from tpmclassify.model import BatchScores, Model, score_postings
from tpmclassify.posting import read_posting

# Loading the compiled scan takes as long as reading so many postings without it.
_WORTH_LOADING = 400


class _Reader:
    """Counts what was read so far: a stream of small batches is many postings, too."""

    def __init__(self) -> None:
        self._n_read = 0

    def compiled_pays(self, n_texts: int) -> bool:
        self._n_read += n_texts
        return self._n_read > _WORTH_LOADING and find_spec("numba") is not None


_reader = _Reader()


def score_texts(
    model: Model, texts: Sequence[str], employers: Sequence[str | None] | None = None
) -> BatchScores:
    """Read and score a batch of texts; the figures of one do not depend on the others.

    Parameters
    ----------
    model : Model
    texts : sequence of str of shape (n_postings,)
        Postings as they were scraped.
    employers : sequence of str or None of shape (n_postings,), optional
        Names to be masked.
    """
    names = employers or [None] * len(texts)
    if _reader.compiled_pays(len(texts)):
        from tpmclassify import kernel

        return kernel.score_texts(model, texts, names)
    return score_postings(
        model,
        [read_posting(text, employer=name) for text, name in zip(texts, names, strict=True)],
    )
