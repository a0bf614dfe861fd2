"""The rows of an Excel workbook (.xlsx) as text. What Excel made of a cell is undone, or refused: never guessed.

Workbooks come from anyone, so what they claim is bounded first: sizes, rows, cells, and XML that expands.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._reader import WorkSheetParser

from hub_finder.importers.lines import Fault, Line
from hub_finder.importers.report import UnreadableFile

LARGEST_FILE = 50_000_000
LARGEST_UNPACKED = 400_000_000
MOST_PARTS = 2_000
MOST_ROWS = 250_000
MOST_COLUMNS = 200
MOST_EXACT = 10**15
OUR_SHEETS = ("listings", "services", "activities")
FORMULA = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
# Among them what defusedxml raises of XML that expands or reaches out.
_BROKEN = (zipfile.BadZipFile, ParseError, KeyError, ValueError, IndexError, TypeError, AttributeError, EOFError)


class _Unread:
    """A formula whose value the program that saved the workbook did not store."""


class _Parser(WorkSheetParser):  # type: ignore[misc]
    """Also tells a formula without a value from an empty cell, and says nothing of what it does not read."""

    def parse_extensions(self, element: Element) -> None: ...

    def parse_formatting(self, element: Element) -> None: ...

    def parse_cell(self, element: Element) -> dict[str, Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date that Excel does not have is told as an error of its cell
            cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA) is not None:
            cell["value"] = _Unread
        return cell


def read_workbook(path: Path, notes: list[str]) -> Iterator[Line]:
    """The rows of the sheet named like ours, or else of the first that is shown. Raises UnreadableFile."""
    if not DEFUSEDXML:
        raise UnreadableFile("Workbooks are not read without the package defusedxml.")
    _check_size(path)
    try:
        with path.open("rb") as file:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions, which are not read
                book = load_workbook(file, read_only=True, data_only=True)
            with closing(book):
                yield from _read_sheet(book, _sheet_of(book, notes), notes)
    except UnreadableFile:
        raise
    except _BROKEN as error:
        raise UnreadableFile(f"{path.name} is not an Excel workbook (.xlsx) that can be read.") from error


def _check_size(path: Path) -> None:
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableFile(f"{path.name} is over {LARGEST_FILE // 1_000_000} MB. Save it as CSV.")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(f"{path.name} is not an Excel workbook (.xlsx) that can be read.") from error
    # No part gives more than it claims here: the reader stops at that.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise UnreadableFile(f"{path.name} unpacks to more than we read. Save the one sheet as CSV.")


def _sheet_of(book: Any, notes: list[str]) -> Any:
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not shown:
        raise UnreadableFile("The workbook shows no sheet.")
    sheet = next((sheet for sheet in shown if sheet.title.strip().casefold() in OUR_SHEETS), shown[0])
    if len(book.worksheets) > 1:
        notes.append(f"The workbook has {len(book.worksheets)} sheets; “{sheet.title[:60]}” was read.")
    return sheet


def _read_sheet(book: Any, sheet: Any, notes: list[str]) -> Iterator[Line]:
    merged = _merged_rows(sheet)
    hidden = 0
    with sheet._get_source() as source:
        parser = _Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for row, (number, cells) in enumerate(parser.parse()):
            if row >= MOST_ROWS:
                raise UnreadableFile(f"The sheet has over {MOST_ROWS:,} rows. Save it as CSV.")
            hidden += parser.row_dimensions.pop(str(number), {}).get("hidden") in ("1", "true")
            line = _line(number, cells)
            if number in merged and (line.faults or any(line.cells)):
                reason = "is merged with other cells. Unmerge them and fill in each one"
                line.faults.append(Fault(0, merged[number], reason))
            yield line
    if hidden:
        notes.append(f"{hidden:,} hidden rows were read like the others.")


def _line(number: int, cells: list[dict[str, Any]]) -> Line:
    texts: list[str] = []
    faults = []
    for cell in cells:
        if cell["value"] is None:
            continue
        position = cell["column"] - 1
        if position >= MOST_COLUMNS:
            raise UnreadableFile(f"Row {number} of the sheet has over {MOST_COLUMNS} columns.")
        texts += [""] * (position + 1 - len(texts))
        try:
            texts[position] = text_of(cell["value"], cell["data_type"])
        except ValueError as error:
            faults.append(Fault(position, "" if cell["value"] is _Unread else str(cell["value"]), str(error)))
    return Line(number, texts, faults)


def text_of(value: object, data_type: str = "") -> str:
    """A cell's value in the form that our files use: 1 is "1", dates are ISO, times 10:00, true is yes.

    Raises ValueError with the reason when there is no such form.
    """
    if value is _Unread:
        raise ValueError("is a formula without a value. Open the file, save it, or type the value in its place")
    if data_type == "e":
        raise ValueError("is an error of a formula")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date | time):
        return _moment(value)
    if isinstance(value, int | float):
        if abs(value) >= MOST_EXACT:
            raise ValueError("is a number with more figures than Excel keeps. Make the cell's format Text")
        return format(Decimal(str(value)).normalize(), "f")
    if isinstance(value, str):
        return value.replace("_x000D_", "").replace("\r\n", "\n")
    raise ValueError("is no text, number, date or time")


def _moment(value: datetime | date | time) -> str:
    if isinstance(value, datetime):
        if value.time() != time(0):
            raise ValueError("is a date with a time of day. Put the time into its own column")
        return value.date().isoformat()
    if isinstance(value, time):
        if value.second or value.microsecond:
            raise ValueError("is a time with seconds")
        return f"{value:%H:%M}"
    return value.isoformat()


def _merged_rows(sheet: Any) -> dict[int, str]:
    """The rows that merged cells touch, each with the range. They stand at the end of a sheet, after its rows."""
    rows: dict[int, str] = {}
    tail = b""
    with sheet._get_source() as source:
        while chunk := source.read(1_000_000):
            for found in _MERGE.finditer(tail + chunk):
                name = found[1].decode()
                _, top, _, bottom = range_boundaries(name)
                if bottom - top > MOST_ROWS or len(rows) > MOST_ROWS:
                    raise UnreadableFile("Nearly the whole sheet is merged cells.")
                rows |= dict.fromkeys(range(top, bottom + 1), name)
            tail = chunk[-200:]
    return rows
