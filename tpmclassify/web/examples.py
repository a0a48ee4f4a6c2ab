"""Lines and postings of our own, to learn from: clear ones, picked from `datasets/`."""

import csv
import json
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def example_lines() -> dict[str, list[str]]:
    """Three lines on each responsibility, as the role writes them whose own it is."""
    found: dict[str, list[str]] = {}
    with (_HERE / "example_lines.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["responsibility"], []).append(row["text"])
    return found


@cache
def example_postings() -> list[dict[str, str]]:
    """A clear posting, one whose title says otherwise, and one that a person has to decide."""
    lines = (_HERE / "example_postings.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
