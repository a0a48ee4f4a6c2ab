"""The whole path in a real browser: nothing foreign runs or is asked, nobody is shut out."""

import csv
import io
import re
import socket
from pathlib import Path

import pytest
from markup import PAYLOADS
from served_page import table

HERE = Path(__file__).parent
AXE = (HERE / "axe.min.js").read_text(encoding="utf-8")
SHORT = "Manage the project schedule, budget and scope, and report status to the client."


@pytest.fixture
def rows(written):
    """A thousand rows: long postings and short ones."""
    return [
        {**posting, "description": posting["description"] if number < 240 else SHORT}
        for number, posting in enumerate((written * 5)[:1000])
    ]


@pytest.fixture
def outside(monkeypatch):
    """Where this process connects to beyond loopback."""
    found, connect = [], socket.socket.connect

    def watched(self, address):
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            found.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    return found


@pytest.fixture
def tab(context, page):
    """A tab on the page; it must not report an error, or ask for anything elsewhere."""
    tab = context.new_page()
    faults, requests = [], []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    tab.on("dialog", lambda dialog: faults.append(dialog.message) or dialog.dismiss())
    context.on("request", lambda request: requests.append(request.url))
    yield tab
    assert faults == []
    assert [url for url in requests if not url.startswith(page.address)] == []


def upload(tab, page, name, content):
    tab.goto(f"{page.address}/screenings")
    tab.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
    tab.click("button.primary")


SEEN_MS = 450  # a little more than a row must be in sight before it takes a key


def downloaded(tab, link):
    with tab.expect_download() as download:
        tab.click(link)
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_whole_path(tab, page, rows, outside):
    # One posting.
    tab.goto(page.address)
    tab.fill("#text", rows[0]["description"])
    tab.fill("#title", rows[0]["title"])
    tab.click("button.primary")
    tab.wait_for_selector(".decision")
    line = tab.locator("mark").first
    line.focus()
    assert "speaks for" in line.locator(".note").inner_text()
    tab.keyboard.press("Tab")
    line.locator(".note").wait_for(state="hidden")
    # A thousand: progress, then the table.
    upload(tab, page, "thousand.csv", table(rows))
    tab.wait_for_selector("#rows")
    address = tab.url
    assert "1,000 postings screened" in tab.locator(".plots").inner_text()
    assert tab.locator("table.rows tbody tr").count() == 50
    # Filter.
    tab.select_option("#decided", "no")  # which loads nothing: the next choice can be made by key
    with tab.expect_navigation():
        tab.click("text=Apply")
    waiting = int(tab.locator("text=/ of [0-9,]+ rows$/").inner_text().split(" of ")[1].split()[0])
    assert all("Review" in text for text in tab.locator(".rows .badge").all_inner_texts())
    # Decide by keyboard.
    with tab.expect_navigation():  # to the end of its loading: then keys are listened to
        tab.click("text=Decide them one by one")
    tab.keyboard.press("t")  # too early: meant for whatever was there before
    for key in "tpn":
        tab.wait_for_timeout(SEEN_MS)
        with tab.expect_navigation():
            tab.keyboard.press(key)
    with tab.expect_navigation():
        tab.keyboard.press("ArrowRight")
    with tab.expect_navigation():
        tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("?")
    assert tab.locator("#keys-help").is_visible()
    tab.keyboard.press("Escape")
    tab.wait_for_timeout(SEEN_MS)
    with tab.expect_navigation():
        tab.keyboard.press("n")
    tab.wait_for_timeout(SEEN_MS)
    with tab.expect_navigation():
        tab.keyboard.press("Control+z")
    tab.uncheck("[data-keys-on]")
    tab.keyboard.press("t")
    tab.goto(f"{address}?decided=no")
    assert f"of {waiting - 3} rows" in tab.inner_text("main")
    # Download.
    taken = downloaded(tab, "a[href$='/download/csv?']")
    assert sorted(row["your_decision"] for row in taken if row["your_decision"]) == [
        "PM",
        "TPM",
        "neither",
    ]
    assert len(downloaded(tab, "a[href$='/download/labelled']")) == 3
    # Delete.
    tab.click("summary:has-text('Delete')")
    tab.click("text=Delete for good")
    tab.wait_for_selector("text=Deleted, with all its rows")
    assert "thousand.csv" not in tab.inner_text("main")
    assert outside == []


def test_words_that_were_searched_for_are_marked(tab, page, rows):
    upload(tab, page, "found.csv", table(rows[:200]))
    tab.wait_for_selector("#words")
    tab.fill("#words", "STAKEHOLDERS")
    tab.click(".filters button")
    tab.wait_for_selector("td.main a")
    with tab.expect_navigation():  # until its script has run
        tab.click("td.main a")
    marked = tab.evaluate("CSS.highlights.get('words').size")
    assert marked == tab.text_content(".posting").lower().count("stakeholders") > 0


def test_a_program_that_ended_is_said_and_that_it_is_back_too(context, page):
    tab = context.new_page()
    tab.goto(page.address)
    context.set_offline(True)
    tab.wait_for_selector("#gone")
    assert "has ended" in tab.inner_text("#gone")
    context.set_offline(False)
    tab.wait_for_selector("#gone", state="detached")


def test_a_dropped_file_is_taken(tab, page):
    tab.goto(page.address)
    dropped = tab.evaluate_handle(
        """text => { const transfer = new DataTransfer();
        transfer.items.add(new File([text], "dropped.txt")); return transfer; }""",
        SHORT,
    )
    tab.dispatch_event("form[data-drop]", "drop", {"dataTransfer": dropped})
    tab.click("button.primary")
    tab.wait_for_selector(".decision")
    assert SHORT[:40] in tab.inner_text(".text")


