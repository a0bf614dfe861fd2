"""Loading listings from a file: good rows go in, bad rows are told, and what cannot be read changes nothing."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hub_finder.directory.catalogue import get_service
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find
from hub_finder.extensions import db
from hub_finder.importers.report import UnreadableFile
from hub_finder.importers.services import ServicesReport, import_services
from hub_finder.models.services import Service
from tests.factories import Catalogue, cells, origin

Load = Callable[..., ServicesReport]


@pytest.fixture
def load(catalogue: Catalogue, session: object, tmp_path: Path) -> Load:
    """Imports a file of these bytes, or of this text in UTF-8."""

    def load_content(content: bytes | str, *, dry_run: bool = False) -> ServicesReport:
        path = tmp_path / "listings.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_services(path, area=catalogue.area, dry_run=dry_run)

    return load_content


def table(*rows: dict[str, str], columns: tuple[str, ...] = tuple(COLUMNS), line_end: str = "\n") -> str:
    """A CSV file with these rows."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator=line_end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def count() -> int:
    db.session.rollback()  # only what was committed counts
    return db.session.scalar(select(func.count()).select_from(Service)) or 0


CAFE = cells(name="Café Zoë – £1", id="cafe")
LEAST = ("id", "name", "kind", "organisation", "summary", "needs", "confidence")


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("cp1252", "read as Windows-1252"),
        ("utf-16", "read as UTF-16"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_files_as_spreadsheets_save_them_are_read(load: Load, encoding: str, note: str | None, line_end: str) -> None:
    report = load(table(CAFE, line_end=line_end).encode(encoding))

    assert (report.added, report.refused, report.rows) == (1, [], 1)
    assert get_service("cafe").name == "Café Zoë – £1"
    assert any(note in line for line in report.notes) if note else report.notes == []


def test_big_endian_utf_16_is_read(load: Load) -> None:
    report = load(b"\xfe\xff" + table(CAFE).encode("utf-16-be"))

    assert report.added == 1


def test_the_second_run_changes_nothing_and_says_so(load: Load) -> None:
    content = table(CAFE, cells())
    first = load(content)

    second = load(content)

    assert (first.added, first.changed, first.unchanged) == (2, 0, 0)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 2)
    assert second.lines() == ["Nothing changed (2 rows)."]
    assert second.exit_code == 0


def test_one_bad_row_among_good_ones_is_left_out_and_told(load: Load) -> None:
    report = load(table(CAFE, cells(id="bad", min_age="two", cost="cheap"), cells()))

    assert (report.added, report.exit_code, count()) == (2, 1, 2)
    assert [str(refusal) for refusal in report.refused] == [
        "line 3, min_age: “two” must be a number from 0 to 120",
        "line 3, cost: “cheap” must be one of free, free_for_some, paid, not_stated",
    ]


def test_a_listing_that_is_not_in_the_file_stays(load: Load) -> None:
    load(table(CAFE))

    report = load(table(cells()))

    assert (report.added, report.removed, count()) == (1, 0, 2)


def test_a_doubled_id_is_refused_with_the_line_of_the_first(load: Load) -> None:
    report = load(table(cells(summary="First."), CAFE, cells(summary="Second.")))

    [refusal] = report.refused
    assert (refusal.line, refusal.column, refusal.reason) == (4, "id", "stands on line 2 already")
    assert get_service("acorn-stay-and-play").summary == "First."


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(load: Load) -> None:
    load(table(cells()))

    report = load(table(cells(summary="New words."), CAFE, cells(id="bad", cost="?")), dry_run=True)

    assert (report.added, report.changed, len(report.refused)) == (1, 1, 1)
    assert count() == 1
    assert get_service("acorn-stay-and-play").summary == "Toys and songs for small children."


def test_a_changed_row_leaves_its_old_words_and_its_old_point(load: Load, catalogue: Catalogue) -> None:
    def found(words: str, latitude: float) -> list[str]:
        query = SearchQuery(words=words, origin=origin(latitude), within_miles=1)
        return [result.service.slug for result in find(query, area=catalogue.area).results]

    load(table(cells(summary="Trampolines.", latitude="52.1", longitude="-1.2")))
    assert found("trampolines", 52.1) == ["acorn-stay-and-play"]

    report = load(table(cells(summary="Painting.", latitude="52.3", longitude="-1.2")))

    assert report.changed == 1
    assert found("trampolines", 52.3) == []
    assert found("painting", 52.1) == []
    assert found("painting", 52.3) == ["acorn-stay-and-play"]


