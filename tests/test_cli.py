"""The command line: exit codes, output, messages."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tpmclassify
from tpmclassify.model_file.file import load_model, model_arrays

ROOT = Path(__file__).parent.parent
COMMANDS = ["classify", "screen", "train", "evaluate", "model"]
TEXT = "Manage the project schedule, budget and scope, and report status to the client."

MORE = """Prepare project plans, coordinate vendors and contractors, assign tasks and track costs.
Maintain the risk register and change requests so that the project is delivered on time."""


def run(*arguments, stdin="", cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "tpmclassify", *map(str, arguments)],
        input=stdin.encode(),
        capture_output=True,
        cwd=cwd,
        check=False,
    )


@pytest.mark.parametrize("command", [[], *([c] for c in COMMANDS)])
def test_every_command_has_help(command):
    result = run(*command, "--help")
    assert result.returncode == 0
    assert b"Usage:" in result.stdout


def test_version_is_the_package_s():
    assert tpmclassify.__version__ in run("--version").stdout.decode()


def test_classify_prints_the_explanation(tmp_path):
    (tmp_path / "posting.txt").write_text(f"{TEXT}\n{MORE}")
    result = run("classify", tmp_path / "posting.txt", "--title", "Project Manager")
    out = result.stdout.decode()
    assert result.returncode == 0
    assert out.startswith("PM: ")
    assert "Title: claims PM, and the content agrees" in out


def test_classify_reads_standard_input_and_prints_json():
    result = run("classify", "-", "--json", stdin=TEXT)
    decision = json.loads(result.stdout)
    assert decision["label"] == "PM"
    assert decision["text"] == TEXT


def test_classify_writes_a_page(tmp_path):
    assert run("classify", "--html", tmp_path / "page.html", stdin=TEXT).returncode == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page


def test_screen_writes_the_result_and_sums_it_up(tmp_path):
    (tmp_path / "in.csv").write_text(f'description\n"{TEXT}"\n')
    result = run("screen", "in.csv", cwd=tmp_path)
    assert result.returncode == 0
    assert "Screened 1 of 1 rows" in result.stdout.decode()
    assert (tmp_path / "in.screened.csv").exists()
    assert result.stderr == b""


def test_screen_says_by_its_exit_code_that_rows_were_rejected(tmp_path):
    (tmp_path / "in.csv").write_text(f'description,id\n"{TEXT}",1\nshort\n"{TEXT}",2\n')
    result = run("screen", "in.csv", "-o", "out.csv", cwd=tmp_path)
    assert result.returncode == 3
    assert (tmp_path / "out.csv.rejects.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["screen", "missing.csv"], 1),
        (["classify", "missing.txt"], 1),
        (["model", "missing.npz"], 1),
        (["evaluate", "missing.csv"], 1),
        (["train", "missing.csv", "-o", "m.npz"], 1),
        (["screen"], 2),
        (["screen", "a.csv", "--unknown"], 2),
        (["train", "-o", "m.npz"], 2),
        (["nonsense"], 2),
    ],
)
def test_exit_codes(arguments, code, tmp_path):
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == code
    assert result.stderr
    assert b"Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_train_evaluate_and_model_work_on_an_own_table(tmp_path, written):
    with (tmp_path / "own.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, written[0])
        writer.writeheader()
        writer.writerows(written)
    trained = run("train", "own.csv", "-o", "own.npz", cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    assert "auc: " in trained.stdout.decode()
    assert "Model card" in (tmp_path / "own.md").read_text()
    assert run("model", "own.npz", cwd=tmp_path).returncode == 0
    evaluated = run(
        "evaluate", "own.csv", "--model", "own.npz", "--report", "own.html", cwd=tmp_path
    )
    assert evaluated.returncode == 0, evaluated.stderr
    assert "macro-F1" in evaluated.stdout.decode()
    assert "<img" in (tmp_path / "own.html").read_text(encoding="utf-8")
    for name in ("calibration", "risk-coverage"):
        assert (tmp_path / f"own.{name}.png").read_bytes().startswith(b"\x89PNG")


def test_train_refuses_unknown_labels(tmp_path):
    (tmp_path / "own.csv").write_text("text,label\na,TPM\nb,boss\n")
    result = run("train", "own.csv", "-o", "own.npz", cwd=tmp_path)
    assert result.returncode == 1
    assert "'boss'" in result.stderr.decode()


def test_the_shipped_model_can_be_trained_again(tmp_path):
    for name in ("again", "once_more"):
        result = run("train", "--shipped", "-o", tmp_path / f"{name}.npz", cwd=ROOT)
        assert result.returncode == 0, result.stderr
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "once_more.npz").read_bytes()
    assert (tmp_path / "again.md").read_text() == (ROOT / "models/shipped_model.md").read_text()
    # Another processor's linear algebra rounds differently, by less than anybody can notice.
    again = model_arrays(load_model(tmp_path / "again.npz"))
    shipped = model_arrays(load_model(ROOT / "models/shipped_model.npz"))
    assert again.keys() == shipped.keys()
    for name, array in shipped.items():
        if array.dtype.kind == "f":
            assert np.abs(again[name] - array).max(initial=0.0) <= 1e-9, name
        else:
            assert np.array_equal(again[name], array), name
