"""A listing's facts in plain words, and unknown said as unknown."""

from dataclasses import asdict
from datetime import UTC, date, datetime, tzinfo

import pytest

from hub_finder import words
from hub_finder.directory.opening import Opening
from hub_finder.directory.schedules import parse_schedules
from hub_finder.directory.times import ZONE, Calendar
from hub_finder.models.services import (
    Alert,
    Booking,
    CostOption,
    Location,
    Schedule,
    Service,
    ServiceAtLocation,
    ServiceNeed,
    Status,
)


def stored(text: str) -> list[Schedule]:
    """Times as a listing keeps them."""
    return [Schedule(**asdict(one)) for one in parse_schedules(text)]


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


def test_a_distance_round_the_water_says_so() -> None:
    assert words.miles(19_312, round_water=True) == "about 12 miles, going round the water"
    assert words.miles(None, round_water=False) == ""


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
    service = Service(schedules=stored("WEEKLY TU 09:30|MONTHLY 1SA"))

    assert words.times(service) == ["Tuesday, from 9:30am", "First Saturday of the month"]
    assert words.times(Service(schedules=[])) == []


def test_when_is_told_by_the_clock_and_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 11, tzinfo=ZONE))
    service = Service(schedules=stored("WEEKLY TU 10:00-12:00"))

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


@pytest.mark.parametrize(
    ("option", "pence", "said"),
    [
        ("Each further child", 250, "£2.50 – each further child"),
        ("Each further child", 200, "£2 – each further child"),
        (None, 123_405, "£1,234.05"),
        ("Under 2s", 0, "Free – under 2s"),
        ("HAF code", 5, "£0.05 – HAF code"),
        ("Members", None, "Members: price not stated"),
    ],
)
def test_a_price_with_what_it_is_for_is_said_and_unknown_is_not_free(
    option: str | None, pence: int | None, said: str
) -> None:
    assert words.cost_option(CostOption(option=option, amount_pence=pence)) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (None, None, ""),
        (date(2026, 7, 27), None, "From 27 July 2026"),
        (None, date(2026, 7, 27), "Until 27 July 2026"),
        (date(2026, 7, 27), date(2026, 7, 27), "27 July 2026"),
        (date(2026, 7, 27), date(2026, 8, 21), "27 July to 21 August 2026"),
        (date(2026, 12, 28), date(2027, 1, 2), "28 December 2026 to 2 January 2027"),
    ],
)
def test_dates_to_book_are_said_as_far_as_they_are_known(first: date | None, last: date | None, said: str) -> None:
    assert words.booking_days(Booking(starts_on=first, ends_on=last)) == said


@pytest.mark.parametrize(
    ("places", "food", "said"),
    [
        ("some", True, ("Places left", "Food: yes")),
        ("full", False, ("Full", "Food: no")),
        (None, None, ("Places left: not stated. Ask them.", "Food: not stated")),
    ],
)
def test_places_and_food_that_are_not_stated_are_not_taken_as_no(
    places: str | None, food: bool | None, said: tuple[str, str]
) -> None:
    booking = Booking(places=places, food=food)

    assert (words.places_left(booking), words.food(booking)) == said


@pytest.mark.parametrize(
    ("first", "last", "closed", "said"),
    [
        (None, None, False, ""),
        (None, None, True, "Closed until further notice"),
        (date(2026, 11, 1), None, False, ""),
        (date(2026, 12, 1), None, False, "From 1 December 2026"),
        (None, date(2026, 12, 1), False, "Until 1 December"),
        (date(2026, 11, 24), date(2026, 11, 24), False, "Today"),
        (date(2026, 12, 1), date(2026, 12, 2), True, "Closed from 1 December to 2 December"),
    ],
)
def test_an_alert_says_from_when_and_until_when(
    monkeypatch: pytest.MonkeyPatch, first: date | None, last: date | None, closed: bool, said: str
) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 11, tzinfo=ZONE))

    assert words.alert_days(Alert(text="x", closed=closed, starts_on=first, ends_on=last)) == said


