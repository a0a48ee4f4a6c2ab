"""What the tests of the engines share: a table, and what the single machine says about it."""

import copy
import re
from pathlib import Path

import pandas as pd
import pytest

import tpmclassify
from tpmclassify.screening import COLUMNS


@pytest.fixture(scope="session")
def table(written):
    """The project's postings, with a missing and an empty text; the index says who is who."""
    table = pd.DataFrame(written).set_index("posting_id")
    table.loc["made-007", "description"] = None
    table.loc["made-008", "description"] = ""
    table.loc["made-009", "title"] = None
    return table


@pytest.fixture(scope="session")
def expected(table):
    return tpmclassify.screen(table, title="title")


@pytest.fixture(scope="session")
def own_model():
    """A classifier whose model is not the shipped one, with settings of its own."""
    classifier = tpmclassify.load().set_params(prevalence=0.2, max_error=0.05, max_chars=5_000)
    classifier.model_ = copy.copy(classifier.model_)
    # Another calibration, so that an answer of the shipped model would show.
    calibration = copy.copy(classifier.model_.calibration)
    object.__setattr__(calibration, "role_line", calibration.role_line * 0.5)
    object.__setattr__(classifier.model_, "calibration", calibration)
    return classifier


@pytest.fixture(scope="session")
def same_verdicts():
    """Assert that two tables are equal in value, row for row, whatever their types of strings."""

    def plain(values):
        return [None if pd.isna(value) else value for value in values]

    def check(screened, expected):
        assert list(screened.columns) == list(expected.columns)
        assert list(screened.index) == list(expected.index)
        assert set(COLUMNS) < set(screened.columns)
        for name in expected:
            assert plain(screened[name]) == plain(expected[name])

    return check


@pytest.fixture(scope="session")
def page():
    return (Path(__file__).parents[2] / "docs/scale.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def examples(page):
    """The Python blocks of the page."""
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


@pytest.fixture
def run_example(examples, table, tmp_path):
    """Run the page's example for an engine on a folder of Parquet; gives what it wrote."""

    def run(engine):
        (tmp_path / "postings").mkdir()
        table.to_parquet(tmp_path / "postings/part-0.parquet")
        [example] = [block for block in examples if f"tpmclassify.engines.{engine} " in block]
        for folder in ("postings/", "screened/"):
            example = example.replace(f'"{folder}"', repr(str(tmp_path / folder)))
        exec(example, {})
        return pd.read_parquet(tmp_path / "screened")

    return run
