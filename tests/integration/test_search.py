"""Searching by place: the same answers on both databases."""

import pytest
from geopy.distance import geodesic, great_circle
from sqlalchemy import update

from hub_finder.directory.geometry import METRES_PER_MILE
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.rings import ENOUGH
from hub_finder.directory.search import find, find_nearby, nearest_beyond
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north, slugs

pytestmark = pytest.mark.usefixtures("session")


def test_results_come_nearest_first(catalogue: Catalogue) -> None:
    catalogue.add(id="far", **north(2.5))
    catalogue.add(id="near", **north(0.1))
    catalogue.add(id="middle", **north(1))

    page = ask(catalogue, origin=origin())

    assert slugs(page.results) == ["near", "middle", "far"]
    assert [result.number for result in page.results] == [1, 2, 3]


def test_places_equally_far_come_by_slug(catalogue: Catalogue) -> None:
    for slug in ("b", "c", "a"):
        catalogue.add(id=slug, **north(1))

    assert slugs(ask(catalogue, origin=origin()).results) == ["a", "b", "c"]


def test_distances_are_those_of_geopy(catalogue: Catalogue) -> None:
    places = {"a": (52.13, -1.2), "b": (52.1, -1.29), "c": (52.31234, -0.98765)}
    for slug, (latitude, longitude) in places.items():
        catalogue.add(id=slug, latitude=str(latitude), longitude=str(longitude))

    page = ask(catalogue, origin=origin())

    for result in page.results:
        place = places[result.service.slug]
        assert result.distance_m == pytest.approx(great_circle((52.1, -1.2), place).meters, abs=0.001)
        assert result.distance_m == pytest.approx(geodesic((52.1, -1.2), place).meters, rel=0.005)


def test_the_same_place_is_no_distance_away(catalogue: Catalogue) -> None:
    catalogue.add(id="here", **north(0))

    [result] = ask(catalogue, origin=origin(), within_miles=0.1).results

    assert result.distance_m == 0


@pytest.mark.parametrize(
    ("near", "far_away_at", "radius", "widened"),
    [
        (ENOUGH, 4, 3, None),
        (ENOUGH - 1, 4, 5, 5),
        (0, 4, 80, 80),
        (0, 100, 80, 80),
    ],
)
def test_the_ring_widens_until_it_holds_enough_and_says_so(
    catalogue: Catalogue, near: int, far_away_at: float, radius: float, widened: float | None
) -> None:
    for number in range(near):
        catalogue.add(id=f"near-{number}", **north(2))
    catalogue.add(id="farther", **north(far_away_at))

    page = ask(catalogue, origin=origin())

    assert (page.within_miles, page.widened_to_miles) == (radius, widened)
    assert page.total == near + (far_away_at <= radius)


def test_a_limit_of_distance_is_kept_to(catalogue: Catalogue) -> None:
    catalogue.add(id="inside", **north(1.999))
    catalogue.add(id="outside", **north(2.001))

    page = ask(catalogue, origin=origin(), within_miles=2)

    assert slugs(page.results) == ["inside"]
    assert (page.total, page.within_miles, page.widened_to_miles) == (1, 2, None)


def test_an_empty_ring_can_be_left_for_what_lies_beyond_it(catalogue: Catalogue) -> None:
    catalogue.add(id="beyond", **north(15))
    page = ask(catalogue, origin=origin(), within_miles=2, page=3)

    beyond = nearest_beyond(page, area=catalogue.area)

    assert page.results == []
    assert slugs(beyond.results) == ["beyond"]
    assert beyond.facets == {}


def test_without_an_origin_there_is_no_distance(catalogue: Catalogue) -> None:
    catalogue.add(id="b", **north(1))
    catalogue.add(id="a", **north(90))

    page = ask(catalogue)

    assert slugs(page.results) == ["a", "b"]
    assert [result.distance_m for result in page.results] == [None, None]
    assert (page.within_miles, page.widened_to_miles) == (None, None)


def test_sorting_by_name_is_by_name_whatever_the_distance(catalogue: Catalogue) -> None:
    catalogue.add(id="b", **north(1))
    catalogue.add(id="a", **north(2))
    catalogue.add(id="line-b", service_area="outcode:FA1", phone="111")
    catalogue.add(id="line-a", service_area="national")

    page = ask(catalogue, origin=origin(), sort="name")

    assert slugs(page.results) == ["a", "b"]
    assert slugs(page.without_a_place) == ["line-a", "line-b"]


