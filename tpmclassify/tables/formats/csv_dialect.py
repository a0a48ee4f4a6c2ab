"""How a CSV file is to be read, found from its first rows: the delimiter and the column names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tpmclassify.errors import TableError
from tpmclassify.tables.column_names import names_postings
from tpmclassify.tables.formats.csv_rows import RowPatterns, split_row
from tpmclassify.tables.formats.csv_split import line_ends
from tpmclassify.tables.formats.table import MOST_CAPTIONS, Asked, header_names

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
# Taken where none of those fits and every row has the same number of cells by it.
RARE_DELIMITERS = "^~\x1f\x1e\x1c\x14\x01\x02¦§:#!@*$%\\·•¬¶¤þ→、，；"
_SAMPLE_ROWS = 50
# What a cell that is no usual name must be like to be one: the parts of a sentence are not.
_NAME = re.compile(r"[^\W\d][\w .()/-]{0,39}")
_MOSTLY = 0.5  # of the rows: some may be out of order, and must not decide how the rest is read
# A name in quotes of another kind, or behind a space: such cells are not split as they are meant.
_ODDLY_QUOTED = re.compile(r"'.+'|\s+\".*", re.DOTALL)
_QUOTING = (
    'Quote cells that hold the delimiter by " (not by an apostrophe, nor behind a space or a '
    "backslash)"
)
_PADDED = re.compile(r"[^\s\"] {2,}\S")  # names of columns of fixed widths
# The first line by which some programs tell Excel the delimiter.
_EXCEL_HINT = re.compile(r"\"?sep=(.)\"?[\r\n]*", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How to read a CSV file."""

    delimiter: str
    names: list[str]  # the columns
    first_line: int  # index of the first physical line of the rows
    skipped: int = 0  # lines above the column names


def find_dialect(
    source: str, lines: Sequence[str], asked: Asked, delimiter: str | None, *, whole: bool
) -> Dialect:
    """Find out how a CSV file is to be read.

    `source`: its name, for messages. `lines`: its first lines; all of them where `whole`.
    `delimiter`: where it is known. `TableError`: if there are no rows, or no table can be made out.
    """
    if not any(line.strip() for line in lines):
        raise TableError(
            f"{source}: the file is empty. A table needs a row of column names and rows below it."
        )
    start = 0
    if hint := _EXCEL_HINT.fullmatch(lines[0]):
        delimiter, start = hint[1], 1
    if asked.header_row is not None:
        start = asked.header_row - 1
        if not any(line.strip() for line in lines[start:]):
            raise TableError(
                f"{source}: there are no rows from line {asked.header_row} on. Name another line "
                "with --header-row (header_row=)."
            )
    elif asked.header and not start:
        start = _captions(lines, delimiter, whole, asked.names)
    skipped = start if not hint and any(map(str.strip, lines[:start])) else 0
    delimiter = delimiter or _find_delimiter(source, lines[start:], whole)
    while not lines[start].strip("\r\n"):
        start += 1
    text = "".join(lines[start:])
    row = split_row(text, 0, delimiter)
    if not row.is_whole:
        what = "a cell goes on after its closing quote"
        what = "a quote is never closed" if row.is_open(text) else what
        raise TableError(
            f"{source}, line {start + 1}, column 1: the row of column names cannot be "
            f"read ({what}). Every quote that opens a cell must be closed, and a quote within it "
            "doubled."
        )
    first = row.values
    if asked.header and any(map(_ODDLY_QUOTED.fullmatch, first)):
        raise TableError(
            f"{source}, line {start + 1}: column names are quoted by apostrophes, or behind a "
            f"space. {_QUOTING}."
        )
    names = header_names(source, f"line {start + 1}", first, has_header=asked.header)
    lines_of_names = max(line_ends(text[: row.end]), 1) if asked.header else 0
    return Dialect(delimiter, names, start + lines_of_names, skipped)


