"""Files of plain arrays with a JSON header: deterministic, checked, and never code.

Such a file is a zip of ``.npy`` arrays, readable by ``numpy.load(..., allow_pickle=False)``. Its
header holds the kind of file, a format version and a SHA-256 over all other members. Writing the
same arrays gives the same bytes.

A file may come from anybody. So its size, its members and what they unpack to are limited before
anything is unpacked, and an array is made only of a plain type and of exactly the bytes there are.
"""

import hashlib
import io
import json
import math
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tpmclassify.errors import ModelFileError, file_name, unwritable
from tpmclassify.whole_file import write_whole

Arrays = dict[str, NDArray[Any]]

_HEADER = "header.npy"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MIB = 1 << 20
# The shipped model has 17 members and 2.7 MB, unpacked 4.0; its training rows 32 and 7.7, unpacked
# 20.2: a model of 15 times as many terms still fits, a file that floods the memory does not.
_LARGEST_FILE, _LARGEST_MEMBER, _LARGEST_HEADER = 64 * _MIB, 64 * _MIB, _MIB
_MOST_MEMBERS, _LARGEST_DIRECTORY = 64, 1 << 16
# A file may unpack to so many times its size, and this much in any case: zeros pack well.
_LARGEST_RATIO, _SMALL = 50, 2 * _MIB
_MEMBER_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\.npy")
# The end of a zip: signature, four numbers, size and place of the directory, no comment.
_END = struct.Struct("<4s4H2LH")
# The start of an .npy array as numpy writes it, plain types only.
_MAGIC = b"\x93NUMPY\x01\x00"
_PLAIN_TYPES = ("<f8", "<i4", "<i8", "<u2", "|b1", "|u1")
_NPY_HEADER = re.compile(
    rb"\{'descr': '(?P<type>[^']{3})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>(?:[0-9]{1,10}(?:, ?|(?=\)))){0,3})\), \} *\n"
)


