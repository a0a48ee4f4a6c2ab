"""A folder of documents as a table: a row for each, with its path and its text."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from tpmclassify.documents.read import DOCUMENT_SUFFIXES, read_document
from tpmclassify.errors import TableError, TPMClassifyError
from tpmclassify.tables.formats.byte_input import unreadable
from tpmclassify.tables.formats.table import Asked, Batch, Reject, Table

_AT_A_TIME = 64


class FolderTable(Table):
    """The documents of a folder and of those within it, in the order of their paths."""

    format = "csv"
    schema = pa.schema([("path", pa.string()), ("text", pa.string())])
    size = None
    delimiter = ","

    def __init__(self, source: str, asked: Asked) -> None:
        super().__init__(source, asked)
        try:
            # Hidden files are those of programs, and what Word leaves beside an open file.
            files = [
                path
                for path in sorted(Path(source).rglob("*"))
                if path.is_file() and not path.name.startswith((".", "~$"))
            ]
        except OSError as error:
            raise unreadable(source, error) from None
        self._files = [path for path in files if path.suffix.lower() in DOCUMENT_SUFFIXES]
        if others := len(files) - len(self._files):
            self._notes.append(f"{source}: {others:,} files of other types were not read.")
        if not self._files:
            raise TableError(
                f"{source}: this is a folder without documents ({', '.join(DOCUMENT_SUFFIXES)}). "
                "Name a folder that holds some, or a table within it."
            )

    def batches(self) -> Iterator[Batch]:
        """Read the documents."""
        for at in range(0, len(self._files), _AT_A_TIME):
            rows, numbers, rejects = [], [], []
            for number, path in enumerate(self._files[at : at + _AT_A_TIME], at + 1):
                shown = str(path.relative_to(self.source)).encode("utf-8", "replace").decode()
                try:
                    text = read_document(path, shown)
                    rows.append({"path": shown, "text": text.encode("utf-8", "replace").decode()})
                    numbers.append(number)
                except (TPMClassifyError, OSError) as error:
                    rejects.append(Reject(number, 1, str(error), shown))
            batch = pa.RecordBatch.from_pylist(rows, self.schema)
            yield Batch(batch, numbers, tuple(rejects), 0)
