"""Every text of `cases.json` has the lines that a person sees; `known_failures.json` not yet."""

import json
from pathlib import Path

import pytest

from tpmclassify.reading.batch import Texts, read_texts
from tpmclassify.reading.plain_text import plain_text
from tpmclassify.reading.posting import read_posting
from tpmclassify.reading.vocabulary import Vocabulary

HERE = Path(__file__).parent


def read_cases(name):
    """Cases as parameters: a text, the lines that a person sees (masked ones as underscores)."""
    rows = json.loads((HERE / name).read_text(encoding="utf-8"))
    return [pytest.param(row["text"], row["lines"], id=row["name"]) for row in rows]


CASES, KNOWN_FAILURES = read_cases("cases.json"), read_cases("known_failures.json")


def lines(text):
    posting = read_posting(text)
    return [
        line.masked if set(line.masked) == {"_"} else posting.text[line.start : line.end]
        for line in posting.lines
    ]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_text_has_the_lines_that_a_person_sees(text, expected):
    assert lines(text) == expected


@pytest.mark.xfail(strict=True, raises=AssertionError)
@pytest.mark.parametrize(("text", "expected"), KNOWN_FAILURES)
def test_known_failures(text, expected):
    assert lines(text) == expected


def test_the_oracle_agrees(reads_as_the_oracle):
    assert all(reads_as_the_oracle(case.values[0]) for case in CASES)


@pytest.mark.usefixtures("machine_code")
def test_machine_code_reads_the_cases_alike():
    texts = [case.values[0] for case in CASES]
    reading = read_texts(Texts.of(texts), None, Vocabulary(("plan",)))
    for position, text in enumerate(texts):
        posting = read_posting(text)
        found = reading.lines_of(position)
        assert reading.texts[position] == posting.text
        assert reading.line_start[found].tolist() == [line.start for line in posting.lines]
        assert reading.line_end[found].tolist() == [line.end for line in posting.lines]


@pytest.mark.parametrize(
    "text",
    [
        "Posting\n# of openings: 2",
        "Uptime\n> 99 % of it",
        "2 * 3 * 4",
        "snake_case_name",
        "C# | Go",
    ],
)
def test_what_only_looks_like_markdown_stays_as_it_is(text):
    assert plain_text(text) == text
