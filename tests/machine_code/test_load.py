"""Machine code is never needed and never waited for: without it the same figures, one warning."""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tpmclassify.machine_code import load
from tpmclassify.machine_code.load import BITCODE, SWITCH, WORTH_LOADING, pack, sources_digest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import csv, json, os, sys, warnings
{before}
import tpmclassify
with open("datasets/postings.csv", encoding="utf-8", newline="") as stream:
    rows = list(csv.DictReader(stream))
texts = [row["description"] for row in rows]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    batches = [tpmclassify.classify_many(texts[:{n}]) for _ in range({times})]
    decisions = [decision.to_dict() for decision in batches[-1][-20:]]
told = [str(warning.message) for warning in caught]
print(json.dumps(["llvmlite" in sys.modules, told, decisions]))
"""


def test_entries_are_known_where_only_numpy_is_installed():
    """As where a wheel is built: else it would hold no machine code."""
    script = """
import sys
sys.modules.update(dict.fromkeys("click jinja2 joblib pandas pyarrow rich scipy sklearn".split()))
from tpmclassify.deciding import flips
from tpmclassify.machine_code.entries import ENTRIES
from tpmclassify.tables.formats import csv_scan
print(*sorted(ENTRIES))
"""
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert {"gather", "scan_texts", "split_rows", "rank_flips"} <= set(told.stdout.split())


def run(*, n=240, times=1, before="", switch="1"):
    """Decide in a process of its own: what was loaded, what was said, what was decided."""
    script = SCRIPT.format(n=n, times=times, before=before)
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        cwd=ROOT,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin", SWITCH: switch},
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def plain():
    loaded, told, decisions = run(switch="0")
    assert not loaded
    assert told == []
    return decisions


def test_single_postings_never_load_it():
    loaded, told, _ = run(n=1, times=300, switch="")
    assert not loaded
    assert told == []


@pytest.mark.usefixtures("machine_code")
def test_decisions_are_the_same_with_and_without_it(plain):
    loaded, told, decisions = run()
    assert loaded
    assert told == []
    assert decisions == plain


@pytest.mark.parametrize(
    ("before", "cause"),
    [
        ("sys.modules['llvmlite'] = None", "llvmlite cannot be imported"),
        ("import tpmclassify.machine_code.load as l; l.BITCODE = l.BITCODE / 'x'", "is not there"),
        ("import llvmlite.binding as b; b.create_mcjit_compiler = None", "TypeError"),
        ("import tpmclassify.machine_code.load as l; l.sources_digest = str", "other sources"),
    ],
)
@pytest.mark.usefixtures("machine_code")
def test_whatever_goes_wrong_one_warning_names_cause_and_cure(before, cause, plain):
    _, told, decisions = run(before=before, times=3)
    assert decisions == plain
    (warning,) = told
    assert cause in warning
    assert "To mend it" in warning
    assert f"{SWITCH}=0" in warning


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"tpmclassify entries 1\n",
        b"something else",
        pack({"scan_texts": ("f", b"BC\xc0\xde nothing")}, sources_digest()),
        pack({}, "other sources"),
    ],
)
def test_a_damaged_file_is_no_reason_to_stop(content, tmp_path, monkeypatch):
    damaged = tmp_path / "entries.bc"
    damaged.write_bytes(content)
    monkeypatch.setattr(load, "BITCODE", damaged)
    loader = load._Loader()
    with pytest.warns(RuntimeWarning, match="works without machine code"):
        assert loader.code(WORTH_LOADING) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loader.code(WORTH_LOADING) is None  # said once


@pytest.mark.parametrize("damage", [b"", b"tpmclassify entries 1\n", lambda kept: kept[:-9]])
@pytest.mark.usefixtures("machine_code")
def test_machine_code_is_kept_and_what_is_damaged_made_anew(damage, tmp_path, monkeypatch):
    content = BITCODE.read_bytes()
    monkeypatch.setattr(load, "BITCODE", tmp_path / "entries.bc")
    load.Code(content)
    (kept,) = (tmp_path / "__pycache__").iterdir()
    good = kept.read_bytes()
    kept.write_bytes(damage if isinstance(damage, bytes) else damage(good))
    load.Code(content)
    assert kept.read_bytes() == good
    monkeypatch.setattr("llvmlite.binding.parse_bitcode", None)
    load.Code(content)  # nothing is made once it is kept


@pytest.mark.usefixtures("machine_code")
def test_where_nothing_may_be_written_machine_code_is_made_each_time(tmp_path, monkeypatch):
    content = BITCODE.read_bytes()
    monkeypatch.setattr(load, "BITCODE", tmp_path / "nowhere" / "entries.bc")
    load.Code(content)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_cut_off_anywhere_is_no_reason_to_stop(tmp_path, monkeypatch, machine_code):
    assert machine_code is not None
    content = BITCODE.read_bytes()
    damaged = tmp_path / "entries.bc"
    monkeypatch.setattr(load, "BITCODE", damaged)
    for size in range(0, len(content), len(content) // 20 + 1):
        damaged.write_bytes(content[:size])
        with pytest.warns(RuntimeWarning):
            assert load._Loader().code(WORTH_LOADING) is None


@pytest.mark.parametrize(("switch", "n_bytes", "tried"), [
    ("0", WORTH_LOADING, False), ("", WORTH_LOADING - 1, False), ("", WORTH_LOADING, True),
    ("1", 0, True),
])  # fmt: skip
def test_it_is_loaded_where_it_pays_or_is_asked_for(switch, n_bytes, tried, monkeypatch):
    attempts = []
    monkeypatch.setattr(load, "_load", lambda: attempts.append(1))
    monkeypatch.setenv(SWITCH, switch)
    load._Loader().code(n_bytes)
    assert bool(attempts) == tried
