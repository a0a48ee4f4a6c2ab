"""What the words of a title add to the scope score that a posting got held out."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recipe.corpus import Corpus
from recipe.posting_rows import Recipe
from tpmclassify.arrays import Floats, Ints
from tpmclassify.reading.posting import Line, Posting
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.roles import NEITHER
from tpmclassify.scoring.title_words import TitleWords, title_words
from tpmclassify.training.counts import LineCounts, choose_terms, count_lines
from tpmclassify.training.fitting import fit_logistic

# Words of a title that three employers use; at two or four the AUC is within .0005.
_FEWEST_EMPLOYERS = 3
# The scope score stands beside the words as one more, so large that the penalty spares it: what
# the text has told already, the words need not tell again.
_SCOPE_SCALE = 3.0


def fit_title_words(corpus: Corpus, scope: Floats, recipe: Recipe) -> TitleWords:
    """Fit the title model of all labelled postings with a title."""
    return _fit(corpus, _count(corpus), scope, np.ones(corpus.n_labelled, np.bool_), recipe)


def hold_out_title_scores(corpus: Corpus, scope: Floats, fold: Ints, recipe: Recipe) -> Floats:
    """Score every title by a model of the other folds; NaN where there is none."""
    counts, scores = _count(corpus), np.full(corpus.n_labelled, np.nan)
    for number in range(int(fold.max()) + 1):
        words = _fit(corpus, counts, scope, fold != number, recipe)
        held_out = np.flatnonzero(fold == number)
        scores[held_out] = words.scores(corpus.titles[held_out].tolist())
    return scores


def _count(corpus: Corpus) -> LineCounts:
    titles = [" ".join(title_words(title)) for title in corpus.titles[: corpus.n_labelled]]
    postings = [Posting(title, (Line(0, len(title), title),)) for title in titles]
    return count_lines(postings, min_lines=_FEWEST_EMPLOYERS)


def _fit(
    corpus: Corpus, counts: LineCounts, scope: Floats, among: NDArray[np.bool_], recipe: Recipe
) -> TitleWords:
    chosen = choose_terms(
        counts,
        corpus.employers[: corpus.n_labelled].tolist(),
        among=among,
        min_employers=_FEWEST_EMPLOYERS,
        forbidden=corpus.names_in_use,
    )
    rows = np.flatnonzero(among & (corpus.titles[: corpus.n_labelled] != ""))
    present = sp.csr_array(counts.matrix[rows][:, chosen] > 0)
    fitted = fit_logistic(
        sp.csr_array(sp.hstack([_SCOPE_SCALE * scope[rows, None], present])),
        corpus.labels[rows] != NEITHER,
        np.where(corpus.agreed[rows], 1.0, recipe.disputed_weight),
        recipe.title_c,
    )
    return TitleWords(Vocabulary(tuple(counts.terms[chosen].tolist())), fitted.coef_[0, 1:])
