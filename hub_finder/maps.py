"""The map beside a list of places, drawn by folium and run by our own copy of Leaflet.

folium costs more than half a second to import, so views import this module inside the function that needs it.
"""

import json
import math
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import folium
from folium.plugins import MarkerCluster
from folium.utilities import JsCode
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from hub_finder.area import Area
from hub_finder.languages import _

# The base map has no roads: nearer than this there is nothing left to draw but pins.
CLOSEST_WITHOUT_TILES = 15
FILES = (
    "vendor/leaflet/leaflet.css",
    "vendor/leaflet/leaflet.js",
    "vendor/leaflet/leaflet.markercluster.js",
    "css/map.css",
    "js/map-drawing.js",
)
GROUND = ("councils", "sea", "borders", "builtup")


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A place to draw: degrees, its number in the list, and what its popup and its accessible name say."""

    number: int | None
    title: str
    url: str
    latitude: float
    longitude: float
    shape: str
    label: str
    approximate: bool

    def __post_init__(self) -> None:
        """Raise ValueError for a point that is not on Earth or a link that could run a script."""
        if not (abs(self.latitude) <= 90 and abs(self.longitude) <= 180):
            raise ValueError(f"Not a point on Earth: {self.latitude}, {self.longitude}")
        if self.url and not self.url.startswith(("/", "#", "https://", "http://")):
            raise ValueError("A pin links to a page of this site or to an http address.")


@dataclass(frozen=True)
class MapParts:
    """`html` stands where the map goes; `script` is a whole script element that runs nothing by itself."""

    html: Markup
    script: Markup


def draw_map(
    pins: Sequence[Pin],
    *,
    area: Area,
    basemap_url: str,
    nonce: str,
    origin: Pin | None = None,
    tile_url: str = "",
    tile_attribution: str = "",
    tile_max_zoom: int = 18,
    described_by: str = "",
    static_url: Callable[[str], str] | None = None,
) -> MapParts:
    """The map of `pins`, fitted to them and to `origin`, or to the area when there is nothing to show.

    `basemap_url` answers with `basemap(area)`; a `tile_url` is used instead of it. `described_by` is the id of an
    element that says what the map shows. static/js/map.js fetches Leaflet and runs the drawing when it is wanted;
    `static_url` gives the address of each of its FILES, so that each has its own version. Without it they are looked
    for beside map.js.
    """
    shown = [*pins, *([origin] if origin else [])]
    south, west, north, east = box = _box(shown) or area.bounds
    fence = _fence(area.bounds, box)
    frame = _frame(tile_url, tile_attribution, tile_max_zoom, with_origin=origin is not None, is_empty=not shown)
    drawing = frame.drawing(
        centre=((south + north) / 2, (west + east) / 2),
        box=(box[:2], box[2:]),
        fence=(fence[:2], fence[2:]),
        pins=_collection(pins),
        origin=_collection([origin] if origin else []),
    )
    return MapParts(
        html=_PLACE.format(
            basemap="" if tile_url else basemap_url,
            described_by=described_by,
            files=json.dumps({name: static_url(name) for name in FILES} if static_url else {}),
            canvas=frame.canvas,
            needs_script=_("The map needs JavaScript. The list has every place that is on it, with its address."),
            show=_("Show the map"),
        ),
        script=_SCRIPT.format(nonce=nonce, drawing=drawing, names=frame.names),
    )


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """What folium draws, with holes where one map differs from the next."""

    canvas: Markup
    script: str
    names: Markup

    def drawing(self, **values: object) -> Markup:
        """The script with JSON in its holes. No value can close the script element, and none is looked through."""
        filled = _HOLE.sub(lambda hole: htmlsafe_json_dumps(values[hole[1]], sort_keys=True), self.script)
        return Markup(filled)  # noqa: S704  values are escaped JSON, the rest is folium's


@lru_cache(maxsize=16)
def _frame(tile_url: str, tile_attribution: str, tile_max_zoom: int, *, with_origin: bool, is_empty: bool) -> _Frame:
    """Drawn once for each kind of map in a process: folium takes longer over a map than all the rest of a page."""
    # branca compiles the finished script as a template once more: no word may reach it with an opening brace.
    brace = f"brace{secrets.token_hex(8)}"
    tiles = None
    if tile_url:
        # folium will not take tiles without some attribution.
        thanks = tile_attribution.replace("{", brace) or " "
        tiles = folium.TileLayer(tile_url.replace("{", brace), attr=thanks, max_zoom=tile_max_zoom)
    chart = folium.Map(location=(0, 0), zoom_start=9, tiles=tiles, zoom_snap=1 if tile_url else 0.5)
    chart.location = _hole("centre")
    chart.options["max_bounds"] = _hole("fence")
    chart.options["min_zoom"] = 8
    chart.options["max_zoom"] = tile_max_zoom if tile_url else CLOSEST_WITHOUT_TILES
    cluster = MarkerCluster(  # type: ignore[no-untyped-call]
        icon_create_function="look.cluster",
        max_cluster_radius=54,
        show_coverage_on_hover=False,
        spiderfy_distance_multiplier=2.2,
    )
    cluster.add_to(chart)
    for drawn in (chart, cluster):
        drawn.default_js, drawn.default_css = [], []  # this map's own; the lists of the classes stay as they are
    # One layer for all pins: a folium Marker for each would cost a millisecond and a kilobyte apiece.
    _layer("pins").add_to(cluster)
    if with_origin:
        _layer("origin").add_to(chart)
    chart.fit_bounds(
        _hole("box"),
        padding_top_left=(4, 4) if is_empty else (40, 56),
        padding_bottom_right=(4, 4) if is_empty else (40, 28),
        max_zoom=13,
    )
    # folium's header holds styles, a viewport that forbids zoom and links to other hosts: it is left out.
    figure: Any = chart.get_root()
    figure.render()
    return _Frame(
        canvas=Markup(figure.html.render()),  # noqa: S704  one empty element with a generated id
        script=figure.script.render().replace(brace, r"\u007b"),
        names=Markup("return {{map: {}, pins: {}}};").format(chart.get_name(), cluster.get_name()),
    )


def _hole(name: str) -> Any:
    """A word that folium takes for any value, and writes where that value belongs."""
    return f"hole-{name}"


_HOLE = re.compile(r'"hole-(\w+)"')


def _layer(name: str) -> folium.GeoJson:
    layer = folium.GeoJson(_collection([]), point_to_layer=JsCode("look.pin"))
    layer.data = _hole(name)
    return layer


def basemap(area: Area) -> bytes:
    """The ground of the area as JSON: GeoJSON by name, places for labels, and whom to thank.

    Places are [name, latitude, longitude, population or 0, postcodes], largest first. An area without a basemap
    folder gets an empty ground, which draws as a plain background.
    """
    folder = area.basemap_folder
    ground: dict[str, Any] = {
        name: json.loads(file.read_text(encoding="utf-8"))
        for name in GROUND
        if (file := folder / f"{name}.geojson").exists()
    }
    for council in ground.get("councils", {}).get("features", []):
        council["properties"]["served"] = council["properties"].get("code") in area.council_codes
    places, thanks = folder / "places.json", folder / "attribution.txt"
    ground["places"] = json.loads(places.read_text(encoding="utf-8")) if places.exists() else []
    ground["attribution"] = thanks.read_text(encoding="utf-8").strip() if thanks.exists() else ""
    return json.dumps(ground, ensure_ascii=False, separators=(",", ":")).encode()


_PLACE = Markup(
    """<div class="hf-map__body" data-map data-basemap="{basemap}" data-files="{files}"
  data-described-by="{described_by}">
  <noscript><p>{needs_script}</p></noscript>
  <button class="govuk-button govuk-button--secondary" type="button" data-map-show hidden>{show}</button>
  <p class="hf-map__status" role="status" data-map-status></p>
  <div class="hf-map__frame" data-map-frame hidden>
    {canvas}
    <p class="hf-map__hint" data-map-hint></p>
  </div>
