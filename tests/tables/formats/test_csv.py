"""CSV files: every row comes back, or is rejected by name."""

import csv
import gc
import gzip
import json
import random
from pathlib import Path

import pyarrow as pa
import pytest

import tpmclassify
from tpmclassify import batch_sizes
from tpmclassify.screening import COLUMNS
from tpmclassify.tables.formats.csv_output import CsvOutput

POSTING = "Manage the project schedule, budget and scope, and report status to the client."


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def read(path, delimiter=","):
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def read_text(path):
    return Path(path).read_text(encoding="utf-8")


@pytest.fixture
def source(tmp_path):
    return tmp_path / "in.csv"


def test_rows_in_equal_rows_out(source, tmp_path, written):
    with source.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "description", "title"])
        writer.writerows([[i, p["description"], p["title"]] for i, p in enumerate(written)])
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv", raw=True)
    rows_in, rows_out = read(source), read(tmp_path / "out.csv")
    assert [row[:3] for row in rows_out] == rows_in
    assert rows_out[0] == [*rows_in[0], *COLUMNS]
    assert (summary.rows, summary.screened, summary.rejected) == (len(written), len(written), 0)
    assert sum(summary.verdicts.values()) == len(written)
    assert (summary.text, summary.title, summary.employer) == ("description", "title", None)


def test_values_come_back_equal(source, tmp_path):
    values = [
        "007",
        "NA",
        " 1.0 ",
        "2024-01-02",
        'say "hi"',
        "a\nb",
        "a\r\nb",
        "a\rb",
        "",
        "null",
        "-5",
    ]
    with source.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(["text", "value"])
        writer.writerows([[POSTING, value] for value in values])
    tpmclassify.screen_file(source, tmp_path / "out.csv")
    assert [row[1] for row in read(tmp_path / "out.csv")[1:]] == values


MANY = 300  # of POSTING these make machine code worth its while


