"""Where a line may be cut, one function for each rule.

Every function looks at the text from `here`, never beyond `end`; those that say where a cut ends
return -1 where there is none.
"""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import line_words, marks
from tpmclassify.reading.byte_form import byte_of
from tpmclassify.reading.rule_table import ends_on_word, is_word, skip, skip_back, word_end
from tpmclassify.reading.word_sets import words_of

_SPACE, _DOT, _COLON, _SEMICOLON, _PERCENT, _CLOSE = map(ord, " .:;%)")
_STAR, _HYPHEN, _PLUS, _OPEN, _QUOTE, _BULLET, _BAR = (byte_of(mark) for mark in '*-+("•|')
_MIDDLE_DOT, _DASH = byte_of("·"), byte_of("–")
_CURLY, _APOSTROPHE, _CURLY_APOSTROPHE, _NEWLINE = (byte_of(mark) for mark in "“'’\n")
_LONGEST_ABBREVIATION = max(map(len, words_of(line_words.ABBREVIATIONS)))
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
        if after > closing and opening < end:
            if (
                table[text[opening]] & (marks.CAPITAL | marks.FIGURE)
                or text[opening] == marks.UNDERSCORE
            ):
                return after
    return here + 1 if _glues_sentences(text, here, end, table) else -1


@compiled
def _abbreviates(text: Bytes, here: int, table: Ints) -> bool:
    """Whether a full stop belongs to "Inc.", "e.g.", a numbering or an initial."""
    if text[here] != _DOT:
        return False
    if (
        here >= 2
        and text[here - 2] == _DOT
        and table[text[here - 1]] & (marks.SMALL | marks.CAPITAL)
    ):
        return True
    start = skip_back(table, text, here, max(0, here - _LONGEST_ABBREVIATION - 1), marks.WORD)
    length = here - start
    if length == 1:
        return bool(table[text[start]] & (marks.CAPITAL | marks.FIGURE))
    if length == 2 and table[text[start]] & marks.FIGURE and table[text[start + 1]] & marks.FIGURE:
        return True
    return length <= _LONGEST_ABBREVIATION and is_word(
        table, text, start, here, line_words.ABBREVIATIONS
    )


