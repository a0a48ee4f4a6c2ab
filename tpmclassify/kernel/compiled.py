"""The two ways in which functions of this room are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True}
_WITHOUT_RUN_TIME: dict[str, Any] = {**_OPTIONS, "_nrt": False}


def compiled(function: Function) -> Function:
    """Compile a function that allocates nothing.

    Compiled at the first call, the machine code kept on disk, run without the interpreter lock.
    Without numba's run-time, arrays are passed from function to function at no cost; counting
    the references to each of them would take longer than most of these functions do.
    """
    return cast(Function, njit(**_WITHOUT_RUN_TIME)(function))


def allocating(function: Function) -> Function:
    """Compile a function that makes arrays."""
    return cast(Function, njit(**_OPTIONS)(function))
