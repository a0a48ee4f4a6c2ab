"""Who may talk to the page, and what nobody gets it to do."""

import csv
import io
import time

import pytest
from markup import PAYLOADS, SCRIPTS, Markup

PM_TEXT = "Manage the project schedule, budget and scope, and report status to the client."
CHANGES = [
    "/postings",
    "/screenings",
    "/screenings/AAAAAAAAAAAAAAAA/start",
    "/screenings/AAAAAAAAAAAAAAAA/cancel",
    "/screenings/AAAAAAAAAAAAAAAA/delete",
    "/screenings/AAAAAAAAAAAAAAAA/rows/1/ruling",
    "/screenings/AAAAAAAAAAAAAAAA/rows/1/note",
    "/screenings/AAAAAAAAAAAAAAAA/rows/1/mark",
    "/screenings/AAAAAAAAAAAAAAAA/again",
    "/screenings/AAAAAAAAAAAAAAAA/look",
    "/postings/AAAAAAAAAAAAAAAA/split",
    "/screenings/AAAAAAAAAAAAAAAA/rulings",
    "/screenings/AAAAAAAAAAAAAAAA/undo",
]
PAGES = ["/", "/screenings", "/nothing", "/static/page.js", "/progress"]


@pytest.fixture(scope="module")
def hostile(page):
    """A table with a payload in every cell, column name and file name; its address."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["title", "company", "description", '<img src=x onerror="alert(1)">'])
    for payload in PAYLOADS:
        writer.writerow([payload, payload, f"{PM_TEXT}\nManage budgets {payload} well.", payload])
    return page.screen('<svg onload=alert(1)>".csv', stream.getvalue().encode())


def test_there_are_many_payloads():
    assert len(set(PAYLOADS)) >= 40


def test_no_payload_of_a_table_becomes_markup(page, hostile):
    for address in [hostile, f"{hostile}?page=2", "/screenings"]:
        assert Markup(page.get(address).text).dangers() == []
    shown = Markup(page.get(hostile).text).text
    assert all(" ".join(payload.split()) in shown for payload in PAYLOADS[:40])


@pytest.mark.parametrize("row", range(1, len(PAYLOADS) + 1))
def test_no_payload_of_a_row_becomes_markup(page, hostile, row):
    markup = Markup(page.get(f"{hostile}/rows/{row}").text)
    assert markup.dangers() == []
    assert PAYLOADS[row - 1] in markup.text


def test_no_payload_of_a_posting_becomes_markup(page):
    for payload in PAYLOADS:
        fields = {
            "text": f"{PM_TEXT}\nManage {payload} well.",
            "title": payload,
            "employer": payload,
            "aim": "TPM",
        }
        address = page.post("/postings", fields).location.split("?")[0]
        compared = f"/compare?a={address[10:]}&b={address[10:]}"
        for path in (address, f"{address}?aim=TPM", f"{address}/decision.print", compared):
            answer = page.get(path)
            assert answer.status == 200
            assert Markup(answer.text).dangers() == []
            assert payload in Markup(answer.text).text
        live = page.post("/postings", {**fields, "live": "1"})
        assert Markup(live.text).dangers() == []
        mail = page.get(f"{address}/decision.mail")
        assert Markup(mail.text).dangers() == []
        assert "attachment" in mail.headers["Content-Disposition"]
    assert Markup(page.get("/").text).dangers() == []


def test_no_payload_of_a_failed_form_becomes_markup(page):
    for payload in PAYLOADS:
        fields = {"text": "", "title": payload, "employer": payload}
        answer = page.post("/postings", fields)
        assert answer.status == 400
        assert Markup(answer.text).dangers() == []


def test_no_payload_of_an_address_becomes_markup(page, hostile):
    from urllib.parse import quote

    for payload in PAYLOADS:
        for address in (
            f"/{quote(payload)}",
            f"{hostile}?find={quote(payload)}&sort={quote(payload)}",
        ):
            assert Markup(page.get(address).text).dangers() == []


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "evil@x", "[", "1.2.3.4"]
)
def test_another_name_for_this_machine_is_refused(page, host):
    assert page.get("/", Host=host).status == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_names_of_this_machine_are_taken(page, host):
    assert page.get("/", Host=f"{host}:{page.port}").status == 200


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("origin", ["", "null", "http://evil.example", "http://127.0.0.1:1"])
def test_a_change_from_another_origin_is_refused(page, path, origin):
    assert page.post(path, origin=origin).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_have_the_page_at_work(page, hostile, site):
    wanted = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    assert page.get(f"{hostile}/download/csv", **wanted).status == 403
    assert page.get("/progress", **wanted).status == 403
    followed = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert page.get("/", **followed).status == 200


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_change_without_the_token_is_refused(page, hostile, path, token):
    path = path.replace("/screenings/AAAAAAAAAAAAAAAA", hostile)
    answer = page.post(path, token=token)
    assert answer.status in (403, 404)
    assert page.get(hostile).status == 200
    assert "rows wait for your decision" in page.get(hostile).text or path.endswith("/start")


def test_every_change_is_a_post_that_is_listed_here():
    from starlette.routing import Route

    from tpmclassify.web.routes import postings, rows, screenings

    routes = [*postings.routes, *screenings.routes, *rows.routes]
    posts = {route.path for route in routes if isinstance(route, Route) and "POST" in route.methods}
    named = {
        path.replace("AAAAAAAAAAAAAAAA", "{key}").replace("rows/1", "rows/{row:int}")
        for path in CHANGES
    }
    assert posts == named


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_policy(page, path):
    headers = page.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_no_page_holds_a_script_or_style_of_its_own(page, hostile):
    addresses = ["/", "/screenings", hostile, f"{hostile}/rows/1", "/nothing"]
    for address in [*addresses, page.post("/postings", {"text": PM_TEXT}).location]:
        elements = Markup(page.get(address).text).elements
        assert "style" not in [tag for tag, _ in elements]
        assert not any("style" in attributes for _, attributes in elements)
        scripts = [attributes.get("src") for tag, attributes in elements if tag == "script"]
        assert scripts[0] == "/static/page.js"
        assert set(scripts) <= set(SCRIPTS)


@pytest.mark.parametrize(
    "path",
    [
        "/screenings/../../etc/passwd",
        "/screenings/%2e%2e%2f%2e%2e",
        "/screenings/..",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/screenings/AAAAAAAAAAAAAAAA",
        "/screenings/AAAAAAAAAAAAAAAA/rows/1",
        "/screenings/AAAAAAAAAAAAAAAA/download/csv",
        "/postings/AAAAAAAAAAAAAAAA",
    ],
)
def test_addresses_of_nothing_find_nothing(page, path):
    assert page.get(path).status == 404


def test_a_body_that_says_it_is_too_large_is_refused_unread(page):
    headers = {
        "Origin": page.address,
        "Content-Length": str(10**10),
        "Content-Type": "multipart/form-data; boundary=b",
    }
    answer = page.request("POST", "/screenings", b"x", headers)
    assert answer.status == 413
    assert "500 MB" in answer.text


def test_a_body_that_grows_too_large_is_refused_on_the_way(page):
    form = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n'

    def body():
        yield form
        for _ in range(400):
            yield b"x" * 100_000

    headers = {"Origin": page.address, "Content-Type": "multipart/form-data; boundary=b"}
    try:
        status = page.request("POST", "/postings", body(), headers).status
    except (BrokenPipeError, ConnectionResetError):
        status = 413  # hung up while we were still talking
    assert status in (400, 413)
    assert page.get("/").status == 200


@pytest.mark.parametrize("body", [b"", b"--b", b"\x00" * 100, b"--b\r\nContent-Disposition: x\r\n"])
def test_a_malformed_form_is_an_answer_not_a_crash(page, body):
    headers = {"Origin": page.address, "Content-Type": "multipart/form-data; boundary=b"}
    assert page.request("POST", "/postings", body, headers).status in (400, 403)


def test_no_text_of_a_posting_reaches_a_log(page, caplog, capfd):
    secret = "Xyzzyplugh manages the zorkmid budget"
    page.classify(f"{PM_TEXT} {secret}", secret, secret)
    page.screen("t.csv", f'title,description\n{secret},"{PM_TEXT} {secret}"\n'.encode())
    page.get(f"/{secret.replace(' ', '-')}")
    time.sleep(0.2)
    captured = capfd.readouterr()
    assert "Xyzzyplugh" not in caplog.text + captured.out + captured.err
