"""The batch job: the same bytes however it is run; from pipes, in flat memory, to full stops."""

import contextlib
import csv
import io
import json
import os
import re
import subprocess
import sys
import threading
from copy import copy

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tpmclassify
from tpmclassify import batch_sizes
from tpmclassify.screening import COLUMNS
from tpmclassify.tables.job import run as run_module

LONG = bool(os.environ.get("TPMCLASSIFY_LONG_TESTS"))
TEXT = "Manage the project schedule, budget and scope, and report status to the client."
long_run = pytest.mark.skipif(not LONG, reason="set TPMCLASSIFY_LONG_TESTS to run it")


def run(*arguments, stdin=b"", cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "tpmclassify", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        check=False,
    )


def rows_of(data, delimiter=","):
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


@pytest.fixture
def source(tmp_path, written):
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "description", "title"])
        for number, posting in enumerate(written[:60]):
            writer.writerow([number, posting["description"], posting["title"]])
            if number % 20 == 0:
                stream.write("short\n")
    return path


@pytest.mark.parametrize("target", ["out.csv", "out.parquet", "out.xlsx"])
def test_the_bytes_do_not_depend_on_batches_and_threads(
    source, tmp_path, classifier, monkeypatch, target
):
    results = set()
    for batch, block, threads in ((1000, 1 << 20, 1), (1, 100, 2), (7, 5000, 3)):
        monkeypatch.setattr(batch_sizes, "BATCH_ROWS", batch)
        monkeypatch.setattr(batch_sizes, "BLOCK_BYTES", block)
        out = tmp_path / target
        options = {"threads": threads, "overwrite": True, "mark_duplicates": True}
        summary = tpmclassify.screen_file(source, out, model=classifier, **options)
        assert (summary.screened, summary.rejected) == (60, 3)
        results.add((out.read_bytes(), (tmp_path / f"{target}.rejects.jsonl").read_bytes()))
    assert len(results) == 1


class TestOwnShare:
    """The share of the two roles, taken from the table before the first verdict."""

    def screened(self, source, out, classifier, **options):
        options = {"in_scope_share": "auto", "model": classifier, **options}
        return tpmclassify.screen_file(source, out, **options)

    def test_verdicts_are_those_for_the_share_that_was_estimated(
        self, source, tmp_path, classifier
    ):
        before = tpmclassify.screen_file(source, tmp_path / "a.csv", model=classifier)
        summary = self.screened(source, tmp_path / "b.csv", classifier)
        assert summary.in_scope_share == round(before.estimated_in_scope_share, 3)
        assert summary.in_scope_share != classifier.in_scope_share  # which stays as it is
        other = copy(classifier).set_params(in_scope_share=summary.in_scope_share)
        tpmclassify.screen_file(source, tmp_path / "c.csv", model=other)
        assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()

    def test_a_resumed_job_has_the_same_share(self, source, tmp_path, classifier, monkeypatch):
        monkeypatch.setattr(batch_sizes, "BLOCK_BYTES", 5000)
        monkeypatch.setattr(run_module, "CHECKPOINT_SECONDS", 0.0)

        def stop(progress):
            if progress.rows > 20:
                raise KeyboardInterrupt

        expected = self.screened(source, tmp_path / "whole.csv", classifier)
        with pytest.raises(KeyboardInterrupt):
            self.screened(source, tmp_path / "out.csv", classifier, progress=stop)
        summary = self.screened(source, tmp_path / "out.csv", classifier, resume=True)
        assert summary.in_scope_share == expected.in_scope_share
        assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()

    def test_of_few_rows_no_share_is_taken(self, tmp_path, classifier):
        few = tmp_path / "few.csv"
        few.write_text(f'text,id\n"{TEXT}",1\n')
        summary = self.screened(few, tmp_path / "out.csv", classifier)
        assert summary.in_scope_share == classifier.in_scope_share

    def test_what_cannot_be_is_said(self, source, tmp_path, classifier):
        with pytest.raises(tpmclassify.TableError, match=r"must be .auto. here\. Got 0\.5"):
            self.screened(source, tmp_path / "out.csv", classifier, in_scope_share=0.5)
        piped = run("screen", "-", "--in-scope-share", "auto", stdin=b"text\na\n", cwd=tmp_path)
        assert piped.returncode == 1
        assert b"Standard input can be read once only" in piped.stderr
        command = ["screen", source, "-o", tmp_path / "cli.csv", "--in-scope-share"]
        assert run(*command, "auto").returncode == 3  # rows were rejected
        assert run(*command, "2").returncode == 2  # usage