def _find_delimiter(source: str, lines: Sequence[str], whole: bool) -> str:
    """The delimiter by which most of the first rows have as many cells as the first, two or more.

    Between several, the one that fits more rows, then the one that makes more cells.
    """
    widths = {delimiter: _widths(lines, delimiter, whole) for delimiter in DELIMITERS}
    fits = {
        delimiter: (found.count(found[0]) / len(found), found[0])
        for delimiter, found in widths.items()
        if found and found[0] > 1 and found.count(found[0]) > _MOSTLY * len(found)
    }
    if fits:
        return max(fits, key=lambda delimiter: fits[delimiter])
    filled = [line.rstrip() for line in lines[:_SAMPLE_ROWS] if line.strip()]
    first = filled[0]
    for delimiter in RARE_DELIMITERS:
        rare = _widths(lines, delimiter, whole) if delimiter in first[:-1] else []
        # At the end of a name it is a mark of it, such as "Description*:".
        is_mark = first.endswith(delimiter)
        if len(rare) > 1 and rare[0] > 1 and rare.count(rare[0]) == len(rare) and not is_mark:
            return delimiter
    padded = _PADDED.search(first)
    if padded and all(line[padded.end() - 2 : padded.end() - 1] == " " for line in filled):
        what = "the column names are set apart by spaces, as in a text of fixed widths"
        cure = "Open it in a spreadsheet program as text of fixed widths, and save it as .csv"
    elif widths[","][:1] == [1] and all(found[:1] in ([1], []) for found in widths.values()):
        if not any(_looks_wider(found[1:]) for found in widths.values()):
            return ","  # one column, no delimiter in its name
        what = "the first row has one cell, most others have more: it is no row of column names"
        cure = (
            "Take out what stands above the column names; if this is a table of one column, quote "
            "its cells"
        )
    else:
        what = "no delimiter splits the rows into the same number of cells"
        cure = (
            "Give each row as many cells as there are column names: a delimiter at its end makes "
            f"one more. {_QUOTING}"
        )
    # No text of a posting stands in an error.
    found_cells = (
        "; ".join(
            f"by {DELIMITERS[delimiter]} the first rows have {', '.join(map(str, found[:5]))} cells"
            for delimiter, found in widths.items()
            if any(width > 1 for width in found)
        )
        or "no row holds one"
    )
    raise TableError(
        f"{source}, lines 1 to {min(_SAMPLE_ROWS, len(lines))}: {what}. Legal delimiters are "
        f"{', '.join(DELIMITERS.values())}. {found_cells.capitalize()}. {cure}."
    )


def _captions(
    lines: Sequence[str], delimiter: str | None, whole: bool, text_names: Sequence[str]
) -> int:
    """Lines above the first that names a column of postings, which the rows below agree with."""
    for start, line in enumerate(lines[:MOST_CAPTIONS]):
        for between in [delimiter] if delimiter else DELIMITERS:
            names = [name.strip('"\r\n') for name in line.split(between)]
            # Or names each column of three or more, below lines of one cell at most.
            above = [line.split(any_one) for line in lines[:start] for any_one in DELIMITERS]
            is_below = start and len(names) > 2 and all(map(_NAME.fullmatch, names))
            if len(names) > 1 and (
                names_postings(names, text_names)
                or (is_below and all(sum(map(bool, map(str.strip, row))) < 2 for row in above))
            ):
                widths = _widths(lines[start:], between, whole)
                if widths.count(len(names)) > _MOSTLY * len(widths):
                    return start
    return 0


def _looks_wider(below: list[int]) -> bool:
    """Whether the rows below the first agree on several cells."""
    usual = max(below, key=below.count, default=1)
    return usual > 1 and len(below) > 1 and below.count(usual) > _MOSTLY * len(below)


def _widths(lines: Sequence[str], delimiter: str, whole: bool) -> list[int]:
    """Cells in each of the first rows, 0 where quotes are out of order; none without a first one.

    The last row of a cut sample does not count.
    """
    text = "".join(lines).lstrip("\r\n")
    first = split_row(text, 0, delimiter)
    if not (text and first.is_whole):
        return []
    at, width = first.end, len(first.cells)
    patterns, widths = RowPatterns(delimiter, width), [width]
    while at < len(text) and len(widths) <= _SAMPLE_ROWS:
        if text[at] in "\r\n":
            at += 1
            continue
        row = patterns.row(text, at)
        widths.append(len(row.cells) if row.is_whole else 0)
        # A row that does not fit may go on for many lines, which are no rows.
        if widths[-1] == width or (row.is_whole and width == 1):
            at = row.end
        else:
            quoted = patterns.quoted_end(text, at, whole=True)
            at = quoted or patterns.next_row(text, at, len(text)) or len(text)
    return widths[:-1] if at == len(text) and not whole and len(widths) > 1 else widths
