"""Many postings: uploaded, screened, looked through, decided, taken along, deleted."""

import contextlib
import csv
import html
import io
import json
import re
import sqlite3
import time
from html import escape
from itertools import pairwise

import pyarrow as pa
import pytest
from markup import Markup
from served_page import FIELDS, serving, table

import tpmclassify
from tpmclassify.cli import main
from tpmclassify.web.store.data_folder import DataFolder


def read(answer):
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


def shown(page, address):
    """The numbers of the rows on a page of a table."""
    return [
        int(n)
        for n in re.findall(r'class="main"><a href="[^"]*/rows/(\d+)\?', page.get(address).text)
    ]


@pytest.fixture(scope="module")
def content(written):
    return table(written)


@pytest.fixture(scope="module")
def address(page, content):
    return page.screen("written.csv", content)


def test_the_verdicts_are_those_of_the_library(page, address, written):
    rows = read(page.get(f"{address}/download/csv"))
    classifier = tpmclassify.load()
    assert len(rows) == len(written)
    for row, posting in zip(rows[:40], written, strict=False):
        decision = classifier.classify(
            posting["description"], posting["title"], employer=posting["employer"]
        )
        assert row["tpm_verdict"] == decision.verdict
        assert row["tpm_review_reasons"] == ";".join(decision.review_reasons)
        assert float(row["tpm_probability"]) == pytest.approx(decision.p_tpm, abs=1e-6)


def test_the_input_comes_back_in_its_order(page, address, written):
    rows = read(page.get(f"{address}/download/csv"))
    assert [row["title"] for row in rows] == [posting["title"] for posting in written]
    assert [row["description"].lstrip("'") for row in rows] == [
        posting["description"].lstrip("'") for posting in written
    ]


def test_the_summary_counts_every_row(page, address, written):
    text = page.get(address).text
    assert f"<strong>{len(written)}</strong> postings screened" in text
    rows = read(page.get(f"{address}/download/csv"))
    for verdict in ("TPM", "PM", "review"):
        n = sum(row["tpm_verdict"] == verdict for row in rows)
        assert re.search(rf">{verdict}</a> <strong>{n}</strong>", text)


@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        ("verdict=TPM", lambda row: row["tpm_verdict"] == "TPM"),
        ("verdict=review", lambda row: row["tpm_verdict"] == "review"),
        ("reason=uncertain", lambda row: "uncertain" in row["tpm_review_reasons"]),
        ("title=disagrees", lambda row: row["tpm_title_agrees"] == "false"),
        ("title=agrees", lambda row: row["tpm_title_agrees"] == "true"),
        ("scope=out", lambda row: float(row["tpm_in_scope_probability"]) < 0.5),
        (
            "verdict=review&scope=in",
            lambda row: (
                row["tpm_verdict"] == "review" and float(row["tpm_in_scope_probability"]) >= 0.5
            ),
        ),
        ("find=PROGRAM", lambda row: "program" in (row["title"] + row["employer"]).lower()),
        ("words=BUDGET", lambda row: "budget" in row["description"].lower()),
        ("words=a%25b", lambda row: "a%b" in row["description"].lower()),
        (
            "words=risk&verdict=PM",
            lambda row: row["tpm_verdict"] == "PM" and "risk" in row["description"].lower(),
        ),
        ("find=%25", lambda row: "%" in row["title"] + row["employer"]),
    ],
)
def test_a_filter_shows_just_the_rows_that_are_like_that(page, address, filters, keep):
    rows = read(page.get(f"{address}/download/csv"))
    wanted = [number for number, row in enumerate(rows, start=1) if keep(row)]
    found = []
    for number in range(1, 7):
        found += shown(page, f"{address}?{filters}&page={number}")
    assert found == wanted


@pytest.mark.parametrize("column", ["row", "title", "verdict", "probability", "in_scope"])
def test_a_table_sorts_both_ways(page, address, column):
    ways = {"": [], "1": []}
    for descending, found in ways.items():
        for number in range(1, 7):
            query = f"sort={column}&descending={descending}&page={number}"
            found += shown(page, f"{address}?{query}")
    assert len(set(ways[""])) == 240
    assert ways[""] == ways["1"][::-1]
    if column == "probability":
        rows = read(page.get(f"{address}/download/csv"))
        values = [float(rows[number - 1]["tpm_probability"]) for number in ways[""]]
        assert values == sorted(values)


@pytest.mark.parametrize(
    "query",
    ["sort=nonsense", "verdict=%27;drop", "page=-1", "page=99999999999", "page=x", "page=9"],
)
def test_an_address_that_makes_no_sense_still_gets_a_page(page, address, query):
    assert page.get(f"{address}?{query}").status == 200


