"""What holds for every answer: headers, policy, no cookies, caching; and the files for machines."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder import create_app
from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE
from tests.factories import Catalogue

PAGES = [
    "/",
    "/search",
    "/search?postcode=FA1+1AA",
    "/search?postcode=nowhere-at-all",
    "/search?q=stay&page=9",
    "/services/acorn-stay-and-play",
    "/services/none",
    "/needs",
    "/needs/sleep",
    "/hubs",
    "/localities",
    "/localities/north-fair",
    "/localities/north-fair/pack",
    "/start-for-life",
    "/start-for-life?postcode=FA1+1AA",
    "/start-for-life/feeding",
    "/about/coverage",
    "/about/data",
    "/about/privacy",
    "/about/embed",
    "/about/embed?need=baby-toddler-groups&postcode=FA1+1AA&text=x",
    "/about/accessibility",
    "/nowhere",
]
FILES = [
    "/services/acorn-stay-and-play.json",
    "/services.csv",
    "/services.geojson",
    "/basemap.json",
    "/sitemap.xml",
    "/sitemap/pages.xml",
    "/sitemap/services-1.xml",
    "/services.atom",
    "/robots.txt",
    "/api/needs?q=sleep",
    "/api/places/FA1",
    "/api/search",
]
PLAIN = ["/health/live", "/health/ready", "/api/places/nowhere", "/api/nowhere", "/api/search?page=x"]


@pytest.fixture
def filled(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    catalogue.add(latitude="52.1", longitude="-1.2", locality="north-fair")
    return catalogue


@pytest.mark.parametrize("address", PAGES + FILES + PLAIN)
def test_answer_is_guarded_and_sets_no_cookie(filled: Catalogue, client: FlaskClient, address: str) -> None:
    response = client.get(address)

    assert response.status_code < 500
    assert "Set-Cookie" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in response.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in response.headers
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["img-src"] == "'self' data:"
    assert policy["style-src"] == policy["connect-src"] == policy["font-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_nonce_is_new_for_every_answer(client: FlaskClient) -> None:
    policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(5)}

    assert len(policies) == 5


def test_secure_site_says_so(client: FlaskClient) -> None:
    response = client.get("/", base_url="https://hubs.example")

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("address", PAGES + PLAIN)
def test_page_is_kept_by_no_cache_on_the_way(filled: Catalogue, client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "gzip, deflate, br, zstd"])
@pytest.mark.parametrize("address", FILES)
def test_file_may_be_kept_and_asked_for_again(
    filled: Catalogue, client: FlaskClient, address: str, coding: str
) -> None:
    first = client.get(address, headers={"Accept-Encoding": coding})

    again = client.get(address, headers={"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]})
    other = client.get(address, headers={"Accept-Encoding": coding, "If-None-Match": '"something-else"'})

    asked = address.startswith("/api/") or "geojson" in address
    assert ("private" if asked else "public") in first.headers["Cache-Control"], "who may keep what was asked for?"
    assert int(first.cache_control.max_age or 0) >= 60
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("tiles", "host"),
    [
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https://*.tiles.example"),
        ("https://tiles.example:8443/{z}/{x}/{y}.png?key=k", "https://tiles.example:8443"),
        ("/tiles/{z}/{x}/{y}.png", ""),
    ],
)
def test_configured_tile_host_may_send_pictures_and_nothing_else(
    make_database: Callable[[str, str], str], tiles: str, host: str
) -> None:
    name = f"tiles-{len(tiles)}"
    app = create_app(
        {
            "TESTING": True,
            "DATABASE_URL": make_database("sqlite", name),
            "HUB_AREA": str(FAIRSHIRE),
            "HUB_TILE_URL": tiles,
        }
    )

    policy = app.test_client().get("/about/privacy").headers["Content-Security-Policy"]

    with app.app_context():
        db.engine.dispose()
    pictures = next(part for part in policy.split("; ") if part.startswith("img-src")).split()
    assert set(pictures) == {"img-src", "'self'", "data:"} | ({host} if host else set())
    assert policy.count("tiles.example") == (1 if host else 0)


def test_privacy_page_tells_of_the_tile_host(make_database: Callable[[str, str], str]) -> None:
    tiles = {"HUB_TILE_URL": "https://tiles.example/{z}/{x}/{y}.png"}
    app = create_app(
        {"TESTING": True, "DATABASE_URL": make_database("sqlite", "tiled"), "HUB_AREA": str(FAIRSHIRE), **tiles}
    )

    page = app.test_client().get("/about/privacy").get_data(as_text=True)

    with app.app_context():
        db.engine.dispose()
    assert "The pictures in the map come from another server." in page


def test_static_file_with_its_version_is_kept_for_a_year(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = app.url_for("static", filename="css/site.css")

    with client.get(address) as versioned, client.get("/static/css/site.css") as plain:
        pass

    assert "?v=" in address
    assert versioned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in plain.headers["Cache-Control"]
    assert client.get("/static/css/none.css?v=1").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["../wsgi.py", "..%2fwsgi.py", "css/../../wsgi.py", "%2e%2e/wsgi.py", "/etc/passwd"])
def test_nothing_outside_the_static_folder_is_sent(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}", follow_redirects=True).status_code == 404


def test_every_static_address_on_a_page_has_its_version_and_is_there(filled: Catalogue, client: FlaskClient) -> None:
    html = client.get("/search?postcode=FA1+1AA").get_data(as_text=True)

    addresses = [part.split('"')[0] for part in html.split('"/static/')[1:]]

    assert addresses
    for address in addresses:
        assert "?v=" in address
        with client.get(f"/static/{address}") as response:
            assert response.status_code == 200


def test_sitemap_names_every_page_that_may_be_found(filled: Catalogue, client: FlaskClient) -> None:
    index = client.get("/sitemap.xml").get_data(as_text=True)
    maps = re.findall(r"<sitemap><loc>http://localhost([^<&]+)</loc>", index)
    told = "".join(client.get(address).get_data(as_text=True) for address in maps)

    pages = re.findall(r"<url><loc>([^<&]+)</loc>", told)
    paths = [page.removeprefix("http://localhost") for page in pages]
    assert {
        "/",
        "/needs",
        "/hubs",
        "/localities",
        "/needs/sleep",
        "/localities/north-fair",
        "/services/acorn-stay-and-play",
    } <= set(paths)
    assert len(paths) == len(set(paths))
    assert not [path for path in paths if path.startswith("/search")]
    for path in paths[:4] + paths[-3:]:
        assert client.get(path).status_code == 200


def test_sitemap_and_robots_stand_under_the_public_address(make_database: Callable[[str, str], str]) -> None:
    app = create_app(
        {
            "TESTING": True,
            "DATABASE_URL": make_database("sqlite", "public-address"),
            "HUB_AREA": str(FAIRSHIRE),
            "HUB_BASE_URL": "https://hubs.example/",
        }
    )

    robots = app.test_client().get("/robots.txt").get_data(as_text=True)

    with app.app_context():
        db.engine.dispose()
    assert "Sitemap: https://hubs.example/sitemap.xml" in robots.splitlines()


def test_robots_are_kept_out_of_searches(client: FlaskClient) -> None:
    assert "Disallow: /search" in client.get("/robots.txt").get_data(as_text=True).splitlines()


def test_site_with_its_database_is_ready(client: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add_places()
    catalogue.add(name="Sleep clinic")

    response = client.get("/health/ready")

    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})
