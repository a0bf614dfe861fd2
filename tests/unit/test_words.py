"""A listing's facts in plain words, and unknown said as unknown."""

from datetime import UTC, date, datetime, tzinfo

import pytest

from hub_finder import words
from hub_finder.directory.schedules import parse_schedules
from hub_finder.directory.times import ZONE, Calendar
from hub_finder.models.services import Location, Service, ServiceAtLocation


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (None, ""),
        (0, "under 0.1 miles"),
        (160, "under 0.1 miles"),
        (161, "0.1 miles"),
        (1609.344, "1 mile"),
        (1690, "1.1 miles"),
        (3380, "2.1 miles"),
        (8046.72, "5 miles"),
        (16093.44, "10 miles"),
        (120_000, "75 miles"),
        (2_000_000, "1,243 miles"),
    ],
)
def test_a_distance_is_said_in_miles(metres: float | None, said: str) -> None:
    assert words.miles(metres) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (None, None, "Ages: not stated"),
        (5, 16, "Ages 5 to 16"),
        (8, 8, "Age 8"),
        (8, None, "Age 8 and over"),
        (0, None, "All ages"),
        (None, 5, "Up to age 5"),
        (0, 5, "Up to age 5"),
        (0, 0, "Under 1"),
        (None, 0, "Under 1"),
    ],
)
def test_ages_are_said_and_unknown_ones_are_not_guessed(low: int | None, high: int | None, said: str) -> None:
    assert words.ages(Service(min_age=low, max_age=high)) == said


@pytest.mark.parametrize(
    ("cost", "note", "said"),
    [
        ("free", None, "Free"),
        ("free", "No need to book.", "Free: no need to book."),
        ("paid", "£2 a family", "There is a charge: £2 a family"),
        ("paid", None, "There is a charge"),
        ("free_for_some", "HAF code needed", "Free for some families: HAF code needed"),
        ("paid", "There is a charge of £2.", "There is a charge of £2."),
        ("free_for_some", "Other prices: not stated.", "Other prices: not stated."),
        ("not_stated", None, "Price: not stated. Ask them."),
        ("not_stated", "In 2019: £2.", "Price not stated: in 2019: £2."),
    ],
)
def test_a_price_is_never_guessed(cost: str, note: str | None, said: str) -> None:
    assert words.price(Service(cost=cost, cost_note=note)) == said


@pytest.mark.parametrize(
    ("referral", "said"),
    [
        ("self", "You can contact them yourself"),
        ("professional", "A professional needs to refer you"),
        ("not_stated", "How to start: not stated"),
    ],
)
def test_how_to_start_is_said(referral: str, said: str) -> None:
    assert words.how_to_start(Service(referral=referral)) == said


def test_times_are_a_line_for_each_pattern() -> None:
    service = Service(schedules=parse_schedules("WEEKLY TU 09:30|MONTHLY 1SA"))

    assert words.times(service) == ["Tuesday, from 9:30am", "First Saturday of the month"]
    assert words.times(Service(schedules=[])) == []


def test_when_is_told_by_the_clock_and_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "now", lambda: datetime(2026, 11, 24, 11, tzinfo=ZONE))
    service = Service(schedules=parse_schedules("WEEKLY TU 10:00-12:00"))

    assert words.when(service, Calendar()) == "Open now, closes at 12pm"
    assert words.when(service, Calendar(bank_holidays=frozenset([date(2026, 11, 24)]))).startswith(
        "Today, 10am to 12pm"
    )
    assert words.when(Service(schedules=[]), Calendar()) == ""


HALL = Location(name="Village Hall", city=None)
TOWN = Location(name="Dorford Centre", city="Oakham Green")
EMPTY = Location(address_1="1 High Street")


@pytest.mark.parametrize(
    ("places", "delivery", "said"),
    [
        ([TOWN], ["in_person"], "Oakham Green"),
        ([HALL], ["in_person"], "Village Hall"),
        ([EMPTY], ["in_person", "phone"], "By phone"),
        ([], ["phone"], "By phone"),
        ([], ["phone", "online"], "By phone or online"),
        ([], ["home_visit", "in_person"], "At your home"),
        ([], ["in_person"], "Place not stated"),
        ([], [], "Place not stated"),
    ],
)
def test_where_is_the_town_or_how_the_help_comes(places: list[Location], delivery: list[str], said: str) -> None:
    service = Service(delivery=delivery)

    assert words.where(service, places[0] if places else None) == said


def test_where_takes_the_first_place_when_none_is_chosen() -> None:
    places = [Location(city="Nextham"), Location(city="Marlow Cross")]
    service = Service(delivery=[], place_links=[ServiceAtLocation(location=place) for place in places])

    assert words.where(service) == "Nextham"
    assert words.where(service, service.places[1]) == "Marlow Cross"


def test_an_address_leaves_out_what_is_not_stated() -> None:
    whole = Location(name="Hall", address_1="1 Road", address_2="Edge", city="Town", postal_code="FA1 1AA")

    assert words.address_lines(whole) == ["Hall", "1 Road", "Edge", "Town", "FA1 1AA"]
    assert words.address_lines(Location(city="Town", country="GB")) == ["Town"]
    assert words.address_lines(Location()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, ""),
        ("", ""),
        ("2025", "2025"),
        ("2025-04", "April 2025"),
        ("2025-04-08", "8 April 2025"),
        ("2024-02-29", "29 February 2024"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(text: str | None, said: str) -> None:
    assert words.partial_date(text) == said


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("01632 960001", "tel:+441632960001"),
        ("+44 1632 960001", "tel:+441632960001"),
        ("999", "tel:999"),
        ("111", "tel:111"),
        ("0800 1111", "tel:08001111"),
        ("116 123", "tel:116123"),
    ],
)
def test_a_number_can_be_called(phone: str, address: str) -> None:
    assert words.tel(phone) == address


@pytest.mark.parametrize("zone", [UTC, None])
def test_stored_moment_is_told_by_the_clock_here(zone: tzinfo | None) -> None:
    assert words.moment_words(datetime(2026, 7, 1, 23, 30, tzinfo=zone)) == "2 July 2026, 00:30"
    assert words.moment_words(datetime(2026, 12, 1, 9, 5, tzinfo=zone)) == "1 December 2026, 09:05"