@pytest.mark.parametrize("repeat", [1, MANY])
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (b'"1","a, ""b""",%s', None),
        (b"1,2\t3,%s", None),
        (b'"x\r\ny",,%s', None),
        (b"1.5,-2.5e3,%s", None),
        # A spreadsheet would execute it: the row is written anew.
        (b'"1","=1+1",%s', b"1,'=1+1,%s"),
        (b'1," -2",%s', None),
        # A quote within a cell, and the row is written anew.
        (b'1,5" wide,%s', b'1,"5"" wide",%s'),
    ],
)
def test_rows_are_written_as_they_stand_where_that_is_safe(
    source, tmp_path, rows, expected, repeat
):
    text = f'"{" ".join([POSTING] * 30)}"'.encode()
    row = rows.replace(b"%s", text)
    source.write_bytes(b"a,b,description\n" + (row + b"\r\n") * repeat)
    tpmclassify.screen_file(source, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_bytes().partition(b"tpm_quotes\n")[2]
    first = (expected or rows).replace(b"%s", text) + b","
    assert lines.startswith(first)
    assert lines.count(first) == repeat
    assert len(read(tmp_path / "out.csv")) == repeat + 1


@pytest.mark.parametrize(
    "text",
    [
        '"{0}\n{0}"\t',
        '"{0}\n{0}"\tPM',
        '"\n\0{0}"\tPM',
        '"{0}\t{0}\n{0}\t{0}"\tPM',
        '"{0}\t{0}\t\n{0}\t{0}\n{0}"\tPM',
        '"{0}\n{0}\t{0}\n{0}"\t"P\tM"',
    ],
)
def test_a_short_tsv_may_hold_texts_of_several_lines(tmp_path, text):
    source = tmp_path / "in.tsv"
    source.write_text(f"text\ttitle\n{text.format(POSTING)}\n")
    summary = tpmclassify.screen_file(source)
    assert (summary.screened, summary.rejected) == (1, 0)


def test_the_lines_of_a_tsv_of_one_column_are_no_rows(tmp_path):
    source = tmp_path / "in.tsv"
    source.write_text(f'text\n"{POSTING}\n{POSTING}"\n')
    summary = tpmclassify.screen_file(source)
    assert (summary.screened, summary.rejected) == (1, 0)


def test_the_end_of_a_bad_row_is_no_row_of_its_own(tmp_path):
    source = tmp_path / "in.tsv"
    sound = 'plan\t"a"\n' * 4
    source.write_text(f'text\ttitle\n{sound}"One\tof\nhis"\t"b"\n{sound}')
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv")
    assert (summary.screened, summary.rejected) == (8, 2)  # a reject for each of its lines


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings_are_found(source, tmp_path, delimiter, encoding):
    rows = [["Title", "Job Description"], ["Café lead", POSTING], ["b", POSTING]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    summary = tpmclassify.screen_file(write(source, text, encoding), tmp_path / "out.csv")
    out = read(tmp_path / "out.csv", delimiter)
    assert [row[:2] for row in out] == rows
    assert bool(summary.encoding_note) == (encoding == "cp1252")


@pytest.mark.parametrize("encoding", ["cp1250", "cp1251", "gb18030", "cp950", "shift_jis"])
def test_the_note_on_cp1252_names_other_encodings_and_each_is_read(source, tmp_path, encoding):
    place = {"cp1250": "Łódź", "cp1251": "Москва"}.get(encoding, "日本")
    table = write(source, f'description,place\n"{POSTING}",{place}', encoding)
    guessed = tpmclassify.screen_file(table, tmp_path / "guessed.csv")
    assert {"cp1252", "--encoding"} <= set(guessed.encoding_note.split())
    assert encoding in guessed.encoding_note
    named = tpmclassify.screen_file(table, tmp_path / "named.csv", encoding=encoding)
    assert not named.encoding_note
    assert read(tmp_path / "named.csv")[1][1] == place


def test_rows_that_do_not_fit_are_rejected_by_name(source, tmp_path):
    good = f'"{POSTING}",x'
    lines = ["text,id", good, "short", good, f"{good},long", good, f'"{POSTING}"glued,x', good]
    summary = tpmclassify.screen_file(write(source, "\n".join(lines)), tmp_path / "out.csv")
    assert (summary.rows, summary.screened, summary.rejected) == (7, 4, 3)
    rejects = [json.loads(line) for line in read_text(summary.rejects).splitlines()]
    assert [reject["line"] for reject in rejects] == [3, 5, 7]
    assert all(reject["file"] == str(source) and reject["reason"] for reject in rejects)
    assert [reject["row"].rstrip("\n") for reject in rejects] == [lines[2], lines[4], lines[6]]


LINES = (
    '"Plan, track and close it.\nReport to sponsors, clients, teams\nand boards, weekly, in full"'
)


@pytest.mark.parametrize("row", [f"TPM,{LINES},Rome,", f"TPM,{LINES}"])
def test_no_line_of_a_text_becomes_a_row_where_all_rows_are_of_another_width(source, row):
    with pytest.raises(tpmclassify.TableError, match="no delimiter splits the rows"):
        tpmclassify.screen_file(write(source, "title,text,town\n" + f"{row}\n" * 20))


@pytest.mark.parametrize("block", [1 << 20, 200])
def test_a_row_of_another_width_is_one_reject_however_many_lines_it_has(
    source, tmp_path, monkeypatch, block
):
    monkeypatch.setattr(batch_sizes, "BLOCK_BYTES", block)
    good, bad = f"TPM,{LINES},Rome\n", f"TPM,{LINES},Rome,\n"
    text = f"title,text,town\n{good * 300}{bad * 5}{good * 3}{bad * 2}"
    summary = tpmclassify.screen_file(write(source, text), tmp_path / "out.csv")
    assert (summary.screened, summary.rejected) == (303, 7)


def test_rows_after_a_bad_one_are_found_where_all_of_them_look_otherwise(source, tmp_path):
    many, bad, others = "1,plan\n" * 40_000, '9,"open quote\n', '"2","Plan, and track"\n' * 20
    summary = tpmclassify.screen_file(
        write(source, f"id,text\n{many}{bad}{others}"), tmp_path / "out.jsonl"
    )
    assert (summary.screened, summary.rejected) == (40_020, 1)


def test_an_open_quote_does_not_swallow_the_rows_after_it(source, tmp_path):
    good = f'"{POSTING}",x'
    text = "\n".join(["text,id", good, f'"{POSTING},x', f"{POSTING.replace(',', '')},y", good[:-2]])
    summary = tpmclassify.screen_file(write(source, text + ",z\n"), tmp_path / "out.csv")
    assert summary.rows == summary.screened + summary.rejected
    assert summary.rejected >= 1
    kept = {row[1] for row in read(tmp_path / "out.csv")[1:]}
    lost = read_text(summary.rejects)
    assert "x" in kept
    assert all(name in kept or f",{name}" in lost for name in "xyz")


def test_cells_that_a_spreadsheet_would_execute_are_made_safe(source, tmp_path):
    cells = ["=1+1", "+1+1", "@SUM(A1)", "-cmd", "\tx", "-5.5", "+3", "1e5", "plain"]
    with source.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "=cell"])
        writer.writerows([[POSTING, cell] for cell in cells])
    summary = tpmclassify.screen_file(source, tmp_path / "safe.csv")
    safe = read(tmp_path / "safe.csv")
    assert safe[0][1] == "'=cell"
    assert [row[1] for row in safe[1:]] == [f"'{c}" for c in cells[:5]] + cells[5:]
    assert summary.escaped_cells == 6
    tpmclassify.screen_file(source, tmp_path / "raw.csv", raw=True)
    assert [row[1] for row in read(tmp_path / "raw.csv")] == ["=cell", *cells]


