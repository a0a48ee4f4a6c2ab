"""Machine code from the bitcode that came with the package, through llvmlite; plain Python else.

Whatever goes wrong, one warning names the cause and the cure, and plain Python answers with the
same figures.
"""

import ctypes
import hashlib
import importlib.util
import json
import os
import sys
import threading
import warnings
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

BITCODE = Path(__file__).with_name("entries.bc")
# "0": never; "1": at once; else where it pays.
SWITCH = "TPMCLASSIFY_MACHINE_CODE"
# Loading and the tables of words take .15 s of a processor, as plain Python does for 70 postings of
# 4.2 KB; .8 s more where machine code is not kept yet.
WORTH_LOADING = 300_000
# What entries are made of.
_ROOMS = ("machine_code", "reading", "scoring", "deciding")
_FILES = ("roles.py", "tables/formats/csv_scan.py", "tables/job/duplicates.py")
_FORMAT = b"tpmclassify entries 1\n"
_CODEGEN_LEVEL = 2
# A third of the time of scoring goes where a processor adds four numbers at a time. The largest of
# the entries adds none, and would take .6 s to be made.
_OPTIMIZATION_LEVEL, _NOT_OPTIMIZED = 2, "scan_texts"


class Code:
    """The entries as machine code.

    `content`: what `pack` made.
    """

    def __init__(self, content: bytes) -> None:
        import llvmlite.binding as llvm

        self._functions: dict[str, Any] = {}
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        llvm.add_symbol("exp", _address_of_exp())
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
            cpu=llvm.get_host_cpu_name(),
            features=llvm.get_host_cpu_features().flatten(),
            opt=_CODEGEN_LEVEL,
            # As numba has it, of which this is the other half.
            reloc="static" if "86" in llvm.get_process_triple().split("-")[0] else "default",
            codemodel="jitdefault",
            jit=True,
        )
        objects = _kept_objects(content)
        if objects is None:
            objects = {}
            tuning = llvm.create_pipeline_tuning_options(_OPTIMIZATION_LEVEL)
            tuning.slp_vectorization = True
            passes = llvm.create_pass_builder(machine, tuning)
            for name, (symbol, bitcode) in unpack(content).items():
                module = llvm.parse_bitcode(bitcode)
                module.triple = llvm.get_process_triple()
                module.data_layout = str(machine.target_data)
                if name != _NOT_OPTIMIZED:
                    passes.getModulePassManager().run(module, passes)
                objects[name] = (symbol, machine.emit_object(module))
            _keep_objects(content, objects)
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        for _, code in objects.values():
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        self._addresses = {
            name: self._engine.get_function_address(symbol) for name, (symbol, _) in objects.items()
        }

    def run(self, name: str, arguments: tuple[Any, ...]) -> int:
        """Run an entry, without the interpreter lock.

        Numba's convention: where to put the result, where to put an exception, then the arguments,
        an array as seven numbers.
        """
        result, exception = ctypes.c_int64(), ctypes.c_void_p()
        flat: list[int | float] = [ctypes.addressof(result), ctypes.addressof(exception)]
        _flatten(arguments, flat)
        function = self._functions.get(name)
        if function is None:
            kinds = (ctypes.c_double if isinstance(a, float) else ctypes.c_int64 for a in flat)
            prototype = ctypes.CFUNCTYPE(ctypes.c_int, *kinds)
            function = self._functions[name] = prototype(self._addresses[name])
        if function(*flat):
            raise RuntimeError(
                f"The machine code of {name} failed; this is a defect of tpmclassify."
            )
        return result.value


def _flatten(value: Any, flat: list[int | float]) -> None:
    if isinstance(value, np.ndarray):
        pointer, size, width = value.ctypes.data, value.size, value.itemsize
        flat += (0, 0, size, width, pointer, size, width)
    elif isinstance(value, tuple):
        for one in value:
            _flatten(one, flat)
    else:
        flat.append(value if isinstance(value, float) else int(value))


def _kept_file(content: bytes) -> Path:
    """Where machine code is kept once it is made: where Python keeps what it compiles.

    It is of this bitcode, for this processor, made by this LLVM.
    """
    import llvmlite
    import llvmlite.binding as llvm

    made_of = [llvmlite.__version__, llvm.get_process_triple(), llvm.get_host_cpu_name()]
    made_of.append(llvm.get_host_cpu_features().flatten())
    key = hashlib.sha256("\0".join(made_of).encode() + content).hexdigest()[:16]
    beside = Path(importlib.util.cache_from_source(str(BITCODE.with_suffix(".py"))))
    return beside.with_name(f"{BITCODE.stem}.{key}.o")


