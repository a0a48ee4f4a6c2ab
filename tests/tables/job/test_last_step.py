"""A finished result is never lost, whatever ends the job at whatever call to the file system."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import tpmclassify
from tpmclassify import batch_sizes
from tpmclassify.tables.job import run as job

TEXT = "Manage the project schedule, budget and scope, and report status to the client."
# Every call that makes, names, cuts or deletes a file, or waits for the disk; open too, since
# nothing is lost before it.
CALLS = ("replace", "unlink", "fsync", "open", "chmod")
TARGETS = ["out.csv", "out.jsonl", "out.csv.gz", "out.parquet", "out.xlsx"]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    rows = [f'{i},"{TEXT} {i}"' for i in range(30)] + ["short"]
    path.write_text("id,text\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(job, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(batch_sizes, "BATCH_ROWS", 16)


class Fault:
    """Does something at the nth call of the file system, before or after it is done."""

    def __init__(self, nth, how):
        self.left, self.how = nth, how
        for name in CALLS:
            setattr(os, name, self.wrap(getattr(os, name)))

    def wrap(self, call):
        def faulty(*arguments, **options):
            self.left -= 1
            if self.left == 0 and self.how == "error":
                raise OSError(5, "Input/output error")
            if self.left == 0 and self.how == "killed before":
                os._exit(9)
            result = call(*arguments, **options)
            if self.left == 0 and self.how == "killed after":
                os._exit(9)
            if self.left == 0 and self.how == "Ctrl-C":
                os.kill(os.getpid(), signal.SIGINT)
            return result

        return faulty


def in_child(screen, nth, how):
    """Screen in a child with a fault; how it ended: "done", "failed", "killed"; was it met?"""
    child = os.fork()
    if not child:
        code = 3
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            fault = Fault(nth, how)
            try:
                screen()
                code = 0
            except (tpmclassify.TableError, KeyboardInterrupt):
                code = 1
            if fault.left > 0:
                code = 2  # all calls were done before it
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: "done", 1: "failed", 2: "not met", 9: "killed"}[code]


@needs_fork
@pytest.mark.slow
@pytest.mark.parametrize("how", ["killed before", "killed after", "error", "Ctrl-C"])
@pytest.mark.parametrize(
    ("name", "report"), [*((name, False) for name in TARGETS), ("out.csv", True)]
)
def test_a_result_is_there_or_resume_brings_it(source, tmp_path, classifier, name, how, report):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()

    def screen(folder, **options):
        page = folder / "page.html" if report else None
        options = {"model": classifier, "threads": 1, "report": page, **options}
        return tpmclassify.screen_file(source, folder / name, **options)

    screen(whole)
    expected = {path.name: path.read_bytes() for path in whole.iterdir()}
    expected.pop("page.html", None)  # it names its files
    for nth in range(1, 1000):
        broken.mkdir()
        (broken / name).write_bytes(b"old")
        ended = in_child(lambda: screen(broken, overwrite=True), nth, how)
        if (broken / name).read_bytes() != b"old":
            assert (broken / name).read_bytes() == expected[name]
        if ended in ("failed", "killed"):
            screen(broken, overwrite=True, resume=True)
        found = {path.name: path.read_bytes() for path in broken.iterdir()}
        assert (found.pop("page.html", None) is not None) == report
        # All that a fault may leave is empty, or has a name that nobody else gives.
        left = [file for file in found if file.endswith((".tpmclassify-new", ".part.lock"))]
        assert {file: found[file] for file in found if file not in left} == expected, (nth, ended)
        shutil.rmtree(broken)
        if ended == "not met":
            assert nth > 20
            return
    pytest.fail("more calls than any job makes")


def test_resume_does_not_speak_of_a_result_that_is_gone(source, tmp_path, classifier, monkeypatch):
    target = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        real = Path.unlink

        def stop(path, **options):
            if path.name == "out.csv.part" and target.exists():
                raise KeyboardInterrupt
            real(path, **options)

        patch.setattr(Path, "unlink", stop)
        with pytest.raises(KeyboardInterrupt):
            tpmclassify.screen_file(source, target, model=classifier)
    target.write_text("something else")
    with pytest.raises(tpmclassify.TableError, match="no longer there"):
        tpmclassify.screen_file(source, target, model=classifier, resume=True)
    assert target.read_text() == "something else"


def test_a_pipe_that_was_read_to_its_end_needs_no_second_reading(tmp_path):
    table = f'id,text\n1,"{TEXT}"\n'.encode()
    code = (
        "import os, tpmclassify\n"
        "real = os.replace\n"
        "def replace(old, new):\n"
        "    if not str(new).endswith('.json'): raise OSError(5, 'Input/output error')\n"
        "    real(old, new)\n"
        "os.replace = replace\n"
        "tpmclassify.screen_file('-', 'out.csv')\n"
    )
    command = [sys.executable, "-c", code]
    first = subprocess.run(command, input=table, cwd=tmp_path, capture_output=True, check=False)
    assert b"--resume" in first.stderr
    again = [sys.executable, "-m", "tpmclassify", "screen", "-", "-o", "out.csv", "--resume"]
    second = subprocess.run(again, input=table, cwd=tmp_path, capture_output=True, check=False)
    assert second.returncode == 0, second.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_two_jobs_on_one_result_are_one_too_many(source, tmp_path, classifier):
    target = tmp_path / "out.csv"
    refused = []

    def another(done):
        for resume in (False, True):
            with pytest.raises(tpmclassify.TableError, match="another screening is writing"):
                tpmclassify.screen_file(source, target, model=classifier, resume=resume)
            refused.append(done.rows)

    summary = tpmclassify.screen_file(source, target, model=classifier, progress=another)
    assert refused
    assert summary.rows == 31
    assert len(target.read_bytes().splitlines()) == 31


def test_a_time_of_change_alone_ends_no_job(source, tmp_path, classifier):
    def touch(done):
        os.utime(source, ns=(done.rows, done.rows))
        if stops and done.rows > 16:
            raise KeyboardInterrupt

    stops = False
    whole = tpmclassify.screen_file(source, tmp_path / "a.csv", model=classifier, progress=touch)
    stops = True
    with pytest.raises(KeyboardInterrupt):
        tpmclassify.screen_file(source, tmp_path / "b.csv", model=classifier, progress=touch)
    stops = False
    resumed = tpmclassify.screen_file(source, tmp_path / "b.csv", model=classifier, resume=True)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert whole.rows == resumed.rows == 31


@pytest.mark.skipif(os.name != "posix", reason="needs modes and links")
@pytest.mark.parametrize("name", TARGETS)
def test_modes_and_links_stay(source, tmp_path, classifier, name):
    source.chmod(0o600)
    target, link = tmp_path / f"real.{name}", tmp_path / f"link.{name}"
    link.symlink_to(target.name)
    page = tmp_path / "page.html"
    for mode in (0o600, 0o640):  # that of the input at first, then that of what is replaced
        tpmclassify.screen_file(source, link, report=page, model=classifier, overwrite=True)
        assert link.is_symlink()
        assert page.stat().st_mode & 0o777 == mode
        assert target.stat().st_mode & 0o777 == mode
        assert Path(f"{target}.rejects.jsonl").exists() or Path(f"{link}.rejects.jsonl").exists()
        target.chmod(0o640)
        page.chmod(0o640)


HELPERS = ["out.csv.part", "out.csv.part.json", "out.csv.part.new", "out.csv.rejects.jsonl.part"]


@pytest.mark.parametrize("name", [*HELPERS, "out.csv.part.lock"])
def test_files_that_only_have_our_names_stay(source, tmp_path, classifier, name):
    (tmp_path / name).write_text("precious")
    for resume in (False, True):
        with pytest.raises(tpmclassify.TableError, match=name):
            tpmclassify.screen_file(
                source, tmp_path / "out.csv", model=classifier, overwrite=True, resume=resume
            )
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["in.csv", name])
    assert (tmp_path / name).read_text() == "precious"


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_nothing_is_written_through_a_link_of_our_names(source, tmp_path, classifier):
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "out.csv.part").symlink_to("victim")
    with pytest.raises(tpmclassify.TableError, match=r"out\.csv\.part"):
        tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier)
    assert (tmp_path / "victim").read_text() == "precious"


@pytest.mark.parametrize("name", ["in.screened.csv", "in.screened.csv.rejects.jsonl"])
def test_a_default_name_is_no_leave_to_replace_what_is_not_ours(source, tmp_path, classifier, name):
    (tmp_path / name).write_text("precious,file\n1,2\n")
    with pytest.raises(tpmclassify.TableError, match="exists already"):
        tpmclassify.screen_file(source, model=classifier)
    assert (tmp_path / name).read_text() == "precious,file\n1,2\n"


NAMES = {
    "the rejects are a part": {"rejects": "out.csv.part"},
    "the report is a state": {"report": "out.csv.part.json"},
    "the rejects are a folder": {"rejects": "folder"},
    "the report is in no folder": {"report": "none/page.html"},
    "the name is too long": {"target": "x" * 300 + ".csv"},
    "the name holds a NUL": {"target": "a\0b.csv"},
    "the report is a device": {"report": "/dev/null", "overwrite": True},
}


@pytest.mark.skipif(os.name != "posix", reason="needs a device")
@pytest.mark.parametrize("options", NAMES.values(), ids=NAMES)
def test_all_names_are_tried_before_the_work(source, tmp_path, classifier, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()

    def fail(_):
        raise AssertionError

    with pytest.raises(tpmclassify.TableError):
        tpmclassify.screen_file(
            source, **{"target": "out.csv", **options}, model=classifier, progress=fail
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "in.csv"]
