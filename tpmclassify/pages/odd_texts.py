"""Texts that are no one posting, told by their form: said beside the verdict, which they leave."""

import re
from itertools import pairwise

_LINK = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)
_LONGEST_HEADING = 60  # characters
_DUTIES = re.compile(
    r"\W*(?:(?:key|main|core|primary|essential|your|job|principal|major) )*"
    r"(?:(?:duties|role) and )?(?:responsibilities|duties|accountabilities|"
    r"what you(?:['’]?ll| will) (?:do|be doing))\W*",
    re.IGNORECASE,
)
_REQUIREMENTS = re.compile(
    r"\W*(?:(?:key|minimum|basic|required|your|job) )*(?:requirements|qualifications)\W*",
    re.IGNORECASE,
)
_FEWEST_LINES = 3  # below a heading that opens a list
# A posting in marks: the duties, with whatever is between, and the requirements.
_ONE_POSTING = re.compile(rf"D-{{{_FEWEST_LINES},}}[^D]*?R-{{{_FEWEST_LINES}}}")
_TITLE = re.compile(r"\W*(?:job|position)? ?title\W*:.*\w", re.IGNORECASE)


def oddity(text: str) -> str:
    """Say that a text is a link alone, or seems to hold several postings; empty for others."""
    if _LINK.fullmatch(text):
        return "This is a link alone, and nothing is fetched here: paste the text of the posting."
    if len(split_postings(text)) > 1:
        return (
            "This seems to hold several postings, which were judged as one. Give them one by one."
        )
    return ""


def split_postings(text: str) -> list[str]:
    """Cut a text where its second posting and further ones seem to begin; one posting is whole.

    Several: the line of a title twice; or duties, then requirements, then duties and requirements
    again, each of some lines: there the next one begins at the nearest line above that could be a
    title.
    """
    lines = [""]
    for line in text.splitlines(keepends=True):
        if line.strip():
            lines.append(line)
        else:
            lines[-1] += line
    marks = "".join(_mark(line.strip()) for line in lines)
    starts = [at for at, mark in enumerate(marks) if mark == "T"]
    if len(starts) < 2:
        found = list(_ONE_POSTING.finditer(marks))
        starts = [0, *(_title_above(lines, b.start(), a.end()) for a, b in pairwise(found))]
    bounds = [0, *starts[1:], len(lines)]
    return ["".join(lines[start:end]).strip() for start, end in pairwise(bounds)]


def _title_above(lines: list[str], heading: int, least: int) -> int:
    """The nearest short line above a heading that ends no sentence and is no list's item."""
    for at in range(heading - 1, least - 1, -1):
        line = lines[at].strip()
        if len(line) < _LONGEST_HEADING and line[0].isupper() and line[-1].isalnum():
            return at
    return heading


def _mark(line: str) -> str:
    """D for a heading of duties, R for one of requirements, T for the line of a title; else "-"."""
    if len(line) < _LONGEST_HEADING:
        for mark, heading in (("D", _DUTIES), ("R", _REQUIREMENTS), ("T", _TITLE)):
            if heading.fullmatch(line):
                return mark
    return "-"