def test_a_view_is_walked_from_row_to_row(page, address):
    query = "verdict=TPM&sort=probability&descending=1"
    view = shown(page, f"{address}?{query}") + shown(page, f"{address}?{query}&page=2")
    walked, here = [], f"{address}/rows/{view[0]}?{query}"
    while here:
        walked.append(int(re.search(r"/rows/(\d+)", here)[1]))
        found = re.search(r'rel="next"[^>]*href="([^"]+)"', page.get(here).text)
        here = found and found[1].replace("&amp;", "&")
    assert walked[: len(view)] == view


def test_a_row_opens_its_explanation(page, address, written):
    answer = page.get(f"{address}/rows/125")
    posting = written[124]
    decision = tpmclassify.classify(
        posting["description"], posting["title"], employer=posting["employer"]
    )
    assert json.loads(page.get(f"{address}/rows/125/decision.json").body) == json.loads(
        decision.to_json()
    )
    assert escape(posting["employer"]) in answer.text
    assert page.get(f"{address}/rows/0").status == 404
    assert page.get(f"{address}/rows/241").status == 404
    assert page.get(f"{address}/rows/{10**30}").status == 404


@pytest.fixture(scope="module")
def own(page, content):
    """The address of a screening whose rows are decided."""
    return page.screen("own.csv", content)


class TestRulings:
    def rule(self, page, own, row, ruling, **view):
        return page.post(f"{own}/rows/{row}/ruling", {"ruling": ruling, **view})

    def test_review_goes_from_one_waiting_row_to_the_next(self, page, own):
        waiting = shown(page, f"{own}?decided=no")
        here = page.get(f"{own}/review").location
        for row, following in pairwise(waiting[:4]):
            assert f"/rows/{row}?" in here
            here = self.rule(page, own, row, "TPM", decided="no").location
            assert f"/rows/{following}?decided=no" in here
        assert shown(page, f"{own}?decided=yes")[:3] == waiting[:3]

    def test_a_ruling_can_be_changed_and_taken_back(self, page, own):
        for ruling in ("PM", "neither", ""):
            self.rule(page, own, 7, ruling)
            rows = read(page.get(f"{own}/download/csv"))
            assert rows[6]["your_decision"] == ruling

    def test_nothing_but_a_ruling_is_taken(self, page, own):
        assert self.rule(page, own, 7, "boss").status == 400
        assert self.rule(page, own, 999, "TPM").status == 404

    def test_when_nothing_waits_the_page_says_so(self, page, written):
        address = page.screen("one.csv", table(written[:1]))
        self.rule(page, address, 1, "PM")
        assert page.get(f"{address}/review").location.endswith("notice=none")

    def test_excel_holds_the_same_rows_and_rulings(self, page, own):
        calamine = pytest.importorskip("python_calamine")
        answer = page.get(f"{own}/download/xlsx")
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.body))
        header, *rows = book.get_sheet_by_index(0).to_python()
        expected = read(page.get(f"{own}/download/csv"))
        assert header == list(expected[0])
        assert len(rows) == len(expected)
        for row, other in zip(rows, expected, strict=True):
            cells = dict(zip(header, row, strict=True))
            assert cells["your_decision"] == other["your_decision"]
            assert cells["description"] == other["description"].removeprefix("'")
            assert cells["tpm_probability"] == float(other["tpm_probability"])

    def test_a_second_sheet_of_the_workbook_explains_the_first(self, page, written):
        calamine = pytest.importorskip("python_calamine")
        name = "=a & <b>.csv"
        own = page.screen(name, table(written[:40]))
        body = page.get(f"{own}/download/xlsx").body
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        assert book.sheet_names == ["Screened", "About"]
        about = {row[0]: row[1] for row in book.get_sheet_by_name("About").to_python()}
        header = book.get_sheet_by_index(0).to_python()[0]
        assert set(header) - set(FIELDS) <= set(about)
        assert "screened" in about[name]
        made_by = json.loads(page.get(f"{own}/rows/1/decision.json").body)["made_by"]
        assert made_by["model"] in about["model"]
        assert about["max_error"].startswith(f"{made_by['settings']['max_error']}:")
        n = sum(row["tpm_verdict"] == "review" for row in read(page.get(f"{own}/download/csv")))
        assert about["review"] == f"for a person to decide: {n} rows of the whole table"