def test_a_decision_is_copied(context, tab, page):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto(page.address + page.post("/postings", {"text": SHORT}).location)
    for button, expected in (
        ("Copy as text", "REVIEW by"),
        ("Copy for a mail", "What speaks for"),
        ("Copy JSON", '"p_tpm"'),
        ("Copy link", "/postings/"),
    ):
        tab.click(f"text={button}")
        tab.wait_for_selector("text=Copied.")
        tab.wait_for_function(
            "async text => (await navigator.clipboard.readText()).includes(text)", arg=expected
        )


def test_no_payload_runs(tab, page):
    payloads = [
        {"title": p, "employer": p, "description": f"{SHORT}\nPlan {p} well."} for p in PAYLOADS
    ]
    address = page.address + page.screen('"><svg onload=alert(1)>.csv', table(payloads))
    addresses = [address, f"{address}?page=2", f"{page.address}/screenings"]
    addresses += [f"{address}/rows/{row}" for row in range(1, len(PAYLOADS) + 1, 3)]
    for target in addresses:
        tab.goto(target)  # the fixture fails on any dialog, error or foreign request
        assert tab.url.startswith(page.address)


def test_the_page_works_without_script(browser, page, rows):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page.address)
    tab.fill("#text", SHORT)
    tab.click("button.primary")
    tab.wait_for_selector(".decision")
    upload(tab, page, "plain.csv", table(rows[:60]))
    tab.wait_for_selector("#rows")  # the progress page asks again by itself
    tab.click("text=Decide them one by one")
    tab.wait_for_selector(".decision")
    idle = tab.locator(".keys, kbd, [data-copy], [data-copy-link]")  # without scripts
    assert idle.count() > 0
    assert not any(one.is_visible() for one in idle.all())
    tab.click("button:has-text('neither')")
    assert "TPM" in tab.inner_text("form.ruling")
    context.close()


@pytest.fixture(scope="module")
def addresses(page, written):
    done = page.screen("a.csv", table([*written[:60], written[0]]))
    page.post(f"{done}/rows/1/ruling", {"ruling": "PM"})
    line = re.search(r'<option value="(\d+)">', page.get(f"{done}/rows/1").text)[1]
    page.post(f"{done}/rows/1/mark", {"line": line, "states": "none"})
    choose = page.post("/screenings", file=("b.csv", b"x;y\n1;2\n3;4\n")).location
    failed = page.post("/screenings", file=("c.csv", b"x;y\n1;2\n3;4\n")).location
    page.post(f"{failed}/start", {"text": "x", "title": "nothing"})
    page.wait_for(failed)
    one = page.post("/postings", {"text": written[124]["description"], "title": "PMO"})
    other = page.post("/postings", {"text": written[3]["description"], "origin": one.location[10:]})
    bench = [f"{one.location}?aim=TPM", f"{one.location}/decision.print", other.location, "/words"]
    bench.append(f"/compare?a={one.location[10:]}&b={other.location[10:]}")
    rows = [f"{done}/rows/{row}" for row in (1, 2)]
    rows.append(f"{done}?chance=3&verdict=PM")
    empty = f"{done}?find=nothing-like-that"
    return [
        "/",
        one.location,
        *bench,
        "/screenings",
        done,
        empty,
        *rows,
        choose,
        failed,
        "/nothing",
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
class TestEveryone:
    @pytest.fixture
    def reader(self, browser, scheme, width):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        yield context.new_page()
        context.close()

    def test_axe_finds_no_fault(self, reader, page, addresses):
        for address in addresses:
            reader.goto(page.address + address)
            reader.evaluate(AXE)
            found = reader.evaluate("axe.run().then(result => result.violations)")
            bad = [
                (fault["id"], [node["html"][:200] for node in fault["nodes"][:3]])
                for fault in found
            ]
            assert bad == [], address

    def test_nothing_is_wider_than_the_window(self, reader, page, addresses, width):
        for address in addresses:
            reader.goto(page.address + address)
            assert reader.evaluate("document.documentElement.scrollWidth") <= width, address


def test_on_a_telephone_filters_fold_until_one_is_set(browser, page, rows):
    address = page.address + page.screen("folded.csv", table(rows[:3]))
    context = browser.new_context(viewport={"width": 390, "height": 900})
    tab = context.new_page()
    tab.goto(address)
    assert not tab.locator(".filters").is_visible()
    tab.click(".find > summary")
    tab.fill("#find", "manager")
    tab.click(".filters button")
    tab.wait_for_url("**find=manager**")
    assert tab.locator(".filters").is_visible()
    context.close()


def test_the_switch_of_the_keys_stands_beside_their_help(tab, page, rows):
    tab.goto(page.address + page.screen("keys.csv", table(rows[:3])))
    switch, button = (tab.locator(name).bounding_box() for name in ("label.keys", "button.keys"))
    assert 0 < button["x"] - (switch["x"] + switch["width"]) < 30  # pixels


def test_all_is_reached_by_keyboard(tab, page):
    tab.goto(page.address)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert tab.locator(".skip").bounding_box()["x"] >= 0
    names = set()
    for _ in range(12):
        tab.keyboard.press("Tab")
        names.add(tab.evaluate("document.activeElement.id || document.activeElement.textContent"))
        width = tab.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px"
        if "Classify" in names:
            break
    assert {"text", "file", "title", "employer", "Classify"} <= names
