"""A posting as every later room sees it."""

from dataclasses import dataclass

from tpmclassify.reading.html import plain_text
from tpmclassify.reading.lines import cut_lines
from tpmclassify.reading.masks import mask


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting.

    Attributes
    ----------
    start, end : int
        Offsets into `Posting.text`, in code points.
    masked : str
        The line as the models read it: titles, links and employer names overwritten.
    """

    start: int
    end: int
    masked: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting's plain text and its lines."""

    text: str
    lines: tuple[Line, ...]


def read_posting(source: str, *, employer: str | None = None) -> Posting:
    """Read a posting: markup resolved, lines cut, give-aways masked.

    Parameters
    ----------
    source : str
        The posting as it was scraped: plain text or HTML.
    employer : str, optional
        The employer's name, to be masked.

    Returns
    -------
    Posting
    """
    text = plain_text(source)
    masked = mask(text, employer=employer)
    lines = tuple(Line(start, end, masked[start:end]) for start, end in cut_lines(text, masked))
    return Posting(text, lines)
