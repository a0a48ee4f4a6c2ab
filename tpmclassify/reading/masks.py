"""What no model may read: role titles, links, e-mail addresses, hashtags, the employer's name.

A masked passage is overwritten with as many underscores, so offsets stay. The models' vocabulary
holds no token of underscores, hence a mask also keeps n-grams from forming across it.
`kernel.masking` is the same, compiled: whoever changes one changes the other.
"""

import re
from collections.abc import Iterable, Iterator

Span = tuple[int, int]


def _any(alternatives: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, alternatives))})"


def _rest(letter: str, words: Iterable[str]) -> str:
    """What follows a first letter."""
    return _any(word[1:] for word in words if word[0] == letter)


# All patterns but those for names are matched against lower-cased text.
LINK_STARTS, LINK_STOPS = ("http://", "https://", "www."), "<>\"')]"
DOMAINS = tuple("com org net io gov edu jobs ai".split())
_IN_LINK = rf"[^\s{re.escape(LINK_STOPS)}]"
_LINK = re.compile(rf"{_any(LINK_STARTS)}{_IN_LINK}+")
_DOMAIN_END = re.compile(rf"\.{_any(DOMAINS)}\b(?:/{_IN_LINK}*)?")
_EMAIL_END = re.compile(r"@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
_HOST_BEFORE = re.compile(r"[\w.+-]{1,64}\Z")
_HASHTAG = re.compile(r"#(?<![\w&]#)[^\W\d_]\w{1,60}")

# The two roles' titles: "program/project managers", "TPM" with and without full stops, "PMO".
TITLE_NOUNS = tuple("programme program project".split())
TITLE_ROLES = tuple("manager mgr leader lead director coordinator co-ordinator".split())
TITLE_POSSESSIVES = ("s", "'s", "’s")
TITLE_SHORT = (
    *"pm pms pgm pgms pmo pmos epm epms".split(),
    *dict.fromkeys(
        f"t{a}p{b}{g}{c}m{s}"
        for a in ("", ".")
        for b in ("", ".")
        for g in ("", "g")
        for c in ("", ".")
        for s in ("", "s")
    ),
)
_LONG_TITLE = (
    rf"{_rest('p', TITLE_NOUNS)}s?[ \t/&-]{{0,3}}{_any(TITLE_NOUNS)}?[ \t/-]{{0,2}}"
    rf"{_any(TITLE_ROLES)}{_any(TITLE_POSSESSIVES)}?"
)
# Regular expressions find a literal first letter fastest.
_TITLE = re.compile(
    rf"p(?<!\wp)(?:{_LONG_TITLE}|{_rest('p', TITLE_SHORT)})\b(?<!\d pm)"
    rf"|t(?<!\wt){_rest('t', TITLE_SHORT)}\b|e(?<!\we){_rest('e', TITLE_SHORT)}\b"
)
# ... and what belongs to a title around its core: "Senior Technical ...", "... II".
TITLE_MODIFIERS = tuple(
    "sr jr senior junior lead principal staff associate assistant deputy chief head group "
    "technical technology engineering it software hardware digital global construction clinical "
    "infrastructure delivery agile certified experienced".split()
)
TITLE_LEVELS = tuple("i ii iii iv v 1 2 3 4 5 6".split())
_TITLE_BEFORE = re.compile(rf"\b(?:{_any(TITLE_MODIFIERS)}\.?[ \t/&-]{{1,2}}){{1,4}}\Z")
_TITLE_AFTER = re.compile(rf"[ \t]\(?{_any(TITLE_LEVELS)}\)?(?![\w.,%+-])")
LONGEST_BEFORE = 64

# Where a text gives its employer away, the name is masked wherever it stands.
BEFORE_NAME, BEFORE_JOINED_NAME = ("About ",), ("At ", "Join ", "join ")
INSIDE_NAME, BEHIND_NAME, BEHIND_JOINED_NAME = "&.'’-", ":\n*", (",", " we", " you")
JOINING_NAMES = ("of", "and", "the")
_LETTER = rf"[\w{re.escape(INSIDE_NAME)}]"
_NAME = rf"([A-Z]{_LETTER}{{1,30}}(?: (?:[A-Z&]{_LETTER}{{0,30}}|{_any(JOINING_NAMES)})){{0,3}}?)"
_NAME_BEFORE = re.compile(
    rf"{_any(BEFORE_NAME)}{_NAME}(?=[{re.escape(BEHIND_NAME)}]|\Z)"
    rf"|{_any(BEFORE_JOINED_NAME)}{_NAME}(?={_any(BEHIND_JOINED_NAME)})"
)
NAME_AFTER = (
    *(f" is {a}{kind}" for a in ("a ", "an ") for kind in ("equal", "affirmative")),
    *(f" is {a}proud {kind}" for a in ("a ", "an ") for kind in ("equal", "affirmative")),
    *(" is proud to be a equal", " is proud to be an equal", " is committed to"),
    *(" provides equal", " offers equal"),
)
_NAME_AFTER = re.compile("|".join(NAME_AFTER))
_NAME_AT_END = re.compile(rf"(?:^|[.!?\n] ?){_NAME}\Z")
NAME_SIGHT = 130
# Words that open such sentences without naming anybody.
NO_NAMES = tuple(
    "the this our us we you your it role job team company position opportunity a an and at in as "
    "about client he she they who what employer organization department business candidate these "
    "those all every each here there project program technical senior manager engineering product "
    "work benefits overview description mission vision culture life people location compensation "
    "pay".split()
)
NAME_SUFFIXES = tuple(
    "inc llc ltd limited corp corporation co company gmbh plc group holdings ag sa".split()
)
# No text names more employers; the rest of a longer name is not looked for.
MOST_NAMES, LONGEST_NAME = 16, 200


def mask(text: str, *, employer: str | None = None) -> str:
    """Overwrite what would give the answer away with underscores.

    Parameters
    ----------
    text : str
        A posting's plain text.
    employer : str, optional
        The employer's name, where it is known. Names that the text itself gives away
        ("About X", "X is an equal opportunity employer") are masked as well.

    Returns
    -------
    str
        As long as `text`: role titles, links, e-mail addresses, hashtags and employer names are
        runs of underscores, all else is unchanged.
    """
    lowered = lower_in_place(text)
    spans = sorted(
        [
            *_links(lowered),
            *title_spans(lowered),
            *(s for name in _employer_names(text, employer) for s in _names(text, lowered, name)),
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


def lower_in_place(text: str) -> str:
    """Lower case, letter by letter: the few letters that would grow stay as they are."""
    lowered = text.lower()
    # A capital sigma is the other letter that `lower` does not treat by itself.
    if len(lowered) == len(text) and "\u03a3" not in text:
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def title_spans(lowered: str) -> Iterator[Span]:
    """Find the titles of the two roles in lower-cased text, modifiers and levels included."""
    for match in _TITLE.finditer(lowered):
        start, end = match.span()
        before = _TITLE_BEFORE.search(lowered, max(0, start - LONGEST_BEFORE), start)
        after = _TITLE_AFTER.match(lowered, end)
        yield (before.start() if before else start), (after.end() if after else end)


def _links(lowered: str) -> Iterator[Span]:
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


def _names(text: str, lowered: str, name: str) -> Iterator[Span]:
    """Find a name whatever its case, any white space between its words."""
    pattern = r"\s+".join(map(re.escape, name.split()))
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", lowered):
        # "Target" and "Apple" are names, "target" is a word.
        found = text[match.start() : match.end()]
        if found != match[0] or not any(map(str.islower, found)):
            yield match.span()


def _employer_names(text: str, employer: str | None) -> list[str]:
    """Names to mask, in lower case, with and without the suffix of their legal form."""
    given = (employer or "").strip()[:LONGEST_NAME]
    names = {" ".join(lower_in_place(given).split()): None} if given else {}
    for name in _names_given_away(text):
        if len(names) == MOST_NAMES:
            break
        names[name] = None
    names.update(dict.fromkeys([_without_suffix(name) for name in names]))
    return [name for name in names if len(name) > 2]


def _names_given_away(text: str) -> Iterator[str]:
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
        lowered = lower_in_place(name)
        if lowered.split(" ")[0] not in NO_NAMES:
            yield lowered


def _without_suffix(name: str) -> str:
    stem = name.removesuffix(".")
    cut = max(stem.rfind(" "), stem.rfind(","))
    known = cut >= 0 and stem[cut + 1 :] in NAME_SUFFIXES
    return stem[:cut].rstrip(" ,") if known else name
