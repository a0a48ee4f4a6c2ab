"""The command line: arguments in, public API, text out."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tpmclassify import __version__
from tpmclassify.errors import TPMClassifyError, missing_extra, unwritable

if TYPE_CHECKING:
    from tpmclassify.classifier import TPMClassifier
    from tpmclassify.tables.summary import Progress

_REJECTED = 3
_INTERRUPTED = 130


class _Group(click.Group):
    """Turns our errors into a message on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TPMClassifyError as error:
            raise click.ClickException(str(error)) from error


_model_option = click.option(
    "--model", metavar="M", help="Model file; without it the shipped model."
)
_text_option = click.option("--text", metavar="COL", help="Column with the postings.")
_label_option = click.option("--label", metavar="COL", help="Column with the labels.")
_group_option = click.option("--group", metavar="COL", help="Column with the employers.")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tpmclassify")
def main() -> None:
    """Tell Technical Program Manager (TPM) from Project Manager (PM) postings, and say why."""


@main.command()
@click.argument("file", default="-")
@click.option("--title", metavar="T", help="The posting's title, to be checked.")
@click.option("--employer", metavar="E", help="The employer's name, to be masked.")
@click.option("--json", "as_json", is_flag=True, help="Print all of the decision as JSON.")
@click.option("--html", metavar="OUT", help="Also write the explanation as a page.")
@_model_option
def classify(
    file: str,
    title: str | None,
    employer: str | None,
    as_json: bool,
    html: str | None,
    model: str | None,
) -> None:
    """Classify one posting in FILE (text or HTML), or from standard input."""
    decision = _load(model).classify(_read_text(file), title, employer=employer)
    if html is not None:
        _write_text(Path(html), decision.to_html())
    click.echo(decision.to_json() if as_json else decision.explain())


@main.command()
@click.argument("table", metavar="IN")
@click.option("-o", "--output", metavar="OUT", help="Result; default: IN's name with .screened.")
@_text_option
@click.option("--title", metavar="COL", help="Column with the titles.")
@click.option("--employer", metavar="COL", help="Column with the employers.")
@click.option("--report", metavar="OUT.html", help="Also write a page about the screening.")
@click.option("--rejects", metavar="FILE", help="Rows that cannot be read, as JSON Lines.")
@click.option("--resume", is_flag=True, help="Go on where the same command stopped.")
@click.option("--overwrite", is_flag=True, help="Replace an existing OUT.")
@click.option("--encoding", metavar="E", help="Encoding of IN; default: found.")
@click.option("--no-header", is_flag=True, help="IN has no row of column names.")
@click.option("--raw", is_flag=True, help="Leave cells that a spreadsheet would execute.")
@click.option("--mark-duplicates", is_flag=True, help="Name the row that a posting repeats.")
@click.option(
    "--prevalence", type=float, metavar="P", help="Share of TPM among TPM and PM; default .2."
)
@click.option(
    "--in-scope-share", type=float, metavar="S", help="Share of TPM and PM among all; default .21."
)
@click.option(
    "--max-error", type=float, metavar="E", help="Share of verdicts that may be wrong; default .02."
)
@_model_option
def screen(
    table: str,
    output: str | None,
    no_header: bool,
    prevalence: float | None,
    in_scope_share: float | None,
    max_error: float | None,
    model: str | None,
    **options: Any,
) -> None:
    """Screen the table IN: add the verdict on each posting and why.

    IN and OUT are .csv, .tsv, .jsonl, .parquet or .xlsx, text formats also with .gz or .zst; - is
    standard input and output.
    """
    from tpmclassify.api import screen_file

    classifier = _load(model)
    stated = {"prevalence": prevalence, "in_scope_share": in_scope_share, "max_error": max_error}
    classifier.set_params(**{name: value for name, value in stated.items() if value is not None})
    try:
        with _ProgressBar() as progress:
            summary = screen_file(
                table, output, header=not no_header, progress=progress, model=classifier, **options
            )
    except KeyboardInterrupt as stop:
        click.echo(" ".join(["Stopped.", *getattr(stop, "__notes__", ())]), err=True)
        sys.exit(_INTERRUPTED)
    click.echo(str(summary), err=summary.output == "-")
    if summary.encoding_note:
        click.echo(summary.encoding_note, err=True)
    if summary.escaped_cells:
        click.echo(
            f"{summary.escaped_cells:,} cells that a spreadsheet would execute begin with ' now "
            "(--raw leaves them).",
            err=True,
        )
    if summary.rejected:
        sys.exit(_REJECTED)


