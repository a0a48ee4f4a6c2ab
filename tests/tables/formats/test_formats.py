"""From format to format: nothing lost, types kept where the format has types, plain text else."""

import csv
import datetime
import gzip
import io
import json
import re

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tpmclassify
from tpmclassify import batch_sizes
from tpmclassify.screening import COLUMNS
from tpmclassify.tables.preview import peek

TEXT = "Manage the project schedule, budget and scope, and report status to the client."
TARGETS = [
    "out.csv", "out.tsv", "out.jsonl", "out.ndjson", "out.parquet", "out.xlsx",
    "out.csv.gz", "out.tsv.zst", "out.jsonl.gz",
]  # fmt: skip


@pytest.fixture
def screen(tmp_path, classifier):
    def run(source, target, **options):
        return tpmclassify.screen_file(
            tmp_path / source, tmp_path / target, model=classifier, **options
        )

    return run


def read(path):
    """The rows of a table as dictionaries of strings, missing ones empty."""
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    elif path.suffix == ".xlsx":
        rows = pd.read_excel(path, engine="calamine", dtype=str, keep_default_na=False)
        return rows.to_dict("records")
    else:
        data = path.read_bytes()
        if path.suffix in (".gz", ".zst"):
            codec = {".gz": "gzip", ".zst": "zstd"}[path.suffix]
            data = pa.CompressedInputStream(pa.BufferReader(data), codec).read()
        text = data.decode()
        if "json" in path.name:
            rows = [json.loads(line) for line in text.splitlines()]
        else:
            delimiter = "\t" if ".tsv" in path.name else ","
            return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    return [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]


@pytest.mark.parametrize("target", TARGETS)
def test_strings_come_back_equal_in_every_format(tmp_path, screen, target):
    values = [
        "007",
        "NA",
        " 1.0 ",
        "2024-01-02",
        'say "hi"',
        "a\nb",
        "é😀",
        "1e5",
        "TRUE",
        "https://a.b",
    ]
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["text", "value"], *([TEXT, v] for v in values)])
    summary = screen("in.csv", target)
    rows = read(tmp_path / target)
    assert list(rows[0]) == ["text", "value", *COLUMNS]
    assert [row["value"] for row in rows] == values
    assert {row["text"] for row in rows} == {TEXT}
    assert {row["tpm_verdict"] for row in rows} == set(summary.verdicts)
    assert (summary.screened, summary.rejected) == (len(values), 0)


TYPED = pa.table(
    {
        "description": pa.array([TEXT, None, ""]),
        "number": pa.array([1, None, 2**60], pa.int64()),
        "share": pa.array([0.1, 1e300, None]),
        "open": pa.array([True, False, None]),
        "day": pa.array([datetime.date(2024, 5, 6), None, datetime.date(1970, 1, 1)]),
        "when": pa.array([datetime.datetime(2024, 5, 6, 7, 8, 9), None, None], pa.timestamp("us")),
        "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
        "tags": pa.array([["x", "y"], [], None]),
        "blob": pa.array([b"\xff\x00", None, b""]),
        "large": pa.array(["p", "q", None], pa.large_string()),
    }
)


@pytest.fixture
def typed(tmp_path):
    pq.write_table(TYPED, tmp_path / "in.parquet")


@pytest.mark.usefixtures("typed")
def test_parquet_to_parquet_keeps_types_and_values(tmp_path, screen):
    screen("in.parquet", "out.parquet")
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.select(TYPED.schema.names).cast(TYPED.schema).equals(TYPED)
    assert out.schema.field("kind").type == TYPED.schema.field("kind").type
    assert out.schema.names == [*TYPED.schema.names, *COLUMNS]
    assert out.schema.field("tpm_probability").type == pa.float64()
    assert out.schema.field("tpm_title_agrees").type == pa.bool_()


@pytest.mark.usefixtures("typed")
def test_parquet_to_csv_is_written_plainly(tmp_path, screen):
    screen("in.parquet", "out.csv")
    first, second, third = read(tmp_path / "out.csv")
    assert (first["number"], first["open"], first["day"]) == ("1", "true", "2024-05-06")
    assert first["share"] == "0.1"
    assert first["when"].startswith("2024-05-06 07:08:09")
    assert (first["kind"], first["tags"], first["blob"]) == ("a", '["x", "y"]', "/wA=")
    assert (second["description"], second["number"], second["tags"]) == ("", "", "[]")
    assert third["number"] == str(2**60)


