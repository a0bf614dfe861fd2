"""The short form of holiday activities, from a co-ordinator's spreadsheet to listings."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hub_finder.directory import freshness
from hub_finder.directory.catalogue import get_service, iterate_services
from hub_finder.directory.listings import rows_of
from hub_finder.directory.records import listing_of
from hub_finder.extensions import db
from hub_finder.importers.export import export_services
from hub_finder.importers.services import ServicesReport, import_services
from hub_finder.importers.templates import template_csv, template_xlsx
from tests.factories import Catalogue

HEADINGS = (
    "Provider,Activity,What happens,Venue,Address,Postcode,Dates,Times,Ages,Free for,Food,How to book".split(",")  # noqa: SIM905
)
WEEK_1 = {
    "Provider": "Vale Sports",
    "Activity": "Football",
    "What happens": "Games for all.",
    "Venue": "The Hall",
    "Address": "1 High Street, Oakham Green",
    "Postcode": "fa11aa",
    "Dates": "27-31 July 2026",
    "Times": "10am-2pm",
    "Ages": "5-11",
    "Free for": "Children with a code",
    "Food": "Y",
    "How to book": "https://vale.example/1, 01632 960001, places left",
}
WEEK_2 = {
    "Provider": "vale sports",
    "Activity": "FOOTBALL",
    "Venue": "the hall",
    "Dates": "Mon 3 to Fri 7 August",
    "Times": "10:00 - 14:00",
    "Food": "no",
    "How to book": "https://vale.example/2, full",
}
OTHER = {"Provider": "Arts", "Activity": "Paint", "What happens": "Painting.", "Venue": "Barn"}
SLUG = "football-the-hall-vale-sports"
Load = Callable[..., ServicesReport]


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "today", lambda: date(2026, 5, 1))


@pytest.fixture
def load(catalogue: Catalogue, session: object, tmp_path: Path) -> Load:
    catalogue.add_places()

    def load_rows(*rows: dict[str, str]) -> ServicesReport:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, HEADINGS, restval="")
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "haf.csv"
        path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
        return import_services(path, area=catalogue.area)

    return load_rows


def stored(slug: str = SLUG) -> list[dict[str, str]]:
    db.session.expire_all()
    return rows_of(listing_of(get_service(slug)))


@pytest.mark.parametrize(
    ("address", "street", "town"),
    [
        ("oakham green", "", "oakham green"),
        ("High Street", "High Street", ""),
        ("Hall, High Street, X", "Hall, High Street", "X"),
    ],
)
def test_an_address_may_be_a_street_or_a_town_that_is_known(load: Load, address: str, street: str, town: str) -> None:
    report = load({**OTHER, "Address": address})

    assert list(report.refused) == []
    [row] = stored("paint-barn-arts")
    assert (row["address_1"], row["city"]) == (street, town)


def test_rows_of_one_activity_are_one_listing_with_its_weeks(load: Load) -> None:
    report = load(WEEK_1, OTHER, WEEK_2)

    assert list(report.refused) == []
    assert report.added == 2
    first, second = stored()
    said = {name: text for name, text in first.items() if text}
    assert said == {
        "id": SLUG,
        "name": "Football",
        "kind": "haf",
        "organisation": "Vale Sports",
        "summary": "Games for all.",
        "needs": "holiday-activities|food",
        "delivery": "in_person",
        "location_name": "The Hall",
        "address_1": "1 High Street",
        "city": "Oakham Green",
        "postal_code": "FA1 1AA",
        "country": "GB",
        "latitude": "52.1",
        "longitude": "-1.2",
        "location_precision": "postcode",
        "locality": "north-fair",
        "phone": "01632 960001",
        "min_age": "5",
        "max_age": "11",
        "cost": "free_for_some",
        "referral": "not_stated",
        "schedule": "WEEKLY MO,TU,WE,TH,FR 10:00-14:00 from 2026-07-27 to 2026-07-31"
        "|WEEKLY MO,TU,WE,TH,FR 10:00-14:00 from 2026-08-03 to 2026-08-07",
        "booking_from": "2026-07-27",
        "booking_to": "2026-07-31",
        "booking_url": "https://vale.example/1",
        "booking_free_for": "Children with a code",
        "booking_food": "yes",
        "booking_places": "some",
        "source_title": "The organisers' list of holiday activities",
        "confidence": "high",
    }
    assert {name: text for name, text in second.items() if text} == {
        "id": SLUG,
        "booking_from": "2026-08-03",
        "booking_to": "2026-08-07",
        "booking_url": "https://vale.example/2",
        "booking_food": "no",
        "booking_places": "full",
    }


def test_what_is_blank_stays_unknown(load: Load) -> None:
    load(OTHER)

    [row] = stored("paint-barn-arts")
    assert (row["cost"], row["booking_food"], row["booking_places"], row["schedule"]) == ("not_stated", "", "", "")
    assert (row["min_age"], row["location_precision"], row["latitude"]) == ("", "none", "")


def test_the_second_run_changes_nothing(load: Load) -> None:
    load(WEEK_1, WEEK_2)

    assert load(WEEK_1, WEEK_2).lines() == ["Nothing changed (1 rows)."]


def test_a_later_file_changes_the_same_listing_and_keeps_what_staff_added(load: Load, catalogue: Catalogue) -> None:
    load(WEEK_1)
    row = stored()[0] | {"needs": "sports-outdoors", "location_accessibility": "Ramp", "eligibility": "Anyone"}
    row |= {"contact_name": "Sam"}
    catalogue.add(**row)

    report = load(WEEK_1 | {"Ages": "6-11"}, WEEK_2)

    assert (report.changed, report.added) == (1, 0)
    first = stored()[0]
    assert (first["min_age"], first["needs"], first["eligibility"]) == ("6", "sports-outdoors", "Anyone")
    assert (first["location_accessibility"], first["contact_name"]) == ("Ramp", "Sam")
    assert len(stored()) == 2


def test_a_row_with_a_fault_takes_its_whole_activity_out_and_no_other(load: Load) -> None:
    report = load(WEEK_1, OTHER, WEEK_2 | {"Dates": "3/13/2026", "Times": "10-2"})

    assert report.added == 1
    assert [(one.line, one.column) for one in report.refused] == [(4, "Dates"), (4, "Times")]


def test_rows_that_disagree_are_refused(load: Load) -> None:
    report = load(WEEK_1, WEEK_2 | {"Ages": "8+"})

    assert [str(one) for one in report.refused] == ["line 3, Ages: “8” is not what line 2 says of the same activity"]
    assert report.added == 0


def test_a_postcode_that_is_not_known_gives_no_point_and_says_so(load: Load) -> None:
    report = load(WEEK_1 | {"Postcode": "FA1 9ZZ"})

    assert report.added == 1
    assert report.notes == ["The postcode FA1 9ZZ is not known here: its activity has no point on the map."]
    assert (stored()[0]["location_precision"], stored()[0]["postal_code"]) == ("none", "FA1 9ZZ")


def test_the_name_of_a_refused_column_is_that_of_the_form(load: Load) -> None:
    report = load(WEEK_1 | {"Provider": ""}, OTHER | {"Venue": ""})

    assert [(one.line, one.column) for one in report.refused] == [(2, "Provider"), (3, "Venue")]


@pytest.mark.parametrize("form", ["listings", "holiday"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_template_goes_in_as_it_is_in_a_dry_run_and_is_never_kept(
    catalogue: Catalogue, session: object, tmp_path: Path, form: str, suffix: str
) -> None:
    path = tmp_path / f"template.{suffix}"
    path.write_bytes(template_csv(form).encode("utf-8-sig") if suffix == "csv" else template_xlsx(form))  # type: ignore[arg-type]

    dry, real = (import_services(path, area=catalogue.area, dry_run=dry_run) for dry_run in (True, False))

    assert (dry.added, list(dry.refused)) == (1, [])
    assert "Line 2 is a template's example: it can be read, but is never kept." in dry.notes
    assert real.added == 0
    [refusal] = real.refused
    assert "is a template's example" in refusal.reason
    assert list(iterate_services()) == []


def test_a_long_list_of_days_comes_back_from_an_export(load: Load, catalogue: Catalogue, tmp_path: Path) -> None:
    days = [WEEK_1 | {"Dates": f"{day}/{month}/2026"} for month in (6, 7, 8) for day in range(1, 29)]
    load(*days)
    path = tmp_path / "out.csv"
    path.write_text("".join(export_services(iterate_services())), encoding="utf-8")

    report = import_services(path, area=catalogue.area)

    assert (report.unchanged, list(report.refused)) == (1, [])