class TestCopies:
    """Rows with nearly one text are decided together, unless the recruiter wants one alone."""

    @pytest.fixture
    def copies(self, page, written):
        near = {**written[0], "description": written[0]["description"] + " Apply by May."}
        rows = [written[0], written[1], near, {**written[1], "title": "Other"}, written[0]]
        return page.screen("copies.csv", table([*rows, *[{**written[2], "description": ""}] * 2]))

    def decided(self, page, address):
        rows = read(page.get(f"{address}/download/csv"))
        return [n for n, row in enumerate(rows, start=1) if row["your_decision"]]

    @pytest.mark.parametrize(("row", "together"), [(1, [1, 3, 5]), (3, [1, 3, 5]), (4, [2, 4])])
    def test_they_are_decided_in_one_step(self, page, copies, row, together):
        text = page.get(f"{copies}/rows/{row}").text
        assert f"all {len(together)} rows with nearly this text" in text
        for other in together:
            assert f">Row {other}</a>" in text or f"This row, {other}<" in text
        page.post(f"{copies}/rows/{row}/ruling", {"ruling": "PM", "copies": "1"})
        assert self.decided(page, copies) == together
        page.post(f"{copies}/undo")
        assert self.decided(page, copies) == []
        page.post(f"{copies}/rows/{row}/ruling", {"ruling": "PM"})
        assert self.decided(page, copies) == [row]

    def test_empty_texts_are_no_copies(self, page, copies):
        assert "rows with nearly this text" not in page.get(f"{copies}/rows/6").text

    def test_a_view_of_one_row_of_each_text_is_decided_with_the_others(self, page, copies):
        view = {"repeats": "no", "whole": "1", "ruling": "PM"}
        assert shown(page, f"{copies}?repeats=no") == [1, 2, 6, 7]
        assert "+ 2 alike" in page.get(copies).text
        assert "like row 1<" in page.get(f"{copies}?repeats=yes").text
        asked = page.post(f"{copies}/rulings", {**view, "copies": "1"}).text
        assert "Decide that 7 rows are PM?" in asked
        assert "all others with nearly the same text" in asked
        page.post(f"{copies}/rulings", {**view, "copies": "1", "confirmed": "1"})
        assert self.decided(page, copies) == [1, 2, 3, 4, 5, 6, 7]
        page.post(f"{copies}/undo")
        chosen = {"chosen": "3", "ruling": "PM", "confirmed": "1"}
        page.post(f"{copies}/rulings", {**chosen, "copies": "1"})
        assert self.decided(page, copies) == [1, 3, 5]
        page.post(f"{copies}/undo")
        page.post(f"{copies}/rulings", {**view, "confirmed": "1"})
        assert self.decided(page, copies) == [1, 2, 6, 7]


class TestNotes:
    def test_a_note_stays_with_its_row_until_it_is_changed(self, page, own):
        for note in ("=HYPERLINK(1)\nask <b>Ann</b>", "later", ""):
            answer = page.post(f"{own}/rows/7/note", {"text": note, "verdict": "PM"})
            assert answer.location == f"{own}/rows/7?verdict=PM&notice=noted"
            assert escape(note, quote=False) in page.get(answer.location).text
            (row,) = read(page.get(f"{own}/download/csv"))[6:7]
            assert row["your_note"].removeprefix("'") == note
            assert shown(page, f"{own}?note=yes") == ([7] if note else [])

    def test_a_ruling_changes_no_note(self, page, own):
        page.post(f"{own}/rows/3/note", {"text": "kept"})
        page.post(f"{own}/rows/3/ruling", {"ruling": "PM"})
        page.post(f"{own}/undo")
        assert read(page.get(f"{own}/download/csv"))[2]["your_note"] == "kept"