@pytest.mark.parametrize("status", [Status.PAUSED, Status.RETIRED])
def test_only_published_listings_are_found(catalogue: Catalogue, status: Status) -> None:
    catalogue.add(id="open", name="Open Acorn", **north(1))
    catalogue.add(id="hidden", name="Hidden Acorn", **north(1))
    catalogue.add(id="hidden-line", name="Hidden Acorn Line", service_area="national")
    db.session.execute(update(Service).where(Service.slug.like("hidden%")).values(status=status))

    for given in ({}, {"origin": origin()}, {"words": "acorn"}, {"needs": ("baby-toddler-groups",)}):
        page = ask(catalogue, **given)
        assert slugs(page.results) == ["open"]
        assert page.without_a_place == []
        assert [facet.count for facet in page.facets["kind"]] == [1]


@pytest.mark.parametrize("per_page", [1, 3, 7, 100])
@pytest.mark.parametrize("here", [True, False])
def test_paging_loses_no_row_and_doubles_none(catalogue: Catalogue, per_page: int, here: bool) -> None:
    for number in range(8):
        catalogue.add(id=f"place-{number}", **north(number % 3))
        catalogue.add(id=f"line-{number}", service_area="national")
    start = origin() if here else None
    whole = ask(catalogue, origin=start, per_page=100)

    pages = [
        ask(catalogue, origin=start, per_page=per_page, page=page) for page in range(1, whole.total // per_page + 2)
    ]

    assert slugs(result for page in pages for result in page.results) == slugs(whole.results)
    assert slugs(result for page in pages for result in page.without_a_place) == slugs(whole.without_a_place)
    assert {page.pages for page in pages} == {-(-8 // per_page)}
    assert [result.number for page in pages for result in page.results] == list(range(1, 9))


def test_a_page_knows_its_first_and_last_number(catalogue: Catalogue) -> None:
    for number in range(5):
        catalogue.add(id=f"place-{number}", **north(number))

    pages = [ask(catalogue, per_page=2, page=page) for page in (1, 3, 4)]

    assert [(page.first, page.last) for page in pages] == [(1, 2), (5, 5), (0, 0)]


def test_an_empty_answer_is_one_page(catalogue: Catalogue) -> None:
    page = ask(catalogue, origin=origin())

    assert (page.total, page.total_without_a_place, page.pages, page.first, page.last) == (0, 0, 1, 0, 0)


def test_the_longer_of_the_two_lists_decides_how_many_pages_there_are(catalogue: Catalogue) -> None:
    catalogue.add(id="place", **north(1))
    for number in range(5):
        catalogue.add(id=f"line-{number}", service_area="national")

    page = ask(catalogue, per_page=2, page=3)

    assert page.pages == 3
    assert page.results == []
    assert slugs(page.without_a_place) == ["line-4"]


def test_a_service_with_several_places_is_found_once_at_its_nearest(catalogue: Catalogue) -> None:
    here = {"latitude": "52.1", "longitude": "-1.2", "location_precision": "exact"}
    catalogue.add(here, {"city": "Nowhere Known"}, id="several", **north(2))
    catalogue.add(id="other", **north(1))

    page = ask(catalogue, origin=origin(), within_miles=5)

    assert slugs(page.results) == ["several", "other"]
    assert page.total == 2
    assert page.results[0].location is page.results[0].service.places[1]
    assert page.results[0].distance_m == 0


def test_a_place_in_another_council_is_found_and_marked(catalogue: Catalogue) -> None:
    catalogue.add_places()
    catalogue.add(id="next-door", city="Nextham", latitude="52.3", longitude="-1.0")
    catalogue.add(id="ours", city="Oakham Green", latitude="52.1", longitude="-1.2")
    catalogue.add(id="not-known", latitude="52.2", longitude="-1.2")

    page = ask(catalogue, origin=origin())

    assert {result.service.slug: result.outside_area for result in page.results} == {
        "ours": False,
        "not-known": False,
        "next-door": True,
    }


def test_what_is_near_a_listing_leaves_the_listing_itself_out(catalogue: Catalogue) -> None:
    for slug, miles in (("a", 0), ("b", 1), ("start", 2.2), ("c", 3.2), ("d", 5)):
        catalogue.add(id=slug, **north(miles))
    start = db.session.query(Service).filter_by(slug="start").one()

    near = find_nearby(start, area=catalogue.area, most=3)

    assert slugs(near) == ["c", "b", "a"]
    assert near[0].distance_m == pytest.approx(METRES_PER_MILE, rel=0.001)


def test_nothing_is_near_a_listing_without_a_point(catalogue: Catalogue) -> None:
    catalogue.add(id="placed", **north(1))
    catalogue.add(id="line", city="Oakham Green")
    start = db.session.query(Service).filter_by(slug="line").one()

    assert find_nearby(start, area=catalogue.area) == []


def test_facets_are_counted_only_when_they_are_asked_for(catalogue: Catalogue) -> None:
    catalogue.add()

    assert find(SearchQuery(), area=catalogue.area, facets=False).facets == {}
    assert find(SearchQuery(), area=catalogue.area).facets
