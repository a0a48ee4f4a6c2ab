"""Texts to lines and terms in machine code: UTF-8 in, flat arrays out.

The rules are those that plain Python runs (`masks`, `lines`); here, and in `scan_clean`, are the
three steps that have a form of their own: from UTF-8 to byte form, the filter that finds
candidates, and the words.
"""

import numpy as np

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.reading.candidates import EDGE_RULES
from tpmclassify.reading.cleaning import MORE_BYTES, WIDE_OFFSET, copy_bytes
from tpmclassify.reading.lexicon import Lexicon
from tpmclassify.reading.lines import Cutting, cut_lines
from tpmclassify.reading.marks import UNDERSCORE
from tpmclassify.reading.masks import mask
from tpmclassify.reading.scan_arrays import Scanned, ScanRoom, ScanTables, Source
from tpmclassify.reading.scan_clean import clean, narrow_employer
from tpmclassify.reading.words import find_line_terms

_EDGES = np.uint32((1 << len(EDGE_RULES)) - 1)
_NONE = np.uint32(0)


@compiled
def _find_cut_candidates(
    masked: Bytes, n: int, tables: ScanTables, candidates: Ints, edges: Ints
) -> int:
    """Find where a cut may be, and where words begin and end; returns how many cuts may be."""
    before, here = tables.before, tables.here
    n_cuts = n_edges = 0
    last = before[0]
    for i in range(n):
        code = masked[i]
        both = last & here[code]
        candidates[n_cuts] = i
        edges[n_edges] = i
        n_cuts += both & ~_EDGES != _NONE
        n_edges += both & _EDGES != _NONE
        last = before[code]
    # Where the text ends within a word, the first of these is its end.
    edges[n_edges] = edges[n_edges + 1] = edges[n_edges + 2] = n
    return n_cuts


@compiled
def _read_lines(
    n: int, n_candidates: int, employer: Bytes, tables: ScanTables, room: ScanRoom
) -> int:
    """Mask a text and cut it into lines; returns how many there are."""
    text, low, masked, candidates = room.text, room.low, room.masked, room.candidates
    copy_bytes(text, 0, n, masked, 0)
    mask(text, low, masked, n, candidates, n_candidates, employer, tables.table, room.names)
    for i in range(n):
        low[i] = UNDERSCORE if masked[i] == UNDERSCORE else low[i]
    n_candidates = _find_cut_candidates(masked, n, tables, candidates, room.edges)
    cutting = Cutting(text, masked, tables.table, candidates, room.starts, room.ends)
    return cut_lines(cutting, n, n_candidates)


@Entry
def scan_texts(
    source: Source,
    employers: Source,
    tables: ScanTables,
    lexicon: Lexicon,
    room: ScanRoom,
    scanned: Scanned,
    is_shown: int,
) -> int:
    """Read texts to lines and terms, as many as there is room for; returns how many.

    `is_shown`: whether markup that only plain Python can resolve was resolved already.
    """
    line = n_terms = at = scanned.first_term[0] = 0
    for posting in range(len(source.begin)):
        most = source.end[posting] - source.begin[posting] + 2
        if line + most > len(scanned.line_start) or n_terms + most > len(scanned.terms):
            return posting
        employer = room.employer[: narrow_employer(employers, posting, tables, room)]
        n, n_candidates, at = clean(source, posting, tables, room, scanned.plain, at, is_shown)
        scanned.unclean[posting] = max(0, -n)
        n_lines = _read_lines(max(0, n), n_candidates, employer, tables, room)
        _keep_lines(scanned, line, n_lines, room)
        n_terms = find_line_terms(lexicon, room, scanned, line, n_lines, n_terms)
        line += n_lines
        scanned.first_byte[posting + 1] = at
        scanned.first_line[posting + 1] = line
    return len(source.begin)


@compiled
def _keep_lines(scanned: Scanned, line: int, n_lines: int, room: ScanRoom) -> None:
    """Keep the lines' offsets, in code points and in bytes."""
    wide = room.wide
    k, more = 1, 0
    for i in range(n_lines):
        start, end = room.starts[i], room.ends[i]
        scanned.line_start[line + i] = start
        scanned.line_end[line + i] = end
        while k <= wide[0] and wide[k] >> WIDE_OFFSET < start:
            more += wide[k] & MORE_BYTES
            k += 1
        scanned.byte_start[line + i] = start + more
        while k <= wide[0] and wide[k] >> WIDE_OFFSET < end:
            more += wide[k] & MORE_BYTES
            k += 1
        scanned.byte_end[line + i] = end + more
