"""A user's labelled table: texts, labels and groups from a file."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tpmclassify.errors import TableError
from tpmclassify.tables.column_names import EMPLOYER, LABEL, TEXT, Use
from tpmclassify.tables.columns import find_column
from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.choose import open_table
from tpmclassify.tables.formats.table import Table


def read_labelled(
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
        texts, labels, *groups = _read_columns(table, path, [n for n in names if n is not None])
    return texts, labels, [name.strip() for name in groups[0]] if groups else None


def _read_columns(table: Table, path: Path, names: list[str]) -> list[list[str]]:
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
