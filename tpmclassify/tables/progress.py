"""How far a screening is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a screening is.

    Attributes
    ----------
    rows : int
        Rows done, rejected ones included.
    bytes_done : int
        Bytes of the input that were read.
    bytes_total : int or None
        Bytes of the input; None where that is not known, as of a pipe.
    """

    rows: int
    bytes_done: int
    bytes_total: int | None
