"""The sets of words that rules look up, each by one bit of the rule table."""

SETS: dict[int, tuple[str, ...]] = {}


def word_set(words: str, *phrases: str) -> int:
    """Make a set of the words between the spaces of a string, and of phrases; returns its bit."""
    bit = 1 << len(SETS)
    SETS[bit] = (*words.split(), *phrases)
    return bit


def words_of(sets: int) -> list[str]:
    """The words of all sets whose bits are given."""
    return [word for bit, words in SETS.items() if bit & sets for word in words]