class TestManyAtOnce:
    """Rulings on a whole view or on chosen rows, and steps taken back."""

    @pytest.fixture
    def many(self, page, content):
        return page.screen("many.csv", content)

    def rulings(self, page, address):
        return [row["your_decision"] for row in read(page.get(f"{address}/download/csv"))]

    def test_a_view_is_decided_on_all_its_pages_and_taken_back_as_one(self, page, many):
        view = {"verdict": "PM", "whole": "1", "ruling": "neither"}
        asked = page.post(f"{many}/rulings", view)
        n = len(read(page.get(f"{many}/download/csv?verdict=PM")))
        assert n > 50
        assert f"Decide that {n} rows are neither?" in asked.text
        assert set(self.rulings(page, many)) == {""}  # nothing before it is confirmed
        done = page.post(f"{many}/rulings", {**view, "confirmed": "1"})
        assert done.status == 303
        assert self.rulings(page, many).count("neither") == n
        assert f"{n} rows neither" in page.get(done.location.split("#")[0]).text
        page.post(f"{many}/undo", {"verdict": "PM"})
        assert set(self.rulings(page, many)) == {""}

    def test_steps_are_taken_back_one_by_one_to_what_stood_before(self, page, many):
        page.post(f"{many}/rows/3/ruling", {"ruling": "TPM"})
        page.post(f"{many}/rulings", {"whole": "1", "ruling": "PM", "confirmed": "1"})
        page.post(f"{many}/rulings", {"whole": "1", "ruling": "", "confirmed": "1"})
        assert set(self.rulings(page, many)) == {""}
        page.post(f"{many}/undo")
        assert set(self.rulings(page, many)) == {"PM"}
        page.post(f"{many}/undo")
        assert self.rulings(page, many)[:4] == ["", "", "TPM", ""]
        page.post(f"{many}/undo")
        assert set(self.rulings(page, many)) == {""}
        assert page.post(f"{many}/undo").location.endswith("notice=nothing#rows")

    def test_the_dialog_says_how_many_were_decided_before(self, page, many):
        page.post(f"{many}/rows/2/ruling", {"ruling": "TPM"})
        asked = page.post(f"{many}/rulings", {"whole": "1", "ruling": "PM"})
        assert "<strong>1</strong> of them you decided before" in asked.text
        assert asked.text.count("<li>") == 5

    def test_undo_on_a_row_goes_to_the_row_it_was_about(self, page, many):
        page.post(f"{many}/rows/5/ruling", {"ruling": "TPM", "sort": "doubt"})
        back = page.post(f"{many}/undo", {"page": "row", "sort": "doubt"}).location
        assert back == f"{many}/rows/5?sort=doubt&notice=undone"

    def test_no_row_chosen_is_said(self, page, many):
        assert "No row is chosen" in page.post(f"{many}/rulings", {"ruling": "PM"}).text

    @pytest.mark.parametrize("fields", [{"ruling": "boss"}, {"ruling": "PM", "chosen": "x"}])
    def test_nothing_but_rulings_on_rows_is_taken(self, page, many, fields):
        assert page.post(f"{many}/rulings", {**fields, "confirmed": "1"}).status == 400

    def test_only_chosen_rows_are_decided(self, page, many):
        page.post(f"{many}/rulings", {"chosen": "7", "ruling": "PM", "confirmed": "1"})
        assert [n for n, ruling in enumerate(self.rulings(page, many), 1) if ruling] == [7]

    def test_the_final_role_is_the_ruling_else_the_verdict(self, page, many):
        page.post(f"{many}/rows/1/ruling", {"ruling": "neither"})
        first, *others = read(page.get(f"{many}/download/csv"))
        assert first["final_role"] == "neither"
        for row in others:
            assert row["final_role"] == row["tpm_verdict"].replace("review", "")

    def test_filters_say_how_many_rows_they_would_show(self, page, many):
        text = page.get(many).text
        for verdict in ("TPM", "PM", "neither"):
            n = len(read(page.get(f"{many}/download/csv?verdict={verdict}")))
            assert f">{verdict} ({n})</option>" in text

    def test_a_row_is_gone_to_by_its_number(self, page, many):
        assert page.get(f"{many}/go?row=17").location == f"{many}/rows/17"
        for nothing in ("0", "241", "x", "", "9" * 30):
            assert page.get(f"{many}/go?row={nothing}").location.endswith("notice=no_row")


def test_a_damaged_screening_hides_no_other_and_can_be_deleted(page, data_root, written):
    kept, damaged = (page.screen(f"{n}.csv", table(written[:3])) for n in ("kept", "damaged"))
    folder = next(data_root.rglob(damaged.rpartition("/")[2]))
    whole = {path: path.read_bytes() for path in folder.iterdir()}
    for name in ("about.json", "verdicts.sqlite"):
        (folder / name).write_bytes(b"")
        listed = page.get("/screenings").text
        assert "kept.csv" in listed
        assert "A damaged screening" in listed
        assert page.get(damaged).status == 404
        assert page.get(kept).status == 200
        (folder / name).write_bytes(whole[folder / name])
    (folder / "about.json").write_bytes(b"{")
    page.post(f"{damaged}/delete")
    assert not folder.exists()
    assert "A damaged screening" not in page.get("/screenings").text


def test_the_rulings_train_a_model(page, written, content, tmp_path):
    address = page.screen("to-learn.csv", content)
    token = page.token
    for row, posting in enumerate(written, start=1):
        fields = {"ruling": posting["label"]}
        assert page.post(f"{address}/rows/{row}/ruling", fields, token=token).status == 303
    labelled = page.get(f"{address}/download/labelled")
    (tmp_path / "labelled.csv").write_bytes(labelled.body)
    assert [row["label"] for row in read(labelled)] == [posting["label"] for posting in written]
    assert list(read(labelled)[0]) == ["description", "label", "employer"]
    from click.testing import CliRunner

    model = tmp_path / "mine.npz"
    result = CliRunner().invoke(main, ["train", str(tmp_path / "labelled.csv"), "-o", str(model)])
    assert result.exit_code == 0, result.output
    assert tpmclassify.classify(written[0]["description"], model=model).label in ("TPM", "PM")


