"""The bench in a real browser: the page follows what is typed, and no word of it is lost."""

import math
import re
from pathlib import Path

import pytest
from markup import Markup
from pypdf import PdfReader
from served_page import serving, table

from tpmclassify.pages.words import REASONS
from tpmclassify.roles import DIMENSIONS, OTHER, RESPONSIBILITIES

TEXT = """Manage the project schedule, budget and scope of every customer installation.
Report status, cost and open points to the client every week.
Chair meetings, write minutes and follow up what was agreed with the contractors.
Plan milestones and deliverables, and track the hours of the project team against the budget.
Keep the risk register and obtain written approval of every change order."""
ADDED = "\nDrive the architecture roadmap across engineering teams and resolve dependencies."


@pytest.fixture
def tab(context, page):
    """A tab on a posting's page; it must not report an error."""
    tab = context.new_page()
    faults = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto(page.address + kept(page, TEXT))
    yield tab
    assert faults == []


def kept(page, text, title="Program lead", employer="Gizmotron", **more):
    fields = {"text": text, "title": title, "employer": employer, **more}
    return page.post("/postings", fields).location


def type_at_end(tab, text):
    tab.focus("#text")
    tab.keyboard.press("Control+End")
    tab.keyboard.insert_text(text)


def wait_for_judgement(tab, classifier, text):
    decision = classifier.classify(text, "Program lead", employer="Gizmotron")
    score = f"{decision.score:+.2f}".replace("-", "−")
    tab.evaluate("document.querySelector('.figures').open = true")
    tab.wait_for_selector(f".charts :text('{score}')")
    return decision


def test_verdict_shades_and_bars_follow_what_is_typed(tab, classifier):
    address = tab.url
    tab.click("text=Change the posting")
    before = tab.inner_html(".charts")
    type_at_end(tab, ADDED)
    decision = wait_for_judgement(tab, classifier, TEXT + ADDED)
    assert tab.inner_html(".charts") != before
    assert tab.text_content(".verdict h1") in tab.text_content("[data-said]")
    shades = tab.locator(".shades span").all_text_contents()
    in_order = sorted(decision.evidence, key=lambda line: line.start)
    assert shades == [line.text for line in in_order]
    assert tab.url == address


def test_shades_lie_exactly_under_the_typed_text(tab, classifier):
    tab.click("text=Change the posting")
    type_at_end(tab, "\n\n  " + "A long sentence of many words. " * 40)
    wait_for_judgement(tab, classifier, tab.input_value("#text"))
    boxes = [tab.locator(name).bounding_box() for name in ("#text", ".shades")]
    assert boxes[0] == pytest.approx(boxes[1], abs=1)  # pixels; two boxes are asked for in turn
    assert tab.evaluate("document.querySelector('#text').scrollHeight") <= boxes[0]["height"]
    assert tab.text_content(".shades") == tab.input_value("#text") + "\n"


def test_caret_and_typed_text_stay_while_the_page_follows(tab, classifier):
    tab.click("text=Change the posting")
    tab.focus("#text")
    tab.evaluate("document.querySelector('#text').setSelectionRange(10, 10)")
    tab.keyboard.type("big ")
    wait_for_judgement(tab, classifier, TEXT[:10] + "big " + TEXT[10:])
    tab.focus("#text")
    state = "[document.activeElement.id, document.activeElement.selectionStart]"
    assert tab.evaluate(state) == ["text", 14]
    assert tab.input_value("#text") == TEXT[:10] + "big " + TEXT[10:]
    tab.keyboard.press("Control+z")
    assert tab.input_value("#text") != TEXT[:10] + "big " + TEXT[10:]


def test_nothing_is_kept_until_it_is_asked_for(tab, page, classifier):
    tab.click("text=Change the posting")
    type_at_end(tab, ADDED)
    wait_for_judgement(tab, classifier, TEXT + ADDED)
    assert "Versions" not in page.get(tab.url.removeprefix(page.address)).text
    with tab.expect_navigation():
        tab.click("text=Keep this version")
    assert tab.locator(".versions li").count() == 2
    assert tab.input_value("#text") == TEXT + ADDED
    assert tab.input_value("#title") == "Program lead"
    assert tab.input_value("#employer") == "Gizmotron"


def test_a_text_that_cannot_be_judged_says_why_and_stays(tab):
    tab.click("text=Change the posting")
    tab.fill("#text", " ")
    tab.wait_for_selector("[data-said]:has-text('There is no posting yet')")
    tab.fill("#text", "x" * 1_000_001)
    tab.wait_for_selector("[data-said]:has-text('1,000,000')")
    assert len(tab.input_value("#text")) == 1_000_001


