"""The reference of the command line says what --help says."""

import runpy
from pathlib import Path

import pytest

from tpmclassify.cli import main

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "cli.md"


def test_the_page_is_up_to_date():
    written = PAGE.read_text(encoding="utf-8")
    assert written == runpy.run_path(str(DOCS / "write_cli.py"))["page"](), (
        "docs/cli.md is out of date: run `python docs/write_cli.py` and commit what it wrote."
    )


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_and_option_has_help(command):
    parameters = main.commands[command].params
    options = [option for option in parameters if option.param_type_name == "option"]
    assert main.commands[command].help
    assert [option.name for option in options if not option.help] == []
    page = PAGE.read_text(encoding="utf-8")
    assert all(option.opts[-1] in page for option in options)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_can_complete(shell, monkeypatch, capsys):
    variable = "_TPMCLASSIFY_COMPLETE"
    assert f"{variable}={shell}_source" in PAGE.read_text(encoding="utf-8")
    monkeypatch.setenv(variable, f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "tpmclassify screen --pre")
    monkeypatch.setenv("COMP_CWORD", "--pre" if shell == "fish" else "2")
    with pytest.raises(SystemExit):
        main(prog_name="tpmclassify")
    assert "--prevalence" in capsys.readouterr().out