def test_no_download_holds_a_cell_that_a_spreadsheet_would_execute(page):
    rows = [
        {"title": cell, "employer": cell, "description": cell, "=n()": cell}
        for cell in ("=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-5", "+.5")
    ]
    address = page.screen("=evil.csv", table(rows, [*FIELDS, "=n()"]))
    for row in range(1, 9):
        page.post(f"{address}/rows/{row}/ruling", {"ruling": "PM"})
    for kind in ("csv", "labelled"):
        answer = page.get(f"{address}/download/{kind}")
        cells = [
            cell
            for row in csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""))
            for cell in row
        ]
        for cell in cells:
            assert cell[:1] not in ("=", "@", "\t", "\r")
            assert cell not in ("+cmd|x", "-2+3")
    disposition = page.get(f"{address}/download/csv").headers["Content-Disposition"]
    assert "evil.screened.csv" in disposition


class TestUploads:
    def test_columns_that_are_not_obvious_are_asked_for(self, page, written):
        rows = [{"Stelle": p["title"], "Anzeige": p["description"]} for p in written[:3]]
        content = table(rows, ["Stelle", "Anzeige"], delimiter=";")
        answer = page.post("/screenings", file=("fremd.csv", content))
        assert "Which column holds what" in page.get(answer.location).text
        assert page.post(f"{answer.location}/start", {"text": "nothing"}).status == 400
        columns = {"text": "Anzeige", "title": "Stelle"}
        address = page.screen("fremd.csv", content, columns)
        assert "text: Anzeige" in page.get(address).text
        assert written[0]["title"] in page.get(address).text.replace("&amp;", "&")

    def test_two_columns_of_usual_names_are_asked_for(self, page):
        content = b"text,description,title\nlong a,long b,c\nlong d,long e,f\n"
        answer = page.post("/screenings", file=("two.csv", content))
        assert "Which column holds what" in page.get(answer.location).text
        page.post(f"{answer.location}/cancel")

    @pytest.mark.parametrize(
        ("name", "content", "cure"),
        [
            ("a.csv", b"", "The file is empty"),
            ("a.csv", b"PK\x03\x04\x00\x00", "this is a zip archive or an Excel workbook"),
            ("a.csv", b"\x00\x01\x02", "this is no text"),
            ("a.exe", b"MZ", "a file of type &#39;.exe&#39; is not supported"),
            ("a", b"x", "a file of type &#39;none&#39; is not supported"),
            ("a.txt", b"x", "goes to the page One posting"),
            ("a.ods", b"x", "damaged"),
        ],
    )
    def test_what_is_no_table_is_refused_with_the_cure(self, page, name, content, cure):
        answer = page.post("/screenings", file=(name, content))
        assert answer.status == 400
        text = answer.text.lower()
        assert cure.lower() in text
        assert name in text
        assert "--" not in Markup(text).words  # no option of the command line

    def test_no_file_is_said(self, page):
        assert "Choose a table" in page.post("/screenings").text

    def test_a_text_in_several_columns_is_joined(self, page):
        content = (
            b"summary,duties,title\nWe build bridges.,Manage the project schedule and budget.,PM\n"
            b"We build ships.,,PM\n"
        )
        answer = page.post("/screenings", file=("parts.csv", content))
        assert "Second part of the text" in page.get(answer.location).text
        columns = [("text", "summary"), ("text", "duties"), ("text", ""), ("title", "title")]
        page.post(f"{answer.location}/start", columns)
        page.wait_for(answer.location)
        decision = json.loads(page.get(f"{answer.location}/rows/1/decision.json").body)
        assert decision["text"] == "We build bridges.\n\nManage the project schedule and budget."
        assert json.loads(page.get(f"{answer.location}/rows/2/decision.json").body)["text"] == (
            "We build ships."
        )

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_a_download_comes_back_with_its_decisions(self, page, written, kind):
        address = page.screen("first.csv", table(written[:6]))
        page.post(f"{address}/rows/2/ruling", {"ruling": "neither"})
        page.post(f"{address}/rows/5/ruling", {"ruling": "TPM"})
        page.post(f"{address}/rows/4/note", {"text": "ask, again"})
        taken = page.get(f"{address}/download/{kind}").body
        again = page.screen(f"first.screened.{kind}", taken)
        rows = read(page.get(f"{again}/download/csv"))
        assert [row["your_decision"] for row in rows] == ["", "neither", "", "", "TPM", ""]
        assert [row["your_note"] for row in rows] == ["", "", "", "ask, again", "", ""]
        assert rows == read(page.get(f"{address}/download/csv"))

    def test_several_documents_are_a_row_each_under_their_names(self, page, written):
        texts = [posting["description"] for posting in written[:3]]
        names = ["Technical Program Manager.txt", "b.md", "Technical Program Manager.txt"]
        files = [(name, text.encode()) for name, text in zip(names, texts, strict=True)]
        answer = page.post("/screenings", file=[*files, ("broken.pdf", b"%PDF-nothing")])
        page.wait_for(answer.location)
        rows = read(page.get(f"{answer.location}/download/csv"))
        assert [row["path"] for row in rows] == [
            "Technical Program Manager (3).txt",
            "Technical Program Manager.txt",
            "b.md",
        ]
        assert [row["text"].strip()[:50] for row in rows] == [
            text.strip()[:50] for text in (texts[2], texts[0], texts[1])
        ]
        text = page.get(answer.location).text
        assert "Technical Program Manager (3).txt" in text
        assert "Name the column" not in text
        assert "broken.pdf: this is no sound PDF" in text
        assert "4 documents" in text

    def test_what_was_skipped_is_said_in_the_words_of_the_page(self, page, written):
        address = page.screen("captions.csv", b"All vacancies\n\n" + table(written[:3]))
        text = html.unescape(page.get(address).text)
        assert "If that is wrong, say “Row with the column names”." in text
        assert "is mended in the table itself, and uploaded again." in text

    def test_several_postings_in_one_text_are_screened_one_by_one(self, page):
        duties = "Responsibilities\nPlan it.\nTrack it.\nReport it.\n"
        one = f"{duties}Requirements\nFive years.\nEnglish.\nA calm hand.\n"
        alone = page.classify(one)
        assert "/split" not in alone.text
        answer = page.classify(f"Nurse\n{one}\nCook\n{one}")
        assert "Screen these 2 postings one by one" in answer.text
        address = re.search(r'action="(/postings/[^/]+/split)"', answer.text)[1]
        screening = page.post(address).location
        page.wait_for(screening)
        rows = read(page.get(f"{screening}/download/csv"))
        assert [row["path"] for row in rows] == ["posting 1.txt", "posting 2.txt"]
        assert [row["text"].split()[0] for row in rows] == ["Nurse", "Cook"]

    def test_a_table_among_documents_is_named(self, page):
        answer = page.post("/screenings", file=[("a.txt", b"x"), ("b.csv", b"x")])
        assert answer.status == 400
        assert "b.csv: several files must be documents" in answer.text

    def test_other_columns_are_chosen_later_and_decisions_stay(self, page, written):
        rows = [{**one, "summary": "We build bridges."} for one in written[:4]]
        content = table(rows, [*FIELDS, "summary"])
        address = page.screen("wrong.csv", content, {"text": "summary", "title": "title"})
        page.post(f"{address}/rows/2/ruling", {"ruling": "PM"})
        page.post(f"{address}/rows/3/note", {"text": "ask"})
        again = page.post(f"{address}/again").location
        assert again != address
        assert "Second part of the text" in page.get(again).text
        page.post(f"{again}/start", {"text": "description", "title": "title"})
        page.wait_for(again)
        found = read(page.get(f"{again}/download/csv"))
        assert [row["your_decision"] for row in found] == ["", "PM", "", ""]
        assert found[2]["your_note"] == "ask"
        expected = page.screen("right.csv", table(rows))
        for row, other in zip(found, read(page.get(f"{expected}/download/csv")), strict=True):
            assert row["tpm_probability"] == other["tpm_probability"]
        assert page.get(address).status == 200  # the first one stays until it is deleted

    @pytest.mark.parametrize("codec", ["gz", "zst"])
    def test_packed_tables_are_taken(self, page, written, codec):
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, {"gz": "gzip", "zst": "zstd"}[codec]) as stream:
            stream.write(table(written[:3]))
        address = page.screen(f"a.csv.{codec}", sink.getvalue().to_pybytes())
        assert len(read(page.get(f"{address}/download/csv"))) == 3

    def test_json_is_taken(self, page, written):
        content = json.dumps({"jobs": [{"description": row["description"]} for row in written[:3]]})
        address = page.screen("jobs.json", content.encode())
        assert len(read(page.get(f"{address}/download/csv"))) == 3

    def test_a_table_that_was_screened_already_is_refused_with_the_cure(self, page):
        content = b"description,tpm_verdict\nManage plans,TPM\nManage budgets,PM\n"
        answer = page.post("/screenings", file=("again.csv", content))
        assert answer.status == 400
        assert "tpm_verdict" in answer.text

    def test_a_screening_that_fails_says_why_and_is_dismissed(self, page, data_root):
        answer = page.post("/screenings", file=("odd.csv", b"a,b\nManage,plans\nManage,budgets\n"))
        page.post(f"{answer.location}/start", {"text": "a", "title": "nothing"})
        text = page.wait_for(answer.location)
        assert "odd.csv could not be screened" in text
        assert "no column &#39;nothing&#39;" in text
        assert str(data_root) not in text
        page.post(f"{answer.location}/cancel")
        assert page.get(answer.location).status == 404

    def test_rows_that_cannot_be_read_are_shown_and_kept(self, page):
        content = b"title,description\na,Manage the plan\nb\nc,Manage the budget\n"
        address = page.screen("ragged.csv", content)
        assert "1 rows could not be read" in page.get(address).text
        rejects = page.get(f"{address}/download/rejects").text.splitlines()
        assert json.loads(rejects[0])["line"] == 3

    def test_an_encoding_that_was_guessed_is_said(self, page, data_root):
        text = f"title,description\nPMO,Planung für München. {'Manage the plan. ' * 9}\na,b\n"
        address = page.screen("windows.csv", text.encode("cp1252"))
        shown = page.get(address).text
        assert "windows.csv" in shown
        assert "cp1252" in shown
        assert str(data_root) not in shown
        assert "München" in page.get(f"{address}/rows/1").text

    def test_an_empty_table_is_a_screening_of_nothing(self, page):
        address = page.screen("empty.csv", b"title,description\n")
        text = page.get(address).text
        assert "<strong>0</strong> postings screened" in text
        for kind in ("csv", "xlsx", "labelled"):
            assert page.get(f"{address}/download/{kind}").status == 200

    def test_texts_that_are_missing_or_too_long_are_rows_all_the_same(self, page):
        content = f"title,description\na,\nb,{'x ' * 500_001}\nc,Manage the plan\n".encode()
        address = page.screen("odd.csv", content)
        assert shown(page, address) == [1, 2, 3]
        assert "too long to be read" in page.get(f"{address}/rows/2").text
        assert "there is no text" in page.get(f"{address}/rows/1").text

    def test_a_cancelled_upload_leaves_nothing(self, page, written, data_root):
        content = table(written * 40)
        address = page.post("/screenings", file=("long.csv", content)).location
        assert page.post(f"{address}/cancel").status == 303
        for _ in range(100):
            if page.get(address).status == 404:
                break
            time.sleep(0.1)
        else:
            pytest.fail("the job goes on")
        assert not (data_root / "work" / address.rpartition("/")[2]).exists()

    def test_nothing_of_an_upload_is_left_beside_the_screening(self, address, data_root):
        key = address.rpartition("/")[2]
        names = {path.name for path in (data_root / "screenings" / key).iterdir()}
        assert names == {"about.json", "rows.parquet", "verdicts.sqlite"}
        assert not (data_root / "work" / key).exists()


