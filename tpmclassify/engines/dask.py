"""Screening of Dask DataFrames, partition by partition: nothing is moved between workers."""

from collections.abc import Mapping, Sequence
from typing import Any

import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
from dask.delayed import delayed

from tpmclassify.api import Model
from tpmclassify.batch_sizes import BATCH_ROWS
from tpmclassify.engines.part import row_error, screen_slice
from tpmclassify.engines.shipment import Shipment, pack, unpack
from tpmclassify.errors import TableError
from tpmclassify.frames import string_array, verdict_columns
from tpmclassify.screening import COLUMNS, TextColumns

_STRINGS = pd.StringDtype("pyarrow")  # Dask's own type for strings


def screen(
    ddf: dd.DataFrame,
    text: str = "description",
    title: str | None = None,
    *,
    employer: str | None = None,
    model: Model = None,
) -> dd.DataFrame:
    """Screen a Dask DataFrame of postings, lazily.

    Parameters
    ----------
    ddf : dask.dataframe.DataFrame of shape (n_rows, n_columns)
    text, title, employer, model
        As in `tpmclassify.screen`. Each worker takes the shipped model from its own installation;
        another one is sent to
        each worker once.

    Returns
    -------
    dask.dataframe.DataFrame of shape (n_rows, n_columns + 8)
        The same rows, columns, index, partitions and divisions, then the ``tpm_`` columns.

    Raises
    ------
    TableError
        At once, if a column is missing, holds anything but strings, or begins with ``tpm_``
        already. When it is computed, if a value is no string: the message names the partition and
        the row.
    ModelFileError
        If `model` names no model file, or a worker has another version of this library.
    """
    if not isinstance(ddf, dd.DataFrame):
        raise TableError(
            f"ddf must be a Dask DataFrame. Got {type(ddf).__name__} instead. "
            "For a pandas DataFrame call tpmclassify.screen."
        )
    columns = TextColumns(text, title, employer)
    meta = ddf._meta
    columns.check([n for n in meta.columns if isinstance(n, str)], _not_strings(meta))
    shipment, content = pack(model)
    return ddf.map_partitions(
        screen_partition,
        # A task of its own, so that it travels to each worker once, and again to one that replaces
        # a dead one.
        delayed(content, name=f"tpmclassify-model-{shipment.digest}") if content else content,
        shipment,
        columns,
        meta=pd.concat([meta, _added([], meta.index)], axis=1),
        align_dataframes=False,
        token="tpmclassify-screen",  # noqa: S106  a name
    )


def screen_partition(
    frame: pd.DataFrame,
    content: bytes,
    shipment: Shipment,
    columns: TextColumns,
    *,
    partition_info: Mapping[str, Any],
) -> pd.DataFrame:
    """Screen one partition on a worker; its index comes back unchanged.

    `partition_info`: Dask's, where it stands by the time that it is computed.
    """
    part: int = partition_info["number"]
    classifier = unpack(shipment, lambda: content)
    screened = []
    for start in range(0, len(frame), BATCH_ROWS):
        rows = frame.iloc[start : start + BATCH_ROWS]
        batch = pa.RecordBatch.from_arrays(
            [_strings(rows[name], part, start) for name in columns.names], names=columns.names
        )
        answer = screen_slice(
            batch, classifier=classifier, columns=columns, part=part, first_row=start
        )
        screened.append(answer.select(list(COLUMNS)))
    return pd.concat([frame, _added(screened, frame.index)], axis=1)


def _added(screened: Sequence[pa.RecordBatch], index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(verdict_columns(screened, strings=_STRINGS), index=index)


def _strings(values: "pd.Series[Any]", part: int, first_row: int) -> pa.Array:
    return string_array(
        values,
        lambda row, kind: row_error(
            part,
            first_row + row,
            f"column {values.name!r} holds {kind}, not str. Legal are strings and missing values; "
            "convert the column, or name another one.",
        ),
    )


def _not_strings(meta: pd.DataFrame) -> dict[str, str]:
    """The columns that cannot hold strings, with their types; `meta` has no rows."""
    return {
        str(name): str(kind)
        for name, kind in meta.dtypes.items()
        if not pd.api.types.is_string_dtype(
            kind.categories.dtype if isinstance(kind, pd.CategoricalDtype) else kind
        )
    }
