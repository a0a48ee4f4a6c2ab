"""Workbooks: the right sheet, every cell of it, and nothing that takes the process down."""

import csv
import struct
import zipfile

import pytest
import xlsxwriter

import tpmclassify

TEXT = "Manage the project schedule, budget and scope, and report status to the client."


def book(path, **sheets):
    """Write a workbook; a sheet is its rows, a name that begins with an underscore hides it."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name.strip("_"))
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if str(cell).startswith("="):
                        formula, _, value = cell.rpartition(" ")
                        sheet.write_formula(at, column, formula, None, value)
                    else:
                        sheet.write(at, column, cell)
            if name.startswith("_"):
                sheet.hide()
            else:
                sheet.activate()
    return path


def read(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


TABLE = [["id", "description"], ["1", TEXT], ["2", TEXT]]
CHOICES = {
    "the first that names postings": (
        {"Cover": [["Department"], ["IT"]], "Jobs": TABLE},
        {},
        "Jobs",
    ),
    "no hidden one": ({"_Old": TABLE, "Jobs": TABLE}, {}, "Jobs"),
    "a hidden one that is wanted": ({"_Old": TABLE, "Jobs": TABLE}, {"sheet": "Old"}, "Old"),
    "no empty one": ({"Empty": [], "Jobs": TABLE}, {}, "Jobs"),
    "one with a column of that name": (
        {"Lists": [["a", "b"], ["x", "y"]], "Jobs": [["a", "what"], ["1", TEXT], ["2", TEXT]]},
        {"text": "what"},
        "Jobs",
    ),
}


@pytest.mark.parametrize(("sheets", "options", "expected"), CHOICES.values(), ids=CHOICES)
def test_the_sheet_with_the_table_is_read_and_named(
    tmp_path, classifier, sheets, options, expected
):
    source = book(tmp_path / "in.xlsx", **sheets)
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier, **options)
    assert summary.screened == 2
    assert f"only the sheet {expected!r} was read" in summary.encoding_note


def test_captions_above_the_names_are_skipped_and_that_is_said(tmp_path, classifier):
    source = book(tmp_path / "in.xlsx", Jobs=[["Open requisitions"], [], *TABLE])
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier)
    assert summary.screened == 2
    assert "row 3" in summary.encoding_note
    summary = tpmclassify.screen_file(
        source, tmp_path / "o.csv", model=classifier, header_row=4, text=TEXT
    )
    assert summary.screened == 1


@pytest.mark.parametrize(
    ("data", "cure"),
    [
        (b"id\tdescription\n1\tPlan.\n", "but text, such as CSV. Name it .csv, or .tsv"),
        ("id\tdescription\n1\tPlan.\n".encode("utf-16"), "but text, such as CSV"),
        (b"\xef\xbb\xbf<html><table>", "a web page or XML. Open it .* save it as .xlsx"),
        ("\n<?xml?><Workbook>".encode("utf-16"), "a web page or XML"),
    ],
)
def test_what_only_bears_the_name_of_a_workbook_is_told_its_cure(tmp_path, data, cure):
    (tmp_path / "in.xls").write_bytes(data)
    with pytest.raises(tpmclassify.TableError, match=cure):
        tpmclassify.screen_file(tmp_path / "in.xls")


def test_a_workbook_with_macros_is_read_and_written_as_xlsx(tmp_path, classifier):
    source = book(tmp_path / "in.xlsx", Jobs=TABLE).rename(tmp_path / "in.xlsm")
    summary = tpmclassify.screen_file(source, model=classifier)
    assert (summary.screened, summary.output) == (2, str(tmp_path / "in.screened.xlsx"))


def test_a_binary_workbook_is_read_and_written_as_xlsx(tmp_path, classifier):
    def text(value):
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    def record(kind, content=b""):
        kinds = [kind] if kind < 128 else [kind & 127 | 128, kind >> 7]
        return bytes([*kinds, len(content) & 127 | 128, len(content) >> 7]) + content

    rows = b""
    for at, row in enumerate(TABLE):
        rows += record(0, struct.pack("<I", at) + bytes(13))
        for column, cell in enumerate(row):
            rows += record(6, struct.pack("<2I", column, 0) + text(cell))
    size = struct.pack("<4I", 0, len(TABLE) - 1, 0, 1)
    sheet = record(129) + record(148, size) + record(145) + rows + record(146) + record(130)
    named = record(156, struct.pack("<2I", 0, 1) + text("rId1") + text("Jobs"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    with zipfile.ZipFile(tmp_path / "in.xlsb", "w") as archive:
        archive.writestr("xl/workbook.bin", record(143) + named + record(144) + record(132))
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/>'
            "</Relationships>",
        )
    tpmclassify.screen_file(tmp_path / "in.xlsb", tmp_path / "out.csv", model=classifier)
    assert [row[:2] for row in read(tmp_path / "out.csv")] == TABLE
    summary = tpmclassify.screen_file(tmp_path / "in.xlsb", model=classifier)
    assert (summary.screened, summary.output) == (2, str(tmp_path / "in.screened.xlsx"))


def test_a_sheet_that_is_not_there_is_named_with_the_others(tmp_path):
    source = book(tmp_path / "in.xlsx", Jobs=TABLE, Lists=[["x"]])
    with pytest.raises(tpmclassify.TableError, match="'Jobs', 'Lists'"):
        tpmclassify.screen_file(source, tmp_path / "out.csv", sheet="None")


def test_error_cells_keep_their_text_and_large_numbers_stay(tmp_path, classifier):
    rows = [
        ["description", "code", "size"],
        [TEXT, "=1/0 #DIV/0!", 1e19],
        ["=-Own #NAME?", "", 2],
        ["=-Lead #NAME?"],
    ]
    source = book(tmp_path / "in.xlsx", Jobs=rows)
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier, raw=True)
    assert (summary.rows, summary.rejected) == (3, 0)
    assert [row[:3] for row in read(tmp_path / "out.csv")[1:]] == [
        [TEXT, "#DIV/0!", "10000000000000000000"],
        ["#NAME?", "", "2"],
        ["#NAME?", "", ""],
    ]


def test_formulas_without_a_value_are_counted(tmp_path, classifier):
    source = book(tmp_path / "in.xlsx", Jobs=[*TABLE, ["3", '="a" x']])
    with zipfile.ZipFile(source) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    entries[sheet] = entries[sheet].replace(b"<v>x</v>", b"")
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier)
    assert "1 formulas have no value" in summary.encoding_note


@pytest.mark.slow
@pytest.mark.parametrize("column", [16_383, 3_000])
def test_a_cell_at_the_far_end_takes_nothing_down(tmp_path, column):
    source = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(source)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["description"])
        sheet.write(1_048_575, column, "x")
    with pytest.raises(tpmclassify.TableError, match="too large"):
        tpmclassify.screen_file(source, tmp_path / "out.csv")


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Jobs">%s</table:table></office:spreadsheet></office:body>
</office:document-content>"""
CELL = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'


