"""The map's parts: what stands in the page, what the base map holds, what the policy must allow."""

import gzip
import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from hub_finder.area import Area, load_area
from hub_finder.config import ROOT, area_folder, tile_origin
from hub_finder.maps import FILES, MapParts, Pin, basemap, draw_map

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\"'` quotes \\ and \\u0022",
    "line\u2028and\u2029paragraph",
    "{{ 7*7 }} {% raw %} {# gone #}",
    "{{ cycler.__init__.__globals__.os.getcwd() }}",
    "${alert(1)} <!--",
)


@pytest.fixture(scope="module")
def dorset() -> Area:
    return load_area(area_folder("dorset"))


def make_pin(number: int | None = 1, **changes: object) -> Pin:
    wareham = Pin(
        number=number,
        title="Wareham Family Hub",
        url="/services/wareham",
        latitude=50.6879,
        longitude=-2.1106,
        shape="hub",
        label="Family Hub, 2.1 miles",
        approximate=False,
    )
    return replace(wareham, **changes)  # type: ignore[arg-type]


def draw(pins: list[Pin], area: Area, **settings: object) -> MapParts:
    return draw_map(pins, area=area, basemap_url="/basemap.json", nonce="abc", **settings)  # type: ignore[arg-type]


def features(parts: MapParts) -> list[dict[str, object]]:
    """Every feature that the drawing adds, in order."""
    collections = re.findall(r"_add\((\{.*\})\);", parts.script)
    return [feature for found in collections for feature in json.loads(found)["features"]]


@pytest.mark.parametrize("title", HOSTILE)
def test_words_of_a_listing_stay_words(dorset: Area, title: str) -> None:
    parts = draw([make_pin(title=title, label=title)], dorset)

    [feature] = features(parts)
    assert feature["properties"]["title"] == title  # type: ignore[index]
    assert parts.script.count("<") == 2, "only the script element's own tags"
    assert "\u2028" not in parts.script
    assert "onerror" not in parts.html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", " javascript:x"])
