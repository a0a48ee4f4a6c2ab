"""What the tests of reading share."""

import oracle
import pytest
from hard_texts import N_FUZZED, fuzzed

from tpmclassify.reading.posting import read_posting


@pytest.fixture(scope="session")
def fuzzed_texts():
    return [fuzzed(seed) for seed in range(N_FUZZED)]


@pytest.fixture(scope="session")
def reads_as_the_oracle():
    """Whether a text has the lines and masks that regular expressions find."""

    def compare(text, employer=None):
        posting = read_posting(text, employer=employer)
        masked = oracle.mask(posting.text, employer=employer)
        expected = [(a, b, masked[a:b]) for a, b in oracle.cut_lines(posting.text, masked)]
        return [(line.start, line.end, line.masked) for line in posting.lines] == expected

    return compare