def write_arrays(
    path: str | os.PathLike[str],
    arrays: Mapping[str, NDArray[Any]],
    *,
    kind: str,
    version: int,
    card: Mapping[str, object],
) -> None:
    """Write arrays and a card to a file, complete or not at all."""
    members = _members(arrays)
    header = {
        "format": kind,
        "version": version,
        "sha256": _digest(members),
        "card": dict(card),
        "card_sha256": _card_digest(card),
    }
    members[_HEADER] = _npy(text_array(json.dumps(header, sort_keys=True)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    try:
        write_whole(Path(path), buffer.getvalue())
    except OSError as error:
        raise unwritable(ModelFileError, path, kind, error) from error


def read_arrays(
    path: str | os.PathLike[str], *, kind: str, versions: Sequence[int]
) -> tuple[Arrays, dict[str, Any], int]:
    """Read a file of arrays and check it.

    `kind`: what the file must say that it is. `versions`: the format versions that can be read.
    `version`: the file's, one of `versions`.
    """
    source = Path(file_name(path, ModelFileError))
    try:
        members = _unpack(_read_bytes(source))
        header = _read_header(members, kind, versions)
        if _digest(members) != header.get("sha256"):
            raise _BadFileError("its content does not match its checksum", "Copy it again")
        # Files of 0.2 have none.
        if header.get("card_sha256") not in (None, _card_digest(header["card"])):
            raise _BadFileError("its card does not match its checksum", "Copy it again")
        arrays = {name.removesuffix(".npy"): _array(members.pop(name), name) for name in [*members]}
        return arrays, header["card"], header["version"]
    except _BadFileError as refused:
        raise bad_file(source, kind, *refused.args) from None


def arrays_digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """The SHA-256 that a file of these arrays states in its header."""
    return _digest(_members(arrays))


def bad_file(source: Path, kind: str, what: str, cure: str) -> ModelFileError:
    """Build the error about a file that cannot be used."""
    return ModelFileError(
        f"{source}: {what}. Legal is a {kind}: an .npz file that tpmclassify wrote. {cure}."
    )


def text_array(text: str) -> NDArray[np.uint8]:
    """Store text as UTF-8 bytes."""
    return np.frombuffer(text.encode(), dtype=np.uint8)


def array_text(array: NDArray[Any]) -> str:
    """Read text that was stored as UTF-8 bytes."""
    return array.tobytes().decode()


class _BadFileError(Exception):
    """What is wrong with a file, and the cure."""


def _read_bytes(source: Path) -> bytes:
    try:
        with source.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _BadFileError("it cannot be read (not a regular file)", "Check the path")
            if status.st_size > _LARGEST_FILE:
                what = f"it is too large ({status.st_size:,} bytes; the most is {_LARGEST_FILE:,})"
                raise _BadFileError(what, "Look where it comes from")
            return stream.read(status.st_size)
    except FileNotFoundError:
        raise _BadFileError("there is no such file", "Check the path") from None
    except (OSError, ValueError) as error:
        what = f"it cannot be read ({getattr(error, 'strerror', None) or error})"
        raise _BadFileError(what, "Check the path") from None


def _unpack(content: bytes) -> dict[str, bytes]:
    _check_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members, len(content))
            return {member.filename: _unpack_one(archive, member) for member in members}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _BadFileError(f"it is no model ({error})", "Check the path") from None
    except (zlib.error, EOFError, ValueError, OSError, struct.error) as error:
        raise _BadFileError(f"it is damaged ({error})", "Copy it again") from None


def _check_directory(content: bytes) -> None:
    """Refuse what is no plain zip, or one of many members, before its directory is read."""
    end = content[-_END.size :]
    if len(end) < _END.size or not content.startswith(b"PK"):
        raise _BadFileError("it is no model (no zip)", "Check the path")
    signature, disk, first_disk, here, members, size, start, comment = _END.unpack(end)
    if signature != b"PK\x05\x06" or disk or first_disk or comment or here != members:
        raise _BadFileError("it is no model, or it is cut off (no plain zip)", "Copy it again")
    if members > _MOST_MEMBERS or size > _LARGEST_DIRECTORY:
        what = f"it is too large ({members} members; the most is {_MOST_MEMBERS})"
        raise _BadFileError(what, "Look where it comes from")
    if start + size != len(content) - _END.size:
        raise _BadFileError("it is damaged (bytes that belong to no member)", "Copy it again")


def _check_members(members: list[zipfile.ZipInfo], file_size: int) -> None:
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if not _MEMBER_NAME.fullmatch(name):
            raise _BadFileError(f"a member has an illegal name ({name[:64]!a})", "Train it again")
        if name in seen:
            raise _BadFileError(f"it holds {name} twice", "Train it again")
        seen.add(name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _BadFileError(f"{name} is packed in a way that is not used", "Train it again")
        limit = _LARGEST_HEADER if name == _HEADER else _LARGEST_MEMBER
        if member.file_size > limit:
            what = f"{name} is too large ({member.file_size:,} bytes; the most is {limit:,})"
            raise _BadFileError(what, "Look where it comes from")
    unpacked, limit = sum(m.file_size for m in members), _SMALL + _LARGEST_RATIO * file_size
    if unpacked > limit:
        what = f"it is too large: it unpacks to {unpacked:,} bytes; the most is {limit:,}"
        raise _BadFileError(what, "Look where it comes from")


def _unpack_one(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as stream:
        # The stated size was checked; no more than that is ever unpacked.
        content = stream.read(member.file_size)
        if len(content) != member.file_size or stream.read(1):
            raise _BadFileError(f"it is damaged (the size of {member.filename})", "Copy it again")
    return content


def _read_header(members: dict[str, bytes], kind: str, versions: Sequence[int]) -> dict[str, Any]:
    if _HEADER not in members:
        raise _BadFileError("it is no model (no header)", "Check the path")
    try:
        header = json.loads(
            array_text(_array(members.pop(_HEADER), _HEADER)), parse_constant=_no_number
        )
    except (ValueError, RecursionError):
        raise _BadFileError("it is no model (its header is no JSON)", "Check the path") from None
    if not isinstance(header, dict) or header.get("format") != kind:
        raise _BadFileError("it is no model (another header)", "Check the path")
    if header.get("version") not in versions:
        found, legal = str(header.get("version"))[:20], " or ".join(map(str, versions))
        raise _BadFileError(f"its format version is {found!a}, not {legal}", "Update tpmclassify")
    if not isinstance(header.get("card"), dict):
        raise _BadFileError("its card is no JSON object", "Train it again")
    return header


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _members(arrays: Mapping[str, NDArray[Any]]) -> dict[str, bytes]:
    return {f"{name}.npy": _npy(array) for name, array in sorted(arrays.items())}


def _digest(members: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(members):
        digest.update(f"{name}\0{len(members[name])}\0".encode())
        digest.update(members[name])
    return digest.hexdigest()


def _card_digest(card: object) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


def _npy(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _array(content: bytes, name: str) -> NDArray[Any]:
    """Make an array of a plain type: of the bytes that are there, whatever the header says."""
    start = len(_MAGIC) + 2
    end = start + int.from_bytes(content[len(_MAGIC) : start], "little")
    header = _NPY_HEADER.fullmatch(content[start:end])
    kind = header["type"].decode("latin-1") if header else ""
    if not content.startswith(_MAGIC) or header is None or kind not in _PLAIN_TYPES:
        what = f"{name} is no plain array of {', '.join(_PLAIN_TYPES)}"
        raise _BadFileError(what, "Train it again")
    shape = tuple(int(length) for length in re.findall(rb"[0-9]+", header["shape"]))
    dtype = np.dtype(kind)
    if math.prod(shape) * dtype.itemsize != len(content) - end:
        raise _BadFileError(f"{name} does not hold as much as it says", "Copy it again")
    if kind == "|b1" and not set(content[end:]) <= {0, 1}:
        raise _BadFileError(
            f"{name} holds values that are neither true nor false", "Train it again"
        )
    array: NDArray[Any] = np.frombuffer(content, dtype=dtype, offset=end).reshape(shape).copy()
    return array
