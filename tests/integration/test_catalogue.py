"""Keeping listings: what is saved comes out again, and saying it twice changes nothing."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from hub_finder.directory.catalogue import (
    ServiceNotFound,
    count_by_kind,
    count_by_need,
    find_needs,
    find_services,
    get_service,
    iterate_services,
)
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.listings import Vocabulary, parse_listing, rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.saving import Outcome, save_listing
from hub_finder.extensions import db
from hub_finder.models.services import Location, Schedule, Service, ServiceArea, ServiceNeed, Source, Status
from tests.factories import Catalogue, cells

FULL = {
    "name": "Acorn Stay and Play",
    "alternate_names": "Acorn Tots|ASP",
    "needs": "sleep|baby-toddler-groups|food",
    "delivery": "in_person|phone",
    "location_name": "Village Hall",
    "address_1": "1 High Street",
    "city": "Oakham Green",
    "country": "GB",
    "postal_code": "FA1 1AA",
    "latitude": "52.1",
    "longitude": "-1.2",
    "location_precision": "postcode",
    "locality": "north-fair",
    "service_area": "locality:north-fair|national",
    "phone": "01632 960001",
    "email": "acorn@acorn.example",
    "website": "https://acorn.example",
    "min_age": "0",
    "max_age": "4",
    "ages_note": "Walking not needed",
    "cost": "paid",
    "cost_note": "£2",
    "referral": "self",
    "referral_url": "https://acorn.example/refer",
    "referral_phone": "01632 960005",
    "referral_consent": "A parent has to agree",
    "wait_time": "About six weeks",
    "wait_time_date": "2026-09",
    "accessibility": "Step-free",
    "schedule": "WEEKLY TU,TH 09:30-12:00 except 2026-12-24|MONTHLY 1SA 10:00 term|ONCE 2026-12-20 10:00-15:00",
    "schedule_note": "Not in August",
    "source_title": "A leaflet",
    "source_url": "https://acorn.example/leaflet",
    "source_date": "2026-05",
    "confidence": "medium",
    "caution": "To be checked",
    "former_names": "Acorn Club",
    "organisation_description": "A charity.",
    "organisation_website": "https://families.example",
    "location_accessibility": "Ramp at the side",
    "contact_name": "Sue Acorn",
    "contact_role": "Leader",
    "contact_phone": "01632 960003",
    "contact_email": "sue@acorn.example",
    "eligibility": "For families new to the village",
    "cost_option": "Each further child",
    "cost_amount": "0.50",
    "confidential": "yes",
    "languages": "en|pl",
    "booking_for": "Summer 2026",
    "booking_from": "2026-07-27",
    "booking_to": "2026-08-21",
    "booking_url": "https://acorn.example/book",
    "booking_free_for": "children with free school meals",
    "booking_food": "yes",
    "booking_places": "some",
    "alert": "Closed for repairs",
    "alert_closed": "yes",
    "alert_from": "2026-04-01",
    "alert_to": "2026-04-10",
    "related": "oak-club",
    "attributes": "lga=12",
    "picture": "0" * 64,
    "picture_description": "A hall",
}
IDENTITY = {"id", "uuid", "organisation_uuid"}
Save = Callable[..., Outcome]


@pytest.fixture
def save(catalogue: Catalogue, session: object) -> Save:
    """Saves a row of text in the session of the test, without a commit."""
    needs = {need.slug: need for need in find_needs()}
    vocabulary = Vocabulary(
        needs=needs,
        kinds=catalogue.area.kinds,
        localities=catalogue.area.localities,
        pictures={"0" * 64, "1" * 64},
    )

    def save_row(*rows: dict[str, str]) -> Outcome:
        listing, problems = parse_listing(rows, vocabulary)
        assert listing, problems
        return save_listing(listing, needs, actor="a test")

    return save_row


def stored(slug: str = "acorn-stay-and-play") -> dict[str, str]:
    db.session.expire_all()
    [row] = all_stored(slug)
    return row


def all_stored(slug: str) -> list[dict[str, str]]:
    db.session.expire_all()
    return rows_of(listing_of(get_service(slug)))


def test_a_full_listing_comes_out_as_it_went_in(save: Save) -> None:
    row = cells(**FULL)

    assert save(row) == "added"

    assert stored() == row


def test_a_listing_of_the_least_comes_out_with_its_blanks(save: Save) -> None:
    save(cells())

    row = stored()

    assert row == {**cells(), "cost": "not_stated", "referral": "not_stated", "location_precision": "none"}
    assert get_service("acorn-stay-and-play").places == []


def test_saying_the_same_twice_changes_nothing(save: Save) -> None:
    save(cells(**FULL))
    before = ids()

    outcome = save(cells(**FULL))

    assert outcome == "unchanged"
    assert ids() == before


def ids() -> list[int]:
    tables = (Location, Schedule, ServiceArea, Source)
    return [id_ for table in tables for id_ in db.session.scalars(select(table.id).order_by(table.id))]


def test_a_number_written_another_way_is_not_a_change(save: Save) -> None:
    save(cells(latitude="52.1", longitude="-1", min_age="3"))

    assert save(cells(latitude="52.10", longitude="-1.0", min_age="03")) == "unchanged"


CHANGES = {
    **dict.fromkeys(("name", "organisation", "summary", "alternate_names", "location_name"), "Another"),
    **dict.fromkeys(("address_1", "address_2", "city", "state_province", "ages_note", "cost_note"), "Another"),
    **dict.fromkeys(("referral_note", "accessibility", "schedule_note", "source_title", "caution"), "Another"),
    "picture": "1" * 64,
    "picture_description": "A garden",
    "kind": "haf",
    "needs": "baby-toddler-groups|sleep",
    "delivery": "phone",
    "postal_code": "FA1 1AB",
    "country": "IE",
    "latitude": "52.2",
    "longitude": "-1.3",
    "location_precision": "place",
    "locality": "south-fair",
    "service_area": "outcode:FA1",
    "phone": "01632 960002",
    "email": "other@acorn.example",
    "website": "https://other.example",
    "min_age": "1",
    "max_age": "5",
    "cost": "free",
    "referral": "professional",
    "schedule": "WEEKLY WE",
    "source_url": "https://other.example/leaflet",
    "source_date": "2026",
    "confidence": "high",
    **dict.fromkeys(("former_names", "organisation_description", "location_accessibility", "contact_name"), "Another"),
    **dict.fromkeys(("contact_role", "eligibility", "cost_option", "booking_for"), "Another"),
    **dict.fromkeys(("booking_free_for", "alert"), "Another"),
    **dict.fromkeys(("organisation_website", "booking_url", "referral_url"), "https://other.example"),
    **dict.fromkeys(("referral_consent", "wait_time"), "Another"),
    "referral_phone": "01632 960006",
    "wait_time_date": "2026-10-01",
    "location_uuid": "5b1f7d7e-2f0a-4c3a-9a55-0d9f6f1f6f01",
    "contact_phone": "01632 960004",
    "contact_email": "other@acorn.example",
    "cost_amount": "12.00",
    "confidential": "no",
    "languages": "uk",
    "booking_from": "2026-07-28",
    "booking_to": "2026-08-22",
    "booking_food": "no",
    "booking_places": "full",
    "alert_closed": "",
    "alert_from": "2026-04-02",
    "alert_to": "",
    "related": "ash-club",
    "attributes": "lga=13",
}


@pytest.mark.parametrize("column", [column for column in COLUMNS if column not in {*IDENTITY, "sensitive"}])
def test_a_change_in_any_column_is_kept(save: Save, column: str) -> None:
    row = cells(id="acorn-stay-and-play", **FULL)
    save(row)

    outcome = save({**row, column: CHANGES[column]})

    assert outcome == "changed"
    assert stored() == {**row, column: CHANGES[column]}


def test_what_is_taken_out_of_a_listing_leaves_nothing_behind(save: Save) -> None:
    save(cells(**FULL))

    save(cells(needs="food"))

    for table in (Location, Schedule, ServiceArea):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.scalar(select(func.count()).select_from(ServiceNeed)) == 1
    assert db.session.scalar(select(func.count()).select_from(Source)) == 1


def test_a_saved_change_does_not_put_a_paused_listing_back(save: Save) -> None:
    save(cells())
    service = get_service("acorn-stay-and-play")
    service.status = Status.PAUSED

    save(cells(summary="New words."))

    assert service.status == Status.PAUSED
    assert service.summary == "New words."


def test_correcting_a_listing_does_not_make_it_look_checked(save: Save) -> None:
    save(cells())

    save(cells(summary="A typing error put right."))

    assert get_service("acorn-stay-and-play").checked_on is None


hostile = st.text(max_size=40) | st.sampled_from(
    ["<script>alert(1)</script>", "'; DROP TABLE service; --", '"', "a,b", "=1+1", "%s", ":name", "{}", "\\", "\\N"]
)
texts = ("name", "organisation", "summary", "alternate_names", "former_names", "address_1", "city", "cost_note")
more_texts = ("caution", "source_title", "contact_name", "cost_option", "booking_for", "alert", "eligibility")
free_text = st.sampled_from([*texts, *more_texts, "location_accessibility"])
repeated = st.sampled_from(["address_1", "contact_role", "cost_option", "booking_free_for", "alert", "source_title"])


@given(
    changed=st.dictionaries(free_text, hostile, max_size=5),
    further=st.lists(st.dictionaries(repeated, hostile, max_size=3), max_size=3),
    point=st.booleans(),
    ages=st.booleans(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_listing_that_is_taken_comes_out_and_goes_in_again_unchanged(
    catalogue: Catalogue,
    save: Save,
    changed: dict[str, str],
    further: list[dict[str, str]],
    point: bool,
    ages: bool,
) -> None:
    where = {"latitude": "52.12345", "longitude": "-1.00001", "location_precision": "exact"} if point else {}
    row = cells(**{"id": "hostile", **where, **({"min_age": "0"} if ages else {})}) | changed
    vocabulary = Vocabulary(
        needs={"baby-toddler-groups"}, kinds=catalogue.area.kinds, localities=catalogue.area.localities
    )
    rows = [row, *({"id": "hostile", **one} for one in further)]
    if parse_listing(rows, vocabulary)[0] is None:
        return

    save(*rows)
    written = all_stored("hostile")

    assert save(*written) == "unchanged"
    names = {"alternate_names", "former_names"}
    assert {column: written[0][column] for column in changed.keys() - names if changed[column].strip()} == {
        column: value.strip() for column, value in changed.items() if column not in names and value.strip()
    }
    for column in {column for one in further for column in one} - {"address_1"}:
        said = [one[column].strip() for one in rows if one.get(column, "").strip()]
        assert [one[column] for one in written if one[column]] == said
    db.session.rollback()


def test_listings_are_found_by_kind_and_locality_in_order_of_slug(catalogue: Catalogue, session: object) -> None:
    catalogue.add(name="Zebra", kind="haf", locality="north-fair")
    catalogue.add(name="Bear", kind="haf", locality="south-fair")
    catalogue.add(name="Ape", kind="early_years", locality="north-fair")

    def slugs(**given: str) -> list[str]:
        return [service.slug for service in find_services(**given)]

    assert slugs() == ["ape", "bear", "zebra"]
    assert slugs(kind="haf") == ["bear", "zebra"]
    assert slugs(locality="north-fair") == ["ape", "zebra"]
    assert slugs(kind="haf", locality="north-fair") == ["zebra"]


@pytest.mark.parametrize("status", [Status.PAUSED, Status.MERGED, Status.RETIRED])
def test_only_published_listings_are_given_out(catalogue: Catalogue, session: object, status: Status) -> None:
    catalogue.add(name="Open", needs="sleep")
    catalogue.add(name="Hidden", needs="sleep")
    hidden = db.session.scalars(select(Service).where(Service.slug == "hidden")).one()
    hidden.status = status
    db.session.flush()

    assert [service.slug for service in find_services()] == ["open"]
    assert [service.slug for service in iterate_services()] == ["open"]
    assert count_by_need() == {"sleep": 1}
    assert count_by_kind() == {"early_years": 1}
    with pytest.raises(ServiceNotFound):
        get_service("hidden")


def test_an_unknown_listing_is_not_found(session: object) -> None:
    with pytest.raises(ServiceNotFound, match="nothing-here"):
        get_service("nothing-here")


def test_listings_sort_byte_by_byte_on_either_database(catalogue: Catalogue, session: object) -> None:
    for slug in ("a-b", "a1", "ab", "a-1", "a", "b"):
        catalogue.add(id=slug)

    assert [service.slug for service in iterate_services()] == ["a", "a-1", "a-b", "a1", "ab", "b"]


def test_a_place_knows_its_council_by_postcode_or_town(catalogue: Catalogue, session: object) -> None:
    catalogue.add_places()
    here = {"latitude": "52.3", "longitude": "-1.0"}
    catalogue.add(id="by-postcode", postal_code="NX1 1AA", city="Oakham Green", **here)
    catalogue.add(id="by-town", city="Nextham", **here)
    catalogue.add(id="unknown", city="Atlantis", **here)

    councils = {service.slug: service.places[0].council for service in iterate_services()}

    assert councils == {"by-postcode": "E09999002", "by-town": "E09999002", "unknown": None}
