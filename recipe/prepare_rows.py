"""Everything of the recipe before its last step: vocabulary, line model, and rows of counts."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfTransformer

from recipe.corpus import Corpus, line_annotations
from recipe.posting_rows import PostingRows, Prepared, Recipe
from tpmclassify.arrays import Ints
from tpmclassify.machine_code.load import WORTH_LOADING, machine_code
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.scoring.models import vote
from tpmclassify.scoring.tfidf import LINE_CLASSES, OTHER_CODE, LinearText, TermLines
from tpmclassify.training.counts import LineCounts, add_rows, choose_terms
from tpmclassify.training.dimensions import dimension_shares
from tpmclassify.training.fitting import fit_logistic


def prepare_rows(
    corpus: Corpus, counts: LineCounts, *, among: NDArray[np.bool_], recipe: Recipe
) -> Prepared:
    """Choose the vocabulary, fit the line model and count what the posting model will read.

    Parameters
    ----------
    corpus : Corpus
    counts : LineCounts
        Of all postings of the corpus.
    among : ndarray of bool of shape (n_postings,)
        The postings that may be learned from.
    recipe : Recipe
    """
    is_labelled = np.arange(len(corpus.postings)) < corpus.n_labelled
    chosen = choose_terms(
        counts,
        corpus.employers.tolist(),
        among=among & is_labelled,
        min_employers=recipe.min_employers,
        forbidden=corpus.names_in_use,
    )
    labelled = np.flatnonzero(among & is_labelled)
    written = np.flatnonzero(among & ~is_labelled)
    annotated = np.concatenate([labelled, written])
    classes, leans = line_annotations(corpus, annotated)
    lines = np.flatnonzero(np.isin(counts.posting, annotated))
    line_counts = sp.csr_array(counts.matrix[lines][:, chosen])
    read = classes != ""
    line = _fit_line_model(
        line_counts[np.flatnonzero(read)],
        classes[read],
        c=recipe.line_c,
        other_margin=recipe.other_margin,
    )

    voting = _vote_lines(counts, chosen, line)
    by_posting = counts.by_posting(chosen, voting)
    bundles, bundle_leans = _bundle(line_counts, leans, recipe)
    return Prepared(
        vocabulary=Vocabulary(tuple(counts.terms[chosen].tolist())),
        line=line,
        dimension_shares=dimension_shares(line_counts, classes, counts.terms[chosen]),
        rows=PostingRows(
            labelled=by_posting[labelled],
            labels=corpus.labels[labelled],
            agreed=corpus.agreed[labelled],
            written=by_posting[written],
            written_labels=corpus.written_labels[written - corpus.n_labelled],
            bundles=bundles,
            leans=bundle_leans,
        ),
    )


def _vote_lines(counts: LineCounts, chosen: Ints, line: LinearText) -> NDArray[np.bool_]:
    """Say which lines of all postings count, as the model will when in use."""
    matrix = sp.csr_array(counts.matrix[:, chosen])
    bounds = np.searchsorted(counts.posting, np.arange(counts.n_postings + 1))
    n_terms = np.concatenate([[0], np.cumsum(matrix.data)])
    terms = np.repeat(matrix.indices.astype(np.int32), matrix.data)
    lines = TermLines(terms, n_terms[matrix.indptr], bounds[:-1], bounds[1:])
    return vote(line, lines, code=machine_code(WORTH_LOADING))[1]


def _bundle(
    line_counts: sp.csr_array, leans: NDArray[np.str_], recipe: Recipe
) -> tuple[sp.csr_array, NDArray[np.str_]]:
    """Mix lines of the same lean, from many postings, into texts of `bundle_size` lines.

    A bundle keeps lines close enough to single ones for their words to learn their own weight, and
    far enough from them that no line can be read off its counts.
    """
    generator = np.random.default_rng(recipe.seed)
    bundles, names = [], []
    for lean in ("TPM", "PM", "neutral"):
        lines = generator.permutation(np.flatnonzero(leans == lean))
        n_bundles = -(-len(lines) // recipe.bundle_size)
        bundles.append(add_rows(line_counts, lines, np.arange(len(lines)) % n_bundles, n_bundles))
        names += [lean] * n_bundles
    return sp.csr_array(sp.vstack(bundles)), np.array(names, dtype=str)


def _fit_line_model(
    counts: sp.csr_array, classes: Sequence[str], *, c: float, other_margin: float
) -> LinearText:
    """Fit the model of what a line states.

    Parameters
    ----------
    counts : csr_array of shape (n_lines, n_terms)
    classes : sequence of str of shape (n_lines,)
        Of `LINE_CLASSES`; all of them must occur.
    c : float
        Inverse strength of the L2 penalty.
    other_margin : float
        By how many log-odds "other duty" must be ahead of the eight responsibilities to be named.
    """
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)
    codes = np.array([LINE_CLASSES.index(name) for name in classes])
    regression = fit_logistic(tfidf.transform(counts), codes, np.ones(len(codes)), c)
    intercept = regression.intercept_.copy()
    intercept[OTHER_CODE] -= other_margin
    return LinearText(tfidf.idf_, regression.coef_, intercept, sublinear_tf=True)
