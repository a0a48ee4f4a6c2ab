"""Few postings are read without the compiler, many with it; nobody sees a difference."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

SCRIPT = """
import csv, json, sys
if {without_numba}:
    sys.modules["numba"] = None
import tpmclassify
from tpmclassify import scoring
scoring._WORTH_COMPILING = 400  # compiled here or not: the same path
with open("datasets/postings.csv", encoding="utf-8", newline="") as stream:
    rows = list(csv.DictReader(stream))
texts = [row["description"] for row in rows] * 3
titles = [row["title"] for row in rows] * 3
decisions = tpmclassify.classify_many(texts[:{n}], titles[:{n}])
print(json.dumps(["llvmlite" in sys.modules, [decision.to_dict() for decision in decisions[-40:]]]))
"""


def decide(n, *, without_numba=False):
    script = SCRIPT.format(n=n, without_numba=without_numba)
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=False
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_few_postings_need_no_compiler():
    loaded, decisions = decide(100)
    assert not loaded
    assert len(decisions) == 40


def test_many_postings_come_out_the_same_with_and_without_the_compiler():
    pytest.importorskip("numba")
    loaded, compiled = decide(720)
    assert loaded
    missing, readable = decide(720, without_numba=True)
    assert not missing
    assert compiled == readable
