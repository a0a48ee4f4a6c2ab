"""The array types of every signature.

Entries of `machine_code` are compiled for exactly these, so a parameter's annotation is its type in
machine code, too.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Shorts = NDArray[np.uint16]
Marks = NDArray[np.uint32]
Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
AnyArray = NDArray[Any]


def read_only(array: AnyArray) -> AnyArray:
    """Mark an array as one that nobody writes to: a table, of which plain Python keeps a list."""
    array.flags.writeable = False
    return array
