"""CONTRIBUTING.md leads to what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROOMS = sorted(
    f"{path.name}/" if path.is_dir() else path.name
    for path in (ROOT / "tpmclassify").iterdir()
    if path.name not in ("__init__.py", "__pycache__", "py.typed", "shipped_model.npz")
)


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_described(room):
    assert f"`{room}`" in PAGE.split("## I want to")[0]


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:tpmclassify|datasets|docs|tests)/[\w./]+)`", PAGE)))
)
def test_every_file_that_it_names_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("constant", sorted(set(re.findall(r"`([A-Z][A-Z_]{2,})`", PAGE))))
def test_every_constant_that_it_names_exists(constant):
    sources = (ROOT / "tpmclassify").rglob("*.py")
    assert any(f"\n{constant} = " in source.read_text(encoding="utf-8") for source in sources)
