"""The command line answers in UTF-8 whatever the locale, and streams may be closed."""

import json
import os
import subprocess
import sys

import pytest

TEXT = "Own the technical roadmap → latency and cost, across five engineering teams 🚀. "


def run(command, cwd, **environment):
    return subprocess.run(
        ["sh", "-c", command, sys.executable, "-m", "tpmclassify"],
        cwd=cwd,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a shell")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_answers_are_utf_8_whatever_the_locale(tmp_path, encoding):
    (tmp_path / "a.txt").write_text(TEXT * 3, encoding="utf-8")
    options = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    answer = run('"$0" "$@" classify a.txt --json', tmp_path, **options)
    assert "🚀" in json.dumps(json.loads(answer.stdout.decode("utf-8")), ensure_ascii=False)
    (tmp_path / "日.csv").write_text(f'id,text\n1,"{TEXT}"\n', encoding="utf-8")
    answer = run('"$0" "$@" screen 日.csv', tmp_path, **options)
    assert answer.returncode in (0, 3), answer.stderr
    assert "日.screened.csv" in answer.stdout.decode("utf-8")


CLOSED = {
    'printf "id,text\\n1,a b\\n" | "$0" "$@" screen - -o c.csv 2>&-': 0,
    '"$0" "$@" screen a.csv -o c.csv >&-': 0,
    '"$0" "$@" screen a.csv -o - >&- && touch c.csv': 1,
    '"$0" "$@" screen - -o c.csv <&-': 1,
    '"$0" "$@" screen a.csv -o c.csv > /dev/full': 1,
}


@pytest.mark.parametrize("command", CLOSED)
def test_closed_streams_are_no_traceback(tmp_path, command):
    if "/dev/full" in command and not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    (tmp_path / "a.csv").write_text("id,text\n1,a b\n")
    answer = run(command, tmp_path)
    assert answer.returncode == CLOSED[command] or "/dev/full" in command
    assert b"Traceback" not in answer.stderr
    assert (tmp_path / "c.csv").exists() == (CLOSED[command] == 0 or "/dev/full" in command)


def test_names_that_are_no_text_are_read_and_shown(tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9.csv"
    try:
        with open(name, "wb") as stream:
            stream.write(b"id,text\n1,a b\nshort\n")
    except OSError:
        pytest.skip("the file system takes text only")
    answer = run('"$0" "$@" screen caf*.csv --report r.html', tmp_path)
    assert answer.returncode == 3, answer.stderr
    assert os.path.exists(name.replace(b".csv", b".screened.csv"))


def test_names_that_are_too_long_are_named(tmp_path):
    (tmp_path / f"{'x' * 240}.csv").write_text("id,text\n1,a b\n")
    answer = run('"$0" "$@" screen x*.csv', tmp_path)
    assert answer.returncode == 1
    assert b"cannot be written" in answer.stderr
    assert b"Traceback" not in answer.stderr
