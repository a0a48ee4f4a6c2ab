"""The shipped model, made of its training rows: the last step, which anybody can repeat.

``tpmclassify train --shipped`` does it. The rows are what may be published of the real postings:
n-gram counts by posting over the frozen vocabulary, labels, the fitted line and title models, and
held-out scores.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from recipe.posting_rows import MATRICES, PostingRows, Prepared, Recipe, assemble
from tpmclassify.model_file.arrays import Arrays, array_text, read_arrays
from tpmclassify.model_file.file import linear_from_arrays, save_model, vocabulary_from_arrays
from tpmclassify.scoring.models import Model
from tpmclassify.scoring.title_words import TitleWords
from tpmclassify.training.calibration import Sample, calibrate
from tpmclassify.training.held_out import ARRAYS, HeldOut

KIND = "tpmclassify training rows"
VERSION = 2
SHIPPED_ROWS = Path(__file__).parent.parent / "datasets" / "shipped_rows.npz"


def train_shipped(rows_file: Path) -> Model:
    """Make the shipped model of its training rows."""
    prepared, arrays, card = read_rows(rows_file)
    held_out = HeldOut(*(arrays[f"held_out_{name}"] for name in ARRAYS))
    sample = Sample(prepared.rows.labels, arrays["weight"], arrays["held_out_title"])
    titles = TitleWords(vocabulary_from_arrays(arrays, "title_vocabulary"), arrays["title_coef"])
    model = replace(assemble(prepared, Recipe(**card["recipe"])), title=titles, card=card)
    return calibrate(model, held_out, sample)


def read_rows(rows_file: Path) -> tuple[Prepared, Arrays, dict[str, Any]]:
    """Read the training rows of the shipped model.

    `arrays`: all arrays of the file, the held-out scores included.
    """
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


if __name__ == "__main__":
    save_model(train_shipped(SHIPPED_ROWS), sys.argv[1])
