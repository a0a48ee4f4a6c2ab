"""One posting: pasted or dropped, its decision in words, to be taken along."""

import json
import re

import pytest

import tpmclassify

TPM_TEXT = """Drive complex technical programs across several engineering teams.
Align the architecture roadmap with business goals and resolve cross-team dependencies.
Work with software engineers on technical trade-offs and system design.
Influence product and engineering leaders through ambiguity. We offer health insurance."""


def test_a_pasted_posting_is_decided_in_words(page):
    answer = page.classify(TPM_TEXT, "Project Manager")
    assert "almost certainly a Technical Program Manager" in answer.text
    assert "claims PM, but the content reads as TPM" in answer.text
    assert "Work with software engineers on technical trade-offs" in answer.text


def test_the_page_says_what_the_library_says(page):
    address = page.post("/postings", {"text": TPM_TEXT, "title": "TPM"}).location
    decision = tpmclassify.classify(TPM_TEXT, "TPM")
    assert json.loads(page.get(f"{address}/decision.json").body) == json.loads(decision.to_json())
    assert page.get(f"{address}/decision.html").text == decision.to_html()
    assert page.get(f"{address}/decision.txt").text == decision.explain()
    assert page.get(f"{address}/decision.exe").status == 404


def test_every_line_that_counts_is_shaded_with_its_responsibility(page):
    text = page.classify(TPM_TEXT).text
    for line in tpmclassify.classify(TPM_TEXT).evidence:
        assert re.search(rf'<mark class="{line.role}\d" tabindex="0">{re.escape(line.text)}', text)


def test_a_file_is_decided_like_its_text(page):
    answer = page.post("/postings", {"text": ""}, ("posting.txt", TPM_TEXT.encode()))
    assert page.get(f"{answer.location}/decision.txt").text == (
        tpmclassify.classify(TPM_TEXT).explain()
    )


def test_the_employer_is_masked(page):
    fields = {"text": f"Gizmotron is here. {TPM_TEXT}", "employer": "Gizmotron"}
    address = page.post("/postings", fields).location
    alone = tpmclassify.classify(fields["text"], employer="Gizmotron")
    assert json.loads(page.get(f"{address}/decision.json").body)["score"] == alone.score


@pytest.mark.parametrize(
    ("fields", "file", "cure"),
    [
        ({"text": " "}, None, "Paste its text, or choose a file"),
        ({"text": "x"}, ("a.txt", b"y"), "Take one of them away"),
        ({"text": ""}, ("a.png", b"\x89PNG"), "files of type &#39;.png&#39; are not read here"),
        ({"text": "x" * 1_000_001}, None, "the most that is read is 1,000,000"),
    ],
)
def test_what_cannot_be_read_says_why_and_keeps_the_form(page, fields, file, cure):
    answer = page.post("/postings", {**fields, "title": "Kept"}, file)
    assert answer.status == 400
    assert cure in answer.text
    assert 'value="Kept"' in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "Sie planen und steuern das Projekt, führen das Team und berichten der Leitung. " * 5,
        "Vous gérez le planning, le budget et les risques du projet ; vous êtes à l'écoute. " * 5,
        "プロジェクトの予定と予算を管理する。" * 20,
        "🚀 👩‍💻 \u202e\u0000 x",
        "<<<>>>&&&",
    ],
)
def test_any_text_gets_a_page(page, text):
    assert "REVIEW" in page.classify(text).text


def test_a_decision_has_an_address_within_the_session(page):
    address = page.post("/postings", {"text": TPM_TEXT, "title": "Kept title"}).location
    assert page.get(address).status == 200
    assert f'href="{address}"' in page.get("/").text
    gone = page.get("/postings/AAAAAAAAAAAAAAAA")
    assert gone.status == 404
    assert "Paste the posting again" in gone.text
