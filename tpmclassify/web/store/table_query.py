"""Which rows of a screening are shown and in what order: from the address to SQL, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
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
_LONGEST_SEARCH, _LONGEST_NUMBER = 200, 10


@dataclass(frozen=True)
class TableQuery:
    """A view of a table; every field is legal, whatever the address said.

    Those that `FILTERS` names: one of its choices, or empty. `own`: the place of one of the
    upload's columns, "=" and a value in it. `column`, `holds`: the place of one, and a part of what
    it holds. `find`: part of a title or an employer's name. `words`: part of a posting's text.
    `sort`: one of `SORTS`. `page`: counted from 1.
    """

    verdict: str = ""
    reason: str = ""
    title: str = ""
    scope: str = ""
    chance: str = ""
    decided: str = ""
    repeats: str = ""
    note: str = ""
    own: str = ""
    column: str = ""
    holds: str = ""
    find: str = ""
    words: str = ""
    sort: str = "row"
    descending: bool = False
    page: int = 1

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Self:
        """Read the parameters of an address or a form; what is not legal is left out."""
        chosen = {
            name: value
            for name, choices in FILTERS.items()
            if (value := str(parameters.get(name, ""))) in choices
        }
        chosen["own"] = str(parameters.get("own", ""))
        for name in ("holds", "find", "words"):
            chosen[name] = str(parameters.get(name, "")).strip()[:_LONGEST_SEARCH]
        for name in ("column", "page"):
            number = str(parameters.get(name, ""))
            is_number = number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER
            chosen[name] = number if is_number else ""
        if not chosen["holds"]:
            chosen["column"] = ""
        sort, page = str(parameters.get("sort", "")), int(chosen.pop("page") or 1)
        return cls(
            **chosen,
            sort=sort if sort in SORTS else "row",
            descending=parameters.get("descending") == "1",
            page=max(1, page),
        )

    def without(self, name: str) -> "TableQuery":
        """The view with one filter left open."""
        left_open: dict[str, Any] = {name: ""}
        return replace(self, **left_open)

    def where(self, masks: Iterable[bytes] = ()) -> tuple[str, list[Any]]:
        """The condition in SQL, and what its question marks stand for.

        `masks`: of what is not in the database, a byte for each row that is 1 where it is so.
        """
        parts, values = [], []
        for name, choices in FILTERS.items():
            if choice := getattr(self, name):
                parts.append(choices[choice])
                values += [choice] * choices[choice].count("?")
        if self.find:
            pattern = self.find.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            parts.append("(title LIKE ? ESCAPE '\\' OR employer LIKE ? ESCAPE '\\')")
            values += [f"%{pattern}%"] * 2
        for mask in masks:
            parts.append("substr(?, row, 1) = x'01'")
            values.append(mask)
        return " AND ".join(parts) or "1", values

    def order(self, *, backwards: bool = False) -> str:
        """The order in SQL; rows that are equal stand in the table's order."""
        direction = "DESC" if self.descending != backwards else "ASC"
        return f"{SORTS[self.sort]} {direction}, row {direction}"

    def fields(self, **changes: Any) -> dict[str, Any]:
        """Give the view, with changes, as fields of a form; none for the plain table."""
        changed = asdict(replace(self, **changes))
        changed["descending"] = "1" if changed["descending"] else ""
        plain = asdict(TableQuery())
        return {k: v for k, v in changed.items() if v and v != plain[k]}

    def parameters(self, **changes: Any) -> str:
        """Give the view, with changes, as the query of an address."""
        return urlencode(self.fields(**changes))
