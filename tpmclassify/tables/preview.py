"""A look at a table before it is screened: its columns, its first rows, and what would be read."""

import os
from contextlib import closing
from dataclasses import dataclass

from tpmclassify.tables.column_names import EMPLOYER, TEXT, TITLE, usual_columns
from tpmclassify.tables.columns import check_names
from tpmclassify.tables.formats.cells import plain_column
from tpmclassify.tables.formats.choose import open_table


@dataclass(frozen=True)
class TablePreview:
    """The beginning of a table, as a person would write it."""

    format: str  # "csv", "tsv", "jsonl", "parquet" or "xlsx"
    names: tuple[str, ...]  # of the columns
    rows: tuple[tuple[str, ...], ...]  # the first ones; missing cells are empty
    rejected: int  # rows among the first ones that cannot be read
    # The columns with usual names for each: one that would be chosen, several to choose from, or
    # none. A table's only column is its text.
    text: tuple[str, ...]
    title: tuple[str, ...]
    employer: tuple[str, ...]
    delimiter: str  # empty where there is none
    sheets: tuple[str, ...]  # of a workbook
    sheet: str  # the one that is shown
    header_row: int | None  # with the column names, from 1, where it was given


def peek(
    path: str | os.PathLike[str],
    *,
    rows: int = 5,
    sheet: str | None = None,
    header_row: int | None = None,
) -> TablePreview:
    """Look at the beginning of a table.

    `rows`: how many rows to show at most. `sheet`, `header_row`: see `open_table`. `TableError`: if
    the table cannot be read; the same as when it is screened.
    """
    with closing(open_table(os.fspath(path), sheet=sheet, header_row=header_row)) as table:
        names = table.schema.names
        check_names(table)
        shown: list[tuple[str, ...]] = []
        rejected = 0
        for batch in table.batches():
            columns = map(plain_column, names, batch.rows.slice(0, rows - len(shown)).columns)
            cells = [column.fill_null("").to_pylist() for column in columns]
            shown += zip(*cells, strict=True)
            rejected += len(batch.rejects)
            if len(shown) >= rows:
                break
        return TablePreview(
            format=table.format,
            names=tuple(names),
            rows=tuple(shown),
            rejected=rejected,
            text=tuple(names if len(names) == 1 else usual_columns(names, TEXT)),
            title=tuple(usual_columns(names, TITLE)),
            employer=tuple(usual_columns(names, EMPLOYER)),
            delimiter=table.delimiter,
            sheets=table.sheets,
            sheet=table.sheet,
            header_row=header_row,
        )
