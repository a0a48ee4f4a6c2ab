"""Whether a text can carry a decision: a posting, in English, that says enough."""

from collections.abc import Sequence

import numpy as np

from tpmclassify.arrays import Bools, Ints, SmallInts
from tpmclassify.machine_code.entries import Entry

# Words that make up a fifth or more of English prose and are rare in its neighbours.
ENGLISH_WORDS = frozenset(
    "the and to with for you your our are will this that by from have or their they".split()
)
# What a person tells of a post held; a posting tells what is to be done.
HISTORY_WORDS = frozenset(
    "achieved analysed analyzed automated built coached coordinated created delivered designed "
    "developed directed drove established executed facilitated grew implemented improved increased "
    "introduced launched led maintained managed mentored migrated negotiated organised organized "
    "oversaw owned partnered planned present promoted ran reduced saved served shipped spearheaded "
    "supervised won".split()
)
# What is counted in each line: words, those of `ENGLISH_WORDS`, those of `HISTORY_WORDS`, letters,
# letters of words that are not ASCII, years, and words that say whom a posting speaks to and for: a
# person's own history speaks of neither.
N_TALLIES = 7
WORDS, ENGLISH, HISTORY, LETTERS, OTHER_LETTERS, YEARS, ADDRESSING = range(N_TALLIES)
# The words that are counted apart, by their column; years of a person's working life.
COUNTED_APART = {
    ENGLISH: ENGLISH_WORDS,
    HISTORY: HISTORY_WORDS,
    YEARS: frozenset(map(str, range(1950, 2050))),
    ADDRESSING: frozenset("you your we our us will".split()),
}

# Prose has some 20 % of them, lists of requirements 10 % (1 % of postings, lists of tools, below
# 4 %), German, Dutch or Spanish below 4 %.
_LEAST_ENGLISH, _LEAST_IN_DUTIES = 0.08, 0.05
# So few words may lack them by chance.
_LANGUAGE_SAMPLE = 40
# Names of towns and people in English postings stay below a twentieth of the letters.
_MOST_OTHER_LETTERS = 0.25
_FEWEST_WORDS = 25
# Words in lines that state a duty or requirement: fewer are a sentence or two, and decide nothing.
# Of TPM and PM postings 1 in 500 has fewer, of all others 1 in 40.
_FEWEST_DUTY_WORDS = 30
# A history of several posts, each from a year to a year.
_MANY_YEARS, _FEW_ADDRESSING = 6, 2
# A short one: a post or two, nobody spoken to, and every fortieth word tells of what was done. Of
# 13,163 real postings 10 have two years and speak to nobody; at most every 200th of their words
# tells of such.
_SOME_YEARS, _HISTORY_SHARE, _FEWEST_HISTORY = 2, 1 / 40, 2


def tallies_of(words: Sequence[str]) -> list[int]:
    """What is counted in a line of such words, in lower case."""
    tallies = {column: sum(map(some.__contains__, words)) for column, some in COUNTED_APART.items()}
    tallies[WORDS], tallies[LETTERS] = len(words), sum(map(len, words))
    tallies[OTHER_LETTERS] = sum(len(word) for word in words if not word.isascii())
    return [tallies[column] for column in range(N_TALLIES)]


@Entry
def add_tallies(
    tallies: SmallInts, begin_line: Ints, end_line: Ints, counted: Bools, totals: Ints
) -> int:
    """Add the tallies of each posting's lines, of those that are counted.

    `tallies`: (7 * n_lines,). `counted`: (n_lines,). `totals` (7 * n_postings,): zeros at first.
    """
    for posting in range(len(begin_line)):
        at = N_TALLIES * posting
        for line in range(begin_line[posting], end_line[posting]):
            if counted[line]:
                for k in range(N_TALLIES):
                    totals[at + k] += tallies[N_TALLIES * line + k]
    return 0


def reading_problems(tallies: Ints, duty_tallies: Ints) -> dict[str, Bools]:
    """Say which postings cannot carry a decision, and why.

    `tallies`, `duty_tallies` (n_postings, 7): what was counted in all lines of each posting, and in
    those that state a duty. Returned (n_postings,): by reason.
    """
    n_words, letters = tallies[:, WORDS], tallies[:, LETTERS]
    other = tallies[:, OTHER_LETTERS] > _MOST_OTHER_LETTERS * letters
    # Judged by the lines that count: names of places and foreign boilerplate do not tip it.
    n_duty_words = duty_tallies[:, WORDS]
    foreign = np.where(
        n_duty_words >= _LANGUAGE_SAMPLE,
        duty_tallies[:, ENGLISH] < _LEAST_IN_DUTIES * n_duty_words,
        tallies[:, ENGLISH] < _LEAST_ENGLISH * n_words,
    )
    years, addressing, history = (tallies[:, k] for k in (YEARS, ADDRESSING, HISTORY))
    many_posts = (years >= _MANY_YEARS) & (addressing <= _FEW_ADDRESSING)
    few_posts = (years >= _SOME_YEARS) & (addressing == 0) & (history >= _FEWEST_HISTORY)
    few_posts &= history >= _HISTORY_SHARE * n_words
    return {
        "too_short": n_words < _FEWEST_WORDS,
        "too_little_evidence": n_duty_words < _FEWEST_DUTY_WORDS,
        "not_english": other | (foreign & (n_words >= _LANGUAGE_SAMPLE)),
        "resume": many_posts | few_posts,
    }
