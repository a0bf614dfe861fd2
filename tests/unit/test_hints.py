"""What is worth a look in a proposal, and what is not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.area import Area
from hub_finder.directory.hints import Case, Risk, Spot, find_hints, risk_of
from tests.factories import HALL, cells

GOOD = cells(
    name="Acorn Stay and Play",
    summary="Toys and songs for small children. Ring us on a weekday, or look at acorn.example.",
    email="hello@acorn.example",
    website="https://www.acorn.example",
    phone="01632 960001",
    schedule="WEEKLY MO 10:00-11:00",
    schedule_note="Mondays, 10am",
    min_age="0",
    max_age="4",
    **HALL,
)
LONG = "Songs, toys, paint and sand for small children and whoever looks after them, with tea, toast and time to talk."
SPOTS = {
    "FA11AA": Spot((52.1, -1.2), "E09999001"),
    "FA19ZZ": Spot(None, "E09999001"),
    "NX11AA": Spot((52.3, -1.0), "E09999002"),
}
SURE = {"policy": "yes", "checks": "yes", "insurance": "soon", "more": ""}


def hints(
    area: Area, given: Mapping[str, str] | None = None, base: Mapping[str, str] | None = None, **case: Any
) -> list[str]:
    """The words of the hints of a good listing with what is given, or of a change to `base` as well."""
    before = [GOOD | {**base}] if base is not None else ()
    whole = Case(rows=[GOOD | {**(given or {})}], base=before, safeguarding=SURE, spots=SPOTS)
    return [hint.words for hint in find_hints(replace(whole, **case), area)]


def test_good_listing_gives_nothing_to_look_at(area: Area) -> None:
    assert hints(area) == []
    assert hints(area, base={}) == []


# What is given, and the beginning of what is said of it.
OF_NEW: list[tuple[dict[str, str], str]] = [
    ({"email": "acorn@gmail.com"}, "acorn@gmail.com is a personal address"),
    ({"contact_email": "mo@BTinternet.com"}, "mo@BTinternet.com is a personal address"),
    ({"summary": "Win at https://casino.example/now"}, "A text holds a link to another website: https://casino."),
    ({"eligibility": "See www.other.org"}, "A text holds a link to another website: www.other.org"),
    ({"cost_note": "Pay at acorn-payments.co.uk"}, "A text holds a link to another website: acorn-payments.co.uk"),
    ({"summary": "At notacorn.com"}, "A text holds a link to another website: notacorn.com"),
    ({"summary": "Text Mo on 07700 900123"}, "A text holds a phone number: 07700 900123"),
    ({"referral_note": "(+441632960002)"}, "A text holds a phone number: +441632960002"),
    ({"name": "ACORN STAY AND PLAY"}, "“ACORN STAY AND PLAY” is all in capitals"),
    ({"summary": "COME AND SEE US TODAY"}, "“COME AND SEE US TODAY” is all in capitals"),
    ({"min_age": "11", "max_age": "16"}, "Ages 11 to 16 do not fit the name"),
    ({"name": "Youth Club", "max_age": "5"}, "Ages 0 to 5 do not fit the name"),
    ({"name": "Baby Massage", "min_age": "3"}, "Ages 3 to 4 do not fit the name"),
    ({"name": "Under 5s at the Hub", "min_age": "8", "max_age": ""}, "Ages 8 to any do not fit the name"),
    ({"schedule": ""}, "Times stand only in words"),
    ({"schedule": "", "schedule_note": "Each week at 9.30"}, "Times stand only in words"),
    ({"latitude": "52.2"}, "The point lies 11.1 km from its postcode, FA1 1AA"),
    ({"postal_code": "NX1 1AA", "latitude": "52.3", "longitude": "-1.0"}, "NX1 1AA is outside our area: Nextshire"),
    ({"postal_code": "FA9 9ZZ"}, "We do not know the postcode FA9 9ZZ"),
    ({"summary": "My partner hits me and I am scared"}, "“My partner hits me and I am scared” has words that may tell"),
]


@pytest.mark.parametrize(("given", "said"), OF_NEW)
def test_each_of_these_is_worth_a_look(area: Area, given: dict[str, str], said: str) -> None:
    [hint] = hints(area, given)

    assert hint.startswith(said)


OF_A_CHANGE: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"cost": "free"}, {"cost": "paid"}, "The price changes"),
    ({}, {"cost_note": "£4"}, "The price changes"),
    ({"name": "Acorn Play"}, {}, "Its name was “Acorn Play”"),
    ({"organisation": "Oak Trust"}, {}, "It would leave the organisation “Oak Trust”"),
    ({"summary": LONG}, {"summary": "Songs."}, "A text is much shorter than before: “Songs.”"),
    ({"eligibility": LONG}, {"eligibility": ""}, "A text is much shorter than before: “”"),
]


@pytest.mark.parametrize(("base", "given", "said"), OF_A_CHANGE)
def test_each_of_these_changes_is_worth_a_look(
    area: Area, base: dict[str, str], given: dict[str, str], said: str
) -> None:
    [hint] = hints(area, given, base)

    assert hint.startswith(said)


NOTHING: list[dict[str, str]] = [
    {"summary": "Write to hello@acorn.example, or see https://play.acorn.example/book."},
    {"summary": "BBC and NHS staff, 2026, for ages 0 to 4. 10.30 is busy"},
    {"summary": "Room 0123 456, £1,250 raised"},
    {"name": "Acorn Family Youth and Toddler Group", "min_age": "11", "max_age": "16"},
    {"name": "Storytime", "min_age": "11", "max_age": "16"},
    {"min_age": "", "max_age": ""},
    {"latitude": "52.2", "location_precision": "place"},
    {"postal_code": "FA1 9ZZ", "latitude": "52.9"},
    {"postal_code": "", "latitude": "", "longitude": ""},
    {"schedule": "", "schedule_note": "Ask us"},
    {"latitude": "north", "min_age": "two", "website": "http://[", "summary": "At http://["},
]


@pytest.mark.parametrize("given", NOTHING)
def test_none_of_these_is_worth_a_look(area: Area, given: dict[str, str]) -> None:
    assert hints(area, given) == []


def test_what_stood_here_before_is_not_told_again(area: Area) -> None:
    old = {"summary": "See www.other.org or 07700 900123", "email": "acorn@gmail.com"}

    assert hints(area, old, old) == []


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Not all questions about keeping people safe are answered."),
        (SURE | {"checks": " "}, "Not all questions about keeping people safe are answered."),
        (SURE | {"checks": "no"}, "They answered “no” to a question about keeping people safe."),
    ],
)
def test_answers_about_safety_count_for_a_new_listing(area: Area, answers: dict[str, str], said: str) -> None:
    assert hints(area, safeguarding=answers) == [said]
    assert hints(area, base={}, safeguarding=answers) == []


def test_who_does_not_speak_for_it_weighs_more_than_a_link(area: Area) -> None:
    found = hints(area, {"summary": "See www.other.org"}, speaks=False)

    assert [words[:24] for words in found] == ["The team has not decided", "A text holds a link to a"]


@pytest.mark.parametrize(("given", "is_told"), [({}, True), ({"sensitive": "yes"}, False), ({"needs": "sleep"}, False)])
def test_address_of_a_sensitive_need_is_told(area: Area, given: dict[str, str], is_told: bool) -> None:
    needs = frozenset({"domestic-abuse"})

    found = hints(area, {"needs": "domestic-abuse|sleep", **given}, sensitive=needs)

    assert bool(found) == is_told


@pytest.mark.parametrize(
    ("weight", "risk"), [(0, Risk.LOW), (9, Risk.LOW), (10, Risk.MEDIUM), (29, Risk.MEDIUM), (30, Risk.HIGH)]
)
def test_risk_is_the_sum_of_the_weights(weight: int, risk: Risk) -> None:
    assert risk_of(weight) == risk


@given(st.fixed_dictionaries({name: st.text(max_size=60) for name in GOOD}), st.booleans())
def test_no_text_makes_a_rule_fail(area: Area, row: dict[str, str], changed: bool) -> None:
    find_hints(Case(rows=[row], base=[GOOD] if changed else (), spots=SPOTS), area)
