"""Searching from where a phone says it is."""

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from hub_finder.area import Area
from hub_finder.directory.places import PlaceProblem, locate
from hub_finder.directory.points import read_point
from hub_finder.models.places import Sector
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import listed, main_words, only, read, said_beside


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("50.71,-2.44", (50.71, -2.44)),
        (" 50.7123456, -2.4367 ", (50.71, -2.44)),
        ("-50.7 2.4", (-50.7, 2.4)),
        ("50,-2", None),
        ("50.71", None),
        ("90.01,0.0", None),
        ("10.0,180.01", None),
        ("50.71,-2.44,1.0", None),
        ("٥٠.٧١,-2.44", None),
        ("FA1 1AA", None),
        ("", None),
    ],
)
def test_point_is_two_numbers_with_decimals_and_is_rounded(typed: str, point: tuple[float, float] | None) -> None:
    assert read_point(typed) == point


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_no_point_is_kept_finer_than_it_may_be(latitude: float, longitude: float) -> None:
    point = read_point(f"{latitude:.9f},{longitude:.9f}")

    assert point == (round(latitude, 2), round(longitude, 2))


def test_point_lies_in_the_council_of_the_nearest_postcodes(session: scoped_session[Session], area: Area) -> None:
    facts = {"postcodes": 5, "radius_m": 300}
    session.add_all(
        [
            Sector(code="FA1 1", latitude=52.1, longitude=-1.2, council="E09999001", **facts),
            # Nearer in degrees, further over the ground: a degree of longitude is the shorter one.
            Sector(code="NX1 1", latitude=52.16, longitude=-1.13, council="E09999002", **facts),
        ]
    )

    found = locate("52.10,-1.13", area=area)

    assert (found.kind, found.label, found.near) == ("point", "52.10,-1.13", "near you")
    assert (found.latitude, found.longitude, found.approximate) == (52.10, -1.13, True)
    assert (found.council, found.outcode, found.locality, found.in_area) == ("E09999001", "FA1", "north-fair", True)


def test_point_next_door_says_so(session: scoped_session[Session], area: Area) -> None:
    session.add(Sector(code="NX1 1", latitude=52.3, longitude=-1.0, postcodes=5, radius_m=300, council="E09999002"))

    found = locate("52.30,-1.00", area=area)

    assert "Where you are is in the Nextshire Council area, outside the Fairshire Council area." in found.notes


def test_point_far_from_every_postcode_is_refused(session: scoped_session[Session], area: Area) -> None:
    session.add(Sector(code="FA1 1", latitude=52.1, longitude=-1.2, postcodes=5, radius_m=300, council="E09999001"))

    with pytest.raises(PlaceProblem, match="We know of no place near where you are") as refused:
        locate("48.85,2.35", area=area)

    assert refused.value.code == "no_location"


def test_page_searches_from_a_point_and_says_near_you(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add_places()
    catalogue.add(name="Near Group", latitude="52.101", longitude="-1.2")

    response = client.get("/search?postcode=52.1001234,-1.2001234")

    page = read(response)
    assert listed(page) == ["near-group"]
    assert words_of(page.h1) == "Help near you"
    assert "to within about a mile" in main_words(response)
    assert "52.1001234" not in words_of(only(page, "main").select_one("h1"))
    assert client.get("/api/search?postcode=52.1001234,-1.2").get_json()["query"]["postcode"] == "52.10,-1.20"


def test_point_where_nothing_is_known_is_told_beside_the_box(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add_places()

    page = read(client.get("/search?postcode=48.85,2.35"))

    assert said_beside(page, "postcode").startswith("We know of no place near where you are")
