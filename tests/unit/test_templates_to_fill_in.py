"""Templates and the guide say what the code reads."""

import csv
import io
import re

from openpyxl import load_workbook

from hub_finder.config import ROOT
from hub_finder.directory.checks import FILE_COLUMNS
from hub_finder.importers.guides import holiday_rules, read_guide
from hub_finder.importers.holiday_form import FILLS
from hub_finder.importers.templates import example_row, template_csv, template_xlsx


def test_the_guide_names_every_column_in_the_order_of_the_file() -> None:
    assert tuple(one.column for one in read_guide("listings")) == FILE_COLUMNS
    assert all(one.meaning and one.example and one.blank for one in read_guide("listings"))


def test_the_table_of_the_read_me_is_the_guide() -> None:
    text = (ROOT / "data/README.md").read_text(encoding="utf-8")
    told = re.findall(
        r"^\| `(\w+)` \| (.+?) \| `(.+?)` \| (.+?) \|$",
        text.split("## Columns of `services.csv`")[1].split("## The short form")[0],
        re.MULTILINE,
    )

    def marked(cell: str) -> str:
        return cell.replace("|", r"\|")

    assert told == [(one.column, marked(one.meaning), marked(one.example), one.blank) for one in read_guide("listings")]


def test_the_short_form_has_twelve_columns_that_the_code_reads() -> None:
    names = [one.column for one in read_guide("holiday")]

    assert len(names) == 12
    assert set(FILLS) | {"Times"} == set(names)


def test_what_the_short_form_does_not_ask_is_known_here() -> None:
    kinds, needs = (
        {row[0] for row in csv.reader((ROOT / f"data/{name}.csv").read_text(encoding="utf-8").splitlines())}
        for name in ("kinds", "needs")
    )

    assert holiday_rules()["listing"]["kind"] in kinds
    assert set(holiday_rules()["listing"]["needs"].split("|")) <= needs


def test_csv_and_workbook_say_the_same() -> None:
    for form in ("listings", "holiday"):
        [headings, example] = list(csv.reader(io.StringIO(template_csv(form))))
        book = load_workbook(io.BytesIO(template_xlsx(form)))
        sheet, guide = book.worksheets

        assert [cell.value for cell in sheet[1]] == headings
        assert [cell.value or "" for cell in sheet[2]] == example == example_row(form)
        assert sheet.freeze_panes == guide.freeze_panes == "A2"
        assert {cell.number_format for row in sheet["A2:C400"] for cell in row} == {"@"}
        assert [row[0].value for row in guide.iter_rows(min_row=2)] == headings