def test_threads_must_be_positive(source, classifier):
    with pytest.raises(tpmclassify.TableError, match="threads must be 1 or more"):
        tpmclassify.screen_file(source, threads=0, model=classifier)


@pytest.mark.parametrize(
    ("options", "legal"),
    [
        ({"threads": "2"}, "threads must be an int"),
        ({"header_row": 1.5}, "header_row must be an int"),
        ({"text": 3}, "text must be a str or a list of str"),
        ({"title": ["a"]}, "title must be a str, or None"),
        ({"employer": 3}, "employer must be a str"),
        ({"sheet": 3}, "sheet must be a str"),
        ({"encoding": 3}, "encoding must be a str"),
        ({"target": 3}, "target must be the path of a file"),
        ({"rejects": True}, "rejects must be the path of a file"),
        ({"report": True}, "report must be the path of a file"),
        ({"progress": True}, "progress must be a function"),
    ],
)
def test_a_parameter_of_another_type_is_named(source, classifier, options, legal):
    with pytest.raises(tpmclassify.TableError, match=legal):
        tpmclassify.screen_file(source, model=classifier, **options)


@pytest.mark.parametrize("name", ["https://example.org/a.csv", "s3://a/b.csv", ""])
@pytest.mark.parametrize("option", ["source", "target", "rejects", "report"])
def test_only_files_have_names_that_are_read_and_written(source, classifier, option, name):
    expected = "not addresses. Download it" if name else "no file has this name"
    with pytest.raises(tpmclassify.TableError, match=expected):
        tpmclassify.screen_file(**{"source": source, option: name}, model=classifier)


CELLS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(list(",;\"\n\r\t\0 =+-@|'")),
    max_size=12,
)


LINE = r'([\r\n]"*)%s(?== *[^=\s]|[+@-][A-Za-z0-9_.+*/-]*\|)'
CELL = r'(%s"*)%s(?== *[^=\s]|[+@-][A-Za-z0-9_.+*/-]*[|(!])'


@given(st.data())
@settings(
    max_examples=10_000 if LONG else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_table_comes_back_equal(tmp_path, classifier, data):
    width = data.draw(st.integers(1, 4))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8))
    header = [f"c{i}" for i in range(width)]
    # A blank line is no row, and the column names are not repeated: the one thing we ask for.
    rows = [row for row in rows if row not in (header, [""])]
    delimiter = data.draw(st.sampled_from(",;\t|" if width > 1 else ",\t"))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    # A single column has no delimiter that could be found; what looks like one must be quoted.
    quoting = data.draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    quoting = csv.QUOTE_ALL if width == 1 else quoting
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=delimiter, lineterminator="\r\n", quoting=quoting)
    writer.writerows([header, *rows])
    text = (
        sink.getvalue()
        if end == "\r\n"
        else re.sub('\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)', "\n", sink.getvalue())
    )
    source, out = tmp_path / ("in.tsv" if delimiter == "\t" else "in.csv"), tmp_path / "out.csv"
    source.write_bytes(text.encode())
    options = {"text": "c0", "overwrite": True, "model": classifier, "encoding": "utf-8"}
    summary = tpmclassify.screen_file(source, out, raw=True, **options)
    written = out.read_bytes()
    separator = "," if delimiter == "\t" or width == 1 else delimiter
    read = rows_of(written, separator)
    assert (summary.screened, summary.rejected) == (len(rows), 0)
    assert [row[:width] for row in read] == [header, *rows]
    assert read[0][width:] == list(COLUMNS)
    tpmclassify.screen_file(source, out, **options)
    # Where another spreadsheet begins a cell or a line.
    other = "," if separator == ";" else ";"
    hidden, guarded = (f"{LINE % mark}|{CELL % (other, mark)}" for mark in ("", "'"))
    for before, after in zip(rows, rows_of(out.read_bytes(), separator)[1:], strict=True):
        for cell, safe in zip(before, after, strict=False):
            assert not re.match(r"[=@\t\r\n\0]|[+-](?!\.?\d)", safe)
            assert not re.search(hidden, safe)
            bare, wanted = (re.sub(guarded, r"\1\2", one) for one in (safe, cell))
            assert bare == wanted or (cell[0] in "=+-@\t\r\n\0" and bare == f"'{wanted}")


def test_the_bytes_are_those_of_the_csv_module(source, tmp_path, classifier):
    cells = ["plain", "a,b", 'say "hi"', "a\nb", "a\rb", " x ", "", "é", "'q'", ";", '"']
    with source.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["text", "b"], *([TEXT, cell] for cell in cells)])
    tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier)
    written = (tmp_path / "out.csv").read_bytes()
    sink = io.StringIO(newline="")
    csv.writer(sink, lineterminator="\n").writerows(rows_of(written))
    # The csv module quotes what holds a CR only where its own line ends hold one.
    assert written.replace(b'"a\rb"', b"a\rb") == sink.getvalue().replace('"a\rb"', "a\rb").encode()


