"""A batch of postings read: texts in, lines and terms out, as flat arrays.

Machine code reads where it is loaded; what plain Python has to resolve first (HTML), it reads
behind the rest. Without it plain Python reads everything, with the same result.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import numpy as np

from tpmclassify.arrays import Bools, Bytes, Ints, SmallInts
from tpmclassify.machine_code.load import Code, machine_code
from tpmclassify.reading.language import N_TALLIES, add_tallies, tallies_of
from tpmclassify.reading.lexicon import Lexicon, build_lexicon
from tpmclassify.reading.plain_text import clean_letters, without_markup
from tpmclassify.reading.posting import Posting, read_posting
from tpmclassify.reading.scan import scan_texts
from tpmclassify.reading.scan_arrays import (
    Scanned,
    Source,
    make_room,
    make_scanned,
    scan_tables,
)
from tpmclassify.reading.scan_clean import LETTERS
from tpmclassify.reading.vocabulary import Vocabulary, tokens

_LEXICONS_KEPT = 4
_BY_LINE = ("line_start", "line_end", "byte_start", "byte_end")


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts as UTF-8, one behind the other or wherever they stand.

    `begin`, `end`: (n_texts,).
    """

    data: Bytes
    begin: Ints
    end: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Put strings behind each other."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        bounds = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=bounds[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), bounds[:-1], bounds[1:])

    def __len__(self) -> int:
        return len(self.begin)

    @property
    def n_bytes(self) -> int:
        """The length of all texts."""
        return int((self.end - self.begin).sum())

    def __getitem__(self, position: int) -> str:
        raw = self.data[self.begin[position] : self.end[position]].tobytes()
        return raw.decode("utf-8", "surrogatepass")

    @property
    def source(self) -> Source:
        """What entries take for them."""
        return Source(self.data, self.begin, self.end)

    def take(self, positions: Ints) -> "Texts":
        """Some of the texts."""
        return Texts(self.data, self.begin[positions], self.end[positions])


@dataclass(frozen=True, eq=False)
class Reading:
    """The lines and terms of a batch of postings.

    `texts`: the plain texts that were read. `begin_line`, `end_line` (n_postings,): where each
    posting's lines begin and end in the arrays by line. `line_start`, `line_end` (n_lines,):
    offsets of each line into its text, in code points. `byte_start`, `byte_end` (n_lines,): the
    same in bytes of UTF-8. `first_term` (n_lines + 1,): where each line's terms begin. `terms`
    (n_occurrences,): the terms of all lines, as positions in the vocabulary. `line_tallies`
    (n_lines, 7): what `language` counts in each line.
    """

    texts: Texts
    begin_line: Ints
    end_line: Ints
    line_start: SmallInts
    line_end: SmallInts
    byte_start: SmallInts
    byte_end: SmallInts
    first_term: Ints
    terms: SmallInts
    line_tallies: SmallInts

    def __len__(self) -> int:
        return len(self.begin_line)

    @property
    def has_lines(self) -> Bools:
        """Which postings have a line at all."""
        return self.end_line > self.begin_line

    @property
    def most_terms(self) -> int:
        """The number of terms of the posting that has most."""
        counts = self.first_term[self.end_line] - self.first_term[self.begin_line]
        return int(counts.max(initial=0))

    def tallies(self, counted: Bools | None = None) -> Ints:
        """What was counted in each posting's lines, or in some of these.

        Returned: (n_postings, 7).
        """
        some = np.ones(len(self.line_start), np.bool_) if counted is None else counted
        totals = np.zeros((len(self), N_TALLIES), np.int64)
        lines = self.line_tallies.ravel(), self.begin_line, self.end_line, some
        add_tallies(*lines, totals.ravel(), code=machine_code(self.texts.n_bytes))
        return totals

    def lines_of(self, position: int) -> slice:
        """Where a posting's lines stand in the arrays by line."""
        return slice(int(self.begin_line[position]), int(self.end_line[position]))


def read_texts(texts: Texts, employers: Texts | None, vocabulary: Vocabulary) -> Reading:
    """Read a batch of texts; what is found in one does not depend on the others.

    `texts`: postings as they were scraped. `employers`: names to be masked; an empty one for none.
    """
    names = Texts.of([""] * len(texts)) if employers is None else employers
    code = machine_code(texts.n_bytes)
    lexicon = None if code is None else _lexicon(vocabulary, code)
    if code is None or lexicon is None:
        some = [read_posting(texts[i], employer=names[i]) for i in range(len(texts))]
        return read_postings(some, vocabulary)
    pieces = list(_scan(texts, names, lexicon, code, is_shown=False))
    unclean = np.concatenate([found.unclean for _, found in pieces])
    marked = np.flatnonzero(unclean)
    if len(marked):
        cleaners = {LETTERS: clean_letters}
        cleaned = ((cleaners.get(unclean[i], without_markup), texts[i]) for i in marked.tolist())
        shown = Texts.of([clean(text) for clean, text in cleaned])
        again = _scan(shown, names.take(marked), lexicon, code, is_shown=True)
        pieces += [(marked[at], found) for at, found in again]
    return _join(len(texts), pieces)


