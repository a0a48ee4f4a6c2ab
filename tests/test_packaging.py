"""What is handed out: the wheel is whole and small, the source distribution can be worked on."""

import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path, PurePosixPath

import pytest

import tpmclassify

ROOT = Path(__file__).parent.parent
_LARGEST_WHEEL, _LARGEST_SOURCE = 5_000_000, 15_000_000  # bytes


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def wheel(dist):
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        yield wheel


@pytest.fixture(scope="module")
def metadata(wheel):
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(wheel.read(name))


@pytest.fixture(scope="module")
def source_names(dist):
    with tarfile.open(next(dist.glob("*.tar.gz"))) as source:
        return {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in source.getnames()}


def test_the_wheel_holds_all_of_the_package_and_nothing_else(wheel):
    ours = {name for name in wheel.namelist() if ".dist-info/" not in name}
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tpmclassify").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours == package | {"tpmclassify/shipped_model.npz"}
    assert "tpmclassify/py.typed" in ours


def test_the_wheel_holds_the_shipped_model(wheel):
    shipped = (ROOT / "models/shipped_model.npz").read_bytes()
    assert wheel.read("tpmclassify/shipped_model.npz") == shipped


def test_the_wheel_holds_the_licence_and_the_command(wheel):
    texts = {
        PurePosixPath(name).name: wheel.read(name).decode()
        for name in wheel.namelist()
        if ".dist-info/" in name
    }
    assert "MIT" in texts["LICENSE"]
    assert "tpmclassify = tpmclassify.cli:main" in texts["entry_points.txt"]


def test_the_version_stands_in_one_place(metadata):
    assert metadata["Version"] == tpmclassify.__version__
    assert tpmclassify.__version__ not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_citation_is_of_this_version():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    released = re.search(r"^date-released: (.*)$", citation, re.MULTILINE)[1]
    assert f"\nversion: {tpmclassify.__version__}\n" in citation
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {tpmclassify.__version__} - {released}" in changelog


def test_the_python_versions_are_named(metadata):
    named = [c for c in metadata.get_all("Classifier") if re.search(r":: 3\.\d+$", c)]
    assert metadata["Requires-Python"] == ">=" + named[0].rpartition(" ")[2]
    assert len(named) >= 4


def test_the_metadata_are_complete(metadata):
    for field in ("Summary", "License-Expression", "Requires-Python", "Keywords"):
        assert metadata[field]
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "# tpmclassify" in metadata.get_payload()


def test_the_source_distribution_can_be_tested_and_trained(source_names):
    needed = {
        "tests/conftest.py",
        "datasets/shipped_rows.npz",
        "models/shipped_model.npz",
        "recipe/prepare.py",
        "CITATION.cff",
    }
    assert needed <= source_names


def test_the_source_distribution_holds_nothing_but_the_project(source_names):
    top = {PurePosixPath(name).parts[0] for name in source_names}
    assert top == {
        ".gitignore", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "PKG-INFO",
        "README.md", "SECURITY.md", "benchmarks", "datasets", "docs", "hatch_build.py", "models",
        "notebooks", "pyproject.toml", "recipe", "tests", "tpmclassify",
    }  # fmt: skip


def test_both_are_small(dist):
    assert next(dist.glob("*.whl")).stat().st_size < _LARGEST_WHEEL
    assert next(dist.glob("*.tar.gz")).stat().st_size < _LARGEST_SOURCE


def test_twine_finds_nothing_to_mend(dist):
    checked = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir()],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