def test_lines_are_numbered_as_an_editor_numbers_them(load: Load) -> None:
    header = table()
    good = table(cells(id="good")).split("\n", 1)[1]
    broken_cell = table(cells(id="two-lines", cost_note="one\ntwo\nthree")).split("\n", 1)[1]
    bad = table(cells(id="bad", cost="?")).split("\n", 1)[1]

    report = load(header + "\n" + good + broken_cell + ",,\n\n" + bad)

    assert [(refusal.line, refusal.column) for refusal in report.refused] == [(4, "cost_note"), (9, "cost")]
    assert report.added == 1


def test_blank_rows_do_not_count(load: Load) -> None:
    report = load(table(cells()) + "\n\n" + "," * (len(COLUMNS) - 1) + "\n , ,\n")

    assert (report.added, report.refused) == (1, [])


@pytest.mark.parametrize(("row", "cells_in_it"), [("a,b,c", 3), (",".join(["x"] * 50), 50)])
def test_short_and_long_rows_are_refused_whole(load: Load, row: str, cells_in_it: int) -> None:
    report = load(table(cells()) + row + "\n")

    [refusal] = report.refused
    assert (refusal.line, refusal.column) == (3, "(row)")
    assert refusal.reason == f"has {cells_in_it} cells; the header has {len(COLUMNS)}"
    assert report.added == 1


def test_refusals_are_told_in_the_order_of_the_file(load: Load) -> None:
    report = load(table(cells(id="a", cost="?")) + "short\n" + table(cells(id="b", cost="?")).split("\n", 1)[1])

    assert [refusal.line for refusal in report.refused] == [2, 3, 4]


def test_a_cell_of_two_megabytes_is_refused_and_the_rest_goes_in(load: Load) -> None:
    report = load(table(cells(id="huge", summary="x" * 2_000_000), CAFE))

    [refusal] = report.refused
    assert (refusal.line, refusal.column) == (2, "summary")
    assert refusal.reason == "is 2,000,000 characters long; the most is 10,000"
    assert len(str(refusal)) < 150
    assert report.added == 1


def test_a_nul_is_refused_in_its_cell(load: Load) -> None:
    report = load(table(cells(id="nul", name="A\x00B"), CAFE))

    [refusal] = report.refused
    assert refusal.column == "name"
    assert "cannot be seen" in refusal.reason
    assert report.added == 1


def test_columns_may_stand_in_any_order_and_in_any_case(load: Load) -> None:
    content = table(CAFE, columns=tuple(reversed(LEAST))).replace("organisation", " Organisation ", 1)

    report = load(content)

    assert report.added == 1


def test_unknown_and_absent_columns_are_noted(load: Load) -> None:
    content = (
        table(CAFE, columns=LEAST).replace("confidence\n", "confidence,Colour,\n").replace("high\n", "high,red,\n")
    )

    report = load(content)

    assert report.added == 1
    assert report.notes[0] == "Columns that are not known here were left out: Colour."
    assert report.notes[1].startswith(
        "Columns that are not in the file stay as they are stored: uuid, alternate_names,"
    )
    assert report.lines()[:2] == report.notes


UNREADABLE = [
    (b"", "is empty"),
    (b" \n\n ", "is empty"),
    (b"\xef\xbb\xbf", "is empty"),
    (b"\xef\xbb\xbfcolour,size", "Missing: id, name"),
    (b"id,name\nacorn,Acorn\n", "Missing: kind, organisation, confidence"),
    (table(columns=(*LEAST, "name")).encode(), "stand twice in the first line: name"),
    (table(columns=(*LEAST, "Phone", "phone")).encode(), "stand twice in the first line: phone"),
    (table(CAFE).encode() + b'"never closed,1,2\n', "is not a CSV file: line"),
    (table(CAFE).encode() + b'"closed"twice,1,2\n', "is not a CSV file: line 3"),
    (table(cells(summary="x" * 5_000_000)).encode(), "field larger than field limit"),
    (table(CAFE).encode("utf-16")[:-1], "begins as UTF-16 but cannot be read"),
    (b"PK\x03\x04" + bytes(range(256)) * 4, "is not an Excel workbook"),
]


@pytest.mark.parametrize(("content", "reason"), UNREADABLE, ids=[reason for _, reason in UNREADABLE])
def test_a_file_that_cannot_be_read_is_told_and_nothing_of_it_is_kept(load: Load, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        load(content)

    assert count() == 0


def test_letters_that_windows_does_not_know_are_refused(load: Load) -> None:
    report = load(table(cells(id="lost", name="Caf?")).encode().replace(b"Caf?", b"Caf\x81"))

    [refusal] = report.refused
    assert "could not be read" in refusal.reason


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_a_path_that_cannot_be_opened_is_told(catalogue: Catalogue, session: object, tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read: "):
        import_services(tmp_path / name, area=catalogue.area)
