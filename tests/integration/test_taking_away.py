"""Files of all that a search finds, and of one listing: complete, in order, read again unchanged, sent in parts."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from werkzeug.test import TestResponse

from hub_finder import taking_away
from hub_finder.directory.checks import FILE_COLUMNS
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find, find_all
from hub_finder.directory.times import ZONE
from hub_finder.importers.services import import_services
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.integration.test_pages_whole_service import store
from tests.reading import read

MANY = 45


@pytest.fixture
def crowd(catalogue: Catalogue) -> Catalogue:
    """More than two pages of places and more than one of phone lines."""
    catalogue.add_places()
    for number in range(MANY):
        catalogue.add(
            id=f"group-{number}",
            name=f"Group {number % 7}",
            latitude=f"52.1{number:02}",
            longitude="-1.2",
            needs="sleep" if number % 3 else "food",
            cost="free" if number % 2 else "paid",
        )
        if number % 2:
            catalogue.add(id=f"line-{number}", name=f"Line {number}", delivery="phone", service_area="national")
    return catalogue


def ids_of(response: TestResponse) -> list[str]:
    assert response.status_code == 200
    if response.mimetype == "text/csv":
        rows = csv.DictReader(io.StringIO(response.get_data(as_text=True)))
        assert tuple(rows.fieldnames or ()) == FILE_COLUMNS
        return list(dict.fromkeys(row["id"] for row in rows))
    return [feature["id"] for feature in json.loads(response.data)["features"]]


def walked(client: FlaskClient, query: str) -> list[str]:
    """All that the pages of a search give: those with a place, then the others."""
    answers = [client.get(f"/api/search?{query}&page={page}").get_json() for page in range(1, 5)]
    return [one["slug"] for part in ("results", "without_a_place") for answer in answers for one in answer[part]]


@pytest.mark.parametrize("file", ["/services.csv", "/services.geojson"])
@pytest.mark.parametrize(
    "query",
    [
        *("postcode=FA1+1AA", "postcode=FA1+1AA&within=2", "need=sleep", "cost=free&need=food", "q=group"),
        *("sort=name", "sort=soonest&postcode=FA1+1AA", "sort=best&q=line+group", "q=zzzz"),
    ],
)
def test_file_holds_all_that_the_pages_give_in_their_order(
    crowd: Catalogue, client: FlaskClient, file: str, query: str
) -> None:
    assert ids_of(client.get(f"{file}?{query}")) == walked(client, query)


def test_search_that_finds_much_is_longer_than_a_page(crowd: Catalogue, client: FlaskClient) -> None:
    assert len(ids_of(client.get("/services.csv?postcode=FA1+1AA"))) > 60


@pytest.mark.parametrize("at_once", [1, 7, 500])
@pytest.mark.parametrize(
    "query",
    [SearchQuery(), SearchQuery(words="group"), SearchQuery(sort="name"), SearchQuery(needs=("sleep",), cost="free")],
)
def test_all_at_once_is_what_one_long_page_holds(crowd: Catalogue, query: SearchQuery, at_once: int) -> None:
    # One was changed since the index was read: it lies in a segment of its own.
    with crowd.app.app_context():
        find(query, area=crowd.area)
    crowd.add(id="group-3", name="Group 3", latitude="52.103", longitude="-1.2", needs="sleep", cost="free")
    with crowd.app.app_context():
        page = find(SearchQuery(**{**vars(query), "per_page": 1000}), area=crowd.area)
        parts = list(find_all(query, area=crowd.area, at_once=at_once))

    told = [(one.service.slug, one.number, one.score, one.why) for part in parts for one in part]
    expected = [*page.results, *page.without_a_place]
    assert told == [(one.service.slug, one.number, one.score, one.why) for one in expected]
    assert all(len(part) <= at_once for part in parts)


@pytest.mark.parametrize("file", ["/services.csv", "/services.geojson"])
def test_file_of_a_page_holds_that_page(crowd: Catalogue, client: FlaskClient, file: str) -> None:
    page = client.get("/api/search?q=group&page=2&per_page=10").get_json()

    assert ids_of(client.get(f"{file}?q=group&page=2&per_page=10")) == [
        one["slug"] for part in ("results", "without_a_place") for one in page[part]
    ]


def test_table_without_a_question_holds_everything_by_id(crowd: Catalogue, client: FlaskClient) -> None:
    ids = ids_of(client.get("/services.csv"))

    assert ids == sorted(ids)
    assert len(ids) == MANY + MANY // 2
    assert client.get("/services.csv?need=&q=").data == client.get("/services.csv").data


@pytest.mark.parametrize("address", ["/services.csv?need=sleep", "/services/group-1.csv", "/services/line-1.csv"])
def test_table_is_imported_again_and_changes_nothing(
    crowd: Catalogue, client: FlaskClient, tmp_path: Path, address: str
) -> None:
    path = tmp_path / "taken.csv"
    path.write_bytes(client.get(address).data)

    with crowd.app.app_context():
        report = import_services(path, area=crowd.area)

    assert report.exit_code == 0
    assert (report.added, report.changed) == (0, 0)
    assert report.unchanged >= 1


@pytest.mark.parametrize("file", ["/services.csv", "/services.ics"])
@pytest.mark.parametrize(
    ("query", "parameter"),
    [("within=5", "postcode"), ("need=x", "need"), ("postcode=nowhere", "postcode"), ("page=0", "page")],
)
def test_bad_value_answers_400_and_names_the_parameter(
    crowd: Catalogue, client: FlaskClient, file: str, query: str, parameter: str
) -> None:
    response = client.get(f"{file}?{query}")

    assert (response.status_code, response.get_json()["parameter"]) == (400, parameter)
    assert response.get_json()["message"]


@pytest.mark.parametrize("file", ["/services.csv", "/services.geojson"])
def test_long_file_is_sent_in_parts_and_says_the_same(
    crowd: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    whole = client.get(f"{file}?q=group")
    monkeypatch.setattr(taking_away, "MOST_WHOLE", 1000)
    monkeypatch.setattr(taking_away, "PART", 700)

    response = client.get(f"{file}?q=group")

    assert response.data == whole.data
    assert "ETag" in whole.headers
    assert "ETag" not in response.headers
    assert response.is_streamed or "Content-Length" not in response.headers
    for name in ("Access-Control-Allow-Origin", "Cache-Control", "Content-Type", "Content-Disposition"):
        assert response.headers.get(name) == whole.headers.get(name)


def test_what_ended_or_moved_is_told(crowd: Catalogue, client: FlaskClient) -> None:
    store(crowd, "group-1", status=Status.RETIRED)
    store(crowd, "group-2", status=Status.PAUSED)

    for form in ("csv", "geojson"):
        gone = client.get(f"/services/group-1.{form}")
        assert (gone.status_code, gone.get_json()["error"]) == (410, "gone")
        assert client.get(f"/services/group-2.{form}").status_code == 200
        assert client.get(f"/services/nothing.{form}").get_json()["error"] == "not_found"
        assert client.get(f"/services/%00.{form}").status_code == 404


def test_features_of_a_listing_are_its_places(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(
        {"location_name": "Elm Hall", "city": "Elm"},
        id="two",
        location_name="Oak Hall",
        latitude="52.1",
        longitude="-1.2",
    )
    catalogue.add(id="line", delivery="phone")

    oak, elm = client.get("/services/two.geojson").get_json()["features"]
    [line] = client.get("/services/line.geojson").get_json()["features"]

    assert oak["geometry"] == {"type": "Point", "coordinates": [-1.2, 52.1]}
    assert [one["properties"]["place"]["name"] for one in (oak, elm)] == ["Oak Hall", "Elm Hall"]
    assert (elm["geometry"], line["geometry"], line["properties"]["place"]) == (None, None, None)
    assert len({oak["id"], elm["id"], line["id"]}) == 3
    assert oak["properties"]["url"] == "http://localhost/services/two"


# ---- the calendar


@pytest.fixture
def week(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 10, 30, tzinfo=ZONE))
    catalogue.add(id="tots", name="Tots", schedule="WEEKLY TU,TH 10:00-11:30|WEEKLY SA 13:00-17:00")
    catalogue.add(id="late", name="Late", schedule="WEEKLY TU 18:00-19:00")
    catalogue.add(id="refuge", name="Refuge", sensitive="yes", delivery="phone", schedule="WEEKLY TU 10:00-12:00")
    catalogue.add(id="bare", name="Bare")
    return catalogue


def events(client: FlaskClient, address: str) -> list[Event]:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/calendar")
    assert response.headers["Content-Disposition"] == "attachment; filename=services.ics"
    file = Calendar.from_ical(response.data)
    return [one for one in file.walk("VEVENT") if isinstance(one, Event)]


def told(found: list[Event]) -> set[tuple[str, str]]:
    return {(str(one["SUMMARY"]), f"{one.start:%a %d %H:%M}") for one in found}


def test_calendar_holds_the_series_of_what_is_found(week: Catalogue, client: FlaskClient) -> None:
    found = events(client, "/services.ics")

    assert told(found) == {("Tots", "Tue 24 10:00"), ("Tots", "Sat 28 13:00"), ("Late", "Tue 24 18:00")}
    assert all("RRULE" in one for one in found)
    assert {str(one["UID"]) for one in found} >= {
        str(one["UID"])
        for one in Calendar.from_ical(client.get("/services/tots.ics").data).walk("VEVENT")
        if isinstance(one, Event)
    }
    assert {name for name, _ in told(events(client, "/services.ics?q=late"))} == {"Late"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("day=SA", {("Tots", "Sat 28 13:00"), ("Tots", "Sat 05 13:00")}),
        ("on=2026-11-26", {("Tots", "Thu 26 10:00")}),
        ("on=2026-11-24&time=evening", {("Late", "Tue 24 18:00")}),
        ("on=2026-11-28&time=morning", set()),
        ("on=2026-11-28&time=evening", set()),
        ("on=2026-11-28&time=afternoon", {("Tots", "Sat 28 13:00")}),
        ("when=now", {("Tots", "Tue 24 10:00")}),
        ("when=week&day=TU", {("Tots", "Tue 24 10:00"), ("Late", "Tue 24 18:00")}),
    ],
)
def test_calendar_of_a_search_for_times_holds_the_sessions_that_meet_it(
    week: Catalogue, client: FlaskClient, query: str, expected: set[tuple[str, str]]
) -> None:
    found = events(client, f"/services.ics?{query}")

    assert told(found) == expected
    assert not any("RRULE" in one for one in found)


def test_session_is_the_same_event_in_the_file_of_its_day(week: Catalogue, client: FlaskClient) -> None:
    [one] = events(client, "/services.ics?on=2026-11-26")
    file = Calendar.from_ical(client.get("/services/tots.ics?on=2026-11-26").data)

    assert [str(event["UID"]) for event in file.walk("VEVENT") if isinstance(event, Event)] == [str(one["UID"])]


# ---- the ways to them


def test_results_lead_to_files_of_all_that_was_asked(crowd: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA&need=sleep&need=food&q=&page=2&view=list&x=1"))

    *links, news = [str(link["href"]) for link in page.select("main a[rel='nofollow']")]
    asked = "postcode=FA1+1AA&need=sleep&need=food"
    assert links == [f"/services.ics?{asked}", f"/services.csv?{asked}", f"/services.geojson?{asked}"]
    assert news == f"/services.atom?{asked}"
    assert ids_of(client.get(links[1])) == walked(client, asked)


def test_ways_to_files_stand_beside_what_is_on_by_day_and_not_where_nothing_is_found(
    week: Catalogue, client: FlaskClient
) -> None:
    by_day = read(client.get("/search?q=tots&view=timetable"))
    nothing = read(client.get("/search?q=zzzz"))

    assert by_day.select("main a[href='/services.ics?q=tots']")
    assert not nothing.select("main a[rel='nofollow']")


def test_page_of_a_listing_leads_to_its_files(week: Catalogue, crowd: Catalogue, client: FlaskClient) -> None:
    placed, unplaced = read(client.get("/services/group-1")), read(client.get("/services/line-1"))

    assert placed.select("a[href='/services/group-1.csv']")
    assert placed.select("a[href='/services/group-1.geojson']")
    assert unplaced.select("a[href='/services/line-1.csv']")
    assert not unplaced.select("a[href$='.geojson']")


def test_files_are_in_english_in_every_language(week: Catalogue, app: Flask) -> None:
    client = app.test_client()

    page = read(client.get("/pl/search?q=tots"))
    moved = client.get("/pl/services.ics?q=tots")

    assert page.select("a[href='/services.ics?q=tots']")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/services.ics?q=tots")
