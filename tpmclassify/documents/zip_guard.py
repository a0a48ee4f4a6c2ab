"""Zip archives from strangers: refused where they would unpack to more than they may.

For documents and workbooks, whose readers unpack whatever is there. A model file has a guard of its
own (`model_file/arrays.py`): its form is ours, so that all but that form is refused, and nothing
else unpacks it.
"""

import struct
import sys
import zipfile
import zlib
from pathlib import Path

from tpmclassify.errors import TPMClassifyError

_CHUNK = 1 << 20
_MOST_ENTRIES = 10_000
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

    `most_bytes`: what all entries together may come to. `most_ratio`: how many times its packed
    size an archive may come to; small ones are not measured by it.
    """
    left = min(most_bytes, max(most_ratio * path.stat().st_size, 16 * _CHUNK))
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES:
                raise _bomb(name, f"{len(entries):,} entries")
            for entry in entries:
                if entry.compress_type not in _METHODS:
                    raise _damaged(name)
                # What an entry says of its size is not believed: it is unpacked and counted.
                entry.file_size = sys.maxsize
                with archive.open(entry) as stream:
                    while chunk := stream.read(_CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            raise _bomb(name, "far more than a table or a text needs")
    except ARCHIVE_ERRORS as error:
        raise _damaged(name) from error
    return {entry.filename for entry in entries}


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
