"""What the rules of reading find, by regular expressions: slower, and written another way.

The package holds one implementation of its rules; this is the second opinion.
"""

import re
import string

from tpmclassify.reading import line_words as words
from tpmclassify.reading import marks
from tpmclassify.reading.byte_form import SAMPLES, byte_form
from tpmclassify.reading.line_words import words_of
from tpmclassify.reading.mask_words import (
    BEFORE_JOINED_NAME,
    BEFORE_NAME,
    BEHIND_JOINED_NAME,
    BEHIND_NAME,
    CHROME,
    CRITERIA,
    DOMAINS,
    JOINING_NAMES,
    LINK_STARTS,
    LONGEST_BEFORE,
    LONGEST_NAME,
    MOST_NAMES,
    MOST_POSTER_LINES,
    NAME_AFTER,
    NAME_SIGHT,
    NAME_SUFFIXES,
    NO_NAMES,
    POSTERS,
    POSTING_STARTS,
    TITLE_LEVELS,
    TITLE_MODIFIERS,
    TITLE_NOUNS,
    TITLE_POSSESSIVES,
    TITLE_ROLES,
    TITLE_SHORT,
)


def _any_of(alternatives):
    words = words_of(alternatives) if isinstance(alternatives, int) else alternatives
    return f"(?:{'|'.join(map(re.escape, words))})"


def _characters(mark):
    """The characters that a rule lists by a mark."""
    return "".join(character for character, bits in marks.LISTED.items() if bits & mark)


def _class(mark):
    return f"[{re.escape(_characters(mark))}]"


def _rest(letter, words):
    """What follows a first letter."""
    return _any_of(word[1:] for word in words_of(words) if word[0] == letter)