@pytest.mark.parametrize("repeat", [1, MANY])
@pytest.mark.parametrize(
    ("delimiter", "cell", "safe"),
    [
        (",", "see;=HYPERLINK(1)", "see;'=HYPERLINK(1)"),
        (",", "a\n=1+1;b;=2", "a\n'=1+1;b;'=2"),
        (",", "a;-cmd|' /C calc'!A0", "a;'-cmd|' /C calc'!A0"),
        (",", "a\r\n+cmd|x;@SUM(A1)", "a\r\n'+cmd|x;'@SUM(A1)"),
        (";", "see,=1+1", "see,'=1+1"),
        (",", "a;-2+3+cmd|' /C calc'!A0", "a;'-2+3+cmd|' /C calc'!A0"),
        (",", 'a;"=1+1;b;""@SUM(A1)', 'a;"\'=1+1;b;""\'@SUM(A1)'),
        (",", 'a;= 1+1;b\n"= 1+1', "a;'= 1+1;b\n\"'= 1+1"),
        # No formulas.
        (",", "see,=1+1", "see,=1+1"),
        (";", "see;=1+1", "see;=1+1"),
        (",", "Plan\n=====\n- Plan\n-Run (all)\n@team\n+1 555", None),
        (",", "a; = b;- c", None),
    ],
)
def test_formulas_that_another_spreadsheet_would_find_are_made_safe(
    source, tmp_path, delimiter, cell, safe, repeat
):
    with source.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(["id", "text", "other"])
        # In a column that no quote is taken from.
        writer.writerows([[n, POSTING * 30, f"x {cell}"] for n in range(repeat)])
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv", delimiter)[1:]
    assert {row[2].removeprefix("x ") for row in rows} == {safe or cell}
    assert summary.escaped_cells == (repeat if safe and safe != cell else 0)


def test_missing_and_empty_texts_are_reviewed_not_rejected(source, tmp_path):
    summary = tpmclassify.screen_file(
        write(source, f'id,text\n1,\n2,"  "\n3,"{POSTING}"\n'), tmp_path / "out.csv"
    )
    assert summary.rejected == 0
    assert summary.review_reasons["empty"] == 2


def test_a_table_without_header_is_read(source, tmp_path):
    write(source, f'1,"{POSTING}"\n2,"{POSTING}"\n')
    tpmclassify.screen_file(source, tmp_path / "out.csv", "column_2", header=False)
    rows = read(tmp_path / "out.csv")
    assert rows[0][:2] == ["column_1", "column_2"]
    assert len(rows) == 3


def test_a_table_of_one_column_is_read(source, tmp_path):
    write(source, f'Stellenanzeige\n"{POSTING}"\n')
    assert tpmclassify.screen_file(source, tmp_path / "out.csv").screened == 1


def test_the_default_output_is_ours_and_replaced(source, tmp_path):
    write(source, f'text,id\n"{POSTING}",1\n')
    for _ in range(2):
        assert tpmclassify.screen_file(source).output == str(tmp_path / "in.screened.csv")


