"""The public names: those that are promised, no others, each with an example and types."""

import doctest
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import tpmclassify

PROMISED = {
    "Decision", "Evidence", "MadeBy", "ModelFileError", "NotFittedError", "PostingError",
    "Progress", "ScreeningSummary", "Standing", "TPMClassifier", "TPMClassifyError", "TableError",
    "TrainingError", "Word", "classify", "classify_iter", "classify_many", "load", "screen",
    "screen_file",
}  # fmt: skip

SCRIPT = """
import tpmclassify
from tpmclassify import Decision, TPMClassifier


def decided(texts: list[str]) -> list[Decision]:
    return [d for d in tpmclassify.classify_iter(texts) if d.verdict != "review"]


def reasons(decision: Decision) -> str:
    return "; ".join(r for r in decision.review_reasons if r != "too_short")


own = TPMClassifier(prevalence=0.1).fit(["a", "b"], ["TPM", "PM"], sample_weight=[1, 2])
for decision in decided(["a"]):
    own.classify(decision.text).to_dict()
    total: float = sum(word.contribution for word in decision.words())
    sha: str = decision.made_by.model if decision.made_by else ""
    tpm: bool = decision.verdict == "TPM"
"""
MISTAKES = [
    ("tpmclassify.classify_iter", "tpmclassify.clasify_iter", "has no attribute"),
    ('verdict != "review"', 'verdict != "reviwe"', "Non-overlapping equality check"),
    ('verdict == "TPM"', 'verdict == "tpm"', "Non-overlapping equality check"),
    ('r != "too_short"', 'r != "to_short"', "Non-overlapping equality check"),
    ("word.contribution", "word.part", "has no attribute"),
    ("prevalence=0.1", "prevalance=0.1", "Unexpected keyword argument"),
    ("Decision, TPMClassifier", "Decison, TPMClassifier", "has no attribute"),
]


def test_the_public_names_are_those_promised():
    assert set(tpmclassify.__all__) == PROMISED
    assert set(dir(tpmclassify)) == PROMISED | {"__version__"}
    public = {name for name in vars(tpmclassify) if not name.startswith("_")}
    modules = {path.stem for path in Path(tpmclassify.__file__).parent.iterdir()}
    assert public - modules - PROMISED <= {"TYPE_CHECKING", "import_module"}


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_every_public_name_is_there_and_described(name):
    assert inspect.getdoc(getattr(tpmclassify, name))


def test_a_misspelt_name_is_none():
    with pytest.raises(AttributeError, match="clasify"):
        tpmclassify.clasify  # noqa: B018


@pytest.mark.parametrize("name", sorted(n for n in PROMISED if "Error" not in n))
def test_every_public_name_has_an_example_that_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    target = getattr(tpmclassify, name)
    members = [target, *(vars(target).values() if inspect.isclass(target) else ())]
    finder = doctest.DocTestFinder(recurse=False)
    module = importlib.import_module(target.__module__)
    tests = [
        test
        for member in members
        if inspect.getdoc(member)
        for test in finder.find(member, getattr(member, "__name__", name), module, globs={})
        if test.examples
    ]
    assert tests[0].name == name
    for test in tests:
        assert doctest.DocTestRunner().run(test).failed == 0, test.name


@pytest.mark.slow
def test_a_type_checker_finds_misspelt_names_and_verdicts(tmp_path):
    (tmp_path / "right.py").write_text(SCRIPT)
    for number, (right, wrong, _) in enumerate(MISTAKES):
        assert right in SCRIPT
        (tmp_path / f"wrong_{number}.py").write_text(SCRIPT.replace(right, wrong))
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--follow-imports=silent",
         "--ignore-missing-imports", "--cache-dir", tmp_path / "cache", *tmp_path.glob("*.py")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )  # fmt: skip
    errors = checked.stdout.splitlines()
    assert not [line for line in errors if "right.py" in line], checked.stdout
    for number, (*_, message) in enumerate(MISTAKES):
        found = [line for line in errors if f"wrong_{number}.py" in line]
        assert any(message in line for line in found), (number, message, found, checked.stderr)
