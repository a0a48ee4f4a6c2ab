"""The text of a .docx or .odt file: paragraphs as lines, no images, comments or deleted text."""

import zipfile
from pathlib import Path
from xml.parsers import expat

from tpmclassify.documents.zip_guard import ARCHIVE_ERRORS, check_archive
from tpmclassify.errors import TPMClassifyError

_MOST_UNPACKED = 64 << 20
_MOST_RATIO = 200
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_ATTRIBUTES = (f"{_WORD}val", f"{_STRICT}val")
_OPEN = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
# Elements of both kinds of document: those whose characters are text, those that end a line, those
# that stand for signs, and those that nobody sees or that repeat what was read.
_TEXTS = {f"{_WORD}t", f"{_OPEN}p", f"{_OPEN}h"}
_LINES = {f"{_WORD}p", f"{_OPEN}p", f"{_OPEN}h"}
_SIGNS = {
    f"{_WORD}tab": "\t",
    f"{_WORD}br": "\n",
    f"{_WORD}cr": "\n",
    f"{_WORD}numPr": "- ",
    f"{_WORD}noBreakHyphen": "-",
    f"{_OPEN}tab": "\t",
    f"{_OPEN}line-break": "\n",
    f"{_OPEN}s": " ",
    f"{_OPEN}list-item": "- ",
}
_MOST_SPACES = 80  # that one element stands for
_RUN, _HIDDEN = f"{_WORD}r", f"{_WORD}vanish"
_NOT_SEEN = {
    f"{_WORD}moveFrom",
    "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback",
    f"{_OPEN}tracked-changes",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0 annotation",
}


def read_docx(path: Path, name: str) -> str:
    """Read the text of a .docx file; `TPMClassifyError` if it is no sound one, or a bomb."""
    return _read(path, name, "word/document.xml")


def read_odt(path: Path, name: str) -> str:
    """Read the text of an .odt file; see `read_docx`."""
    return _read(path, name, "content.xml")


def _read(path: Path, name: str, entry: str) -> str:
    entries = check_archive(path, most_bytes=_MOST_UNPACKED, most_ratio=_MOST_RATIO, name=name)
    if entry not in entries:
        raise _no_document(name)
    try:
        with zipfile.ZipFile(path) as archive:
            return _Body().text(archive.read(entry))
    except (expat.ExpatError, *ARCHIVE_ERRORS) as error:
        raise _no_document(name) from error


class _Body:
    """Collects the text of the parts that a reader sees."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._in_text = False
        self._hidden = False  # the run at hand
        self._skipped = 0  # depth within what repeats what is read elsewhere

    def text(self, data: bytes) -> str:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        # No Word document declares a type; who does may define entities that unfold without end.
        parser.StartDoctypeDeclHandler = _refuse
        parser.Parse(data, True)
        return "".join(self._pieces).strip()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.replace(_STRICT, _WORD)
        if self._skipped or tag in _NOT_SEEN:
            self._skipped += 1
        elif tag == _RUN:
            self._hidden = False
        elif tag == _HIDDEN:
            self._hidden = not {"0", "false", "off"} & {*map(attributes.get, _ATTRIBUTES)}
        elif tag in _TEXTS:
            self._in_text = not self._hidden
        elif tag in _SIGNS and not self._hidden:
            count = int(attributes.get(f"{_OPEN}c", "1"))
            self._pieces.append(_SIGNS[tag] * min(count, _MOST_SPACES))

    def _end(self, tag: str) -> None:
        tag = tag.replace(_STRICT, _WORD)
        if self._skipped:
            self._skipped -= 1
            return
        if tag in _TEXTS:
            self._in_text = False
        if tag in _LINES:
            self._hidden = False
            self._pieces.append("\n")

    def _characters(self, data: str) -> None:
        if self._in_text and not self._skipped:
            self._pieces.append(data)


def _refuse(*_: object) -> None:
    raise ValueError("a document type is declared")


def _no_document(name: str) -> TPMClassifyError:
    return TPMClassifyError(
        f"{name}: this is no sound Word document (.docx, .odt). Open it in its program and save it "
        "again, or copy its text."
    )
