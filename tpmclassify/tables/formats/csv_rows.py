"""Rows of CSV that may be out of order, one at a time: where each ends, and where sound ones begin.

A row is read cell by cell, and ends at the quote or the cell at which it goes wrong, so that the
time is that of the text, however the quotes stand; the csv module would follow an open quote to the
end of the file.
"""

import re
import sys
from collections import Counter
from functools import cache
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_OPEN_QUOTE = r'"[^"]*+(?:""[^"]*+)*+'
_QUOTED, _END = rf'{_OPEN_QUOTE}"', r"(?:\r\n|\r|\n|\Z)"
_NEVER_CLOSED = re.compile(rf"{_OPEN_QUOTE}\Z")
_SAMPLE = 1 << 18  # characters from which is learnt what sound rows look like
_ENOUGH = 3  # rows that tell it
# Lines within texts may look like rows of another kind, but rows hold nearly all of the text.
_NEARLY_ALL = 0.9
_NUMBER = re.compile(r"[\d\s.,:/+-]*\d[\d\s.,:/+-]*")

_Looks = tuple[tuple[bool, str], ...]  # of each cell, see `_look`


class Row(NamedTuple):
    """The cells of a row as they stand in the text, quotes included."""

    end: int  # of the row; where it is not whole, of the cells before the one that goes wrong
    cells: list[str]
    is_whole: bool

    @property
    def values(self) -> list[str]:
        """The cells as they are meant."""
        return [c[1:-1].replace('""', '"') if c[:1] == '"' else c for c in self.cells]

    def is_open(self, text: str) -> bool:
        """Whether a quote opens in it that is not closed in the text."""
        return not self.is_whole and _NEVER_CLOSED.match(text, self.end) is not None

    def quoted(self) -> list[int]:
        """The cells that are quoted; none of a row that is not whole."""
        return [i for i, cell in enumerate(self.cells) if self.is_whole and cell[:1] == '"']


def split_row(text: str, at: int, delimiter: str, most: int = sys.maxsize) -> Row:
    """Read the row that begins here."""
    pattern = _one_cell(delimiter)
    cells: list[str] = []
    while len(cells) < most and (cell := pattern.match(text, at)):
        cells.append(cell[1])
        at = cell.end()
        if not cell[2]:
            return Row(at, cells, is_whole=True)
    return Row(at, cells, is_whole=False)


