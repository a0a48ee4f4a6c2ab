"""Python's side of the compiled scan: strings to code points, a model to tables, scores back."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tpmclassify.deciding.policy import ENGLISH_WORDS, Policy
from tpmclassify.kernel import flips
from tpmclassify.kernel.batch import Sources, find_markup, score_batch
from tpmclassify.kernel.characters import CAPITAL_SIGMA, characters, sigma_contexts
from tpmclassify.kernel.scores import Models
from tpmclassify.kernel.tokens import Alphabet
from tpmclassify.kernel.vocabulary import Terms, build_terms
from tpmclassify.kernel.words import cleaning_table
from tpmclassify.reading.html import plain_text
from tpmclassify.scoring.models import ROLE_OUTPUT, SCOPE_OUTPUT, BatchScores, Model

_LOGARITHMS = 4096
_MODELS_KEPT = 4


def score_texts(model: Model, texts: Sequence[str], employers: Sequence[str | None]) -> BatchScores:
    """Read and score a batch of texts at once; equal to `model.score_postings`.

    Parameters
    ----------
    model : Model
    texts : sequence of str of shape (n_postings,)
    employers : sequence of str or None of shape (n_postings,)
    """
    codes, bounds = code_points(texts)
    marked = np.flatnonzero(find_markup(codes, bounds, cleaning_table()))
    if len(marked):
        texts = list(texts)
        for i in marked:
            texts[i] = plain_text(texts[i])
        codes, bounds = code_points(texts)
    names = code_points([(name or "").strip() for name in employers])
    terms, models = tables_of(model)
    raw, tallies, first_line, lines, found = score_batch(
        Sources(codes, bounds, *names), alphabet_of(codes), cleaning_table(), terms, models
    )
    n = int(first_line[-1])
    return BatchScores(
        texts=texts,
        role=raw[:, ROLE_OUTPUT],
        scope=raw[:, SCOPE_OUTPUT],
        tallies=tallies,
        first_line=first_line,
        line_start=lines.start[:n],
        line_end=lines.end[:n],
        line_class=lines.line_class[:n],
        voting=lines.voting[:n],
        line_part=lines.part[:n],
        line_dimensions=lines.dimensions[:n],
        terms=found,
        first_term=lines.first_term[: n + 1],
    )


def find_flips(model: Model, policy: Policy, scores: BatchScores) -> list[list[int]]:
    """Find the lines of each posting whose removal changes the label, in the order of removal."""
    rank = flips.find_flips(
        tables_of(model)[1],
        scores.terms.astype(np.int32),
        scores.first_term,
        scores.voting,
        scores.first_line,
        policy.slope,
        policy.shift,
    )
    ranks = [rank[scores.lines_of(i)] for i in range(len(scores.texts))]
    return [np.argsort(one, kind="stable")[np.count_nonzero(one == 0) :].tolist() for one in ranks]


def code_points(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """All texts in one array, and where each begins and ends in it."""
    data = "".join(texts).encode("utf-32-le", "surrogatepass")
    bounds = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=bounds[1:])
    # A copy, since numba would compile everything once more for what cannot be written to.
    return np.frombuffer(data, dtype=np.uint32).copy(), bounds


def alphabet_of(codes: NDArray[np.uint32]) -> Alphabet:
    """Tables by code point, for these texts."""
    has_sigma = bool((codes == CAPITAL_SIGMA).any())
    contexts = sigma_contexts() if has_sigma else np.zeros(0, dtype=np.uint8)
    known = characters()
    return Alphabet(known.lower, known.letters, contexts)


@lru_cache(maxsize=_MODELS_KEPT)
def tables_of(model: Model) -> tuple[Terms, Models]:
    """A model as compiled code reads it."""
    line, posting = model.line, model.posting
    return build_terms(model.vocabulary, ENGLISH_WORDS), Models(
        line_idf=line.idf,
        line_coef=np.ascontiguousarray(line.coef.T),
        line_intercept=line.intercept,
        line_sublinear=line.sublinear_tf,
        weights=np.stack(
            [
                posting.idf,
                posting.coef[ROLE_OUTPUT],
                posting.coef[SCOPE_OUTPUT],
                np.zeros_like(posting.idf),
            ],
            axis=1,
        ),
        intercept=posting.intercept,
        sublinear=posting.sublinear_tf,
        folding=np.ascontiguousarray(model.folding),
        logarithms=np.log(np.maximum(np.arange(_LOGARITHMS), 1)),
    )
