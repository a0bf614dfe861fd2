"""The map in a real browser, under the strictest policy that it must pass."""

from collections.abc import Iterator
from threading import Thread
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, render_template_string, request, url_for
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from hub_finder.area import load_area
from hub_finder.config import ROOT, area_folder
from hub_finder.maps import Pin, basemap, draw_map

pytestmark = pytest.mark.e2e

POLICY = (
    "default-src 'none'; script-src 'nonce-n0' 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HOSTILE = '<img src=x onerror="window.hit=1"></script><script>window.hit=1</script>\'{{7*7}}${window.hit=1}\u2028 & co'
PAGE = """{% from "components/icons.html" import sprite %}<!DOCTYPE html>
<html lang="en" dir="{{ dir }}">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Places</title>
  <link rel="icon" href="data:,"><link rel="stylesheet" href="/static/css/site.css">
</head>
<body>
  {{ sprite() }}
  <main><h1>Places</h1>
    <ol>{% for pin in pins %}<li id="result-{{ pin.number }}"><h2>{{ pin.title }}</h2>
      <a href="#map" data-map-result="{{ pin.number }}">Show {{ pin.number }} on the map</a></li>{% endfor %}</ol>
    <section class="hf-map" id="map" aria-labelledby="map-title">
      <h2 id="map-title">On the map</h2>{{ parts.html }}<p id="note">Each number is the same as in the list.</p>
    </section>
  </main>
  {{ parts.script }}<script src="/static/js/site.js" nonce="n0" defer></script>
  <script src="/static/js/map.js" nonce="n0" defer></script>
</body></html>"""

# How far the buttons are from the left and the right of what they stand in. In one go: the map may be moving.
GAPS = """() => [
  [".leaflet-control-zoom", ".folium-map"],
  [".leaflet-popup-close-button", ".leaflet-popup"],
].map((pair) => {
  const [inner, outer] = pair.map((name) => document.querySelector(name).getBoundingClientRect());
  return [inner.left - outer.left, outer.right - inner.right];
})"""


def make_pins(title: str) -> list[Pin]:
    """Four places: two alone, two at one door."""
    rows = [
        (title, "hub", 50.6879, -2.1106, False),
        ("Lyme Regis toddlers", "family", 50.7265, -2.9348, True),
        ("Weymouth library", "library", 50.6145, -2.4576, False),
        ("Weymouth youth club", "youth", 50.6145, -2.4576, False),
    ]
    return [
        Pin(
            number=number,
            title=name,
            url=f"/services/{number}",
            latitude=latitude,
            longitude=longitude,
            shape=shape,
            label=f"{number}.1 miles",
            approximate=approximate,
        )
        for number, (name, shape, latitude, longitude, approximate) in enumerate(rows, start=1)
    ]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a page with a list and its map."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    area = load_area(area_folder("dorset"))

    @app.get("/")
    def show_page() -> str:
        pins = make_pins(request.args.get("title", "Wareham Family Hub"))
        origin = Pin(
            number=None,
            title="DT1 1XJ",
            url="",
            latitude=50.7145,
            longitude=-2.437,
            shape="origin",
            label="",
            approximate=False,
        )
        parts = draw_map(
            pins,
            area=area,
            basemap_url="/basemap.json",
            origin=origin,
            nonce="n0",
            described_by="note",
            static_url=lambda name: url_for("static", filename=name, v="1"),
        )
        return render_template_string(PAGE, pins=pins, parts=parts, dir=request.args.get("dir", "ltr"))

    @app.get("/basemap.json")
    def send_basemap() -> Response:
        return Response(basemap(area), mimetype="application/json")

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=[320, 1280])
def width(request: pytest.FixtureRequest) -> int:
    wanted: int = request.param
    return wanted


@pytest.fixture
def page(chromium: Browser, width: int) -> Iterator[Page]:
    """A page that must end without a refused resource, an error or a word in the console."""
    context = chromium.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def open_map(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("path.hf-ground--sea")).to_be_attached()


def test_map_obeys_the_policy_and_has_no_barriers(page: Page, site: str, width: int) -> None:
    open_map(page, site + "?view=map")

    found = Axe().run(page, "#map")

    assert found.response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("GeoNames CC BY")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_popup_has_no_barriers(page: Page, site: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    open_map(page, site + "?view=map")

    page.get_by_role("button", name="1: Wareham Family Hub, 1.1 miles").click()

    expect(page.locator(".hf-popup")).to_be_visible()
    assert Axe().run(page, "#map").response["violations"] == []


def test_words_of_a_listing_stay_words(page: Page, site: str) -> None:
    open_map(page, f"{site}?{urlencode({'view': 'map', 'title': HOSTILE})}")

    page.get_by_text("Show 1 on the map").click()

    expect(page.locator(".hf-popup__title")).to_have_text(HOSTILE)
    assert page.locator(".hf-popup img, .hf-popup script").count() == 0
    assert page.evaluate("window.hit") is None
    assert page.locator(".hf-spot--hub").locator("..").get_attribute("aria-label") == f"1: {HOSTILE}, 1.1 miles"


def test_pin_opens_by_key_and_finds_its_list_entry(page: Page, site: str) -> None:
    open_map(page, site + "?view=map")
    marker = page.get_by_role("button", name="1: Wareham Family Hub, 1.1 miles")

    marker.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="Wareham Family Hub")).to_be_focused()
    expect(page.get_by_role("link", name="Wareham Family Hub")).to_have_attribute("href", "/services/1")
    expect(page.locator("#result-1")).to_have_class("hf-result--found")
    page.get_by_role("link", name="Show in the list").press("Enter")
    expect(page.locator("#result-1")).to_be_focused()


