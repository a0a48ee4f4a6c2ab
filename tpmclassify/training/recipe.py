"""The training recipe of the shipped model: the same inside every fold and for the final fit.

Line model: what the annotated lines state. Role model: labelled postings, postings whose title
suggests a role (little weight), and bundles of lines that a rater found to lean to one role
(learning from rationales: Zaidan, Eisner & Piatko 2007). Scope model: labelled postings and
title hints. All read voting lines only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tpmclassify.roles import NEITHER, TPM
from tpmclassify.scoring.models import vote
from tpmclassify.scoring.tfidf import Floats, Ints, LinearText, Occurrences, Vocabulary
from tpmclassify.training.corpus import Corpus, line_annotations
from tpmclassify.training.counts import LineCounts, choose_terms
from tpmclassify.training.dimensions import fold_terms
from tpmclassify.training.fitting import Rows, fit_line_model, fit_posting_model, stack_rows

# The matrices of `PostingRows`, each with the field that holds its labels.
MATRICES = {
    "labelled": "labels",
    "hinted": "hints",
    "written": "written_labels",
    "bundles": "leans",
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The settings of a training run; weights are relative to one labelled posting.

    Attributes
    ----------
    min_employers : int
        An n-gram must occur at so many employers.
    line_c, role_c, scope_c : float
        Inverse strengths of the L2 penalties.
    other_margin : float
        Log-odds by which "other duty" must be ahead of the eight responsibilities.
    bundle_size : int
        Lines put together in one bundle.
    line_weight, neutral_weight : float
        Weight of a line that leans to a role, and of a neutral one, which counts for both.
    role_hint_weight, scope_hint_weight : float
        Weight of a posting whose label is only suggested by its title.
    written_weight : float
        Weight of a posting written for this project.
    seed : int
        Of the draw of lines into bundles.
    """

    min_employers: int = 5
    line_c: float = 3.0
    other_margin: float = 0.6
    role_c: float = 12.0
    scope_c: float = 10.0
    bundle_size: int = 3
    line_weight: float = 0.075
    neutral_weight: float = 0.0375
    role_hint_weight: float = 0.075
    scope_hint_weight: float = 0.03
    written_weight: float = 1.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class PostingRows:
    """What the posting model is fitted to: counts over a frozen vocabulary, labels, weights.

    Attributes
    ----------
    labelled : csr_array of shape (n_labelled, n_terms)
    labels : ndarray of str of shape (n_labelled,)
    hinted : csr_array of shape (n_hinted, n_terms)
    hints : ndarray of str of shape (n_hinted,)
    written : csr_array of shape (n_written, n_terms)
        Of the postings written for this project.
    written_labels : ndarray of str of shape (n_written,)
    bundles : csr_array of shape (n_bundles, n_terms)
    leans : ndarray of str of shape (n_bundles,)
        "TPM", "PM" or "neutral".
    """

    labelled: sp.csr_array
    labels: NDArray[np.str_]
    hinted: sp.csr_array
    hints: NDArray[np.str_]
    written: sp.csr_array
    written_labels: NDArray[np.str_]
    bundles: sp.csr_array
    leans: NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Prepared:
    """Everything learned or chosen before the posting model is fitted."""

    vocabulary: Vocabulary
    line: LinearText
    folding: Floats
    rows: PostingRows


def prepare(
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
    is_written = np.concatenate([np.zeros(corpus.n_labelled, dtype=bool), corpus.written])
    hinted = np.flatnonzero(among & ~is_labelled & ~is_written)
    written = np.flatnonzero(among & is_written)
    annotated = np.concatenate([labelled, written])
    classes, leans = line_annotations(corpus, annotated)
    lines = np.flatnonzero(np.isin(counts.posting, annotated))
    line_counts = sp.csr_array(counts.matrix[lines][:, chosen])
    read = classes != ""
    line = fit_line_model(
        line_counts[np.flatnonzero(read)],
        classes[read],
        c=recipe.line_c,
        other_margin=recipe.other_margin,
    )

    voting = vote_lines(counts, chosen, line)
    by_posting = counts.by_posting(chosen, voting)
    bundles, bundle_leans = _bundle(line_counts, leans, recipe)
    return Prepared(
        vocabulary=Vocabulary(tuple(counts.terms[chosen].tolist())),
        line=line,
        folding=fold_terms(line_counts, classes, counts.terms[chosen]),
        rows=PostingRows(
            labelled=by_posting[labelled],
            labels=corpus.labels[labelled],
            hinted=by_posting[hinted],
            hints=corpus.hints[hinted - corpus.n_labelled],
            written=by_posting[written],
            written_labels=corpus.hints[written - corpus.n_labelled],
            bundles=bundles,
            leans=bundle_leans,
        ),
    )


def vote_lines(counts: LineCounts, chosen: Ints, line: LinearText) -> NDArray[np.bool_]:
    """Say which lines of all postings count, as the model will when in use."""
    matrix = sp.csr_array(counts.matrix[:, chosen])
    occurrences = Occurrences(
        terms=np.repeat(matrix.indices.astype(np.int64), matrix.data),
        rows=np.repeat(matrix.nonzero()[0].astype(np.int64), matrix.data),
        n_rows=matrix.shape[0],
    )
    return vote(line, occurrences, counts.posting, counts.n_postings)[1]


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
        adder = sp.csr_array(
            (np.ones(len(lines)), (np.arange(len(lines)) % n_bundles, lines)),
            shape=(n_bundles, line_counts.shape[0]),
        )
        bundles.append(adder @ line_counts)
        names += [lean] * n_bundles
    return sp.csr_array(sp.vstack(bundles)), np.array(names, dtype=str)


def fit_postings(rows: PostingRows, recipe: Recipe) -> LinearText:
    """Fit the role and the scope model to prepared rows."""
    role = stack_rows(list(_role_rows(rows, recipe)))
    scope = stack_rows(
        [
            Rows(rows.labelled, rows.labels != NEITHER, np.ones(len(rows.labels))),
            Rows(
                rows.hinted,
                rows.hints != NEITHER,
                np.full(len(rows.hints), recipe.scope_hint_weight),
            ),
            Rows(
                rows.written,
                rows.written_labels != NEITHER,
                np.full(len(rows.written_labels), recipe.written_weight),
            ),
        ]
    )
    return fit_posting_model(
        rows.labelled, role, scope, role_c=recipe.role_c, scope_c=recipe.scope_c
    )


def _role_rows(rows: PostingRows, recipe: Recipe) -> Iterator[Rows]:
    known = np.flatnonzero(rows.labels != NEITHER)
    yield Rows(rows.labelled[known], rows.labels[known] == TPM, np.ones(len(known)))
    hinted = np.flatnonzero(rows.hints != NEITHER)
    yield Rows(
        rows.hinted[hinted],
        rows.hints[hinted] == TPM,
        np.full(len(hinted), recipe.role_hint_weight),
    )
    written = np.flatnonzero(rows.written_labels != NEITHER)
    yield Rows(
        rows.written[written],
        rows.written_labels[written] == TPM,
        np.full(len(written), recipe.written_weight),
    )
    leaning = np.flatnonzero(rows.leans != "neutral")
    yield Rows(
        rows.bundles[leaning],
        rows.leans[leaning] == TPM,
        np.full(len(leaning), recipe.line_weight * recipe.bundle_size),
    )
    neutral = np.flatnonzero(rows.leans == "neutral")
    for side in (True, False):
        yield Rows(
            rows.bundles[neutral],
            np.full(len(neutral), side),
            np.full(len(neutral), recipe.neutral_weight * recipe.bundle_size),
        )
