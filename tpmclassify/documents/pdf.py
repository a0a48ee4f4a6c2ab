"""The text of a PDF file, read in a process of its own: a hostile file takes nothing down."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tpmclassify.errors import TPMClassifyError

_SECONDS = 20
_MOST_PAGES = 100
_MOST_CHARACTERS = 2_000_000
_MEMORY = 1 << 30


def read_pdf(path: Path, name: str) -> str:
    """Read the text of a .pdf file; `TPMClassifyError` if that cannot be done, or takes long."""
    try:
        result = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-m", __name__, str(path)],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TPMClassifyError(
            f"{name}: the PDF could not be read within {_SECONDS} seconds. Copy its text instead."
        ) from None
    text = result.stdout.decode("utf-8", "replace")
    if result.returncode != 0:
        raise TPMClassifyError(
            f"{name}: this is no sound PDF, or a password protects it. Copy its text instead."
        )
    if not text.strip():
        raise TPMClassifyError(
            f"{name}: the PDF holds pictures of pages but no text. Run text recognition on it, or "
            "copy its text."
        )
    return text


def _main(path: str) -> None:
    """Print the text of a file: what the other process does."""
    with suppress(ImportError):  # Windows has no such limit; the time limit holds there too
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    from pypdf import PdfReader

    left = _MOST_CHARACTERS
    for page in PdfReader(path).pages[:_MOST_PAGES]:
        text = page.extract_text()[:left]
        left -= len(text)
        sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))


if __name__ == "__main__":
    _main(sys.argv[1])
