"""Lines and postings of our own, to learn from: clear ones, picked from `datasets/`."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def example_lines() -> dict[str, list[str]]:
    """Three lines on each responsibility, as the role writes them whose own it is."""
    return {row["responsibility"]: row["lines"] for row in _read("example_lines.jsonl")}


@cache
def example_postings() -> list[dict[str, str]]:
    """A clear posting, one whose title says otherwise, and one that a person has to decide."""
    return _read("example_postings.jsonl")


def _read(name: str) -> list[dict[str, Any]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
