"""The decorator of every compiled function: cached on disk, and without Python's lock."""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])

_HERE = Path(__file__).parent
# What compiled code is made of: its own files, and those whose constants it holds.
_SOURCES = (*sorted(_HERE.glob("*.py")), *(_HERE.parent / f"{m}.py" for m in ("model", "roles")))


def compiled(function: _Function) -> _Function:
    """Compile a function with numba, keeping its signature for the reader and the type checker.

    The cache on disk is one for each state of all sources together: numba by itself does not
    notice when a function that another one calls has changed.
    """
    chosen, numba.config.CACHE_DIR = numba.config.CACHE_DIR, _cache_folder()
    try:
        return cast(_Function, numba.njit(cache=True, nogil=True)(function))
    finally:
        numba.config.CACHE_DIR = chosen


@cache
def _cache_folder() -> str:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:16]
    beside = _HERE / "__pycache__"
    if numba.config.CACHE_DIR:
        base = Path(numba.config.CACHE_DIR)
    elif os.access(beside if beside.exists() else _HERE, os.W_OK):
        base = beside
    else:
        base = Path.home() / ".cache" / "tpmclassify"
    return str(base / f"kernel-{digest}")