_IN_LINK = rf"[^\s{re.escape(_characters(marks.LINK_STOP))}]"
_LINK = re.compile(rf"{_any_of(LINK_STARTS)}{_IN_LINK}+")
_DOMAIN_END = re.compile(rf"\.{_any_of(DOMAINS)}\b(?:/{_IN_LINK}*)?")
_EMAIL_END = re.compile(r"@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
_HOST_BEFORE = re.compile(r"[\w.+-]{1,64}\Z")
_HASHTAG = re.compile(r"#(?<![\w&]#)[^\W\d_]\w{1,60}")
_LONG_TITLE = (
    rf"{_rest('p', TITLE_NOUNS)}s?[ \t/&-]{{0,3}}{_any_of(TITLE_NOUNS)}?[ \t/-]{{0,2}}"
    rf"{_any_of(TITLE_ROLES)}{_any_of(TITLE_POSSESSIVES)}?"
)
_TITLE = re.compile(
    rf"p(?<!\wp)(?:{_LONG_TITLE}|{_rest('p', TITLE_SHORT)})\b(?<!\d pm)"
    rf"|t(?<!\wt){_rest('t', TITLE_SHORT)}\b|e(?<!\we){_rest('e', TITLE_SHORT)}\b"
)
_TITLE_BEFORE = re.compile(rf"\b(?:{_any_of(TITLE_MODIFIERS)}\.?[ \t/&-]{{1,2}}){{1,4}}\Z")
_TITLE_AFTER = re.compile(rf"[ \t]\(?{_any_of(TITLE_LEVELS)}\)?(?![\w.,%+-])")
_LETTER = rf"[\w{re.escape(_characters(marks.INSIDE_NAME))}]"
_NAME = (
    rf"([A-Z]{_LETTER}{{1,30}}(?: (?:[A-Z&]{_LETTER}{{0,30}}|{_any_of(JOINING_NAMES)})){{0,3}}?)"
)
_NAME_BEFORE = re.compile(
    rf"{_any_of(BEFORE_NAME)}{_NAME}(?={_any_of(BEHIND_NAME)}|\Z)"
    rf"|{_any_of(BEFORE_JOINED_NAME)}{_NAME}(?={_any_of(BEHIND_JOINED_NAME)})"
)
_NAME_AFTER = re.compile(_any_of(NAME_AFTER))
_NAME_AT_END = re.compile(rf"(?:^|[.!?\n] ?){_NAME}\Z")


_BREAK = "[" + re.escape(_characters(marks.NEWLINE)) + "]"
_NO_BREAK = "[^" + re.escape(_characters(marks.NEWLINE)) + "]*"
_BLANK = rf"(?:(?!{_BREAK})\s)*"
_CRITERION = re.compile(
    rf"(?:(?<={_BREAK})|\A)"
    rf"(?=({_any_of(CRITERIA)}(?={_BLANK}(?:{_BREAK}|\Z))(?:\s+(?=\S)(?!{_any_of(POSTING_STARTS)}){_NO_BREAK})?))"
)
_CHROME = re.compile(rf"(?:(?<={_BREAK})|\A){_any_of(CHROME)}(?={_BLANK}(?:{_BREAK}|\Z))")
_POSTER = re.compile(rf"(?:(?<={_BREAK})|\A){_any_of(POSTERS)}(?={_BLANK}(?:{_BREAK}|\Z))")


def mask(text, *, employer=None):
    """Overwrite what would give the answer away with underscores."""
    lowered, kinds = lower_in_place(text), sampled(text)
    low, employer = sampled(lower_in_place(kinds)), sampled(employer or "")
    spans = sorted(
        [
            *_links(lowered),
            *title_spans(lowered),
            *_residue(text),
            *(s for name in _employer_names(kinds, employer) for s in _names(kinds, low, name)),
        ]
    )
    pieces = []
    position = 0
    for start, end in spans:
        if end <= position:
            continue
        start = max(start, position)
        pieces += [text[position:start], "_" * (end - start)]
        position = end
    return "".join([*pieces, text[position:]])


def _residue(text):
    """Buttons, criteria with their values, and the person who posted."""
    for match in _CHROME.finditer(text):
        yield match.span()
    for match in _CRITERION.finditer(text):
        yield match.span(1)
    for match in _POSTER.finditer(text):
        end = match.end()
        for _ in range(MOST_POSTER_LINES):
            line = re.match(rf"\s*(?=\S){_NO_BREAK}", text[end:])
            if not line or text[end:].lstrip().startswith(tuple(words_of(POSTING_STARTS))):
                break
            end += line.end()
        yield match.start(), end


def lower_in_place(text):
    """Lower case, letter by letter: of the one letter that would grow the first."""
    # A capital sigma is the other letter that `lower` does not treat by itself.
    if "\u0130" not in text and "\u03a3" not in text:
        return text.lower()
    return "".join(letter.lower()[0] for letter in text)


def sampled(text):
    """A text with one letter for all that no rule tells apart."""
    return text if text.isascii() else "".join(SAMPLES[byte] for byte in byte_form(text))


def title_spans(lowered):
    """Find the titles of the two roles in lower-cased text, modifiers and levels included."""
    for match in _TITLE.finditer(lowered):
        start, end = match.span()
        before = _TITLE_BEFORE.search(lowered, max(0, start - LONGEST_BEFORE), start)
        after = _TITLE_AFTER.match(lowered, end)
        yield (before.start() if before else start), (after.end() if after else end)


def _links(lowered):
    for match in _LINK.finditer(lowered):
        yield match.span()
    for pattern, hint in ((_EMAIL_END, "@"), (_DOMAIN_END, ".")):
        if hint not in lowered:
            continue
        for match in pattern.finditer(lowered):
            start, end = match.span()
            host = _HOST_BEFORE.search(lowered, max(0, start - 64), start)
            if host:
                yield host.start(), end
    if "#" in lowered:
        for match in _HASHTAG.finditer(lowered):
            yield match.span()


def _names(text, lowered, name):
    """Find a name whatever its case, any white space between its words."""
    pattern = r"\s+".join(map(re.escape, name.split()))
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", lowered):
        # "Target" and "Apple" are names, "target" is a word.
        found = text[match.start() : match.end()]
        if found != match[0] or not any(map(str.islower, found)):
            yield match.span()


def _employer_names(text, employer):
    """Names to mask, in lower case, with and without the suffix of their legal form."""
    given = employer.strip()[:LONGEST_NAME]
    names = {" ".join(sampled(lower_in_place(given)).split()): None} if given else {}
    for name in _names_given_away(text):
        if len(names) == MOST_NAMES:
            break
        names[name] = None
    names.update(dict.fromkeys([_without_suffix(name) for name in names]))
    return [name for name in names if len(name) > 2]


def _names_given_away(text):
    """What the text calls its employer, in its order; common words are not taken for names."""
    found = [
        (match.start(), name)
        for match in _NAME_BEFORE.finditer(text)
        for name in match.groups()
        if name
    ]
    for match in _NAME_AFTER.finditer(text):
        before = _NAME_AT_END.search(text, max(0, match.start() - NAME_SIGHT), match.start())
        if before:
            found.append((match.start(), before[1]))
    for _, name in sorted(found):
        lowered = sampled(lower_in_place(name))
        if lowered.split(" ")[0] not in words_of(NO_NAMES):
            yield lowered


def _without_suffix(name):
    stem = name.removesuffix(".")
    cut = max(stem.rfind(" "), stem.rfind(","))
    known = cut >= 0 and stem[cut + 1 :] in words_of(NAME_SUFFIXES)
    return stem[:cut].rstrip(" ,") if known else name


_NEWLINE = re.compile(f"{_class(marks.NEWLINE)}+")
_DUTY_VERB, _REQUIREMENT = _any_of(words.DUTY_VERBS), _any_of(words.REQUIREMENTS)
_SECTION = rf"(?:{_any_of(words.SECTION_QUALIFIERS)}[ -]){{0,3}}{_any_of(words.SECTION_NAMES)}"
_YEARS = r"[0-9]{1,2}(?:[-–—][0-9]{1,2})?\+? year"
_ABBREVIATION = "".join(
    rf"(?<!\b{word}\.)" for word in (*words_of(words.ABBREVIATIONS), "[A-Z]", "[0-9]", "[0-9][0-9]")
)
_SYMBOLS = "".join(
    re.escape(c)
    for c in map(chr, range(0x10FFFF))
    if marks.is_symbol(c) or c in _characters(marks.SYMBOL)
)
_CUT = re.compile(
    # the end of a sentence
    rf"{_class(marks.SENTENCE_END)}{_ABBREVIATION}(?<!\.[A-Za-z]\.){_class(marks.CLOSING)}*"
    rf"\s+(?:\|\s*)?(?={_class(marks.OPENING)}*[A-Z0-9_])"
    # sentences glued together: "on track.Ensuring", but not ".NET" or "Node.js"
    r"|[.!?;](?<=[a-z0-9)%][a-z0-9)%].)"
    r"(?=[A-Z][a-z’']|[A-Z] [a-z]|__|[A-Z]{3,} [a-z]|[-•*] )"
    rf"|[.!?;](?<=[a-z0-9)%][a-z0-9)%].)(?={_YEARS}|(?<![0-9].)[0-9]{{1,2}}[.)] [A-Z])"
    # bullets, and dashes that serve as bullets
    rf"|{_class(marks.BULLET)}\s*"
    rf"|{_class(marks.DASH)}(?<=\s.){_class(marks.DASH)}*+\s+(?=[A-Z\"“(])"
    rf"|{_class(marks.DASH)}(?<=[^0-9+\s]\s.){_class(marks.DASH)}*+\s+(?={_YEARS})"
    # a middle dot, and bullets that are glued to their words
    r"|·\s+(?=\S)|[*](?:(?<=\s.)|(?<=:.))(?=[A-Z][a-z])|-(?<=\s-)(?=[A-Z][a-z])|\*(?<=:\*) (?=.)"
    r"|-(?<=[a-z)]-)\s+(?=[A-Z0-9])"
    # symbols that stand before words, an "o" by itself, lettered points
    rf"|[{_SYMBOLS}](?:(?<=\A.)|(?<=[\s{_SYMBOLS}].))(?=[\s\w{_SYMBOLS}])\s*"
    rf"|o(?:(?<=\A.)|(?<=[\s{re.escape(_characters(marks.BULLET))}].))\s+(?=[A-Z])"
    r"|\s++(?=\(?[a-z]\)\s+[A-Z])"
    # numbered points
    r"|\s(?<=[a-z.;:)]\s)\s*+(?=[0-9]{1,2}[.)]\s+[A-Z])"
    # after a section's heading
    r"|:\s*(?=\S)"
)
_GLUED = re.compile(
    rf"(?<=[a-z)][a-z)])(?={_any_of(words.GLUED_QUALIFIERS)}?"
    rf"(?:{_DUTY_VERB}|{_REQUIREMENT}|{_any_of(words.GLUED_SECTIONS)})[ :])"
    rf"|(?<=[a-z)][a-z)])(?={_any_of(words.OPENERS)}\W)"
    rf"|(?=[0-9]{{1,2}}\. )|(?<=[a-z][a-z)])(?={_YEARS})"
)
_GLUED_COLON = re.compile(r":(?<=[a-z][a-z]:)(?=[A-Z][a-z])")
_CAMEL = re.compile(r"[a-z)](?=[A-Z0-9])")
_HEADING_BEFORE = re.compile(
    rf"(?:^|[\s{re.escape(_characters(marks.BEFORE_HEADING))}])(?:{_SECTION}{{}}|{_any_of(words.HEADING_PHRASES)}{{}}"
    rf"|{_any_of(words.QUESTIONS)}{_any_of(words.QUESTION_TOPICS)}\b{{}}|{_any_of(words.PROMISES)}{{}}):\Z".replace(
        "{}", "%s"
    )
    % tuple(
        f"[^{re.escape(_characters(marks.HEADING_STOP))}]{{0,{distance}}}"
        for distance in (
            words.AFTER_SECTION,
            words.AFTER_SECTION,
            words.AFTER_QUESTION,
            words.AFTER_PROMISE,
        )
    )
)
_ITEM = re.compile(r";\s+(?=\S)")
_RUN_ON = re.compile(r"(?<=[\w)%.])\s+(?=[A-Z0-9_])")
_BEHIND_JOIN = re.compile(rf"(?:[^\w'’]|\A){_any_of(words.JOINING_WORDS)}\Z")
_COMPOUND = re.compile(rf"{_any_of(words.COMPOUND_WORDS)}(?:,?\s)[a-z(]")
_BEHIND_SECTION = re.compile(rf"(?:[^\w'’]|\A){_any_of(words.SECTION_NAMES)}\Z")
_BEHIND_CAPITALS = re.compile(rf"(?:[^\w'’]|\A){_any_of(words.CAPITAL_SECTION_NAMES)}\Z")
_BEHIND_OPENER = re.compile(rf"(?:[^\w'’]|\A){_any_of(words.OPENERS)}\Z")
_PLUS_YEARS = re.compile(rf"(?=[0-9]{{1,2}}\+){_YEARS}|_+{_any_of(NAME_AFTER)}")
_OPENS = re.compile(rf"{_any_of(words.OPENERS)}\s[a-z(]")
_VERB_RUNS_ON = re.compile(rf"{_any_of(words.DUTY_VERBS | words.THIRD_PERSONS)},?\s[a-z(]")
_REQUIREMENT_RUNS_ON = re.compile(rf"{_REQUIREMENT}\s[a-z(+]")
_SECTION_RUNS_ON = re.compile(rf"{_SECTION}\s+[A-Z]")
_SECTION_BEFORE_YEARS = re.compile(rf"{_SECTION}\s+{_YEARS}")
_EDGE_OF_MASKED = _characters(marks.EDGE).replace("_", "")
_NUMBERING = re.compile(
    rf"(?:\(?[0-9]{{1,2}}[.)]|\(?[a-z]\))\s++(?=[^0-9]|{_YEARS})|o(?=[A-Z][a-z]{{4}})"
)
_SMALL_O = re.compile(
    rf"o(?:(?<=\A.)|(?<=[\s{re.escape(_characters(marks.BULLET))}].))\s+(?=[A-Z])"
)
_TRIMMED = {*_characters(marks.EDGE), *_SYMBOLS.replace("\\", "")}
_LETTER = re.compile(r"[^\W\d_]")


def cut_lines(text, masked):
    """Find the lines of a posting."""
    lines = []
    for start, end in _physical_lines(masked):
        for piece_start, piece_end in _pieces(masked, start, end):
            trimmed = _trim(text, piece_start, piece_end)
            if trimmed is not None:
                lines.append(trimmed)
    return lines


def _physical_lines(text):
    """Split at newlines, but keep together a sentence that was only wrapped."""
    start = 0
    for newline in _NEWLINE.finditer(text):
        if not _wraps(text, start, newline):
            yield start, newline.start()
            start = newline.end()
    yield start, len(text)


def _wraps(text, start, newline):
    """Whether a newline stands in the middle of a sentence: long line before, lower case after."""
    following = text[newline.end() : newline.end() + 1]
    end = newline.start()
    least = words.WRAPPED_BEFORE_MASK if text[start:end][-1:] == "_" else words.WRAPPED_LENGTH
    if _SMALL_O.match(text, newline.end()):
        return False
    # Only the ends are looked at: a thousand wrapped lines must not be read a thousand times.
    if (
        not (following.islower() or following in (",", ";", ")"))
        or _length(text, max(start, end - words.SIGHT), end) < least
    ):
        return False
    first = text[start : start + words.SIGHT].lstrip(_EDGE_OF_MASKED)[:1]
    last = text[max(start, end - words.SIGHT) : end].rstrip(_EDGE_OF_MASKED)[-1:]
    return bool(first and last) and not first.islower() and last not in ".:;!?"


def _pieces(text, start, end):
    cuts = [
        match.span()
        for match in _CUT.finditer(text, start, end)
        if text[match.start()] != ":" or _heading(text, start, match.start() + 1) is not None
    ]
    cuts += [
        (match.start(), match.start() + 1)
        for match in _GLUED_COLON.finditer(text, start, end)
        if _heading(text, start, match.start() + 1) is None
    ]
    # Two words in one ("experienceDeep"): checked only where the case changes.
    cuts.extend(
        (camel.end(), camel.end())
        for camel in _CAMEL.finditer(text, start, end)
        if _GLUED.match(text, camel.end(), end) or _glues_phrases(text, camel.end(), end)
    )
    if text.count(";", start, end) >= 2:
        cuts.extend(match.span() for match in _ITEM.finditer(text, start, end))
    for match in re.finditer(":", text[start:end]):
        colon = start + match.start()
        before = _before_heading(text, start, _heading(text, start, colon + 1))
        if before is not None and all(b <= before for a, b in cuts if a < colon):
            cuts.append((before, before))
    piece_start = start
    for cut_start, cut_end in [*sorted(cuts), (end, end)]:
        piece_end = cut_start
        while piece_end < cut_end and text[piece_end] in _characters(marks.LINE_CLOSING):
            piece_end += 1
        length = _length(text, piece_start, piece_end)
        if length > words.SHORT_RUN_ON_LENGTH:
            behind_name = length > words.RUN_ON_LENGTH
            yield from _run_on(text, piece_start, piece_end, behind_name=behind_name)
        elif piece_end > piece_start:
            yield piece_start, piece_end
        piece_start = max(cut_end, piece_start)


def _glues_phrases(text, here, end):
    """Whether two words are glued: no names, which have capitals before, too, or are short."""
    start = re.search(r"[a-z]*\Z", text[:here]).start()
    small, whole = here - start, not re.match(r"\w", text[max(0, start - 1) : start])
    if text[:here].endswith(tuple(words_of(words.GLUED_NAMES))):
        return False
    if whole and small >= 4 and re.match(r"[A-Z]{3}", text[here:end]):
        return True
    after = re.match(r"[A-Z][a-z]+( [a-z]{2})?", text[here:end])
    return bool(after) and ((whole and small >= 3) or (small >= 5 and after[1] is not None))


def _heading(text, start, end):
    """Where the nearest heading before a colon starts; none where a sentence started."""
    low = max(start, end - words.HEADING_SIGHT)
    if not _HEADING_BEFORE.search(text, low, end):
        return None
    for here in range(end - 1, low - 1, -1):
        if _HEADING_BEFORE.match(text, here, end):
            return here + (here > 0 or not text[0].isalpha())
    raise AssertionError


def _before_heading(text, start, heading):
    """Where the words end that a heading of words with capitals follows."""
    if heading is None:
        return None
    before = text[start:heading]
    while True:
        stripped = before.rstrip()
        if stripped == before or not stripped:
            return None
        word = re.search(r"\S+\Z", stripped)[0]
        if any(stop in word for stop in _characters(marks.HEADING_STOP)):
            return None
        if not re.match("[A-Z&]", word):
            break
        before = stripped[: -len(word)]
    if not re.fullmatch(r"[a-z](?:[^A-Z]*[a-z)])?", word) or word in words_of(words.JOINING_WORDS):
        return None
    return start + len(stripped)


def _length(masked, start, end):
    return end - start - masked.count("_", start, end)


def _run_on(text, start, end, *, behind_name):
    """Cut a long piece without punctuation before the words that begin a duty."""
    for match in _RUN_ON.finditer(text, start, end):
        before = text[max(0, match.start() - 40) : match.start()]
        following = text[match.end() : end]
        if _opens_item(before, following, behind_name=behind_name):
            yield start, match.start()
            start = match.end()
    yield start, end


def _opens_item(before, text, *, behind_name):
    """Whether a line begins behind white space though no mark says so."""
    first, near = re.search(r"[\w'’]{0,20}\Z", before)[0][:1], before[-21:]
    small, capital = first in set(string.ascii_lowercase), first in set(string.ascii_uppercase)
    if _BEHIND_JOIN.search(near):
        return False
    if before[-1] in string.ascii_uppercase:
        return bool(_BEHIND_CAPITALS.search(near) and re.match("[A-Z][a-z]", text))
    ends = bool(re.search(r"[a-z)%]\Z", before))
    if ends and not _BEHIND_OPENER.search(near):
        if small and _PLUS_YEARS.match(text):
            return True
        if (small or behind_name) and _OPENS.match(text):
            return True
    is_name = capital and not (_BEHIND_SECTION.search(near) and before[-1] == "s")
    if is_name and (not behind_name or _COMPOUND.match(text)):
        return False
    if not capital and before[-1] == ")" and not behind_name:
        return False
    if re.search(r"[a-z0-9)%]\Z", before) and _VERB_RUNS_ON.match(text):
        return True
    if ends and _REQUIREMENT_RUNS_ON.match(text):
        return True
    section = (ends or before[-1] == ".") and not before.endswith(
        tuple(words_of(words.NO_SECTION_BEHIND))
    )
    runs_on = _SECTION_RUNS_ON.match(text) or (not is_name and _SECTION_BEFORE_YEARS.match(text))
    return section and bool(runs_on)


def _trim(text, start, end):
    while start < end and (
        text[start] in _TRIMMED
        or text[start].isspace()
        or text[start] == ":"
        or (text[start] == "+" and text[start + 1 : min(start + 2, end)].isspace())
    ):
        start += 1
    while end > start and (text[end - 1] in _TRIMMED or text[end - 1].isspace()):
        end -= 1
    numbering = _SMALL_O.match(text, start, end) or _NUMBERING.match(text, start, end)
    if numbering:
        start = numbering.end()
    return (start, end) if _LETTER.search(text, start, end) else None