def _kept_objects(content: bytes) -> dict[str, tuple[str, bytes]] | None:
    try:
        return unpack(_kept_file(content).read_bytes())
    except (OSError, ValueError, KeyError, zlib.error):
        return None


def _keep_objects(content: bytes, objects: Mapping[str, tuple[str, bytes]]) -> None:
    """Keep machine code where the package's folder may be written to; to make it takes .6 s."""
    target = _kept_file(content)
    part = target.with_name(f"{target.name}.{os.getpid()}")
    with suppress(OSError):
        target.parent.mkdir(exist_ok=True)
        part.write_bytes(pack(objects, sources_digest()))
        part.replace(target)


def _address_of_exp() -> int:
    """The C library's function, as Python itself calls it: so that both give the same bytes."""
    library = ctypes.cdll.ucrtbase if sys.platform == "win32" else ctypes.CDLL(None)
    address = ctypes.cast(library.exp, ctypes.c_void_p).value
    assert address is not None
    return address


def pack(entries: Mapping[str, tuple[str, bytes]], digest: str) -> bytes:
    """Put symbol and bitcode of each entry into one file; `digest` tells the sources."""
    sizes = {name: (symbol, len(code)) for name, (symbol, code) in entries.items()}
    header = json.dumps({"digest": digest, "entries": sizes}).encode()
    codes = b"".join(code for _, code in entries.values())
    return b"".join([_FORMAT, header, b"\n", zlib.compress(codes, 9)])


def unpack(content: bytes) -> dict[str, tuple[str, bytes]]:
    """Undo `pack`.

    `ValueError`: if it was made by another version, or of other sources.
    """
    if not content.startswith(_FORMAT):
        raise ValueError("it is of another format")
    line, packed = content[len(_FORMAT) :].split(b"\n", 1)
    header = json.loads(line)
    if header["digest"] != sources_digest():
        raise ValueError("it was made of other sources")
    codes = zlib.decompress(packed)
    entries = {}
    at = 0
    for name, (symbol, size) in header["entries"].items():
        entries[name] = (symbol, codes[at : at + size])
        at += size
    return entries


def sources_digest() -> str:
    """A digest of all files that entries are made of."""
    package = Path(__file__).parent.parent
    files = [package / file for file in _FILES]
    files += [file for room in _ROOMS for file in (package / room).glob("*.py")]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


class _Loader:
    """Loads the code once; says once why there is none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._code: Code | None = None
        self._tried = False

    def code(self, n_bytes: int) -> Code | None:
        switch = os.environ.get(SWITCH, "")
        if switch == "0":
            return None
        if not self._tried and (switch == "1" or n_bytes >= WORTH_LOADING):
            with self._lock:
                if not self._tried:
                    self._code = _load()
                    self._tried = True
        return self._code


_loader = _Loader()


def machine_code(n_bytes: int) -> Code | None:
    """The entries as machine code, if it is there or worth loading for texts of so many bytes.

    Returned: none where plain Python is to be used.
    """
    return _loader.code(n_bytes)


def _load() -> Code | None:
    if sys.maxsize < 1 << 32:
        return _warn("it is made for 64-bit processors", "")
    if not BITCODE.is_file():
        cure = "run `tpmclassify compile`, or install a wheel that was built where numba is"
        return _warn(f"{BITCODE.name} is not there", cure)
    try:
        return Code(BITCODE.read_bytes())
    except ImportError as error:
        return _warn(f"llvmlite cannot be imported ({error})", "pip install llvmlite")
    except Exception as error:  # whatever it is, machine code is not needed
        return _warn(f"{type(error).__name__}: {error}", "run `tpmclassify compile`")


def _warn(cause: str, cure: str) -> Code | None:
    warnings.warn(
        f"tpmclassify works without machine code, some 50 times slower in tables: {cause}. "
        f"{f'To mend it, {cure}. ' if cure else ''}Set {SWITCH}=0 to do without it silently.",
        RuntimeWarning,
        stacklevel=5,
    )
    return None
