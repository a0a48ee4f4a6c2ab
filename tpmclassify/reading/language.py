"""Whether a text can carry a decision: long enough, and English."""

from tpmclassify.arrays import Bools, Ints

# Words that make up a fifth or more of English prose and are rare in its neighbours.
ENGLISH_WORDS = frozenset(
    "the and to with for you your our are will this that by from have or their they".split()
)
# Prose has some 20 %, lists of requirements 10 %, German, Dutch or Spanish below 4 %.
_LEAST_ENGLISH = 0.08
_FEWEST_WORDS = 25
# So few words may lack them by chance.
_LANGUAGE_SAMPLE = 40


def too_short(tallies: Ints) -> Bools:
    """Whether postings have too few words.

    Parameters
    ----------
    tallies : ndarray of shape (n_postings, 3)
        Words, words of `ENGLISH_WORDS`, words of ASCII letters.
    """
    return tallies[:, 0] < _FEWEST_WORDS


def not_english(tallies: Ints) -> Bools:
    """Whether postings do not read as English."""
    n_words, n_english, n_ascii = tallies.T
    enough = (n_words >= _LANGUAGE_SAMPLE) | (n_ascii == 0)
    foreign: Bools = enough & (n_english < _LEAST_ENGLISH * n_words)
    return foreign
