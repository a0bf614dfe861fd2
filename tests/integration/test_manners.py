"""The manners of HTTP towards programs: any origin, OPTIONS, HEAD, tags and moments, packing, the way between pages."""

import gzip
import re
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from hub_finder import manners
from hub_finder.directory import freshness, times
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.services import Service
from tests.conftest import FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.integration.giving_out import add_town

READ = (
    *("/api/search", "/api/needs?q=sleep", "/api/places/FA1", "/api/openapi.json"),
    *("/api/v3/", "/api/v3/services", "/api/v3/organizations", "/api/v3/taxonomies"),
    *("/services.csv", "/services.geojson", "/services.ics"),
    *(f"/services/cedar-club.{form}" for form in ("json", "csv", "geojson")),
    "/services.atom",
)
LINES = "/api/v3/services?format=ndjson"

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    add_town(catalogue)
    return catalogue


@pytest.mark.parametrize("address", [*READ, LINES])
def test_a_script_of_another_site_may_read_and_see_the_headers(
    town: Catalogue, client: FlaskClient, address: str
) -> None:
    response = client.get(address, headers={"Origin": "https://elsewhere.example"})

    assert response.status_code == 200
    assert response.data
    assert response.headers.get_all("Access-Control-Allow-Origin") == ["*"]
    assert {"ETag", "Link", "Last-Modified"} <= set(response.headers["Access-Control-Expose-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "max-age=" in response.headers["Cache-Control"]


@pytest.mark.parametrize("address", READ)
def test_a_browser_that_asks_first_is_told_what_it_may(town: Catalogue, client: FlaskClient, address: str) -> None:
    asks = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    response = client.options(address, headers={**asks, "Access-Control-Request-Headers": "if-none-match"})

    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers
    for name in ("Allow", "Access-Control-Allow-Methods"):
        assert set(response.headers[name].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]
    assert int(response.headers["Access-Control-Max-Age"]) >= 3600


@pytest.mark.parametrize("address", ["/", "/search", "/shortlist", "/api", "/moderation/", "/accounts/sign-in"])
def test_pages_are_not_for_scripts_of_other_sites(catalogue: Catalogue, client: FlaskClient, address: str) -> None:
    for method in ("GET", "OPTIONS"):
        assert "Access-Control-Allow-Origin" not in client.open(address, method=method).headers


@pytest.mark.parametrize("address", [*READ, LINES])
def test_the_head_alone_is_that_of_the_whole(town: Catalogue, client: FlaskClient, address: str) -> None:
    whole, head = client.get(address), client.head(address)

    assert whole.data
    assert (head.status_code, head.data) == (200, b"")
    changing = {"Content-Security-Policy", "Date", "RateLimit"}
    assert {n: v for n, v in head.headers if n not in changing} == {n: v for n, v in whole.headers if n not in changing}


@pytest.mark.parametrize("packed", ["identity", "gzip", "br"])
@pytest.mark.parametrize("address", READ)
def test_a_tag_saves_a_second_reading_however_it_was_packed(
    town: Catalogue, client: FlaskClient, address: str, packed: str
) -> None:
    headers = {"Accept-Encoding": packed}
    tag = client.get(address, headers=headers).headers["ETag"]

    for asked in (tag, f'"other", {tag}', "*"):
        again = client.get(address, headers={**headers, "If-None-Match": asked})
        assert (again.status_code, again.data) == (304, b""), asked
        assert again.headers["ETag"]
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={**headers, "If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("packed", "unpack"),
    [("gzip", gzip.decompress), ("br", brotli.decompress), ("deflate", zlib.decompress)],
)
@pytest.mark.parametrize("address", ["/api/v3/services", LINES, "/services.ics", "/services.atom", "/api/search"])
def test_answers_are_packed_also_those_sent_while_they_are_made(
    town: Catalogue, client: FlaskClient, address: str, packed: str, unpack: Callable[[bytes], bytes]
) -> None:
    plain = client.get(address, headers={"Accept-Encoding": "identity"}).data

    response = client.get(address, headers={"Accept-Encoding": packed})

    assert response.headers["Content-Encoding"] == packed
    assert "Accept-Encoding" in response.headers["Vary"]
    stamp = re.compile(rb"DTSTAMP:\w+")  # a calendar file says when it was made
    assert stamp.sub(b"", unpack(response.data)) == stamp.sub(b"", plain)


# ---- errors


@pytest.mark.parametrize(
    ("method", "address", "status", "error", "title"),
    [
        ("GET", "/api/search?day=x", 400, "bad_value", "Bad Request"),
        ("GET", "/api/v3/services?per_page=0", 400, "bad_value", "Bad Request"),
        ("GET", "/services.csv?age=x", 400, "bad_value", "Bad Request"),
        ("GET", "/services.ics?age=x", 400, "bad_value", "Bad Request"),
        ("GET", "/api/nothing", 404, "not_found", "Not Found"),
        ("GET", "/api/v3/services/none", 404, "not_found", "Not Found"),
        ("GET", "/api/places/nowhere", 404, "unknown_place", "Not Found"),
        ("POST", "/api/search", 405, "method_not_allowed", "Method Not Allowed"),
        ("DELETE", "/services.ics", 405, "method_not_allowed", "Method Not Allowed"),
    ],
)
def test_every_error_is_a_problem_of_one_shape(
    catalogue: Catalogue, client: FlaskClient, method: str, address: str, status: int, error: str, title: str
) -> None:
    response = client.open(address, method=method)
    told = response.get_json()

    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert (told["error"], told["status"], told["title"]) == (error, status, title)
    assert told["detail"] == told["message"] != ""
    assert told.keys() - {"parameter", "suggestions"} == {"error", "message", "status", "title", "detail"}
    assert ("parameter" in told) == (status == 400)
    assert response.headers["Access-Control-Allow-Origin"] == "*"


# ---- from page to page


def links_of(client: FlaskClient, address: str) -> dict[str, str]:
    told = re.findall(r'<([^>]+)>; rel="(\w+)"', client.get(address).headers["Link"])
    return {name: where for where, name in told}


@pytest.mark.parametrize(
    "path", ["/api/v3/services", "/api/v1/services", "/api/v3/organizations", "/api/v3/taxonomy_terms", "/api/search"]
)
def test_links_lead_to_the_first_and_last_page_and_those_beside(
    town: Catalogue, client: FlaskClient, path: str
) -> None:
    town.add(name="Damson group", organisation="Damson Trust", latitude="52.1", longitude="-1.2")
    town.add(name="Elder group", organisation="Elder Trust", latitude="52.1", longitude="-1.2")
    address = f"{path}?per_page=1"
    first = links_of(client, address)
    second = links_of(client, first["next"])

    assert first.keys() == {"next", "first", "last"}
    assert second.keys() == {"next", "prev", "first", "last"}
    assert links_of(client, first["last"]).keys() == {"prev", "first", "last"}
    assert (second["first"], second["last"]) == (first["first"], first["last"])
    assert all("per_page=1" in where for where in second.values())

    def body(where: str) -> object:
        return client.get(where).get_json()

    assert body(second["prev"]) == body(first["first"]) == body(address)
    assert body(f"{path}?per_page=1&page=2") == body(first["next"])


def test_a_page_beyond_the_last_leads_back_to_it(town: Catalogue, client: FlaskClient) -> None:
    links = links_of(client, "/api/v3/services?per_page=2&page=9")

    assert links.keys() == {"prev", "first", "last"}
    assert links["prev"] == links["last"]


def test_links_carry_whatever_was_asked_and_no_more_than_a_proxy_takes(town: Catalogue, client: FlaskClient) -> None:
    asked = "endpoint=x&_scheme=y&_external=&uid=z&q=%0d%0aX:%201&q=b%26c"
    links = links_of(client, f"/api/v3/services?per_page=1&{asked}")
    same = "http://localhost/api/v3/services?per_page=1&endpoint=x&_scheme=y&uid=z&q=%0D%0AX%3A+1&q=b%26c&page=2&after="
    assert links["next"].startswith(same)

    long = client.get(f"/api/v3/services?per_page=1&page=2&more={'x' * 2000}").headers["Link"]
    assert long.count("rel=") == 1
    assert 'rel="next"' in long


# ---- moments


def moment_of(client: FlaskClient, slug: str, **headers: str) -> tuple[int, str | None]:
    response = client.get(
        f"/api/v3/services/{get_stored(slug).uid}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    return response.status_code, response.headers.get("Last-Modified")


@pytest.fixture
def long_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manners, "_STARTED", datetime(2026, 1, 1, tzinfo=UTC))


def set_back(slug: str, moment: datetime) -> None:
    """As if it had been changed last at a moment."""
    db.session.commit()
    # Beside the session, which would give the present moment.
    with db.engine.begin() as connection:
        connection.execute(update(Service).where(Service.slug == slug).values(modified_at=moment))


@pytest.mark.usefixtures("long_running")
def test_who_has_it_as_it_has_been_since_is_told_so(town: Catalogue, client: FlaskClient) -> None:
    set_back("cedar-club", datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))

    status, at = moment_of(client, "cedar-club")

    assert (status, at) == (200, "Wed, 04 Mar 2026 05:06:07 GMT")
    assert at
    assert moment_of(client, "cedar-club", If_Modified_Since=at)[0] == 304
    assert moment_of(client, "cedar-club", If_Modified_Since="Wed, 04 Mar 2026 05:06:06 GMT")[0] == 200
    assert moment_of(client, "cedar-club", If_Modified_Since="yesterday")[0] == 200


@pytest.mark.usefixtures("long_running")
def test_a_tag_decides_over_a_moment(town: Catalogue, client: FlaskClient) -> None:
    set_back("cedar-club", datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))
    _, at = moment_of(client, "cedar-club")
    assert at

    assert moment_of(client, "cedar-club", If_Modified_Since=at, If_None_Match='"other"')[0] == 200


