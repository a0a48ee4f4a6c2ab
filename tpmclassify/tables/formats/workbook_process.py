"""Reads a workbook in a process of its own, as a script: a hostile file takes nothing else down.

Prints a line of JSON for each sheet that can be seen, one for each of its rows, and an empty one.
Dates come as ``["date", iso]``.
"""

import datetime
import json
import re
import sys
import zipfile
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree

_MEMORY = 6 << 30  # a sheet of a million postings of 4 KB takes 5 GB
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)</")


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
        with suppress(KeyError, ElementTree.ParseError, zipfile.BadZipFile):
            formulas = fill_in(path, [sheet.name for sheet in about].index(name), rows)
        say({"name": name, "formulas": formulas})
        for row in rows:
            say([cell if isinstance(cell, str | float | int) else dated(cell) for cell in row])
        say(None)


def fill_in(path: str, index: int, rows: list[list[Any]]) -> int:
    """Put the names of errors into their cells, which calamine leaves empty.

    Gives the number of formulas whose value was never computed.
    """
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - limits hold
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        sheet = [node for node in book.iter() if node.tag.endswith("}sheet")][index]
        key = next(value for name, value in sheet.attrib.items() if name.endswith("}id"))
        target = next(link.get("Target", "") for link in links if link.get("Id") == key)
        data = archive.read(f"xl/{target}" if target[:1] != "/" else target[1:])
    formulas = 0
    for attributes, content in _CELL.findall(data):
        value = _VALUE.search(content)
        formulas += b"<f" in content and value is None
        if b't="e"' in attributes and value and (place := _PLACE.search(attributes)):
            column = 0
            for letter in place[1]:
                column = 26 * column + letter - 64
            set_cell(rows, int(place[2]) - 1, column - 1, value[1].decode())
    return formulas


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
