"""Workbooks: what Excel made of a cell is undone or refused, and what a hostile one claims is not believed."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from hub_finder.directory.catalogue import get_service
from hub_finder.directory.listings import rows_of
from hub_finder.directory.records import listing_of
from hub_finder.importers import workbooks
from hub_finder.importers.report import UnreadableFile
from hub_finder.importers.services import ServicesReport, import_services
from tests.factories import Catalogue, cells

LEAST = ["id", "name", "kind", "organisation", "summary", "needs", "confidence"]
DAY = date(2026, 7, 27)
Touch = Callable[[Workbook], object]
Load = Callable[..., ServicesReport]


@pytest.fixture
def load(catalogue: Catalogue, session: object, tmp_path: Path) -> Load:
    """Imports a workbook with one listing, and these further cells by column."""

    def load_book(touch: Touch | None = None, **given: object) -> ServicesReport:
        path = tmp_path / "listings.xlsx"
        save(path, touch, **given)
        return import_services(path, area=catalogue.area)

    return load_book


def save(path: Path, touch: Touch | None = None, **given: object) -> None:
    book = Workbook()
    row = cells(id="acorn")
    book.active.append([*LEAST, *given])
    book.active.append([*(row[name] for name in LEAST), *given.values()])
    if touch:
        touch(book)
    book.save(path)


def stored(slug: str = "acorn") -> dict[str, str]:
    return rows_of(listing_of(get_service(slug)))[0]


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("min_age", 4, "4"),
        ("min_age", 4.0, "4"),
        ("cost_amount", 2.5, "2.50"),
        ("booking_from", datetime.combine(DAY, time(0)), "2026-07-27"),
        ("booking_from", DAY, "2026-07-27"),
        ("booking_food", True, "yes"),
        ("booking_food", False, "no"),
        ("postal_code", "FA1 1AA", "FA1 1AA"),
        ("phone", "01632 960001", "01632 960001"),
        ("ages_note", time(10, 0), "10:00"),
        ("ages_note", 1, "1"),
        ("ages_note", 123456789012345, "123456789012345"),
        ("caution", "  spaced  ", "spaced"),
    ],
)
def test_values_of_excel_become_our_text(load: Load, column: str, value: object, kept: str) -> None:
    report = load(**{column: value})

    assert list(report.refused) == []
    assert stored()[column] == kept


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("booking_from", datetime.combine(DAY, time(10)), "is a date with a time of day"),
        ("ages_note", time(10, 0, 5), "is a time with seconds"),
        ("phone", 1632960001, "lost its 0"),
        ("caution", "two\nlines", "cannot be seen"),
        ("ages_note", 12345678901234567, "more figures than Excel keeps"),
        ("caution", "=1+1", "is a formula without a value"),
        ("caution", "#N/A", "is an error of a formula"),
    ],
)
def test_values_that_are_not_exact_are_refused_with_their_cell(
    load: Load, column: str, value: object, reason: str
) -> None:
    report = load(**{column: value})

    [refusal] = report.refused
    assert (refusal.line, refusal.column) == (2, column)
    assert reason in refusal.reason
    assert report.added == 0


def test_a_formula_with_a_stored_value_is_read_as_that_value(load: Load, tmp_path: Path, catalogue: Catalogue) -> None:
    save(tmp_path / "f.xlsx", ages_note="=1+1")
    sheet = "xl/worksheets/sheet1.xml"
    with_value = rewritten(tmp_path / "f.xlsx", sheet, lambda xml: re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", xml))

    report = import_services(with_value, area=catalogue.area)

    assert list(report.refused) == []
    assert stored()["ages_note"] == "2"


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed."""
    out = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in book.namelist():
            content = book.read(name)
            changed.writestr(name, change(content) if name == part else content)
    return out


def test_the_first_sheet_that_is_shown_is_read_and_said(load: Load) -> None:
    def touch(book: Workbook) -> None:
        hidden = book.create_sheet("Notes", 0)
        hidden.sheet_state = "hidden"
        hidden.append(["nothing", "here"])
        book.create_sheet("Later").append(["nor", "here"])

    report = load(touch)

    assert report.added == 1
    assert report.notes[0] == "The workbook has 3 sheets; “Sheet” was read."


