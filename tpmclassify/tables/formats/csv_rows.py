"""Rows of CSV that may be out of order, one at a time: where each ends, and where sound ones begin.

A row is matched with as many cells as the table has columns. Every match ends at the quote or the
cell at which it goes wrong, so that the time is that of the text, however the quotes stand; the csv
module would follow an open quote to the end of the file.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_QUOTED, _END = r'"[^"]*+(?:""[^"]*+)*+"', r"(?:\r\n|\r|\n|\Z)"
_SAMPLE = 1 << 18  # characters from which is learnt what sound rows look like
_ENOUGH = 3  # rows that tell it
# Lines within texts may look like rows of another kind, but rows hold nearly all of the text.
_NEARLY_ALL = 0.9
_SHORTER = 4  # a cell may have a fourth of the characters of the shortest one so far, not fewer
_NUMBER = re.compile(r"[\d\s.,:/+-]*\d[\d\s.,:/+-]*")

_Looks = tuple[tuple[bool, str], ...]  # of each cell, see `_look`


class RowPatterns:
    """Finds the rows of a table with this delimiter and number of columns."""

    def __init__(self, delimiter: str, width: int) -> None:
        between, odd = re.escape(delimiter), _odd_cell(delimiter)
        plain = rf"[^\"\r\n{between}]*+"
        # Between tabs, quotes are as often as not those of the text.
        sound = odd if delimiter == "\t" else rf"(?:{_QUOTED}|{plain})"
        end = _END
        self._delimiter, self._width = delimiter, width
        self._cell = re.compile(rf"({odd})(?:{between}|{end})")
        self._row = re.compile(rf"{odd}(?:{between}{odd}){{{width - 1}}}{end}")
        self._sound = re.compile(rf"{sound}(?:{between}{sound}){{{width - 1}}}{end}")
        # More cells than that are no row, but quotes that open where others should close.
        self._any_row = re.compile(rf"{odd}(?:{between}{odd}){{0,{2 * width + 50}}}+{end}")
        self._open = re.compile(rf'(?:{odd}{between}){{0,{width - 1}}}"[^"]*+(?:""[^"]*+)*+\Z')
        self._sound_cell = re.compile(rf"({sound})(?:{between}|[\r\n]*\Z)")
        self._looks: dict[_Looks, list[int]] | None = None

    def match(self, text: str, at: int) -> tuple[int, list[str]] | None:
        """The end and the cells of the row that begins here; None where there is none."""
        found = self._row.match(text, at)
        if found is None:
            return None
        raw = found[0]
        if '"' not in raw:
            return found.end(), raw.rstrip("\r\n").split(self._delimiter)
        return found.end(), list(map(_unquoted, self._raw_cells(text, at)))

    def is_sound(self, text: str, at: int, end: int) -> bool:
        """Whether all quotes of a matched row stand around cells."""
        return '"' not in text[at:end] or self._sound.match(text, at) is not None

    def odd_cell(self, text: str, at: int, end: int) -> int | None:
        """The cell of a matched row, from 1, in which a quote opens that a later cell closes."""
        if self.is_sound(text, at, end):
            return None
        odd = [i for i, cell in enumerate(self._raw_cells(text, at), 1) if _is_odd(cell)]
        return odd[0] if len(odd) > 1 else None

    def closes_quote(self, text: str, at: int) -> bool:
        """Whether a cell of the row that begins here closes a quote that opens before the row."""
        return any(_is_odd(cell) and cell[-1] == '"' for cell in self._raw_cells(text, at))

    def wrong_width(self, text: str, at: int) -> tuple[int, int]:
        """The end and the number of cells of a row; 0 cells where its quotes are out of order."""
        found = self._any_row.match(text, at)
        row = found and split_row(text, at, self._delimiter)
        return (row[0], len(row[1])) if row else (at, 0)

    def quoted_end(self, text: str, at: int, *, whole: bool) -> int | None:
        """Where a row of any width ends whose quotes are in order: the next one has the same.

        The end of the text where the next row, or a cell of it, may be in what follows.
        """
        row = _raw_row(text, at, self._delimiter)
        if row is None or not (quoted := _quoted(row[1])):
            return None
        end = row[0]
        if end == len(text) or (not whole and self.is_open(text, end)):
            return len(text)
        following = _raw_row(text, end, self._delimiter)
        return end if following and _quoted(following[1]) == quoted else None

    def is_open(self, text: str, at: int) -> bool:
        """Whether a quote opens in the row that begins here and is not closed."""
        return self._open.match(text, at) is not None

    def sound_cells(self, raw: str) -> int:
        """Number of cells before the one that goes wrong."""
        count = at = 0
        while at < len(raw) and (match := self._sound_cell.match(raw, at)):
            count, at = count + 1, match.end()
        return count

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
        cell = self._sound_cell.match(text, at)
        if cell is None or not self._looks:
            return cell is not None
        look = _look(cell[1])
        return look != (False, "words") and any(look == looks[0] for looks in self._looks)

    def _learn(self, text: str) -> dict[_Looks, list[int]]:
        """The looks of the rows of a sample, each with the least lengths of its cells."""
        found, at = [], 0
        while at < len(text):
            if text[at] not in "\r\n" and (row := self._sound.match(text, at)):
                found.append((at - row.end(), at))
            at = _end_of_line(text, at)
        # The longest first: a line within the text of a row is no row of its own.
        taken = bytearray(len(text))
        least: dict[_Looks, list[int]] = {}
        sizes: Counter[_Looks] = Counter()
        for negative, at in sorted(found) if len(found) >= _ENOUGH else ():
            size = -negative
            if not taken[at]:
                taken[at : at + size] = b"\1" * size
                cells = self._raw_cells(text, at)
                looks, lengths = tuple(map(_look, cells)), list(map(len, cells))
                least[looks] = list(map(min, least.get(looks, lengths), lengths))
                sizes[looks] += size
        enough, usual = _NEARLY_ALL * sizes.total(), {}
        for looks, size in sizes.most_common():
            if enough > 0:
                usual[looks] = least[looks]
            enough -= size
        return usual

    def is_alike(self, text: str, at: int) -> bool:
        """Whether the row that begins here looks as the sound ones of the table do."""
        if not self._looks:
            return True
        cells = self._raw_cells(text, at)
        least = self._looks.get(tuple(map(_look, cells)))
        return least is not None and all(
            len(cell) >= length // _SHORTER for cell, length in zip(cells, least, strict=True)
        )

    def _raw_cells(self, text: str, at: int) -> Sequence[str]:
        cells = []
        for _ in range(self._width):
            cell = self._cell.match(text, at)
            assert cell is not None  # the row was matched
            cells.append(cell[1])
            at = cell.end()
        return cells


def split_row(text: str, at: int, delimiter: str) -> tuple[int, list[str]] | None:
    """The end and the cells of the row that begins here, however many; None where none can be."""
    row = _raw_row(text, at, delimiter)
    return row and (row[0], list(map(_unquoted, row[1])))


def _raw_row(text: str, at: int, delimiter: str) -> tuple[int, list[str]] | None:
    pattern = _one_cell(delimiter)
    cells: list[str] = []
    while cell := pattern.match(text, at):
        cells.append(cell[1])
        at = cell.end()
        if not cell[2]:
            return at, cells
    return None


@cache
def _one_cell(delimiter: str) -> re.Pattern[str]:
    """A cell, and the delimiter behind it; none at the end of a row."""
    return re.compile(rf"({_odd_cell(delimiter)})(?:({re.escape(delimiter)})|{_END})")


def _odd_cell(delimiter: str) -> str:
    # A quote within an unquoted cell is one sign of many, as it is to the csv module.
    between = re.escape(delimiter)
    return rf"(?:{_QUOTED}|[^\"\r\n{between}][^\r\n{between}]*+|)"


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell


def _quoted(cells: Sequence[str]) -> list[int]:
    return [i for i, cell in enumerate(cells) if cell[:1] == '"']


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