@compiled
def _glues_sentences(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether the next sentence follows without white space: "on track.Ensuring"."""
    if here < 2 or here + 2 >= end:
        return False
    if not (_ends_clause(text[here - 2], table) and _ends_clause(text[here - 1], table)):
        return False
    first, second = text[here + 1], text[here + 2]
    if table[first] & marks.CAPITAL:
        if table[second] & marks.SMALL or second == _APOSTROPHE or second == _CURLY_APOSTROPHE:
            return True
        word = skip(table, text, here + 1, end, marks.CAPITAL)
        spaced = (
            word + 1 < end and text[word] == _SPACE and table[text[word + 1]] & marks.SMALL != 0
        )
        return spaced and word - here - 1 != 2
    if table[first] & marks.FIGURE:
        point = here + 3 if table[second] & marks.FIGURE else here + 2
        numbered = not table[text[here - 1]] & marks.FIGURE and point + 2 < end
        if numbered and (text[point] == _DOT or text[point] == _CLOSE):
            if text[point + 1] == _SPACE and table[text[point + 2]] & marks.CAPITAL:
                return True
        return begins_years(text, here + 1, end, table)
    if first == marks.UNDERSCORE:
        return bool(second == marks.UNDERSCORE)
    listed = first == _HYPHEN or first == _BULLET or first == _STAR
    return bool(listed and second == _SPACE)


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
def _ends_clause(code: int, table: Ints) -> bool:
    return table[code] & (marks.SMALL | marks.FIGURE) != 0 or code == _CLOSE or code == _PERCENT


@compiled
def after_dash(text: Bytes, here: int, end: int, table: Ints) -> int:
    """Where the text behind dashes or asterisks starts that serve as a bullet."""
    spaced = here > 0 and table[text[here - 1]] & marks.SPACE
    if spaced:
        dashes_end = skip(table, text, here + 1, end, marks.DASH)
        after = behind_spaces(text, dashes_end, end, table)
        if after >= 0:
            code = text[after]
            if table[code] & marks.CAPITAL or code == _QUOTE or code == _CURLY or code == _OPEN:
                return after
            # "Qualifications - 5+ years of ...", but not "3 - 5 years"
            before = text[here - 2] if here >= 2 else _PLUS
            in_range = table[before] & (marks.FIGURE | marks.SPACE) or before == _PLUS
            if not in_range and begins_years(text, after, end, table):
                return after
    if text[here] == _MIDDLE_DOT:
        return behind_spaces(text, here + 1, end, table)
    if (spaced or (here > 0 and text[here - 1] == _COLON)) and here + 2 < end:
        glued_bullet = text[here] == _STAR or (spaced and text[here] == _HYPHEN)
        if (
            glued_bullet
            and table[text[here + 1]] & marks.CAPITAL
            and table[text[here + 2]] & marks.SMALL
        ):
            return here + 1
        if text[here] == _STAR and not spaced and text[here + 1] == _SPACE:
            return here + 2
    if text[here] == _HYPHEN and here > 0:
        if table[text[here - 1]] & marks.SMALL or text[here - 1] == _CLOSE:
            after = behind_spaces(text, here + 1, end, table)
            if after >= 0 and table[text[after]] & (marks.CAPITAL | marks.FIGURE):
                return after
    return -1


@compiled
def before_number(text: Bytes, low: int, here: int, end: int, table: Ints) -> int:
    """Where the white space before a numbered point ("2. Plan") starts, not before `low`."""
    point = here + 1
    if point < end and table[text[point]] & marks.FIGURE:
        point += 1
    if point >= end or (text[point] != _DOT and text[point] != _CLOSE):
        return -1
    after = behind_spaces(text, point + 1, end, table)
    if after < 0 or not table[text[after]] & marks.CAPITAL:
        return -1
    start = skip_back(table, text, here, low, marks.SPACE)
    if start == here or start == 0:
        return -1
    code = text[start - 1]
    ends = code == _DOT or code == _SEMICOLON or code == _COLON or code == _CLOSE
    return start if ends or table[code] & marks.SMALL else -1


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
        point = here + 2 if here + 1 < end and table[text[here + 1]] & marks.FIGURE else here + 1
        if point + 1 < end and text[point] == _DOT and text[point + 1] == _SPACE:
            return True
        return (
            here >= 2
            and table[text[here - 2]] & marks.SMALL != 0
            and begins_years(text, here, end, table)
        )
    if here >= 2 and (table[text[here - 2]] & marks.SMALL or text[here - 2] == _CLOSE):
        if _opens_line(text, here, end, table) or _opens_sentence(text, here, end, table):
            return True
        qualifier = word_end(table, text, here, end, line_words.GLUED_QUALIFIERS)
        if qualifier >= 0 and _opens_line(text, qualifier, end, table):
            return True
    return _glues_phrases(text, here, end, table)


@compiled
def _opens_sentence(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether a word stands here that opens sentences and ends no name: "teamWhat you"."""
    opener = word_end(table, text, here, end, line_words.OPENERS)
    return 0 <= opener < end and (text[opener] == _SPACE or not table[text[opener]] & marks.WORD)


@compiled
def _opens_line(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether a word of those that open lines stands here, whole."""
    # One after the other: "Track" opens a line as well where "Track record" does not.
    verb = word_end(table, text, here, end, line_words.DUTY_VERBS)
    other = word_end(table, text, here, end, line_words.REQUIREMENTS | line_words.GLUED_SECTIONS)
    for here in (verb, other):
        if 0 <= here < end and (text[here] == _SPACE or text[here] == _COLON):
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
    return (
        n_small >= _MANY_SMALL
        and word + 2 < end
        and text[word] == _SPACE
        and table[text[word + 1]] & marks.SMALL != 0
        and table[text[word + 2]] & marks.SMALL != 0
    )


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
