"""What the catalogue does not say, and what it says that is odd."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from hub_finder.directory.odd_values import Severity, is_uk_length
from hub_finder.directory.quality import FACTS, Quality, assess
from hub_finder.extensions import db
from hub_finder.importers.export import export_quality
from hub_finder.models.services import Service, ServiceNeed, Source, Status
from tests.factories import Catalogue
from tests.integration.asking import north

TODAY = date(2026, 11, 23)
FULL = north(
    1,
    id="full",
    locality="north-fair",
    postal_code="FA1 1AA",
    schedule="WEEKLY TU 09:30-11:00",
    min_age="0",
    max_age="4",
    cost="free",
    phone="01632 960123",
    website="https://oak.example/",
)


def quality(catalogue: Catalogue) -> Quality:
    return assess(area=catalogue.area, today=TODAY)


def odd(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    return [(one.slug, one.field, one.value) for one in quality(catalogue).odd]


def test_an_empty_catalogue_lacks_nothing(catalogue: Catalogue, session: object) -> None:
    assert quality(catalogue) == Quality(gaps=[], missing={}, odd=[])


def test_a_full_listing_lacks_nothing_and_is_not_odd(catalogue: Catalogue, session: object) -> None:
    catalogue.add(**FULL)
    db.session.execute(update(Service).values(checked_on=TODAY))

    found = quality(catalogue)

    assert found.missing == {"full": ()}
    assert found.odd == []


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, FACTS),
        ({"delivery": "phone"}, ("times", "ages", "price", "contact", "check")),
        ({"delivery": "in_person|phone", "cost_note": "Ask."}, ("place", "times", "ages", "contact", "check")),
        ({"schedule_note": "Term time.", "ages_note": "All ages"}, ("place", "price", "contact", "check")),
        ({"email": "a@oak.example", "max_age": "4"}, ("place", "times", "price", "check")),
        ({"city": "Oakham Green", "website": "https://a.example"}, ("place", "times", "ages", "price", "check")),
    ],
)
def test_what_a_listing_does_not_say_is_named(
    catalogue: Catalogue, session: object, given: dict[str, str], missing: tuple[str, ...]
) -> None:
    catalogue.add(id="a", **given)

    assert quality(catalogue).missing == {"a": missing}


def test_gaps_are_counted_by_locality_and_kind_the_unstated_locality_last(
    catalogue: Catalogue, session: object
) -> None:
    catalogue.add(id="a")
    catalogue.add(id="b", locality="north-fair")
    catalogue.add(**FULL)
    catalogue.add(id="c", locality="north-fair", kind="family_hub", phone="01632 960123")
    catalogue.add(id="hidden", locality="north-fair")
    db.session.execute(update(Service).where(Service.slug == "hidden").values(status=Status.RETIRED))

    gaps = quality(catalogue).gaps

    assert [(one.locality, one.kind, one.listings) for one in gaps] == [
        ("north-fair", "early_years", 2),
        ("north-fair", "family_hub", 1),
        ("", "early_years", 1),
    ]
    assert gaps[0].missing == {"place": 1, "times": 1, "ages": 1, "price": 1, "contact": 1, "check": 2}
    assert gaps[1].missing["contact"] == 0


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"phone": "01632 9601"}, [("phone", "01632 9601")]),
        ({"latitude": "53.5", "longitude": "-1.2"}, [("latitude, longitude", "53.5, -1.2")]),
        ({"postal_code": "NX1 1AA"}, [("postal_code", "NX1 1AA")]),
        ({"postal_code": "NX1 1AA", "locality": ""}, []),
        ({"min_age": "5", "max_age": "36"}, [("min_age, max_age", "5 to 36")]),
        ({"min_age": "5", "max_age": "35"}, []),
        ({"min_age": "0", "max_age": "99"}, []),
        ({"min_age": "", "max_age": "60", "ages_note": "All ages welcome."}, []),
        ({"caution": "The hall floods."}, [("caution", "The hall floods.")]),
        ({"caution": "The hall floods.", "confidence": "low"}, []),
        ({"website": "http://oak.example/"}, [("website", "http://oak.example/")]),
        ({"source_date": "2023-10"}, [("source_date", "2023-10")]),
        ({"source_date": "2023-11"}, []),
        ({"source_date": "2022"}, [("source_date", "2022")]),
        ({"source_date": "2023"}, []),
        ({"source_date": "2023-11-22"}, [("source_date", "2023-11-22")]),
        ({"contact_name": "Ash", "contact_phone": "960123"}, [("contact_phone", "960123")]),
        ({"organisation_website": "http://oak.example"}, [("organisation_website", "http://oak.example")]),
        ({"booking_url": "http://book.example"}, [("booking_url", "http://book.example")]),
        ({"booking_url": "https://book.example"}, []),
        ({"referral_url": "http://refer.example"}, [("referral_url", "http://refer.example")]),
        ({"referral_phone": "960123"}, [("referral_phone", "960123")]),
        ({"schedule": "WEEKLY TU 09:30-11:00 to 2026-11-22"}, [("schedule", "2026-11-22")]),
        ({"schedule": "WEEKLY TU 09:30-11:00 to 2026-11-23"}, []),
        ({"schedule": "WEEKLY TU 09:30-11:00 to 2026-11-22|WEEKLY FR 09:30-11:00"}, []),
        ({"schedule": "ONCE 2026-10-01 10:00-12:00|ONCE 2026-11-01 10:00-12:00"}, [("schedule", "2026-11-01")]),
        ({"schedule": "", "schedule_note": "In 2024: Friday."}, [("schedule_note", "In 2024: Friday.")]),
        ({"schedule": "", "schedule_note": "Holidays (2023/24)."}, [("schedule_note", "Holidays (2023/24).")]),
        ({"schedule": "", "schedule_note": "Holidays (2024/25)."}, []),
        ({"schedule": "", "schedule_note": "From 2019 to 2025."}, []),
        ({"schedule": "", "schedule_note": "Friday, at 20.24."}, []),
        ({"schedule_note": "In 2021: Friday."}, []),
        ({"alert": "Shut", "alert_to": "2026-10-01"}, [("alert", "Shut")]),
        ({"alert": "Shut", "alert_to": "2026-11-01"}, []),
        ({"alert": "Shut"}, []),
        ({"postal_code": "", "address_1": "Oak Road"}, [("postal_code", "")]),
        ({"postal_code": ""}, []),
    ],
)
def test_odd_values_are_named(
    catalogue: Catalogue, session: object, given: dict[str, str], found: list[tuple[str, str]]
) -> None:
    catalogue.add(**{**FULL, **given})

    assert [(field, value) for _, field, value in odd(catalogue)] == found


def test_a_listing_that_nobody_answers_for_is_odd_checked_or_not(catalogue: Catalogue, session: object) -> None:
    for slug in ("a", "b", "c"):
        catalogue.add(id=slug)
    for slug, times in (("a", 1), ("b", 2), ("c", 3)):
        db.session.execute(update(Service).where(Service.slug == slug).values(unreachable_times=times))
    db.session.execute(update(Service).where(Service.slug == "c").values(checked_on=TODAY))

    assert odd(catalogue) == [("b", "unreachable_times", "2"), ("c", "unreachable_times", "3")]


def test_what_no_file_can_bring_in_is_found_where_it_stands(catalogue: Catalogue, session: object) -> None:
    for slug in ("ages", "needs", "source"):
        catalogue.add(**{**FULL, "id": slug})
    db.session.execute(update(Service).where(Service.slug == "ages").values(min_age=9, max_age=4))
    for table, slug in ((ServiceNeed, "needs"), (Source, "source")):
        id_ = db.session.scalars(select(Service.id).where(Service.slug == slug)).one()
        db.session.execute(delete(table).where(table.service_id == id_))

    assert odd(catalogue) == [
        ("ages", "min_age, max_age", "9 to 4"),
        ("needs", "needs", ""),
        ("source", "source_title", ""),
    ]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (north(1.2), []),
        (north(1.3), ["lies 2.1 km from its postcode, FA1 1AA"]),
        ({**north(1.3), "location_precision": "place"}, []),
        ({**north(1.3), "postal_code": "FA2 9ZZ"}, []),
    ],
)
def test_a_point_far_from_its_postcode_is_odd_unless_it_is_a_towns(
    catalogue: Catalogue, session: object, given: dict[str, str], found: list[str]
) -> None:
    catalogue.add_places()
    catalogue.add(**{**FULL, **given})

    assert [one.reason for one in quality(catalogue).odd] == found


@pytest.mark.parametrize(
    ("checked_on", "found"),
    [
        (date(2025, 11, 23), []),
        (date(2025, 11, 22), ["was the last check, which is overdue"]),
        (date(2025, 5, 22), ["was the last check, which is lapsed: families no longer find it"]),
    ],
)
def test_a_check_that_is_too_old_is_odd(
    catalogue: Catalogue, session: object, checked_on: date, found: list[str]
) -> None:
    catalogue.add(**FULL)
    db.session.execute(update(Service).values(checked_on=checked_on))

    assert [one.reason for one in quality(catalogue).odd] == found


def test_what_hangs_on_a_listing_is_not_mixed_with_its_neighbours(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="hidden", phone="0123456", contact_phone="1234567")
    catalogue.add({"contact_phone": "2345678"}, id="b", contact_phone="1234567")
    catalogue.add(id="c")
    catalogue.add(id="a", contact_phone="3456789")
    db.session.execute(update(Service).where(Service.slug == "hidden").values(status=Status.RETIRED))

    assert odd(catalogue) == [
        ("a", "contact_phone", "3456789"),
        ("b", "contact_phone", "1234567"),
        ("b", "contact_phone", "2345678"),
    ]


def test_the_worst_comes_first(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="a", website="http://a.example", source_date="2019")
    catalogue.add(id="b", website="http://b.example", phone="0123456", caution="The hall floods.")

    found = quality(catalogue).odd
    assert [one.severity for one in found] == [Severity.WRONG, Severity.OLD, *[Severity.WEAK] * 3]
    assert [(slug, field) for slug, field, _ in odd(catalogue)] == [
        ("b", "phone"),
        ("b", "caution"),
        ("a", "website"),
        ("b", "website"),
        ("a", "source_date"),
    ]


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("01632 960123", True),
        ("01632 96012", True),
        ("(01632) 960 123", True),
        ("+44 1632 960123", True),
        ("+44 (0)1632 960123", True),
        ("+33 1 23 45 67 89", False),
        ("0800 1111", True),
        ("0800 1112", False),
        ("999", True),
        ("116 123", True),
        ("226 123", False),
        ("60061", True),
        ("01632 9601234", False),
        ("960123", False),
    ],
)
def test_the_length_of_a_number_tells_if_it_can_be_one(phone: str, expected: bool) -> None:
    assert is_uk_length(phone) is expected


def test_the_file_has_a_line_for_each_thing_to_mend(catalogue: Catalogue, session: object) -> None:
    catalogue.add(**{**FULL, "phone": "960123"})

    rows = list(csv.DictReader(io.StringIO("".join(export_quality(quality(catalogue))))))

    assert [tuple(row.values()) for row in rows] == [
        ("full", "phone", "960123", "has a length that no UK number has", "wrong"),
        ("full", "check", "", "not stated", ""),
    ]


def test_the_command_prints_a_table_and_writes_the_file(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.add(**{**FULL, "phone": "960123"})
    catalogue.add(id="a")
    file = tmp_path / "mend.csv"

    result = catalogue.app.test_cli_runner().invoke(args=["hub", "quality", "--csv", str(file)])

    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    kind, place = catalogue.area.kinds["early_years"].label, catalogue.area.localities["north-fair"].name
    assert result.exit_code == 0
    assert lines == [
        "How many listings do not say:",
        "Locality Kind listings place times ages price contact check",
        f"{place} {kind} 1 0 0 0 0 0 1",
        f"(not stated) {kind} 1 1 1 1 1 1 1",
        "All 2 1 1 1 1 1 2",
        "",
        "Odd values, worst first:",
        "Sends a family wrong:",
        "/services/full phone: '960123' has a length that no UK number has",
        f"Written to {file}.",
    ]
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1 + 1 + 6 + 1


def test_the_command_says_when_nothing_is_odd(catalogue: Catalogue) -> None:
    catalogue.add(**FULL)

    result = catalogue.app.test_cli_runner().invoke(args=["hub", "quality"])

    assert result.stdout.splitlines()[-1] == "No odd values."
