"""A job that was stopped, however it was stopped, goes on and gives the same bytes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tpmclassify
from tpmclassify import batch_sizes
from tpmclassify.tables.job import run as job
from tpmclassify.tables.summary import Progress

LONG = bool(os.environ.get("TPMCLASSIFY_LONG_TESTS"))
LINES = [
    "Manage the project schedule, budget and scope, and report status to the client.",
    "Lead technical programs across engineering teams; own the architecture roadmap.",
    "Bake bread and sell it.",
]
TARGETS = ["out.csv", "out.jsonl", "out.csv.gz", "out.tsv.zst", "out.parquet", "out.xlsx"]


class StopError(Exception):
    """What a caller's progress may raise."""


@pytest.fixture
def source(tmp_path):
    """A table with duplicates and two rows that do not fit."""
    path = tmp_path / "in.csv"
    rows = [f'{i},"{LINES[i % 3]} Number {i % 40} of\n{i % 40}"' for i in range(120)]
    rows[30], rows[77] = "short", "9,too,long"
    path.write_text("id,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(job, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(batch_sizes, "BATCH_ROWS", 10)


def stop_after(rows):
    def progress(done):
        if done.rows >= rows:
            raise StopError

    return progress


def files(folder):
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.mark.parametrize("name", TARGETS)
def test_a_stopped_job_goes_on_and_gives_the_same_bytes(source, tmp_path, classifier, name):
    whole, target = tmp_path / "whole", tmp_path / "stopped"
    whole.mkdir()
    target.mkdir()
    options = {"model": classifier, "mark_duplicates": True}
    expected = tpmclassify.screen_file(source, whole / name, **options)
    for rows in (20, 75, 110):
        with pytest.raises(StopError) as caught:
            tpmclassify.screen_file(
                source, target / name, resume=True, progress=stop_after(rows), **options
            )
        assert "--resume" in caught.value.__notes__[0]
        assert not (target / name).exists()
    summary = tpmclassify.screen_file(source, target / name, resume=True, **options)
    assert (target / name).read_bytes() == (whole / name).read_bytes()
    assert files(target) == files(whole) == [name, f"{name}.rejects.jsonl"]
    counts = ("rows", "screened", "rejected", "verdicts", "duplicates", "escaped_cells")
    assert [getattr(summary, c) for c in counts] == [getattr(expected, c) for c in counts]


@pytest.mark.parametrize("kills", [200 if LONG else 4])
@pytest.mark.parametrize("name", TARGETS if LONG else ["out.csv", "out.csv.gz", "out.parquet"])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_killed_at_any_moment_nothing_is_lost(source, tmp_path, classifier, name, kills):
    expected, target = tmp_path / "whole", tmp_path / "killed"
    expected.mkdir()
    target.mkdir()
    tpmclassify.screen_file(source, expected / name, model=classifier, mark_duplicates=True)
    result = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("kill_again.py"),
            *(source, target / name, expected / name, str(kills), "1"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) == kills
    assert files(target) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "id"}, "text was None"),
        ({"raw": True}, "raw was False"),
        ({"encoding": "latin-1"}, "encoding was None"),
        ({"mark_duplicates": True}, "mark_duplicates was False"),
    ],
)
def test_another_option_is_refused(source, tmp_path, classifier, change, message):
    target = tmp_path / "out.csv"
    with pytest.raises(StopError):
        tpmclassify.screen_file(source, target, model=classifier, progress=stop_after(50))
    with pytest.raises(tpmclassify.TableError, match=message):
        tpmclassify.screen_file(source, target, model=classifier, resume=True, **change)
    tpmclassify.screen_file(source, target, model=classifier, resume=True)


def test_another_model_is_refused(source, tmp_path, classifier):
    target = tmp_path / "out.csv"
    with pytest.raises(StopError):
        tpmclassify.screen_file(source, target, model=classifier, progress=stop_after(50))
    other = tpmclassify.load().set_params(prevalence=0.1)
    with pytest.raises(tpmclassify.TableError, match="prevalence"):
        tpmclassify.screen_file(source, target, model=other, resume=True)


@pytest.mark.parametrize("same_time", [True, False])
def test_another_input_is_refused(source, tmp_path, classifier, same_time):
    target = tmp_path / "out.csv"
    with pytest.raises(StopError):
        tpmclassify.screen_file(source, target, model=classifier, progress=stop_after(50))
    changed = source.stat()
    source.write_bytes(source.read_bytes().replace(b"Bake", b"Make"))
    if same_time:
        os.utime(source, ns=(changed.st_atime_ns, changed.st_mtime_ns))
    with pytest.raises(tpmclassify.TableError, match="input was changed"):
        tpmclassify.screen_file(source, target, model=classifier, resume=True)


def test_a_workbook_of_two_runs_holds_no_more_rows_than_a_sheet_takes(
    source, tmp_path, classifier, monkeypatch
):
    target = tmp_path / "out.xlsx"
    monkeypatch.setattr("tpmclassify.tables.formats.excel_output.MOST_ROWS", 100)
    with pytest.raises(StopError):
        tpmclassify.screen_file(source, target, model=classifier, progress=stop_after(60))
    with pytest.raises(tpmclassify.TableError, match="a sheet takes 100 rows"):
        tpmclassify.screen_file(source, target, model=classifier, resume=True)
    assert files(tmp_path) == ["in.csv"]


