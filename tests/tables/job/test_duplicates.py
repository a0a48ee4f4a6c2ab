"""Which row a posting nearly repeats."""

import csv
import random

import numpy as np
import pytest

import tpmclassify
from tpmclassify.tables.job.duplicates import BYTES_PER_ROW, COLUMN, Duplicates, text_signatures


@pytest.fixture
def find():
    seen = Duplicates()
    return lambda *texts: seen.add(text_signatures(texts))


def changed(text, words):
    """The text with some words replaced."""
    parts = text.split(" ")
    for place in random.Random(1).sample(range(len(parts)), words):
        parts[place] = "Lisbon"
    return " ".join(parts)


def test_a_repost_names_the_first_row_that_it_repeats(find, written):
    texts = [posting["description"] for posting in written[:40]]
    assert find(*texts) == [None] * 40
    assert find(*texts) == list(range(1, 41))
    assert find(*(changed(text, 2) for text in texts)).count(None) <= 2


def test_case_spaces_and_marks_make_no_difference(find, written):
    text = written[0]["description"]
    assert find(text, f"**{text.upper()}**\n", text.replace(" ", "  ")) == [None, 1, 1]


def test_other_postings_are_no_duplicates(find, written):
    assert set(find(*(posting["description"] for posting in written))) == {None}


def test_half_a_posting_more_is_no_duplicate(find, written):
    first, second = written[0]["description"], written[1]["description"]
    assert find(first, first + second[: len(first) // 2]) == [None, None]


def test_no_rows_repeat_nothing(find):
    assert find() == []


def test_empty_and_missing_texts_repeat_nothing(find):
    assert find("", None, "  ", "", None) == [None] * 5


def test_short_texts_repeat_only_their_equal(find):
    assert find("a", "b", "A!", "b", "a b") == [None, None, 1, 2, None]


def test_plain_python_gives_what_machine_code_gives(written, monkeypatch, machine_code):  # noqa: ARG001
    texts = [*(posting["description"] for posting in written[:9]), None, "é – “x” y", "Straße ÀÉ b"]
    found = []
    for switch in "10":
        monkeypatch.setenv("TPMCLASSIFY_MACHINE_CODE", switch)
        signatures = text_signatures(texts)
        seen = Duplicates()
        found.append((signatures, seen.add(signatures) + seen.add(signatures)))
    (compiled, repeats), (plain, plain_repeats) = found
    assert all(np.array_equal(a, b) for a, b in zip(compiled, plain, strict=True))
    assert repeats == plain_repeats


def test_memory_is_bounded_by_the_row():
    words = np.random.default_rng(1).integers(0, 1 << 40, (12_000, 20))
    seen = Duplicates()
    at_first = seen.memory
    for row, line in enumerate(words, 1):
        assert seen.add(text_signatures([" ".join(map(str, line))])) == [None]
        assert seen.memory <= at_first + row * BYTES_PER_ROW


def test_many_postings_of_one_pattern_stay_quick_and_right(find):
    assert find(*["Manage the project budget of Lisbon every day"] * 500) == [None] + [1] * 499


def test_the_column_is_added_to_the_result(tmp_path, classifier, written):
    rows = [["text"], *([posting["description"]] for posting in written[:5] + written[2:4])]
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    summary = tpmclassify.screen_file(
        tmp_path / "in.csv", tmp_path / "out.csv", mark_duplicates=True, model=classifier
    )
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        out = list(csv.DictReader(stream))
    assert [row[COLUMN] for row in out] == ["", "", "", "", "", "3", "4"]
    assert summary.duplicates == 2
    assert "nearly repeat" in str(summary)
