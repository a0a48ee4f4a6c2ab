"""The decorator of every compiled function: cached on disk, and without Python's lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile a function with numba, keeping its signature for the reader and the type checker."""
    return cast(_Function, njit(cache=True, nogil=True)(function))
