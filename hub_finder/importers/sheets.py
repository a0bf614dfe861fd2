"""The rows of a spreadsheet that somebody sends to list many things at once, by what they list, as they were typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from hub_finder.area import Area
from hub_finder.directory import freshness
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.slugs import slug_of
from hub_finder.importers import holiday_form
from hub_finder.importers.guides import Form
from hub_finder.importers.headings import Headings, read_headings
from hub_finder.importers.lines import Line
from hub_finder.importers.overlays import absent_columns, overlay, overlay_holiday
from hub_finder.importers.report import UnreadableFile
from hub_finder.importers.services import EXAMPLE
from hub_finder.importers.tables import read_lines

# What people send through a page; for more there is the importer.
LARGEST_FILE = 5_000_000
MOST_ROWS = 500
NAME_OF: Mapping[Form, str] = {"holiday": "Activity", "listings": "name"}


class Fault(NamedTuple):
    """What is wrong with a cell: its row, counted from 0, its column as the form has it, and why."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The rows of one thing, as typed. `key` is the same for it in another file; `faults` are of the file itself."""

    form: Form
    key: str
    lines: Sequence[int]
    cells: Sequence[dict[str, str]]
    faults: Sequence[Fault] = ()


class _Numbered(NamedTuple):
    line: int
    cells: dict[str, str]
    faults: Sequence[tuple[str, str]]


def read_sheets(path: Path, area: Area, notes: list[str]) -> list[Sheet]:
    """What a workbook or CSV file lists, in our columns or in the short form. Raises UnreadableFile."""
    lines = read_lines(path, notes)
    first = next(lines, None)
    if first is None:
        raise UnreadableFile(f"{path.name} is empty.")
    headings = read_headings(first.cells, {}, notes)
    read = list(islice(lines, MOST_ROWS + 1))
    if len(read) > MOST_ROWS:
        raise UnreadableFile(f"{path.name} has more than {MOST_ROWS} rows. Send it in parts.")
    numbered = [_typed(line, headings) for line in read]
    kept = [one for one in numbered if not one.cells[NAME_OF[headings.form]].casefold().startswith(EXAMPLE)]
    if len(kept) < len(numbered):
        notes.append("The template’s example was left out.")
    return _grouped(headings.form, kept, area)


def group_again(form: Form, lines: Sequence[int], cells: Sequence[dict[str, str]], area: Area) -> list[Sheet]:
    """The same for rows that were mended: they may be of several things now."""
    return _grouped(form, [_Numbered(*one, ()) for one in zip(lines, cells, strict=True)], area)


def read_cells(sheet: Sheet, area: Area) -> tuple[list[dict[str, str]], list[Fault]]:
    """The rows of text that the cells say, in the columns that the file speaks of; and what cannot be read."""
    if sheet.form == "listings":
        return [{name: " ".join(text.split()) for name, text in row.items()} for row in sheet.cells], []
    faults, rows = [], []
    for number, cells in enumerate(sheet.cells):
        row, wrong, _notes = holiday_form.read_row(cells, area, today=freshness.today())
        rows.append(row)
        faults += [Fault(number, one.heading, one.reason) for one in wrong]
    joined, differing = holiday_form.join(rows)
    for number, column, _value in differing:
        reason = f"is not what line {sheet.lines[0]} says of the same activity"
        faults.append(Fault(number, column_of(sheet, column), reason))
    return joined, faults


def lay_over(
    sheet: Sheet, rows: Sequence[Mapping[str, str]], stored: Sequence[Mapping[str, str]]
) -> list[dict[str, str]]:
    """The rows with what is stored where the file does not speak of it; without an id of the file's own."""
    spoken = tuple(dict.fromkeys(column for row in sheet.cells for column in row))
    absent = absent_columns(Headings(sheet.form, spoken, spoken))
    whole = [{**dict.fromkeys(COLUMNS, ""), **row} for row in stored]
    lay = overlay_holiday if sheet.form == "holiday" else overlay
    id_ = whole[0]["id"] if whole else ""
    return [{**dict.fromkeys(COLUMNS, ""), **row, "id": id_} for row in lay(whole, rows, absent)]


def column_of(sheet: Sheet, column: str) -> str:
    """What a column of a listing is called in the form of a sheet; where it has none, what says the name."""
    if sheet.form == "holiday":
        return holiday_form.HEADING_OF.get(column, NAME_OF["holiday"])
    return column


def _typed(line: Line, headings: Headings) -> _Numbered:
    """The cells of a row, and what is wrong with how they stand in the file."""
    faults = []
    for fault in line.faults:
        column = headings.columns[fault.position] if fault.position < len(headings.columns) else None
        faults.append((column or NAME_OF[headings.form], fault.reason))
    count = len(line.cells)
    if count != len(headings.columns):
        faults.append((NAME_OF[headings.form], f"stands in a row of {count} cells; there are {len(headings.columns)}"))
    blank = dict.fromkeys((column for column in headings.columns if column), "")
    said = {column: text for column, text in zip(headings.columns, line.cells, strict=False) if column}
    return _Numbered(line.number, blank | said, faults)


def _grouped(form: Form, rows: Iterable[_Numbered], area: Area) -> list[Sheet]:
    groups: dict[str, list[_Numbered]] = {}
    last = ""
    for one in rows:
        last = key = _key_of(form, one.cells, last, area)
        groups.setdefault(key, []).append(one)
    return [
        Sheet(
            form=form,
            key=key,
            lines=[one.line for one in several],
            cells=[one.cells for one in several],
            faults=[Fault(number, *fault) for number, one in enumerate(several) for fault in one.faults],
        )
        for key, several in groups.items()
    ]


def _key_of(form: Form, cells: Mapping[str, str], last: str, area: Area) -> str:
    if form == "holiday":
        return holiday_form.read_row(cells, area, today=freshness.today())[0]["id"]
    name, id_ = (" ".join(cells.get(column, "").split()) for column in ("name", "id"))
    if not name:  # a row that adds to the one above
        return last
    return slug_of(id_) or holiday_form.id_of(name, cells.get("location_name", ""), cells.get("organisation", ""))
