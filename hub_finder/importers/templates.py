"""Templates of our files to fill in: the headings, one example row and, in a workbook, what each column means."""

import csv
import io
from collections.abc import Sequence
from functools import cache

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hub_finder.importers.guides import Form, Guide, read_guide

NAMES: dict[Form, str] = {"listings": "Listings", "holiday": "Activities"}
# In the example row these would name what another area does not have, or contradict the rest of the row.
NOT_IN_THE_EXAMPLE = {
    "sensitive",
    "locality",
    "service_area",
    "alert",
    "alert_closed",
    "alert_from",
    "alert_to",
    "related",
}
# Nor may it pass on an id, or a check that nobody made.
NOT_IN_THE_EXAMPLE |= {"uuid", "organisation_uuid", "location_uuid", "checked_on", "checked_by", "caution"}
NOT_IN_THE_EXAMPLE |= {"picture", "picture_description"}
NAME = "Example: Vale Family Hub"
NARROWEST, WIDEST, ROWS_TO_FILL_IN = 12, 40, 500
TEXT = "@"


def example_row(form: Form) -> list[str]:
    """A row that can be imported in a dry run, and is refused otherwise: its name says that it is an example."""
    rows = {one.column: one.example for one in read_guide(form) if one.column not in NOT_IN_THE_EXAMPLE}
    if form == "listings":
        rows |= {"id": "example-listing", "name": NAME}
    return [rows.get(one.column, "") for one in read_guide(form)]


def template_csv(form: Form) -> str:
    """The headings and the example row as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(([one.column for one in read_guide(form)], example_row(form)))
    return out.getvalue()


@cache  # takes a second, and says the same to everyone
def template_xlsx(form: Form) -> bytes:
    """The same as a workbook of text cells, so that phone numbers keep their 0; a second sheet explains the columns."""
    book = Workbook()
    sheet = book.active
    guide = read_guide(form)
    _fill(sheet, NAMES[form], [[one.column for one in guide], example_row(form)])
    for number, one in enumerate(guide, start=1):
        width = max(len(one.column) + 2, min(len(one.example), WIDEST), NARROWEST)
        sheet.column_dimensions[get_column_letter(number)].width = width
        for row in range(2, ROWS_TO_FILL_IN + 2):
            sheet.cell(row, number).number_format = TEXT
    _fill(
        book.create_sheet(),
        "What the columns mean",
        [["Column", "Meaning", "Example", "Blank means"], *map(_told, guide)],
    )
    for letter, width in zip("ABCD", (24, 70, 40, 30), strict=True):
        book["What the columns mean"].column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _told(guide: Guide) -> list[str]:
    return [guide.column, guide.meaning.replace("`", ""), guide.example, guide.blank.replace("`", "")]


def _fill(sheet: Worksheet, title: str, rows: Sequence[Sequence[str]]) -> None:
    sheet.title = title
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            cell: Cell = sheet.cell(number, place, text or None)
            cell.number_format = TEXT
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
