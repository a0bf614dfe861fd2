"""Which help comes first for a family, told as pairs: help without a place by the area it covers, and across water.

Places are real: the towns of a county with harbours, and its neighbours over the border.
"""

import csv
from functools import cache

import pytest

from hub_finder.area import Area, load_area
from hub_finder.config import ROOT
from hub_finder.directory.geometry import METRES_PER_MILE, distance_m
from hub_finder.directory.origins import make_origin
from hub_finder.directory.places import Origin
from hub_finder.directory.search import Result, SearchPage
from hub_finder.extensions import db
from hub_finder.models.services import Location
from tests.factories import Catalogue
from tests.integration.asking import ask, slugs

pytestmark = pytest.mark.usefixtures("session")

POOLE, SOMERSET = "E06000058", "E06000066"


@cache
def county() -> Area:
    return load_area(ROOT / "data/areas/dorset")


@cache
def towns() -> dict[str, dict[str, str]]:
    with county().places_file.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def at(town: str, *, outcode: str | None = None) -> Origin:
    """The town to search from; `outcode` in the place of its own."""
    row = towns()[town]
    return make_origin(
        "place",
        town,
        (float(row["latitude"]), float(row["longitude"])),
        area=county(),
        council=row["council"],
        outcode=row["outcode"] if outcode is None else outcode,
        notes=[],
        approximate=True,
    )


WAREHAM = at("Wareham")
# In the area, in a postcode district that no locality lists.
SOMEWHERE_IN_THE_AREA = at("Wareham", outcode="BH99")
IN_POOLE = at("Poole")
IN_YEOVIL = at("Yeovil")
# The point of the peninsula, over the harbour mouth from Studland.
SANDBANKS = make_origin(
    "outcode",
    "BH13",
    (50.684, -1.9475),
    area=county(),
    council=POOLE,
    outcode="BH13",
    notes=[],
    approximate=True,
)


@pytest.fixture
def dorset(catalogue: Catalogue) -> Catalogue:
    catalogue.area = county()
    return catalogue


def add_line(catalogue: Catalogue, slug: str, covers: str) -> None:
    catalogue.add(id=slug, service_area=covers, phone="01632 960001", delivery="phone")


@pytest.mark.parametrize(
    ("origin", "above", "below", "because"),
    [
        (WAREHAM, "outcode:BH20", "locality:purbeck", "it is for this postcode district alone"),
        (WAREHAM, "locality:purbeck", "council:E06000059", "it is for this part of the county"),
        (WAREHAM, "council:E06000059", "national", "it is for this county"),
        (WAREHAM, "", "national", "where nothing is stated, it is the county's own"),
        (WAREHAM, "locality:purbeck", "", "a part that is stated is nearer than nothing stated"),
        (WAREHAM, "outcode:DT1|outcode:BH20", "locality:purbeck", "the nearest of its areas counts"),
        (WAREHAM, "national|locality:purbeck", "council:E06000059", "the nearest of its areas counts"),
        (WAREHAM, "locality:purbeck", "national|outcode:DT1", "the district is one where the family is not"),
        (WAREHAM, "council:E06000059", "national|locality:chesil", "the part is one where the family is not"),
        (SOMEWHERE_IN_THE_AREA, "outcode:BH99", "locality:purbeck", "it is for this postcode district"),
        (SOMEWHERE_IN_THE_AREA, "outcode:BH99", "council:E06000059", "it is for this postcode district"),
        (SOMEWHERE_IN_THE_AREA, "council:E06000059", "national", "it is for this county"),
        (SOMEWHERE_IN_THE_AREA, "locality:purbeck", "national", "it may be for where the family is"),
        (IN_POOLE, "outcode:BH15", f"council:{POOLE}", "it is for this postcode district"),
        (IN_POOLE, f"council:{POOLE}", "national", "it is for the council that the family lives under"),
        (IN_POOLE, f"council:{POOLE}", "national|council:E06000059", "the family lives over the border"),
        (IN_YEOVIL, f"council:{SOMERSET}|locality:purbeck", "national|outcode:BH20", "one of its areas is here"),
    ],
)
def test_help_for_where_the_family_is_comes_first(
    dorset: Catalogue, origin: Origin, above: str, below: str, because: str
) -> None:
    # By name alone, the other would come first.
    add_line(dorset, "a-below", below)
    add_line(dorset, "b-above", above)

    page = ask(dorset, origin=origin)

    assert slugs(page.without_a_place) == ["b-above", "a-below"], because


