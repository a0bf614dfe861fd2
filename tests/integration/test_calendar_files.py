"""Calendar files: what they say is what the listing says, in a form that any calendar reads."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rruleset, rrulestr
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar as File
from sqlalchemy import update
from werkzeug.test import TestResponse

from hub_finder.calendar_files import Maker, day_file, series_file
from hub_finder.directory.times import ZONE, sessions
from hub_finder.extensions import db
from hub_finder.models.services import Organisation, Service, Status
from tests.factories import HALL, Catalogue
from tests.page_client import words_of
from tests.patterns import CALENDAR, NEAR_DAYS, alert_facts, alert_of, at, schedule_facts, schedule_of
from tests.reading import main_words, read
from tests.shortlists import add

NOW = datetime(2026, 11, 24, 11, tzinfo=ZONE)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def _a_moment_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: NOW)


def events(response: TestResponse) -> list[Any]:
    assert response.status_code == 200
    assert response.mimetype == "text/calendar"
    return events_of(response.data)


def events_of(file: bytes) -> list[Any]:
    return list(File.from_ical(file).walk("VEVENT"))


def starts(event: Any, until: datetime) -> list[datetime]:
    """When the sessions of an event begin in wall time, as a program that follows the rules works them out."""
    first = event["DTSTART"].dt.replace(tzinfo=None)
    if "RRULE" not in event:
        return [first]
    rule = re.sub(r";?UNTIL=[0-9TZ]+", "", event["RRULE"].to_ical().decode())
    days = rruleset()
    days.rrule(rrulestr(rule, dtstart=first))  # type: ignore[arg-type]
    for one in event["EXDATE"].dts if "EXDATE" in event else ():
        days.exdate(one.dt.replace(tzinfo=None))
    last = min([until, *(end.astimezone(ZONE).replace(tzinfo=None) for end in event["RRULE"].get("UNTIL", ()))])
    return list(days.between(first, last, inc=True))


@st.composite
def listings(draw: st.DrawFn) -> Service:
    """A listing that was never stored, with any times, places and closures."""
    facts: list[dict[str, Any]] = draw(st.lists(schedule_facts(), max_size=3))
    return Service(
        id=1,
        uid="3f0c0f0e-0000-4000-8000-000000000001",
        slug="acorn",
        name=draw(st.text(min_size=1, max_size=90).filter(lambda text: text.isprintable())),
        status=Status.PUBLISHED,
        organisation=Organisation(name="Acorn"),
        cost="not_stated",
        caution=draw(st.sampled_from([None, "Ring first; it floods, often.\nDo not park."])),
        sensitive=False,
        unreachable_times=0,
        schedules=[schedule_of(one) for one in facts],
        alerts=[alert_of(one) for one in draw(st.lists(alert_facts(), max_size=2))],
    )


def maker(today: date) -> Maker:
    return Maker(calendar=CALENDAR, today=today, url_of=lambda slug: f"https://hub.example/services/{slug}")


@given(listings(), NEAR_DAYS)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_calendar_that_reads_the_file_finds_the_sessions(fairshire_app: Flask, service: Service, today: date) -> None:
    with fairshire_app.app_context():
        file = series_file([service], maker(today), name=service.name)

    until = datetime(today.year, today.month, today.day) + timedelta(days=300)  # noqa: DTZ001  wall time
    found = sorted(start for event in events_of(file) for start in starts(event, until))
    told = sessions(
        service.schedules,
        calendar=CALENDAR.closed_by(service.alerts),
        start=datetime(today.year, today.month, today.day, tzinfo=ZONE),
        end=until.replace(tzinfo=ZONE),
    )
    assert [start for start in found if start < until] == sorted(one.start.replace(tzinfo=None) for one in told)
    assert file.count(b"\n") == file.count(b"\r\n")
    assert max(map(len, file.split(b"\r\n"))) <= 75
    assert {str(event["SUMMARY"]) for event in events_of(file)} <= {service.name}


@given(listings(), NEAR_DAYS, NEAR_DAYS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ids_stay_the_same_from_day_to_day(fairshire_app: Flask, service: Service, one: date, other: date) -> None:
    with fairshire_app.app_context():
        files = [series_file([service], maker(day), name="x") for day in (one, other)]

    first, second = ({str(event["UID"]) for event in events_of(file)} for file in files)
    assert first <= second or second <= first
    assert len(first) == len(events_of(files[0]))


@given(listings(), NEAR_DAYS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_file_of_one_day_has_the_sessions_of_that_day(fairshire_app: Flask, service: Service, day: date) -> None:
    with fairshire_app.app_context():
        file = day_file(service, maker(day), on=day)

    start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    calendar = CALENDAR.closed_by(service.alerts)
    told = sessions(service.schedules, calendar=calendar, start=start, end=start + timedelta(days=1))
    found = [(event["DTSTART"].dt, ("DTEND" in event and event["DTEND"].dt) or None) for event in events_of(file)]
    assert found == [(one.start, one.end) for one in told]
    tentative = [str(event.get("STATUS")) == "TENTATIVE" for event in events_of(file)]
    assert tentative == [one.doubtful for one in told]


@pytest.mark.parametrize("year", range(1998, 2045, 6))
def test_zone_of_the_file_is_that_of_the_country(fairshire_app: Flask, year: int) -> None:
    with fairshire_app.app_context():
        file = File.from_ical(series_file([], maker(NOW.date()), name="x"))

    zone = next(iter(file.walk("VTIMEZONE"))).to_tz(lookup_tzid=False)  # type: ignore[attr-defined]
    hours = (datetime(year, 1, 1) + timedelta(hours=hour) for hour in range(0, 366 * 24, 12))  # noqa: DTZ001
    assert [one for one in hours if one.replace(tzinfo=zone).utcoffset() != one.replace(tzinfo=ZONE).utcoffset()] == []


def test_event_has_what_a_family_needs_on_the_day(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(
        **HALL,
        name="Tots, talk; and tea",
        id="tots",
        schedule="WEEKLY TU 10:00-11:30",
        phone="01632 960123",
        min_age="0",
        max_age="4",
    )
    with catalogue.app.app_context():
        db.session.execute(update(Service).values(changed_on=date(2026, 11, 2), checked_on=date(2026, 11, 20)))
        db.session.commit()

    response = client.get("/services/tots.ics")

    [event] = events(response)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Disposition"] == "attachment; filename=tots.ics"
    assert event["SUMMARY"] == "Tots, talk; and tea"
    assert b"SUMMARY:Tots\\, talk\\; and tea\r\n" in response.data
    assert event["DTSTART"].dt == at("2026-11-24 10:00")
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event["DTEND"].dt == at("2026-11-24 11:30")
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;WKST=MO"
    assert event["LOCATION"] == "Mill Hall, 1 Mill Lane, Oakham Green, FA1 1AA"
    assert event["GEO"].to_ical() == "52.1;-1.2"
    assert event["URL"] == "http://localhost/services/tots"
    assert event["LAST-MODIFIED"].dt == datetime(2026, 11, 20, tzinfo=UTC)
    assert event["SEQUENCE"] == 1
    assert event["DESCRIPTION"].splitlines() == [
        "Up to age 4",
        "Price: not stated. Ask them.",
        "Phone: 01632 960123",
        "Checked on 20 November 2026.",
        "More, and any changes: http://localhost/services/tots",
    ]


def test_each_place_has_its_own_events(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(
        {"location_name": "Library", "city": "Marlow Cross", "location_precision": "place", "latitude": "52",
         "longitude": "-1.1", "schedule": "WEEKLY WE 14:00-16:00"},
        {"schedule": "WEEKLY MO 09:00"},
        **HALL, id="tots", schedule="WEEKLY TU 10:00-12:00",
    )  # fmt: skip

    found = {event["DTSTART"].dt.strftime("%a"): event for event in events(client.get("/services/tots.ics"))}

    assert str(found["Tue"]["LOCATION"]).startswith("Mill Hall")
    assert str(found["Wed"]["LOCATION"]) == "Library, Marlow Cross"
    assert "GEO" not in found["Wed"], "the middle of a town is not where it is"
    assert "LOCATION" not in found["Mon"]
    assert "At one of 2 places: see the page." in found["Mon"]["DESCRIPTION"]
    assert "We have not been told when it ends." in found["Mon"]["DESCRIPTION"]
    assert "DTEND" not in found["Mon"]


def test_bank_holidays_and_closures_are_told(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(
        id="tots", schedule="WEEKLY FR 10:00-12:00", alert="A new floor.", alert_closed="yes", alert_from="2026-12-01",
        alert_to="2026-12-08",
    )  # fmt: skip

    [event] = events(client.get("/services/tots.ics"))

    assert [one.dt for one in event["EXDATE"].dts] == [at("2026-12-04 10:00")]
    assert "On a bank holiday check first that it is on: 25 December 2026, 1 January 2027" in event["DESCRIPTION"]


def test_one_session_can_be_taken(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", schedule="WEEKLY TU 10:00-11:30|WEEKLY TU 13:00")

    first, second = events(client.get("/services/tots.ics?on=2026-12-01"))

    assert (first["DTSTART"].dt, first["DTEND"].dt) == (at("2026-12-01 10:00"), at("2026-12-01 11:30"))
    assert second["DTSTART"].dt == at("2026-12-01 13:00")
    assert "RRULE" not in first
    series = {str(event["UID"]) for event in events(client.get("/services/tots.ics"))}
    assert not series & {str(first["UID"]), str(second["UID"])}


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/services/tots.ics?on=2026-12-02", 404, "Nothing that we know of on 2 December 2026"),
        ("/services/tots.ics?on=2026-12-08", 404, "Nothing that we know of on 8 December 2026"),
        ("/services/tots.ics?on=2026-02-30", 400, "We cannot read that date"),
        ("/services/tots.ics?on=", 400, "We cannot read that date"),
        ("/services/tots.ics?on=%00", 400, "We cannot read that date"),
        ("/services/nothing.ics", 404, "We cannot find that page"),
    ],
)
def test_day_without_a_session_is_told_on_a_page(
    catalogue: Catalogue, client: FlaskClient, address: str, status: int, said: str
) -> None:
    catalogue.add(id="tots", schedule="WEEKLY TU 10:00-11:30 except 2026-12-08")

    response = client.get(address, headers=BROWSER)

    assert response.status_code == status
    assert words_of(read(response).h1) == said


def test_listing_without_stated_times_says_so_and_offers_no_file(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="bare", name="Bare Group", phone="01632 960123")

    response = client.get("/services/bare.ics", headers=BROWSER)

    assert response.status_code == 200
    assert "We have not been told on which days and at what time Bare Group is on next." in main_words(response)
    assert not read(client.get("/services/bare")).select("a[href*='.ics']")
    assert events(client.get("/services/bare.ics")) == [], "a program gets a file with nothing in it"


def test_listing_that_is_not_running_has_no_events(catalogue: Catalogue, client: FlaskClient) -> None:
    for slug, status in (("paused", Status.PAUSED), ("ended", Status.RETIRED)):
        catalogue.add(id=slug, schedule="WEEKLY TU 10:00-11:30")
        with catalogue.app.app_context():
            db.session.execute(update(Service).where(Service.slug == slug).values(status=status))
            db.session.commit()

    assert events(client.get("/services/paused.ics")) == []
    assert client.get("/services/ended.ics").status_code == 410


def test_place_that_is_kept_secret_is_in_no_file(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="refuge", sensitive="yes", phone="01632 960123", schedule="WEEKLY TU 10:00-11:30")

    [event] = events(client.get("/services/refuge.ics"))

    assert "LOCATION" not in event
    assert "GEO" not in event
    assert not read(client.get("/services/refuge")).select("a[href*='.ics']")


def test_secret_place_is_left_out_even_if_one_were_known(fairshire_app: Flask) -> None:
    from hub_finder.models.services import Location, ServiceAtLocation

    hall = Location(name="Secret House", city="Oakham Green", latitude=52.1, longitude=-1.2, precision="exact")
    schedule = schedule_of(
        {"freq": "WEEKLY", "interval": 1, "byday": ["TU"], "opens_at": "10:00", "closes_at": None, "when": None}
        | {"valid_from": None, "valid_to": None, "except_dates": [], "place": 0}
    )
    service = Service(
        id=1, uid="u", slug="refuge", name="Refuge", status=Status.PUBLISHED, cost="free", sensitive=True,
        unreachable_times=0, schedules=[schedule], place_links=[ServiceAtLocation(position=0, location=hall)],
    )  # fmt: skip

    with fairshire_app.app_context():
        file = series_file([service], maker(NOW.date()), name="x")

    assert b"DTSTART" in file
    assert b"Secret" not in file
    assert b"GEO" not in file


def test_several_listings_make_one_calendar(catalogue: Catalogue, app: Flask) -> None:
    catalogue.add(id="tots", name="Tots", schedule="WEEKLY TU 10:00-11:30")
    catalogue.add(id="bare", name="Bare")
    catalogue.add(id="club", name="Club", schedule="ONCE 2026-12-20 10:00-15:00")

    with app.app_context():
        services = list(db.session.scalars(db.select(Service).order_by(Service.slug)))
        file = series_file(services, maker(NOW.date()), name="My list")

    assert {str(event["SUMMARY"]) for event in events_of(file)} == {"Tots", "Club"}
    assert str(File.from_ical(file)["X-WR-CALNAME"]) == "My list"
    assert file.count(b"BEGIN:VTIMEZONE") == 1


def test_file_is_kept_for_a_while_and_asked_for_again_by_its_tag(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", schedule="WEEKLY TU 10:00-11:30")

    first = client.get("/services/tots.ics")
    again = client.get("/services/tots.ics", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert again.status_code == 304


def test_merged_listing_leads_to_the_file_of_the_other(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="lost")
    catalogue.add(id="kept", schedule="WEEKLY TU 10:00-11:30")
    with catalogue.app.app_context():
        kept = db.session.scalars(db.select(Service.id).where(Service.slug == "kept")).one()
        merged = update(Service).where(Service.slug == "lost").values(status=Status.MERGED, merged_into_id=kept)
        db.session.execute(merged)
        db.session.commit()

    response = client.get("/services/lost.ics?on=2026-12-01")

    assert response.status_code == 301
    assert response.headers["Location"].endswith("/services/kept.ics?on=2026-12-01")


def test_a_list_makes_one_file_without_what_keeps_its_place_secret(catalogue: Catalogue, client: FlaskClient) -> None:
    for name, facts in {
        "tuesdays": {"schedule": "WEEKLY TU 10:00-11:30"},
        "thursdays": {"schedule": "WEEKLY TH 14:00-15:00"},
        "refuge": {"schedule": "WEEKLY TU 10:00-11:30", "sensitive": "yes"},
        "no-times": {},
    }.items():
        catalogue.add(id=name, name=name.title(), phone="01632 960001", **facts)
    add(client, "thursdays", "refuge", "tuesdays", "no-times")

    answer = client.get("/shortlist.ics")

    names = [str(event["SUMMARY"]) for event in File.from_ical(answer.data).walk("VEVENT")]
    assert names == ["Thursdays", "Tuesdays"]
    assert answer.cache_control.no_store
    assert read(client.get("/shortlist")).select("main a[href='/shortlist.ics']")


def test_an_empty_list_makes_an_empty_file_that_nothing_links_to(client: FlaskClient) -> None:
    answer = client.get("/shortlist.ics")

    assert (answer.status_code, File.from_ical(answer.data).walk("VEVENT")) == (200, [])
    assert not read(client.get("/shortlist")).select("main a[href='/shortlist.ics']")
