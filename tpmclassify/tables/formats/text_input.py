"""Bytes to lines of text: UTF-8, UTF-16 by its mark or its look, Windows' cp1252 as a last resort.

Each line is decoded by itself: a file that was pasted together from UTF-8 and cp1252 comes out
right, a pipe needs no second reading, and the few lines that are not UTF-8 can be counted.
"""

import codecs
from collections.abc import Iterator
from itertools import count

import numpy as np
import pyarrow as pa

from tpmclassify.errors import TableError
from tpmclassify.tables.formats import limits
from tpmclassify.tables.formats.byte_input import ByteInput, ByteStream

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OTHER_FILES = {
    b"PK\x03\x04": "a zip archive or an Excel workbook; name a workbook .xlsx",
    b"PAR1": "a Parquet file; name it .parquet",
    b"%PDF": "a PDF document; export the table as .csv",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or .csv",
    b"SQLite format 3": "an SQLite database; export the table as .csv",
}
_CONTROL = bytes(set(range(32)) - set(b"\0\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROL = 0.05
_MOST_NULS = 0.3
_LIKE_UTF16 = 0.4


class TextInput:
    """The lines of a text file, in blocks.

    Parameters
    ----------
    source : str
        A file, or ``-`` for standard input.
    encoding : str or None
        Without it, found.

    Raises
    ------
    TableError
        If the file cannot be read, is no text, or there is no such encoding.
    """

    def __init__(self, source: str, encoding: str | None) -> None:
        self.source = source
        self._bytes = ByteInput(source)
        try:
            head = self._bytes.head()
            self._strict = encoding is not None
            self._encoding = _known(source, encoding) if encoding else _find_encoding(head)
            if encoding is None and self._encoding == "utf-8":
                _check_text(source, head)
        except TableError:
            self.close()
            raise
        self._stream: ByteStream = self._bytes
        if not self._encoding.startswith("utf-8"):
            self._stream = _AsUtf8(self._bytes, self._encoding)
        self._first: list[bytes] = []
        self._blocks = self._read_blocks()
        self._is_first = True
        self._lines_before = 0
        self.foreign_lines = 0

    @property
    def size(self) -> int | None:
        """Bytes of the file; None for a pipe."""
        return self._bytes.size

    @property
    def position(self) -> int:
        """Bytes of the file that were read."""
        return self._bytes.position

    @property
    def encoding(self) -> str:
        """The encoding, as far as the file was read."""
        return "cp1252" if self.foreign_lines else self._encoding

    @property
    def notes(self) -> list[str]:
        """What was read otherwise than a user may expect."""
        if not self.foreign_lines:
            return []
        return [
            f"{self.source}: {self.foreign_lines:,} lines are not UTF-8; they were read as cp1252 "
            "(Windows). If letters look wrong, name the encoding with --encoding (encoding=)."
        ]

    def sample(self) -> list[str]:
        """The lines of the first block, which are read again afterwards."""
        if not self._first:
            self._first = [next(self._blocks, b"")]
        return lines_of(self._first[0])

    @property
    def at_end(self) -> bool:
        """Whether all of a file of known size was read."""
        return self.size is not None and self.position >= self.size

    def blocks(self) -> Iterator[bytes]:
        """Whole lines as sound UTF-8, a block of the file at a time."""
        while self._first:
            yield self._first.pop()
        yield from self._blocks

    def close(self) -> None:
        """Close the file."""
        self._bytes.close()

    def _read_blocks(self) -> Iterator[bytes]:
        unfinished: list[bytes] = []
        while data := self._stream.read(limits.BLOCK_BYTES):
            # The files of old Macs end lines by CR alone; a CR at the end may be half of CRLF.
            cut = data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, len(data) - 1) + 1
            if not cut:
                unfinished.append(data)
                continue
            yield self._sound(b"".join([*unfinished, data[:cut]]))
            unfinished = [data[cut:]]
        if rest := b"".join(unfinished):
            yield self._sound(rest)

    def _sound(self, data: bytes) -> bytes:
        if self._is_first:
            data = data.removeprefix(codecs.BOM_UTF8)
            self._is_first = False
        if not _is_utf8(data):
            data = b"".join(map(self._sound_line, data.splitlines(keepends=True), count(1)))
        if self._strict:
            self._lines_before += len(data.splitlines())
        return data

    def _sound_line(self, line: bytes, number: int) -> bytes:
        try:
            line.decode()
        except UnicodeDecodeError as error:
            if self._strict:
                where = f"line {self._lines_before + number:,}, byte {error.start + 1:,} of it"
                raise _not_legal(self.source, where, self._encoding, error.reason) from None
            self.foreign_lines += 1
            return _from_windows(line).encode()
        return line


def lines_of(block: bytes) -> list[str]:
    """The lines of a block, with their ends: LF, CR or CRLF, and nothing else."""
    return list(map(bytes.decode, block.splitlines(keepends=True)))


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, at the speed at which memory is read."""
    places = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    text = pa.LargeStringArray.from_buffers(1, places, pa.py_buffer(data))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


class TextTable:
    """What the tables of text formats share; see `Table`."""

    def __init__(self, source: str, encoding: str | None) -> None:
        self.source = source
        self._text = TextInput(source, encoding)
        self.size = self._text.size

    @property
    def encoding(self) -> str:
        """The encoding by which the text was read so far."""
        return self._text.encoding

    @property
    def notes(self) -> list[str]:
        """What a user should know about the reading so far."""
        return self._text.notes

    def close(self) -> None:
        """Close the file."""
        self._text.close()


class _AsUtf8:
    """A stream in another encoding, turned into UTF-8."""

    def __init__(self, stream: ByteInput, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._line_ends = 0

    def read(self, size: int) -> bytes:
        while True:
            data = self._stream.read(size)
            try:
                text = self._decoder.decode(data, final=not data)
                encoded = text.encode()
            except UnicodeError as error:
                good = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
                before = good.decode(self._encoding, "ignore").count("\n")
                where = f"line {self._line_ends + before + 1:,}"
                reason = getattr(error, "reason", str(error))
                raise _not_legal(self._stream.source, where, self._encoding, reason) from None
            self._line_ends += text.count("\n")
            if encoded or not data:
                return encoded


def _from_windows(line: bytes) -> str:
    """Decode cp1252; the five bytes that it leaves undefined are control characters, as on the web.

    Source: https://encoding.spec.whatwg.org/#legacy-single-byte-encodings
    """
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in line)


def _known(source: str, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        b"".decode(encoding)
    except LookupError:
        raise TableError(
            f"{source}: there is no encoding {encoding!r}. Usual ones are utf-8, utf-16, cp1252, "
            "latin-1; leave out --encoding (encoding=) to have it found."
        ) from None
    return name


def _find_encoding(head: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    # Without a mark: in UTF-16 every second byte of text in Latin letters is NUL.
    half = max(len(head) // 2, 1)
    if len(head) > 3 and head[1::2].count(0) > _LIKE_UTF16 * half and head[::2].count(0) == 0:
        return "utf-16-le"
    if len(head) > 3 and head[::2].count(0) > _LIKE_UTF16 * half and head[1::2].count(0) == 0:
        return "utf-16-be"
    return "utf-8"


def _check_text(source: str, head: bytes) -> None:
    kind = next((kind for mark, kind in _OTHER_FILES.items() if head.startswith(mark)), "")
    control = len(head) - len(head.translate(None, _CONTROL))
    nuls = head.count(0)
    if kind or control > _MOST_CONTROL * len(head) or nuls > _MOST_NULS * len(head):
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
