"""Reads a workbook in a process of its own, as a script: a hostile file takes nothing else down.

Prints a line of JSON with the names of all sheets; then one for each that is to be read, one for
each of its rows, and an empty one. Dates come as ``["date", iso]``.
"""

import datetime
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
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


Rows = list[list[Any]]
Sheet = tuple[str, bool, Callable[[], Rows] | None]  # its name, whether it can be seen, its rows


def main(path: str, wanted: str) -> None:
    """Print the sheets of a workbook that can be seen, or the wanted one alone."""
    with suppress(ImportError):  # Windows has no such limit; the time limit holds there too
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sheets = list(zipped_sheets(path) if zipfile.is_zipfile(path) else old_sheets(path))
    say([name for name, _, _ in sheets])
    for name, is_seen, read in sheets:
        if read and (name == wanted if wanted else is_seen):
            rows = read()
            say({"name": name, "formulas": sum(row.count(_NO_VALUE.decode()) for row in rows)})
            for row in rows:
                say([plain(cell) for cell in row])
            say(None)


def zipped_sheets(path: str) -> Iterator[Sheet]:
    """The sheets of an .xlsx, .xlsb or .ods."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    zipped = None
    with suppress(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        zipped = with_odd_cells(path)
    book = CalamineWorkbook.from_filelike(zipped) if zipped else CalamineWorkbook.from_path(path)
    for sheet in book.sheets_metadata:

        def read(name: str = sheet.name) -> Rows:
            return book.get_sheet_by_name(name).to_python(skip_empty_area=False)

        is_table = sheet.typ == SheetTypeEnum.WorkSheet
        yield sheet.name, sheet.visible == SheetVisibleEnum.Visible, read if is_table else None


def old_sheets(path: str) -> Iterator[Sheet]:
    """The sheets of an .xls; of its errors calamine gives no text."""
    import xlrd

    def plain_cell(cell: Any) -> Any:
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#ERROR!")
        if cell.ctype == xlrd.XL_CELL_DATE:
            with suppress(OverflowError):
                when = xlrd.xldate_as_datetime(cell.value, book.datemode)
                return when.time() if cell.value < 1 else when if cell.value % 1 else when.date()
        return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value

    book = xlrd.open_workbook(path, logfile=sys.stderr)
    for sheet in book.sheets():
        rows = [list(map(plain_cell, row)) for row in sheet.get_rows()]
        yield sheet.name, not sheet.visibility, rows.copy


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
