"""One posting from a file: its type is what its content says, and must be what its name says."""

from collections.abc import Callable
from pathlib import Path

from tpmclassify.documents.docx import read_docx, read_odt
from tpmclassify.documents.mail import read_eml
from tpmclassify.documents.pdf import read_pdf
from tpmclassify.documents.rtf import read_rtf
from tpmclassify.encodings import decode_text, is_text
from tpmclassify.errors import TPMClassifyError

TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm")
DOCUMENT_SUFFIXES = (*TEXT_SUFFIXES, ".docx", ".pdf", ".odt", ".rtf", ".eml")
_KINDS = {".docx": "zip", ".odt": "zip", ".pdf": "pdf"}
_READERS: dict[str, Callable[[Path, str], str]] = {
    ".docx": read_docx,
    ".odt": read_odt,
    ".pdf": read_pdf,
    ".rtf": read_rtf,
    ".eml": read_eml,
}
_PDF_START = 1024  # a PDF may begin with other bytes, up to here


def read_document(path: Path, name: str) -> str:
    """Read the text of a document of one of `DOCUMENT_SUFFIXES`, if it is what its name says.

    `name`: what the file was called where it came from.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in DOCUMENT_SUFFIXES:
        raise TPMClassifyError(
            f"{name}: files of type {suffix or 'none'!r} are not read here. Legal are "
            f"{', '.join(DOCUMENT_SUFFIXES)}; or copy its text."
        )
    with path.open("rb") as file:
        start = file.read(_PDF_START)
    kind = _kind(start)
    if kind != _KINDS.get(suffix, "text"):
        raise TPMClassifyError(
            f"{name}: the content is not that of a {suffix} file. Save it again as one of "
            f"{', '.join(DOCUMENT_SUFFIXES)}, or copy its text."
        )
    if suffix in _READERS:
        return _READERS[suffix](path, name)
    return decode_text(path.read_bytes())[0]


def _kind(start: bytes) -> str:
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    if b"%PDF-" in start:
        return "pdf"
    return "text" if is_text(start) else "binary"
