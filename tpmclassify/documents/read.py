"""One posting from a file: its type is what its content says, and must be what its name says."""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

from tpmclassify.documents.docx import read_docx, read_odt
from tpmclassify.documents.pdf import read_pdf
from tpmclassify.encodings import decode_text, is_text
from tpmclassify.errors import TPMClassifyError, missing_extra
from tpmclassify.reading.plain_text import plain_text

TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm")
DOCUMENT_SUFFIXES = (*TEXT_SUFFIXES, ".docx", ".pdf", ".odt", ".rtf", ".eml")
_KINDS = {".docx": "zip", ".odt": "zip", ".pdf": "pdf"}
_START = 1024  # a PDF may begin with other bytes, and a page declare its encoding, up to here
_MAIL_TEXTS: dict[str, Callable[[str], str]] = {"text/plain": str, "text/html": plain_text}
_CHARSET = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


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
        start = file.read(_START)
    kind = _kind(start)
    if kind != _KINDS.get(suffix, "text"):
        raise TPMClassifyError(
            f"{name}: the content is not that of a {suffix} file. Save it again as one of "
            f"{', '.join(DOCUMENT_SUFFIXES)}, or copy its text."
        )
    if suffix in _READERS:
        return _READERS[suffix](path, name)
    declared = _CHARSET.search(start) if suffix.startswith(".htm") else None
    return decode_text(path.read_bytes(), declared[1].decode() if declared else "")[0]


def _kind(start: bytes) -> str:
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    if b"%PDF-" in start:
        return "pdf"
    return "text" if is_text(start) else "binary"


def _read_mail(path: Path, name: str) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    subject, *texts = _mail_texts(message)
    if not any(map(str.strip, texts)):
        raise TPMClassifyError(
            f"{name}: the mail holds no text. Save what is attached to it as a file of its own."
        )
    return "\n".join([subject, *texts]).strip()


def _mail_texts(message: EmailMessage) -> Iterator[str]:
    """The subject, maybe the title; the plain form, else HTML; then attached mails and texts."""
    is_mail = True
    for part in message.walk():
        if is_mail:
            yield str(part["subject"] or "")
        attached = part if part.is_attachment() else None
        shown = part.get_body(("plain", "html")) if is_mail else attached
        is_mail = part.get_content_type() == "message/rfc822"
        with suppress(LookupError, ValueError):  # an encoding that nobody knows, damaged parts
            if shown is not None and (kind := shown.get_content_type()) in _MAIL_TEXTS:
                yield _MAIL_TEXTS[kind](shown.get_content())


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
