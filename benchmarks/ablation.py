"""What each ingredient of the recipe buys, and whether more labels would help.

usage: python -m benchmarks.ablation [FOLDER]     the real postings; default ../shared/data
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from joblib import Parallel, delayed

from recipe.corpus import read_corpus
from recipe.metrics import bootstrap, top_three_lines
from recipe.trainer import Trainer
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.scoring.models import vote
from tpmclassify.training.counts import count_lines
from tpmclassify.training.figures import auc, macro_f1
from tpmclassify.training.fitting import fit_platt
from tpmclassify.training.folds import assign_folds
from tpmclassify.training.held_out import HeldOut, merge, score_held_out
from tpmclassify.training.recipe import Prepared, Recipe, assemble

VARIANTS = {
    "the whole recipe": Recipe(),
    "without lines that lean to a role": Recipe(line_weight=0.0, neutral_weight=0.0),
    "... without neutral lines": Recipe(neutral_weight=0.0),
    "... lines in bundles of ten, not of three": Recipe(bundle_size=10),
    "without title hints": Recipe(role_hint_weight=0.0, scope_hint_weight=0.0),
    "without the written postings": Recipe(written_weight=0.0),
    "n-grams of 12 employers": Recipe(min_employers=12),
    "n-grams of 30 employers": Recipe(min_employers=30),
}
# The settings that change what is prepared, and not only how it is weighted.
PREPARING = ("min_employers", "bundle_size", "line_c", "other_margin", "seed")


@dataclass(frozen=True)
class Fixed:
    """Trains with given recipes, nothing chosen, on a share of the employers."""

    trainer: Trainer
    recipes: tuple[Recipe, ...]
    share: float = 1.0

    def held_out(self, held_out: np.ndarray) -> list[HeldOut]:
        """Train on all other employers; results of each recipe for the postings held out."""
        groups = self.trainer.corpus.groups
        drawn = np.random.default_rng(0).random(groups.max() + 1) < self.share
        among = ~np.isin(groups, groups[held_out]) & drawn[groups]
        postings = [self.trainer.corpus.postings[i] for i in held_out]
        prepared: dict[tuple, Prepared] = {}
        results = []
        for recipe in self.recipes:
            key = tuple(getattr(recipe, name) for name in PREPARING)
            if key not in prepared:
                prepared[key] = self.trainer.prepare(among, recipe)
            model = assemble(prepared[key], recipe)
            results.append(score_held_out(model, postings))
        return results


def everybody_votes(*arguments, **options):
    """What lines state, boilerplate not left out."""
    line_class, voting = vote(*arguments, **options)
    return line_class, np.ones_like(voting)


def main(folder: Path) -> None:
    corpus = read_corpus(folder, Path("datasets/postings.csv"))
    trainer = Trainer(corpus, count_lines(corpus.postings, min_lines=5))
    n = corpus.n_labelled
    fold = assign_folds(list(corpus.labels), corpus.groups[:n])
    roles = np.flatnonzero((corpus.labels != NEITHER) & ~corpus.ambiguous)
    is_tpm, in_scope = corpus.labels == TPM, corpus.labels != NEITHER
    unsure = corpus.confidence[roles] < 4

    members = [np.flatnonzero(fold == number) for number in range(int(fold.max()) + 1)]
    order = np.argsort(np.concatenate(members))

    def run(names: Sequence[str], fixed: Fixed, n_jobs: int = 2) -> None:
        by_fold = Parallel(n_jobs=n_jobs)(delayed(fixed.held_out)(rows) for rows in members)
        for name, parts in zip(names, zip(*by_fold, strict=True), strict=True):
            show(name, merge(list(parts), order))

    def show(name: str, result: HeldOut) -> None:
        slope, intercept = fit_platt(result.role[in_scope], is_tpm[in_scope], balanced=True)
        score = slope * result.role[roles] + intercept
        low, high = bootstrap(auc, corpus.groups[:n][roles], is_tpm[roles], score)
        is_judged = np.isin(np.arange(n), roles)
        scored = replace(result, score=slope * result.role + intercept)
        quotes = top_three_lines(corpus, scored, is_judged)
        print(
            f"| {name} | {macro_f1(is_tpm[roles], score):.3f} "
            f"| {auc(is_tpm[roles], score):.3f} ({low:.3f} to {high:.3f}) "
            f"| {auc(is_tpm[roles][unsure], score[unsure]):.3f} "
            f"| {auc(in_scope[~corpus.ambiguous], result.scope[~corpus.ambiguous]):.3f} "
            f"| {quotes[0]:.3f} | {quotes[1]:.3f} |",
            flush=True,
        )

    print(
        "| | macro-F1 | ROC AUC | AUC, rater unsure | AUC in scope | top 3 lines lean to the role "
        "| top 3 lines that are boilerplate |\n|---|---|---|---|---|---|---|"
    )
    run(list(VARIANTS), Fixed(trainer, tuple(VARIANTS.values())))
    # In this process: other processes would not see the patch.
    with (
        patch("tpmclassify.scoring.models.vote", everybody_votes),
        patch("recipe.prepare_rows.vote", everybody_votes),
    ):
        run(["boilerplate votes too"], Fixed(trainer, (Recipe(),)), n_jobs=1)
    for share in (0.25, 0.5, 0.75):
        name = f"learned from {share:.0%} of the employers"
        run([name], Fixed(trainer, (Recipe(),), share))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
