"""What the tests share: the shipped classifier, the project's own postings, the real ones."""

import csv
from pathlib import Path

import pytest

import tpmclassify

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def classifier():
    return tpmclassify.load()


@pytest.fixture(scope="session")
def written():
    """The postings written for this project, as dictionaries."""
    with (ROOT / "datasets/postings.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def article():
    path = SHARED / "article.txt"
    if not path.is_file():
        pytest.skip("the article that the project started from is not here")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def real_postings():
    path = SHARED / "data/postings.parquet"
    if not path.is_file():
        pytest.skip("the real postings are not part of the project")
    import pandas as pd

    return pd.read_parquet(path)


@pytest.fixture
def machine_code(monkeypatch):
    """Machine code from the first text on; a test that needs it is skipped where there is none."""
    from tpmclassify.machine_code.load import SWITCH, machine_code

    monkeypatch.setenv(SWITCH, "1")
    code = machine_code(0)
    if code is None:
        pytest.skip("there is no machine code here: `tpmclassify compile` makes it")
    return code