def read_postings(postings: Sequence[Posting], vocabulary: Vocabulary) -> Reading:
    """The terms of postings that were read already."""
    return _join(len(postings), [(np.arange(len(postings)), _find_terms(postings, vocabulary))])


def _scan(
    texts: Texts, employers: Texts, lexicon: Lexicon, code: Code, *, is_shown: bool
) -> Iterator[tuple[Ints, Scanned]]:
    """Scan all texts, some at a time where they hold far more lines than usual; says which."""
    lengths = texts.end - texts.begin
    longest = int(max(lengths.max(initial=0), (employers.end - employers.begin).max(initial=0)))
    room, rest = make_room(longest), np.arange(len(texts))
    while True:
        found = make_scanned(len(rest), int(lengths[rest].sum()), longest)
        sources = texts.take(rest).source, employers.take(rest).source
        n = scan_texts(*sources, scan_tables(), lexicon, room, found, int(is_shown), code=code)
        n_lines = int(found.first_line[n])
        yield (
            rest[:n],
            found._replace(
                unclean=found.unclean[:n],
                plain=found.plain[: found.first_byte[n]],
                first_byte=found.first_byte[: n + 1],
                first_line=found.first_line[: n + 1],
                tallies=found.tallies[: N_TALLIES * n_lines],
                first_term=found.first_term[: n_lines + 1],
                terms=found.terms[: found.first_term[n_lines]],
                **{name: getattr(found, name)[:n_lines] for name in _BY_LINE},
            ),
        )
        if n == len(rest):
            return
        rest = rest[n:]


@lru_cache(maxsize=_LEXICONS_KEPT)
def _lexicon(vocabulary: Vocabulary, code: Code) -> Lexicon | None:
    return build_lexicon(vocabulary, code)


def _find_terms(postings: Sequence[Posting], vocabulary: Vocabulary) -> Scanned:
    """What `scan_texts` finds, by dictionaries."""
    lines = [line for posting in postings for line in posting.lines]
    words = [tokens(line.masked) for line in lines]
    terms = [vocabulary.find(some) for some in words]
    first_line = np.cumsum([0, *(len(posting.lines) for posting in postings)])
    bounds = [bound for posting in postings for bound in _byte_bounds(posting)]
    texts = Texts.of([posting.text for posting in postings])
    return Scanned(
        unclean=np.zeros(len(postings), np.int64),
        plain=texts.data,
        first_byte=np.append(texts.begin, len(texts.data)),
        first_line=first_line,
        tallies=np.array([tallies_of(some) for some in words], np.int32).ravel(),
        line_start=np.array([line.start for line in lines], np.int32),
        line_end=np.array([line.end for line in lines], np.int32),
        byte_start=np.array(bounds[0::2], np.int32),
        byte_end=np.array(bounds[1::2], np.int32),
        first_term=np.cumsum([0, *map(len, terms)]),
        terms=np.fromiter((term for found in terms for term in found), np.int32),
    )


def _byte_bounds(posting: Posting) -> Iterator[int]:
    """Where each line begins and ends in bytes of UTF-8."""
    here = n_bytes = 0
    for line in posting.lines:
        for bound in (line.start, line.end):
            n_bytes += len(posting.text[here:bound].encode("utf-8", "surrogatepass"))
            here = bound
            yield n_bytes


def _join(n_postings: int, pieces: Sequence[tuple[Ints, Scanned]]) -> Reading:
    """Put what was found in parts of a batch together; a later part overrules."""
    begin, end, begin_line, end_line = np.zeros((4, n_postings), np.int64)
    first_terms = []
    n_bytes = n_lines = n_terms = 0
    for positions, found in pieces:
        begin[positions] = found.first_byte[:-1] + n_bytes
        end[positions] = found.first_byte[1:] + n_bytes
        begin_line[positions] = found.first_line[:-1] + n_lines
        end_line[positions] = found.first_line[1:] + n_lines
        first_terms.append(found.first_term[:-1] + n_terms)
        n_bytes += len(found.plain)
        n_lines += len(found.line_start)
        n_terms += len(found.terms)

    def joined(name: str) -> Any:
        return np.concatenate([getattr(found, name) for _, found in pieces])

    return Reading(
        texts=Texts(joined("plain"), begin, end),
        begin_line=begin_line,
        end_line=end_line,
        first_term=np.concatenate([*first_terms, [n_terms]]),
        terms=joined("terms"),
        line_tallies=joined("tallies").reshape(-1, N_TALLIES),
        **{name: joined(name) for name in _BY_LINE},
    )
