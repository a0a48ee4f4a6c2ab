"""A few seconds of fuzzing for each target; an hour is for the command in SECURITY.md."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from targets import TARGETS, write_seeds

SECONDS = os.environ.get("TPMCLASSIFY_FUZZ_SECONDS", "8")


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_raise_nothing(name, tmp_path):
    if name == "posting":
        pytest.importorskip("numba")
    write_seeds(name, tmp_path)
    for seed in sorted(tmp_path.iterdir()):
        TARGETS[name](seed.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_fuzzing_finds_nothing(name, tmp_path):
    pytest.importorskip("atheris")
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("targets.py"), name,
         f"-max_total_time={SECONDS}", "-max_len=2000", f"-artifact_prefix={tmp_path}/"],
        capture_output=True, text=True, check=False, timeout=4 * 3600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "no interesting inputs" not in done.stderr
