"""What stands on dependencies is true: every one is listed, with its licence and a tested floor."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
NAME = re.compile(r"[A-Za-z0-9_.-]+")


def names(requirements):
    return {NAME.match(requirement)[0] for requirement in requirements}


def floors(requirements):
    found = {}
    for requirement in requirements:
        name, floor = re.match(r"([\w.-]+)(?:\[[^]]*\])?>=([\d.]+)", requirement).groups()
        found[name] = tuple(map(int, floor.split(".")))
    return found


def rows():
    return dict(re.findall(r"^\| ([\w-]+) \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE))


def test_every_dependency_is_listed_with_its_licence():
    assert names(PROJECT["dependencies"]) <= rows().keys()


@pytest.mark.parametrize("extra", ["report", "dask", "spark", "dev", "fuzz"])
def test_every_extra_is_listed(extra):
    for name in names(PROJECT["optional-dependencies"][extra]) - {"pandas-stubs"}:
        assert re.search(rf"\b{name}\b", PAGE), name


def test_the_licences_are_those_that_the_packages_state():
    for name, licence in rows().items():
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        stated = about.get("License-Expression") or " ".join(
            [about.get("License") or "", *(about.get_all("Classifier") or [])]
        )
        assert licence.split("-")[0].strip().lower() in stated.lower(), (name, stated[:80])


def test_every_floor_is_the_version_that_the_tests_run_with():
    tested = {
        name: tuple(map(int, version.split(".")))
        for name, version in re.findall(
            r"^([\w-]+)==([\d.]+)$", (ROOT / "tests/oldest.txt").read_text(), re.MULTILINE
        )
    }
    stated = floors(PROJECT["dependencies"]) | floors(PROJECT["optional-dependencies"]["report"])
    for name, floor in stated.items():
        assert tested[name][: len(floor)] == floor, name
        assert not any(tested[name][len(floor) :]), name