def test_escape_closes_the_popup_and_returns_to_the_pin(page: Page, site: str) -> None:
    open_map(page, site + "?view=map")
    marker = page.get_by_role("button", name="1: Wareham Family Hub, 1.1 miles")
    marker.focus()
    page.keyboard.press("Space")
    expect(page.locator(".hf-popup")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.locator(".hf-popup")).to_have_count(0)
    expect(marker).to_be_focused()


def test_list_entry_shows_its_pin_out_of_a_cluster(page: Page, site: str) -> None:
    page.goto(site)

    page.get_by_text("Show 4 on the map").click()

    expect(page.locator(".hf-popup__title")).to_have_text("Weymouth youth club")
    expect(page.get_by_role("button", name="4: Weymouth youth club, 4.1 miles")).to_be_visible()


def test_cluster_says_how_many_and_which(page: Page, site: str) -> None:
    open_map(page, site + "?view=map")

    several = page.get_by_role("button", name="2 places: 3, 4")

    expect(several).to_have_text("2places")
    several.focus()
    for _ in range(8):
        if page.get_by_role("button", name="3: Weymouth library, 3.1 miles").count():
            break
        page.get_by_role("button", name="2 places: 3, 4").press("Enter")
    expect(page.get_by_role("button", name="3: Weymouth library, 3.1 miles")).to_be_visible()


def test_zoom_buttons_are_named_and_large(page: Page, site: str) -> None:
    open_map(page, site + "?view=map")

    for name in ("Zoom in", "Zoom out"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44


def test_page_read_from_the_right_has_the_buttons_of_the_map_at_the_other_side(page: Page, site: str) -> None:
    gaps = {}
    for direction in ("ltr", "rtl"):
        open_map(page, f"{site}?view=map&dir={direction}")
        page.get_by_role("button", name="1: Wareham Family Hub, 1.1 miles").press("Enter")
        expect(page.locator(".hf-popup")).to_be_visible()
        gaps[direction] = page.evaluate(GAPS)

    for zoom_or_close in (0, 1):
        assert gaps["rtl"][zoom_or_close] == pytest.approx(gaps["ltr"][zoom_or_close][::-1], abs=2)


def test_wheel_scrolls_the_page_unless_ctrl_is_held(page: Page, site: str) -> None:
    open_map(page, site + "?view=map")
    page.locator(".folium-map").hover()
    ground = page.locator("path.hf-ground--sea")
    before = ground.get_attribute("d")

    page.mouse.wheel(0, -400)
    page.wait_for_timeout(300)
    assert ground.get_attribute("d") == before

    page.locator(".folium-map").hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    expect(ground).not_to_have_attribute("d", before or "")


def test_narrow_page_fetches_nothing_for_the_map_until_asked(page: Page, site: str, width: int) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site, wait_until="networkidle")

    if width < 900:
        assert not [url for url in asked if "leaflet" in url or "basemap" in url or "map.css" in url]
        page.get_by_role("button", name="Show the map").click()

    expect(page.get_by_role("button", name="1: Wareham Family Hub, 1.1 miles")).to_be_visible()
    expect(page.get_by_role("button", name="Show the map")).to_be_hidden()


def test_finger_scrolls_past_the_map(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 700}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_map(page, site + "?view=map")

    touch = page.locator(".folium-map").evaluate("map => getComputedStyle(map).touchAction")

    assert touch == "pan-x pan-y"
    expect(page.locator(".hf-map__hint")).to_have_text("Use two fingers to move the map.")
    context.close()


def test_map_that_cannot_be_fetched_says_so_and_can_be_tried_again(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.route("**/leaflet.markercluster.js*", lambda route: route.abort())
    page.goto(site + "?view=map")
    expect(page.locator("[data-map-status]")).to_contain_text("The map did not load. The list has every place")
    expect(page.locator(".folium-map")).to_be_hidden()

    page.unroute("**/leaflet.markercluster.js*")
    page.get_by_role("button", name="Show the map").click()

    expect(page.get_by_role("button", name="1: Wareham Family Hub, 1.1 miles")).to_be_visible()
    context.close()


def test_page_without_javascript_has_no_empty_box(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)

    expect(page.locator(".folium-map")).to_be_hidden()
    expect(page.get_by_role("button", name="Show the map")).to_be_hidden()
    expect(page.locator("noscript p")).to_contain_text("The list has every place that is on it, with its address.")
    context.close()


def test_print_leaves_the_map_out(page: Page, site: str) -> None:
    open_map(page, site + "?view=map")

    page.emulate_media(media="print")

    expect(page.locator("#map")).to_be_hidden()
