"""One posting from a file: its type is what its content says, and must be what its name says."""

from pathlib import Path

from tpmclassify.documents.docx import read_docx
from tpmclassify.documents.pdf import read_pdf
from tpmclassify.errors import TPMClassifyError

TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm")
DOCUMENT_SUFFIXES = (*TEXT_SUFFIXES, ".docx", ".pdf")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb": "utf-8-sig"}
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
            f"{', '.join(DOCUMENT_SUFFIXES)}; or copy the text into the page."
        )
    with path.open("rb") as file:
        start = file.read(_PDF_START)
    kind = _kind(start)
    if kind != {".docx": "zip", ".pdf": "pdf"}.get(suffix, "text"):
        raise TPMClassifyError(
            f"{name}: the content is not that of a {suffix} file. Save it again as one of "
            f"{', '.join(DOCUMENT_SUFFIXES)}, or copy the text into the page."
        )
    if kind == "zip":
        return read_docx(path, name)
    return read_pdf(path, name) if kind == "pdf" else decoded(path.read_bytes())


def decoded(data: bytes) -> str:
    """Decode a text: UTF-8 or UTF-16 by its mark, else UTF-8, else cp1252 (Windows)."""
    encoding = _MARKS.get(data[:2], "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _kind(start: bytes) -> str:
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    if b"%PDF-" in start:
        return "pdf"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text"
    return "binary" if b"\0" in start else "text"