STATES = {
    "of 0.2": (
        {"job": {"version": "0.2.0"}, "position": 9, "ledger": {}, "output_bytes": 9},
        "another version",
    ),
    "of a later one": ({"format": 99}, "another version"),
    "without its fields": ({"format": 3}, "cannot be read"),
    "of no object": ([], "cannot be read .*not a mapping"),
}


def test_a_state_with_any_field_damaged_is_refused_or_goes_on(source, tmp_path, classifier):
    target = tmp_path / "out.csv"
    with pytest.raises(StopError):
        tpmclassify.screen_file(source, target, model=classifier, progress=stop_after(60))
    kept = {path: path.read_bytes() for path in tmp_path.glob("out*")}
    state = json.loads(kept[tmp_path / "out.csv.part.json"])
    places = [(state, name) for name in state]
    places += [(state[within], name) for within in ("input", "totals") for name in state[within]]
    refused = 0
    for fields, name in places:
        right = fields[name]
        for wrong in (None, -1, "x", [], {}, [[1]]):
            fields[name] = wrong
            for path, data in kept.items():
                path.write_bytes(data)
            (tmp_path / "out.csv.part.json").write_text(json.dumps(state))
            try:
                tpmclassify.screen_file(source, target, model=classifier, resume=True)
            except tpmclassify.TableError:
                refused += 1
            target.unlink(missing_ok=True)
        fields[name] = right
    assert refused > 5 * len(state)


@pytest.mark.parametrize("name", STATES)
def test_a_state_that_is_not_ours_is_refused_and_stays(source, tmp_path, classifier, name):
    state, message = STATES[name]
    path = tmp_path / "out.csv.part.json"
    path.write_text(json.dumps(state))
    with pytest.raises(tpmclassify.TableError, match=message) as caught:
        tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier, resume=True)
    assert str(path) in str(caught.value)
    assert json.loads(path.read_text()) == state
    if not state:  # no version of ours has written that
        with pytest.raises(tpmclassify.TableError, match="none of its own"):
            tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier)
        assert json.loads(path.read_text()) == state
        return
    tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier)
    assert not path.exists()


def test_without_an_earlier_run_resume_begins(source, tmp_path, classifier):
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier, resume=True)
    assert summary.rows == 120


def test_without_resume_a_job_begins_again(source, tmp_path, classifier):
    target = tmp_path / "out.csv"
    with pytest.raises(StopError):
        tpmclassify.screen_file(source, target, model=classifier, progress=stop_after(50))
    seen = []
    tpmclassify.screen_file(source, target, model=classifier, progress=seen.append)
    assert seen[0].rows <= 20
    assert files(tmp_path) == ["in.csv", "out.csv", "out.csv.rejects.jsonl"]


def test_an_input_that_changes_while_it_is_read_is_noticed(source, tmp_path, classifier):
    def grow(done):
        if done.rows == 50:
            with source.open("a") as stream:
                stream.write("121,more\n")

    with pytest.raises(tpmclassify.TableError, match="changed while it was read"):
        tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier, progress=grow)
    assert files(tmp_path) == ["in.csv"]


LIMITED = """
import resource, sys, tpmclassify
from tpmclassify.tables.job import run as job
from tpmclassify import batch_sizes
job.CHECKPOINT_SECONDS, batch_sizes.BATCH_ROWS = 0.0, 10
classifier = tpmclassify.load()
limit = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
tpmclassify.screen_file(sys.argv[1], sys.argv[2], model=classifier)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_full_disk_is_named_and_the_job_goes_on(source, tmp_path, classifier, name):
    (tmp_path / "full").mkdir()
    target = tmp_path / "full" / name
    command = [sys.executable, "-c", LIMITED, source, target, "20000"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "cannot be written" in result.stderr
    assert "--resume" in result.stderr
    assert not target.exists()
    assert f"{name}.part.json" in files(target.parent)
    tpmclassify.screen_file(source, target, model=classifier, resume=True)
    tpmclassify.screen_file(source, tmp_path / name, model=classifier)
    assert target.read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")
def test_ctrl_c_says_how_to_go_on(source, tmp_path):
    rows = source.read_text().splitlines()[1:]
    source.write_text("\n".join(["id,text", *(rows * 40)]) + "\n")
    command = [sys.executable, "-m", "tpmclassify", "screen", "in.csv", "-o", "out.csv"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        part = tmp_path / "out.csv.part"
        if part.exists() and part.stat().st_size > 1000:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert b"--resume" in stderr
    assert b"Traceback" not in stderr
    assert not (tmp_path / "out.csv").exists()
    resumed = subprocess.run([*command, "--resume"], cwd=tmp_path, check=False, capture_output=True)
    assert resumed.returncode == 3, resumed.stderr
    assert "out.csv.part" not in files(tmp_path)


def test_a_progress_says_how_far_it_is(source, tmp_path, classifier):
    seen = []
    tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier, progress=seen.append)
    assert [done.rows for done in seen] == sorted(done.rows for done in seen)
    assert seen[-1] == Progress(120, source.stat().st_size, source.stat().st_size)
