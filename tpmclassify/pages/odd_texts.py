"""Texts that are no one posting, told by their form: said beside the verdict, which they leave."""

import re

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
_ONE_POSTING = re.compile(rf"D-{{{_FEWEST_LINES},}}[^D]*?R-{{{_FEWEST_LINES},}}")
_TITLE = re.compile(r"\W*(?:job|position)? ?title\W*:.*\w", re.IGNORECASE)


def oddity(text: str) -> str:
    """Say that a text is a link alone, or seems to hold several postings; empty for others.

    Several: duties, then requirements, then duties and requirements again, each of some lines; or
    the line of a title twice.
    """
    if _LINK.fullmatch(text):
        return "This is a link alone, and nothing is fetched here: paste the text of the posting."
    lines = [line for line in text.split("\n") if line.strip()]
    marks = "".join(map(_mark, lines))
    if len(_ONE_POSTING.findall(marks)) > 1 or marks.count("T") > 1:
        return (
            "This seems to hold several postings, which were judged as one. Give them one by one."
        )
    return ""


def _mark(line: str) -> str:
    """D for a heading of duties, R for one of requirements, T for the line of a title; else "-"."""
    if len(line) < _LONGEST_HEADING:
        for mark, heading in (("D", _DUTIES), ("R", _REQUIREMENTS), ("T", _TITLE)):
            if heading.fullmatch(line):
                return mark
    return "-"
