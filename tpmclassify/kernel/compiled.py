"""How the functions of this room are compiled, and the constants that they are called with."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True}
_WITHOUT_RUN_TIME: dict[str, Any] = {**_OPTIONS, "_nrt": False}


def integer(value: int) -> int:
    """Make a constant that is passed to compiled functions.

    numba compiles a function anew for every literal that it is called with, but once for all of
    numpy's integers.
    """
    return cast(int, np.int64(value))


def bits(first: int, stop: int) -> list[int]:
    """Make constants of one bit each."""
    return [integer(1 << bit) for bit in range(first, stop)]


ZERO = integer(0)


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
