"""Which columns are read: several for the text, usual names of seven languages, doubts said."""

import csv
import json

import pytest

import tpmclassify

LONG = "Lead technical programs across engineering teams; own the architecture roadmap. " * 4
SHORT = "Track the budget."


@pytest.fixture
def screen(tmp_path, classifier):
    def run(rows, **options):
        with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return tpmclassify.screen_file(
            tmp_path / "in.csv", tmp_path / "out.csv", model=classifier, overwrite=True, **options
        )

    return run


def answers(tmp_path):
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [[value for name, value in row.items() if name.startswith("tpm_")] for row in rows]


def test_several_columns_are_joined_in_the_order_given(tmp_path, screen):
    screen([["a", "b"], [LONG, SHORT], ["", SHORT], ["", "None"]], text=["b", "a"])
    split = answers(tmp_path)
    screen([["b"], [f"{SHORT}\n\n{LONG}"], [SHORT], [""]], text="b")
    assert answers(tmp_path) == split


@pytest.mark.parametrize(
    ("text", "title", "employer"),
    [
        ("Job Description", "Job Title", "Company Name"),
        ("job_description_text", "Business Title", "Agency"),
        ("jobDesc", "jobTitle", "companyName"),
        ("\u200bDescription (HTML):", "*Title", "__company__"),
        ("Roles & Responsibilities", "Job-Title", "Employer"),
        ("Stellenbeschreibung", "Stellenbezeichnung", "Arbeitgeber"),
        ("Description du poste", "Intitulé du poste", "Société"),
        ("Descripción del puesto", "Título del puesto", "Compañía"),
        ("Descrição da vaga", "Título da vaga", "Empresa"),
        ("Descrizione", "Titolo", "Azienda"),
        ("Functieomschrijving", "Functietitel", "Werkgever"),
    ],
)
def test_usual_names_in_seven_languages(screen, text, title, employer):
    summary = screen([["x", title, employer, text], ["1", "TPM", "Acme", LONG]])
    assert (summary.text, summary.title, summary.employer) == (text, title, employer)


def test_a_name_of_the_first_tier_counts_before_others(screen):
    summary = screen([["title", "position", "summary", "text"], ["TPM", "7", "s", LONG]])
    assert (summary.text, summary.title) == ("text", "title")


@pytest.mark.parametrize("other", ["descriptionHTML", "description_plain", "cleaned_description"])
def test_the_same_text_in_another_form_is_no_second_column(screen, other):
    assert screen([[other, "Description"], [LONG, LONG]]).text == "Description"
    assert screen([[other, "id"], [LONG, "1"]]).text == other


def test_parts_of_a_posting_have_to_be_given_together(screen):
    with pytest.raises(tpmclassify.TableError, match="once for each"):
        screen([["duties", "requirements"], [SHORT, SHORT]])


def test_the_column_with_the_longest_texts_is_proposed(screen):
    with pytest.raises(tpmclassify.TableError, match="'what' has the longest texts"):
        screen([["id", "what", "url"], ["1", LONG, f"https://a.example/{'x' * 2000}"]])


def test_advice_is_of_use(tmp_path, screen):
    with pytest.raises(tpmclassify.TableError, match=r"2 columns 'text'.*Rename all but one"):
        screen([["text", "text"], [LONG, LONG]], text="text")
    with pytest.raises(tpmclassify.TableError, match=r"several columns.*Rename all but one"):
        screen([["text", "text"], [LONG, LONG]])
    (tmp_path / "in.json").write_text(json.dumps([{"what": LONG, "id": 1}]))
    with pytest.raises(tpmclassify.TableError, match="no column has a usual name") as caught:
        tpmclassify.screen_file(tmp_path / "in.json")
    assert "--no-header" not in str(caught.value)


def test_who_said_that_there_is_no_header_is_not_told_to_say_so(screen):
    with pytest.raises(tpmclassify.TableError) as caught:
        screen([["1", SHORT * 20], ["2", SHORT * 20]], header=False)
    assert "--no-header" not in str(caught.value)
    assert "'column_2' has the longest texts" in str(caught.value)


DOUBTS = {
    "mostly empty": ([["text", "more"], ["", LONG], ["", LONG]], "column 'more' holds more text"),
    "see attached": ([["text", "b"], ["see attached", LONG]], "column 'b' holds more text"),
    "one column": ([["what"], [LONG]], "one column, 'what', whose cells were read as postings"),
    "an unknown title": ([["text", "Titel (intern)"], [LONG, "TPM"]], "no titles were read"),
    "titles by their look": (
        [["text", "vacancy", "x"], [LONG, "Cook", "TPM"], [LONG, "Sr. Project Manager", "PM"]],
        "'vacancy' may hold them",
    ),
}


@pytest.mark.parametrize(("rows", "said"), DOUBTS.values(), ids=DOUBTS)
def test_doubts_are_said(screen, rows, said):
    assert screen(rows).encoding_note.count("in.csv: ") == 1
    assert said in screen(rows).encoding_note
    assert not screen([["text", "title"], [LONG, "TPM"]]).encoding_note


@pytest.mark.parametrize(
    "word",
    ["NaN", "nan", "None", "NULL", "null", "\\N", "N/A", "#N/A", " nan ", "NA", "(null)", "#REF!"],
)
def test_what_programs_write_for_nothing_is_no_posting(tmp_path, screen, word):
    assert screen([["id", "text"], ["1", word]]).review_reasons == {"empty": 1}
    assert word.strip() in (tmp_path / "out.csv").read_text()


def test_lists_and_objects_are_read_as_their_strings(tmp_path, screen):
    nested = json.dumps({"intro": LONG, "duties": [SHORT, {"more": SHORT}], "n": 1})
    screen([["id", "text"], ["1", nested]])
    read = answers(tmp_path)
    screen([["id", "text"], ["1", "\n".join([LONG, SHORT, SHORT])]])
    assert answers(tmp_path) == read