def test_a_named_output_is_not_replaced_unless_allowed(source, tmp_path):
    write(source, f'text,id\n"{POSTING}",1\n')
    target = write(tmp_path / "out.csv", "precious")
    with pytest.raises(tpmclassify.TableError, match="exists already"):
        tpmclassify.screen_file(source, target)
    assert target.read_text() == "precious"
    tpmclassify.screen_file(source, target, overwrite=True)
    assert len(read(target)) == 2


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("a,b\n1,2\n", {}, "no column has a usual name"),
        ("text,description\n1,2\n", {}, "several columns may hold"),
        ("text,b\n1,2\n", {"text": "c"}, "no column 'c'"),
        ("text,text\n1,2\n", {"text": "text"}, "2 columns 'text'"),
        ("text,tpm_label\n1,2\n", {}, "already has the columns tpm_label"),
        ("", {}, "empty"),
        ("text,b\n1,2\n", {"encoding": "klingon"}, "no encoding 'klingon'"),
        ("text,b\n\u00e9,2\n", {"encoding": "ascii"}, "not legal in ascii"),
        ("a b;c\nd,e|f\ng,h,i\nj;k;l;m\n", {}, "no delimiter splits"),
    ],
)
def test_bad_tables_are_named_and_nothing_is_written(source, tmp_path, text, options, message):
    write(source, text)
    with pytest.raises(tpmclassify.TableError, match=message) as caught:
        tpmclassify.screen_file(source, tmp_path / "out.csv", **options)
    assert str(source) in str(caught.value) or "tpm_" in message
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(tpmclassify.TableError, match="no such file"):
        tpmclassify.screen_file(tmp_path / "none.csv")


def test_a_file_of_another_type_is_named(tmp_path):
    with pytest.raises(tpmclassify.TableError, match=r"'\.docx' is not supported"):
        tpmclassify.screen_file(write(tmp_path / "in.docx", "x"))


def test_a_folder_that_cannot_be_written_to_is_named(source, tmp_path):
    write(source, f'text,id\n"{POSTING}",1\n')
    with pytest.raises(tpmclassify.TableError, match="cannot be written"):
        tpmclassify.screen_file(source, tmp_path / "none" / "out.csv")


def test_input_is_never_output(source):
    write(source, f'text,id\n"{POSTING}",1\n')
    with pytest.raises(tpmclassify.TableError, match="same file"):
        tpmclassify.screen_file(source, source, overwrite=True)


def test_machine_code_writes_what_plain_python_writes(monkeypatch, machine_code):  # noqa: ARG001
    generator = random.Random(5)
    pieces = [*'=+-@\t\r\n",;|(!aB1. é\0_/', "cmd", "=1", "-2", '"=x']
    names = ["id", "text", "tpm_quotes"]
    for _ in range(400):
        rows, raw = generator.randint(1, 6), generator.random() < 0.3
        cells = [
            ["".join(generator.choices(pieces, k=generator.choice([0, 2, 9, 90])))] * (rows - 1)
            + [None]
            for _ in names
        ]
        batch = pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in cells], names=names)
        delimiter, written = generator.choice(",;\t"), []
        for switch in "10":
            monkeypatch.setenv("TPMCLASSIFY_MACHINE_CODE", switch)
            output = CsvOutput(batch.schema, delimiter=delimiter, raw=raw)
            written.append((output.encode(batch), output.escaped_cells))
        assert written[0] == written[1]


def test_a_name_does_not_make_tabs_of_commas(tmp_path):
    (tmp_path / "in.tsv").write_text('id,text\n1,"Plan, then\ttrack"\n2,Report\n')
    tpmclassify.screen_file(tmp_path / "in.tsv", tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["id"], row["text"]) for row in rows] == [
        ("1", "Plan, then\ttrack"),
        ("2", "Report"),
    ]


def test_what_follows_compressed_data_is_damage_and_leaves_no_file_open(tmp_path):
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(b"id,text\n1,Plan it.\n") + b"more")
    with pytest.raises(tpmclassify.TableError, match="damaged or cut off"):
        tpmclassify.screen_file(tmp_path / "in.csv.gz")
    gc.collect()  # a file that is still open warns, and warnings are errors
