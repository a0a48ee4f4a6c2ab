"""What the README says can be done."""

from pathlib import Path

import pytest

from tpmclassify.cli import main

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_do_all_the_set_up():
    make = "python3 -m venv .venv && .venv/bin/pip install"
    assert f"{make} . && .venv/bin/tpmclassify screen datasets/postings.csv" in README
    assert f'{make} ".[dev]" && .venv/bin/pytest' in README


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_described(command):
    assert f"tpmclassify {command}" in README
