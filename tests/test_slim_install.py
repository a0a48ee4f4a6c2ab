"""With five packages postings are classified, explained and screened; the rest says so."""

import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

import tpmclassify

ROOT = Path(__file__).parent.parent
FIVE = ("click", "jinja2", "numpy", "pyarrow", "rich")
TEXT = "Manage the project schedule, budget and vendors, and report status to the client."


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A folder that holds these packages and what they need, and nothing else."""
    folder, seen, wanted = tmp_path_factory.mktemp("slim"), set(), [*FIVE]
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        package = distribution(name)
        for top in {file.parts[0] for file in package.files} - {"..", "__pycache__"}:
            (folder / top).symlink_to(package.locate_file(top))
        needs = [need for need in package.requires or [] if ";" not in need]
        wanted += [re.match(r"[\w.-]+", need)[0].lower() for need in needs]
    (folder / "tpmclassify").symlink_to(Path(tpmclassify.__file__).parent)
    (folder / "models").symlink_to(ROOT / "models")
    return folder


@pytest.fixture
def run(environment, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(environment))

    def run(*arguments, stdin=""):
        return subprocess.run(
            # Neither what is installed nor what stands in the working folder.
            [sys.executable, "-S", "-P", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )

    return run


def test_nothing_else_is_there(run):
    for name in ("sklearn", "pandas", "narwhals", "llvmlite", "pytest"):
        assert "ModuleNotFoundError" in run("-c", f"import {name}").stderr


def test_the_library_classifies_explains_and_screens(run):
    program = f"""
import pyarrow as pa, tpmclassify
decision = tpmclassify.classify({TEXT!r}, "Technical Program Manager")
assert decision.label == "PM" and decision.words()
assert decision.explain() and "<html" in decision.to_html()
table = pa.table({{"description": [{TEXT!r}] * 300}})
assert tpmclassify.screen(table)["tpm_label"].to_pylist() == ["PM"] * 300
assert [d.label for d in tpmclassify.classify_many([{TEXT!r}] * 3)] == ["PM"] * 3
assert tpmclassify.load().predict([{TEXT!r}]) == ["PM"]
"""
    result = run("-c", program)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("output", ["out.csv", "out.jsonl.gz", "out.parquet"])
def test_the_command_line_does_too(run, tmp_path, output):
    (tmp_path / "in.csv").write_text(f'description,title\n"{TEXT}",Project Manager\n')
    for arguments in (["classify", "--html", "page.html"], ["model"], ["--help"]):
        assert run("-m", "tpmclassify", *arguments, stdin=TEXT).returncode == 0
        (tmp_path / "page.html").unlink(missing_ok=True)
    screened = run(
        "-m", "tpmclassify", "screen", "in.csv", "-o", output, "--report", "r.html", "--json"
    )
    assert screened.returncode == 0, screened.stderr
    assert json.loads(screened.stdout)["rows"] == 1
    assert (tmp_path / "r.html").exists()


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["train", "in.csv", "-o", "own.npz"], "pip install tpmclassify"),
        (["evaluate", "in.csv"], "pip install tpmclassify"),
        (["serve"], "tpmclassify[web]"),
        (["screen", "in.csv", "-o", "out.xlsx"], "tpmclassify[excel]"),
        (["compile"], "numba"),
    ],
)
def test_what_needs_more_says_what_to_install(run, tmp_path, arguments, what):
    (tmp_path / "in.csv").write_text("description,label\na,TPM\n")
    result = run("-m", "tpmclassify", *arguments)
    assert result.returncode == 1
    assert what in result.stderr
    assert "Traceback" not in result.stderr


def test_so_does_the_library(run):
    program = """
import tpmclassify
for do, error in (
    (lambda: tpmclassify.TPMClassifier().fit(["a", "b"], ["TPM", "PM"]), tpmclassify.TrainingError),
    (lambda: tpmclassify.screen(["a"]), tpmclassify.TableError),
):
    try: do()
    except error as error: assert "pip install tpmclassify" in str(error), error
    else: raise AssertionError
"""
    result = run("-c", program)
    assert (result.returncode, result.stderr) == (0, "")
