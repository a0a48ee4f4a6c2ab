"""Tables of text: blocks of whole lines, as sound UTF-8, whatever the file's encoding.

Without an encoding that the user named it is UTF-8, or UTF-16 by its mark or its look; the lines
that are not UTF-8 are Windows' cp1252. A pipe needs no second reading for that.
"""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, count

import numpy as np
import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.encodings import (
    decode_line,
    is_binary,
    marked_encoding,
    other_encodings,
    seven_bit_encoding,
)
from tpmclassify.errors import TableError
from tpmclassify.tables.formats.byte_input import ByteInput
from tpmclassify.tables.formats.table import Asked, Table

_OTHER_FILES = {
    b"PK\x03\x04": "a zip archive or an Excel workbook; name a workbook .xlsx",
    b"PAR1": "a Parquet file; name it .parquet",
    b"%PDF": "a PDF document; export the table as .csv",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or .csv",
    b"SQLite format 3": "an SQLite database; export the table as .csv",
}
_LF = ord("\n")
# Bytes; a row of several lines may have as many. What is longer has an open quote, or is no text.
LONGEST_LINE = 1 << 28
_MOST_NULS = 0.3
# In UTF-16 every second byte is NUL of Latin letters, of delimiters, figures and line ends in any
# text; half of some signs (an emoji's) is NUL on the other side.
_LIKE_UTF16, _FEW = 0.01, 0.05


class TextTable(Table):
    """What the tables of text formats share; see `Table`.

    A subclass finds its columns in the first lines (`_find_columns`), and rows in `_text_blocks`:
    whole lines as sound UTF-8, a block of the file at a time.
    """

    def __init__(self, data: ByteInput, asked: Asked) -> None:
        self._bytes, self.size = data, data.size
        self._lines_before = 0
        self._windows_lines = 0
        self._is_whole = True  # whether no block follows
        try:
            super().__init__(source := data.source, asked)
            head, encoding = self._bytes.head(), asked.encoding
            self._encoding = _known(source, encoding) if encoding else _find_encoding(head)
            if encoding is None and self._encoding == "utf-8":
                _check_text(source, head)
            # Turns another encoding into text; how many line ends there were so far.
            self._to_text = codecs.getincrementaldecoder(self._encoding)()
            self._decoded_lines = 0
            blocks = self._read_blocks()
            first = next(blocks, b"").removeprefix(codecs.BOM_UTF8)
            self._text_blocks = chain([first], blocks)
            self._find_columns(lines_of(first))
        except BaseException:
            self.close()
            raise

    @property
    def encoding(self) -> str:
        """The encoding by which the text was read so far."""
        return "cp1252" if self._windows_lines else self._encoding

    @property
    def notes(self) -> list[str]:
        """What was read otherwise than a user may expect."""
        if not self._windows_lines:
            return self._notes
        return [
            *self._notes,
            f"{self.source}: {self._windows_lines:,} lines are not UTF-8; they were read as cp1252 "
            "(Windows). If letters look wrong, name the encoding with --encoding (encoding=), such "
            "as cp1250, cp1251, gb18030, cp950 or shift_jis.",
        ]

    def close(self) -> None:
        """Close the file."""
        self._bytes.close()

    def _find_columns(self, lines: list[str]) -> None:
        """Find the columns in the lines of the first block."""
        raise NotImplementedError

    def _read_blocks(self) -> Iterator[bytes]:
        unfinished: list[bytes] = []
        following = self._read_on()
        while data := following:
            following = self._read_on()
            self._is_whole = not following
            cut = self._last_end(data) if following else len(data)
            if not cut:
                unfinished.append(data)
                if sum(map(len, unfinished)) > LONGEST_LINE:
                    raise TableError(
                        f"{self.source}, before byte {self._bytes.position:,}: a line has more "
                        f"than {LONGEST_LINE >> 20} MB, which no posting has. This is "
                        "no table, or its line ends were lost; export it again."
                    )
                continue
            yield self._sound(b"".join([*unfinished, data[:cut]]))
            unfinished = [data[cut:]]

    def _read_on(self) -> bytes:
        """Read on, as UTF-8, or what should be."""
        data = self._bytes.read(batch_sizes.BLOCK_BYTES)
        if self._encoding.startswith("utf-8"):
            return data
        try:
            text = self._to_text.decode(data, final=not data)
            encoded = text.encode()
        except UnicodeError as error:
            good = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
            before = good.decode(self._encoding, "ignore").count("\n")
            where = f"line {self._decoded_lines + before + 1:,}"
            reason = getattr(error, "reason", str(error))
            raise _not_legal(self.source, where, self._encoding, reason) from None
        self._decoded_lines += text.count("\n")
        return encoded or (data and self._read_on())

    def _last_end(self, data: bytes) -> int:
        """Where the last line ends, or whatever may be read by itself; 0 where nothing does."""
        # The files of old Macs end lines by CR alone; a CR at the end may be half of CRLF.
        return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, len(data) - 1) + 1

    def _sound(self, data: bytes) -> bytes:
        if not self._asked.encoding and (found := seven_bit_encoding(data)):
            raise self._is_other([found], 1)
        try:  # at the speed at which memory is read
            pa.array([data], pa.large_binary()).cast(pa.large_string())
        except pa.ArrowInvalid:
            data = b"".join(map(self._sound_line, data.splitlines(keepends=True), count(1)))
        # By numpy, at seven times the speed of bytes.
        line_feeds = int(np.count_nonzero(np.frombuffer(data, np.uint8) == _LF))
        self._lines_before += line_feeds or data.count(b"\r")
        return data

    def _sound_line(self, line: bytes, number: int) -> bytes:
        try:
            line.decode()
        except UnicodeDecodeError as error:
            if self._asked.encoding:
                where = f"line {self._lines_before + number:,}, byte {error.start + 1:,} of it"
                raise _not_legal(self.source, where, self._encoding, error.reason) from None
            if others := other_encodings(line):
                raise self._is_other(others, number) from None
            self._windows_lines += 1
            return decode_line(line).encode()
        return line

    def _is_other(self, encodings: list[str], number: int) -> TableError:
        return TableError(
            f"{self.source}, line {self._lines_before + number:,}: the text is neither in UTF-8 "
            f"nor in cp1252 (Windows), but perhaps in {' or '.join(encodings)}. Name the file's "
            "encoding with --encoding (encoding=)."
        )


