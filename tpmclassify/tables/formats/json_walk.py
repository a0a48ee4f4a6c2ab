"""The one list of objects in a JSON file, wherever it stands, an object at a time.

An array; objects after one another; a member of an object, or of an object within it, that is an
array of postings; or objects keyed by an id. No more is held than the object that is read.
"""

import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from tpmclassify.tables.column_names import TEXT_NAMES, usual_columns

_SPACE = " \t\r\n"
_LIKE_A_POSTING = 200  # characters of a string
_DEEPEST = 3  # {"data": {"jobs": {"id": {...}}}}
# What a list is refused by that follows the one that was read.
SECOND_LIST = "a second list of postings begins here"
_NEAR_THE_END = 16  # characters: a cut-off literal or escape is shorter

Row = tuple[int, str]  # its line, from 1, and its text


class Walk:
    """Walks through a JSON file that comes in pieces; a `JSONDecodeError` says where it is none."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.is_one_object = False  # whether the first row is the whole object, which holds no list
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._begin = 0  # of the row; what stands before it is given up once there are rows
        self._has_rows = False
        self._fields: set[str] = set()  # of the first row
        self._line, self._counted = 1, 0  # the line of a place in the text
        self._columns = 0  # of the text's first line that were given up
        self._decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)

    def rows(self) -> Iterator[Row]:
        """Give the objects of the list."""
        if self._peek() == "[":
            yield from self._elements()
        elif self._peek() == "{":
            found = yield from self._search(1, may_be_row=True)
            if found is None:
                self.is_one_object = True
                yield self._row()
        # Objects after one another, as in JSON Lines of any name.
        while self._peek():
            self._begin = self._at
            self._value()
            yield self._row()

    def wrong(self, error: json.JSONDecodeError) -> tuple[int, int]:
        """The line and the column of an error."""
        before = self._columns if "\n" not in self._text[: error.pos] else 0
        return self._line + self._text.count("\n", self._counted, error.pos), error.colno + before

    def _search(self, depth: int, *, may_be_row: bool) -> Generator[Row, None, str | None]:
        """The rows within an object (that is "list"), or itself ("row"), or neither."""
        begin, found = self._at, None
        strings: dict[str, Any] = {}
        self._at += 1
        while (sign := self._peek()) != "}":
            if sign == ",":
                self._at += 1
                continue
            key = self._value()
            self._expect(":")
            sign = self._peek()
            if found == "row" and sign == "{":
                self._begin = self._at
                self._value()
                yield self._row(key)
            elif not found and sign == "{" and depth < _DEEPEST:
                is_first = not strings
                found = yield from self._search(depth + 1, may_be_row=is_first)
                strings[str(key)] = None
                if found == "row":
                    yield self._row(key)
            elif not found and sign == "[" and self._holds_postings():
                found = "list"
                yield from self._elements()
            else:
                if self._has_rows:
                    self._begin = self._at
                strings[str(key)] = value = self._value()
                if self._has_rows and self._is_other_list(value):
                    raise json.JSONDecodeError(SECOND_LIST, self._text, self._begin)
        self._at += 1
        if found is None:
            self._begin, self._fields = begin, set(strings)
            return "row" if may_be_row and depth > 1 and _reads_like_posting(strings) else None
        return "list"

    def _elements(self) -> Iterator[Row]:
        self._at += 1
        while (sign := self._peek()) != "]":
            if sign == ",":
                self._at += 1
                continue
            self._begin = self._at
            self._value()
            yield self._row()
        self._at += 1

    def _holds_postings(self) -> bool:
        """Whether the array that begins here does, by its first element; nothing is passed."""
        begin = self._at
        self._at += 1
        is_object = self._peek() == "{"
        first = self._value() if is_object else {}
        self._at, self._fields = begin, set(first)
        return _reads_like_posting(first)

    def _is_other_list(self, value: Any) -> bool:
        """Whether a value that follows the list holds postings like its first, two if by a key."""
        is_keyed = isinstance(value, dict)
        members = list(value.values()) if is_keyed else value if isinstance(value, list) else []
        alike = [
            member
            for member in members
            if isinstance(member, dict)
            and 2 * len(self._fields & member.keys()) >= len(self._fields)
            and _reads_like_posting(member)
        ]
        return len(alike) > is_keyed or (is_keyed and any(map(self._is_other_list, members)))

    def _row(self, key: Any = None) -> Row:
        self._has_rows = True
        self._line += self._text.count("\n", self._counted, self._begin)
        self._counted = self._begin
        text = self._text[self._begin : self._at]
        if key is not None and '"key":' not in text:
            rest = text[1:].lstrip()
            text = f'{{"key": {json.dumps(key)}{"" if rest[:1] == "}" else ", "}{rest}'
        return self._line, text

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

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise json.JSONDecodeError(f"Expecting {sign!r}", self._text, self._at)
        self._at += 1

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
            self._line += self._text.count("\n", self._counted, self._begin)
            self._columns = self._begin + (
                self._columns if (end := self._text.rfind("\n", 0, self._begin)) < 0 else -end - 1
            )
            pieces[0], self._at = self._text[self._begin :], self._at - self._begin
            self._begin = self._counted = 0
        self._text = "".join(pieces)
        return True


def _reads_like_posting(fields: Mapping[str, Any]) -> bool:
    """Whether an object, or one within it, has a text by its name or its length."""
    inner = [value for value in fields.values() if isinstance(value, dict)]
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    return (
        bool(usual_columns(list(texts), TEXT_NAMES))
        or any(len(text) >= _LIKE_A_POSTING for text in texts.values())
        or any(map(_reads_like_posting, inner))
    )
