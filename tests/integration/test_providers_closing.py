"""Saying at once that a group is closed for a while, or not on today."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.area import current_area
from hub_finder.directory.closing import close, find_closures, open_again
from hub_finder.directory.stock import get_stored
from hub_finder.directory.submissions import CannotAct, live_rows
from hub_finder.directory.times import ZONE
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from tests.acting import someone
from tests.factories import Catalogue
from tests.providing import fill, held, provider, speaks
from tests.reading import main_words, read, said_beside
from tests.signing_in import token_of

TODAY = date(2026, 11, 24)  # a Tuesday
PAGE = "/providers/listings/acorn-stay-and-play/closed"
LISTING = "/services/acorn-stay-and-play"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 8, 0, tzinfo=ZONE))
    monkeypatch.setattr("hub_finder.directory.freshness.today", lambda: TODAY)


@pytest.fixture
def speaker(app: Flask, catalogue: Catalogue) -> FlaskClient:
    """Who speaks for the organisation of a listing that is on every day."""
    catalogue.add(schedule="WEEKLY MO,TU,WE,TH,FR,SA,SU 10:00-12:00", source_title="A leaflet")
    client = provider(app)
    speaks(app, "Acorn Families")
    return client


def test_cancelled_today_is_told_at_once_and_is_over_tomorrow(
    speaker: FlaskClient, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fill(speaker, PAGE, how_long="today", why="The heating is broken").status_code == 303

    told = main_words(client.get(LISTING))
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 25, 8, 0, tzinfo=ZONE))

    assert "Closed today. The heating is broken" in told
    assert "Today, 10am to 12pm" in main_words(client.get(LISTING))


def test_reason_may_be_left_out(speaker: FlaskClient, client: FlaskClient) -> None:
    fill(speaker, PAGE, how_long="today")

    assert "Closed today. Cancelled" in main_words(client.get(LISTING))


def test_closed_for_a_while_and_open_again(speaker: FlaskClient, client: FlaskClient) -> None:
    fill(speaker, PAGE, how_long="while", last="2026-12-04", why="New floor")
    told = main_words(client.get(LISTING))
    page = speaker.get(PAGE)

    speaker.post("/providers/listings/acorn-stay-and-play/open", data=held(page, "/open"))

    assert "Closed until 4 December: new floor" in told
    assert "New floor: 24 November 2026 until 4 December 2026" in main_words(page)
    assert "Closed" not in main_words(client.get(LISTING))


def test_closed_until_further_notice(speaker: FlaskClient, client: FlaskClient) -> None:
    fill(speaker, PAGE, how_long="notice", first="1/12/2026", last="2026-12-04")

    assert "Closed from 1 December until further notice" in main_words(client.get(LISTING))


def test_what_is_taken_back_leaves_the_listing_as_it_was(app: Flask, speaker: FlaskClient) -> None:
    def rows() -> list[dict[str, str]]:
        with app.app_context():
            return live_rows(get_stored("acorn-stay-and-play").id)

    before = rows()
    fill(speaker, PAGE, how_long="today")
    fill(speaker, PAGE, how_long="while", last="2026-12-04")
    assert len(rows()) == 2
    for _ in range(2):
        page = speaker.get(PAGE)
        speaker.post("/providers/listings/acorn-stay-and-play/open", data=held(page, "/open"))

    assert rows() == before


def test_what_was_taken_back_already_is_said_to_be(speaker: FlaskClient) -> None:
    fill(speaker, PAGE, how_long="today")
    sent = held(speaker.get(PAGE), "/open")
    speaker.post("/providers/listings/acorn-stay-and-play/open", data=sent)

    again = speaker.post("/providers/listings/acorn-stay-and-play/open", data=sent, follow_redirects=True)

    assert "taken back already" in main_words(again)


@pytest.mark.parametrize(
    ("typed", "box", "said"),
    [
        ({}, "how_long", "Choose for how long"),
        ({"how_long": "while"}, "last", "Enter the last day"),
        ({"how_long": "while", "last": "soon"}, "last", "Enter a real date"),
        ({"how_long": "while", "last": "2026-11-23"}, "last", "must be today or later"),
        ({"how_long": "while", "first": "2026-12-05", "last": "2026-12-04"}, "last", "not before the first"),
        ({"how_long": "today", "why": "x" * 201}, "why", "200 characters"),
    ],
)
def test_what_is_wrong_stands_beside_its_box_and_is_kept(
    speaker: FlaskClient, client: FlaskClient, typed: dict[str, str], box: str, said: str
) -> None:
    answer = fill(speaker, PAGE, **typed)

    assert answer.status_code == 400
    assert said in said_beside(read(answer), box)
    sent = held(answer, "/closed")
    assert {name: sent.get(name) for name in typed} == typed
    assert "Closed" not in main_words(client.get(LISTING))


def test_only_who_speaks_for_an_organisation_closes_its_listings(app: Flask, catalogue: Catalogue) -> None:
    catalogue.add()
    client = provider(app)
    token = token_of(client.get("/providers/find"))

    answers = [
        client.get(PAGE),
        client.post(PAGE, data={"csrf_token": token, "how_long": "today"}),
        client.post("/providers/listings/acorn-stay-and-play/open", data={"csrf_token": token, "key": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_domain_refuses_who_may_not_speak(app: Flask, catalogue: Catalogue) -> None:
    catalogue.add()
    with app.app_context():
        actor = someone()
        needs, vocabulary = load_vocabulary(current_area())
        with pytest.raises(CannotAct):
            close(
                "acorn-stay-and-play",
                why="x",
                starts_on=TODAY,
                ends_on=None,
                actor=actor,
                needs=needs,
                vocabulary=vocabulary,
            )
        with pytest.raises(CannotAct):
            open_again("acorn-stay-and-play", "x", actor=actor, needs=needs, vocabulary=vocabulary)
        db.session.rollback()


def test_closures_that_are_over_are_not_offered_to_be_taken_back() -> None:
    def row(last: date | None, closed: str = "yes") -> dict[str, str]:
        return {"alert": "x", "alert_closed": closed, "alert_from": "2026-01-01", "alert_to": str(last or "")}

    rows = [row(TODAY - timedelta(days=1)), row(TODAY), row(None), row(TODAY, closed="")]

    assert [one.ends_on for one in find_closures(rows)] == ["2026-11-24", ""]


def test_closing_is_no_check_and_stands_in_the_history(app: Flask, staff: FlaskClient, speaker: FlaskClient) -> None:
    fill(speaker, PAGE, how_long="today")

    told = main_words(staff.get("/moderation/listings/acorn-stay-and-play"))

    assert "Closed for a while" in told
    assert "Jo Bell" in told
    with app.app_context():
        assert get_stored("acorn-stay-and-play").checked_on is None
