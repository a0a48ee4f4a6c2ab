"""What may be compiled: functions of flat arrays that allocate nothing.

A function is written once. Plain Python runs it on lists, machine code on arrays, and both give the
same bytes. `compiled` marks the inner functions, `Entry` those that Python calls.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tpmclassify.arrays import AnyArray

if TYPE_CHECKING:
    from tpmclassify.machine_code.load import Code

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILED: list[Callable[..., Any]] = []
ENTRIES: dict[str, "Entry"] = {}


def compiled(function: Function) -> Function:
    """Mark a function that entries call; in plain Python it is what it is."""
    COMPILED.append(function)
    return function


class Entry:
    """A function that Python calls: as machine code where that is loaded, else as plain Python.

    `function`: takes arrays, named tuples of arrays, and numbers; writes to arrays; returns an int.
    """

    def __init__(self, function: Callable[..., int]) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__
        ENTRIES[self.name] = self

    def __call__(self, *arguments: Any, code: "Code | None") -> int:
        """Run on arrays; without code as plain Python."""
        if code is not None:
            return code.run(self.name, arguments)
        plain = [_as_list(argument) for argument in arguments]
        result = self.function(*plain)
        for argument, values in zip(arguments, plain, strict=True):
            _write_back(argument, values)
        return result


def _as_list(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        # A table is looked up in, here and there: it stays where it is.
        return _listed(value) if value.flags.writeable else value.data
    if isinstance(value, tuple):  # a named one; room to work in knows what stands for it
        return value.plain() if hasattr(value, "plain") else type(value)(*map(_as_list, value))
    return value


def _listed(array: AnyArray) -> Sequence[Any]:
    # Bytes stay bytes: they are as fast as a list, and an eighth of its size.
    if array.dtype == np.uint8:
        return bytearray(array.tobytes())
    values: list[Any] = array.tolist()
    return values


def _write_back(argument: Any, values: Any) -> None:
    if isinstance(argument, np.ndarray):
        if argument.flags.writeable and argument.size:
            is_bytes = argument.dtype == np.uint8
            argument[...] = np.frombuffer(values, np.uint8) if is_bytes else values
    elif isinstance(argument, tuple) and not hasattr(argument, "plain"):
        for one, its_values in zip(argument, values, strict=True):
            _write_back(one, its_values)