@pytest.mark.usefixtures("long_running")
def test_what_changed_within_the_minute_is_never_said_to_hold(town: Catalogue, client: FlaskClient) -> None:
    """Two changes in one second, each read: the second is not taken for the first, then or later."""
    now = datetime.now(UTC).replace(microsecond=100_000)
    set_back("cedar-club", now)
    _, first = moment_of(client, "cedar-club")
    assert first
    set_back("cedar-club", now + timedelta(microseconds=500_000))

    assert moment_of(client, "cedar-club", If_Modified_Since=first)[0] == 200
    set_back("cedar-club", now - timedelta(hours=1) + timedelta(microseconds=500_000))
    settled = moment_of(client, "cedar-club")[1]
    assert settled
    assert moment_of(client, "cedar-club", If_Modified_Since=settled)[0] == 304
    # The moment that was told at first lies before the second in which it all happened.
    assert datetime.strptime(first, "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=UTC) < now.replace(microsecond=0)


@pytest.mark.usefixtures("long_running")
@pytest.mark.parametrize("ends", [False, True])
def test_an_alert_that_begins_or_is_over_moves_the_moment_though_nobody_writes(
    town: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    closed = {"alert_closed": "yes", "alert_from": "2026-06-10", "alert_to": "2026-06-20"}
    town.add(id="closing", name="Closing club", alert="The roof is mended.", **closed)
    set_back("closing", datetime(2026, 3, 4, tzinfo=UTC))
    address = f"/api/v3/services/{get_stored('closing').uid}"

    def ask_on(day: int, **headers: str) -> TestResponse:
        now = datetime(2026, 6, day, 12, tzinfo=times.ZONE)
        monkeypatch.setattr(times, "now", lambda: now)
        monkeypatch.setattr(freshness, "today", now.date)
        return client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})

    first, second = (20, 21) if ends else (9, 10)
    before = ask_on(first)
    at = before.headers["Last-Modified"]
    assert ask_on(first, If_Modified_Since=at).status_code == 304
    after = ask_on(second, If_Modified_Since=at)

    assert after.status_code == 200
    assert (before.get_json()["status"] == "active") is not ends
    assert (after.get_json()["status"] == "active") is ends


