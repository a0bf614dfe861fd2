"""The page of a listing: in the order that families ask, with dates to come, others like it, and data for machines."""

import json
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import update

from hub_finder.directory.times import ZONE
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from tests.factories import HALL, Catalogue
from tests.page_client import words_of
from tests.reading import answers, only, read
from tests.schema_org_rules import faults
from tests.whole_listing import add_whole_listing

# A Tuesday in term time.
NOW = datetime(2026, 11, 24, 11, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _a_moment_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: NOW)


def listing(client: FlaskClient, slug: str) -> BeautifulSoup:
    return read(client.get(f"/services/{slug}"))


def test_questions_stand_in_the_order_that_families_ask(catalogue: Catalogue, client: FlaskClient) -> None:
    add_whole_listing(catalogue, NOW.date())

    assert list(answers(listing(client, "everything-group"))) == [
        "Is it for us?",
        "When is it?",
        "Where is it?",
        "What does it cost?",
        "How do we book?",
        "How do we start?",
        "Who else can we ask?",
        "What can we expect?",
        "Can everyone get in and take part?",
        "Which languages do they speak?",
        "Who runs it?",
        "What goes with it?",
        "How sure are we?",
    ]


def test_next_dates_are_named_with_their_place_and_doubt(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(
        {"location_name": "Library", "city": "Marlow Cross", "schedule": "WEEKLY WE 14:00-16:00"},
        **HALL,
        id="tots",
        schedule="WEEKLY FR 10:00-11:30 from 2026-12-18",
    )

    page = listing(client, "tots")

    dates = [words_of(line) for line in page.select("[aria-labelledby=next-title] li")]
    assert dates == [
        "Wednesday 25 November, 2pm to 4pm – at Library",
        "Wednesday 2 December, 2pm to 4pm – at Library",
        "Wednesday 9 December, 2pm to 4pm – at Library",
        "Wednesday 16 December, 2pm to 4pm – at Library",
    ]


def test_bank_holiday_among_the_next_dates_is_doubted(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", schedule="WEEKLY FR 10:00-11:30 from 2026-12-18")

    page = listing(client, "tots")

    dates = [words_of(line) for line in page.select("[aria-labelledby=next-title] li")]
    assert dates[1] == "Friday 25 December, 10am to 11:30am – it is a bank holiday, so check first"


@pytest.mark.parametrize(
    ("schedule", "links"),
    [
        ("WEEKLY TU 10:00-11:30", ["/services/tots.ics?on=2026-12-01", "/services/tots.ics"]),
        ("WEEKLY TU 14:00-15:00", ["/services/tots.ics?on=2026-11-24", "/services/tots.ics"]),
        ("ONCE 2026-12-20 10:00-15:00", ["/services/tots.ics?on=2026-12-20"]),
        ("WEEKLY TU", []),
        ("WEEKLY TU 10:00 to 2026-11-17", []),
    ],
)
def test_calendar_is_offered_for_what_is_to_come(
    catalogue: Catalogue, client: FlaskClient, schedule: str, links: list[str]
) -> None:
    catalogue.add(id="tots", schedule=schedule)

    found = [str(link["href"]) for link in listing(client, "tots").select("a[href*='.ics']")]

    assert found == links
    for link in found:
        assert client.get(link).mimetype == "text/calendar"


def test_one_date_alone_is_not_said_twice(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="party", schedule="ONCE 2026-12-20 10:00-15:00")

    assert not listing(client, "party").select("#next-title")


def test_others_for_the_same_main_need_come_before_what_is_only_near(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="here", latitude="52.1", longitude="-1.2", needs="sleep|food")
    catalogue.add(name="Near food", latitude="52.101", longitude="-1.2", needs="food")
    catalogue.add(name="Sleep far", latitude="52.2", longitude="-1.2", needs="sleep")
    catalogue.add(name="Sleep near", latitude="52.11", longitude="-1.2", needs="sleep")
    catalogue.add(name="Sleep line", delivery="phone", needs="sleep")

    page = listing(client, "here")

    similar = [words_of(row) for row in page.select("[aria-labelledby=similar-title] h3")]
    nearby = [words_of(row) for row in page.select("[aria-labelledby=nearby-title] h3")]
    assert similar == ["Sleep near", "Sleep far", "Sleep line"]
    assert nearby == ["Near food"]


def test_without_stated_needs_others_of_its_kind_are_similar(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="here", needs="", kind="youth", locality="north-fair")
    catalogue.add(name="Youth club", needs="", kind="youth", locality="north-fair")
    catalogue.add(name="Elsewhere", needs="", kind="youth", locality="south-fair")
    catalogue.add(name="Baby group", locality="north-fair")

    page = listing(client, "here")

    assert [words_of(row) for row in page.select("[aria-labelledby=similar-title] h3")] == ["Youth club"]


def test_call_and_place_are_at_hand_on_a_phone(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", phone="01632 960123", **HALL)
    catalogue.add(id="bare", needs="")

    page = listing(client, "tots")

    bar = only(page, "nav.hf-thumb")
    assert [str(link["href"]) for link in bar.select("a")] == ["tel:+441632960123", "#map", "#where"]
    for link in ("#map", "#where"):
        assert only(page, link)
    assert not listing(client, "bare").select("nav.hf-thumb")


def test_page_tells_other_sites_what_it_is(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", name="Tots & co", summary="Songs and “play”.")

    page = listing(client, "tots")

    assert str(only(page, "link[rel=canonical]")["href"]) == "http://localhost/services/tots"
    told = {str(tag["property"]): str(tag["content"]) for tag in page.select("meta[property^='og:']")}
    assert told["og:title"] == "Tots & co"
    assert told["og:description"] == "Songs and “play”."
    assert told["og:url"] == "http://localhost/services/tots"
    with client.get(told["og:image"]) as picture:
        assert picture.mimetype == "image/png"


# ---- data of schema.org

# The properties of schema.org that each type may have, of those that we use.
THING = {"@type", "@id", "name", "alternateName", "description", "url"}


def graph(client: FlaskClient, slug: str) -> list[dict[str, Any]]:
    """The linked data of a listing's page, held to the rules of validators."""
    data = json.loads(only(listing(client, slug), "script[type='application/ld+json']").string or "")
    assert faults(data) == []
    things: list[dict[str, Any]] = data["@graph"]
    return things


def test_linked_data_has_the_service_and_its_times(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(
        **HALL, id="tots", name="Tots", schedule="WEEKLY TU 10:00-11:30 term|MONTHLY -1FR 18:00|ONCE 2026-12-20 10:00",
        phone="01632 960123", min_age="0", max_age="4", cost="free", languages="en|pl",
    )  # fmt: skip

    service, weekly, monthly, once = graph(client, "tots")

    assert service["@type"] == "Service"
    assert service["audience"] == {"@type": "PeopleAudience", "suggestedMinAge": 0, "suggestedMaxAge": 4}
    assert service["offers"] == [{"@type": "Offer", "price": "0", "priceCurrency": "GBP"}]
    assert weekly["offers"] == [{**service["offers"][0], "url": service["url"]}]
    assert weekly["organizer"] == service["provider"]
    [channel] = service["availableChannel"]
    assert channel["servicePhone"]["telephone"] == "01632 960123"
    assert channel["availableLanguage"] == ["en", "pl"]
    assert channel["serviceLocation"]["geo"] == {"@type": "GeoCoordinates", "latitude": 52.1, "longitude": -1.2}
    assert weekly["startDate"] == "2026-11-24T10:00:00+00:00"
    assert weekly["endDate"] == "2026-11-24T11:30:00+00:00"
    assert weekly["eventSchedule"] == {
        "@type": "Schedule",
        "repeatFrequency": "P1W",
        "byDay": ["https://schema.org/Tuesday"],
        "startDate": "2026-11-24",
        "endDate": "2027-03-25",
        "startTime": "10:00",
        "endTime": "11:30",
        "scheduleTimezone": "Europe/London",
        "exceptDate": ["2026-12-22", "2026-12-29"],
    }
    assert monthly["eventSchedule"]["byDay"] == ["-1FR"]
    assert monthly["eventSchedule"]["repeatFrequency"] == "P1M"
    assert "endDate" not in monthly
    assert "eventSchedule" not in once


def test_linked_data_of_a_listing_that_fills_everything_keeps_to_the_vocabulary(
    catalogue: Catalogue, client: FlaskClient
) -> None:
    add_whole_listing(catalogue, NOW.date())

    service, *events = graph(client, "everything-group")

    assert len(service["availableChannel"]) == 3
    assert [offer["price"] for offer in service["offers"]] == ["2.50", "0"]
    assert {event["location"]["name"] for event in events} == {"Mill Hall", "Library"}


def test_linked_data_says_nothing_that_is_not_stated(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="bare", summary="", needs="")

    [service] = graph(client, "bare")

    assert set(service) == {"@type", "@id", "name", "url", "serviceType", "provider"}


def test_help_of_the_council_itself_is_called_so(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="ours", organisation="Fairshire Council")

    [service] = graph(client, "ours")

    assert (service["@type"], service["provider"]["@type"]) == ("GovernmentService", "GovernmentOrganization")


def test_sensitive_listing_has_no_linked_data(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="refuge", sensitive="yes", phone="01632 960123", schedule="WEEKLY TU 10:00")

    assert not listing(client, "refuge").select("script[type='application/ld+json']")


def test_listing_that_is_paused_has_no_linked_data(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", schedule="WEEKLY TU 10:00")
    with catalogue.app.app_context():
        db.session.execute(update(Service).values(status=Status.PAUSED))
        db.session.commit()

    page = listing(client, "tots")

    assert not page.select("script[type='application/ld+json']")
    assert not page.select("a[href*='.ics']")


def test_words_of_a_listing_cannot_leave_the_linked_data(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="hostile", name="</script><script>alert(1)</script>", summary="<!--<script>")

    [service] = graph(client, "hostile")

    assert service["name"] == "</script><script>alert(1)</script>"
    assert service["description"] == "<!--<script>"
