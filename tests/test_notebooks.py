"""What the notebooks in the repository hold. That they run: `pytest --nbmake notebooks`."""

import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
REFRESH = "Run `python notebooks/refresh.py`."
_LARGEST = 300_000


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 5


def test_outputs_are_those_of_one_run_from_the_start(code_cells):
    counts = [cell["execution_count"] for cell in code_cells]
    assert counts == list(range(1, len(counts) + 1)), REFRESH


def test_nothing_failed_or_warned(code_cells):
    outputs = [output for cell in code_cells for output in cell["outputs"]]
    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []


def test_there_is_a_picture(code_cells):
    kinds = {kind for cell in code_cells for out in cell["outputs"] for kind in out.get("data", {})}
    assert "image/png" in kinds, REFRESH


def test_it_is_small(path):
    assert path.stat().st_size < _LARGEST