@pytest.mark.usefixtures("typed")
def test_parquet_to_json_lines_keeps_numbers_and_lists(tmp_path, screen):
    screen("in.parquet", "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert rows[0]["number"] == 1
    assert rows[2]["number"] == 2**60
    assert rows[0]["tags"] == ["x", "y"]
    assert rows[1]["number"] is None
    assert rows[0]["open"] is True


@pytest.mark.usefixtures("typed")
def test_parquet_to_excel_keeps_numbers_and_dates(tmp_path, screen):
    screen("in.parquet", "out.xlsx")
    rows = pd.read_excel(tmp_path / "out.xlsx", engine="calamine", dtype=object)
    assert rows["number"].tolist()[0] == 1
    assert rows["number"].tolist()[2] == str(2**60)  # Excel's numbers would round it
    assert rows["share"].tolist()[0] == 0.1
    assert rows["day"].tolist()[0] == datetime.datetime(2024, 5, 6)


def test_json_lines_come_back_as_they_were_read(tmp_path, screen):
    lines = [
        '{"text": "a posting", "n": 1.50, "big": 123456789012345678901, "deep": {"a": [1, null]}}',
        '{ "n":1e2 , "text" : "x\\u00e9", "other": true }',
        '{"text": null}',
        "{}",
        '{"text": 5}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join([*lines[:2], "", *lines[2:]]) + "\n")
    summary = screen("in.jsonl", "out.jsonl")
    out = (tmp_path / "out.jsonl").read_text().splitlines()
    assert summary.rejected == 0
    for line, written in zip(lines, out, strict=True):
        assert written.startswith(line.rstrip("}").rstrip())
        row = json.loads(written)
        assert {k: v for k, v in row.items() if k not in COLUMNS} == json.loads(line)
        assert set(COLUMNS) <= set(row)
    for row in out[2:4]:
        assert json.loads(row)["tpm_review_reasons"] == "empty"


def test_json_lines_to_csv_writes_numbers_as_they_stand(tmp_path, screen):
    (tmp_path / "in.jsonl").write_text(
        '{"text": "a", "n": 1.50, "deep": {"a": [1e2, null, "ü"]}}\n{"text": "b", "ok": true}\n',
        encoding="utf-8",
    )
    screen("in.jsonl", "out.csv")
    first, second = read(tmp_path / "out.csv")
    assert (first["n"], first["deep"], first["ok"]) == ("1.50", '{"a": [1e2, null, "ü"]}', "")
    assert (second["n"], second["ok"]) == ("", "true")


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ('{"text": "a"', 13, "no JSON"),
        ("[1]", 1, "must be a JSON object"),
        ('{"text": "a", "text": "b"}', 1, "there twice"),
        ('{"text": "\\ud83d"}', 1, "half a character"),
        ('{"text": "a", "tpm_label": "TPM"}', 1, "name of ours"),
        ("[" * 100_000, 1, "nested too deeply"),
        ('{"text": "a", "new": 1}', 1, "no column"),
    ],
)
def test_bad_json_lines_are_rejected_by_name(tmp_path, screen, monkeypatch, line, column, reason):
    monkeypatch.setattr(batch_sizes, "BLOCK_BYTES", 100)  # the first block tells the columns
    (tmp_path / "in.jsonl").write_text('{"text": "a"}\n' * 20 + f'{line}\n{{"text": "b"}}\n')
    summary = screen("in.jsonl", "out.csv")
    assert (summary.screened, summary.rejected) == (21, 1)
    reject = json.loads((tmp_path / "out.csv.rejects.jsonl").read_text())
    assert reason in reject["reason"]
    assert (reject["line"], reject["column"], reject["row"]) == (21, column, line)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("in.json", b'[{"text": "a"},', "cut off"),
        ("in.json", b'{"a": [1, 2', "cut off"),
        ("in.json", b"[]", "no list of objects"),
        ("in.json", b'[{"text": "a"}, {"text": nope}]', "line 1, column 26: this is no JSON"),
        ("in.jsonl", b"hello\n", "no JSON .*Write each row as an object"),
        ("in.json", b'[["id", "text"], [1, "a"]]', "column 1: a row must be a JSON object"),
        ("in.json", b'[{"text": "a", "text": "b"}]', "the field 'text' is there twice"),
        ("in.jsonl", b"{}\n", "the object has no field"),
        ("in.jsonl", b"\n", "empty"),
        ("in.parquet", b"PAR1 no more", "no Parquet file"),
        ("in.parquet", b"", "no Parquet file"),
        ("in.xlsx", b"id,text\n", "no workbook"),
        ("in.csv", b"id,id,text\n1,2,a\n", "several columns named 'id'"),
    ],
)
def test_files_that_are_no_table_are_named(tmp_path, screen, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(tpmclassify.TableError, match=message) as caught:
        screen(name, "out.parquet")
    assert "in." in str(caught.value) or "out.parquet" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_parquet_column_of_numbers_is_refused_as_text(tmp_path, screen):
    pq.write_table(pa.table({"text": [1.5, float("nan")]}), tmp_path / "in.parquet")
    with pytest.raises(tpmclassify.TableError, match="column 'text' holds double, not strings"):
        screen("in.parquet", "out.csv")


def test_parquet_strings_that_are_not_utf8_are_rejected(tmp_path, screen):
    bad = pa.array([b"good", b"b\xff", b"fine"]).view(pa.string())
    pq.write_table(pa.table({"text": bad}), tmp_path / "in.parquet")
    summary = screen("in.parquet", "out.parquet")
    assert (summary.screened, summary.rejected) == (2, 1)
    reject = json.loads((tmp_path / "out.parquet.rejects.jsonl").read_text())
    assert (reject["line"], reject["row"]) == (2, "b\\xff")


def test_a_workbook_is_read_as_it_is_typed(tmp_path, screen):
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "in.xlsx"))
    sheet = book.add_worksheet("Jobs")
    book.add_worksheet("Notes").write(0, 0, "x")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate(
        [["text", "zip", "count", "mixed"], [TEXT, "01234", 7, 1.5], ["x", "5", 8, "b"]]
    ):
        sheet.write_row(row, 0, cells)
    sheet.write_string(1, 1, "01234")
    sheet.write_datetime(1, 4, datetime.datetime(2024, 5, 6), day)
    sheet.write(0, 4, "day")
    book.close()
    summary = screen("in.xlsx", "out.csv")
    first, second = read(tmp_path / "out.csv")
    assert (first["text"], first["zip"], first["count"], first["mixed"]) == (
        TEXT,
        "01234",
        "7",
        "1.5",
    )
    assert (second["zip"], second["count"], second["mixed"]) == ("5", "8", "b")
    assert first["day"].startswith("2024-05-06")
    assert "'Notes'" in summary.encoding_note


