"""Rows are looked through by what the upload's own columns hold, and by clicks on the plots."""

import csv
import io
import re
from urllib.parse import quote, unquote

import pytest
from markup import Markup
from served_page import FIELDS, table

COUNTRIES = ["DE", "US", "", "=1+1"]


@pytest.fixture(scope="module")
def rows(written):
    return [
        {**row, "country": COUNTRIES[n % 4], "link": f"jobs.example/{n}%", "remote": "ny"[n % 2]}
        for n, row in enumerate(written)
    ]


@pytest.fixture(scope="module")
def own(page, rows):
    return page.screen("own.csv", table(rows, [*FIELDS, "country", "link", "remote"]))


def taken(page, address, query):
    body = page.get(f"{address}/download/csv?{query}").body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body, newline="")))


def place(page, address, select, name):
    """How a choice of a select is addressed, by what it is called."""
    text = page.get(address).text
    options = re.search(rf'<select id="{select}".*?</select>', text, re.S)[0]
    return quote(re.search(rf'<option value="([^"]*)"[^>]*>[^<]*{name}', options)[1])


def test_a_column_of_few_values_is_offered_as_a_list_with_counts(page, own):
    offered = re.search(r'<select id="own".*?</select>', page.get(own).text, re.S)[0]
    assert re.findall(r">(\w+): (\S+) \((\d+)\)<", offered) == [
        *(("country", value, "60") for value in ("empty", "=1+1", "DE", "US")),
        *(("remote", value, "120") for value in "ny"),
    ]


def test_a_value_shows_just_its_rows_and_counts_follow_other_filters(page, own, rows):
    for value, name in (("DE", "DE"), ("", "empty"), ("=1+1", r"=1\+1")):
        query = f"own={place(page, own, 'own', name)}"
        found = taken(page, own, query)
        wanted = [row["title"] for row in rows if row["country"] == value]
        assert [row["title"] for row in found] == wanted
        n = sum(row["tpm_verdict"] == "PM" for row in found)
        text = page.get(f"{own}?{query}&verdict=PM").text
        assert f" of {n} rows<" in text
        assert re.search(rf" selected>country: {name} \({n}\)<", text)
        assert f">PM ({n})<" in text


def test_a_part_of_what_a_column_holds_is_looked_for(page, own):
    column = place(page, own, "column", "link")
    found = taken(page, own, f"column={column}&holds=EXAMPLE%2F12%25")
    assert [row["link"] for row in found] == ["jobs.example/12%"]
    both = f"column={column}&holds=1&own={place(page, own, 'own', 'US')}&words=the"
    found = taken(page, own, both)
    assert found
    assert all(row["country"] == "US" and "1" in row["link"] for row in found)


@pytest.mark.parametrize(
    "query",
    ["own=9%3DDE", "own=x", "own=0", "column=99&holds=a", "own=1%3Dnowhere", "chance=77&own=%3D"],
)
def test_what_no_row_has_shows_none_and_breaks_nothing(page, own, query):
    assert "No row is like that" in page.get(f"{own}?{query}").text


def test_a_column_alone_is_no_filter(page, own):
    assert page.get(f"{own}?column=2&holds=").text.count("Show all") == 0


def test_the_rows_of_a_value_are_decided_at_once(page, own):
    value = unquote(place(page, own, "own", "DE"))
    view = {"own": value, "whole": "1", "ruling": "PM"}
    asked = page.post(f"{own}/rulings", view).text
    assert "Decide that 60 rows are PM?" in asked
    assert f'name="own" value="{value}"' in asked
    page.post(f"{own}/rulings", {**view, "confirmed": "1"})
    assert {row["country"] for row in taken(page, own, "decided=yes")} == {"DE"}
    page.post(f"{own}/undo")
    assert taken(page, own, "decided=yes") == []


def test_every_bar_leads_to_its_rows(page, own):
    text = page.get(own).text
    bars = re.findall(r'<a href="([^"]+)" tabindex="-1">', text)
    assert len(bars) == len(set(bars)) > 20
    n = {"chance": 0, "title": 0, "verdict": 0}
    for bar in bars:
        query = bar.replace("&amp;", "&").split("?")[1].split("#")[0]
        found = taken(page, own, query)
        assert found, query
        n[query.split("=")[0]] += len(found)
    all_rows = taken(page, own, "")
    assert n["verdict"] == len(all_rows)
    assert n["chance"] == sum(row["tpm_verdict"] != "neither" for row in all_rows)
    assert n["title"] == sum(row["tpm_title_agrees"] != "" for row in all_rows)


def test_a_legend_leads_to_its_rows_and_is_as_many(page, own):
    legend = re.findall(
        r'<a href="[^"]*\?([^"#]+)#rows">(\w+)</a> <strong>(\d+)', page.get(own).text
    )
    assert [name for _, name, _ in legend] == ["PM", "review", "TPM", "neither"]
    for query, _, n in legend:
        assert len(taken(page, own, query.replace("&amp;", "&"))) == int(n)


def test_bars_are_clicked_without_scripts(browser, page, own):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page.address + own)
    tab.click("svg.histogram a >> nth=0", position={"x": 2, "y": 2})
    assert "chance=" in tab.url
    assert tab.input_value("#chance") != ""
    tab.click("text=Show all")
    tab.select_option("#own", label="country: DE (60)")
    tab.click("text=Apply")
    assert "of 60 rows" in tab.inner_text("main")
    context.close()


def test_the_report_without_the_page_has_no_links(tmp_path, written):
    import tpmclassify

    (tmp_path / "t.csv").write_bytes(table(written[:20]))
    tpmclassify.screen_file(tmp_path / "t.csv", report=tmp_path / "r.html")
    elements = Markup((tmp_path / "r.html").read_text(encoding="utf-8")).elements
    assert "a" not in [tag for tag, _ in elements]
