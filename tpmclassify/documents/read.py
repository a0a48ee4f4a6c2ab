"""One posting from a file: its type is what its content says, and must be what its name says."""

import email
import email.policy
from collections.abc import Callable
from pathlib import Path

from tpmclassify.documents.docx import read_docx, read_odt
from tpmclassify.documents.pdf import read_pdf
from tpmclassify.encodings import decode_text, is_text
from tpmclassify.errors import TPMClassifyError, missing_extra

TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm")
DOCUMENT_SUFFIXES = (*TEXT_SUFFIXES, ".docx", ".pdf", ".odt", ".rtf", ".eml")
_KINDS = {".docx": "zip", ".odt": "zip", ".pdf": "pdf"}
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


def _read_mail(path: Path, name: str) -> str:
    """The plain form of a mail, else its HTML, below its subject, which may be the title."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    try:
        body = message.get_body(("plain", "html"))
        text = "" if body is None else str(body.get_content())
    except (LookupError, ValueError):  # an encoding that nobody knows, damaged parts
        text = ""
    if not text.strip():
        raise TPMClassifyError(
            f"{name}: the mail holds no text. Save what is attached to it as a file of its own."
        )
    return f"{message['subject'] or ''}\n{text}".strip()


def _read_rtf(path: Path, name: str) -> str:
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError:
        raise missing_extra(TPMClassifyError, f"{name}: a .rtf file", "documents") from None
    data = path.read_bytes()
    text: str = ""
    if data[:5] == b"{\\rtf":
        text = rtf_to_text(data.decode("latin-1"), errors="ignore")  # type: ignore[no-untyped-call]
    if not text.strip():
        raise TPMClassifyError(
            f"{name}: this is no .rtf file with a text. Save it again, as .docx or .txt."
        )
    return text


_READERS: dict[str, Callable[[Path, str], str]] = {
    ".docx": read_docx,
    ".odt": read_odt,
    ".pdf": read_pdf,
    ".rtf": _read_rtf,
    ".eml": _read_mail,
}