def test_a_workbook_executes_nothing_and_colours_the_verdict(tmp_path, screen):
    import zipfile

    cells = ["=1+1", "https://example.org", "@x", "-5"]
    with (tmp_path / "in.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["text", "cell"], *([TEXT, cell] for cell in cells)])
    summary = screen("in.csv", "out.xlsx")
    assert [row["cell"] for row in read(tmp_path / "out.xlsx")] == cells
    assert summary.escaped_cells == 0
    sheet = zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert sheet.count("<cfRule") == 4
    assert "<autoFilter" in sheet
    assert 'state="frozen"' in sheet


def test_cells_too_long_for_excel_are_rejected_by_name(tmp_path, screen):
    (tmp_path / "in.csv").write_text(f"id,text\n1,{'a ' * 16_383}\n2,{'b ' * 16_384}\n3,c\n")
    summary = screen("in.csv", "out.xlsx")
    assert (summary.screened, summary.rejected) == (2, 1)
    reject = json.loads((tmp_path / "out.xlsx.rejects.jsonl").read_text())
    assert (reject["line"], reject["column"]) == (3, 2)
    assert "32,767" in reject["reason"]
    assert reject["row"] == "2\t" + "b " * 16_384


def test_more_rows_than_a_sheet_takes_are_named(tmp_path, screen, monkeypatch):
    from tpmclassify.tables.formats import excel_output

    monkeypatch.setattr(excel_output, "MOST_ROWS", 3)
    (tmp_path / "in.csv").write_text("id,text\n1,a\n2,b\n")
    assert screen("in.csv", "fits.xlsx").screened == 2
    (tmp_path / "in.csv").write_text("id,text\n1,a\n2,b\n3,c\n")
    with pytest.raises(tpmclassify.TableError, match="a sheet takes"):
        screen("in.csv", "out.xlsx")


@pytest.mark.parametrize("module", ["python_calamine", "xlsxwriter"])
def test_without_the_extra_its_installation_is_named(tmp_path, screen, monkeypatch, module):
    import sys

    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "in.csv").write_text("id,text\n1,a\n")
    (tmp_path / "in.xlsx").write_bytes(b"")
    source, target = ("in.xlsx", "o.csv") if module == "python_calamine" else ("in.csv", "o.xlsx")
    with pytest.raises(tpmclassify.TableError, match=r"pip install 'tpmclassify\[excel\]'"):
        screen(source, target)


