"""The page answers at once while it has much to do, in memory that does not follow the upload."""

import http.client
import threading
import time
from pathlib import Path

import pytest
from served_page import served, table

PATIENCE = 5.0  # seconds; the promise is one, and a machine that does other things gets more
SHORT = "Manage the project schedule, budget and scope, and report status to the client."
MEGABYTE = 1_000_000


class Asker:
    """Asks for pages all the time, and remembers how long each answer took."""

    def __init__(self, page, paths):
        self._page, self._paths = page, paths
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.seconds = []

    def _ask(self):
        while not self._stop.is_set():
            for path in self._paths:
                start = time.monotonic()
                assert self._page.get(path).status == 200
                self.seconds.append(time.monotonic() - start)
            time.sleep(0.05)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()


def upload(page, rows, padding):
    """Send a table row by row, never all of it at hand; returns its address."""
    head = (
        '--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        f"{page.token}\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n'
        "Content-Type: text/csv\r\n\r\ntitle,description,notes\n"
    ).encode()
    row = f'PMO,"{SHORT}",{"x" * padding}\n'.encode()
    end = b"\r\n--b--\r\n"

    def body():
        yield head
        for _ in range(rows // 100):
            yield row * 100
        yield end

    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=120)
    headers = {
        "Origin": page.address,
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(len(head) + rows // 100 * 100 * len(row) + len(end)),
    }
    connection.request("POST", "/screenings", body(), headers)
    response = connection.getresponse()
    assert response.status == 303, response.read()
    connection.close()
    return response.headers["Location"]


def most_memory(process):
    """The most memory that a process ever had, in bytes (Linux)."""
    path = Path(f"/proc/{process.pid}/status")
    if not path.is_file():
        pytest.skip("only Linux tells")
    line = next(line for line in path.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.slow
def test_an_upload_of_200_mb_keeps_the_page_answering(tmp_path, record_property):
    with served(tmp_path, "--port", "0") as (page, _, process):
        page.screen("small.csv", table([{"title": "PMO", "description": SHORT}] * 3000))
        before = most_memory(process)
        with Asker(page, ["/", "/screenings"]) as asker:
            start = time.monotonic()
            address = upload(page, 50_000, 3_900)
            uploaded = time.monotonic() - start
            grown = most_memory(process) - before
            time.sleep(5)  # while it is screened
        page.post(f"{address}/cancel")
    record_property("slowest answer, seconds", max(asker.seconds))
    record_property("upload, seconds", uploaded)
    record_property("memory grown, MB", grown / MEGABYTE)
    assert max(asker.seconds) < PATIENCE
    assert grown < 100 * MEGABYTE


def test_twenty_tabs_at_once_are_answered(browser, page, written):
    done = page.screen("done.csv", table(written[:60]))
    running = page.post("/screenings", file=("long.csv", table(written * 8))).location
    context = browser.new_context()
    tabs = [context.new_page() for _ in range(20)]
    with Asker(page, ["/", done]) as asker:
        for number, tab in enumerate(tabs):
            # Half of them watch the progress: a browser has six connections, not twenty.
            tab.goto(page.address + (running if number % 2 else done))
        for tab in tabs[::2]:
            tab.reload()
    page.wait_for(running)
    for tab in tabs[1::2]:
        tab.wait_for_selector("#rows", timeout=30_000)
    assert max(asker.seconds) < PATIENCE
    context.close()


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_paged_without_loading_them(tmp_path):
    rows = 100_000
    with served(tmp_path, "--port", "0") as (page, _, process):
        address = upload(page, rows, 10)
        while "rows wait" not in page.get(address).text:
            time.sleep(0.5)
        before = most_memory(process)
        queries = ["page=2000", "verdict=review&page=1000", "sort=probability&descending=1"]
        queries += ["sort=title&page=1999", "find=pmo&page=2000", "title=disagrees", "reason=empty"]
        paths = [f"{address}?{query}" for query in queries]
        paths += [f"{address}/rows/{row}" for row in (1, rows // 2, rows)]
        with Asker(page, paths) as asker:
            time.sleep(5)
        assert "99,951 to 100,000 of 100,000 rows" in page.get(paths[0]).text
        assert most_memory(process) - before < 100 * MEGABYTE
    assert max(asker.seconds) < PATIENCE
