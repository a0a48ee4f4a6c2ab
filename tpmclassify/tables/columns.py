"""Which column holds what: by name where it is given, else by the names that are usual."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tpmclassify.errors import TableError
from tpmclassify.roles import title_role
from tpmclassify.screening import check_no_own_columns
from tpmclassify.strings import holds_strings, is_string
from tpmclassify.tables.column_names import (
    EMPLOYER,
    TEXT,
    TITLE,
    Use,
    shown_name,
    usual_columns,
    usual_form,
)
from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.table import RAW_LINE, Table

_MOST_LISTED = 30
# What programs write for a cell without a value, in small letters; no posting is one of them.
_SHORT = 32  # bytes
_MISSING = (
    "nan", "none", "null", "\\n", "n/a", "#n/a", "<na>", "nat", "na", "n.a.", "-nan", "(null)",
    "undefined", "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!",
)  # fmt: skip
# Characters a cell that a column must have to be proposed as the one with the postings, and how
# many times more than the one that was chosen: three lines have 200, a posting 2,000 to 5,000.
_LIKE_POSTINGS = 200
_FULLER = 3
_TITLE_WORDS = re.compile(r"title|titel|titre|titul|titol|position|designation|\brole\b")
# Cells that are looked at for titles, and how long one is: a label is shorter, a posting longer.
_LOOKED_AT, _SHORTEST, _LONGEST = 500, 3, 100
_NESTED = r"^\s*[\[{]\s*[\"\[{]"


@dataclass(frozen=True)
class Columns:
    """The columns that screening reads; no other column of the table has such a name."""

    texts: tuple[str, ...]  # whose cells are joined, one at least
    title: str | None
    employer: str | None

    @property
    def text(self) -> str:
        """Their names in one."""
        return ", ".join(self.texts)

    def read(self, rows: pa.RecordBatch) -> dict[str, pa.Array]:
        """The texts of rows, and their titles and employers where there are such columns."""
        joined = [_readable(rows.column(name)) for name in self.texts]
        if len(joined) > 1:
            cells = zip(*(column.to_pylist() for column in joined), strict=True)
            joined = [pa.array(["\n\n".join(filter(None, row)) for row in cells], pa.string())]
        named = {"title": self.title, "employer": self.employer}
        others = {use: _readable(rows.column(n)) for use, n in named.items() if n is not None}
        return {"text": joined[0], **others}


def check_names(table: Table) -> None:
    """Refuse a table that was screened already."""
    try:
        check_no_own_columns(table.schema.names)
    except TableError as error:
        raise TableError(f"{table.source}: {error}") from None


def choose_columns(
    table: Table, *, text: str | Sequence[str] | None, title: str | None, employer: str | None
) -> Columns:
    """Choose the columns of a table: those named, else those with usual names.

    `TableError`: see `find_column`; also if a column of a typed table holds anything but strings.
    """
    names = table.schema.names
    wanted: list[str | None] = [text] if isinstance(text, str) else list(text or [])
    if not wanted:
        wanted = [names[0] if len(names) == 1 else None]
    texts = [find_column(table, TEXT, name, required=True) for name in wanted]
    chosen = Columns(
        tuple(dict.fromkeys(filter(None, texts))),
        find_column(table, TITLE, title),
        find_column(table, EMPLOYER, employer),
    )
    # A sheet may hold numbers where texts are meant; the types of Parquet are meant.
    used = [*chosen.texts, chosen.title, chosen.employer]
    for name in used if table.format == "parquet" else ():
        if name is not None and not holds_strings(kind := table.schema.field(name).type):
            raise TableError(
                f"{table.source}: column {name!r} holds {kind}, not strings. Name the column that "
                "holds the text with --text (text=), or convert this one to strings."
            )
    return chosen


def find_column(
    table: Table, use: Use, wanted: str | None, *, required: bool = False
) -> str | None:
    """Find one column of a table.

    `wanted`: the column that the user named. `required`: whether the table is of no use without it.
    `TableError`: if the named column is missing or there twice, if several have a usual name, or if
    none has and one is required.
    """
    names, what = table.schema.names, use.what
    listed = ", ".join(map(shown_name, names[:_MOST_LISTED])) or "none"
    if len(names) > _MOST_LISTED:
        listed += f" and {len(names) - _MOST_LISTED:,} more"
    found = usual_columns(names, use) if wanted is None else [n for n in names if n == wanted]
    if len(found) == 1 or not (found or required or wanted is not None):
        return found[0] if found else None
    cure = f"Name the right one with {use.option}"
    if wanted is not None:
        how_many = f"{len(found)} columns" if found else "no column"
        problem = f"the table has {how_many} {wanted!r} for {what}. Its columns are: {listed}"
    elif found:
        problem = f"several columns may hold {what}: {', '.join(map(repr, found))}"
        if use.names is TEXT.names:
            cure += "; where each holds a part, give the option once for each of them"
    else:
        problem = (
            f"no column has a usual name for {what} ({', '.join(use.names[0][:4])} ...). The "
            f"columns are: {listed}"
        )
        if use.names is TEXT.names and (longest := _longest(table)):
            cure += f"; {shown_name(longest)} has the longest texts"
        if table.has_header:
            cure += "; where the first row holds no column names, say --no-header (header=False)"
    if found and len(set(found)) == 1:
        cure = "Rename all but one"
    raise TableError(f"{table.source}: {problem}. {cure}.")


def doubts(table: Table, chosen: Columns, rows: pa.RecordBatch) -> Iterator[str]:
    """Say what the first rows let one doubt about the columns that were chosen by their names."""
    sizes = _mean_lengths(rows)
    read = sum(sizes.get(name, 0.0) for name in chosen.texts)
    others = {name: size for name, size in sizes.items() if name not in chosen.texts}
    fuller = max(others, key=lambda name: others[name], default="")
    if fuller and others[fuller] >= max(_LIKE_POSTINGS, _FULLER * read):
        yield (
            f"{table.source}: column {shown_name(fuller)} holds more text than {chosen.text!r}, "
            "which was read. If the postings are there, name it with --text (text=)."
        )
    if len(sizes) == 1 and not usual_columns(list(sizes), TEXT):
        yield (
            f"{table.source}: the table has one column, {shown_name(chosen.text)}, whose cells "
            "were read as postings."
        )
    like_titles = [
        name
        for name in (sizes if chosen.title is None else ())
        if _TITLE_WORDS.search(usual_form(name))
        or (name not in (*chosen.texts, chosen.employer) and sizes[name] and _claims(rows[name]))
    ]
    if like_titles:
        yield (
            f"{table.source}: no titles were read; {shown_name(like_titles[0])} may hold them. "
            "Name the column with --title (title=)."
        )


def _claims(column: pa.Array) -> bool:
    """Whether a cell of the first ones is a title that claims one of the roles."""
    cells = plain_strings(column.slice(0, _LOOKED_AT)).to_pylist()
    return any(title_role(cell) for cell in cells if cell and _SHORTEST < len(cell) < _LONGEST)


def _longest(table: Table) -> str | None:
    """The column whose cells read like postings, if one does."""
    sizes = _mean_lengths(batch.rows) if (batch := next(table.batches(), None)) else {}
    longest = max(sizes, key=lambda name: sizes[name], default="")
    return longest if sizes.get(longest, 0.0) >= _LIKE_POSTINGS else None


def _mean_lengths(rows: pa.RecordBatch) -> dict[str, float]:
    """Bytes a cell of each column, links aside; none where it holds no strings, or two share it."""
    names = rows.schema.names
    found = Counter(names)
    sizes = dict.fromkeys((name for name in names if name != RAW_LINE), 0.0)
    for name, column in zip(names, rows.columns, strict=True):
        if name in sizes and found[name] == 1 and holds_strings(column.type):
            is_link = pc.starts_with(strings := _strings(column), "http")
            lengths = pc.binary_length(pc.if_else(is_link, "", strings))
            sizes[name] = (pc.sum(lengths).as_py() or 0) / max(len(column), 1)
    return sizes


def _strings(column: pa.Array) -> pa.Array:
    strings = plain_strings(column)
    return strings if is_string(strings.type) else strings.cast(pa.string())


def _readable(column: pa.Array) -> pa.Array:
    """The strings of a column as a person reads them; what stands for nothing is missing."""
    strings = _strings(column)
    # Postings are longer than what stands for nothing: few cells need be looked at.
    short = pc.indices_nonzero(pc.less(pc.binary_length(strings), _SHORT))
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(strings.take(short)))
    missing = short.filter(pc.is_in(plain, value_set=pa.array(_MISSING, strings.type)))
    if len(missing):
        strings = pc.if_else(np.isin(np.arange(len(strings)), missing), None, strings)
    if not pc.any(pc.match_substring_regex(strings, _NESTED)).as_py():
        return strings
    return pa.array(
        [None if v is None else _unnested(v) for v in strings.to_pylist()], strings.type
    )


def _unnested(text: str) -> str:
    """The strings within a text that is JSON, a paragraph each; any other text as it is."""
    if not re.match(_NESTED, text):
        return text
    try:
        return "\n".join(_members(json.loads(text)))
    except (ValueError, RecursionError):
        return text


def _members(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _members(member)
