"""A user's labelled table: texts, labels and groups from a file."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tpmclassify.errors import TableError
from tpmclassify.tables.columns import EMPLOYER_NAMES, LABEL_NAMES, TEXT_NAMES, find_column
from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.choose import open_table
from tpmclassify.tables.formats.table import Table


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
    with closing(open_table(str(path))) as table:
        return _read(table, path, text=text, label=label, group=group)


def _read(
    table: Table, path: Path, *, text: str | None, label: str | None, group: str | None
) -> LabelledTable:
    names, source = table.schema.names, str(path)

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
    places = [at for at in (text_at, label_at, group_at) if at is not None]
    columns: list[list[str]] = [[] for _ in places]
    for batch in table.batches():
        for reject in batch.rejects:
            raise TableError(
                f"{path}, line {reject.line}: {reject.reason}. Training needs every row to be "
                "sound: mend it or take it out."
            )
        for column, at in zip(columns, places, strict=True):
            column += [cell or "" for cell in plain_strings(batch.rows.column(at)).to_pylist()]
    texts, labels, *groups = columns
    employers = [name.strip() or f"row {i}" for i, name in enumerate(groups[0])] if groups else None
    return LabelledTable(texts, labels, employers)