def lines_of(block: bytes) -> list[str]:
    """The lines of a block, with their ends: LF, CR or CRLF, and nothing else."""
    return list(map(bytes.decode, block.splitlines(keepends=True)))


def _known(source: str, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        b"x".decode(encoding, "ignore")  # some take no text, or nothing at all
    except (LookupError, UnicodeError):
        raise TableError(
            f"{source}: there is no encoding {encoding!r}. Usual ones are utf-8, utf-16, cp1252, "
            "latin-1; leave out --encoding (encoding=) to have it found."
        ) from None
    return name


def _find_encoding(head: bytes) -> str:
    if marked := marked_encoding(head):
        return marked
    even, odd = head[::2].count(0), head[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    enough = max(_LIKE_UTF16 * len(head) / 2, 1)
    if max(even, odd) > enough and min(even, odd) < _FEW * max(even, odd):
        with suppress(UnicodeDecodeError):
            if "\n" in codecs.getincrementaldecoder(name)().decode(head):
                return name
    return "utf-8"


def _check_text(source: str, head: bytes) -> None:
    kind = next((kind for mark, kind in _OTHER_FILES.items() if head.startswith(mark)), "")
    if kind or is_binary(head) or head.count(0) > _MOST_NULS * len(head):
        raise TableError(
            f"{source}, line 1: this is {kind or 'no text'}. A file of this name must hold a table "
            "as text; if it does, name its encoding with --encoding (encoding=)."
        )


def _not_legal(source: str, where: str, encoding: str, reason: str) -> TableError:
    return TableError(
        f"{source}, {where}: not legal in {encoding} ({reason}). Name the file's encoding with "
        "--encoding (encoding=), such as utf-8, cp1252 or latin-1, or leave it out to have it "
        "found."
    )
