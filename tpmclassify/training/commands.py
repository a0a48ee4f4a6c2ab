"""What `tpmclassify train` and `tpmclassify evaluate` do."""

from pathlib import Path

from tpmclassify.classifier import TPMClassifier
from tpmclassify.model_file.file import load_model, save_model
from tpmclassify.pages.evaluation_html import write_evaluation_page
from tpmclassify.pages.model_text import describe
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.training.card import model_card
from tpmclassify.training.labelled_table import read_labelled
from tpmclassify.training.own_postings import check_labelled
from tpmclassify.training.report import evaluation_report
from tpmclassify.training.shipped import SHIPPED_ROWS, train_shipped


def train_shipped_model(output: Path) -> str:
    """Make the shipped model and its card again; returns what to tell the user."""
    save_model(train_shipped(SHIPPED_ROWS), output)
    return _with_card(output)


def train_table(table: Path, output: Path, classifier: TPMClassifier, **columns: str | None) -> str:
    """Fit a classifier to a labelled table and save it; returns what to tell the user."""
    labelled = read_labelled(table, **columns)
    classifier.fit(labelled.texts, labelled.labels, labelled.groups).save(output)
    return f"{describe(classifier.model_)}\n{_with_card(output)}"


def evaluate_table(
    table: Path, classifier: TPMClassifier, page: Path | None, **columns: str | None
) -> str:
    """Compare a model with a labelled table; returns the report and writes it as a page."""
    labelled = read_labelled(table, **columns)
    labels = check_labelled(len(labelled.texts), labelled.labels, labelled.groups)[0]
    decided = classifier.verdicts(labelled.texts, labelled.groups)
    report = evaluation_report(labels, decided)
    if page is None:
        return report
    roles = labels != NEITHER
    files = write_evaluation_page(page, report, labels[roles] == TPM, decided.score[roles])
    return "\n".join([report, *(f"Report: {file}" for file in files)])


def _with_card(output: Path) -> str:
    card = output.with_suffix(".md")
    card.write_text(model_card(load_model(output)), encoding="utf-8")
    return f"Model: {output}\nCard:  {card}"
