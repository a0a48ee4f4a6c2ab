"""Lines and postings of our own, to learn from: clear ones, picked from `datasets/`."""

import json
from pathlib import Path
from typing import Any


def _read(name: str) -> list[dict[str, Any]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


# Three lines on each responsibility, as the role writes them whose own it is.
LINES: dict[str, list[str]] = {
    row["responsibility"]: row["lines"] for row in _read("example_lines.jsonl")
}
# A clear posting, one whose title says otherwise, and one that a person has to decide.
POSTINGS: list[dict[str, str]] = _read("example_postings.jsonl")