FORMULA = (
    '<table:table-cell table:formula="of:=X()" office:value-type="%s" office:%s-value="%s">'
    "<text:p>%s</text:p></table:table-cell>"
)
UNCOMPUTED = '<table:table-cell table:formula="of:=X()"/>'


def open_document(path, *rows):
    """Write an .ods; a cell that begins with < stands there as it is."""
    lines = ["".join(cell if cell[:1] == "<" else CELL % cell for cell in row) for row in rows]
    xml = "".join(map("<table:table-row>{}</table:table-row>".format, lines))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS % xml)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def old_workbook(path, *rows):
    """Write an .xls of one sheet; a cell that is a number is the code of an error."""

    def record(kind, data):
        return struct.pack("<2H", kind, len(data)) + data

    def cell(row, column, value):
        place = struct.pack("<3H", row, column, 0)
        if isinstance(value, int):
            return record(0x205, place + bytes([value, 1]))
        return record(0x204, place + struct.pack("<HB", len(value), 0) + value.encode())

    begin, end = struct.pack("<6H", 0x600, 5, 0, 0, 0, 0), record(10, b"")
    about = record(0x85, struct.pack("<IH", 0, 0) + b"\4\0Jobs")
    first = record(0x809, begin)
    at = len(first + about + end)
    about = record(0x85, struct.pack("<IH", at, 0) + b"\4\0Jobs")
    cells = [cell(i, j, v) for i, row in enumerate(rows) for j, v in enumerate(row) if v != ""]
    stream = first + about + end + record(0x809, begin[:2] + b"\x10" + begin[3:])
    stream = (stream + b"".join(cells) + end).ljust(4096, b"\0")
    n = -(-len(stream) // 512)

    def entry(name, kind, start, size, child):
        about = struct.pack("<H2B3I", 2 * len(name) + 2, kind, 1, 2**32 - 1, 2**32 - 1, child)
        return (
            name.encode("utf-16-le").ljust(64, b"\0")
            + about
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    table = [2**32 - 3, 2**32 - 2, *range(3, n + 2), 2**32 - 2]
    header = bytes.fromhex("d0cf11e0a1b11ae1").ljust(24, b"\0")
    header += struct.pack("<5H", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<9I", 1, 1, 0, 4096, 2**32 - 2, 0, 2**32 - 2, 0, 0)
    folder = entry("Root Entry", 5, 2**32 - 2, 0, 1)
    folder += entry("Workbook", 2, 2, len(stream), 2**32 - 1)
    sectors = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff"), folder.ljust(512, b"\0")
    path.write_bytes(header.ljust(512, b"\xff") + b"".join(sectors) + stream.ljust(512 * n, b"\0"))
    return path


def test_error_cells_keep_their_text_in_other_workbooks(tmp_path, classifier):
    empty, zero = (
        FORMULA % ("string", "string", "", "#N/A"),
        FORMULA % ("float", "", "0", "#DIV/0!"),
    )
    names = ["id", "description", "size"]
    files = [
        open_document(
            tmp_path / "in.ods",
            names,
            [empty, TEXT, zero.replace("office:-", "office:")],
            [empty, empty, empty],
            ["3", TEXT, UNCOMPUTED],
        ),
        old_workbook(
            tmp_path / "in.xls", names, [42, TEXT, 7], [42, 42, 42], ["", "", ""], ["3", TEXT]
        ),
    ]
    for source in files:
        summary = tpmclassify.screen_file(
            source, tmp_path / f"{source.name}.csv", raw=True, model=classifier
        )
        assert (summary.rows, summary.rejected) == (3, 0), source
        assert [row[:3] for row in read(summary.output)[1:]] == [
            ["#N/A", TEXT, "#DIV/0!"],
            ["#N/A", "#N/A", "#N/A"],
            ["3", TEXT, ""],
        ]
        assert ("1 formulas have no value" in summary.encoding_note) == (source.suffix == ".ods")


def test_a_cell_that_is_repeated_without_end_is_read_as_far_as_sheets_go(tmp_path, classifier):
    repeated = CELL.replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="%d"'
    )
    source = open_document(tmp_path / "in.ods", ["description"], [repeated % (10**8, TEXT)])
    summary = tpmclassify.screen_file(source, tmp_path / "out.csv", model=classifier)
    assert (summary.rows, summary.rejected) == (1, 0)


def test_an_open_document_is_read_and_written_as_xlsx(tmp_path, classifier):
    source = open_document(tmp_path / "in.ods", *TABLE)
    summary = tpmclassify.screen_file(source, model=classifier)
    assert summary.screened == 2
    assert summary.output == str(tmp_path / "in.screened.xlsx")
    with pytest.raises(tpmclassify.TableError, match="read, not written"):
        tpmclassify.screen_file(source, tmp_path / "out.ods", model=classifier)


def test_what_a_workbook_is_made_of_goes_with_the_job(tmp_path, monkeypatch):
    (tmp_path / "parts").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "parts"))
    (tmp_path / "in.csv").write_text("text\nManage the budget.\n")
    tpmclassify.screen_file(tmp_path / "in.csv", tmp_path / "out.xlsx")
    monkeypatch.setattr("xlsxwriter.Workbook.add_worksheet", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tpmclassify.screen_file(tmp_path / "in.csv", tmp_path / "other.xlsx")
    assert not list((tmp_path / "parts").iterdir())
