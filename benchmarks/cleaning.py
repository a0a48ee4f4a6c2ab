"""Masking and line cutting, readable against compiled, and how both grow with the text.

Prints, for the project's own postings, microseconds per posting of `posting` and of `kernel` and
their ratio; then, for texts made to be hard, the time of 200,000 characters over that of 100,000.
"""

import csv
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from tpmclassify.kernel.characters import characters
from tpmclassify.kernel.lines import cut_into
from tpmclassify.kernel.masking import mask_into
from tpmclassify.kernel.plain_text import may_hold_markup
from tpmclassify.kernel.words import cleaning_table

from tpmclassify.reading.html import plain_text
from tpmclassify.reading.lines import cut_lines
from tpmclassify.reading.masks import mask

ROOT = Path(__file__).parent.parent
REPEATS = 5
HARD = {
    "newlines": "a\n", "wrapped lines": "The plan of the sites and of all their costs\na ",
    "dots": ".", "dots and stars": ".*", "stars": "* ", "colons": "Skills: ", "semicolons": "a; ",
    "spaces": " ", "capitals": "aA", "glued": "abcdeAb ", "duties": "plan Track record ",
    "links": "http://www.", "hosts": "a.com", "addresses": "@a.b", "titles": "lead pm ",
    "names": "About Acme Corp\n", "name sentences": ". A.A.A is proud to be an equal",
    "different names": "At Ax{}, we ", "masks": "_",
}  # fmt: skip
MARKUP = {
    "nested": "<div>", "list": "<ul><li>", "scripts": "<script>", "comments": "<!--",
    "quotes": "<a '", "both quotes": "<a '<a \"", "entities": "&amp;", "escaped": "&lt;p&gt;",
    "less": "<", "misread": "â€™",
}  # fmt: skip


def best(run: Callable[[], object]) -> float:
    """Seconds of processor time, the best of some runs."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def code_points(text: str):
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).copy()


class Compiled:
    """The compiled functions with their tables and room for the results."""

    def __init__(self, text: str):
        self.table, self.lower = cleaning_table(), characters().lower
        self.text = code_points(text)
        self.lowered = self.lower[self.text]
        self.masked = self.text.copy()
        self.starts, self.ends = np.empty((2, len(text) // 2 + 1), dtype=np.int32)

    def find_markup(self):
        return may_hold_markup(self.text, self.table)

    def mask(self):
        none = self.text[:0]
        mask_into(self.text, self.lowered, none, self.lower, self.table, self.masked)

    def cut(self):
        return cut_into(self.text, self.masked, self.table, self.starts, self.ends)


def compare(texts: list[str]) -> None:
    compiled = [Compiled(text) for text in texts]
    masks = [mask(text) for text in texts]
    pairs = zip(texts, masks, strict=True)
    rows = {
        "plain_text / may_hold_markup": (
            lambda: [plain_text(text) for text in texts],
            lambda: [one.find_markup() for one in compiled],
        ),
        "mask / mask_into": (
            lambda: [mask(text) for text in texts],
            lambda: [one.mask() for one in compiled],
        ),
        "cut_lines / cut_into": (
            lambda pairs=list(pairs): [cut_lines(text, masked) for text, masked in pairs],
            lambda: [one.cut() for one in compiled],
        ),
    }
    length = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} postings of {length:.0f} characters, microseconds each")
    for name, (readable, fast) in rows.items():
        fast()  # compiled at the first call
        slow, quick = (best(run) / len(texts) * 1e6 for run in (readable, fast))
        print(f"{name:30} {slow:8.1f} {quick:8.1f}   {slow / quick:5.0f} x")


def readable(text: str) -> None:
    cut_lines(text, mask(text))


def compiled(one: Compiled) -> None:
    one.mask()
    one.cut()


def growth(run: Callable, long, short) -> float:
    return best(partial(run, long)) / best(partial(run, short))


def doubling() -> None:
    print("\ntime of 200,000 characters over that of 100,000: readable, compiled")
    for name, piece in HARD.items():
        long, short = (
            "".join(piece.replace("{}", str(i)) for i in range(n // len(piece)))[:n]
            for n in (200_000, 100_000)
        )
        ratios = growth(readable, long, short), growth(compiled, Compiled(long), Compiled(short))
        print(f"{name:30} {ratios[0]:8.2f} {ratios[1]:8.2f}")
    for name, piece in MARKUP.items():
        long, short = (f"<p>{piece * (n // len(piece))}" for n in (200_000, 100_000))
        print(f"{name + ' (HTML)':30} {growth(plain_text, long, short):8.2f}")


if __name__ == "__main__":
    with (ROOT / "datasets/postings.csv").open(encoding="utf-8", newline="") as stream:
        compare([row["description"] for row in csv.DictReader(stream)])
    doubling()
