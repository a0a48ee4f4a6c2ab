"""The command: starts at once, says where, keeps or forgets, ends when told."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
from served_page import served, table

TEXT = "Manage the project schedule, budget and scope, and report status to the client."


def python(*arguments):
    return subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_the_command_has_help():
    result = python("-m", "tpmclassify", "serve", "--help")
    assert result.returncode == 0
    for option in ("--port", "--host", "--no-browser", "--ephemeral", "--model"):
        assert option in result.stdout


def test_it_says_where_it_is_and_what_it_keeps(tmp_path):
    with served(tmp_path) as (page, said, _):
        assert page.get("/").status == 200
        assert str(tmp_path) in said


def test_a_taken_port_is_left_alone(tmp_path):
    with contextlib.suppress(OSError):
        taken = socket.create_server(("127.0.0.1", 8000))
    with served(tmp_path) as (page, _, _):
        assert page.port != 8000
    with contextlib.suppress(NameError):
        taken.close()


def test_a_port_that_was_asked_for_and_is_taken_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = python("-m", "tpmclassify", "serve", "--no-browser", "--port", port)
    assert result.returncode == 1
    assert f"cannot listen on 127.0.0.1, port {port}" in result.stderr
    assert "--port" in result.stderr


def test_tables_survive_a_restart(tmp_path, written):
    with served(tmp_path, "--port", "0") as (page, _, _):
        address = page.screen("kept.csv", table(written[:4]))
        page.post(f"{address}/rows/1/ruling", {"ruling": "neither"})
    with served(tmp_path, "--port", "0") as (page, _, _):
        assert "neither" in page.get(f"{address}/download/csv").text


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signals")
@pytest.mark.parametrize("end", ["SIGTERM", "SIGHUP"])
def test_an_ephemeral_page_leaves_nothing_whatever_ends_it(tmp_path, written, end):
    with served(tmp_path, "--port", "0", "--ephemeral") as (page, _, process):
        page.screen("gone.csv", table(written[:4]))
        process.send_signal(getattr(signal, end))
        process.wait(30)
    assert not list((tmp_path / "tmp").iterdir())


def test_what_a_killed_ephemeral_page_left_goes_at_the_next_start(tmp_path, written):
    with served(tmp_path, "--port", "0", "--ephemeral") as (page, _, process):
        page.screen("gone.csv", table(written[:4]))
        process.kill()
        process.wait()
    assert list((tmp_path / "tmp").iterdir())
    with served(tmp_path, "--port", "0", "--ephemeral"):
        assert len(list((tmp_path / "tmp").iterdir())) == 1
    assert not list((tmp_path / "tmp").iterdir())


def test_a_killed_page_loses_no_step(tmp_path, written):
    with served(tmp_path, "--port", "0") as (page, _, process):
        address = page.screen("kept.csv", table(written[:4]))
        page.post(f"{address}/rulings", {"whole": "1", "ruling": "PM", "confirmed": "1"})
        process.kill()
        process.wait()
    with served(tmp_path, "--port", "0") as (page, _, _):
        assert page.get(f"{address}/download/csv?decided=yes").text.count(",PM,PM,") == 4
        page.post(f"{address}/undo")
        assert ",PM,PM," not in page.get(f"{address}/download/csv?decided=yes").text


def test_an_ephemeral_page_leaves_nothing(tmp_path, written):
    with served(tmp_path, "--port", "0", "--ephemeral") as (page, said, _):
        assert "Nothing is kept" in said
        page.screen("gone.csv", table(written[:4]))
        assert list((tmp_path / "tmp").iterdir())
    assert not list((tmp_path / "tmp").iterdir())
    assert list(tmp_path.iterdir()) == [tmp_path / "tmp"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signals")
@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_work_that_was_cut_off_is_offered_again_as_it_was_set(tmp_path, written, end):
    rows = [{"head": p["title"], "what": p["description"], "note": "no"} for p in written * 40]
    with served(tmp_path, "--port", "0") as (page, _, process):
        address = page.post("/screenings", file=("cut.csv", table(rows, [*rows[0]]))).location
        page.post(f"{address}/start", {"text": "what", "title": "head"})
        while page.get(address).text.count("<strong data-done>0 rows") == 1:
            time.sleep(0.05)
        process.send_signal(getattr(signal, end))
        process.wait()
    with served(tmp_path, "--port", "0") as (page, _, _):
        assert "cut off when the page last ended" in page.get("/screenings").text
        offered = page.get(address).text
        assert re.findall(r"<option selected>(\w+)</option>", offered) == ["what", "head"]
        assert "<td>no</td>" in offered
        page.post(f"{address}/start", {"text": "what", "title": "head"})
        page.wait_for(address)
        assert page.get(f"{address}/download/csv").text.count(",no,") == len(rows)
    assert not list(tmp_path.glob("tpmclassify/work/*"))


def test_decisions_stay_when_other_columns_are_being_read_and_the_page_is_killed(tmp_path, written):
    with served(tmp_path, "--port", "0") as (page, _, process):
        first = page.screen("kept.csv", table(written[:4]))
        page.post(f"{first}/rows/2/ruling", {"ruling": "neither"})
        page.post(f"{first}/rows/3/note", {"text": "ask Ann"})
        again = page.post(f"{first}/again").location
        process.kill()
        process.wait()
    with served(tmp_path, "--port", "0") as (page, _, _):
        page.post(f"{again}/start", {"text": "description"})
        page.wait_for(again)
        for address in (first, again):
            taken = page.get(f"{address}/download/csv?decided=yes").text
            assert taken.count(",neither,neither,") == 1
            assert "ask Ann" in page.get(f"{address}/rows/3").text


def test_it_ends_at_once_while_a_browser_asks_how_far_it_is(tmp_path):
    with served(tmp_path, "--port", "0") as (page, _, process):
        listener = socket.create_connection(("127.0.0.1", page.port))
        listener.sendall(b"GET /progress HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % page.port)
        assert b"200" in listener.recv(1000)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=10)
        listener.close()


def test_an_open_host_is_warned_of(tmp_path):
    with served(tmp_path, "--port", "0", "--host", "0.0.0.0") as (page, _, process):
        assert "WARNING" in process.stdout.readline()
        assert page.get("/").status == 200
        assert page.get("/", Host="evil.example").status == 403
        assert page.get("/", Host=f"192.168.1.2:{page.port}").status == 200


def test_without_the_extra_the_cure_is_named():
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "from tpmclassify.cli import main\nmain(['serve', '--no-browser'])"
    )
    result = python("-c", code)
    assert result.returncode == 1
    assert "pip install 'tpmclassify[web]'" in result.stderr


def test_a_model_that_is_none_is_an_error(tmp_path):
    (tmp_path / "no.npz").write_text("no")
    result = python("-m", "tpmclassify", "serve", "--model", tmp_path / "no.npz")
    assert result.returncode == 1
    assert "no.npz" in result.stderr


@pytest.mark.parametrize("module", ["tpmclassify", "tpmclassify.cli"])
def test_nothing_of_the_page_is_imported_before_it_is_asked_for(module):
    code = f"import sys, {module}; print('jinja2' in sys.modules or 'starlette' in sys.modules)"
    result = python("-c", code)
    assert result.stdout.strip() == "False"
