"""Zip archives from strangers: refused where they would unpack to more than they may."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from tpmclassify.errors import TPMClassifyError

_CHUNK = 1 << 20
_MOST_ENTRIES = 10_000
_LOCAL_HEADER = 30
# All that reading a damaged archive may raise.
ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def check_archive(path: Path, *, most_bytes: int, most_ratio: int, name: str) -> set[str]:
    """Unpack an archive in thought and give the names of its entries.

    What entries say about their size is not believed: they are unpacked, chunk by chunk, and
    counted.

    Parameters
    ----------
    path : Path
    most_bytes : int
        What all entries together may come to.
    most_ratio : int
        How many times its packed size an archive may come to; small ones are not measured by it.
    name : str
        The file's name, for the message.

    Raises
    ------
    TPMClassifyError
        If it is no zip archive, is damaged, or is too large when unpacked.
    """
    limit = min(most_bytes, max(most_ratio * path.stat().st_size, 16 * _CHUNK))
    total = 0
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES:
                raise _bomb(name, f"{len(entries):,} entries")
            for entry in entries:
                if entry.compress_type not in _METHODS or entry.flag_bits & 1:
                    raise _damaged(name)
                total += _true_size(file, entry, limit - total, name)
    except ARCHIVE_ERRORS as error:
        raise _damaged(name) from error
    return {entry.filename for entry in entries}


def _true_size(file: BinaryIO, entry: zipfile.ZipInfo, limit: int, name: str) -> int:
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise _damaged(name)
    skipped = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(skipped, 1)
    if entry.compress_type == zipfile.ZIP_STORED:
        size = entry.compress_size
    else:
        size = _inflated(file, entry.compress_size, limit)
    if size > limit:
        raise _bomb(name, "far more than a table or a text needs")
    return size


def _inflated(file: BinaryIO, packed: int, limit: int) -> int:
    unpacker, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while packed > 0 and size <= limit:
        data = file.read(min(_CHUNK, packed))
        if not data:
            raise EOFError
        packed -= len(data)
        while data and size <= limit:
            size += len(unpacker.decompress(data, _CHUNK))
            data = unpacker.unconsumed_tail
    return size


def _bomb(name: str, what: str) -> TPMClassifyError:
    return TPMClassifyError(
        f"{name}: the file would unpack to {what}, so it was refused unread. Save the document "
        "again, or export it as plain text or CSV."
    )


def _damaged(name: str) -> TPMClassifyError:
    return TPMClassifyError(
        f"{name}: the file is damaged or protected by a password. Open it in its program and save "
        "it again without one."
    )
