"""A user's labelled table: texts, labels and groups from a CSV file."""

from dataclasses import dataclass
from pathlib import Path

from tpmclassify.errors import TableError
from tpmclassify.tables.columns import EMPLOYER_NAMES, LABEL_NAMES, TEXT_NAMES, find_column
from tpmclassify.tables.csv_input import open_csv


@dataclass(frozen=True)
class LabelledTable:
    """The columns that training and evaluation need.

    Attributes
    ----------
    texts, labels : list of str
    groups : list of str or None
        Employers; a posting without one is a group of its own.
    """

    texts: list[str]
    labels: list[str]
    groups: list[str] | None


def read_labelled(
    path: Path, *, text: str | None, label: str | None, group: str | None
) -> LabelledTable:
    """Read a labelled table.

    Raises
    ------
    TableError
        If the table cannot be read, lacks a column, or has a row that does not fit.
    """
    table = open_csv(path, encoding=None, has_header=True)
    names, source = table.names, str(path)

    def place(
        wanted: str | None, usual: tuple[str, ...], what: str, option: str, required: bool
    ) -> int | None:
        name = find_column(
            names,
            wanted=wanted,
            usual=usual,
            what=what,
            option=option,
            required=required,
            source=source,
        )
        return None if name is None else names.index(name)

    text_at = place(text, TEXT_NAMES, "the text of the postings", "--text", True)
    label_at = place(label, LABEL_NAMES, "the labels", "--label", True)
    group_at = place(group, EMPLOYER_NAMES, "the employers", "--group", False)
    assert text_at is not None  # required above
    assert label_at is not None
    texts, labels, groups = [], [], []
    for number, row in enumerate(table.rows()):
        if row.problem:
            raise TableError(
                f"{path}, line {row.line}: {row.problem}. Training needs every row to be sound: "
                "mend it or take it out."
            )
        texts.append(row.cells[text_at])
        labels.append(row.cells[label_at])
        if group_at is not None:
            groups.append(row.cells[group_at].strip() or f"row {number}")
    return LabelledTable(texts, labels, groups if group_at is not None else None)