def test_a_deleted_screening_is_gone_from_page_and_disk(page, written, data_root):
    address = page.screen("doomed.csv", table(written[:2]))
    key = address.rpartition("/")[2]
    assert (data_root / "screenings" / key).exists()
    assert page.post(f"{address}/delete").location == "/screenings?notice=deleted"
    assert page.get(address).status == 404
    assert "doomed.csv" not in page.get("/screenings").text
    assert not (data_root / "screenings" / key).exists()


def workbook(rows):
    """An Excel file of dictionaries."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([FIELDS, *([row[f] for f in FIELDS] for row in rows)]):
            sheet.write_row(number, 0, cells)
    return stream.getvalue()


def parquet(rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    table = pa.Table.from_pylist([{f: row[f] for f in FIELDS} for row in rows])
    pq.write_table(table.append_column("year", [[2026] * len(rows)]), stream)
    return stream.getvalue()


def json_lines(rows):
    return "".join(json.dumps({f: row[f] for f in FIELDS}) + "\n" for row in rows).encode()


class TestSheets:
    def test_another_sheet_and_row_of_names_are_chosen(self, page, written):
        xlsxwriter = pytest.importorskip("xlsxwriter")
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as book:
            book.add_worksheet("Cover").write_row(0, 0, ["description", "by"])
            sheet = book.add_worksheet("Jobs 2026")
            rows = [["Open jobs"], ["what", "text of it"]]
            rows += [[row["title"], row["description"]] for row in written[:3]]
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
        address = page.post("/screenings", file=("jobs.xlsx", stream.getvalue())).location
        assert "<option selected>Cover</option>" in page.get(address).text
        answer = page.post(f"{address}/look", {"sheet": "Jobs 2026", "header_row": "9"})
        assert answer.status == 400
        assert "there is no row 9; the last is 5" in answer.text
        page.post(f"{address}/look", {"sheet": "Jobs 2026", "header_row": "2"})
        assert "<option>text of it</option>" in page.get(address).text
        page.post(f"{address}/start", {"text": "text of it", "title": "what"})
        page.wait_for(address)
        found = read(page.get(f"{address}/download/csv"))
        assert [row["what"] for row in found] == [row["title"] for row in written[:3]]
        assert all(row["tpm_verdict"] for row in found)


class TestFormats:
    @pytest.mark.parametrize(
        ("name", "write"),
        [("a.xlsx", workbook), ("a.parquet", parquet), ("a.jsonl", json_lines), ("a.csv", table)],
    )
    def test_every_format_gives_the_same_verdicts(self, page, address, written, name, write):
        own = page.screen(name, write(written[:60]))
        expected = read(page.get(f"{address}/download/csv"))[:60]
        found = read(page.get(f"{own}/download/csv"))
        for row, other in zip(found, expected, strict=True):
            assert {k: v for k, v in row.items() if k != "year"} == other
        assert "technical" in page.get(f"{own}/rows/3").text
        assert page.get(f"{own}/download/xlsx").status == 200

    def test_types_survive_until_the_download(self, page, written):
        calamine = pytest.importorskip("python_calamine")
        own = page.screen("typed.parquet", parquet(written[:3]))
        book = calamine.CalamineWorkbook.from_filelike(
            io.BytesIO(page.get(f"{own}/download/xlsx").body)
        )
        header, *rows = book.get_sheet_by_index(0).to_python()
        assert [row[header.index("year")] for row in rows] == [2026] * 3

    @pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".csv", ".jsonl"])
    def test_a_file_of_another_type_is_refused(self, page, written, suffix):
        wrong = parquet(written[:3]) if suffix == ".xlsx" else workbook(written[:3])
        answer = page.post("/screenings", file=(f"a{suffix}", wrong))
        assert answer.status == 400
        assert re.search("is damaged|this is an? (zip archive|Parquet file)|no sound", answer.text)

    def test_a_workbook_that_unpacks_to_far_more_is_refused(self, page, written):
        import zipfile

        stream = io.BytesIO(workbook(written[:2]))
        with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet2.xml", b"x" * 40_000_000)
        answer = page.post("/screenings", file=("bomb.xlsx", stream.getvalue()))
        assert answer.status == 400
        assert "would unpack to" in answer.text

    def test_damaged_files_are_refused_with_the_file_s_own_name(self, page, written, data_root):
        for name, content in (
            ("a.xlsx", workbook(written[:9])),
            ("a.parquet", parquet(written[:9])),
        ):
            answer = page.post("/screenings", file=(name, content[: len(content) // 2]))
            assert answer.status == 400
            assert name in answer.text
            assert str(data_root) not in answer.text


class TestRestart:
    def test_tables_and_rulings_survive(self, classifier, tmp_path, written):
        with serving(classifier, tmp_path) as page:
            address = page.screen("kept.csv", table(written[:5]))
            page.post(f"{address}/rows/2/ruling", {"ruling": "neither"})
            before = page.get(f"{address}/download/csv").body
        with serving(classifier, tmp_path) as page:
            assert "kept.csv" in page.get("/screenings").text
            assert page.get(f"{address}/download/csv").body == before
            assert b"neither" in before

    def test_what_version_0_2_stored_is_read(self, classifier, tmp_path, written):
        with serving(classifier, tmp_path) as page:
            address = page.screen("old.csv", table(written[:5]))
            page.post(f"{address}/rows/2/ruling", {"ruling": "neither"})
            before = page.get(f"{address}/download/csv").body
        path = next(tmp_path.glob("screenings/*/verdicts.sqlite"))
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("ALTER TABLE verdicts RENAME COLUMN ruling TO decision")
            database.execute("ALTER TABLE verdicts DROP COLUMN note")
            database.execute("ALTER TABLE verdicts DROP COLUMN marks")
            database.execute("DROP INDEX by_copy")
            database.execute("ALTER TABLE verdicts DROP COLUMN copy_of")
        with serving(classifier, tmp_path) as page:
            assert page.get(f"{address}/download/csv").body == before
            page.post(f"{address}/rows/3/ruling", {"ruling": "PM"})
            assert shown(page, f"{address}?decided=yes") == [2, 3]

    def test_another_model_than_the_one_that_screened_is_said(self, classifier, tmp_path, written):
        with serving(classifier, tmp_path) as page:
            address = page.screen("kept.csv", table(written[:2]))
            assert "another model" not in page.get(f"{address}/rows/1").text
        with serving(tpmclassify.load().set_params(prevalence=0.9), tmp_path) as page:
            assert "another model" in page.get(f"{address}/rows/1").text

    def test_half_an_upload_is_not_left(self, classifier, tmp_path):
        left = tmp_path / "work" / "AAAAAAAAAAAAAAAA"
        left.mkdir(parents=True)
        (left / "upload.csv").write_text("a,b")
        with serving(classifier, tmp_path) as page:
            assert "cut off" not in page.get("/screenings").text
        assert not left.exists()

    def test_an_ephemeral_folder_leaves_nothing(self):
        folder = DataFolder(None)
        assert folder.screenings.is_dir()
        folder.close()
        assert not folder.root.exists()

    def test_two_pages_do_not_share_a_folder(self, tmp_path):
        first = DataFolder(tmp_path)
        with pytest.raises(tpmclassify.TPMClassifyError, match="another tpmclassify page"):
            DataFolder(tmp_path)
        first.close()
        DataFolder(tmp_path).close()

    def test_the_verdicts_are_in_sqlite(self, address, data_root):
        path = data_root / "screenings" / address.rpartition("/")[2] / "verdicts.sqlite"
        database = sqlite3.connect(path)
        assert database.execute("SELECT count(*) FROM verdicts").fetchone() == (240,)
        database.close()
