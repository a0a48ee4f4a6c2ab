"""Rows of the Pollock benchmark's polluted files: right, rejected, or wrong without a word.

usage: python -m benchmarks.pollock FOLDER

FOLDER holds `csv/` (polluted files) and `clean/` (what each should read as, of the same name), as
`polluted_files` of HPI-Information-Systems/Pollock does (Vitagliano et al., VLDB 2023); it is not
fetched here. A row is right where it comes out with the cells of the clean file, rejected where it
is among the rejects or its file is refused by name, and wrong without a word else. Of 189,821 rows
185,024 are right; all 80 that count as wrong stand in a file that holds its table twice, where
`clean/` has it once (the names between the two are among the rejects).
"""

import csv
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

from tpmclassify.errors import TableError
from tpmclassify.tables.formats.choose import open_table


def main(folder: Path) -> None:
    csv.field_size_limit(1 << 30)
    totals: Counter[str] = Counter()
    for path in sorted((folder / "csv").glob("*.csv")):
        counts = compare(path, folder / "clean" / path.name)
        totals.update(counts)
        if counts["wrong"]:
            print(f"{path.name}: {counts['wrong']} wrong without a word")
    print(f"{totals['rows']:,} rows: ", end="")
    print(", ".join(f"{name} {totals[name]:,}" for name in ("right", "rejected", "wrong")))


def compare(polluted: Path, clean: Path) -> Counter[str]:
    with clean.open(encoding="utf-8", newline="") as stream:
        wanted = Counter(tuple(row) for row in list(csv.reader(stream))[1:] if row)
    counts = Counter(rows=wanted.total())
    read: Counter[tuple[str, ...]] = Counter()
    try:
        with closing(open_table(str(polluted))) as table:
            for batch in table.batches():
                columns = [column.to_pylist() for column in batch.rows.columns]
                read.update(tuple(cell or "" for cell in row) for row in zip(*columns, strict=True))
                counts["rejected"] += len(batch.rejects)
    except TableError:
        counts["rejected"] = counts["rows"]
        return counts
    counts["right"] = (wanted & read).total()
    counts["wrong"] = (read - wanted).total()
    return counts


if __name__ == "__main__":
    main(Path(sys.argv[1]))
