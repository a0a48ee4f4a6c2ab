"""What no model may read: role titles, links, e-mail addresses, hashtags, the employer's name.

A masked passage is overwritten with as many underscores, so offsets stay. The models' vocabulary
holds no token of underscores, hence a mask also keeps n-grams from forming across it.
"""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import employers, links, marks, mask_words, titles
from tpmclassify.reading.rule_table import fill, find, skip, word_end

_COLON, _DOT, _AT, _HASH, _SPACE, _SLASH, _B, _J, _W = map(ord, ":.@# /bjw")
_BEFORE_NAME = mask_words.BEFORE_NAME | mask_words.BEFORE_JOINED_NAME
# A button, a criterion ("Job function", with its value on the next line), and who posted: how many
# lines belong to it.
_RESIDUE = (
    (mask_words.CHROME, 0),
    (mask_words.CRITERIA, 1),
    (mask_words.POSTERS, mask_words.MOST_POSTER_LINES),
)


@compiled
def mask(
    text: Bytes, low: Bytes, masked: Bytes, n: int, candidates: Ints, n_candidates: int,
    employer: Bytes, table: Ints, names: employers.Names,
) -> None:  # fmt: skip
    """Overwrite the passages of a text that are to be masked.

    `text`, `low`, `masked` (>= n,): A text in byte form, the same in lower case, and a copy to be
    overwritten. `candidates` (>= n,): where a rule may apply, in ascending order; room to work in
    afterwards. `employer`: the employer's name without white space before it; empty where it is not
    known.
    """
    n_names = 0
    if len(employer):
        known = min(len(employer), mask_words.LONGEST_NAME)
        n_names = employers.add_name(employer, 0, known, table, names, 0)
    # Until where a link, a domain or a name after "About" has been read.
    link_end = domain_end = name_end = 0
    for k in range(n_candidates):
        i = candidates[k]
        code = low[i]
        mark = table[code]
        if mark & marks.WORD:
            # The phrase behind a name is found at its second letter: spaces are too many.
            if i and text[i - 1] == _SPACE and mark & marks.OPENS_NAME_AFTER:
                # "X is an equal opportunity employer"
                if word_end(table, text, i - 1, n, mask_words.NAME_AFTER) >= 0:
                    start = employers.name_start_before(text, i - 1, table)
                    n_names = employers.keep_name(text, start, i - 1, table, names, n_names)
            if i == 0 or table[text[i - 1]] & marks.NEWLINE:
                _mask_residue(text, i, n, table, masked)
            if mark & marks.STARTS_TITLE and table[low[i + 1]] & marks.OPENS_TITLE:
                if i == 0 or not table[low[i - 1]] & marks.WORD:
                    titles.mask_title(low, i, n, table, masked)
            # "About X:", "At X, we", "join X,"; "At" opens a sentence even where the space before
            # it was lost.
            if mark & marks.STARTS_NAME and (text[i] != code or code == _J) and i >= name_end:
                start = word_end(table, text, i, n, _BEFORE_NAME)
                if 0 <= start < n:
                    joined = low[i + 1] != _B
                    behind = mask_words.BEHIND_JOINED_NAME if joined else mask_words.BEHIND_NAME
                    end = employers.name_end(text, start, n, table, behind)
                    name_end = max(name_end, end)
                    n_names = employers.keep_name(text, start, end, table, names, n_names)
            if code == _W and low[i + 1] == _DOT and i + 1 < n - 1 and i + 1 >= link_end:
                link_end = links.mask_link(low, i + 1, n, table, masked)
        elif code == _DOT:
            if table[low[i + 1]] & marks.SMALL and i >= domain_end:
                domain_end = links.mask_domain(low, i, n, table, masked)
        elif code == _COLON:
            if low[i + 1] == _SLASH and i >= link_end:
                link_end = links.mask_link(low, i, n, table, masked)
        elif code == _AT:
            links.mask_address(low, i, n, table, masked)
        elif code == _HASH:
            links.mask_hashtag(low, i, n, table, masked)
    if n_names:
        n_names = employers.add_names_without_suffix(table, names, n_names)
        employers.mask_names(text, low, n, table, names, n_names, masked, candidates)


@compiled
def _mask_residue(text: Bytes, here: int, n: int, table: Ints, masked: Bytes) -> None:
    """Mask what a network puts around a posting, if it begins here and nothing follows it."""
    for wanted, most_lines in _RESIDUE:
        end = word_end(table, text, here, n, wanted)
        if end < 0 or find(table, text, end, n, marks.NEWLINE) > skip(
            table, text, end, n, marks.SPACE
        ):
            continue
        for _ in range(most_lines):
            following = skip(table, text, end, n, marks.SPACE)
            if (
                following == n
                or word_end(table, text, following, n, mask_words.POSTING_STARTS) >= 0
            ):
                break
            end = find(table, text, following, n, marks.NEWLINE)
        fill(masked, here, end, marks.UNDERSCORE)
