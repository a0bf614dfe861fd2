"""Help that has no place, by phone, online or at home, is matched by the area it covers and never lost."""

from typing import Any

import pytest

from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north, slugs

pytestmark = pytest.mark.usefixtures("session")

LINES = {
    "national": "national",
    "council": "council:E09999001",
    "next-council": "council:E09999002",
    "locality": "locality:north-fair",
    "other-locality": "locality:south-fair",
    "outcode": "outcode:FA1",
    "other-outcode": "outcode:FA3",
    "either": "outcode:FA3|council:E09999002|locality:north-fair",
    "unstated": "",
}


@pytest.fixture
def lines(catalogue: Catalogue) -> Catalogue:
    for slug, covers in LINES.items():
        catalogue.add(id=slug, service_area=covers, delivery="phone")
    return catalogue


ELSEWHERE = {"in_area": False, "locality": None}


@pytest.mark.parametrize(
    ("where", "covered"),
    [
        ({}, "council either locality national outcode unstated"),
        ({"outcode": "FA3", "locality": "south-fair"}, "council either national other-locality other-outcode unstated"),
        ({"outcode": None, "locality": None}, "council either locality national other-locality unstated"),
        ({**ELSEWHERE, "council": "E09999002", "outcode": "NX1"}, "either national next-council"),
        ({**ELSEWHERE, "council": "E09999003", "outcode": "FA1"}, "national outcode"),
        ({**ELSEWHERE, "council": None, "outcode": None}, "national"),
    ],
)
def test_a_listing_without_a_place_is_found_where_it_covers(
    lines: Catalogue, where: dict[str, Any], covered: str
) -> None:
    page = ask(lines, origin=origin(**where))

    assert sorted(slugs(page.without_a_place)) == covered.split()
    assert page.total_without_a_place == len(covered.split())
    assert page.results == []
    assert all(result.distance_m is None and result.number is None for result in page.without_a_place)


def test_without_an_origin_every_listing_without_a_place_is_found(lines: Catalogue) -> None:
    page = ask(lines)

    assert set(slugs(page.without_a_place)) == set(LINES)


def test_a_limit_of_distance_does_not_lose_what_has_no_place(lines: Catalogue) -> None:
    page = ask(lines, origin=origin(), within_miles=0.1)

    assert "national" in slugs(page.without_a_place)


def test_an_address_without_a_point_counts_as_no_place(catalogue: Catalogue) -> None:
    catalogue.add(id="somewhere", city="Oakham Green", address_1="1 High Street")

    page = ask(catalogue, origin=origin())

    assert slugs(page.without_a_place) == ["somewhere"]
    assert page.without_a_place[0].location is None


def test_a_listing_with_a_point_is_in_one_list_only(catalogue: Catalogue) -> None:
    catalogue.add(id="both", service_area="national", **north(1))

    page = ask(catalogue, origin=origin())

    assert slugs(page.results) == ["both"]
    assert page.without_a_place == []


def test_what_is_nearer_to_the_family_comes_first_and_what_cannot_be_reached_last(catalogue: Catalogue) -> None:
    catalogue.add(id="a-silent", service_area="outcode:FA1")
    catalogue.add(id="b-national", service_area="national", phone="111")
    catalogue.add(id="c-council", service_area="council:E09999001", email="a@b.example")
    catalogue.add(id="d-locality", service_area="locality:north-fair|national", website="https://d.example")
    catalogue.add(id="e-outcode", service_area="outcode:FA1", phone="111")
    catalogue.add(id="f-unstated", phone="111")

    page = ask(catalogue, origin=origin())

    assert slugs(page.without_a_place) == [
        "e-outcode",
        "d-locality",
        "c-council",
        "f-unstated",
        "b-national",
        "a-silent",
    ]


def test_the_reach_of_a_listing_counts_before_its_main_need(catalogue: Catalogue) -> None:
    catalogue.add(id="also-sleep", needs="food|sleep", service_area="outcode:FA1", phone="111")
    catalogue.add(id="sleep", needs="sleep|food", service_area="national", phone="111")

    page = ask(catalogue, origin=origin(), needs=("sleep",))

    assert slugs(page.without_a_place) == ["also-sleep", "sleep"]


def test_filters_hold_for_what_has_no_place_too(catalogue: Catalogue) -> None:
    catalogue.add(id="sleep-line", needs="sleep", service_area="national", min_age="0", max_age="2")
    catalogue.add(id="food-line", needs="food", service_area="national", min_age="0", max_age="2")
    catalogue.add(id="teen-sleep", needs="sleep", service_area="national", min_age="13")

    page = ask(catalogue, origin=origin(), needs=("sleep",), ages=("1",))

    assert slugs(page.without_a_place) == ["sleep-line"]
