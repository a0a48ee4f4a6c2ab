"""What `tpmclassify train` and `tpmclassify evaluate` do."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError, TrainingError
from tpmclassify.model_file.file import load_model
from tpmclassify.pages.evaluation_html import write_evaluation_page
from tpmclassify.pages.model_text import describe
from tpmclassify.pages.templating import environment
from tpmclassify.reading.posting import read_posting
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.tables.column_names import EMPLOYER, LABEL, TEXT, Use
from tpmclassify.tables.columns import find_column
from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.choose import open_table
from tpmclassify.tables.formats.table import Table
from tpmclassify.training.evaluation import Evaluation
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
    classifier.fit(*_read_labelled(table, **columns)).save(output)
    return _write_card(output)


def evaluate_table(
    table: Path, classifier: TPMClassifier, page: Path | None, **columns: str | None
) -> tuple[Evaluation, list[Path]]:
    """Compare a model with a labelled table; returns the files of the page, too."""
    texts, given, groups = _read_labelled(table, **columns)
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


def _read_labelled(
    path: Path, *, text: str | None, label: str | None, group: str | None
) -> tuple[list[str], list[str], list[str] | None]:
    """Read texts, labels and groups, which are empty where there is no employer."""
    wanted = (
        (replace(TEXT, option="--text"), text, True),
        (LABEL, label, True),
        (Use("--group", "the employers", EMPLOYER.names), group, False),
    )
    with closing(open_table(str(path))) as table:
        names = [find_column(table, use, name, required=must) for use, name, must in wanted]
        texts, labels, *groups = _columns_of(table, path, [n for n in names if n is not None])
    return texts, labels, [name.strip() for name in groups[0]] if groups else None


def _columns_of(table: Table, path: Path, names: list[str]) -> list[list[str]]:
    indexes = [table.schema.names.index(name) for name in names]
    columns: list[list[str]] = [[] for _ in names]
    for batch in table.batches():
        for reject in batch.rejects:
            raise TableError(
                f"{path}, line {reject.line}: {reject.reason}. Training needs every row to be "
                "sound: mend it or take it out."
            )
        for column, index in zip(columns, indexes, strict=True):
            column += [cell or "" for cell in plain_strings(batch.rows.column(index)).to_pylist()]
    return columns


def _write_card(output: Path) -> Path:
    """Write the card of a model beside it (Mitchell et al. 2019)."""
    card, model = output.with_suffix(".md"), load_model(output)
    description = "\n".join(f"    {line}" for line in describe(model).splitlines())
    template = "shipped_card.md" if "n_employers" in model.card else "own_card.md"
    text = environment().get_template(template).render(description=description)
    card.write_text(text + "\n", encoding="utf-8")
    return card