</div>"""
)

# A function that nothing calls until Leaflet is there: no eval, no second copy of the nonce.
_SCRIPT = Markup("""<script nonce="{nonce}">
window.hubFinderMap = function (look) {{
{drawing}
{names}
}};
</script>""")


def _collection(pins: Sequence[Pin]) -> dict[str, Any]:
    """The pins as GeoJSON. Words stay plain: they are escaped in the page, and the browser sets them as text."""
    return {"type": "FeatureCollection", "features": [_feature(pin) for pin in pins]}


def _feature(pin: Pin) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(pin.longitude, 6), round(pin.latitude, 6)]},
        "properties": {
            "title": pin.title,
            "url": pin.url,
            "shape": pin.shape,
            "label": pin.label,
            "number": pin.number,
            "approximate": pin.approximate,
        },
    }


def _box(pins: Sequence[Pin]) -> tuple[float, float, float, float] | None:
    """South, west, north, east of the pins; None without any."""
    if not pins:
        return None
    latitudes, longitudes = [pin.latitude for pin in pins], [pin.longitude for pin in pins]
    return min(latitudes), min(longitudes), max(latitudes), max(longitudes)


def _fence(*boxes: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """How far the map may be dragged: round all the boxes, with half a degree to spare."""
    south, west, north, east = zip(*boxes, strict=True)
    return (
        math.floor(min(south) * 10) / 10 - 0.5,
        math.floor(min(west) * 10) / 10 - 0.5,
        math.ceil(max(north) * 10) / 10 + 0.5,
        math.ceil(max(east) * 10) / 10 + 0.5,
    )