def test_gzip_in_several_members_is_read_whole(tmp_path, screen):
    parts = [gzip.compress(part) for part in (b"id,text\n1,a\n", b"2,b\n")]
    (tmp_path / "in.csv.gz").write_bytes(b"".join(parts))
    assert screen("in.csv.gz", "out.csv").screened == 2
    summary = tpmclassify.screen_file(tmp_path / "in.csv.gz")
    assert summary.output == str(tmp_path / "in.screened.csv.gz")


@pytest.mark.parametrize("target", ["o.csv", "o.xlsx", "o.jsonl"])
def test_odd_values_of_parquet_are_written_or_rejected_by_name(tmp_path, screen, target):
    odd = {
        "day": (pa.array([9_000_000, 1], pa.date32()), 0),
        "when": (pa.array([{"t": 2**60}, {"t": 1}], pa.struct([("t", pa.timestamp("us"))])), 1),
        "list": (
            pa.ListArray.from_arrays(
                pa.array([0, 1, 2], pa.int32()), pa.array([b"\xff", b"a"]).view(pa.string())
            ),
            1,
        ),
    }
    for values, rejected in odd.values():
        pq.write_table(pa.table({"text": [TEXT, TEXT], "x": values}), tmp_path / "in.parquet")
        summary = screen("in.parquet", target, overwrite=True)
        assert (summary.screened, summary.rejected) == (2 - rejected, rejected)


@pytest.mark.parametrize("encoding", ["base64", "hex", "zlib", "rot13", "idna", "undefined", "no"])
def test_what_is_no_encoding_of_texts_is_named(tmp_path, screen, encoding):
    (tmp_path / "in.csv").write_text("id,text\n1,a\n")
    with pytest.raises(tpmclassify.TableError, match="there is no encoding"):
        screen("in.csv", "o.csv", encoding=encoding)


SECRET = "SECRETPOSTING lead complex programs across engineering teams and drive delivery"


@pytest.mark.parametrize(
    "data",
    [
        f'1,"{SECRET}","x"\n2,"{SECRET}","y"\n',
        f'"{SECRET} "x" y",1\n"{SECRET}",2\n',
        f"{SECRET}\nid,what\n1,a\n2,b\n3,c\n",
        f"{SECRET};a,b\nd,e|f\ng,h,i\nj;k;l;m\n",
        f'[{{"description": "{SECRET}"',
        f'"{SECRET * 9}"\n"{SECRET}"\n',
    ],
)
def test_no_text_of_a_posting_stands_in_an_error(tmp_path, screen, data):
    (tmp_path / "in.csv").write_text(data)
    with pytest.raises(tpmclassify.TableError) as caught:
        screen("in.csv", "o.csv")
    assert "SECRETPOSTING lead complex" not in str(caught.value)


@pytest.mark.parametrize("byte", [0, 0xFF])
def test_a_parquet_file_with_any_byte_damaged_is_read_or_refused_by_name(tmp_path, byte):
    table = pa.table({"description": pa.array(["Plan it.", "Track it."] * 9).dictionary_encode()})
    source = tmp_path / "in.parquet"
    pq.write_table(table, source, compression="none", write_statistics=False)
    sound = source.read_bytes()
    refused = set()
    for at in range(len(sound)):
        source.write_bytes(sound[:at] + bytes([byte]) + sound[at + 1 :])
        try:
            peek(source, rows=100)
        except tpmclassify.TableError as error:
            refused.add(re.sub(r".*damaged or cut off \((.*)\).*", r"\1", str(error)))
    assert len(refused) > 1
    assert not any("Check the path" in error for error in refused)
    assert byte or "a cell is not in its column's dictionary" in refused


@pytest.mark.parametrize("name", ["in.csv", "in.xlsx"])
def test_names_that_stand_in_a_table_again_are_said_once(name, tmp_path, screen):
    rows = [["id", "text"], ["1", TEXT]] * 3
    if name == "in.csv":
        (tmp_path / name).write_text("".join(f"{','.join(map(_quoted, row))}\n" for row in rows))
    else:
        pd.DataFrame(rows).to_excel(tmp_path / name, header=False, index=False)
    summary = screen(name, "out.csv")
    assert (summary.screened, summary.rejected) == (3, 2)
    again = [line for line in summary.encoding_note.splitlines() if "column names again" in line]
    assert len(again) == 1
    assert re.search(r"(line|row) 3: .*rows of the same table\. .*a file of its own", again[0])


def _quoted(cell):
    return f'"{cell}"'
