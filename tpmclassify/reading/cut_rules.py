"""Where a line may be cut, one function for each rule.

Every function looks at the text from `here`, never beyond `end`; those that say where a cut ends
return -1 where there is none.
"""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import line_words, marks
from tpmclassify.reading.byte_form import byte_of
from tpmclassify.reading.rule_table import ends_on_word, is_word, skip, skip_back, word_end

_SPACE, _DOT, _COLON, _CLOSE, _STAR, _HYPHEN, _PLUS, _OPEN, _BAR = map(ord, " .:)*-+(|")
_MIDDLE_DOT, _DASH = byte_of("·"), byte_of("–")
_LONGEST_ABBREVIATION = max(map(len, line_words.words_of(line_words.ABBREVIATIONS)))
_SHORTEST_GLUED = 5
# Small letters before a capital that glues two words: of a word without a capital; of any; and how
# many capitals in a row begin an abbreviation ("needPRINCE2"). In 13,000 postings two in three
# such places were names with fewer ("JavaScript", "iOS").
_FEWEST_SMALL, _MANY_SMALL, _FEWEST_CAPITALS = 3, 5, 3


@compiled
def skip_spaces(text: Bytes, here: int, end: int, table: Ints) -> int:
    """Where the white space from `here` ends."""
    return skip(table, text, here, end, marks.SPACE)


@compiled
def behind_spaces(text: Bytes, here: int, end: int, table: Ints) -> int:
    """Where the text behind the white space from `here` starts; -1 if either is missing."""
    after = skip_spaces(text, here, end, table)
    return after if here < after < end else -1


@compiled
def after_sentence(text: Bytes, here: int, end: int, table: Ints) -> int:
    """Where the next sentence starts, after white space or glued to this one."""
    if table[text[here]] & marks.SENTENCE_END and not _abbreviates(text, here, table):
        closing = skip(table, text, here + 1, end, marks.CLOSING)
        after = skip_spaces(text, closing, end, table)
        if closing < after < end and text[after] == _BAR:  # by which some exports join lines
            after = skip_spaces(text, after + 1, end, table)
        opening = skip(table, text, after, end, marks.OPENING)
        if after > closing and opening < end and table[text[opening]] & marks.STARTS_SENTENCE:
            return after
    return here + 1 if _glues_sentences(text, here, end, table) else -1


@compiled
def _abbreviates(text: Bytes, here: int, table: Ints) -> bool:
    """Whether a full stop belongs to "Inc.", "e.g.", a numbering or an initial."""
    if text[here] != _DOT:
        return False
    letter = marks.SMALL | marks.CAPITAL
    if here >= 2 and text[here - 2] == _DOT and table[text[here - 1]] & letter:
        return True
    start = skip_back(table, text, here, max(0, here - _LONGEST_ABBREVIATION - 1), marks.WORD)
    length = here - start
    if length == 1:
        return bool(table[text[start]] & (marks.CAPITAL | marks.FIGURE))
    if length == 2 and table[text[start]] & marks.FIGURE and table[text[start + 1]] & marks.FIGURE:
        return True
    return is_word(table, text, start, here, line_words.ABBREVIATIONS)


