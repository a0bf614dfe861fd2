"""The map of how near help is: cells against a count one by one, and points that are pressed."""

from statistics import median_high

import pytest
from flask import Flask

from hub_finder.directory.gap_maps import CELL, CLASSES, WIDTH, draw_gaps, point_at
from hub_finder.directory.gaps import REACHES_M
from hub_finder.directory.geometry import METRES_PER_MILE, distance_m
from hub_finder.models.accounts import Role
from tests.factories import Catalogue
from tests.integration.test_gaps import add_postcodes
from tests.reading import read
from tests.signing_in import sign_in

MILES = [1, 3, 5, 10]
POINTS = {(52.1, -1.2), (52.0, -1.1)}


def cell_of(home: tuple[float, float], app: Flask, catalogue: Catalogue) -> tuple[int, int]:
    """The cell that holds a home: the one whose every point leads back nearest to it."""
    with app.app_context():
        drawn = draw_gaps(set(), catalogue.area)
        assert drawn is not None
        corners = [corner for cells in drawn.cells for corner in cells]
        middles = {corner: point_at(corner[0] + CELL // 2, corner[1] + CELL // 2, catalogue.area) for corner in corners}
    return min(corners, key=lambda corner: distance_m(home, middles[corner] or (0, 0)))


def test_cells_are_of_the_class_of_their_middle_postcode(app: Flask, catalogue: Catalogue) -> None:
    homes = [(latitude, longitude) for _, latitude, longitude in add_postcodes(app, 30)]

    with app.app_context():
        drawn = draw_gaps(POINTS, catalogue.area)

    inside: dict[tuple[int, int], list[int]] = {}
    for home in homes:
        nearest = min(distance_m(home, point) for point in POINTS)
        number = sum(nearest > miles * METRES_PER_MILE for miles in MILES)
        inside.setdefault(cell_of(home, app, catalogue), []).append(number)
    assert drawn is not None
    found = {corner: number for number, cells in enumerate(drawn.cells) for corner in cells}
    assert found == {corner: median_high(numbers) for corner, numbers in inside.items()}
    assert len(drawn.places) == len(POINTS)
    assert len(REACHES_M) == len(CLASSES)


def test_map_holds_all_homes(app: Flask, catalogue: Catalogue) -> None:
    add_postcodes(app)

    with app.app_context():
        drawn = draw_gaps(POINTS, catalogue.area)

    assert drawn is not None
    corners = [corner for cells in drawn.cells for corner in cells]
    assert max(x for x, _ in corners) < WIDTH
    assert max(y for _, y in corners) < drawn.height
    assert min(min(corner) for corner in corners) >= 0


def test_area_without_postcodes_has_no_map(app: Flask, catalogue: Catalogue) -> None:
    planner = sign_in(app.test_client(), Role.PLANNER)

    page = read(planner.get("/insight/gaps/sleep"))

    assert not page.select("input[type=image], svg.hf-gap-map")
    assert planner.get("/insight/gaps/sleep/map.svg").status_code == 404
    assert planner.get("/insight/gaps/none/map.svg").status_code == 404


def test_one_opens_where_the_map_is_pressed(app: Flask, catalogue: Catalogue) -> None:
    catalogue.add_places()
    planner = sign_in(app.test_client(), Role.PLANNER)

    page = read(planner.get("/insight/gaps/sleep?point.x=3&point.y=3"))

    assert "opened at the point 52.100, -1.200" in " ".join(page.get_text().split())
    assert "North Fair 0%, then 100%" in " ".join(page.get_text().split())
    assert planner.get("/insight/gaps/sleep/map.svg").mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    "point",
    ["point.x=200&point.y=3", "point.x=3", "point.x=&point.y=", "point.x=-1&point.y=²", "point.x=99999&point.y=1"],
)
def test_point_where_nobody_lives_or_that_is_none_is_told(app: Flask, catalogue: Catalogue, point: str) -> None:
    catalogue.add_places()
    planner = sign_in(app.test_client(), Role.PLANNER)

    page = read(planner.get(f"/insight/gaps/sleep?{point}"))

    assert page.select_one(".govuk-error-message")
    assert not page.select("#changed")
