"""Where a line ends that no mark ends: before duties, sentences and headings that run on."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import cut_rules, line_words, marks, mask_words
from tpmclassify.reading.headings import section_end
from tpmclassify.reading.rule_table import ends_on_word, is_word, skip, skip_back, word_end

_DOT, _COMMA, _S, _AND, _OPEN, _CLOSE, _PLUS = map(ord, ".,s&()+")
_LONGEST_BEFORE = 20  # as far as listed words are long


@compiled
def opens_item(
    text: Bytes, here: int, after: int, end: int, table: Ints, behind_name: bool
) -> bool:
    """Whether a duty, requirement, sentence or section begins at `after`.

    The white space before it goes from `here`. `behind_name`: whether the word before may have a
    capital.
    """
    if here == 0:
        return False
    before = text[here - 1]
    ends_section = table[before] & marks.ENDS_CLAUSE and not table[before] & marks.FIGURE
    if not (table[before] & (marks.ENDS_CLAUSE | marks.CAPITAL) or before == _DOT):
        return False
    longest = max(0, here - _LONGEST_BEFORE)
    start = skip_back(table, text, here, longest, marks.WORD | marks.APOSTROPHE)
    if is_word(table, text, start, here, line_words.JOINING_WORDS):
        return False
    if table[before] & marks.CAPITAL:
        is_section = is_word(table, text, start, here, line_words.CAPITAL_SECTION_NAMES)
        return is_section and after + 1 < end and table[text[after + 1]] & marks.SMALL != 0
    is_name = table[text[start]] & marks.CAPITAL != 0
    is_small = table[text[start]] & marks.SMALL != 0
    if ends_section and not is_word(table, text, start, here, line_words.OPENERS):
        if is_small and _opens_years(text, after, end, table):
            return True
        opener = word_end(table, text, after, end, line_words.OPENERS)
        if (is_small or behind_name) and _runs_on(text, opener, end, table, 0):
            return True
    if not table[text[after]] & marks.CAPITAL:
        return False
    if is_name:
        if before != _S or not is_word(table, text, start, here, line_words.SECTION_NAMES):
            compound = word_end(table, text, after, end, line_words.COMPOUND_WORDS)
            if not behind_name or (compound >= 0 and _runs_on(text, compound, end, table, _COMMA)):
                return False
    elif before == _CLOSE and not behind_name:
        return False
    verb = word_end(table, text, after, end, line_words.DUTY_VERBS | line_words.THIRD_PERSONS)
    if before != _DOT and _runs_on(text, verb, end, table, _COMMA):
        return True
    requirement = word_end(table, text, after, end, line_words.REQUIREMENTS)
    if ends_section and _runs_on(text, requirement, end, table, _PLUS):
        return True
    # "Position Description" is a compound.
    is_compound = ends_on_word(table, text, here, line_words.NO_SECTION_BEHIND)
    if (ends_section or before == _DOT) and not is_compound:
        section = section_end(text, after, end, table)
        capital = cut_rules.behind_spaces(text, section, end, table) if section >= 0 else -1
        if capital >= 0:
            years = not is_name and cut_rules.begins_years(text, capital, end, table)
            return years or table[text[capital]] & marks.CAPITAL != 0
    return False


@compiled
def _opens_years(text: Bytes, here: int, end: int, table: Ints) -> bool:
    """Whether "5+ years" stands here, or an employer that is "committed to ..."."""
    if text[here] == marks.UNDERSCORE:
        here = skip(table, text, here, end, marks.MASKED)
        return word_end(table, text, here, end, mask_words.NAME_AFTER) >= 0
    plus = here + 1 if here + 1 < end and not table[text[here + 1]] & marks.FIGURE else here + 2
    return plus < end and text[plus] == _PLUS and cut_rules.begins_years(text, here, end, table)


@compiled
def before_heading(text: Bytes, start: int, heading: int, table: Ints) -> int:
    """Where the text before a heading ends that lost its line; -1 where nothing is to be cut.

    All words of a heading have capitals: "scientists Preferred Skills:".
    """
    while True:
        end = skip_back(table, text, heading, start, marks.SPACE)
        if end == heading or end == start:
            return -1
        heading = end
        capitals = 0
        while heading > start and not table[text[heading - 1]] & marks.SPACE:
            heading -= 1
            if table[text[heading]] & marks.HEADING_STOP:
                return -1
            capitals += table[text[heading]] & marks.CAPITAL != 0
        if not table[text[heading]] & marks.CAPITAL and text[heading] != _AND:
            break
    is_phrase = table[text[end - 1]] & marks.ENDS_PHRASE and table[text[heading]] & marks.SMALL
    if capitals or not is_phrase or is_word(table, text, heading, end, line_words.JOINING_WORDS):
        return -1
    return end


@compiled
def _runs_on(text: Bytes, here: int, end: int, table: Ints, other: int) -> bool:
    """Whether a word is followed by white space and a small letter, parenthesis or other mark.

    A comma, as the other mark, stands before the white space.
    """
    if here < 0:
        return False
    if other == _COMMA and here < end and text[here] == _COMMA:
        here += 1
    if here + 1 >= end or not table[text[here]] & marks.SPACE:
        return False
    code = text[here + 1]
    return table[code] & marks.SMALL != 0 or code == _OPEN or (other == _PLUS and code == _PLUS)
