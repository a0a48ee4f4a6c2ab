"""A screening as it is made: its verdicts into a database beside its rows, batch by batch."""

import json
import sqlite3
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify.pages.words import page_message
from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.tables.job.duplicates import COLUMN as DUPLICATE_OF
from tpmclassify.tables.summary import ScreeningSummary
from tpmclassify.web.store.rulings import Ruling
from tpmclassify.web.store.schema import DATABASE, INDEXES, SCHEMA
from tpmclassify.whole_file import write_whole

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
    their parts. `shown`: those with the titles and the employers' names, where there are some.
    `rulings`: what the recruiter ruled before and noted, by row; empty where there is none.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        texts: list[str],
        shown: tuple[str | None, str | None],
        rulings: list[Ruling],
    ) -> None:
        self._name, self._texts, self._shown, self._rulings = name, texts, shown, rulings
        self._n_rows = 0
        self._database = sqlite3.connect(folder / DATABASE)
        self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in a screened batch."""
        begin, end = self._n_rows, self._n_rows + batch.num_rows
        missing = [None] * batch.num_rows
        shown = (missing if name is None else batch[name].to_pylist() for name in self._shown)
        self._database.executemany(
            "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}')",
            zip(
                range(begin + 1, end + 1),
                *(map(_short, cells) for cells in shown),
                *(batch[name].to_pylist() for name in _COPIED),
                *zip(*(self._rulings[begin:end] or [("", "")] * batch.num_rows), strict=True),
                batch[DUPLICATE_OF].fill_null(0).to_pylist(),
                strict=True,
            ),
        )
        self._n_rows = end

    def write(self, path: Path, summary: ScreeningSummary, counts: ScreeningCounts) -> None:
        """Complete the database, and write what is known of the screening as a whole."""
        self._database.commit()
        self._database.executescript(INDEXES)
        source = Path(summary.source)
        # Documents have no columns that could be set.
        note = "" if source.is_dir() else page_message(summary.encoding_note, source, self._name)
        about = {
            "name": self._name,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "summary": asdict(replace(summary, source=self._name, encoding_note=note)),
            "texts": self._texts,
            "figures": counts.to_dict(),
        }
        write_whole(path, json.dumps(about).encode())


def _short(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell)[:_LONGEST_CELL].split())