def test_the_sheet_that_is_named_like_ours_is_read(load: Load) -> None:
    def touch(book: Workbook) -> None:
        book.active.title = "Listings"
        book.create_sheet("Front page", 0).append(["Read", "me"])

    assert load(touch).added == 1


def test_hidden_rows_are_read_and_said(load: Load) -> None:
    def touch(book: Workbook) -> None:
        book.active.row_dimensions[2].hidden = True

    report = load(touch)

    assert report.added == 1
    assert "1 hidden rows were read like the others." in report.notes


def test_rows_with_merged_cells_are_refused(load: Load) -> None:
    def touch(book: Workbook) -> None:
        book.active.append(["oak", "Oak", "early_years", "Oak", "Toys.", "sleep", "high"])
        book.active.append(["", "Elm", "early_years", "Elm", "Toys.", "sleep", "high"])
        book.active.merge_cells("A3:A4")

    report = load(touch)

    assert report.added == 1
    assert [(one.line, one.value) for one in report.refused if "Unmerge" in one.reason] == [(3, "A3:A4"), (4, "A3:A4")]


def test_a_title_and_empty_rows_are_passed_over_and_lines_are_the_sheets(load: Load) -> None:
    def touch(book: Workbook) -> None:
        book.active.insert_rows(1, 3)
        book.active["A1"] = "Our groups"
        book.active["G9"] = "high"

    report = load(touch)

    assert report.added == 1
    assert report.notes[0] == "Line 1 was taken for a title and left out."
    assert {one.line for one in report.refused} == {9}


def test_dimensions_that_are_not_true_are_not_believed(load: Load, tmp_path: Path, catalogue: Catalogue) -> None:
    save(tmp_path / "d.xlsx")
    for claim in (b'<dimension ref="A1:XFD1048576"', b'<dimension ref="A1:A1"'):
        path = rewritten(
            tmp_path / "d.xlsx",
            "xl/worksheets/sheet1.xml",
            lambda xml, claim=claim: re.sub(rb'<dimension ref="[A-Z0-9:]+"', claim, xml),  # type: ignore[misc]
        )

        assert import_services(path, area=catalogue.area).rows == 1


@pytest.mark.parametrize(
    ("part", "change", "reason"),
    [
        (
            "xl/workbook.xml",
            lambda xml: xml.replace(b"<workbook", b'<!DOCTYPE a [<!ENTITY b "&c;&c;">]><workbook', 1),
            "is not an Excel workbook",
        ),
        (
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(
                b"<worksheet", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]><worksheet', 1
            ),
            "is not an Excel workbook",
        ),
        ("xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2], "is not an Excel workbook"),
        ("xl/workbook.xml", lambda _xml: b"", "is not an Excel workbook"),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="A2"', b'r="XFD2"'), "over 200 columns"),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace(b't="s"', b't="s" s="999999"', 1), ""),
    ],
)
def test_a_hostile_workbook_is_told_and_keeps_nothing(
    catalogue: Catalogue, session: object, tmp_path: Path, part: str, change: Callable[[bytes], bytes], reason: str
) -> None:
    save(tmp_path / "h.xlsx")
    path = rewritten(tmp_path / "h.xlsx", part, change)

    if reason:
        with pytest.raises(UnreadableFile, match=reason):
            import_services(path, area=catalogue.area)
    else:
        assert import_services(path, area=catalogue.area).rows == 1


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(
    catalogue: Catalogue, session: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 4_000_000)
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("xl/workbook.xml", "w", force_zip64=True) as part,
    ):
        part.write(bytes(4_000_001))

    with pytest.raises(UnreadableFile, match="unpacks to more than we read"):
        import_services(path, area=catalogue.area)


def test_sizes_have_limits(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 1)
    with pytest.raises(UnreadableFile, match="over 1 rows"):
        load()

    monkeypatch.setattr(workbooks, "LARGEST_FILE", 10)
    with pytest.raises(UnreadableFile, match="Save it as CSV"):
        load()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an old or locked Excel workbook"),
        (b"PK\x03\x04" + bytes(600), "is not an Excel workbook"),
    ],
)
def test_other_workbooks_are_told(
    catalogue: Catalogue, session: object, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match=reason):
        import_services(path, area=catalogue.area)
