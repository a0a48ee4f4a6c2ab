"""What the cells of the upload's own columns say: looked up in the file of the rows, column-wise.

Rows come as a byte each, 1 for those that are meant: SQL takes that as one value, and finds a row's
byte by its number.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tpmclassify.tables.formats.cells import plain_strings

# Values of a column that are offered as a list: so many, so long, and two rows to each of them.
_MOST_VALUES, _LONGEST_VALUE, _FEWEST_ROWS = 40, 80, 2
_ROWS_HELD, _CELLS_HELD = 500, 10_000
_KEPT = 16


@dataclass(frozen=True)
class ValueList:
    """A column of few values: its `name`, the values, and which of them each row has."""

    name: str
    values: list[str]
    codes: NDArray[np.uint8]

    def rows_of(self, value: str) -> bytes:
        """The rows that have a value."""
        if value not in self.values:
            return b""
        is_value: NDArray[np.bool_] = self.codes == self.values.index(value)
        return is_value.tobytes()


@lru_cache(maxsize=_KEPT)
def rows_with(path: Path, columns: tuple[str, ...], words: str) -> bytes:
    """The rows of which some column holds words, in any case.

    All texts are looked through, 20 us each: an index would take longer than the screening itself.
    """
    found = []
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS_HELD, columns=list(columns)):
            holds = np.zeros(batch.num_rows, np.bool_)
            for name in columns:
                match = pc.match_substring(plain_strings(batch[name]), words, ignore_case=True)
                holds |= match.fill_null(False).to_numpy(zero_copy_only=False)
            found.append(holds.tobytes())
    return b"".join(found)


@lru_cache(maxsize=_KEPT)
def value_lists(path: Path, columns: tuple[str, ...]) -> dict[str, ValueList]:
    """The columns whose values are few enough to be offered as a list, by their place."""
    with pq.ParquetFile(path) as file:
        read = ((str(at), _value_list(file, name)) for at, name in enumerate(columns))
        return {at: values for at, values in read if values is not None}


def _value_list(file: pq.ParquetFile, name: str) -> ValueList | None:
    known: set[str] = set()
    cells: list[pa.Array] = []
    for batch in file.iter_batches(_CELLS_HELD, columns=[name]):
        cells.append(plain_strings(batch[name]).fill_null(""))
        known.update(cells[-1].unique().to_pylist())
        is_short = all(len(v) <= _LONGEST_VALUE and len(v.splitlines()) < 2 for v in known)
        if len(known) > _MOST_VALUES or not is_short:
            return None
    if not 2 <= len(known) <= sum(map(len, cells)) / _FEWEST_ROWS:
        return None
    values = sorted(known)
    codes = [pc.index_in(one, pa.array(values, one.type)).to_numpy() for one in cells]
    return ValueList(name, values, np.concatenate(codes).astype(np.uint8))