@pytest.mark.parametrize(
    ("origin", "covers", "found"),
    [
        (WAREHAM, "locality:chesil", False),
        (WAREHAM, "outcode:DT1", False),
        (WAREHAM, f"council:{POOLE}", False),
        (WAREHAM, f"outcode:DT1|locality:chesil|council:{POOLE}", False),
        (WAREHAM, f"outcode:DT1|locality:purbeck|council:{POOLE}", True),
        (SOMEWHERE_IN_THE_AREA, "locality:chesil", True),
        (SOMEWHERE_IN_THE_AREA, "outcode:DT1", False),
        (SOMEWHERE_IN_THE_AREA, f"council:{POOLE}", False),
        (SOMEWHERE_IN_THE_AREA, "", True),
        (IN_POOLE, "national", True),
        (IN_POOLE, "council:E06000059", False),
        (IN_POOLE, "locality:purbeck", False),
        (IN_POOLE, "", False),
        (IN_YEOVIL, f"council:{POOLE}", False),
        (IN_YEOVIL, "outcode:BA20", True),
        (None, "national", True),
        (None, "council:E06000059", True),
        (None, f"council:{POOLE}", True),
        (None, "locality:chesil", True),
        (None, "outcode:DT1", True),
        (None, "", True),
    ],
)
def test_help_is_found_where_it_covers_and_nowhere_else(
    dorset: Catalogue, origin: Origin | None, covers: str, *, found: bool
) -> None:
    add_line(dorset, "line", covers)

    page = ask(dorset, origin=origin)

    assert slugs(page.without_a_place) == ["line"] * found
    assert page.total_without_a_place == found


def add_place(catalogue: Catalogue, town: str) -> None:
    row = towns()[town]
    catalogue.add(
        id=town.lower().replace(" ", "-"),
        city=town,
        postal_code="",
        latitude=row["latitude"],
        longitude=row["longitude"],
        location_precision="place",
    )


def by_slug(page: SearchPage) -> dict[str, Result]:
    return {result.service.slug: result for result in page.results}


def test_over_the_border_help_is_shown_and_marked(dorset: Catalogue) -> None:
    add_place(dorset, "Poole")
    add_place(dorset, "Upton")
    for location in db.session.query(Location):
        location.council = towns()[location.city or ""]["council"]
    db.session.commit()

    found = by_slug(ask(dorset, origin=at("Upton"), within_miles=5))

    assert {slug: result.outside_area for slug, result in found.items()} == {"poole": True, "upton": False}


def test_from_over_the_harbour_mouth_swanage_is_far_and_comes_after_poole(dorset: Catalogue) -> None:
    add_place(dorset, "Swanage")
    add_place(dorset, "Poole")

    page = ask(dorset, origin=SANDBANKS, within_miles=40)

    assert slugs(page.results) == ["poole", "swanage"]
    poole, swanage = page.results
    assert swanage.distance_m is not None
    assert poole.distance_m is not None
    assert 17 < swanage.distance_m / METRES_PER_MILE < 27
    assert swanage.round_water
    assert poole.distance_m / METRES_PER_MILE < 5


def test_from_swanage_itself_nothing_changes(dorset: Catalogue) -> None:
    add_place(dorset, "Swanage")
    add_place(dorset, "Corfe Castle")
    swanage = at("Swanage")

    page = ask(dorset, origin=swanage, within_miles=10)

    assert slugs(page.results) == ["swanage", "corfe-castle"]
    for result in page.results:
        assert result.location is not None
        assert result.location.latitude is not None
        assert result.location.longitude is not None
        place = result.location.latitude, result.location.longitude
        assert result.distance_m == pytest.approx(distance_m((swanage.latitude, swanage.longitude), place))
        assert not result.round_water


def test_help_on_this_side_of_the_harbour_comes_before_nearer_help_over_it(dorset: Catalogue) -> None:
    add_place(dorset, "Studland")
    add_place(dorset, "Canford Heath")

    near = ask(dorset, origin=SANDBANKS, within_miles=10)
    far = ask(dorset, origin=SANDBANKS, within_miles=40)

    assert slugs(near.results) == ["canford-heath"]
    assert near.total == 1
    assert slugs(far.results) == ["canford-heath", "studland"]


def test_a_listing_at_two_places_shows_the_one_that_is_nearer_by_land(dorset: Catalogue) -> None:
    studland, heath = towns()["Studland"], towns()["Canford Heath"]
    dorset.add(
        {
            "city": "Canford Heath",
            "latitude": heath["latitude"],
            "longitude": heath["longitude"],
            "location_precision": "place",
        },
        id="both",
        city="Studland",
        latitude=studland["latitude"],
        longitude=studland["longitude"],
        location_precision="place",
    )

    (result,) = ask(dorset, origin=SANDBANKS).results

    assert result.location is not None
    assert result.location.city == "Canford Heath"
    assert not result.round_water
