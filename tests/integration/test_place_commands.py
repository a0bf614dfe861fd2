"""flask hub distance: how far, straight and round the water."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.factories import Catalogue

RIVER = """{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"kind": "barrier", "name": "River"},
 "geometry": {"type": "LineString", "coordinates": [[-1.15, 51.8], [-1.15, 52.3]]}},
{"type": "Feature", "properties": {"kind": "KIND", "name": "Crossing"},
 "geometry": {"type": "Point", "coordinates": [-1.15, 52.2]}}]}
"""


def measure(app: Flask, *places: str) -> Result:
    return app.test_cli_runner().invoke(args=["hub", "distance", *places])


@pytest.fixture
def river(app: Flask, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a river between two postcodes of the made-up area."""
    catalogue.add_places()
    file = tmp_path / "barriers.geojson"
    monkeypatch.setitem(app.extensions, "hub_area", replace(catalogue.area, barriers_file=file))
    return file


def test_without_water_the_distance_is_straight(app: Flask, river: Path) -> None:
    result = measure(app, "FA1 1AA", "FA3 1ZZ")

    assert result.exit_code == 0
    assert not river.exists()
    assert result.output.splitlines() == [
        "From FA1 1AA to FA3 1ZZ: 8.1 miles in a straight line.",
        "With the water in mind: 8.1 miles.",
    ]


def test_a_bridge_is_gone_over(app: Flask, river: Path) -> None:
    river.write_text(RIVER.replace("KIND", "bridge"), encoding="utf-8")

    result = measure(app, "FA1 1AA", "FA3 1ZZ")

    assert result.output.splitlines()[1] == "With the water in mind: about 21 miles, going round the water."


def test_without_a_way_it_says_so(app: Flask, river: Path) -> None:
    river.write_text(RIVER.replace("KIND", "ferry"), encoding="utf-8")

    result = measure(app, "FA1 1AA", "FA3 1ZZ")

    assert result.output.splitlines()[1] == "It goes over water, and no way round it is known."


def test_a_bad_file_is_told_with_its_line(app: Flask, river: Path) -> None:
    river.write_text(RIVER, encoding="utf-8")

    result = measure(app, "FA1 1AA", "FA3 1ZZ")

    assert result.exit_code == 1
    assert "Error: barriers.geojson, line 4: kind is “KIND”" in result.output


def test_an_unknown_place_is_told(app: Flask, river: Path) -> None:
    result = measure(app, "FA1 1AA", "Nowhere at all")

    assert result.exit_code == 1
    assert "We could not find “Nowhere at all”" in result.output
