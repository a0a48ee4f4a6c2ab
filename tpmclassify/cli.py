"""The command line: arguments in, public API, text out."""

import gc
import math
import sys
from dataclasses import asdict
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tpmclassify import __version__
from tpmclassify.cli_base import (
    Group,
    check_free,
    deciding,
    echo_json,
    json_option,
    labelled,
    model_option,
    overwrite_option,
    write_text,
)
from tpmclassify.errors import PostingError, TPMClassifyError, file_name, missing_extra
from tpmclassify.progress_bar import screening_bar

if TYPE_CHECKING:
    from tpmclassify.classifier import TPMClassifier

_REJECTED = 3
_TABLES = tuple(".csv .tsv .json .jsonl .ndjson .parquet .xlsx .xlsm .xlsb .xls .ods".split())


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tpmclassify")
def main() -> None:
    """Tell Technical Program Manager (TPM) from Project Manager (PM) postings, and say why."""
    # Imports make some 100,000 objects, all to stay: to look through them for cycles takes 60 ms.
    gc.set_threshold(50_000)


@main.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=file_name)
@click.option("--title", metavar="T", help="Its title, for: one of the two, or neither?")
@click.option("--employer", metavar="E", help="The employer's name, to be masked.")
@click.option("--html", metavar="OUT", help="Also write the explanation as a page.")
@overwrite_option
@json_option
@model_option
@deciding
def classify(
    classifier: "TPMClassifier", files: tuple[str, ...], html: str | None, **options: Any
) -> None:
    """Classify the postings in documents, or one from standard input.

    FILE is a .txt, .md, .html, .docx, .pdf, .odt, .rtf or .eml file. As JSON, several give one line
    each.
    """
    title, employer, is_one = options["title"], options["employer"], len(files) < 2
    if not is_one and (title is not None or html is not None):
        raise click.UsageError("--title and --html are for one FILE.")
    if files.count("-") > 1:
        raise click.UsageError("Standard input (-) can be read once only.")
    if html is not None:
        check_free([Path(html)], *files, overwrite=options["overwrite"])
    failed = False
    for file in files or ("-",):
        try:
            decision = classifier.classify(_read_document(file), title, employer=employer)
        except TPMClassifyError as error:
            if is_one:
                raise
            click.echo(f"Error: {error}", err=True)
            failed = True
            continue
        if html is not None:
            write_text(Path(html), decision.to_html())
        if options["as_json"]:
            echo_json(({} if is_one else {"file": file}) | decision.to_dict())
        else:
            click.echo(decision.explain() if is_one else f"{file}\n{decision.explain()}\n")
    if failed:
        sys.exit(1)


