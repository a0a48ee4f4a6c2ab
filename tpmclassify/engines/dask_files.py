"""Which files a Dask partition was read from, for the message of an error.

Dask knows it, but tells it nowhere in public: this is the only place that looks into its
expressions. It does so when the tasks are written, after Dask has selected, merged and fused
partitions, so that the number and the files are those of the task at hand.
"""

import os
from contextlib import suppress
from typing import Any

import dask.dataframe as dd
from dask.dataframe.dask_expr import new_collection
from dask.dataframe.dask_expr._expr import Blockwise, MapPartitions
from dask.dataframe.dask_expr.io import BlockwiseIO, FromMap, FusedIO, ReadParquet

from tpmclassify.engines.part import Part


def with_part(mapped: dd.DataFrame) -> dd.DataFrame:
    """Have the function of `map_partitions` called with ``part=``, the `Part` it works on."""
    operands = list(mapped.expr.operands)
    # Dask tells expressions apart by name: this one must not go by the name of the one it replaces.
    operands[MapPartitions._parameters.index("token")] = "tpmclassify-screen"
    return new_collection(_WithPart(*operands))


class _WithPart(MapPartitions):  # type: ignore[misc]
    def _task(self, name: Any, index: int) -> Any:
        task = super()._task(name, index)
        task.kwargs["part"] = Part(index, tuple(_files(self.frame, index)))
        return task


def _files(expression: Any, index: int) -> list[str]:
    # Other versions of Dask may keep it elsewhere; an error without a file name is still an error.
    with suppress(AttributeError, LookupError, TypeError):
        while isinstance(expression, Blockwise) and not isinstance(expression, BlockwiseIO):
            count = expression.npartitions
            frames = [e for e in expression.dependencies() if e.ndim and e.npartitions == count]
            if len(frames) != 1:  # rows of several tables side by side: no one file to name
                return []
            [expression] = frames
        if isinstance(expression, FusedIO):
            source = expression.operand("_expr")
            numbers = expression._fusion_buckets[index]
        else:
            source = expression
            numbers = [expression._partitions[index]]
        return [path for number in numbers for path in _paths(source, number)]
    return []


def _paths(source: Any, number: int) -> list[str]:
    if isinstance(source, ReadParquet):
        if hasattr(source, "fragments"):
            return [source.fragments[number].path]
        pieces = source._plan["parts"][number]
        return [piece["piece"][0] for piece in (pieces if isinstance(pieces, list) else [pieces])]
    if isinstance(source, FromMap):
        # Of dd.from_map(read, paths) the path itself; of dd.read_csv a task that reads a block.
        values = [values[number] for values in source.iterables]
        values += [value.args[0].path for value in values if hasattr(value, "args")]
        return [os.fspath(value) for value in values if isinstance(value, str | os.PathLike)]
    return []
