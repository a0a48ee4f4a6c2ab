"""How reading time grows with the length of texts that are made to keep a reader busy.

Each pattern of `tests/hostile_texts.py` is read at n and 4n characters by plain Python
and in machine code. The ratio is the growth of time for each doubling, the geometric mean of
two: 2 if time grows with the length, 4 if with its square. Exits with 1 where it is above 2.6.
With --memory: the peak memory for each pattern, of which 100 MB + 10 times the text are allowed.

    .venv/bin/python benchmarks/hostile.py [--size 125000] [--memory]
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hostile_texts import PATTERNS

import tpmclassify
from tpmclassify.machine_code.load import SWITCH

LARGEST_RATIO = 2.6
# Seconds; where so little time passes, its noise is larger than its growth.
FLOOR = 0.01


def plain(classifier, text):
    os.environ[SWITCH] = "0"
    return classifier.classify(text)


def compiled(classifier, text):
    os.environ[SWITCH] = "1"
    return classifier.classify(text)


def seconds(read, classifier, text, repetitions=2):
    best = float("inf")
    for _ in range(repetitions):
        start = time.process_time()
        read(classifier, text)
        best = min(best, time.process_time() - start)
    return best


def growth(read, classifier, pattern, size):
    once, four = (max(seconds(read, classifier, pattern(size * k)), FLOOR) for k in (1, 4))
    return (four / once) ** 0.5, four


def measure_times(size):
    classifier = tpmclassify.load()
    compiled(classifier, "Plan the project.")
    too_steep = []
    print(f"{'pattern':34} {'plain':>9} {'s at 4n':>8} {'compiled':>9} {'s at 4n':>8}")
    for name, pattern in PATTERNS.items():
        row = [name.ljust(34)]
        for read in (plain, compiled):
            ratio, slowest = growth(read, classifier, pattern, size)
            row.append(f"{ratio:9.2f} {slowest:8.3f}")
            if ratio > LARGEST_RATIO:
                too_steep.append(f"{name} ({read.__name__}): {ratio:.2f}")
        print(*row, flush=True)
    print(f"\n{len(PATTERNS)} patterns; ratios above {LARGEST_RATIO}: {too_steep or 'none'}")
    return bool(too_steep)


def measure_memory(size):
    """Peak memory of a process that reads one text, above that of one that reads a short one."""

    def peak(name, n):
        command = [sys.executable, __file__, "--peak", name, "--size", str(n)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    start = peak("one word", 100)
    failed = False
    print(f"a short text: {start / 1e6:.0f} MB; the others above that, {size:,} characters")
    for name in PATTERNS:
        text_bytes = sys.getsizeof(PATTERNS[name](size))
        used = peak(name, size) - start
        over = used > 100e6 + 10 * text_bytes
        failed |= over
        print(f"{name:34} {used / 1e6:6.0f} MB{'  TOO MUCH' if over else ''}", flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=125_000)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--peak")
    options = parser.parse_args()
    if options.peak:
        plain(tpmclassify.load(), PATTERNS[options.peak](options.size))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        return
    sys.exit((measure_memory if options.memory else measure_times)(options.size))


if __name__ == "__main__":
    main()
