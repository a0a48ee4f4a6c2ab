"""The text of a .rtf file."""

from pathlib import Path

from tpmclassify.errors import TPMClassifyError, missing_extra


def read_rtf(path: Path, name: str) -> str:
    """Read the text of a .rtf file; `TPMClassifyError` if it is none, or the extra is missing."""
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
