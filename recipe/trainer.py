"""Training as one callable: the recipe chosen, the model fitted and calibrated, inside any fold."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recipe.corpus import Corpus
from recipe.prepare_rows import prepare_rows
from recipe.privacy import thin_counts
from tpmclassify.arrays import Floats, Ints
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.scoring.models import Model
from tpmclassify.training.calibration import calibrate
from tpmclassify.training.counts import LineCounts
from tpmclassify.training.fitting import fit_platt
from tpmclassify.training.folds import assign_folds
from tpmclassify.training.held_out import HeldOut, merge, score_held_out
from tpmclassify.training.recipe import MATRICES, Prepared, Recipe, assemble

_INNER_FOLDS = 4
# What is chosen between: role and scope settings are chosen one without the other.
CANDIDATES = (
    Recipe(),
    Recipe(role_c=8.0, scope_c=5.0),
    Recipe(role_c=16.0, scope_c=20.0),
    Recipe(line_weight=0.1, neutral_weight=0.05, scope_hint_weight=0.1),
    Recipe(line_weight=0.1, neutral_weight=0.05, written_weight=0.5),
)
_SCOPE_SETTINGS = ("scope_c", "scope_hint_weight")


@dataclass(frozen=True)
class Trainer:
    """Trains on the postings that a mask allows, as for the shipped model.

    Parameters
    ----------
    corpus : Corpus
    counts : LineCounts
        Of all postings of the corpus.
    """

    corpus: Corpus
    counts: LineCounts

    def __call__(self, among: NDArray[np.bool_]) -> Model:
        """Choose the recipe, fit and calibrate, by these postings alone."""
        recipe, held_out = self.select(among)
        model = assemble(self.prepare(among, recipe), recipe)
        labels = self.corpus.labels[among[: self.corpus.n_labelled]]
        return calibrate(model, held_out, labels)

    def prepare(self, among: NDArray[np.bool_], recipe: Recipe) -> Prepared:
        """Do all but the last step of the training, on counts that give no text away."""
        prepared = prepare_rows(self.corpus, self.counts, among=among, recipe=recipe)
        terms = prepared.vocabulary.terms
        thinned = {name: thin_counts(getattr(prepared.rows, name), terms) for name in MATRICES}
        return replace(prepared, rows=replace(prepared.rows, **thinned))

    def select(self, among: NDArray[np.bool_]) -> tuple[Recipe, HeldOut]:
        """Choose the recipe by cross-validation within these postings.

        Returns
        -------
        recipe : Recipe
            The settings with the smallest calibrated log loss.
        held_out : HeldOut
            Its results for the labelled postings among these, in their order.
        """
        labelled = np.flatnonzero(among[: self.corpus.n_labelled])
        labels = self.corpus.labels[labelled]
        fold = assign_folds(labels.tolist(), self.corpus.groups[labelled], n_folds=_INNER_FOLDS)
        members = [labelled[fold == number] for number in range(int(fold.max()) + 1)]
        by_fold = [self._try_candidates(among, held_out) for held_out in members]
        order = np.argsort(np.concatenate(members))
        results = [merge(list(parts), order) for parts in zip(*by_fold, strict=True)]

        roles = labels != NEITHER
        role = min(
            range(len(CANDIDATES)),
            key=lambda i: _log_loss(results[i].role[roles], labels[roles] == TPM),
        )
        scope = min(range(len(CANDIDATES)), key=lambda i: _log_loss(results[i].scope, roles))
        scope_settings = {name: getattr(CANDIDATES[scope], name) for name in _SCOPE_SETTINGS}
        return (
            replace(CANDIDATES[role], **scope_settings),
            replace(results[role], scope=results[scope].scope),
        )

    def _try_candidates(self, among: NDArray[np.bool_], held_out: Ints) -> list[HeldOut]:
        groups = self.corpus.groups
        allowed = among & ~np.isin(groups, groups[held_out])
        # Candidates differ only in what comes after the rows are prepared.
        prepared = self.prepare(allowed, CANDIDATES[0])
        postings = [self.corpus.postings[i] for i in held_out]
        models = [assemble(prepared, candidate) for candidate in CANDIDATES]
        return [score_held_out(model, postings) for model in models]


def _log_loss(raw: Floats, positive: NDArray[np.bool_]) -> float:
    slope, intercept = fit_platt(raw, positive, balanced=False)
    signed = np.where(positive, 1.0, -1.0) * (slope * raw + intercept)
    return float(np.logaddexp(0.0, -signed).mean())