def test_languages_are_said_by_name() -> None:
    assert words.languages(Service(languages=["en", "pl", "bfi"])) == "English, Polish and British Sign Language"
    assert words.languages(Service(languages=["uk"])) == "Ukrainian"
    assert words.languages(Service(languages=[])) == ""


def at_two_places() -> Service:
    """Tuesdays at the first place, Wednesdays at the second, Mondays at no one place."""
    places = [Location(id=1, city="Nextham"), Location(id=2, city="Marlow Cross")]
    schedules = stored("WEEKLY TU 10:00-12:00|WEEKLY WE 10:00-12:00|WEEKLY MO 10:00-12:00")
    schedules[0].place, schedules[1].place = 0, 1
    links = [
        ServiceAtLocation(location=place, location_id=place.id, position=number) for number, place in enumerate(places)
    ]
    return Service(delivery=[], place_links=links, schedules=schedules)


def test_a_place_has_its_own_times_and_those_of_no_one_place() -> None:
    service = at_two_places()

    first, second = service.places
    assert words.times(service) == [f"{day}, 10am to 12pm" for day in ("Tuesday", "Wednesday", "Monday")]
    assert words.times(service, first) == ["Tuesday, 10am to 12pm", "Monday, 10am to 12pm"]
    assert words.own_times(service, second) == ["Wednesday, 10am to 12pm"]
    assert words.own_times(service, None) == ["Monday, 10am to 12pm"]


def test_each_place_has_its_own_next_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 11, tzinfo=ZONE))
    service = at_two_places()

    first, second = service.places
    assert words.when(service, Calendar(), first) == "Open now, closes at 12pm"
    assert words.when(service, Calendar(), second) == "Tomorrow, 10am to 12pm"
    assert words.own_when(service, Calendar(), second) == "Tomorrow, 10am to 12pm"
    assert words.when_and_where(service, Calendar()) == "Open now, closes at 12pm – at Nextham"


def test_a_place_without_times_of_its_own_has_no_next_session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 30, 9, tzinfo=ZONE))
    service = at_two_places()
    del service.schedules[1]

    assert words.when_and_where(service, Calendar()) == "Today, 10am to 12pm"
    assert words.own_when(service, Calendar(), service.places[1]) == ""


@pytest.mark.parametrize("status", [Status.PAUSED, Status.RETIRED, Status.MERGED])
def test_what_is_not_running_is_never_open(monkeypatch: pytest.MonkeyPatch, status: Status) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 11, tzinfo=ZONE))
    service = at_two_places()
    service.status = status

    assert words.opening(service, Calendar()) == Opening()


@pytest.mark.parametrize(("shown", "said"), [(None, ""), (0, "and 1 other place"), (1, "and 1 other place")])
def test_other_places_are_counted(shown: int | None, said: str) -> None:
    service = at_two_places()

    assert words.other_places(service, None if shown is None else service.places[shown]) == said
    assert words.other_places(Service(place_links=service.place_links[:1]), service.places[0]) == ""


def test_what_is_not_told_is_named_and_what_is_told_is_not() -> None:
    bare = Service(delivery=[], cost="not_stated", referral="not_stated", languages=[])
    told = Service(
        min_age=0, schedule_note="Mondays", delivery=["phone"], cost_note="£2", cost="not_stated", referral="self",
        languages=["en"], accessibility="None.", need_links=[ServiceNeed()],
    )  # fmt: skip

    assert len(words.not_told(bare)) == 8
    assert words.not_told(told) == []


def test_where_a_sensitive_service_is_counts_as_no_gap() -> None:
    service = Service(delivery=[], cost="free", referral="self", languages=[], sensitive=True)

    assert "where it is" not in words.not_told(service)


@pytest.mark.parametrize("zone", [UTC, None])
def test_stored_moment_is_told_by_the_clock_here(zone: tzinfo | None) -> None:
    assert words.moment_words(datetime(2026, 7, 1, 23, 30, tzinfo=zone)) == "2 July 2026, 00:30"
    assert words.moment_words(datetime(2026, 12, 1, 9, 5, tzinfo=zone)) == "1 December 2026, 09:05"
