"""Files of plain arrays with a JSON header: deterministic, checked, and never code.

Such a file is a zip of ``.npy`` arrays, readable by ``numpy.load(..., allow_pickle=False)``. Its
header holds the kind of file, a format version and a SHA-256 over all other members. Writing the
same arrays gives the same bytes.
"""

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tpmclassify.errors import ModelFileError

Arrays = dict[str, NDArray[Any]]

_HEADER = "header.npy"
_MOST_MEMBERS = 64
_LARGEST_MEMBER = 256 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_arrays(
    path: str | os.PathLike[str],
    arrays: Mapping[str, NDArray[Any]],
    *,
    kind: str,
    version: int,
    card: Mapping[str, object],
) -> None:
    """Write arrays and a card to a file, complete or not at all.

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    members = {f"{name}.npy": _npy(array) for name, array in sorted(arrays.items())}
    header = {"format": kind, "version": version, "sha256": _digest(members), "card": dict(card)}
    members[_HEADER] = _npy(text_array(json.dumps(header, sort_keys=True)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    target = Path(path)
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.write_bytes(buffer.getvalue())
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise ModelFileError(
            f"{target}: the {kind} cannot be written here ({error.strerror}). "
            "Name a file in a folder that exists and that you may write to."
        ) from error


def read_arrays(
    path: str | os.PathLike[str], *, kind: str, version: int
) -> tuple[Arrays, dict[str, Any]]:
    """Read a file of arrays and check it.

    Returns
    -------
    arrays : dict of str to ndarray
    card : dict

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, or of another kind or version.
    """
    source = Path(path)
    members = _read_members(source, kind)
    header = _read_header(source, members, kind, version)
    if _digest(members) != header.get("sha256"):
        raise bad_file(source, kind, "its content does not match its checksum", "Copy it again")
    try:
        arrays = {name.removesuffix(".npy"): _array(content) for name, content in members.items()}
    except (ValueError, EOFError) as error:
        raise bad_file(source, kind, f"an array is malformed ({error})", "Copy it again") from None
    card = header.get("card")
    return arrays, card if isinstance(card, dict) else {}


def bad_file(source: Path, kind: str, what: str, cure: str) -> ModelFileError:
    """Build the error about a file that cannot be used."""
    return ModelFileError(
        f"{source}: {what}. Legal is a {kind}: an .npz file that this version of tpmclassify "
        f"wrote. {cure}."
    )


def text_array(text: str) -> NDArray[np.uint8]:
    """Store text as UTF-8 bytes."""
    return np.frombuffer(text.encode(), dtype=np.uint8)


def array_text(array: NDArray[Any]) -> str:
    """Read text that was stored as UTF-8 bytes."""
    return array.tobytes().decode()


def _read_members(source: Path, kind: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            too_large = [m.filename for m in members if m.file_size > _LARGEST_MEMBER]
            if len(members) > _MOST_MEMBERS or too_large:
                raise bad_file(source, kind, "it is too large", "Look where it comes from")
            return {member.filename: archive.read(member) for member in members}
    except FileNotFoundError:
        raise bad_file(source, kind, "there is no such file", "Check the path") from None
    except OSError as error:
        what = f"it cannot be read ({error.strerror or error})"
        raise bad_file(source, kind, what, "Check the path") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise bad_file(source, kind, f"it is none ({error})", "Check the path") from None
    except zlib.error as error:
        raise bad_file(source, kind, f"it is damaged ({error})", "Copy it again") from None


def _read_header(
    source: Path, members: dict[str, bytes], kind: str, version: int
) -> dict[str, Any]:
    try:
        header = json.loads(array_text(_array(members.pop(_HEADER))))
    except (KeyError, ValueError, EOFError):
        raise bad_file(source, kind, "it is none (no header)", "Check the path") from None
    if not isinstance(header, dict) or header.get("format") != kind:
        raise bad_file(source, kind, "it is none (another header)", "Check the path")
    if header.get("version") != version:
        what = f"its format version is {header.get('version')!r}, not {version}"
        raise bad_file(source, kind, what, "Update tpmclassify")
    return header


def _digest(members: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(members):
        digest.update(f"{name}\0{len(members[name])}\0".encode())
        digest.update(members[name])
    return digest.hexdigest()


def _npy(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _array(content: bytes) -> NDArray[Any]:
    array: NDArray[Any] = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    return array
