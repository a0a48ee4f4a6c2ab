"""Batches of a table screened by several threads, and given back in their order."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pyarrow as pa

from tpmclassify.classifier import TPMClassifier
from tpmclassify.screening import COLUMN_FIELDS, screen_columns
from tpmclassify.tables.columns import Columns

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def in_order(
    work: Callable[[_In], _Out], items: Iterable[_In], threads: int
) -> Generator[tuple[_In, _Out], None, None]:
    """Do work on items in several threads; no more than a few items are under way at a time."""
    waiting: deque[tuple[_In, Future[_Out]]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="tpmclassify")
    try:
        for item in items:
            waiting.append((item, pool.submit(work, item)))
            if len(waiting) > threads:
                first, result = waiting.popleft()
                yield first, result.result()
        while waiting:
            first, result = waiting.popleft()
            yield first, result.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def usable_processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def screen_rows(
    rows: pa.RecordBatch, columns: Columns, classifier: TPMClassifier
) -> pa.RecordBatch:
    """Screen the rows of a table; their own columns come back untouched, whatever their types."""
    read = columns.read(rows)
    ours = screen_columns(classifier, read["text"], read.get("title"), read.get("employer"))
    return pa.RecordBatch.from_arrays(
        [*rows.columns, *ours.values()], schema=screened_schema(rows.schema)
    )


def screened_schema(schema: pa.Schema) -> pa.Schema:
    """Add the columns of screening to those of a table."""
    return pa.schema([*schema, *COLUMN_FIELDS], metadata=schema.metadata)