@compiled
def _glues_sentences(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether the next sentence follows without white space: "on track.Ensuring"."""
    if here < 2 or here + 2 >= end:
        return False
    if not table[text[here - 2]] & table[text[here - 1]] & marks.ENDS_CLAUSE:
        return False
    first, second = text[here + 1], text[here + 2]
    if table[first] & marks.CAPITAL:
        if table[second] & (marks.SMALL | marks.APOSTROPHE):
            return True
        word = skip(table, text, here + 1, end, marks.CAPITAL)
        spaced = word + 1 < end and text[word] == _SPACE and word - here != 3
        return spaced and table[text[word + 1]] & marks.SMALL != 0
    if table[first] & marks.FIGURE:
        point = skip(table, text, here + 1, here + 3, marks.FIGURE)
        numbered = not table[text[here - 1]] & marks.FIGURE and point + 2 < end
        if numbered and (text[point] == _DOT or text[point] == _CLOSE):
            if text[point + 1] == _SPACE and table[text[point + 2]] & marks.CAPITAL:
                return True
        return begins_years(text, here + 1, end, table)
    if first == marks.UNDERSCORE:
        return bool(second == marks.UNDERSCORE)
    return table[first] & marks.GLUED_BULLET != 0 and bool(second == _SPACE)


@compiled
def begins_years(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether "5 years", "10+ years" or "3-5 years" begins here."""
    number = skip(table, text, here, min(here + 2, end), marks.FIGURE)
    if number == here:
        return False
    if number < end and (text[number] == _DASH or text[number] == _HYPHEN):
        highest = skip(table, text, number + 1, min(number + 3, end), marks.FIGURE)
        number = highest if highest > number + 1 else number
    if number < end and text[number] == _PLUS:
        number += 1
    return word_end(table, text, number, end, line_words.YEARS) >= 0


@compiled
def after_dash(text: Bytes, here: int, end: int, table: Ints) -> int:
    """Where the text behind dashes or asterisks starts that serve as a bullet."""
    spaced = here > 0 and table[text[here - 1]] & marks.SPACE
    if spaced:
        dashes_end = skip(table, text, here + 1, end, marks.DASH)
        after = behind_spaces(text, dashes_end, end, table)
        if after >= 0:
            if table[text[after]] & marks.BEHIND_DASH:
                return after
            # "Qualifications - 5+ years of ...", but not "3 - 5 years"
            in_range = marks.FIGURE | marks.PLUS | marks.SPACE
            if (
                here >= 2
                and not table[text[here - 2]] & in_range
                and begins_years(text, after, end, table)
            ):
                return after
    if text[here] == _MIDDLE_DOT:
        return behind_spaces(text, here + 1, end, table)
    if (spaced or (here > 0 and text[here - 1] == _COLON)) and here + 2 < end:
        opens_word = table[text[here + 1]] & marks.CAPITAL and table[text[here + 2]] & marks.SMALL
        if opens_word and (text[here] == _STAR or (spaced and text[here] == _HYPHEN)):
            return here + 1
        if text[here] == _STAR and not spaced and text[here + 1] == _SPACE:
            return here + 2
    if text[here] == _HYPHEN and here > 0 and table[text[here - 1]] & marks.ENDS_PHRASE:
        after = behind_spaces(text, here + 1, end, table)
        if after >= 0 and table[text[after]] & (marks.CAPITAL | marks.FIGURE):
            return after
    return -1


@compiled
def before_number(text: Bytes, low: int, here: int, end: int, table: Ints) -> int:
    """Where the white space before a numbered point ("2. Plan") starts, not before `low`."""
    point = skip(table, text, here, min(here + 2, end), marks.FIGURE)
    if point >= end or (text[point] != _DOT and text[point] != _CLOSE):
        return -1
    after = behind_spaces(text, point + 1, end, table)
    if after < 0 or not table[text[after]] & marks.CAPITAL:
        return -1
    start = skip_back(table, text, here, low, marks.SPACE)
    if start == here or start == 0:
        return -1
    return start if table[text[start - 1]] & marks.BEFORE_NUMBER else -1


@compiled
def after_small_o(text: Bytes, here: int, end: int, table: Ints) -> int:
    """Where the text behind an "o" starts that Word has for a bullet: one by itself."""
    if here > 0 and not table[text[here - 1]] & (marks.SPACE | marks.BULLET):
        return -1
    after = behind_spaces(text, here + 1, end, table)
    return after if after >= 0 and table[text[after]] & marks.CAPITAL else -1


@compiled
def before_letter(text: Bytes, low: int, here: int, end: int, table: Ints) -> int:
    """Where the white space before a lettered point ("b) Plan", "(b) Plan") starts.

    `here` is its closing parenthesis, and nothing before `low` is looked at.
    """
    start = here - 1
    if start > low and text[start - 1] == _OPEN:
        start -= 1
    after = behind_spaces(text, here + 1, end, table)
    if start <= low or after < 0 or not table[text[after]] & marks.CAPITAL:
        return -1
    spaces = skip_back(table, text, start, low, marks.SPACE)
    return spaces if spaces < start else -1


@compiled
def glues_words(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether a new line starts here without white space: "experienceDeep".

    The character before is a small letter or a closing parenthesis.
    """
    if table[text[here]] & marks.FIGURE:
        point = skip(table, text, here, min(here + 2, end), marks.FIGURE)
        if point + 1 < end and text[point] == _DOT and text[point + 1] == _SPACE:
            return True
        behind_word = here >= 2 and table[text[here - 2]] & marks.SMALL != 0
        return behind_word and begins_years(text, here, end, table)
    if here >= 2 and table[text[here - 2]] & marks.ENDS_PHRASE:
        if _opens_line(text, here, end, table):
            return True
        # A word that opens sentences and ends no name: "teamWhat you".
        opener = word_end(table, text, here, end, line_words.OPENERS)
        if 0 <= opener < end and not table[text[opener]] & marks.WORD:
            return True
        qualifier = word_end(table, text, here, end, line_words.GLUED_QUALIFIERS)
        if qualifier >= 0 and _opens_line(text, qualifier, end, table):
            return True
    return _glues_phrases(text, here, end, table)


@compiled
def _opens_line(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether a word of those that open lines stands here, whole."""
    # One after the other: "Track" opens a line as well where "Track record" does not.
    for opening in (line_words.DUTY_VERBS, line_words.REQUIREMENTS | line_words.GLUED_SECTIONS):
        after = word_end(table, text, here, end, opening)
        if 0 <= after < end and (text[after] == _SPACE or text[after] == _COLON):
            return True
    return False


@compiled
def _glues_phrases(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether two words are glued, and it is no name like "LinkedIn"."""
    start = skip_back(table, text, here, 0, marks.SMALL)
    n_small = here - start
    if ends_on_word(table, text, here, line_words.GLUED_NAMES):
        return False
    # Names have a capital before, too, or are short: "JavaScript", "iPhone"; words have none.
    is_word_before = start == 0 or not table[text[start - 1]] & marks.WORD
    capitals_end = skip(table, text, here, end, marks.CAPITAL)
    if is_word_before and n_small > _FEWEST_SMALL and capitals_end - here >= _FEWEST_CAPITALS:
        return True
    word = skip(table, text, here + 1, end, marks.SMALL)
    if word == here + 1:
        return False
    if is_word_before and n_small >= _FEWEST_SMALL:
        return True
    if n_small < _MANY_SMALL or word + 2 >= end or text[word] != _SPACE:
        return False
    return bool(table[text[word + 1]] & table[text[word + 2]] & marks.SMALL)


@compiled
def glues_colon(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether a line begins behind a colon without white space: "related to:Project criteria"."""
    if here < 2 or here + 2 >= end or not table[text[here + 1]] & marks.CAPITAL:
        return False
    both = table[text[here - 1]] & table[text[here - 2]] & table[text[here + 2]]
    return bool(both & marks.SMALL)


@compiled
def is_glued_o(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether an "o" that Word has for a bullet is glued to its word: "oPrepares", not "oAuth"."""
    if here + _SHORTEST_GLUED >= end or not table[text[here + 1]] & marks.CAPITAL:
        return False
    end = here + _SHORTEST_GLUED + 1
    return skip(table, text, here + 2, end, marks.SMALL) == end
