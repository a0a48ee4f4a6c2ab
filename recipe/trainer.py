"""Training as one callable, the same inside every fold and for the final fit."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recipe.corpus import Corpus
from recipe.posting_rows import MATRICES, Prepared, Recipe, assemble
from recipe.prepare_rows import prepare_rows
from recipe.privacy import thin_counts
from tpmclassify.scoring.models import Model
from tpmclassify.training.counts import LineCounts


@dataclass(frozen=True)
class Trainer:
    """Trains on the postings that a mask allows; titles and calibration come later.

    Parameters
    ----------
    corpus : Corpus
    counts : LineCounts
        Of all postings of the corpus.
    recipe : Recipe
    """

    corpus: Corpus
    counts: LineCounts
    recipe: Recipe

    def __call__(self, among: NDArray[np.bool_]) -> Model:
        """Fit by these postings alone."""
        return assemble(self.prepare(among), self.recipe)

    def prepare(self, among: NDArray[np.bool_]) -> Prepared:
        """Do all but the last step of the training, on counts that give no text away."""
        prepared = prepare_rows(self.corpus, self.counts, among=among, recipe=self.recipe)
        terms = prepared.vocabulary.terms
        thinned = {name: thin_counts(getattr(prepared.rows, name), terms) for name in MATRICES}
        return replace(prepared, rows=replace(prepared.rows, **thinned))
