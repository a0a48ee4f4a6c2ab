"""Writes docs/cli.md, the reference of the command line, from what --help says.

usage: python docs/write_cli.py
"""

from collections.abc import Iterator
from pathlib import Path

import click

from tpmclassify.cli import main

PAGE = Path(__file__).with_name("cli.md")
_COLUMNS = 100
_INTRODUCTION = """\
# The command line

What `--help` says, command by command. (Written by `python docs/write_cli.py`; do not edit.)

Exit codes: 0 done; 1 could not do it, and the reason is on standard error; 2 wrong usage;
3 done, but some rows were rejected and are in the rejects file.

The shell completes commands and options once it is told to, in `~/.bashrc`, `~/.zshrc` or
`~/.config/fish/completions/tpmclassify.fish`:

```text
eval "$(_TPMCLASSIFY_COMPLETE=bash_source tpmclassify)"     # bash
eval "$(_TPMCLASSIFY_COMPLETE=zsh_source tpmclassify)"      # zsh
_TPMCLASSIFY_COMPLETE=fish_source tpmclassify | source      # fish
```
"""


def page() -> str:
    """Put the help of every command on one page."""
    sections = [
        f"## {context.command_path}\n\n```text\n{context.get_help()}\n```\n"
        for context in _contexts()
    ]
    return "\n".join([_INTRODUCTION, *sections])


def _contexts() -> Iterator[click.Context]:
    top = click.Context(
        main, info_name="tpmclassify", terminal_width=_COLUMNS, **main.context_settings
    )
    yield top
    for name, command in main.commands.items():
        yield click.Context(command, info_name=name, parent=top, **command.context_settings)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
