"""What `tpmclassify train` and `tpmclassify evaluate` do."""

from pathlib import Path

import numpy as np

from tpmclassify.classifier import TPMClassifier
from tpmclassify.model_file.file import load_model, save_model
from tpmclassify.model_file.fingerprints import fingerprints
from tpmclassify.pages.evaluation_html import write_evaluation_page
from tpmclassify.reading.posting import read_posting
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.training.card import model_card
from tpmclassify.training.labelled_table import read_labelled
from tpmclassify.training.own_postings import check_labelled
from tpmclassify.training.report import Evaluation
from tpmclassify.training.shipped import SHIPPED_ROWS, train_shipped


def train_shipped_model(output: Path) -> Path:
    """Make the shipped model again; returns its card, written beside it."""
    save_model(train_shipped(SHIPPED_ROWS), output)
    return _write_card(output)


def train_table(
    table: Path, output: Path, classifier: TPMClassifier, **columns: str | None
) -> Path:
    """Fit a classifier to a labelled table and save it; returns its card, written beside it."""
    labelled = read_labelled(table, **columns)
    classifier.fit(labelled.texts, labelled.labels, labelled.groups).save(output)
    return _write_card(output)


def evaluate_table(
    table: Path, classifier: TPMClassifier, page: Path | None, **columns: str | None
) -> tuple[Evaluation, list[Path]]:
    """Compare a model with a labelled table; returns the files of the page, too."""
    labelled = read_labelled(table, **columns)
    labels = check_labelled(len(labelled.texts), labelled.labels, labelled.groups)[0]
    decided = classifier.verdicts(labelled.texts, labelled.groups)
    learned_from = _count_known(classifier, labelled.texts)
    evaluation = Evaluation.of(labels, decided, learned_from=learned_from)
    if page is None:
        return evaluation, []
    roles = labels != NEITHER
    curves = labels[roles] == TPM, decided.score[roles]
    return evaluation, write_evaluation_page(page, str(evaluation), *curves)


def _count_known(classifier: TPMClassifier, texts: list[str]) -> int:
    """How many of these postings the model learned from, as far as its file tells."""
    known = classifier._model.fingerprints
    if not known.size:
        return 0
    own = fingerprints(read_posting(text).text for text in texts)
    return int(np.isin(own, known).sum())


def _write_card(output: Path) -> Path:
    card = output.with_suffix(".md")
    card.write_text(model_card(load_model(output)), encoding="utf-8")
    return card