def test_pin_refuses_an_address_that_runs_a_script(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        make_pin(url=url)


@pytest.mark.parametrize("latitude", [91.0, float("nan"), float("inf")])
def test_pin_refuses_a_point_that_is_nowhere(latitude: float) -> None:
    with pytest.raises(ValueError, match="point"):
        make_pin(latitude=latitude)


def test_parts_hold_no_style_no_handler_and_no_other_host(dorset: Area) -> None:
    parts = draw([make_pin()], dorset, origin=make_pin(None, shape="origin", title="DT1 1XJ"))

    whole = parts.html + parts.script
    assert "https://" not in whole
    assert "<style" not in whole
    assert not re.search(r"\s(style|on\w+)=", parts.html)
    assert parts.script.startswith('<script nonce="abc">')
    assert parts.script.count("<script") == 1


def test_page_says_where_the_addresses_are_without_javascript(dorset: Area) -> None:
    parts = draw([make_pin()], dorset)

    assert "<noscript><p>The map needs JavaScript. The list has every place" in parts.html
    assert "data-map-frame hidden" in parts.html


def test_all_pins_are_one_layer_and_the_origin_is_its_own(dorset: Area) -> None:
    pins = [make_pin(number, latitude=50.6 + number / 1000) for number in range(1, 201)]

    parts = draw(pins, dorset, origin=make_pin(None, shape="origin"))

    assert parts.script.count("L.geoJson(") == 2
    assert len(features(parts)) == 201


def test_each_map_has_its_own_pins_and_origin(dorset: Area) -> None:
    first = draw([make_pin(1)], dorset, origin=make_pin(None, shape="origin", title="BH19"))
    second = draw([make_pin(2, title="Swanage")], dorset, origin=make_pin(None, shape="origin", title="DT1"))

    titles = [[feature["properties"]["title"] for feature in features(parts)] for parts in (first, second)]  # type: ignore[index]
    assert titles == [["Wareham Family Hub", "BH19"], ["Swanage", "DT1"]]


@pytest.mark.parametrize("title", ['"hole-pins"', "hole-box", '\\"hole-origin\\"'])
def test_words_that_look_like_a_place_for_a_value_stay_words(dorset: Area, title: str) -> None:
    tiles = {"tile_url": "/tiles/{z}/{x}/{y}.png", "tile_attribution": title}
    parts = draw([make_pin(title=title)], dorset, origin=make_pin(None, shape="origin", title=title), **tiles)

    assert [feature["properties"]["title"] for feature in features(parts)] == [title, title]  # type: ignore[index]
    assert parts.script.count("FeatureCollection") == 2


@pytest.mark.parametrize("pins", [[], [make_pin(latitude=52.9, longitude=-4.4)]])
def test_map_can_be_dragged_round_the_area_and_its_pins(dorset: Area, pins: list[Pin]) -> None:
    found = re.search(r'"maxBounds": (\[\[.*?\]\])', draw(pins, dorset).script)

    assert found
    (south, west), (north, east) = json.loads(found[1])
    assert all(south < pin.latitude < north and west < pin.longitude < east for pin in pins)
    assert south < dorset.bounds[0] < dorset.bounds[2] < north
    assert west < dorset.bounds[1] < dorset.bounds[3] < east


def test_map_fits_its_pins_and_origin(dorset: Area) -> None:
    parts = draw([make_pin()], dorset, origin=make_pin(None, latitude=50.9, longitude=-2.5))

    assert bounds_of(parts) == [[50.6879, -2.5], [50.9, -2.1106]]


def test_map_without_pins_shows_the_area(dorset: Area) -> None:
    parts = draw([], dorset)

    assert bounds_of(parts) == [[*dorset.bounds[:2]], [*dorset.bounds[2:]]]


def bounds_of(parts: MapParts) -> list[list[float]]:
    found = re.search(r"\.fitBounds\(\s*(\[\[.*?\]\])", parts.script)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_drawing_one_map_leaves_folium_as_it_was(dorset: Area) -> None:
    import folium

    before = list(folium.Map.default_js)

    draw([make_pin()], dorset)

    assert folium.Map.default_js == before
    assert before


def test_tiles_take_the_place_of_the_base_map(dorset: Area) -> None:
    parts = draw(
        [make_pin()],
        dorset,
        tile_url="https://tiles.example.org/{z}/{x}/{y}.png",
        tile_attribution="Tiles </script><b>",
        tile_max_zoom=19,
    )

    assert 'data-basemap=""' in parts.html
    assert r"https://tiles.example.org/\u007bz}/\u007bx}/\u007by}.png" in parts.script
    assert parts.script.count("</script>") == 1


def test_tiles_need_no_attribution(dorset: Area) -> None:
    assert "L.tileLayer(" in draw([], dorset, tile_url="/tiles/{z}/{x}/{y}.png").script


def test_attributes_are_escaped(dorset: Area) -> None:
    parts = draw_map([], area=dorset, basemap_url='/b.json?a="1"&b', nonce="abc", described_by='"><b>')

    assert "<b>" not in parts.html
    assert '/b.json?a="1"&b' in html.unescape(parts.html)


def test_every_file_of_the_map_exists_and_has_its_own_address(dorset: Area) -> None:
    parts = draw([], dorset, static_url=lambda name: f"/static/{name}?v=1&x")

    found = re.search(r'data-files="(.*?)"', parts.html)
    assert found
    assert json.loads(html.unescape(found[1])) == {name: f"/static/{name}?v=1&x" for name in FILES}
    assert [name for name in FILES if not (ROOT / "static" / name).exists()] == []


def test_base_map_of_the_area_is_small_and_thanks_its_makers(dorset: Area) -> None:
    whole = basemap(dorset)

    ground = json.loads(whole)
    assert set(ground) == {"councils", "sea", "borders", "builtup", "places", "attribution"}
    assert len(gzip.compress(whole, 9)) < 80_000
    assert "GSHHG | GeoNames CC BY" in ground["attribution"]
    assert {council["properties"]["served"] for council in ground["councils"]["features"]} == {True, False}
    assert [place[3] for place in ground["places"]] == sorted((place[3] for place in ground["places"]), reverse=True)


def test_area_without_a_base_map_has_an_empty_ground(dorset: Area, tmp_path: Path) -> None:
    bare = replace(dorset, basemap_folder=tmp_path / "none")

    assert json.loads(basemap(bare)) == {"places": [], "attribution": ""}


@pytest.mark.parametrize(
    ("tile_url", "source"),
    [
        ("", ""),
        ("/tiles/{z}/{x}/{y}.png", "'self'"),
        ("https://tiles.example.org/{z}/{x}/{y}.png?key=1", "https://tiles.example.org"),
        ("https://tiles.example.org:8443/{z}/{x}/{y}.png", "https://tiles.example.org:8443"),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "https://*.tiles.example.org"),
    ],
)
def test_tile_origin_is_what_the_policy_must_allow(tile_url: str, source: str) -> None:
    assert tile_origin(tile_url) == source


@pytest.mark.parametrize(
    "tile_url",
    [
        "tiles/{z}",
        "ftp://tiles.example.org/",
        "https:///x",
        "https://a.example;script-src *",
        "https://u@a.example/",
        "//a.example/",
    ],
)
def test_tile_origin_refuses_what_is_not_a_host(tile_url: str) -> None:
    with pytest.raises(ValueError, match="HUB_TILE_URL"):
        tile_origin(tile_url)
