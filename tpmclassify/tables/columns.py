"""Which column holds what: by name where it is given, else by the names that are usual."""

import re
from collections.abc import Sequence

from tpmclassify.errors import TableError

TEXT_NAMES = (
    "description", "job_description", "text", "jobdescription", "job_text", "posting",
    "job_posting", "posting_text", "full_description", "description_text", "body", "content",
)  # fmt: skip
TITLE_NAMES = ("title", "job_title", "jobtitle", "position_title", "job_name")
EMPLOYER_NAMES = ("employer", "company", "company_name", "employer_name", "organization")
LABEL_NAMES = ("label", "role", "class", "decision")


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
    what : str
        What the column holds, for the message.
    option : str
        The option that names the column.
    required : bool
        Whether the table is of no use without it.
    source : str
        The table's name, for the message.

    Raises
    ------
    TableError
        If the named column is missing or there twice, if several have a usual name, or if none
        has and one is required.
    """
    listed = ", ".join(repr(name) for name in names) or "none"
    if wanted is not None:
        if names.count(wanted) == 1:
            return wanted
        how_many = "no column" if wanted not in names else f"{names.count(wanted)} columns"
        raise TableError(
            f"{source}: the table has {how_many} {wanted!r} for {what}. Its columns are: {listed}. "
            f"Name one of them with {option}."
        )
    found = [name for name in names if _usual_form(name) in usual]
    if len(found) > 1:
        raise TableError(
            f"{source}: several columns may hold {what}: {', '.join(map(repr, found))}. "
            f"Name the right one with {option}."
        )
    if not found and required:
        raise TableError(
            f"{source}: no column has a usual name for {what} ({', '.join(usual[:4])} ...). "
            f"The columns are: {listed}. Name the right one with {option}."
        )
    return found[0] if found else None


def _usual_form(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().lower())