def test_a_page_that_does_not_answer_keeps_what_was_typed(tab, context):
    tab.click("text=Change the posting")
    context.set_offline(True)
    type_at_end(tab, ADDED)
    tab.wait_for_selector("[data-said]:has-text('still running')")
    assert tab.input_value("#text") == TEXT + ADDED


def test_what_was_typed_is_there_after_leaving_and_coming_back(tab, page, classifier):
    tab.click("text=Change the posting")
    type_at_end(tab, ADDED)
    wait_for_judgement(tab, classifier, TEXT + ADDED)
    tab.goto(f"{page.address}/words")
    tab.go_back()
    wait_for_judgement(tab, classifier, TEXT + ADDED)
    assert tab.input_value("#text") == TEXT + ADDED


def test_back_brings_title_and_employer(tab, page):
    tab.goto(page.address)
    for name, value in (("text", TEXT), ("title", "Lead"), ("employer", "Gizmotron")):
        tab.fill(f"#{name}", value)
    with tab.expect_navigation():
        tab.click("button.primary")
    tab.go_back()
    assert tab.input_value("#text") == TEXT
    assert tab.input_value("#title") == "Lead"
    assert tab.input_value("#employer") == "Gizmotron"


def test_advice_comes_with_its_condition_and_its_exact_gain(tab, classifier):
    tab.check("input[name=aim][value=TPM]")
    tab.wait_for_selector(".advice")
    assert "Change the posting only where the job is so" in tab.inner_text(".advice")
    tab.evaluate("document.querySelector('.figures').open = true")
    best = tab.locator(".advice .grounds li").first
    line = best.locator("blockquote").inner_text()
    figure = float(best.locator(".exact").inner_text().replace("−", "-"))

    def odds(text):
        p = classifier.classify(text, "Program lead", employer="Gizmotron").probabilities["TPM"]
        return math.log(p / (1 - p))

    assert odds(TEXT.replace(line, "")) - odds(TEXT) == pytest.approx(figure, abs=0.01)


def test_without_scripts_the_button_shows_what_changed(browser, page):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page.address + kept(page, TEXT))
    tab.click("text=Change the posting")
    tab.fill("#text", TEXT + ADDED)
    tab.check("input[name=aim][value=PM]")
    tab.click("text=Keep this version")
    assert "To read as PM" in tab.inner_text(".advice")
    assert ADDED.strip() in tab.inner_text(".shown")
    assert tab.locator(".versions li").count() == 2
    context.close()


def test_twenty_versions_are_kept_and_each_can_be_gone_back_to(page):
    addresses = [kept(page, TEXT)]
    origin = addresses[0].rpartition("/")[2]
    addresses += [kept(page, f"{TEXT}\nVersion {n}.", origin=origin) for n in range(1, 21)]
    last = page.get(addresses[-1]).text
    for address in addresses[:-1]:
        assert f'href="{address}"' in last
    assert "Version 7." in page.get(addresses[7]).text
    # In the list of this session they are one posting.
    listed = re.findall(r'<li><a href="(/postings/[^"]+)', page.get("/").text)
    assert [address for address in listed if address in addresses] == [addresses[-1]]


def test_two_versions_stand_side_by_side_with_what_moved(tab, page, classifier):
    first = kept(page, TEXT).rpartition("/")[2]
    tab.goto(page.address + kept(page, TEXT.splitlines()[0] + ADDED, origin=first))
    tab.select_option("#other", label="version 1")
    with tab.expect_navigation():
        tab.click("button:text('Compare')")
    assert "between two versions" in tab.inner_text("h1")
    gone, new = (part.inner_text() for part in tab.locator(".beside.why section").all())
    assert TEXT.splitlines()[2] in gone
    assert ADDED.strip() in new
    tab.evaluate("document.querySelector('.figures').open = true")
    scores = [
        classifier.classify(text, "Program lead", employer="Gizmotron").score
        for text in (TEXT, TEXT.splitlines()[0] + ADDED)
    ]
    figure = f"{scores[1] - scores[0]:+.2f}".replace("-", "−")
    assert figure in tab.locator(".moved tr").last.inner_text()


def test_two_postings_stand_side_by_side(page, written):
    keys = [kept(page, written[n]["description"], written[n]["title"])[10:] for n in (0, 2)]
    text = page.get(f"/compare?a={keys[0]}&b={keys[1]}").text
    assert written[0]["title"] in text
    assert written[2]["title"] in text
    assert "between two versions" not in text
    assert page.get(f"/compare?a={keys[0]}").status == 404


def test_a_note_covers_no_other_line(tab, page, written):
    tab.goto(page.address + kept(page, written[2]["description"]))
    marks = tab.locator("mark")
    for number in range(marks.count()):
        marks.nth(number).focus()
        note = marks.nth(number).locator(".note").bounding_box()
        foot = tab.locator(".legend-of-lines").bounding_box()
        next_line = marks.nth(min(number + 1, marks.count() - 1)).bounding_box()
        above_foot = min(next_line["y"] + next_line["height"], foot["y"])
        assert note["y"] >= above_foot - 1 or note["y"] >= foot["y"] - 1


