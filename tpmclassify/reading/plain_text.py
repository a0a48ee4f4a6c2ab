"""A posting as it was scraped in, the text that a person would read out.

Plain text passes through unchanged, so that offsets into the result are offsets into what the
caller gave. Line cutting, and all models, read only what comes out of here.
"""

from tpmclassify.reading.characters import CONTROLS, clean_characters
from tpmclassify.reading.html import resolve_html
from tpmclassify.reading.markdown import resolve_markdown
from tpmclassify.reading.mojibake import repair_mojibake
from tpmclassify.reading.unwrap import unwrap


def plain_text(source: str) -> str:
    """Turn a posting as it was scraped into the text that a person would read.

    `source`: plain text, Markdown, HTML, or HTML that was escaped (``&lt;p&gt;``), with or without
    mojibake. Returned: the text; equal to `source` where that is plain text already.
    """
    return resolve_markdown(clean_characters(without_markup(source)))


def without_markup(source: str) -> str:
    """Take the first steps, which are those that machine code cannot take."""
    return repair_mojibake(resolve_html(unwrap(source).translate(CONTROLS)))
