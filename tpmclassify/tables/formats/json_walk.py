"""The one list of objects in a JSON file, wherever it stands, an object at a time.

An array; objects after one another; a member of an object, or of an object within it, that is an
array of postings; or objects alike, keyed by an id. No more is held than the object that is read,
and what stands before the list.
"""

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from tpmclassify.tables.column_names import TEXT, shown_name, usual_columns

_SPACE = " \t\r\n"
_LIKE_A_POSTING = 200  # characters of a string
_DEEPEST = 3  # {"data": {"jobs": {"id": {...}}}}
_NEAR_THE_END = 16  # characters: a cut-off literal or escape is shorter

Row = tuple[int, str]  # its line, from 1, and its text
_Fields = dict[str, Any]
_Held = tuple[int, int, str, _Fields]  # where it begins and ends, its key, itself


class SeveralLists(json.JSONDecodeError):
    """Postings stand in more than one place; `msg` says in which."""


class Walk:
    """Walks through a JSON file that comes in pieces; a `JSONDecodeError` says where it is none."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.is_one_object = False  # whether the first row is the whole object, which holds no list
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._begin = 0  # of the row; what stands before it is given up once there are rows
        self._has_rows = False
        self._list = ""  # the name of the list
        self._fields: _Fields = {}  # of its first row
        self._known = 0, 1, 1  # a place in the text, its line and its column
        self._decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)

    def rows(self) -> Iterator[Row]:
        """Give the objects of the list."""
        if self._peek() == "[":
            yield from self._elements()
        elif self._peek() == "{":
            begin = self._at
            found, _ = yield from self._search(1)
            if not found:
                self.is_one_object = True
                yield self._row(begin)
        # Objects after one another, as in JSON Lines of any name, or with commas between.
        while sign := self._peek():
            if sign == ",":
                self._at += 1
            else:
                yield self._next_row()

    def place(self, at: int) -> tuple[int, int]:
        """The line and the column of a place in the text, from 1; places come in their order."""
        known, line, column = self._known
        line += self._text.count("\n", known, at)
        start = self._text.rfind("\n", known, at)
        self._known = at, line, at - start if start >= 0 else column + at - known
        return self._known[1:]

    def _search(self, depth: int) -> Generator[Row, None, tuple[bool, _Fields]]:
        """Give the rows within an object; returns whether there are any, and else its fields."""
        found = is_keyed = False
        fields: _Fields = {}
        held: list[_Held] = []  # what may be the first of objects by a key
        for _ in self._members("}"):
            key = str(self._value())
            if self._peek() != ":":
                raise json.JSONDecodeError("Expecting ':'", self._text, self._at)
            self._at += 1
            sign, begin = self._peek(), self._at
            if found:
                yield from self._beside(key, is_keyed=is_keyed)
            elif sign == "[" and self._holds_postings():
                found, self._list = True, key
                yield from self._elements()
            elif sign == "{":
                search = self._search(depth + 1) if depth < _DEEPEST else None
                found, inner = (yield from search) if search else (False, self._value())
                fields[key] = inner
                if found:
                    self._list = key
                elif _reads_like_posting(inner):
                    held.append((begin, self._at, key, inner))
                    found = is_keyed = yield from self._keyed(held)
            else:
                fields[key] = self._value()
        if depth == 1 and len(fields) == len(held) == 1 and not found:
            found = True
            yield self._row(held[0][0], held[0][2])
        return found, fields

    def _beside(self, key: str, *, is_keyed: bool) -> Iterator[Row]:
        """What stands behind the first rows or the list: a row by its key, or no posting."""
        self._begin = begin = self._at
        value = self._value()
        if is_keyed and isinstance(value, dict):
            if _reads_like_posting(value) or _alike(self._fields, value):
                yield self._row(begin, key)
        elif self._is_other_list(value):
            raise self._doubt("a second list of postings begins here", key, begin)

    def _keyed(self, held: Sequence[_Held]) -> Generator[Row, None, bool]:
        """The objects that stand by a key, if the last is like one before; says whether it is."""
        *others, (_, _, key, last) = held
        if not any(_alike(fields, last) for *_, fields in others):
            return False
        self._fields, self._list = last, key
        if len(others) > 1:
            what = "this object reads like a posting, but is unlike those that follow"
            raise self._doubt(what, held[0][2], held[0][0])
        for begin, end, name, _ in held:
            yield self._row(begin, name, end)
        return True

    def _elements(self) -> Iterator[Row]:
        for _ in self._members("]"):
            yield self._next_row()

    def _members(self, closing: str) -> Iterator[None]:
        """Go to each member of the array or object that begins here, and past its end."""
        self._at += 1
        while (sign := self._peek()) != closing:
            if sign == ",":
                self._at += 1
            else:
                yield
        self._at += 1

    def _holds_postings(self) -> bool:
        """Whether the array that begins here does, by its first element; nothing is passed."""
        begin = self._at
        self._at += 1
        self._fields = self._value() if self._peek() == "{" else {}
        self._at = begin
        return _reads_like_posting(self._fields)

    def _is_other_list(self, value: Any) -> bool:
        """Whether a value that follows the list holds postings like its first, two if by a key."""
        is_keyed = isinstance(value, dict)
        members = list(value.values()) if is_keyed else value if isinstance(value, list) else []
        alike = [
            member
            for member in members
            if isinstance(member, dict)
            and 2 * len(self._fields.keys() & member.keys()) >= len(self._fields)
            and _reads_like_posting(member)
        ]
        return len(alike) > is_keyed or (is_keyed and any(map(self._is_other_list, members)))

    def _doubt(self, what: str, key: str, at: int) -> SeveralLists:
        names = f"{shown_name(key)} beside {shown_name(self._list)}"
        return SeveralLists(f"{what}, {names}", self._text, at)

    def _next_row(self) -> Row:
        self._begin = self._at
        self._value()
        return self._row(self._begin)

    def _row(self, begin: int, key: str | None = None, end: int | None = None) -> Row:
        self._has_rows, self._begin = True, begin
        line, _ = self.place(begin)
        text = self._text[begin : self._at if end is None else end]
        if key is not None and '"key":' not in text:
            rest = text[1:].lstrip()
            text = f'{{"key": {json.dumps(key)}{"" if rest[:1] == "}" else ", "}{rest}'
        return line, text

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated string") or (
                    error.pos > len(self._text) - _NEAR_THE_END
                )
                if not (is_cut and self._more()):
                    raise
            else:
                # A number may go on.
                if end < len(self._text) or not self._more():
                    self._at = end
                    return value

    def _peek(self) -> str:
        """The next character that is no space; none at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on: as much again as is at hand, so that no object is read more often than twice."""
        pieces, size = [self._text], 0
        while size <= len(self._text) - self._at and (piece := next(self._pieces, "")):
            pieces.append(piece)
            size += len(piece)
        if not size:
            return False
        if self._has_rows:
            self._known = 0, *self.place(self._begin)
            pieces[0], self._at = self._text[self._begin :], self._at - self._begin
            self._begin = 0
        self._text = "".join(pieces)
        return True


def _reads_like_posting(fields: Mapping[str, Any]) -> bool:
    """Whether an object, or one within it, has a text by its name or its length."""
    inner = [value for value in fields.values() if isinstance(value, dict)]
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    return (
        bool(usual_columns(list(texts), TEXT))
        or any(len(text) >= _LIKE_A_POSTING for text in texts.values())
        or any(map(_reads_like_posting, inner))
    )


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two objects have half of their names in common."""
    return 2 * len(one.keys() & other.keys()) >= max(len(one), len(other))
