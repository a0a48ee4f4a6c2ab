"""What no model may read: role titles, links, e-mail addresses, hashtags, the employer's name.

A masked passage is overwritten with as many underscores, so offsets stay. The models' vocabulary
holds no token of underscores, hence a mask also keeps n-grams from forming across it.
"""

import re
from collections.abc import Iterator

Span = tuple[int, int]

# All patterns but those for names are matched against lower-cased text.
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")
_DOMAIN_END = re.compile(r"\.(?:com|org|net|io|gov|edu|jobs|ai)\b(?:/[^\s<>\"')\]]*)?")
_EMAIL_END = re.compile(r"@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
_HOST_BEFORE = re.compile(r"[\w.+-]{1,64}\Z")
_HASHTAG = re.compile(r"#(?<![\w&]#)[^\W\d_]\w{1,60}")

# The two roles' titles: the core first, since regular expressions find a literal start fastest.
_TITLE = re.compile(
    r"p(?:ro(?:gram(?:me)?|ject)s?[ \t/&-]{0,3}(?:program(?:me)?|project)?[ \t/-]{0,2}"
    r"(?:manager|mgr|leader|lead|director|coordinator|co-ordinator)(?:s|'s|’s)?"
    r"|g?ms?|mos?)\b(?<!\d[ ]pm)(?<!\dpm)"
    r"|t\.?p\.?g?\.?ms?\b|epms?\b"
)
# ... and what belongs to a title around its core: "Senior Technical ...", "... II".
_TITLE_BEFORE = re.compile(
    r"\b(?:(?:sr|jr|senior|junior|lead|principal|staff|associate|assistant|deputy|chief|head|group"
    r"|technical|technology|engineering|it|software|hardware|digital|global|construction|clinical"
    r"|infrastructure|delivery|agile|certified|experienced)\.?[ \t/&-]{1,2}){1,4}\Z"
)
_TITLE_AFTER = re.compile(r"[ \t]\(?(?:i{1,3}|iv|v|[1-6])\)?(?![\w.,%+-])")
_LONGEST_BEFORE = 64

# Where a text gives its employer away, the name is masked wherever it stands.
_NAME = r"([A-Z][\w&.'’-]{1,30}(?: (?:[A-Z&][\w&.'’-]{0,30}|of|and|the)){0,3}?)"
_NAME_BEFORE = re.compile(rf"About {_NAME}(?=[:\n*]|$)|(?:At|Join|join) {_NAME}(?=,| we| you)")
_NAME_AFTER = re.compile(
    r" (?:is (?:an? (?:proud )?(?:equal|affirmative)|proud to be an? equal|committed to)"
    r"|(?:provides|offers) equal)"
)
_NAME_AT_END = re.compile(rf"(?:^|[.!?\n] ?){_NAME}\Z")
# Words that open such sentences without naming anybody.
_NO_NAME = frozenset(
    "the this our us we you your it role job team company position opportunity a an and at in as "
    "about client he she they who what employer organization department business candidate these "
    "those all every each here there project program technical senior manager engineering product "
    "work benefits overview description mission vision culture life people location compensation "
    "pay".split()
)
_SUFFIX = re.compile(
    r"[ ,]+(?:inc|llc|ltd|limited|corp|corporation|co|company|gmbh|plc|group|holdings|ag|sa)\.?$",
    re.IGNORECASE,
)


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
            *(span for name in _employer_names(text, employer) for span in _names(text, name)),
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
    """Lower case with the same length: the few letters that would grow stay as they are."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def title_spans(lowered: str) -> Iterator[Span]:
    """Find the titles of the two roles in lower-cased text, modifiers and levels included."""
    for match in _TITLE.finditer(lowered):
        start, end = match.span()
        if start and (lowered[start - 1].isalnum() or lowered[start - 1] == "_"):
            continue
        before = _TITLE_BEFORE.search(lowered, max(0, start - _LONGEST_BEFORE), start)
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


def _names(text: str, name: str) -> Iterator[Span]:
    pattern = r"\s+".join(re.escape(word) for word in name.split())
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, flags=re.IGNORECASE):
        # "Target" and "Apple" are names, "target" is a word.
        if not match[0].islower():
            yield match.span()


def _employer_names(text: str, employer: str | None) -> list[str]:
    """Names to mask; single common words are not taken for names."""
    found = [name for match in _NAME_BEFORE.finditer(text) for name in match.groups() if name]
    for match in _NAME_AFTER.finditer(text):
        before = _NAME_AT_END.search(text, max(0, match.start() - 130), match.start())
        if before:
            found.append(before[1])
    names = {employer.strip()} if employer and employer.strip() else set()
    names.update(name for name in found if name.split()[0].lower() not in _NO_NAME)
    names.update([_SUFFIX.sub("", name) for name in names])
    return sorted(name for name in names if len(name) > 2)
