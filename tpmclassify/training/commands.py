"""What `tpmclassify train` and `tpmclassify evaluate` do."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TrainingError
from tpmclassify.model_file.file import load_model
from tpmclassify.pages.evaluation_html import write_evaluation_page
from tpmclassify.pages.model_text import describe
from tpmclassify.pages.templating import environment
from tpmclassify.reading.posting import read_posting
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.training.evaluation import Evaluation
from tpmclassify.training.labelled_table import read_labelled
from tpmclassify.training.own_postings import check_labelled, fingerprints

_PROJECT = Path(__file__).parents[2]


def train_shipped_model(output: Path) -> Path:
    """Make the shipped model again; returns its card, written beside it.

    That is the project's own business, and stands beside the package, in ``recipe/``.
    """
    if not (_PROJECT / "recipe/shipped.py").is_file():
        raise TrainingError(
            "The shipped model is trained from the project's recipe/ and datasets/, which are not "
            "here. Run the command in a clone of the project: python -m tpmclassify train "
            "--shipped."
        )
    command = [sys.executable, "-m", "recipe.shipped", str(output.resolve())]
    done = subprocess.run(command, cwd=_PROJECT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise TrainingError(f"The shipped model was not trained: {done.stderr.splitlines()[-1]}")
    return _write_card(output)


def train_table(
    table: Path, output: Path, classifier: TPMClassifier, **columns: str | None
) -> Path:
    """Fit a classifier to a labelled table and save it; returns its card, written beside it."""
    classifier.fit(*read_labelled(table, **columns)).save(output)
    return _write_card(output)


def evaluate_table(
    table: Path, classifier: TPMClassifier, page: Path | None, **columns: str | None
) -> tuple[Evaluation, list[Path]]:
    """Compare a model with a labelled table; returns the files of the page, too."""
    texts, given, groups = read_labelled(table, **columns)
    labels = check_labelled(len(texts), given, groups)[0]
    decided = classifier.verdicts(texts, groups)
    # What the model learned from, as far as its file tells.
    known = classifier.model_.fingerprints
    own = fingerprints(read_posting(text).text for text in texts) if known.size else known
    evaluation = Evaluation.of(labels, decided, learned_from=int(np.isin(own, known).sum()))
    if page is None:
        return evaluation, []
    roles = labels != NEITHER
    curves = labels[roles] == TPM, decided.score[roles]
    return evaluation, write_evaluation_page(page, str(evaluation), *curves)


def _write_card(output: Path) -> Path:
    """Write the card of a model beside it (Mitchell et al. 2019)."""
    card, model = output.with_suffix(".md"), load_model(output)
    description = "\n".join(f"    {line}" for line in describe(model).splitlines())
    template = "shipped_card.md" if "n_employers" in model.card else "own_card.md"
    text = environment().get_template(template).render(description=description)
    card.write_text(text + "\n", encoding="utf-8")
    return card
