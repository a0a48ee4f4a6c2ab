"""Which rows of a screening are shown and in what order: from the address to SQL, and back."""

from collections.abc import Iterable, Mapping
from typing import Any, Self
from urllib.parse import urlencode

from tpmclassify.pages.words import REASONS
from tpmclassify.tables.counts import N_BINS

PAGE_SIZE = 50
# What can be filtered, and the SQL of each choice; "?" stands for the choice itself.
FILTERS: dict[str, dict[str, str]] = {
    "verdict": dict.fromkeys(("TPM", "PM", "neither", "review"), "verdict = ?"),
    "reason": dict.fromkeys(REASONS, "instr(';' || reasons || ';', ';' || ? || ';') > 0"),
    "title": {"disagrees": "title_agrees = 0", "agrees": "title_agrees = 1"},
    "scope": {"in": "in_scope >= 0.5", "out": "in_scope < 0.5"},
    # As the bars of the plot; the last one has 1 as well.
    "chance": {
        str(
            i
        ): f"probability >= {i / N_BINS} AND probability < {(i + 1 + i // (N_BINS - 1)) / N_BINS}"
        for i in range(N_BINS)
    },
    "decided": {"no": "verdict = 'review' AND ruling = ''", "yes": "ruling <> ''"},
    "repeats": {"no": "copy_of = 0", "yes": "copy_of > 0"},
    "note": {"yes": "note <> ''", "no": "note = ''"},
}
SORTS = {
    "row": "row",
    "title": "title COLLATE NOCASE",
    "verdict": "verdict",
    "probability": "probability",
    "in_scope": "in_scope",
    "ruling": "ruling",
    # The likeliest of the three answers, the least likely first.
    "doubt": "max(1 - in_scope, in_scope * max(probability, 1 - probability))",
}
# The plain table has nothing chosen, the row being its order.
_CHOICES = {**FILTERS, "sort": SORTS.keys() - {"row"}, "descending": ("1",)}
_LONGEST_SEARCH, _LONGEST_NUMBER = 200, 12


def number_of(text: object) -> int | None:
    """The number that a person, or an address, wrote; None where it is none."""
    digits = str(text).strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER
    return int(digits) if is_number else None


class TableQuery(dict[str, str]):
    """A view of a table: its parameters, all legal; those of the plain table are left out.

    Those that `FILTERS` names: one of its choices. `own`: the place of one of the upload's columns,
    "=" and a value in it. `column`, `holds`: the place of one, and a part of what it holds. `find`:
    part of a title or an employer's name. `words`: part of a posting's text. `sort`: one of
    `SORTS`. `descending`: "1". `page`: counted from 1.
    """

    def __missing__(self, name: str) -> str:
        return ""

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Self:
        """Read the parameters of an address or a form; what is not legal is left out."""
        given = {name: str(value) for name, value in parameters.items()}
        chosen = {name: given[name] for name in _CHOICES if given.get(name) in _CHOICES[name]}
        chosen["own"] = given.get("own", "")
        for name in ("holds", "find", "words"):
            chosen[name] = given.get(name, "").strip()[:_LONGEST_SEARCH]
        column, page = (number_of(given.get(name)) for name in ("column", "page"))
        if chosen["holds"] and column is not None:
            chosen["column"] = str(column)
        if page is not None and page > 1:
            chosen["page"] = str(page)
        return cls({name: value for name, value in chosen.items() if value})

    def but(self, **changes: Any) -> Self:
        """The view with changes; an empty one leaves a filter open."""
        return self.of({**self, **changes})

    @property
    def page(self) -> int:
        """Which page, counted from 1."""
        return int(self["page"] or 1)

    @property
    def sort(self) -> str:
        """By what the rows are sorted, one of `SORTS`."""
        return self["sort"] or "row"

    def where(self, masks: Iterable[bytes] = ()) -> tuple[str, list[Any]]:
        """The condition in SQL, and what its question marks stand for.

        `masks`: of what is not in the database, a byte for each row that is 1 where it is so.
        """
        parts: list[str] = []
        values: list[Any] = []
        for name, choices in FILTERS.items():
            if choice := self[name]:
                parts.append(choices[choice])
                values += [choice] * choices[choice].count("?")
        if self["find"]:
            parts.append("(instr(lower(title), lower(?)) OR instr(lower(employer), lower(?)))")
            values += [self["find"]] * 2
        for mask in masks:
            parts.append("substr(?, row, 1) = x'01'")
            values.append(mask)
        return " AND ".join(parts) or "1", values

    def order(self, *, backwards: bool = False) -> str:
        """The order in SQL; rows that are equal stand in the table's order."""
        direction = "DESC" if bool(self["descending"]) != backwards else "ASC"
        return f"{SORTS[self.sort]} {direction}, row {direction}"

    def parameters(self, **changes: Any) -> str:
        """Give the view, with changes, as the query of an address."""
        return urlencode(self.but(**changes))
