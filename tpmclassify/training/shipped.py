"""The shipped model in two steps, so that anybody can repeat the second.

`prepare_shipped` reads the real postings, which cannot be published, and writes what may be:
n-gram counts by posting over the frozen vocabulary, labels, the fitted line model and held-out
scores. `train_shipped` makes the shipped model of that file, to the same bytes.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from tpmclassify.errors import TrainingError
from tpmclassify.model_file.arrays import Arrays, array_text, read_arrays, text_array, write_arrays
from tpmclassify.model_file.file import linear_arrays, linear_from_arrays, vocabulary_from_arrays
from tpmclassify.scoring.models import Model
from tpmclassify.training.calibration import calibrate
from tpmclassify.training.corpus import read_corpus
from tpmclassify.training.counts import count_lines
from tpmclassify.training.folds import assign_folds
from tpmclassify.training.held_out import ARRAYS, HeldOut, cross_validate
from tpmclassify.training.metrics import figures
from tpmclassify.training.recipe import MATRICES, PostingRows, Prepared, Recipe
from tpmclassify.training.trainer import Trainer, assemble

KIND = "tpmclassify training rows"
VERSION = 1


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
    trainer = Trainer(corpus, count_lines(corpus.postings, min_lines=Recipe().min_employers))
    fold = assign_folds(list(corpus.labels), trainer.groups[: corpus.n_labelled])
    held_out = cross_validate(trainer, corpus.postings, trainer.groups, fold, n_jobs=n_jobs)
    everything = np.ones(len(corpus.postings), dtype=bool)
    recipe = trainer.select(everything)[0]
    prepared = trainer.prepare(everything, recipe)
    card: dict[str, Any] = {
        "trained_on": "real postings in English, collected from public repositories",
        "n_labelled": {str(k): int((corpus.labels == k).sum()) for k in np.unique(corpus.labels)},
        "n_employers": len(np.unique(corpus.employers[: corpus.n_labelled])),
        "n_hinted": int((~corpus.written).sum()),
        "n_written": int(corpus.written.sum()),
        "n_terms": len(prepared.vocabulary),
        "recipe": asdict(recipe),
        "held_out": figures(corpus, held_out, trainer.groups),
    }
    arrays = _prepared_arrays(prepared)
    arrays |= {f"held_out_{name}": getattr(held_out, name) for name in ARRAYS}
    arrays["fold"] = fold
    write_arrays(target, arrays, kind=KIND, version=VERSION, card=card)
    return card


def train_shipped(rows_file: Path) -> Model:
    """Make the shipped model of its training rows.

    Raises
    ------
    TrainingError
        If the rows are not there: they are part of the project, not of the installed package.
    """
    prepared, arrays, card = read_rows(rows_file)
    recipe = Recipe(**card["recipe"])
    held_out = HeldOut(
        **{name: arrays[f"held_out_{name}"] for name in ARRAYS}, line_class=[], line_part=[]
    )
    model = calibrate(assemble(prepared, recipe), held_out, prepared.rows.labels)
    return replace(model, card=card)


def read_rows(rows_file: Path) -> tuple[Prepared, Arrays, dict[str, Any]]:
    """Read the training rows of the shipped model.

    Returns
    -------
    prepared : Prepared
    arrays : dict of str to ndarray
        All arrays of the file, the held-out scores included.
    card : dict

    Raises
    ------
    TrainingError
        If the file is not there.
    """
    if not rows_file.is_file():
        raise TrainingError(
            f"{rows_file}: there is no such file. The shipped model is trained from the project's "
            "datasets/: run the command in a clone of the project."
        )
    arrays, card = read_arrays(rows_file, kind=KIND, version=VERSION)
    return _prepared_from_arrays(arrays), arrays, card


def _prepared_arrays(prepared: Prepared) -> Arrays:
    arrays: Arrays = {
        "vocabulary": text_array("\n".join(prepared.vocabulary.terms)),
        "folding": prepared.folding,
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


def _prepared_from_arrays(arrays: Arrays) -> Prepared:
    vocabulary = vocabulary_from_arrays(arrays)
    rows: dict[str, Any] = {}
    for name, labels in MATRICES.items():
        starts = arrays[f"{name}_starts"]
        rows[name] = sp.csr_array(
            (arrays[f"{name}_counts"].astype(np.float64), arrays[f"{name}_terms"], starts),
            shape=(len(starts) - 1, len(vocabulary)),
        )
        rows[labels] = np.array(array_text(arrays[f"{name}_labels"]).split("\n"))
    return Prepared(
        vocabulary=vocabulary,
        line=linear_from_arrays("line", arrays),
        folding=arrays["folding"],
        rows=PostingRows(**rows),
    )
