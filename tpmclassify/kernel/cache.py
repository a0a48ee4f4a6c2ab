"""Where the machine code is kept, and whether it is there: known without loading the compiler."""

import hashlib
import os
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
# What compiled code is made of: its own files, and those whose constants it holds.
_SOURCES = (
    *sorted(_HERE.glob("*.py")),
    *(_HERE.parent / name for name in ("scoring/models.py", "roles.py", "reading/line_words.py")),
    *(_HERE.parent / "reading" / name for name in ("lines.py", "masks.py", "html.py")),
)


@cache
def cache_folder() -> Path:
    """The folder for the machine code of this state of the sources.

    There is one for each state of all sources together: numba by itself does not notice when a
    function that another one calls has changed.
    """
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:16]
    beside = _HERE / "__pycache__"
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        base = Path(chosen)
    elif os.access(beside if beside.exists() else _HERE, os.W_OK):
        base = beside
    else:
        base = Path.home() / ".cache" / "tpmclassify"
    return base / f"kernel-{digest}"


def is_compiled() -> bool:
    """Whether the scan was compiled on this machine before."""
    return any(cache_folder().rglob("batch.score_batch-*.nbi"))
