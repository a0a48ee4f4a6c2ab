"""What is fuzzed: each target takes bytes and raises nothing, or what it raises is a bug.

    python tests/fuzz/targets.py posting -max_total_time=900 -max_len=2000

The other options are libFuzzer's; a folder named at the end keeps what was found interesting.
"""

import contextlib
import functools
import importlib
import io
import math
import os
import pkgutil
import sys
import tempfile
from pathlib import Path
from unittest import mock

# The files and rooms whose coverage guides the search.
FUZZED = "api reading deciding tables model_file".split()
ROOT = Path(__file__).parent.parent.parent
sys.path.append(str(ROOT / "tests/model_file"))


@functools.cache
def classifier():
    import tpmclassify

    return tpmclassify.load()


@functools.cache
def folder():
    return Path(tempfile.mkdtemp(prefix="tpmclassify-fuzz-"))


def _text(data):
    """Any string, lone surrogates included; the first byte says how the others are meant."""
    kind, rest = (data[0] % 4, data[1:]) if data else (0, data)
    if kind == 0:
        return rest.decode("utf-8", "surrogateescape")
    if kind == 1:
        return rest[: len(rest) // 4 * 4].decode("utf-32-le", "replace")
    if kind == 2:
        return rest[: len(rest) // 2 * 2].decode("utf-16-le", "surrogatepass")
    return rest.decode("latin-1")


def posting(data):
    """Machine code reads what plain Python reads, and every part is where it says."""
    text = _text(data)
    employer, _, body = text.partition("\n")
    decisions = []
    for switch in ("1", "0"):
        with mock.patch.dict(os.environ, {"TPMCLASSIFY_MACHINE_CODE": switch}):
            decisions.append(classifier().classify(body, employer=employer))
    compiled, plain = decisions
    assert compiled == plain
    for line in plain.evidence:
        assert 0 <= line.start < line.end <= len(plain.text)
        assert plain.text[line.start : line.end] == line.text


def table(data):
    """Rows in are rows out or rejected; what cannot be read is refused by name."""
    import tpmclassify

    source, target = folder() / "in.csv", folder() / "out.csv"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            tpmclassify.screen_file(source, target)
        except tpmclassify.TPMClassifyError:
            return
    assert target.is_file()


def model_file(data):
    """A model file is refused by name, or decides."""
    import tpmclassify

    path = folder() / "model.npz"
    path.write_bytes(data)
    try:
        loaded = tpmclassify.load(path)
    except tpmclassify.ModelFileError:
        return
    decision = loaded.classify("Lead technical programs.\nTrack the budget.")
    assert math.isfinite(decision.score)


def model_arrays(data):
    """The same with the bytes put into the arrays of a sound file, under a right checksum."""
    from mutated_models import arrays_of, written

    arrays, card = arrays_of((ROOT / "tests/model_file/version_2.npz").read_bytes())
    names = sorted(arrays)
    if len(data) < 3:
        return
    array = arrays[names[data[0] % len(names)]]
    raw, start = bytearray(array.tobytes()), int.from_bytes(data[1:3], "little")
    raw[start : start + len(data) - 3] = data[3:]
    size = len(raw) // array.dtype.itemsize
    import numpy as np

    fresh = np.frombuffer(bytes(raw), array.dtype, count=size)
    arrays[names[data[0] % len(names)]] = (
        fresh.reshape(array.shape) if fresh.size == array.size else fresh
    )
    model_file(written(arrays, card))


def page(data):
    """A page holds the markup that a page holds, whatever the posting holds."""
    from test_hostile_html import assert_only_our_markup

    decision = classifier().classify(_text(data), title=_text(data[:40]))
    assert_only_our_markup(decision.to_html())
    assert_only_our_markup(decision._repr_html_())
    decision.explain()
    decision.to_json()


TARGETS = {f.__name__: f for f in (posting, table, model_file, model_arrays, page)}


def write_seeds(name, where):
    """Put the seeds of a target into a folder: our own postings, payloads and files."""
    import csv

    where.mkdir(parents=True, exist_ok=True)
    with (ROOT / "datasets/postings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[:40]
    texts = [f"\0{row['employer']}\n{row['description']}".encode() for row in rows]
    payloads = (ROOT / "tests/xss_payloads.txt").read_bytes().splitlines()
    from hostile_texts import PATTERNS

    hostile = [b"\0" + make(300).encode("utf-8", "surrogatepass") for make in PATTERNS.values()]
    if name in ("posting", "page"):
        seeds = [*texts, *hostile, *(b"\0" + payload for payload in payloads)]
    elif name == "table":
        lines = (ROOT / "datasets/postings.csv").read_bytes()[:20_000]
        seeds = [
            lines,
            lines.replace(b",", b";"),
            lines.decode().encode("utf-16"),
            b"text\na\n",
            b'description\n"open\n',
            b"description,title\na\nb,c,d\n",
            b"\xef\xbb\xbftext\r\nx",
        ]
    elif name == "model_file":
        from mutated_models import mutated

        sound = (ROOT / "tests/model_file/version_2.npz").read_bytes()
        seeds = [sound, *(mutated(sound, seed) for seed in range(60))]
    else:
        seeds = [bytes([i, 0, 0]) + b"\0\0\0\0\0\0\xf8\x7f" for i in range(24)]
    for i, seed in enumerate(seeds):
        (where / f"seed-{i:03}").write_bytes(seed)


def main():
    import atheris

    sys.path.insert(0, str(Path(__file__).parent.parent))
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["tpmclassify"]):
        for room in FUZZED:
            module = importlib.import_module(f"tpmclassify.{room}")
            for part in pkgutil.iter_modules(getattr(module, "__path__", [])):
                importlib.import_module(f"tpmclassify.{room}.{part.name}")
    seeds = folder() / "seeds"
    write_seeds(name, seeds)
    TARGETS[name](next(iter(sorted(seeds.iterdir()))).read_bytes())  # whatever is loaded late
    atheris.Setup([*sys.argv, str(seeds)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
