"""``python -m tpmclassify.machine_code.build``: the entries as LLVM bitcode, made with numba.

Done when the package is built (`hatch_build.py`), or by `tpmclassify compile`. The bitcode needs
no numba to run, and is the same for every 64-bit processor: `load` makes machine code of it.
"""

import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np

from tpmclassify import arrays
from tpmclassify.errors import TPMClassifyError
from tpmclassify.machine_code.entries import COMPILED, ENTRIES
from tpmclassify.machine_code.load import BITCODE, pack, sources_digest


def build(target: Path = BITCODE) -> None:
    """Compile all entries and write their bitcode.

    `TPMClassifyError`: if numba is not installed, or the file cannot be written.
    """
    # The same bitcode whatever the processor that it is made on.
    os.environ.update(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="", NUMBA_DISABLE_JIT="0")
    try:
        import numba
    except ImportError as error:
        raise TPMClassifyError(
            "Making machine code needs numba: pip install numba. Without it everything works, "
            "some 50 times slower in tables."
        ) from error
    # Whose entries are thereby known, with those of all rooms above. A wheel is built where nothing
    # is installed but numba and what it needs, so they import nothing else.
    from tpmclassify.deciding import flips  # noqa: F401
    from tpmclassify.tables.formats import csv_scan  # noqa: F401
    from tpmclassify.tables.job import duplicates  # noqa: F401

    content = pack(_bitcode(numba), sources_digest())
    try:
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        raise TPMClassifyError(
            f"{target}: machine code cannot be written here ({error.strerror}). Install the "
            "package where you may write to, or take a wheel, which holds it."
        ) from error


def _bitcode(numba: Any) -> dict[str, tuple[str, bytes]]:
    """Symbol and bitcode of each entry by name."""
    from numba.np import arrayobj

    # Nothing here counts from the end of an array; to test every index for it costs a fifth.
    arrayobj.fix_integer_index = lambda context, builder, kind, index, _: context.cast(
        builder, index, kind, numba.types.intp if kind.signed else numba.types.uintp
    )
    options: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
        # Without numba's own allocator, arrays are passed from function to function at no cost.
        "_nrt": False,
    }
    twins = {function: numba.njit(**options)(function) for function in COMPILED}
    for twin in twins.values():
        _compile_once_for_all_constants(twin, numba.types.unliteral)
    for name, module in list(sys.modules.items()):
        if name.startswith("tpmclassify."):
            for attribute, value in list(vars(module).items()):
                if inspect.isfunction(value) and value in twins:
                    setattr(module, attribute, twins[value])
    found = {}
    for name, entry in ENTRIES.items():
        hints = get_type_hints(entry.function)
        hints.pop("return")
        signature = tuple(_numba_type(numba, hint) for hint in hints.values())
        dispatcher = numba.njit(**options)(entry.function)
        compiled = dispatcher._compiler.compile(signature, None)
        module = compiled.library._final_module
        found[name] = (compiled.fndesc.llvm_func_name, module.as_bitcode())
    return found


def _compile_once_for_all_constants(dispatcher: Any, unliteral: Callable[[Any], Any]) -> None:
    """Keep numba from compiling a function anew for each constant that it is called with."""
    find = dispatcher.get_call_template

    def find_for_any_value(args: Any, keywords: Any) -> Any:
        by_name = {name: unliteral(kind) for name, kind in keywords.items()}
        return find(tuple(map(unliteral, args)), by_name)

    dispatcher.get_call_template = find_for_any_value


def _numba_type(numba: Any, hint: Any) -> Any:
    """The type of a parameter in machine code, by its annotation."""
    types = numba.types
    scalars = {int: types.int64, float: types.float64, np.uint64: types.uint64}
    if hint in scalars:
        return scalars[hint]
    by_array = {
        arrays.Bytes: types.uint8,
        arrays.Bools: types.boolean,
        arrays.Ints: types.int64,
        arrays.SmallInts: types.int32,
        arrays.Shorts: types.uint16,
        arrays.Marks: types.uint32,
        arrays.Keys: types.uint64,
        arrays.Floats: types.float64,
    }
    if hint in by_array:
        return by_array[hint][::1]
    fields = [_numba_type(numba, field) for field in get_type_hints(hint).values()]
    return types.BaseTuple.from_types(fields, hint)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else BITCODE)