def test_standard_input_goes_to_standard_output_and_words_to_standard_error():
    result = run("screen", "-", stdin=f'id,text\n1,"{TEXT}"\nshort\n'.encode())
    assert result.returncode == 3
    assert [row[:2] for row in rows_of(result.stdout)] == [["id", "text"], ["1", TEXT]]
    assert b"Screened 1 of 2 rows of standard input; 1 rejected." in result.stderr
    assert json.loads(result.stderr.splitlines()[0])["row"] == "short"


def test_json_lines_on_standard_input_are_recognised():
    result = run("screen", "-", stdin=json.dumps({"text": TEXT}).encode())
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["tpm_label"] == "PM"


def test_a_file_can_go_to_standard_output_and_back(source, tmp_path):
    result = run("screen", source, "-o", "-", "--rejects", "r.jsonl", cwd=tmp_path)
    assert result.returncode == 3
    assert len(rows_of(result.stdout)) == 61
    assert len((tmp_path / "r.jsonl").read_bytes().splitlines()) == 3
    piped = run("screen", "-", "-o", "o.csv", stdin=source.read_bytes(), cwd=tmp_path)
    assert piped.returncode == 3
    assert (tmp_path / "o.csv").read_bytes() == result.stdout


def test_a_pipe_cannot_be_resumed_and_that_is_said(tmp_path):
    result = run("screen", "-", "-o", "o.csv", "--resume", stdin=b"text\na\n", cwd=tmp_path)
    assert result.returncode == 1
    assert b"only the screening of a file into a file" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_closed_standard_output_is_no_traceback(source):
    command = [sys.executable, "-m", "tpmclassify", "screen", str(source), "-o", "-"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    stderr = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 1
    assert b"standard output was closed" in stderr
    assert b"Traceback" not in stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_read(source, tmp_path, classifier):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    feeder = threading.Thread(target=lambda: pipe.write_bytes(source.read_bytes()))
    feeder.start()
    summary = tpmclassify.screen_file(pipe, tmp_path / "out.csv", model=classifier)
    feeder.join()
    assert (summary.screened, summary.rejected) == (60, 3)


@pytest.mark.skipif(os.name != "posix", reason="needs a folder without rights")
def test_a_read_only_folder_is_named(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "in.csv").write_text(f'text,id\n"{TEXT}",1\n')
    folder.chmod(0o555)
    if os.access(folder, os.W_OK):
        # The superuser may write anywhere; a file in the place of a folder stops even him.
        folder = tmp_path / "file"
        folder.write_text("")
    result = run("screen", tmp_path / "locked/in.csv", "-o", folder / "out.csv")
    assert result.returncode == 1
    assert b"cannot be written" in result.stderr
    assert b"Traceback" not in result.stderr
    (tmp_path / "locked").chmod(0o755)


def test_a_folder_without_documents_is_no_table(tmp_path):
    result = run("screen", tmp_path)
    assert result.returncode == 1
    assert b"this is a folder" in result.stderr


def test_results_do_not_overwrite_each_other_or_other_files(source, tmp_path, classifier):
    (tmp_path / "r.jsonl").write_text("precious")
    for options, message in (
        ({"rejects": tmp_path / "r.jsonl"}, "exists already"),
        ({"rejects": source}, "same file"),
        ({"rejects": tmp_path / "out.csv"}, "same file"),
        ({"report": source}, "same file"),
    ):
        with pytest.raises(tpmclassify.TableError, match=message):
            tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier, **options)
    assert (tmp_path / "r.jsonl").read_text() == "precious"


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal")
def test_a_terminal_shows_rows_and_speed_and_a_pipe_does_not(source, tmp_path):
    controller, terminal = os.openpty()
    command = [sys.executable, "-m", "tpmclassify", "screen", str(source), "-o"]
    process = subprocess.Popen(
        [*command, tmp_path / "o.csv"], stderr=terminal, stdout=subprocess.DEVNULL
    )
    os.close(terminal)
    seen = b""
    with contextlib.suppress(OSError):  # what a terminal says when nobody is left to write
        while part := os.read(controller, 4096):
            seen += part
    os.close(controller)
    assert process.wait() == 3
    assert re.search(rb"63 rows, [\d,]+ a second", seen)
    piped = subprocess.run([*command, tmp_path / "p.csv"], capture_output=True, check=False)
    assert b"a second" not in piped.stderr


