"""The scan's own functions on texts that are prepared already: words, terms, scores."""

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from tpmclassify.arrays import Floats
from tpmclassify.machine_code.entries import Entry
from tpmclassify.machine_code.load import Code
from tpmclassify.reading import scan, scan_arrays, scan_clean, words
from tpmclassify.reading.batch import Texts
from tpmclassify.reading.lexicon import Lexicon, build_lexicon
from tpmclassify.scoring import tfidf
from tpmclassify.scoring.tfidf import Counting, Weights

BUILD = """
import sys
from pathlib import Path
import kernel_alone
from tpmclassify.machine_code.build import build
build(Path(sys.argv[1]))
"""


@cache
def tools(model):
    """Machine code with the function below, made in another process, and what it looks up."""
    with tempfile.TemporaryDirectory() as folder:
        bitcode = Path(folder) / "entries.bc"
        command = [sys.executable, "-c", BUILD, str(bitcode)]
        subprocess.run(command, cwd=Path(__file__).parent, check=True)
        code = Code(bitcode.read_bytes())
    return code, build_lexicon(model.vocabulary, code), scan_arrays.scan_tables()


def score_prepared(model, texts):
    """Role and scope scores, as scikit-learn's vectorizer and coefficients give them."""
    code, lexicon, tables = tools(model)
    source = Texts.of(texts)
    longest = int((source.end - source.begin).max())
    raw = np.zeros(2 * len(texts))
    score_prepared_texts(
        source.source,
        tables,
        lexicon,
        scan_arrays.make_room(longest),
        scan_arrays.make_scanned(1, longest, longest),
        model.posting.weights(longest),
        Counting.over(len(model.vocabulary)),
        raw,
        code=code,
    )
    return raw.reshape(-1, 2)


@Entry
def score_prepared_texts(
    source: scan_arrays.Source,
    tables: scan_arrays.ScanTables,
    lexicon: Lexicon,
    room: scan_arrays.ScanRoom,
    scanned: scan_arrays.Scanned,
    model: Weights,
    counting: Counting,
    raw: Floats,
) -> int:
    """Score each text as one line: what stands between two lines of it is a word of its own."""
    all_lines, first_term = room.masked[:1], scanned.first_term
    lines = tfidf.TermLines(scanned.terms, first_term, first_term, first_term)
    for posting in range(len(source.begin)):
        begin, end = source.begin[posting], source.end[posting]
        n = scan_clean.narrow(source.data, begin, end, tables, room.text, room.low, room.wide)
        scan._find_cut_candidates(room.text, n, tables, room.candidates, room.edges)
        room.starts[0], room.ends[0], first_term[0] = 0, n, 0
        words.find_line_terms(lexicon, room, scanned, 0, 1, 0)
        all_lines[0] = 1
        role, scope = tfidf.weigh_lines(lines, 0, 1, model, counting, all_lines, posting + 1)
        raw[2 * posting] = role
        raw[2 * posting + 1] = scope
    return 0
