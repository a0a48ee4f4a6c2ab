"""Reads a workbook in a process of its own, as a script: a hostile file takes nothing else down.

Prints a line of JSON for each sheet that can be seen, one for each of its rows, and an empty one.
Dates come as ``["date", iso]``.
"""

import datetime
import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_MEMORY = 6 << 30  # a sheet of a million postings of 4 KB takes 5 GB
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)</")
_ERROR = re.compile(r"#[A-Z][A-Z0-9/_]*[!?]?|Err:\d+")  # as .ods shows it
# Of .xls: what stands in for a value that is an error, and records (the sources are [MS-CFB] and
# [MS-XLS] at https://learn.microsoft.com/openspecs/office_file_formats).
_CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!"}
_CODES |= {42: "#N/A"}
_FORMULA, _END_OF_SHEET, _SHEET, _ERROR_CELL = 6, 10, 0x85, 0x205
_NO_SECTOR = 0xFFFFFFF0  # this and more
_STREAMS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))

_Odd = Iterator[tuple[int, int, str | None]]  # row and column, from 0; the error, or no value


def main(path: str, wanted: str) -> None:
    """Print the sheets of a workbook, or the wanted one alone."""
    with suppress(ImportError):  # Windows has no such limit; the time limit holds there too
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    about = book.sheets_metadata
    seen = [
        sheet.name
        for sheet in about
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and (sheet.visible == python_calamine.SheetVisibleEnum.Visible or sheet.name == wanted)
    ]
    say({"sheets": [sheet.name for sheet in about], "seen": seen})
    for name in seen:
        if wanted and name != wanted:
            continue
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        formulas = 0
        with suppress(
            KeyError, ElementTree.ParseError, zipfile.BadZipFile, struct.error, IndexError
        ):
            for at, column, error in odd_cells(path, [sheet.name for sheet in about].index(name)):
                formulas += error is None
                if error is not None:
                    set_cell(rows, at, column, error)
        say({"name": name, "formulas": formulas})
        for row in rows:
            say([cell if isinstance(cell, str | float | int) else dated(cell) for cell in row])
        say(None)


def odd_cells(path: str, index: int) -> _Odd:
    """Find what calamine leaves empty: errors, and formulas whose value was never computed."""
    data = Path(path).read_bytes()
    if not data.startswith(b"PK"):
        yield from odd_cells_of_xls(data, index)
        return
    with zipfile.ZipFile(path) as archive:
        if "content.xml" in archive.namelist():
            yield from odd_cells_of_ods(archive, index)
            return
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - limits hold
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        sheet = [node for node in book.iter() if node.tag.endswith("}sheet")][index]
        key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        target = next((link.get("Target", "") for link in links if link.get("Id") == key), "")
        data = archive.read(f"xl/{target}" if target[:1] != "/" else target[1:])
    for attributes, content in _CELL.findall(data):
        value, place = _VALUE.search(content), _PLACE.search(attributes)
        if b"<f" in content and value is None:
            yield 0, 0, None
        if b't="e"' in attributes and value and place:
            column = 0
            for letter in place[1]:
                column = 26 * column + letter - 64
            yield int(place[2]) - 1, column - 1, value[1].decode()


def odd_cells_of_ods(archive: zipfile.ZipFile, index: int) -> _Odd:
    """The same of an OpenDocument spreadsheet."""
    sheet, row = -1, 0
    content = archive.open("content.xml")
    for event, node in ElementTree.iterparse(content, ("start", "end")):  # noqa: S314
        kind = node.tag.rpartition("}")[2]
        if event == "start" and kind == "table":
            sheet, row = sheet + 1, 0
        if event == "start" or kind != "table-row":
            continue
        column = 0
        for cell in node if sheet == index else ():
            about = {name.rpartition("}")[2]: value for name, value in cell.attrib.items()}
            shown = "".join(cell.itertext())
            is_error = "formula" in about or "error" in cell.attrib.values()
            if is_error and _ERROR.fullmatch(shown):
                yield row, column, shown
            elif "formula" in about and not shown and "value-type" not in about:
                yield row, column, None
            column += int(about.get("number-columns-repeated", 1))
        row += next((int(v) for k, v in node.items() if k.endswith("}number-rows-repeated")), 1)
        node.clear()


def odd_cells_of_xls(data: bytes, index: int) -> _Odd:
    """The same of an old workbook, whose formulas all have values."""
    records = stream_of_xls(data)
    at = 0
    sheets: list[int] = []
    while True:
        kind, size = struct.unpack_from("<2H", records, at)
        if kind == _END_OF_SHEET:
            if not sheets:
                return
            at, sheets = sheets[index], []
            continue
        if kind == _SHEET:
            sheets += struct.unpack_from("<I", records, at + 4)
        if kind in (_FORMULA, _ERROR_CELL):
            row, column, _, code, is_error, result = struct.unpack_from("<3H3B", records, at + 4)
            if kind == _FORMULA:  # its result is a number, or says what else it is
                is_error = code == 2 and records[at + 16 : at + 18] == b"\xff\xff"
                code = result
            if is_error:
                yield row, column, _CODES.get(code, "#ERROR!")
        at += 4 + size


def stream_of_xls(data: bytes) -> bytes:
    """The records of an old workbook: a file of sectors, which a table chains."""
    size = 1 << data[30]

    def numbers(sector: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)

    def chained(sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < _NO_SECTOR and len(parts) <= len(table):
            parts.append(data[(sector + 1) * size : (sector + 2) * size])
            sector = table[sector]
        return b"".join(parts)

    sectors, more = list(struct.unpack_from("<109I", data, 76)), data[68:72]
    while (sector := int.from_bytes(more, "little")) < _NO_SECTOR and len(sectors) < len(data):
        *found, following = numbers(sector)
        sectors, more = sectors + found, following.to_bytes(4, "little")
    table = [entry for sector in sectors if sector < _NO_SECTOR for entry in numbers(sector)]
    folder = chained(*struct.unpack_from("<I", data, 48))
    names = (at for at in range(0, len(folder), 128) if folder.startswith(_STREAMS, at))
    at = next(names, len(folder))
    return chained(*struct.unpack_from("<I", folder, at + 116))


def set_cell(rows: list[list[Any]], row: int, column: int, text: str) -> None:
    """Write a cell, which may stand where all are empty."""
    width = max([column + 1, *map(len, rows[:1])])
    rows += [[] for _ in range(row + 1 - len(rows))]
    for cells in rows if len(rows[row]) <= column or width > len(rows[0]) else ():
        cells += [""] * (width - len(cells))
    rows[row][column] = text


def dated(cell: Any) -> Any:
    """Write a date or a time."""
    is_date = isinstance(cell, datetime.date)
    return [type(cell).__name__, cell.isoformat()] if is_date else str(cell)


def say(value: Any) -> None:
    """Print a line."""
    sys.stdout.write(json.dumps(value) + "\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
