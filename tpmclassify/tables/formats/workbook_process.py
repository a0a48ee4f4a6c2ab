"""Reads a workbook in a process of its own, as a script: a hostile file takes nothing else down.

Prints a line of JSON with the names of all sheets; then one for each that is to be read, one for
each of its rows, and an empty one. Dates come as ``["date", iso]``.
"""

import datetime
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_MEMORY = 6 << 30  # a sheet of a million postings of 4 KB takes 5 GB
# What calamine reads as empty, and what it is given in its place: errors and formulas whose value
# was never computed, first as .xlsx has them, then as .ods has.
_NO_VALUE = b"tpmclassify: a formula without a value"
_STRING, _ERROR = rb' office:value-type="string"', rb"(?:#[A-Z][A-Z0-9/_]*[!?]?|Err:\d+)"
_VALUE = rb' office:(?:\w+-)?value(?:-type)?="[^"]*"'
_ODD: tuple[tuple[bytes, Any], ...] = (
    (rb'(<(?:\w+:)?c\b[^>]*\bt=")e"', rb'\1str"'),
    (
        rb'<(\w*:?)c\b(?=[^>]*><\1f\b)([^>]*?)(?: t="\w+")?([^>]*)>'
        rb"<\1f\b[^>]*(?:/>|>[^<]*</\1f>)(?:<\1v */>|<\1v></\1v>)?</\1c>",
        rb'<\1c\2 t="str"\3><\1v>%b</\1v></\1c>' % _NO_VALUE,
    ),
    (
        rb"(<table:table-cell)\b([^>]*)(>\s*<text:p[^>]*>%b</text:p>)" % _ERROR,
        lambda cell: cell[1] + _STRING + re.sub(_VALUE, b"", cell[2]) + cell[3],
    ),
    (
        rb"(<table:table-cell)\b(?=[^>]* table:formula=)(?![^>]* office:value-type=)"
        rb"([^>]*?)(?:/>|>\s*</table:table-cell>)",
        rb"\1%b\2><text:p>%b</text:p></table:table-cell>" % (_STRING, _NO_VALUE),
    ),
)
# Of .xls: what stands in for a value that is an error, and records (the sources are [MS-CFB] and
# [MS-XLS] at https://learn.microsoft.com/openspecs/office_file_formats).
_CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!"}
_CODES |= {42: "#N/A"}
_FORMULA, _END_OF_SHEET, _SHEET, _ERROR_CELL = 6, 10, 0x85, 0x205
_NO_SECTOR = 0xFFFFFFF0  # this and more
_STREAMS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))


def main(path: str, wanted: str) -> None:
    """Print the sheets of a workbook that can be seen, or the wanted one alone."""
    with suppress(ImportError):  # Windows has no such limit; the time limit holds there too
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    zipped = None
    with suppress(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        zipped = with_odd_cells(path)
    book = CalamineWorkbook.from_filelike(zipped) if zipped else CalamineWorkbook.from_path(path)
    say([sheet.name for sheet in book.sheets_metadata])
    for index, sheet in enumerate(book.sheets_metadata):
        is_read = sheet.name == wanted if wanted else sheet.visible == SheetVisibleEnum.Visible
        if sheet.typ != SheetTypeEnum.WorkSheet or not is_read:
            continue
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        with suppress(struct.error, IndexError):
            for at, column, error in errors_of_xls(Path(path), index):
                set_cell(rows, at, column, error)
        say({"name": sheet.name, "formulas": sum(row.count(_NO_VALUE.decode()) for row in rows)})
        for row in rows:
            say([plain(cell) for cell in row])
        say(None)


def with_odd_cells(path: str) -> io.BytesIO | None:
    """A copy of a workbook with strings in odd cells; none where there are none, or of an .xls."""
    changed: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = b""
            if name == "content.xml" or ("sheet" in name.lower() and name.endswith(".xml")):
                content = archive.read(name)
            for pattern, shown in _ODD if content else ():
                content, count = re.subn(pattern, shown, content)
                if count:
                    changed[name] = content
        if not changed:
            return None
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for name in archive.namelist():
                new.writestr(name, changed.get(name) or archive.read(name))
    copy.seek(0)
    return copy


def errors_of_xls(path: Path, index: int) -> Iterator[tuple[int, int, str]]:
    """The errors of a sheet of an old workbook: row and column, from 0, and what is shown."""
    records = stream_of_xls(path.read_bytes()) if not zipfile.is_zipfile(path) else b""
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


def plain(cell: Any) -> Any:
    """Write a cell for JSON."""
    if isinstance(cell, datetime.date):
        return [type(cell).__name__, cell.isoformat()]
    if cell == _NO_VALUE.decode():
        return ""
    return cell if isinstance(cell, str | float | int) else str(cell)


def say(value: Any) -> None:
    """Print a line."""
    sys.stdout.write(json.dumps(value) + "\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
