"""The README and the guides: every block of code runs, every link leads somewhere."""

import asyncio
import csv
import json
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tpmclassify.screening import COLUMNS

ROOT = Path(__file__).parent.parent
# Those of scale.md run in tests/engines, where there is a Dask or a Spark.
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "scale.md"),
]
# What sets up an environment is run by CI itself, what a page or a container needs elsewhere.
NOT_HERE = ("pip install", "serve")


def blocks(language):
    return [
        pytest.param(code, id=f"{page.stem}-{number}")
        for page in PAGES
        for number, code in enumerate(
            re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        )
        if not any(word in code for word in NOT_HERE)
    ]


@pytest.fixture
def folder(tmp_path, monkeypatch, written):
    """Where the examples run: two tables, and the command on the path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    shutil.copy(ROOT / "datasets/postings.csv", "labelled.csv")
    with Path("postings.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, [name for name in written[0] if name != "label"])
        table.writeheader()
        table.writerows({name: row[name] for name in table.fieldnames} for row in written)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs(code, capsys):
    for module in ("polars", "duckdb", "mcp", "starlette"):
        if f"import {module}" in code or f"from {module}" in code:
            pytest.importorskip(module)
    exec(compile(code, "the example", "exec"), {"__name__": "example"})
    if "print(" in code:
        assert capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the shell's examples are for a POSIX shell")
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("code", blocks("sh"))
def test_commands_run(code):
    if "mine.npz" in code and "train" not in code:
        pytest.skip("goes on from another example")
    shell = f'set -eo pipefail; tpmclassify() {{ "{sys.executable}" -m tpmclassify "$@"; }}\n{code}'
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def example(page, marker):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return next(c for c in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if marker in c)


def test_the_endpoint_answers():
    testclient = pytest.importorskip("starlette.testclient", exc_type=ImportError)
    space = {"__name__": "endpoint"}
    exec(example("endpoint.md", "Starlette"), space)
    client = testclient.TestClient(space["app"])
    answer = client.post("/classify", json={"text": "Manage the project budget."})
    assert answer.status_code == 200
    assert answer.json()["label"] == "PM"
    assert client.post("/classify", json={"text": 7}).status_code == 422
    assert client.post("/classify", json={}).status_code == 422


def test_an_agent_can_ask():
    mcp = pytest.importorskip("mcp")
    space = {"__name__": "agent"}
    exec(example("agent.md", "MCPServer"), space)

    async def ask():
        async with mcp.Client(space["server"]) as client:
            tools = await client.list_tools()
            posting = {"text": "Manage the project budget.", "title": "TPM"}
            return tools.tools, await client.call_tool("classify_posting", posting)

    tools, answer = asyncio.run(ask())
    assert [tool.name for tool in tools] == ["classify_posting"]
    assert json.loads(answer.content[0].text)["p_tpm"] < 0.5


def test_every_column_is_described():
    page = (ROOT / "docs/screen_a_table.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in COLUMNS)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docs/scale.md"], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_guide_is_listed():
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index


def test_the_reference_is_written_without_a_warning(tmp_path):
    pytest.importorskip("pdoc")
    import tpmclassify

    page = runpy.run_path(str(ROOT / "docs/write_reference.py"))["write"](tmp_path)
    text = page.read_text(encoding="utf-8")
    for name in tpmclassify.__all__:
        assert f'id="{name}"' in text
