"""A page that is served for real, spoken to over HTTP; and tables to upload."""

import contextlib
import csv
import http.client
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid

import uvicorn

from tpmclassify.web.app import make_app
from tpmclassify.web.session import Session
from tpmclassify.web.store.data_folder import DataFolder

CHROMIUM = shutil.which("chromium")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


FIELDS = ["title", "employer", "description"]


def table(rows, names=FIELDS, **options):
    """A CSV file of dictionaries."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, extrasaction="ignore", **options)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


class Answer:
    """What the page answered."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()

    @property
    def location(self):
        return self.headers["Location"]


class Page:
    """Speaks to a page as a browser does, one connection for each request."""

    def __init__(self, port):
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    @property
    def token(self):
        return re.search(r'name="csrf_token" value="([^"]+)"', self.get("/").text)[1]

    def post(self, path, fields=None, file=None, *, token=None, origin=None):
        boundary = uuid.uuid4().hex
        given = fields.items() if isinstance(fields, dict) else fields or []
        fields = [("csrf_token", self.token if token is None else token), *given]
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields
        ]
        body = "".join(parts).encode()
        for name, content in [file] if isinstance(file, tuple) else file or []:
            shown = name.replace('"', "%22")
            body += (
                f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{shown}"'
                "\r\nContent-Type: application/octet-stream\r\n\r\n"
            ).encode()
            body += content + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        if origin != "":
            headers["Origin"] = origin or self.address
        return self.request("POST", path, body, headers)

    def classify(self, text, title="", employer=""):
        answer = self.post("/postings", {"text": text, "title": title, "employer": employer})
        assert answer.status == 303, answer.text
        return self.get(answer.location)

    def screen(self, name, content, columns=None):
        """Upload a table and wait for its screening; returns its address."""
        answer = self.post("/screenings", file=(name, content))
        assert answer.status == 303, answer.text
        if columns is not None:
            assert self.post(f"{answer.location}/start", columns).status == 303
        self.wait_for(answer.location)
        return answer.location

    def wait_for(self, address):
        for _ in range(1800):
            text = self.get(address).text
            if 'id="rows"' in text or 'role="alert"' in text:
                return text
            time.sleep(0.1)
        raise AssertionError("the screening did not end")


@contextlib.contextmanager
def serving(classifier, root):
    """A page in a thread, with its tables under a folder."""
    session = Session(classifier, DataFolder(root))
    config = uvicorn.Config(
        make_app(session, "127.0.0.1"),
        access_log=False,
        log_level="error",
        lifespan="off",
        ws="none",
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield Page(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()
            session.close()


@contextlib.contextmanager
def served(tmp_path, *options):
    """The command in a process of its own; gives its page and what it said."""
    (tmp_path / "tmp").mkdir(exist_ok=True)
    homes = dict.fromkeys(("XDG_DATA_HOME", "HOME", "LOCALAPPDATA"), str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-m", "tpmclassify", "serve", "--no-browser", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **homes, "TMPDIR": str(tmp_path / "tmp")},
    )
    try:
        said = process.stdout.readline() + process.stdout.readline()
        port = re.search(r"http://\S+:(\d+)", said)
        assert port, said
        yield Page(int(port[1])), said, process
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[0]
    assert "Traceback" not in rest
    assert process.returncode in (0, -signal.SIGKILL, 128 + signal.SIGTERM)
    assert "ERROR" not in rest
