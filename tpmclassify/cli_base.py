"""What every command shares: streams, errors, options, and the files that it may write."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from tpmclassify.errors import TPMClassifyError, file_name, missing_package, unwritable

SETTINGS = {
    "prevalence": "Share of TPM among the TPM and PM postings, 0 to 1.",
    "in_scope_share": "Share of TPM and PM postings among all, 0 to 1.",
    "max_error": "Share of wrong verdicts to be expected among the decided, 0 to 1.",
}
AUTO = "auto"


class Group(click.Group):
    """Turns our errors into a message on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, with streams that can be read and written."""
        # Where a stream is closed, there is nothing to read, and nobody is told.
        for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
            if getattr(sys, name) is None:
                setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A file is UTF-8 whatever the locale; a terminal shows what it can.
                encoding = None if stream.isatty() else "utf-8"
                stream.reconfigure(encoding=encoding, errors="replace")
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            click.echo(" ".join(["Stopped.", *getattr(stop, "__notes__", ())]), err=True)
            sys.exit(130)
        except TPMClassifyError as error:
            raise click.ClickException(str(error)) from error
        except ModuleNotFoundError as error:
            needed = missing_package(TPMClassifyError, "This", error)
            raise click.ClickException(str(needed)) from error

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the program; what the system refuses is told, the writing of help included."""
        try:
            return super().main(*args, **options)
        except OSError as error:
            click.echo(
                f"Error: {error.filename or 'standard output'}: this cannot be read or written "
                f"({error.strerror}). Name another file, in a folder that has room.",
                err=True,
            )
            sys.exit(1)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands with the whole first sentence of each."""
        rows = [(name, (self.commands[name].help or "").split("\n")[0]) for name in self.commands]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class _Share(click.FloatRange):
    def __init__(self, word: str | None = None) -> None:
        super().__init__(0, 1, min_open=True, max_open=True)
        self._word, self.name = word, "number" if word is None else f"number or {word!r}"

    def convert(self, value: Any, *context: Any) -> Any:
        if value == self._word:
            return value
        share = super().convert(value, *context)
        # Of "nan" nothing is too small or too large.
        return share if 0.0 < share < 1.0 else self.fail(f"{value!r} is no number.", *context)


def deciding(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that decide, and hand on the classifier that they make."""

    @wraps(command)
    def with_classifier(model: str | None = None, **options: Any) -> None:
        from tpmclassify.classifier import load

        settings = {name: options.pop(name) for name in SETTINGS}
        if settings["in_scope_share"] == AUTO:
            options["in_scope_share"] = settings.pop("in_scope_share")
        given = {name: value for name, value in settings.items() if value is not None}
        command(classifier=load(model).set_params(**given), **options)

    for name, what in reversed(SETTINGS.items()):
        kind = _Share()
        if command.__name__ == "screen" and name == "in_scope_share":
            kind, what = _Share(AUTO), f"{what[:-1]}; auto: as in the first 2,000 rows."
        option = click.option(f"--{name.replace('_', '-')}", type=kind, metavar="P", help=what)
        with_classifier = option(with_classifier)
    return with_classifier


model_option = click.option(
    "--model", metavar="M", type=file_name, help="Model file; without it the shipped model."
)
overwrite_option = click.option("--overwrite", is_flag=True, help="Replace existing files.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def labelled(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name the columns of a labelled table."""
    for column, what in (("group", "employers"), ("label", "labels"), ("text", "postings")):
        option = click.option(f"--{column}", metavar="COL", help=f"Column with the {what}.")
        command = option(command)
    return command


def echo_json(fields: Mapping[str, Any], *, err: bool = False) -> None:
    """Print a result as one line of JSON."""
    click.echo(json.dumps(fields, ensure_ascii=False), err=err)


def check_free(files: Iterable[Path], *inputs: str, overwrite: bool) -> None:
    """Refuse, before any work, to replace an input ever and any other file unasked."""
    for file in files:
        if not os.access(file.parent, os.W_OK):
            raise TPMClassifyError(
                f"{file}: there is no folder {str(file.parent)!r} that may be written to. Name a "
                "file in one."
            )
        if any(file.exists() and Path(one).exists() and file.samefile(one) for one in inputs):
            raise TPMClassifyError(
                f"{file}: input and output are the same file. Name another output."
            )
        if file.exists() and not overwrite:
            raise TPMClassifyError(
                f"{file}: the file exists already. Name another one, or allow to replace it with "
                "--overwrite."
            )


def write_text(path: Path, text: str) -> None:
    """Write a page."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(TPMClassifyError, path, "page", error) from error
