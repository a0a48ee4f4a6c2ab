"""Two ways to do the same: the readable path for a few postings, the compiled scan for many.

Both give the same figures, so that nobody notices where one takes over from the other.
"""

from collections.abc import Sequence
from importlib.util import find_spec

from tpmclassify.deciding import flips
from tpmclassify.deciding.policy import Policy
from tpmclassify.kernel.cache import is_compiled
from tpmclassify.reading.posting import read_posting
from tpmclassify.scoring.models import BatchScores, Model, score_postings

# Loading the compiled scan takes as long as reading so many postings without it; so does compiling
# it, once on each machine.
_WORTH_LOADING, _WORTH_COMPILING = 400, 5000


class _Workload:
    """Counts what was read so far: a stream of small batches is many postings, too."""

    def __init__(self) -> None:
        self._n_read = 0
        self._pays = False

    def add(self, n_texts: int) -> None:
        self._n_read += n_texts

    def pays(self) -> bool:
        # Once it pays it stays so: the disk is not looked at again for every batch.
        if not self._pays and self._n_read > _WORTH_LOADING and find_spec("numba") is not None:
            self._pays = self._n_read > _WORTH_COMPILING or is_compiled()
        return self._pays


_workload = _Workload()


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
    _workload.add(len(texts))
    if _workload.pays():
        from tpmclassify.kernel import texts as compiled

        return compiled.score_texts(model, texts, names)
    return score_postings(
        model,
        [read_posting(text, employer=name) for text, name in zip(texts, names, strict=True)],
    )


def find_flips(model: Model, policy: Policy, scores: BatchScores) -> Sequence[Sequence[int]]:
    """Find the lines of each posting whose removal changes the label, in the order of removal."""
    if _workload.pays():
        from tpmclassify.kernel import texts as compiled

        return compiled.find_flips(model, policy, scores)
    return flips.find_flips(model, policy, scores)
