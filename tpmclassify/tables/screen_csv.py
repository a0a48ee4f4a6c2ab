"""The batch job: a CSV file in, the same rows with verdicts out, rejected rows beside it."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError
from tpmclassify.screening import check_no_own_columns, screen_rows
from tpmclassify.tables.columns import EMPLOYER_NAMES, TEXT_NAMES, TITLE_NAMES, find_column
from tpmclassify.tables.csv_input import CsvTable, Row, open_csv
from tpmclassify.tables.csv_output import CsvWriter, complete_file
from tpmclassify.tables.summary import ScreeningSummary, Tally

_SUFFIXES = (".csv", ".tsv")
_BATCH = 256


@dataclass(frozen=True)
class CsvOptions:
    """How a file is to be read and written; the names are those of `tpmclassify.screen_file`."""

    text: str | None = None
    title: str | None = None
    employer: str | None = None
    encoding: str | None = None
    header: bool = True
    raw: bool = False


def screen_csv(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str] | None,
    options: CsvOptions,
    *,
    rejects: str | os.PathLike[str] | None,
    overwrite: bool,
    progress: Callable[[int], None] | None,
    classifier: TPMClassifier,
) -> ScreeningSummary:
    """Screen a CSV file; see `tpmclassify.screen_file`."""
    path = Path(source)
    output = _output(path, target, overwrite)
    rejects_path = Path(rejects) if rejects is not None else Path(f"{output}.rejects.jsonl")
    table = open_csv(path, encoding=options.encoding, has_header=options.header)
    check_no_own_columns(table.names)
    columns = _find_columns(table, options)
    places = [None if name is None else table.names.index(name) for name in columns]
    tally, n_rejected = Tally(), 0
    with ExitStack() as files:
        writer = CsvWriter(
            files.enter_context(complete_file(output)),
            delimiter=table.delimiter,
            raw=options.raw,
        )
        writer.write_names(table.names)
        rejected = None
        for batch in _batches(table.rows()):
            good = [row for row in batch if not row.problem]
            bad = [row for row in batch if row.problem]
            if bad and rejected is None:
                rejected = files.enter_context(complete_file(rejects_path))
            for row in bad:
                print(_reject(path, row), file=rejected)
            n_rejected += len(bad)
            cells = [
                None if place is None else [row.cells[place] for row in good] for place in places
            ]
            for row, verdict in zip(
                good, screen_rows(classifier, cells[0] or [], *cells[1:]), strict=True
            ):
                tally.add(verdict)
                writer.write(row.cells, verdict)
            if progress is not None:
                progress(tally.screened + n_rejected)
    if not n_rejected and rejects is None:
        rejects_path.unlink(missing_ok=True)  # of an earlier run
    return tally.summary(
        source=path,
        output=output,
        rejects=rejects_path if n_rejected else "",
        columns=columns,
        prevalence=classifier.prevalence,
        rejected=n_rejected,
        escaped_cells=writer.escaped_cells,
        encoding=table.encoding,
        encoding_note=table.encoding_note,
    )


def _output(source: Path, target: str | os.PathLike[str] | None, overwrite: bool) -> Path:
    for path in (source, *([] if target is None else [Path(target)])):
        if path.suffix.lower() not in _SUFFIXES:
            raise TableError(
                f"{path}: a file of type {path.suffix or 'none'!r} is not supported. Legal are "
                f"{' and '.join(_SUFFIXES)}; export the table as one of them."
            )
    if target is None:
        return source.with_name(f"{source.stem}.screened{source.suffix}")
    output = Path(target)
    if source.exists() and output.exists() and output.samefile(source):
        raise TableError(f"{output}: input and output are the same file. Name another output.")
    if output.exists() and not overwrite:
        raise TableError(
            f"{output}: the file exists already. Name another one, or allow to replace it with "
            "--overwrite (overwrite=True)."
        )
    return output


def _find_columns(table: CsvTable, options: CsvOptions) -> tuple[str, str | None, str | None]:
    only_column = table.names[0] if len(table.names) == 1 else None
    text, title, employer = (
        find_column(
            table.names,
            wanted=wanted,
            usual=usual,
            what=what,
            option=f"--{name} ({name}=)",
            required=name == "text",
            source=str(table.path),
        )
        for name, wanted, usual, what in (
            ("text", options.text or only_column, TEXT_NAMES, "the text of the postings"),
            ("title", options.title, TITLE_NAMES, "their titles"),
            ("employer", options.employer, EMPLOYER_NAMES, "their employers"),
        )
    )
    assert text is not None  # it is required
    return text, title, employer


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _reject(path: Path, row: Row) -> str:
    entry = {
        "file": str(path),
        "line": row.line,
        "column": len(row.cells),
        "reason": row.problem,
        "row": row.raw,
    }
    return json.dumps(entry, ensure_ascii=False)
