"""The optional online geocoder, played by a small server on this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Catalogue

KNOWN = {"Hidden Farm": ("52.101", "-1.201"), "Far Away": ("57.0", "-4.0")}


class Geocoder(ThreadingHTTPServer):
    """Answers as Nominatim does, and remembers what it was asked."""

    asked: list[dict[str, list[str]]]


class Answer(BaseHTTPRequestHandler):
    server: Geocoder

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        self.server.asked.append(query)
        name = query["q"][0]
        self.send_response(500 if name == "Broken" else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        found = [dict(zip(("lat", "lon"), KNOWN[name], strict=True), display_name=name)] if name in KNOWN else []
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def geocoder(app: Flask) -> Iterator[Geocoder]:
    server = Geocoder(("127.0.0.1", 0), Answer)
    server.asked = []
    Thread(target=server.serve_forever, daemon=True).start()
    app.config["HUB_GEOCODER_URL"] = f"http://127.0.0.1:{server.server_port}"
    yield server
    app.config["HUB_GEOCODER_URL"] = ""
    server.shutdown()
    server.server_close()


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    return catalogue


def test_unknown_place_is_asked_for_and_said_to_come_from_an_online_map(
    town: Catalogue, client: FlaskClient, geocoder: Geocoder
) -> None:
    place = client.get("/api/places/Hidden Farm").get_json()

    assert (place["latitude"], place["longitude"]) == (52.101, -1.201)
    assert place["approximate"] is True
    assert place["in_area"] is True
    assert any("online map" in note for note in place["notes"])
    assert geocoder.asked[0]["countrycodes"] == ["gb"]


def test_known_place_is_never_sent_to_the_geocoder(town: Catalogue, client: FlaskClient, geocoder: Geocoder) -> None:
    for text in ("Oakham Green", "FA1 1AA", "FA1 9ZZ"):
        client.get(f"/api/places/{text}")

    assert geocoder.asked == []


@pytest.mark.parametrize("text", ["Nowhere At All", "Far Away", "Broken"])
def test_no_use_of_the_geocoder_leaves_the_plain_message(
    town: Catalogue, client: FlaskClient, geocoder: Geocoder, text: str
) -> None:
    response = client.get(f"/api/places/{text}")

    assert len(geocoder.asked) == 1
    assert response.status_code == 404
    assert response.get_json()["error"] == "unknown_place"


def test_search_near_a_place_that_only_the_geocoder_knows(
    town: Catalogue, client: FlaskClient, geocoder: Geocoder
) -> None:
    town.add(name="Near Group", latitude="52.1", longitude="-1.2")

    page = client.get("/search?postcode=Hidden+Farm").get_data(as_text=True)

    assert "Near Group" in page
    assert "online map" in page


def test_without_the_setting_nobody_is_asked(
    town: Catalogue, client: FlaskClient, geocoder: Geocoder, app: Flask
) -> None:
    app.config["HUB_GEOCODER_URL"] = ""

    assert client.get("/api/places/Hidden Farm").status_code == 404
    assert geocoder.asked == []
