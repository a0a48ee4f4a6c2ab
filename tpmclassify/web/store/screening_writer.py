"""A screening as it is made: its verdicts into a database beside its rows, batch by batch."""

import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.tables.formats.cells import as_binary, plain_strings
from tpmclassify.tables.job.duplicates import Duplicates, text_signatures
from tpmclassify.tables.summary import ScreeningSummary
from tpmclassify.web.store.rulings import Ruling
from tpmclassify.web.store.schema import DATABASE, INDEXES, SCHEMA

_LONGEST_CELL = 300  # of a title or an employer's name: a page shows fifty rows
_COPIED = (
    "tpm_verdict",
    "tpm_label",
    "tpm_probability",
    "tpm_in_scope_probability",
    "tpm_title_agrees",
    "tpm_review_reasons",
    "tpm_because",
)


class ScreeningWriter:
    """Listens to a job that writes the rows; see `tpmclassify.tables.job.totals.Report`.

    `folder`: the screening's. `name`: the upload's. `texts`: the columns with the postings, or with
    their parts. `title`, `employer`: the columns with the titles and the employers' names.
    `rulings`: what the recruiter ruled before and noted, by row; empty where there is none.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        texts: list[str],
        title: str | None,
        employer: str | None,
        rulings: list[Ruling],
    ) -> None:
        self._name, self._texts, self._shown = name, texts, (title, employer)
        self._rulings = rulings
        self._n_rows = 0
        self._duplicates = Duplicates()
        self._database = sqlite3.connect(folder / DATABASE)
        self._database.executescript(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._database.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in a screened batch."""
        self._database.executemany(
            "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}')",
            self._verdicts(batch),
        )
        self._n_rows += batch.num_rows

    def write(self, path: Path, summary: ScreeningSummary, counts: ScreeningCounts) -> None:
        """Complete the database, and write what is known of the screening as a whole."""
        self._database.commit()
        self._database.executescript(INDEXES)
        note = summary.encoding_note.replace(summary.source, self._name)
        about = {
            "name": self._name,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "summary": asdict(replace(summary, source=self._name, encoding_note=note)),
            "texts": self._texts,
            "figures": counts.to_dict(),
        }
        with path.open("w", encoding="utf-8") as file:
            json.dump(about, file)
            file.flush()
            os.fsync(file.fileno())

    def _verdicts(self, batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
        numbers = range(self._n_rows + 1, self._n_rows + batch.num_rows + 1)
        missing = [None] * batch.num_rows
        shown = [
            map(_short, missing if name is None else batch[name].to_pylist())
            for name in self._shown
        ]
        copied = [batch[name].to_pylist() for name in _COPIED]
        known = self._rulings[self._n_rows : self._n_rows + batch.num_rows]
        ruled = zip(*(known or [("", "")] * batch.num_rows), strict=True)
        return zip(numbers, *shown, *copied, *ruled, self._copies(batch), strict=True)

    def _copies(self, batch: pa.RecordBatch) -> list[int]:
        """The first row with nearly the text of each, 0 for the first one itself."""
        cells = [as_binary(plain_strings(batch[name])).to_pylist() for name in self._texts]
        joined = (b"\n".join(filter(None, parts)) for parts in zip(*cells, strict=True))
        texts = [text.decode("utf-8", "replace") for text in joined]
        return [first or 0 for first in self._duplicates.add(text_signatures(texts))]


def _short(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell)[:_LONGEST_CELL].split())