@main.command()
@click.argument("table", required=False)
@click.option("-o", "--output", metavar="MODEL", required=True, help="Model file to write (.npz).")
@click.option("--shipped", is_flag=True, help="The shipped model again, from datasets/.")
@_text_option
@_label_option
@_group_option
def train(
    table: str | None,
    output: str,
    shipped: bool,
    text: str | None,
    label: str | None,
    group: str | None,
) -> None:
    """Train a model on a labelled TABLE (labels TPM, PM, neither) and write its card."""
    if shipped == (table is not None):
        raise click.UsageError("Give either a TABLE or --shipped.")
    from tpmclassify.training import commands

    if table is None:
        click.echo(commands.train_shipped_model(Path(output)))
    else:
        click.echo(commands.train_table(Path(table), Path(output), text, label, group))


@main.command()
@click.argument("table")
@_text_option
@_label_option
@_group_option
@click.option("--report", metavar="OUT.html", help="Also write a page with curves (and PNGs).")
@_model_option
def evaluate(
    table: str,
    text: str | None,
    label: str | None,
    group: str | None,
    report: str | None,
    model: str | None,
) -> None:
    """Say how well a model does on a labelled TABLE."""
    from tpmclassify.training import commands

    page = None if report is None else Path(report)
    click.echo(commands.evaluate_table(Path(table), text, label, group, _load(model), page))


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Default: 8000, or free.")
@click.option("--host", default="127.0.0.1", metavar="H", help="Default: this machine alone.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option("--ephemeral", is_flag=True, help="Keep nothing when the page ends.")
@_model_option
def serve(
    port: int | None, host: str, no_browser: bool, ephemeral: bool, model: str | None
) -> None:
    """Open the recruiter's page: one posting or many, in the browser."""
    try:
        from tpmclassify.web.server import serve as serve_page
    except ModuleNotFoundError as error:
        raise missing_extra(TPMClassifyError, f"The page ({error.name})", "web") from error
    serve_page(
        _load(model),
        host=host,
        port=port,
        open_browser=not no_browser,
        ephemeral=ephemeral,
        tell=click.echo,
    )


@main.command("compile")
def make_machine_code() -> None:
    """Make the machine code for tables again, with numba; a wheel holds it already."""
    from tpmclassify.machine_code.build import build
    from tpmclassify.machine_code.load import BITCODE

    build()
    click.echo(f"Machine code: {BITCODE}")


@main.command("model")
@click.argument("file", metavar="[MODEL.npz]", required=False)
def show_model(file: str | None) -> None:
    """Verify a model file and say what it holds; without one, the shipped model."""
    from tpmclassify.pages.model_text import describe

    click.echo(describe(_load(file).model_))


def _load(path: str | None) -> "TPMClassifier":
    from tpmclassify.classifier import load

    return load(path)


def _read_text(file: str) -> str:
    from tpmclassify.encodings import decode_text
    from tpmclassify.errors import PostingError

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise PostingError(
            f"{file}: the file cannot be read ({error.strerror}). Name a text or HTML file, or - "
            "for standard input."
        ) from error
    text, is_windows = decode_text(data)
    if is_windows:
        click.echo(f"{file} is not UTF-8; it was read as cp1252 (Windows).", err=True)
    return text


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(TPMClassifyError, path, "page", error) from error


class _ProgressBar:
    """Rows done, rows a second and the time left, on stderr, where that is a terminal."""

    def __enter__(self) -> "Callable[[Progress], None] | None":
        self._bar: Any = None
        if not sys.stderr.isatty():
            return None
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("Screening"),
            BarColumn(),
            TextColumn("{task.fields[rows]:,} rows, {task.fields[speed]:,.0f} a second,"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task("rows", total=None, rows=0, speed=0.0)
        self._start = time.monotonic()
        return self._update

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _update(self, done: "Progress") -> None:
        self._bar.update(
            self._task,
            completed=done.bytes_done,
            total=done.bytes_total,
            rows=done.rows,
            speed=done.rows / max(time.monotonic() - self._start, 1e-9),
        )
