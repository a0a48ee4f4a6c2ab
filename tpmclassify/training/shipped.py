"""The shipped model, made of its training rows: the last step, which anybody can repeat.

The rows are what may be published of the real postings: n-gram counts by posting over the frozen
vocabulary, labels, the fitted line and title models, and held-out scores. The project's folder
``recipe/`` says how they were made.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from tpmclassify.errors import TrainingError
from tpmclassify.model_file.arrays import Arrays, array_text, read_arrays
from tpmclassify.model_file.file import linear_from_arrays, vocabulary_from_arrays
from tpmclassify.scoring.models import Model
from tpmclassify.scoring.title_words import TitleWords
from tpmclassify.training.calibration import Sample, calibrate
from tpmclassify.training.held_out import ARRAYS, HeldOut
from tpmclassify.training.recipe import MATRICES, PostingRows, Prepared, Recipe, assemble

KIND = "tpmclassify training rows"
VERSION = 2
# From the root of the project.
SHIPPED_ROWS = Path("datasets/shipped_rows.npz")


def train_shipped(rows_file: Path) -> Model:
    """Make the shipped model of its training rows."""
    prepared, arrays, card = read_rows(rows_file)
    held_out = HeldOut(
        **{name: arrays[f"held_out_{name}"] for name in ARRAYS}, line_class=[], line_part=[]
    )
    sample = Sample(prepared.rows.labels, arrays["weight"], arrays["held_out_title"])
    titles = TitleWords(vocabulary_from_arrays(arrays, "title_vocabulary"), arrays["title_coef"])
    model = replace(assemble(prepared, Recipe(**card["recipe"])), title=titles, card=card)
    return calibrate(model, held_out, sample)


def read_rows(rows_file: Path) -> tuple[Prepared, Arrays, dict[str, Any]]:
    """Read the training rows of the shipped model.

    `arrays`: all arrays of the file, the held-out scores included.
    """
    if not rows_file.is_file():
        raise TrainingError(
            f"{rows_file}: there is no such file. The shipped model is trained from the project's "
            "datasets/: run the command in a clone of the project."
        )
    arrays, card, _ = read_arrays(rows_file, kind=KIND, versions=(VERSION,))
    return _prepared_from_arrays(arrays), arrays, card


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
    rows["agreed"] = arrays["agreed"]
    return Prepared(
        vocabulary=vocabulary,
        line=linear_from_arrays("line", arrays),
        dimension_shares=arrays["dimension_shares"],
        rows=PostingRows(**rows),
    )
