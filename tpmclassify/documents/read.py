"""One posting from a file: its type is what its content says, and must be what its name says."""

from pathlib import Path

from tpmclassify.documents.docx import read_docx
from tpmclassify.documents.pdf import read_pdf
from tpmclassify.encodings import decode_text, marked_encoding
from tpmclassify.errors import TPMClassifyError

TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm")
DOCUMENT_SUFFIXES = (*TEXT_SUFFIXES, ".docx", ".pdf")
_PDF_START = 1024  # a PDF may begin with other bytes, up to here


def read_document(path: Path, name: str) -> str:
    """Read the text of a .txt, .md, .html, .docx or .pdf file.

    Parameters
    ----------
    path : Path
    name : str
        What the file was called where it came from.

    Raises
    ------
    TPMClassifyError
        If the type is another, the content is not what the name says, or it cannot be read.
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
    if kind != {".docx": "zip", ".pdf": "pdf"}.get(suffix, "text"):
        raise TPMClassifyError(
            f"{name}: the content is not that of a {suffix} file. Save it again as one of "
            f"{', '.join(DOCUMENT_SUFFIXES)}, or copy its text."
        )
    if kind == "zip":
        return read_docx(path, name)
    return read_pdf(path, name) if kind == "pdf" else decode_text(path.read_bytes())[0]


def _kind(start: bytes) -> str:
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    if b"%PDF-" in start:
        return "pdf"
    return "binary" if b"\0" in start and not marked_encoding(start) else "text"
