"""Masks are where regular expressions find them."""

import pytest
from hard_texts import CODE_POINTS, EMPLOYERS, REAL_STEP
from hypothesis import given, settings
from hypothesis import strategies as st

from tpmclassify.reading.posting import read_posting

CONTEXTS = (
    "a{}b TPM{} {}PMO #{}x x@{}.com https://{} .com/{}x.com {}.io",
    "About Vex{}\nVex{} At V{}x, we. Senior{}Program Manager {}(II{}) \nOr{}in is an equal orrin",
)


def test_masks_of_the_written_postings(written, reads_as_the_oracle):
    for posting in written:
        assert reads_as_the_oracle(posting["description"])


def test_masks_of_fuzzed_texts(fuzzed_texts, reads_as_the_oracle):
    for seed, text in enumerate(fuzzed_texts):
        assert reads_as_the_oracle(text, EMPLOYERS[seed % len(EMPLOYERS)])


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=20))
def test_masks_of_any_text(reads_as_the_oracle, text, employer):
    assert reads_as_the_oracle(text, employer)


@pytest.mark.parametrize("context", CONTEXTS)
def test_masks_around_every_code_point(context, reads_as_the_oracle):
    for code in CODE_POINTS:
        assert reads_as_the_oracle(context.replace("{}", chr(code)), f"N{chr(code)}w")


def test_more_letters_that_share_a_byte_than_there_are_bytes(reads_as_the_oracle):
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
    words = [f"{letters[i : i + 9]} TPM, join the {letters[i : i + 3]}" for i in range(0, 400, 9)]
    assert reads_as_the_oracle(" ".join(words), "丁丂七")


@pytest.mark.parametrize(
    "employer", ["Škoda", "Ωmega", "三体社", "Łódź Sp.", "STRAẞE AG", "İstanbul"]
)
def test_names_in_any_letters_are_masked(employer, reads_as_the_oracle):
    text = f"Lead the {employer} teams. Plan with Skode for {employer.title()} and us."
    assert reads_as_the_oracle(text, employer)
    lines = " ".join(line.masked for line in read_posting(text, employer=employer).lines)
    assert f"the {'_' * len(employer)} teams" in lines
    assert f"Skode for {'_' * len(employer)} and" in lines


def test_masks_of_a_text_that_names_many_employers(reads_as_the_oracle):
    text = "".join(f"About Vex{i}\nJoin Mor{i} and Co, we Vex{i} grow\n" for i in range(40))
    assert reads_as_the_oracle(text)
    lines = [line.masked for line in read_posting(text).lines]
    assert "About ____" in lines
    assert "About Vex39" in lines  # nobody has so many names


def test_masks_of_the_real_postings(real_postings, reads_as_the_oracle):
    rows = real_postings[::REAL_STEP]
    for text, employer in zip(rows["text"], rows["employer"], strict=True):
        assert reads_as_the_oracle(text, employer if isinstance(employer, str) else None)
