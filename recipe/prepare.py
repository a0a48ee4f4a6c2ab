"""``python -m recipe.prepare FOLDER``: the training rows of the shipped model, from real postings.

What is written are n-gram counts by posting over the frozen vocabulary, labels, the fitted line
model and held-out scores; no text can be put together of them (`recipe.privacy`).
"""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from recipe.corpus import FRESH, read_corpus
from recipe.metrics import figures
from recipe.posting_rows import MATRICES, Prepared, Recipe
from recipe.shipped import KIND, SHIPPED_ROWS, VERSION
from recipe.title_model import fit_title_words, hold_out_title_scores
from recipe.trainer import Trainer
from tpmclassify.model_file.arrays import Arrays, text_array, write_arrays
from tpmclassify.model_file.file import linear_arrays
from tpmclassify.training.counts import count_lines
from tpmclassify.training.folds import assign_folds
from tpmclassify.training.held_out import ARRAYS, cross_validate

_REAL_POSTINGS = Path("../shared/data")
_WRITTEN_POSTINGS = Path("datasets/postings.csv")


def prepare_shipped(
    folder: Path, written: Path, target: Path, *, n_jobs: int = 2
) -> Mapping[str, Any]:
    """Make the training rows of the shipped model from the real postings.

    Parameters
    ----------
    folder : Path
        The real postings.
    written : Path
        The postings written for this project.
    target : Path
        The file of rows to write.
    n_jobs : int
        Processes for the folds.

    Returns
    -------
    mapping
        The card: settings, counts of postings, and held-out figures.
    """
    corpus = read_corpus(folder, written)
    recipe = Recipe()
    trainer = Trainer(corpus, count_lines(corpus.postings, min_lines=recipe.min_employers), recipe)
    # Few of the fresh postings are one of the two roles, too few to be spread over folds.
    strata = np.where(corpus.sample == FRESH, FRESH, np.char.add(corpus.labels, corpus.sample))
    fold = assign_folds(list(strata), corpus.groups[: corpus.n_labelled])
    held_out = cross_validate(trainer, corpus.postings, corpus.groups, fold, n_jobs=n_jobs)
    title = hold_out_title_scores(corpus, held_out.scope, fold, recipe)
    title_words = fit_title_words(corpus, held_out.scope, recipe)
    prepared = trainer.prepare(np.ones(len(corpus.postings), dtype=bool))
    card: dict[str, Any] = {
        "trained_on": "real postings in English, collected from public repositories",
        "n_labelled": {str(k): int((corpus.labels == k).sum()) for k in np.unique(corpus.labels)},
        "n_employers": len(np.unique(corpus.employers[: corpus.n_labelled])),
        "n_written": len(corpus.written_labels),
        "n_terms": len(prepared.vocabulary),
        "recipe": asdict(recipe),
        "held_out": figures(corpus, held_out, title, fold),
    }
    arrays = _arrays(prepared)
    arrays |= {f"held_out_{name}": getattr(held_out, name) for name in ARRAYS}
    arrays |= {
        "fold": fold,
        "held_out_title": title,
        "title_vocabulary": text_array("\n".join(title_words.vocabulary.terms)),
        "title_coef": title_words.coef,
        "agreed": corpus.agreed,
        "weight": corpus.calibration_weight,
    }
    write_arrays(target, arrays, kind=KIND, version=VERSION, card=card)
    return card


def _arrays(prepared: Prepared) -> Arrays:
    arrays: Arrays = {
        "vocabulary": text_array("\n".join(prepared.vocabulary.terms)),
        "dimension_shares": prepared.dimension_shares,
        **linear_arrays("line", prepared.line),
    }
    for name, labels in MATRICES.items():
        matrix = getattr(prepared.rows, name)
        matrix.sort_indices()
        arrays |= {
            f"{name}_starts": matrix.indptr.astype(np.int32),
            f"{name}_terms": matrix.indices.astype(np.int32),
            f"{name}_counts": matrix.data.astype(np.uint16),
            f"{name}_labels": text_array("\n".join(getattr(prepared.rows, labels))),
        }
    return arrays


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _REAL_POSTINGS
    prepare_shipped(folder, _WRITTEN_POSTINGS, SHIPPED_ROWS)