@pytest.mark.usefixtures("long_running")
def test_what_another_listing_says_of_its_organisation_moves_the_moment(town: Catalogue, client: FlaskClient) -> None:
    set_back("acorn-toddler-group", datetime(2026, 3, 4, tzinfo=UTC))
    _, at = moment_of(client, "acorn-toddler-group")
    assert at
    address = f"/api/v3/services/{get_stored('acorn-toddler-group').uid}"
    before = client.get(address).get_json()["organization"]
    seen = "2026-11-01T00:00:00Z"
    db.session.commit()

    town.add(name="Dogwood club", organisation="Oak Trust", organisation_website="https://oak-trust.example/")

    after = client.get(address, headers={"If-Modified-Since": at})
    assert after.status_code == 200
    assert after.get_json()["organization"] != before
    told = client.get(f"/api/v3/services?modified_after={seen}").get_json()["contents"]
    assert "Acorn toddler group" in {one["name"] for one in told}


@pytest.mark.usefixtures("long_running")
def test_another_version_of_the_site_has_a_later_moment(
    town: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_back("cedar-club", datetime(2026, 3, 4, tzinfo=UTC))
    _, at = moment_of(client, "cedar-club")
    assert at
    monkeypatch.setattr(manners, "_STARTED", datetime(2026, 4, 1, tzinfo=UTC))

    assert moment_of(client, "cedar-club", If_Modified_Since=at) == (200, "Wed, 01 Apr 2026 00:00:00 GMT")


# ---- how often


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Unix time as the counts see it, in a list of one; it begins 20 seconds into a minute."""
    clock = [1_800_000_020.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    return clock


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch, now: list[float]) -> FlaskClient:
    """A client of the app where 3 a minute are allowed."""
    monkeypatch.setitem(app.extensions, manners.COUNTS, manners.Counts(3))
    return app.test_client()


def test_each_answer_says_how_many_are_left_and_one_too_many_when_to_come_back(
    town: Catalogue, limited: FlaskClient, now: list[float]
) -> None:
    for left in (2, 1, 0):
        response = limited.get("/api/v3/services")
        assert response.status_code == 200
        assert response.headers["RateLimit-Policy"] == '"reads";q=3;w=60'
        assert response.headers["RateLimit"] == f'"reads";r={left};t=40'
        now[0] += 0.1

    refused = limited.get("/services.csv")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert refused.headers["RateLimit"] == '"reads";r=0;t=40'
    assert (refused.mimetype, refused.get_json()["error"]) == ("application/problem+json", "too_many_requests")
    assert "3 times in a minute. Wait 40 seconds" in refused.get_json()["message"]
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit" in refused.headers["Access-Control-Expose-Headers"].split(", ")

    now[0] += 40
    assert limited.get("/api/search").headers["RateLimit"] == '"reads";r=2;t=60'


def test_one_who_asks_too_much_stops_nobody_else_nor_any_page(town: Catalogue, limited: FlaskClient) -> None:
    def status(address: str, who: str, method: str = "GET") -> int:
        return limited.open(address, method=method, environ_base={"REMOTE_ADDR": who}).status_code

    assert [status("/api/needs?q=sleep", "192.0.2.1") for _ in range(5)] == [200, 200, 200, 429, 429]
    assert status("/api/needs?q=sleep", "192.0.2.2") == 200
    assert status("/search?q=sleep", "192.0.2.1") == 200
    assert status("/api/search", "192.0.2.1", "OPTIONS") == 204
    assert status("/api/search", "192.0.2.1", "HEAD") == 429
    assert status("/api/nothing", "192.0.2.1") == 429


def test_addresses_of_one_network_count_as_one(town: Catalogue, limited: FlaskClient) -> None:
    one, other = "2001:db8:1:2", "2001:db8:1:3"
    asked = [f"{one}::1", f"{one}::2", f"{one}:ffff::3%eth0", f"{one}::4", f"{other}::1"]

    found = [limited.get("/api/v3/", environ_base={"REMOTE_ADDR": who}).status_code for who in asked]

    assert found == [200, 200, 200, 429, 200]


def test_a_304_counts_and_says_how_many_are_left(town: Catalogue, limited: FlaskClient) -> None:
    tag = limited.get("/api/v3/services").headers["ETag"]

    again = limited.get("/api/v3/services", headers={"If-None-Match": tag})

    assert (again.status_code, again.headers["RateLimit"]) == (304, '"reads";r=1;t=40')


def test_no_address_is_kept_and_nothing_longer_than_its_minute(now: list[float]) -> None:
    counts = manners.Counts(1000)
    for who in range(200):
        counts.add(f"192.0.2.{who}", now[0])
    kept = vars(counts)["_asked"]
    assert len(kept) == 200
    assert all(len(one) == 8 and b"192.0.2" not in one for one in kept)

    assert counts.add("192.0.2.7", now[0] + 60) == (999, 40)
    assert len(kept) == 1


def test_two_at_once_count_as_two(now: list[float]) -> None:
    counts = manners.Counts(100_000)

    with ThreadPoolExecutor(8) as pool:
        left = [one.remaining for one in pool.map(lambda _: counts.add("192.0.2.1", now[0]), range(4000))]

    assert sorted(left) == list(range(96_000, 100_000))


def test_no_limit_is_set_with_0(make_database: Callable[[str, str], str]) -> None:
    app = build_app(make_database("sqlite", "unlimited"), HUB_AREA=str(FAIRSHIRE), HUB_API_PER_MINUTE="0")

    for _ in range(3):
        response = app.test_client().get("/api/v3/")
        assert response.status_code == 200
        assert "RateLimit" not in response.headers
    with app.app_context():
        db.engine.dispose()
