"""Types of Start for Life service: what is listed in each part of the area, and what covers all of it."""

import pytest
from sqlalchemy import select, update

from hub_finder.area import ServiceType
from hub_finder.directory.freshness import today
from hub_finder.directory.start_for_life import Cell, Count, TypeCoverage, count_types, cover_types, find_listings
from hub_finder.extensions import db
from hub_finder.models.services import Need, Service, Status
from tests.factories import Catalogue

pytestmark = pytest.mark.usefixtures("session")
NOWHERE = {"north-fair": Cell(), "south-fair": Cell()}


def health_visitors(catalogue: Catalogue) -> ServiceType:
    return next(one for one in catalogue.area.service_types if one.slug == "health-visitors")


def covered(catalogue: Catalogue) -> TypeCoverage:
    """The row of health visitors, whom a listing with that need helps with."""
    return next(row for row in cover_types(catalogue.area) if row.type.slug == "health-visitors")


def test_the_list_of_types_is_that_of_the_needs_and_has_twenty_four(catalogue: Catalogue) -> None:
    named = set(db.session.scalars(select(Need.start_for_life_service))) - {""}

    assert {one.name for one in catalogue.area.service_types} == named
    assert len(catalogue.area.service_types) == len({one.slug for one in catalogue.area.service_types}) == 24


def test_every_type_has_a_row_also_when_nothing_is_listed(catalogue: Catalogue) -> None:
    rows = cover_types(catalogue.area)

    assert [row.type for row in rows] == list(catalogue.area.service_types)
    assert all(row.everywhere == Count() and row.cells == NOWHERE for row in rows)


@pytest.mark.parametrize(
    ("given", "north", "south"),
    [
        ({"locality": "north-fair"}, Cell(here=1), Cell()),
        ({"service_area": "locality:north-fair|locality:south-fair"}, Cell(here=1), Cell(here=1)),
        ({"service_area": "outcode:FA2"}, Cell(here=1), Cell()),
        ({"service_area": "outcode:NX1"}, Cell(), Cell()),
        ({"city": "Oakham Green", "postal_code": "FA3 1ZZ"}, Cell(), Cell(here=1)),
        ({"city": "Oakham Green"}, Cell(here=1), Cell()),
        ({"city": "Nextbury"}, Cell(), Cell()),
        ({"service_area": "national"}, Cell(wide=1), Cell(wide=1)),
        ({"service_area": "council:E09999001"}, Cell(wide=1), Cell(wide=1)),
        ({"service_area": "council:E09999001|national"}, Cell(wide=1), Cell(wide=1)),
        ({"service_area": "council:E09999002"}, Cell(), Cell()),
        ({"service_area": "national", "locality": "south-fair"}, Cell(wide=1), Cell(here=1)),
        ({"locality": "north-fair", "service_area": "locality:north-fair"}, Cell(here=1), Cell()),
        ({}, Cell(), Cell()),
    ],
)
def test_a_listing_counts_where_it_is_and_where_it_says_that_it_helps(
    catalogue: Catalogue, given: dict[str, str], north: Cell, south: Cell
) -> None:
    catalogue.add(needs="health-visiting|toileting", **given)

    row = covered(catalogue)

    assert row.cells == {"north-fair": north, "south-fair": south}
    assert row.everywhere == Count(listed=1)


def test_a_place_in_another_councils_part_of_a_district_is_not_here(catalogue: Catalogue) -> None:
    catalogue.add_places()
    catalogue.add(needs="health-visiting", city="Nextbury", postal_code="NX1 1AA", latitude="52.3", longitude="-1.0")
    db.session.execute(update(Service).values(locality=None))

    assert covered(catalogue).cells == NOWHERE


def test_each_further_place_counts_in_its_own_locality(catalogue: Catalogue) -> None:
    catalogue.add({"city": "Marlow Cross", "postal_code": "FA3 1ZZ"}, needs="health-visiting", postal_code="FA1 1AA")

    assert covered(catalogue).cells == {"north-fair": Cell(here=1), "south-fair": Cell(here=1)}


def test_checked_listings_are_counted_once_here_or_wide(catalogue: Catalogue) -> None:
    catalogue.add(id="a", needs="health-visiting", locality="north-fair")
    catalogue.add(id="b", needs="health-visiting", locality="north-fair", service_area="national")
    catalogue.add(id="c", needs="health-visiting", service_area="national")
    db.session.execute(update(Service).where(Service.slug.in_(("b", "c"))).values(checked_on=today()))

    row = covered(catalogue)

    assert row.cells == {"north-fair": Cell(here=2, wide=1, checked=2), "south-fair": Cell(wide=2, checked=2)}
    assert row.cells["north-fair"].listed == 3
    assert row.everywhere == Count(listed=3, checked=2)


def test_a_listing_that_ended_covers_nothing(catalogue: Catalogue) -> None:
    catalogue.add(needs="health-visiting", locality="north-fair", service_area="national")
    db.session.execute(update(Service).values(status=Status.RETIRED))

    assert covered(catalogue).cells == NOWHERE
    assert count_types(catalogue.area) == {}


def test_the_listings_behind_the_numbers_are_those_that_were_counted(catalogue: Catalogue) -> None:
    catalogue.add(id="b", name="Bee", needs="health-visiting", locality="north-fair")
    catalogue.add(id="a", needs="toileting", locality="north-fair", service_area="national")
    catalogue.add(id="c", needs="health-visiting")
    catalogue.add(id="d", needs="sleep", locality="north-fair")

    found = find_listings(health_visitors(catalogue), catalogue.area)

    assert {slug: [one.slug for one in named] for slug, named in found.here.items()} == {
        "north-fair": ["a", "b"],
        "south-fair": [],
    }
    assert [one.slug for one in found.wide] == ["a"]
    assert [one.slug for one in found.elsewhere] == ["c"]
    assert found.here["north-fair"][1].name == "Bee"
