"""What stands on dependencies is true: every one is listed, with its licence and a tested floor."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
# Spark needs a Java beside it, and is tested as it is today.
TESTED_EXTRAS = ("report", "web", "excel", "dask")
NAME = re.compile(r"[A-Za-z0-9_.-]+")


def names(requirements):
    return {NAME.match(requirement)[0] for requirement in requirements}


def floors(requirements):
    found = {}
    for requirement in requirements:
        if stated := re.match(r"([\w.-]+)(?:\[[^]]*\])?>=([\d.]+)", requirement):
            found[stated[1]] = tuple(map(int, stated[2].split(".")))
    return found


# Where the module is not called as its package is.
PACKAGES = {"sklearn": "scikit-learn"}


def imported():
    """The modules of others that the package imports, with the files that do."""
    found = {}
    for path in (ROOT / "tpmclassify").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - sys.stdlib_module_names:
                found.setdefault(name, []).append(path.relative_to(ROOT).as_posix())
    return found


def rows():
    return dict(re.findall(r"^\| ([\w-]+) \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE))


def test_every_dependency_is_listed_with_its_licence():
    assert names(PROJECT["dependencies"]) <= rows().keys()


def test_every_import_is_declared():
    declared = names(PROJECT["dependencies"]).union(
        *(names(extra) for extra in PROJECT["optional-dependencies"].values())
    )
    for module, files in imported().items():
        package = PACKAGES.get(module, module.replace("_", "-"))
        assert module == "tpmclassify" or package in declared, (module, files)


@pytest.mark.parametrize("extra", ["report", "dask", "spark", "web", "excel", "dev", "fuzz"])
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
    extras = PROJECT["optional-dependencies"]
    stated = floors(
        [*PROJECT["dependencies"], *(r for name in TESTED_EXTRAS for r in extras[name])]
    )
    for name, floor in stated.items():
        assert tested[name][: len(floor)] == floor, name
        assert not any(tested[name][len(floor) :]), name
