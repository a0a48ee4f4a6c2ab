"""Which column holds what: by name where it is given, else by the names that are usual."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tpmclassify.errors import TableError
from tpmclassify.screening import check_no_own_columns
from tpmclassify.strings import holds_strings
from tpmclassify.tables.formats.table import Table

TEXT_NAMES = (
    "description", "job_description", "text", "jobdescription", "job_text", "posting",
    "job_posting", "posting_text", "full_description", "description_text", "body", "content",
)  # fmt: skip
TITLE_NAMES = ("title", "job_title", "jobtitle", "position_title", "job_name")
EMPLOYER_NAMES = ("employer", "company", "company_name", "employer_name", "organization")
LABEL_NAMES = ("label", "role", "class", "decision")
_MOST_LISTED = 30
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Columns:
    """The columns that screening reads; no other column of the table has such a name."""

    text: str
    title: str | None
    employer: str | None


def check_names(table: Table) -> None:
    """Refuse a table that was screened already."""
    try:
        check_no_own_columns(table.schema.names)
    except TableError as error:
        raise TableError(f"{table.source}: {error}") from None


def choose_columns(
    table: Table, *, text: str | None, title: str | None, employer: str | None
) -> Columns:
    """Choose the columns of a table: those named, else those with usual names.

    Raises
    ------
    TableError
        See `find_column`; also if a column of a typed table holds anything but strings.
    """
    names = table.schema.names
    only_column = names[0] if len(names) == 1 else None
    found = [
        find_column(
            names,
            wanted=wanted,
            usual=usual,
            what=what,
            option=f"--{name} ({name}=)",
            required=name == "text",
            source=table.source,
        )
        for name, wanted, usual, what in (
            ("text", text or only_column, TEXT_NAMES, "the text of the postings"),
            ("title", title, TITLE_NAMES, "their titles"),
            ("employer", employer, EMPLOYER_NAMES, "their employers"),
        )
    ]
    # A sheet may hold numbers where texts are meant; the types of Parquet are meant.
    for name in found if table.format == "parquet" else ():
        if name is not None and not holds_strings(kind := table.schema.field(name).type):
            raise TableError(
                f"{table.source}: column {name!r} holds {kind}, not strings. Name the column that "
                "holds the text with --text (text=), or convert this one to strings."
            )
    text, title, employer = found
    assert text is not None  # it is required
    return Columns(text, title, employer)


def find_column(
    names: Sequence[str],
    *,
    wanted: str | None,
    usual: Sequence[str],
    what: str,
    option: str,
    required: bool,
    source: str,
) -> str | None:
    """Find one column of a table.

    Parameters
    ----------
    names : sequence of str
        The table's columns.
    wanted : str or None
        The column that the user named.
    usual : sequence of str
        Names to look for otherwise, in lower case with underscores.
    what, option, source : str
        What the column holds, the option that names it, and the table's name, for messages.
    required : bool
        Whether the table is of no use without it.

    Raises
    ------
    TableError
        If the named column is missing or there twice, if several have a usual name, or if none
        has and one is required.
    """
    listed = ", ".join(map(_shown, names[:_MOST_LISTED])) or "none"
    if len(names) > _MOST_LISTED:
        listed += f" and {len(names) - _MOST_LISTED:,} more"
    if wanted is not None:
        if names.count(wanted) == 1:
            return wanted
        how_many = "no column" if wanted not in names else f"{names.count(wanted)} columns"
        raise TableError(
            f"{source}: the table has {how_many} {wanted!r} for {what}. Its columns are: {listed}. "
            f"Name one of them with {option}."
        )
    found = usual_columns(names, usual)
    if len(found) > 1:
        raise TableError(
            f"{source}: several columns may hold {what}: {', '.join(map(repr, found))}. "
            f"Name the right one with {option}."
        )
    if not found and required:
        raise TableError(
            f"{source}: no column has a usual name for {what} ({', '.join(usual[:4])} ...). "
            f"The columns are: {listed}. Name the right one with {option}; where the first row "
            "holds no column names, say --no-header (header=False)."
        )
    return found[0] if found else None


def usual_columns(names: Sequence[str], usual: Sequence[str]) -> list[str]:
    """List the columns that have a usual name."""
    return [name for name in names if _usual_form(name) in usual]


def _shown(name: str) -> str:
    return repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}...")


def _usual_form(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().lower())
