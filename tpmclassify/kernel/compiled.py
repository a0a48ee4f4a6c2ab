"""The two ways in which functions of this room are compiled."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import numba
from numba import types

from tpmclassify.kernel.cache import cache_folder

_unliteral: Callable[[Any], Any] = types.unliteral
Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True}


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
    config: Any = numba.config
    chosen, config.CACHE_DIR = config.CACHE_DIR, str(cache_folder())
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
