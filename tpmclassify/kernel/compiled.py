"""The two ways in which functions of this room are compiled, and where the result is kept."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import types

_unliteral: Callable[[Any], Any] = types.unliteral
Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True}
_HERE = Path(__file__).parent
# What compiled code is made of: its own files, and those whose constants it holds.
_SOURCES = (*sorted(_HERE.glob("*.py")), *(_HERE.parent / f"{m}.py" for m in ("model", "roles")))


def compiled(function: Function) -> Function:
    """Compile a function that allocates nothing.

    Compiled at the first call, the machine code kept on disk, run without the interpreter lock.
    Without numba's run-time, arrays are passed from function to function at no cost; counting
    the references to each of them would take longer than most of these functions do.
    """
    return _compile(function, _nrt=False)


def allocating(function: Function) -> Function:
    """Compile a function that makes arrays."""
    return _compile(function)


def _compile(function: Function, **options: Any) -> Function:
    # The cache is one for each state of all sources together: numba by itself does not notice
    # when a function that another one calls has changed.
    config: Any = numba.config
    chosen, config.CACHE_DIR = config.CACHE_DIR, _cache_folder()
    try:
        dispatcher = numba.njit(**{**_OPTIONS, **options})(function)
    finally:
        config.CACHE_DIR = chosen
    _share_among_constants(dispatcher)
    return cast(Function, dispatcher)


def _share_among_constants(dispatcher: Any) -> None:
    """Keep numba from compiling a function anew for each constant that it is called with."""
    find = getattr(dispatcher, "get_call_template", None)
    if find is None:  # the JIT is off
        return

    def find_for_any_value(args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        return find(
            tuple(map(_unliteral, args)),
            {name: _unliteral(kind) for name, kind in keywords.items()},
        )

    dispatcher.get_call_template = find_for_any_value


@cache
def _cache_folder() -> str:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:16]
    config: Any = numba.config
    beside = _HERE / "__pycache__"
    if config.CACHE_DIR:
        base = Path(config.CACHE_DIR)
    elif os.access(beside if beside.exists() else _HERE, os.W_OK):
        base = beside
    else:
        base = Path.home() / ".cache" / "tpmclassify"
    return str(base / f"kernel-{digest}")
