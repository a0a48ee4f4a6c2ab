"""Screens a table again and again, killed at random moments; each time the job goes on.

usage: kill_again.py SOURCE TARGET EXPECTED KILLS SEED

Prints how many kills hit a running job. A child process does the screening; it is forked from this
one, so that only the work itself is there to be killed, not the start of Python.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import tpmclassify
from tpmclassify import batch_sizes
from tpmclassify.tables.job import run as job


def main(source: Path, target: Path, expected: Path, kills: int, seed: int) -> None:
    random.seed(seed)
    job.CHECKPOINT_SECONDS = 0.0
    batch_sizes.BATCH_ROWS = 10
    classifier = tpmclassify.load()
    rejects = Path(f"{target}.rejects.jsonl")
    wanted = (expected.read_bytes(), Path(f"{expected}.rejects.jsonl").read_bytes())
    seconds = 1.0
    hit = 0
    while True:
        start = time.monotonic()
        child = os.fork()
        if not child:
            screen(source, target, classifier)
        killed = False
        if hit < kills:
            time.sleep(random.uniform(0, seconds))
            os.kill(child, signal.SIGKILL)
            killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        else:
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "the job failed"
        hit += killed
        if target.exists():
            # The name stands for the whole result, though the state may still lie beside it.
            assert target.read_bytes() == wanted[0], f"another result after {hit} kills"
            state_left = Path(f"{target}.part.json").exists()
            if state_left:
                continue
            assert rejects.read_bytes() == wanted[1], f"other rejects after {hit} kills"
            target.unlink()
            rejects.unlink()
            if not killed:
                seconds = max(0.02, min(seconds, 1.2 * (time.monotonic() - start)))
            if hit >= kills:
                break
    sys.stdout.write(f"{hit}\n")


def screen(source: Path, target: Path, classifier: tpmclassify.TPMClassifier) -> None:
    """Do the work of the child."""
    code = 1
    try:
        tpmclassify.screen_file(
            source, target, resume=True, model=classifier, mark_duplicates=True, threads=2
        )
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), *map(int, sys.argv[4:]))