@main.command()
@click.argument("tables", metavar="IN", nargs=-1, required=True, type=file_name)
@click.option("-o", "--output", metavar="OUT", help="Result; default: IN's name with .screened.")
@click.option("--text", metavar="COL", multiple=True, help="Column with the postings, or a part.")
@click.option("--title", metavar="COL", help="Column with the titles.")
@click.option("--employer", metavar="COL", help="Column with the employers.")
@click.option("--sheet", metavar="S", help="Sheet of a workbook; default: found.")
@click.option("--header-row", type=int, metavar="N", help="Row of column names; default: found.")
@click.option("--report", metavar="OUT.html", help="Also write a page about the screening.")
@click.option("--rejects", metavar="FILE", help="Rows that cannot be read, as JSON Lines.")
@click.option("--resume", is_flag=True, help="Go on where the same command stopped.")
@overwrite_option
@click.option("--encoding", metavar="E", help="Encoding of IN; default: found.")
@click.option("--no-header", is_flag=True, help="IN has no row of column names.")
@click.option("--raw", is_flag=True, help="Leave cells that a spreadsheet would execute.")
@click.option("--mark-duplicates", is_flag=True, help="Name the row that a posting repeats.")
@json_option
@model_option
@deciding
def screen(
    classifier: "TPMClassifier",
    tables: tuple[str, ...],
    output: str | None,
    no_header: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Screen the table IN: add the verdict on each posting and why.

    IN and OUT are .csv, .tsv, .json, .jsonl, .parquet or .xlsx, text formats also with .gz or .zst;
    IN may be .xlsm, .xlsb, .xls, .ods or a folder of documents, too; - is standard input and
    output. --text given several times joins columns.
    """
    if len(tables) > 1:
        raise click.UsageError(
            f"One table at a time, not {len(tables)}. The result is named by -o OUT; several "
            "documents are screened by the name of their folder."
        )
    _prepare_pyarrow()
    from tpmclassify.api import screen_file

    with screening_bar() as progress:
        summary = screen_file(
            tables[0],
            output,
            header=not no_header,
            progress=progress,
            model=classifier,
            **options,
        )
    if as_json:
        echo_json(asdict(summary), err=summary.output == "-")
    else:
        click.echo(str(summary), err=summary.output == "-")
    if summary.encoding_note:
        click.echo(summary.encoding_note, err=True)
    if summary.escaped_cells:
        click.echo(
            f"Cells that a spreadsheet would execute begin with ' now: {summary.escaped_cells:,} "
            "(--raw leaves them).",
            err=True,
        )
    if summary.rejected:
        sys.exit(_REJECTED)


@main.command()
@click.argument("table", required=False, type=file_name)
@click.option("-o", "--output", metavar="MODEL", required=True, help="Model file to write (.npz).")
@click.option("--shipped", is_flag=True, help="The shipped model again, from datasets/.")
@labelled
@overwrite_option
@json_option
@deciding
def train(
    classifier: "TPMClassifier",
    table: str | None,
    output: str,
    shipped: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Train a model on a labelled TABLE (labels TPM, PM, neither) and write its card."""
    if shipped == (table is not None):
        raise click.UsageError("Give either a TABLE or --shipped.")
    model, inputs = Path(output), [] if table is None else [table]
    overwrite = options.pop("overwrite")
    check_free([model, model.with_suffix(".md")], *inputs, overwrite=overwrite)
    from rich.console import Console

    from tpmclassify.training import commands

    with Console(stderr=True).status("Training"):
        card = (
            commands.train_shipped_model(model)
            if table is None
            else commands.train_table(Path(table), model, classifier, **options)
        )
    _tell_model(output, {"model": output, "card": str(card)}, as_json=as_json)


@main.command()
@click.argument("table", type=file_name)
@labelled
@click.option("--report", metavar="OUT.html", help="Also write a page with curves (and PNGs).")
@overwrite_option
@json_option
@model_option
@deciding
def evaluate(
    classifier: "TPMClassifier",
    table: str,
    report: str | None,
    overwrite: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Say how well a model does on a labelled TABLE."""
    from tpmclassify.pages.evaluation_html import files_of_page

    page = None if report is None else Path(report)
    if page is not None:
        check_free(files_of_page(page), table, overwrite=overwrite)
    from tpmclassify.training import commands

    evaluation, files = commands.evaluate_table(Path(table), classifier, page, **options)
    if as_json:
        echo_json(asdict(evaluation) | {"files": list(map(str, files))})
    else:
        click.echo("\n".join([str(evaluation), *(f"Report: {file}" for file in files)]))


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Default: 8000, or free.")
@click.option("--host", default="127.0.0.1", metavar="H", help="Default: this machine alone.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option("--ephemeral", is_flag=True, help="Keep nothing when the page ends.")
@model_option
@deciding
def serve(classifier: "TPMClassifier", no_browser: bool, **options: Any) -> None:
    """Open the recruiter's page: one posting or many, in the browser."""
    try:
        from tpmclassify.web.server import serve as serve_page
    except ModuleNotFoundError as error:
        raise missing_extra(TPMClassifyError, f"The page ({error.name})", "web") from error
    serve_page(classifier, open_browser=not no_browser, tell=click.echo, **options)


@main.command("compile")
def make_machine_code() -> None:
    """Make the machine code for tables again, with numba; a wheel holds it already."""
    from tpmclassify.machine_code.build import build
    from tpmclassify.machine_code.load import BITCODE

    build()
    click.echo(f"Machine code: {BITCODE}")


@main.command("model")
@click.argument("model", metavar="[MODEL.npz]", required=False, type=file_name)
@json_option
def show_model(model: str | None, as_json: bool) -> None:
    """Verify a model file and say what it holds; without one, the shipped model."""
    _tell_model(model, {}, as_json=as_json)


def _tell_model(model: str | None, files: dict[str, str], *, as_json: bool) -> None:
    """Say what a model file holds, and where it and its card were written."""
    from tpmclassify.classifier import load
    from tpmclassify.model_file.file import model_digest
    from tpmclassify.pages.model_text import describe

    classifier = load(model)
    digest, settings = model_digest(classifier.model_), classifier.settings()
    if as_json:
        echo_json({**files, **classifier.model_.card, "settings": settings, "sha256": digest})
        return
    shown = ", ".join(f"{name} {value:g}" for name, value in settings.items() if value is not None)
    click.echo(f"{describe(classifier.model_)}\nSettings: {shown}\nSHA-256: {digest}")
    if math.isinf(classifier.policy().bounds[0].certainty):
        click.echo(
            "No posting will be decided for TPM or PM: the labelled ones are too few, or too often "
            f"read wrongly, to promise at most {settings['max_error']:g} wrong verdicts. Label "
            "more, allow more (--max-error), or state what your tables hold (--in-scope-share, "
            "--prevalence)."
        )
    for name, file in files.items():
        click.echo(f"{name.capitalize()}: {file}")


class _NoPandas(MetaPathFinder):
    """Finds no pandas, as where it is not installed."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def _prepare_pyarrow() -> None:
    """Keep pyarrow from importing pandas at its first array: .2 s, for what nothing here uses.

    Its own pool keeps what was freed, the system's gives 40 MB back, and is no slower.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    pa.array([])
    sys.meta_path.remove(finder)


def _read_document(file: str) -> str:
    from tpmclassify.documents.read import TEXT_SUFFIXES, read_document
    from tpmclassify.encodings import decode_text, is_text

    if file == "-":
        data = b"" if sys.stdin is None else sys.stdin.buffer.read()
        if data.startswith(b"%PDF-") or not is_text(data):
            raise PostingError("standard input: this is no text. Name a document as FILE.")
        return decode_text(data)[0]
    path = Path(file)
    # A name without a type is that of a text.
    name = file if path.suffix else f"{file}{TEXT_SUFFIXES[0]}"
    if path.suffix.lower() in (*_TABLES, ".gz", ".zst"):
        raise PostingError(
            f"{file}: this is a table. Use: tpmclassify screen {file} (for one posting name a "
            "document)."
        )
    try:
        return read_document(path, name)
    except OSError as error:
        raise PostingError(
            f"{file}: the file cannot be read ({error.strerror}). Name a document, or - for "
            "standard input."
        ) from error
