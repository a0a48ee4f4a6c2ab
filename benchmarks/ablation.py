"""What each ingredient of the recipe buys: AUC of the role and of the scope model, held out.

usage: python -m benchmarks.ablation [FOLDER]     the real postings; default ../shared/data
"""

import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from sklearn.metrics import roc_auc_score

from recipe.corpus import BOARDS, CONTESTED, read_corpus
from recipe.posting_rows import Recipe
from recipe.shipped import SHIPPED_ROWS, read_rows
from recipe.trainer import Trainer
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.scoring.models import vote
from tpmclassify.training.counts import count_lines
from tpmclassify.training.held_out import cross_validate

WHOLE = Recipe()
VARIANTS = {
    "the whole recipe": WHOLE,
    "without lines that lean to a role": replace(WHOLE, line_weight=1e-9, neutral_weight=1e-9),
    "... without neutral lines": replace(WHOLE, neutral_weight=1e-9),
    "disputed postings count in full": replace(WHOLE, disputed_weight=1.0),
    "n-grams of 30 employers": replace(WHOLE, min_employers=30),
}


def everybody_votes(*arguments, **options):
    """What lines state, boilerplate not left out."""
    line_class, voting = vote(*arguments, **options)
    return line_class, np.ones_like(voting)


def main(folder: Path) -> None:
    corpus = read_corpus(folder, Path("datasets/postings.csv"))
    counts = count_lines(corpus.postings, min_lines=WHOLE.min_employers)
    fold = read_rows(SHIPPED_ROWS)[1]["fold"]
    contested = corpus.agreed & (corpus.sample == CONTESTED) & (corpus.labels != NEITHER)
    boards = corpus.agreed & (corpus.sample == BOARDS)
    print("| | TPM against PM, contested | one of the two or neither, job boards |\n|---|---|---|")

    def show(name: str, recipe: Recipe) -> None:
        # In this process: other processes would not see a patch.
        trainer = Trainer(corpus, counts, recipe)
        found = cross_validate(trainer, corpus.postings, corpus.groups, fold)
        role = roc_auc_score(corpus.labels[contested] == TPM, found.role[contested])
        scope = roc_auc_score(
            corpus.labels[boards] != NEITHER,
            found.scope[boards],
            sample_weight=corpus.weight[boards],
        )
        print(f"| {name} | {role:.4f} | {scope:.4f} |", flush=True)

    for name, recipe in VARIANTS.items():
        show(name, recipe)
    with (
        patch("tpmclassify.scoring.models.vote", everybody_votes),
        patch("recipe.prepare_rows.vote", everybody_votes),
    ):
        show("boilerplate votes too", WHOLE)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