class RowPatterns:
    """Finds the rows of a table with this delimiter and number of columns."""

    def __init__(self, delimiter: str, width: int) -> None:
        between = re.escape(delimiter)
        # Between tabs, quotes are as often as not those of the text.
        plain = rf"[^\"\r\n{between}]*+"
        sound = _odd_cell(delimiter) if delimiter == "\t" else rf"(?:{_QUOTED}|{plain})"
        self._delimiter, self._width = delimiter, width
        self._sound = re.compile(rf"{sound}(?:{between}{sound}){{{width - 1}}}{_END}")
        self._looks: set[_Looks] | None = None

    def row(self, text: str, at: int) -> Row:
        """The row that begins here, of whatever width.

        Very many cells are no row, but quotes that open where others should close.
        """
        return split_row(text, at, self._delimiter, 2 * self._width + 51)

    def is_sound(self, cell: str) -> bool:
        """Whether the quotes of a cell stand around it."""
        return '"' not in cell or cell[:1] == '"' or self._delimiter == "\t"

    def odd_cell(self, row: Row) -> int | None:
        """The cell of a row, from 1, in which a quote opens that a later cell closes."""
        if all(map(self.is_sound, row.cells)):
            return None
        odd = [i for i, cell in enumerate(row.cells, 1) if _is_odd(cell)]
        return odd[0] if len(odd) > 1 else None

    def closes_quote(self, text: str, at: int) -> bool:
        """Whether a cell of the row that begins here closes a quote that opens before the row."""
        return any(_is_odd(cell) and cell[-1] == '"' for cell in self.row(text, at).cells)

    def quoted_end(self, text: str, at: int, *, whole: bool) -> int | None:
        """Where a row of any width ends whose quotes are in order: the next one has the same.

        The end of the text where the next row, or a cell of it, may be in what follows.
        """
        row = split_row(text, at, self._delimiter)
        if not (quoted := row.quoted()):
            return None
        if row.end == len(text) or (not whole and self.is_open(text, row.end)):
            return len(text)
        return row.end if split_row(text, row.end, self._delimiter).quoted() == quoted else None

    def is_open(self, text: str, at: int) -> bool:
        """Whether a quote opens in the row that begins here and is not closed."""
        row = self.row(text, at)
        return len(row.cells) < self._width and row.is_open(text)

    def next_row(self, text: str, at: int, end: int) -> int | None:
        """Where the next row begins after this line that looks like the sound ones of the table."""
        if self._looks is None:
            self._looks = self._learn(text[:_SAMPLE])
        while (at := _end_of_line(text, at)) < end:
            if text[at] not in "\r\n" and self._sound.match(text, at) and self.is_alike(text, at):
                return at
        return None

    def next_other_row(self, text: str, at: int) -> int | None:
        """Where two sound rows follow one another, whatever they look like: learn from them."""
        while (at := _end_of_line(text, at)) < len(text):
            found = text[at] not in "\r\n" and self._sound.match(text, at)
            if found and (found.end() == len(text) or self._sound.match(text, found.end())):
                self._looks = None
                return at
        return None

    def next_beginning(self, text: str, at: int, end: int) -> int:
        """Where the next row may begin after this line, by its first cell, or else `end`."""
        while (at := _end_of_line(text, at)) < end:
            if self.begins_alike(text, at):
                return at
        return end

    def begins_alike(self, text: str, at: int) -> bool:
        """Whether this begins as sound rows do, where that tells them from texts."""
        cell = _one_cell(self._delimiter).match(text, at)
        if not (cell and self.is_sound(cell[1]) and (cell[2] or cell.end() == len(text))):
            return False
        look = _look(cell[1])
        is_telling = look != (False, "words")
        return not self._looks or (is_telling and any(look == one[0] for one in self._looks))

    def is_alike(self, text: str, at: int) -> bool:
        """Whether the row that begins here looks as the sound ones of the table do."""
        return not self._looks or self._looks_of(text, at) in self._looks

    def _looks_of(self, text: str, at: int) -> _Looks:
        return tuple(map(_look, self.row(text, at).cells))

    def _learn(self, text: str) -> set[_Looks]:
        """The looks of the rows of a sample."""
        found, at = [], 0
        while at < len(text):
            if text[at] not in "\r\n" and (row := self._sound.match(text, at)):
                found.append((at - row.end(), at))
            at = _end_of_line(text, at)
        # The longest first: a line within the text of a row is no row of its own.
        taken = bytearray(len(text))
        sizes: Counter[_Looks] = Counter()
        for negative, at in sorted(found) if len(found) >= _ENOUGH else ():
            if not taken[at]:
                taken[at : at - negative] = b"\1" * -negative
                sizes[self._looks_of(text, at)] -= negative
        enough, usual = _NEARLY_ALL * sizes.total(), set()
        for looks, size in sizes.most_common():
            if enough > 0:
                usual.add(looks)
            enough -= size
        return usual


@cache
def _one_cell(delimiter: str) -> re.Pattern[str]:
    """A cell, and the delimiter behind it; none at the end of a row."""
    return re.compile(rf"({_odd_cell(delimiter)})(?:({re.escape(delimiter)})|{_END})")


def _odd_cell(delimiter: str) -> str:
    # A quote within an unquoted cell is one sign of many, as it is to the csv module.
    between = re.escape(delimiter)
    return rf"(?:{_QUOTED}|[^\"\r\n{between}][^\r\n{between}]*+|)"


def _end_of_line(text: str, at: int) -> int:
    found = _LINE.match(text, at)
    assert found is not None  # it matches anything
    return found.end()


def _look(cell: str) -> tuple[bool, str]:
    """Whether a cell is quoted, and of what kind it is."""
    is_quoted = cell[:1] == '"'
    bare = cell[1:-1] if is_quoted else cell
    if not bare:
        return is_quoted, ""
    kind = "number" if _NUMBER.fullmatch(bare) else "words" if " " in bare.strip() else "word"
    return is_quoted, kind


def _is_odd(cell: str) -> bool:
    return cell[:1] != '"' and cell.count('"') % 2 == 1