def test_rejects_of_an_earlier_run_do_not_stay(tmp_path, classifier):
    source = tmp_path / "in.csv"
    for text, files in (
        ("id,text\n1,a\nshort\n", ["in.csv", "in.screened.csv", "in.screened.csv.rejects.jsonl"]),
        ("id,text\n1,a\n", ["in.csv", "in.screened.csv"]),
    ):
        source.write_text(text)
        tpmclassify.screen_file(source, model=classifier)
        assert sorted(path.name for path in tmp_path.iterdir()) == files


class Report:
    """Stands for the page about a screening."""

    def __init__(self):
        self.batches = []

    def add(self, batch):
        self.batches.append(batch)

    def write(self, path, summary, counts):
        import pyarrow as pa

        rows = pa.Table.from_batches(self.batches).to_pylist()
        assert sum(counts.verdicts.values()) == summary.screened
        path.write_text(json.dumps({"rows": rows, "screened": summary.screened}))


@pytest.mark.parametrize("target", ["out.csv", "out.csv.gz", "out.parquet"])
def test_a_report_sees_every_batch_also_of_a_resumed_job(
    source, tmp_path, classifier, monkeypatch, target
):
    monkeypatch.setattr("tpmclassify.pages.screening_html.ScreeningReport", Report)
    monkeypatch.setattr(batch_sizes, "BATCH_ROWS", 10)
    out, page = tmp_path / target, tmp_path / "page.html"
    plain = tmp_path / f"plain.{target.split('.', 1)[1]}"
    tpmclassify.screen_file(source, plain, model=classifier)
    summary = tpmclassify.screen_file(source, out, report=page, model=classifier)
    whole, result = page.read_text(), out.read_bytes()
    assert summary.report == str(page)
    assert json.loads(whole)["screened"] == len(json.loads(whole)["rows"]) == 60
    assert result == plain.read_bytes()
    out.unlink()
    page.unlink()

    def stop(done):
        if done.rows > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tpmclassify.screen_file(source, out, report=page, progress=stop, model=classifier)
    assert not page.exists()
    tpmclassify.screen_file(source, out, report=page, resume=True, model=classifier)
    assert (page.read_text(), out.read_bytes()) == (whole, result)


MEMORY = """
import resource, sys, tpmclassify
tpmclassify.screen_file(sys.argv[1], sys.argv[2], overwrite=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def megabytes(source, target):
    result = subprocess.run(
        [sys.executable, "-c", MEMORY, source, target], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return int(result.stdout)


@pytest.mark.slow
@long_run
def test_a_million_rows_take_no_more_memory_than_ten_thousand(tmp_path):
    for name, rows in (("few", 10_000), ("many", 1_000_000)):
        with (tmp_path / f"{name}.csv").open("w") as stream:
            stream.write("id,text\n")
            stream.writelines(f"{i},Manage the budget.\n" for i in range(rows))
    few, many = (megabytes(tmp_path / f"{n}.csv", tmp_path / "out.csv") for n in ("few", "many"))
    sys.stderr.write(f"10,000 rows {few} MB, 1,000,000 rows {many} MB\n")
    assert many <= few + 150


@pytest.mark.slow
def test_a_row_of_100_megabytes_comes_back(tmp_path, classifier):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    cell = "long, line\n" * 9_100_000
    with source.open("w", newline="") as stream:
        stream.write(f'id,text\n1,"{cell}"\n2,"{TEXT}"\n')
    summary = tpmclassify.screen_file(source, out, model=classifier)
    assert (summary.screened, summary.review_reasons["too_long"]) == (2, 1)
    with out.open("rb") as stream:
        written = stream.read(len(cell) + 200)
    assert written[written.index(b"\n") + 1 :].startswith(b'1,"' + cell.encode() + b'",')


def test_settings_that_are_not_legal_begin_nothing(tmp_path):
    (tmp_path / "in.csv").write_text("text\nManage the budget.\n")
    wrong = tpmclassify.load().set_params(max_error=float("nan"))
    with pytest.raises(tpmclassify.PostingError, match=r"'max_error' .* in the range") as caught:
        tpmclassify.screen_file(tmp_path / "in.csv", tmp_path / "out.csv", model=wrong)
    assert "resume" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    "source", [None, b"in.csv", io.StringIO("text"), pa.table({"text": ["a"]})]
)
def test_what_is_no_path_is_refused(source):
    with pytest.raises(tpmclassify.TableError, match=r"must be the path .* Got .*call screen"):
        tpmclassify.screen_file(source)