def test_the_copy_for_a_mail_is_html_with_a_plain_form(context, tab):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.click("text=Copy for a mail")
    tab.wait_for_selector("text=Copied.")
    found = tab.evaluate(
        """async () => { const [item] = await navigator.clipboard.read();
        const read = async (type) => (await item.getType(type)).text();
        return [await read("text/html"), await read("text/plain")]; }"""
    )
    assert "<h1>Program lead, Gizmotron</h1>" in found[0]
    assert (
        "<li>Manage the project schedule, budget and scope of every customer installation.</li>"
        in found[0]
    )
    assert (
        "- Manage the project schedule, budget and scope of every customer installation."
        in found[1]
    )


@pytest.mark.parametrize("number", [0, 2, 6, 17, 63])
def test_the_print_form_is_one_page(tab, page, written, tmp_path, number):
    posting = written[number]
    address = kept(page, posting["description"], posting["title"], posting["employer"])
    tab.goto(f"{page.address}{address}/decision.print")
    assert "tpmclassify" in tab.title()
    tab.pdf(path=tmp_path / "print.pdf")
    (sheet,) = PdfReader(tmp_path / "print.pdf").pages
    text = " ".join(sheet.extract_text().split())
    assert posting["title"] in text
    assert posting["employer"] in text
    assert "model " in text
    assert "Many postings" not in text


def test_print_keeps_the_shades_and_drops_the_controls(tab):
    tab.emulate_media(media="print")
    adjust = "getComputedStyle(document.querySelector('mark')).printColorAdjust"
    assert tab.evaluate(adjust) == "exact"
    for name in (".switches", ".toolbar", "header.top", "#workbench"):
        assert not tab.locator(name).first.is_visible()


def test_files_are_named_after_the_posting(tab, page):
    tab.goto(page.address + kept(page, TEXT, "Senior TPM: C++ / Zürich"))
    with tab.expect_download() as download:
        tab.click("text=Download HTML")
    assert download.value.suggested_filename == "Senior-TPM-C-Zürich.html"
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_row_of_a_table_goes_along_as_a_posting_does(page, written):
    row = page.screen("t.csv", table(written[:3])) + "/rows/3"
    text = page.get(f"{row}/decision.print").text
    assert f"{written[2]['title']}, {written[2]['employer']}" in Markup(text).text
    assert f'href="{row}"' in text
    named = page.get(f"{row}/decision.json").headers["Content-Disposition"]
    assert "Principal-TPM-Database-Services.json" in named


def test_several_dropped_documents_get_a_sentence(tab, page):
    tab.goto(page.address)
    tab.fill("#title", "Kept")
    dropped = tab.evaluate_handle(
        """() => { const transfer = new DataTransfer();
        for (const name of ["a.txt", "b.txt"]) transfer.items.add(new File(["x"], name));
        return transfer; }"""
    )
    tab.dispatch_event("form[data-drop]", "drop", {"dataTransfer": dropped})
    tab.click("button.primary")
    assert "These are 2 files" in tab.inner_text("[role=alert]")
    assert tab.input_value("#title") == "Kept"


def test_the_address_of_a_form_leads_to_the_form(page):
    answer = page.get("/postings")
    assert (answer.status, answer.location) == (303, "/")


def test_a_first_visit_offers_written_examples(browser, classifier, tmp_path):
    with serving(classifier, tmp_path) as fresh:
        tab = browser.new_page()
        tab.goto(fresh.address)
        tab.click("text=Technical Program Manager, Device Refresh")
        tab.click("button.primary")
        assert "the content reads as PM" in tab.inner_text(".title-check")
        assert "written example" not in fresh.get("/").text
        assert fresh.get("/?example=99").status == 200


def test_every_word_is_explained_where_it_is_linked_to(tab, page, written):
    words = page.get("/words").text
    explained = set(re.findall(r'<dt id="([^"]+)"', words))
    assert explained >= {*RESPONSIBILITIES, *DIMENSIONS, OTHER, *REASONS}
    assert words.count("<blockquote>") >= 24
    for number in (0, 2, 8):
        address = kept(page, written[number]["description"], written[number]["title"])
        for path in (address, f"{address}?aim=TPM"):
            linked = set(re.findall(r'href="/words#([^"]+)"', page.get(path).text))
            assert linked <= explained
            assert linked & {"TPM", "PM", "neither", "review"}
    tab.click(".charts a.term >> nth=0")
    assert tab.locator(":target").inner_text() == "strategic planning"
