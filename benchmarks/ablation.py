"""What each ingredient of the recipe buys, and whether more labels would help.

usage: ablation.py [FOLDER]     the real postings; default ../shared/data
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

from tpmclassify.model import Model
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.training.corpus import read_corpus
from tpmclassify.training.counts import count_lines
from tpmclassify.training.fitting import fit_platt
from tpmclassify.training.folds import assign_folds
from tpmclassify.training.held_out import HeldOut, cross_validate
from tpmclassify.training.metrics import auc, bootstrap, macro_f1
from tpmclassify.training.recipe import Recipe
from tpmclassify.training.trainer import Trainer, assemble

VARIANTS = {
    "the whole recipe": Recipe(),
    "without lines that lean to a role": Recipe(line_weight=0.0, neutral_weight=0.0),
    "... without neutral lines": Recipe(neutral_weight=0.0),
    "... lines one by one, not in bundles": Recipe(bundle_size=1),
    "without title hints": Recipe(role_hint_weight=0.0, scope_hint_weight=0.0),
    "without the written postings": Recipe(written_weight=0.0),
    "n-grams of 5 employers": Recipe(min_employers=5),
    "n-grams of 30 employers": Recipe(min_employers=30),
}


@dataclass(frozen=True)
class Fixed:
    """A trainer that chooses nothing, on a share of the employers."""

    trainer: Trainer
    recipe: Recipe
    share: float = 1.0

    def __call__(self, among: np.ndarray) -> Model:
        groups = self.trainer.groups
        drawn = np.random.default_rng(0).random(groups.max() + 1) < self.share
        return assemble(self.trainer.prepare(among & drawn[groups], self.recipe), self.recipe)


def main(folder: Path) -> None:
    corpus = read_corpus(folder, Path("datasets/postings.csv"))
    trainer = Trainer(corpus, count_lines(corpus.postings, min_lines=5))
    n = corpus.n_labelled
    fold = assign_folds(list(corpus.labels), trainer.groups[:n])
    roles = np.flatnonzero((corpus.labels != NEITHER) & ~corpus.ambiguous)
    is_tpm, in_scope = corpus.labels == TPM, corpus.labels != NEITHER
    unsure = corpus.confidence[roles] < 4

    def run(name: str, fixed: Fixed, n_jobs: int = 2) -> None:
        result: HeldOut = cross_validate(
            fixed, corpus.postings, trainer.groups, fold, n_jobs=n_jobs
        )
        slope, intercept = fit_platt(result.role[in_scope], is_tpm[in_scope], balanced=True)
        score = slope * result.role[roles] + intercept
        low, high = bootstrap(auc, trainer.groups[:n][roles], is_tpm[roles], score)
        print(
            f"| {name} | {macro_f1(is_tpm[roles], score):.3f} "
            f"| {auc(is_tpm[roles], score):.3f} ({low:.3f} to {high:.3f}) "
            f"| {auc(is_tpm[roles][unsure], score[unsure]):.3f} "
            f"| {auc(in_scope[~corpus.ambiguous], result.scope[~corpus.ambiguous]):.3f} |",
            flush=True,
        )

    print("| | macro-F1 | ROC AUC | AUC, rater unsure | AUC in scope |\n|---|---|---|---|---|")
    for name, recipe in VARIANTS.items():
        run(name, Fixed(trainer, recipe))
    # In this process: other processes would not see the patch.
    with patch("tpmclassify.model.BOILERPLATE_CERTAINTY", 2.0):
        run("boilerplate votes too", Fixed(trainer, Recipe()), n_jobs=1)
    for share in (0.25, 0.5, 0.75):
        run(f"learned from {share:.0%} of the employers", Fixed(trainer, Recipe(), share))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
