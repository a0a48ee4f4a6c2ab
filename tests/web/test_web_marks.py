"""Lines that are marked as read wrongly: kept, taken back, taken along, pointed at."""

import csv
import io
import json

import pandas as pd
import pytest
from served_page import table

from recipe.corpus import _written_lines
from tpmclassify.reading.posting import read_posting


@pytest.fixture
def own(page, written):
    return page.screen("marks.csv", table(written[:6]))


def lines(page, address):
    body = page.get(f"{address}/download/lines").body.decode()
    return list(csv.reader(io.StringIO(body, newline="")))


def evidence(page, address, row):
    found = json.loads(page.get(f"{address}/rows/{row}/decision.json").body)["evidence"]
    return sorted(found, key=lambda line: line["start"])


def mark(page, address, row, line, **said):
    return page.post(f"{address}/rows/{row}/mark", {"line": line["start"], **said})


def test_a_mark_is_kept_and_comes_along_as_a_table_of_lines(page, own):
    first, second, third, *_ = evidence(page, own, 1)
    answer = mark(page, own, 1, third, leans="neutral", sort="doubt")
    assert answer.location == f"{own}/rows/1?sort=doubt&notice=marked"
    mark(page, own, 1, first, states="none", leans="PM")
    mark(page, own, 1, second, states="risk_management")
    other = "other_duty" if third["responsibility"] == "other" else third["responsibility"]
    assert lines(page, own) == [
        ["posting_id", "start", "end", "responsibility", "lean"],
        ["1", str(first["start"]), str(first["end"]), "none", "none"],
        ["1", str(second["start"]), str(second["end"]), "risk_management", second["role"]],
        ["1", str(third["start"]), str(third["end"]), other, "neutral"],
    ]
    text = page.get(f"{own}/rows/1").text
    assert text.count(' wrong" data-start') == 3
    assert "<strong>not a duty</strong></span>" in text
    assert "The 3 lines that you marked" in page.get(own).text


def test_the_table_of_lines_is_read_as_the_project_s_own(page, own, written, tmp_path):
    line = evidence(page, own, 2)[0]
    mark(page, own, 2, line, states="communication")
    (tmp_path / "lines.csv").write_bytes(page.get(f"{own}/download/lines").body)
    posting = read_posting(written[1]["description"])
    assert posting.text[line["start"] : line["end"]] == line["text"]
    read = pd.read_csv(tmp_path / "lines.csv", keep_default_na=False)
    assert read["responsibility"].tolist() == ["communication"]
    assert _written_lines({2: posting}, tmp_path / "lines.csv")


def test_marks_are_taken_back_one_by_one_or_by_undo(page, own):
    first, second, *_ = evidence(page, own, 1)
    mark(page, own, 1, first, states="none")
    page.post(f"{own}/rows/1/ruling", {"ruling": "PM"})
    mark(page, own, 1, first, states="risk_management")
    mark(page, own, 1, second, leans="PM")
    assert "row 1 line marked" in page.get(own).text
    mark(page, own, 1, second)
    page.post(f"{own}/undo")
    assert len(lines(page, own)) == 3
    page.post(f"{own}/undo")
    assert page.post(f"{own}/undo", {"page": "row"}).location == f"{own}/rows/1?notice=undone"
    assert [line[3] for line in lines(page, own)[1:]] == ["none"]
    page.post(f"{own}/undo")
    page.post(f"{own}/undo")
    assert lines(page, own)[1:] == []


@pytest.mark.parametrize(
    "fields", [{"line": "x"}, {"states": "boss"}, {"leans": "boss"}, {"line": "-1"}]
)
def test_nothing_but_a_known_line_and_a_known_answer_is_taken(page, own, fields):
    line = evidence(page, own, 1)[0]
    fields = {"line": line["start"], "states": "none", **fields}
    assert page.post(f"{own}/rows/1/mark", fields).status == 400
    assert lines(page, own)[1:] == []


def test_a_line_that_is_pointed_at_is_chosen(context, page, own):
    tab = context.new_page()
    tab.goto(f"{page.address}{own}/rows/1?sort=doubt")
    tab.click(".posting mark >> nth=2")
    chosen = tab.locator(".posting mark >> nth=2").get_attribute("data-start")
    assert tab.input_value("#line") == chosen
    tab.locator(".posting mark >> nth=1").focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "states"
    tab.select_option("#states", "none")
    with tab.expect_navigation():  # a click does not wait for the page that it leads to
        tab.click("text=Mark the line")
    assert tab.locator("mark.wrong").count() == 1
    assert "not a duty" in tab.inner_text(".lines .grounds")
    with tab.expect_navigation():
        tab.click("text=Take back")
    assert tab.locator("mark.wrong").count() == 0


def test_a_line_is_marked_without_scripts(browser, page, own):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{page.address}{own}/rows/2")
    tab.click("text=Is a line read wrongly?")
    tab.select_option("#line", index=1)
    tab.select_option("#leans", "PM")
    tab.click("text=Mark the line")
    assert "speaks for PM" in tab.inner_text(".lines .grounds")
    context.close()
