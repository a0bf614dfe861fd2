"""The page behind the link of a reminder: opening it does nothing, a button answers once, and the link stays secret."""

import logging
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub_finder.area import current_area
from hub_finder.directory import freshness, standing
from hub_finder.directory.answering import LinkOver, confirm, get_asked_about, get_question
from hub_finder.directory.listings import parse_listing, rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.reports import find_open_reports
from hub_finder.directory.saving import save_listing
from hub_finder.directory.stock import get_stored
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.reminders import Answer, Reminder
from hub_finder.models.reports import Reason
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.reading import main_words, only, read, summary
from tests.reminding import (
    BASE,
    CHECKED_ON,
    DUE_ON,
    add_checked,
    add_speaker,
    go_to,
    links_in,
    review_and_take,
)
from tests.signing_in import forget_tries


@pytest.fixture(autouse=True)
def _base(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HUB_BASE_URL", BASE)
    go_to(monkeypatch, DUE_ON)


@pytest.fixture
def slug(catalogue: Catalogue) -> str:
    return add_checked(
        catalogue,
        location_name="Mill Hall",
        address_1="1 Mill Lane",
        city="Oakham Green",
        postal_code="FA1 1AA",
        latitude="52.1",
        longitude="-1.2",
        phone="01632 960002",
        cost="paid",
        cost_note="£2 a family",
        schedule="WEEKLY TU 10:00-12:00",
        min_age="0",
        max_age="4",
    )


@pytest.fixture
def link(app: Flask, slug: str) -> str:
    """The path of a link that works."""
    add_speaker(app, slug)
    [(_, _, body)] = review_and_take(app)
    [path] = links_in(body)
    return path


def press(client: FlaskClient, path: str, answer: str, **given: str) -> TestResponse:
    """Press a button of the page, sent with all that the page sends."""
    page = client.get(path)
    sent = {str(field["name"]): str(field["value"]) for field in read(page).select("main input[type=hidden]")}
    return client.post(path, data={**sent, "answer": answer, **given})


def state(app: Flask, slug: str) -> tuple[date | None, str | None, int, int]:
    """(checked on, checked by, how many answers, how many open reports) of a listing."""
    with app.app_context():
        service = get_stored(slug)
        answers = db.session.scalar(select(func.count()).where(Reminder.answer.is_not(None)))
        return service.checked_on, service.checked_by, answers or 0, len(find_open_reports())


def test_page_shows_what_families_read(client: FlaskClient, link: str) -> None:
    response = client.get(link)

    said = main_words(response)
    assert response.status_code == 200
    assert "Is this still right? This is what families read about Acorn Stay and Play." in said
    for fact in (
        "Run by Acorn Families",
        "Where Mill Hall, 1 Mill Lane, Oakham Green, FA1 1AA",
        "When Tuesday, 10am to 12pm",
        "Price There is a charge: £2 a family",
        "Contact 01632 960002",
    ):
        assert fact in said
    buttons = [button.get_text() for button in read(response).select("main button, main a.hf-button")]
    assert buttons == ["Yes, it is all still right", "Something has changed", "It has ended"]
    assert only(read(response), "main a.hf-button")["href"] == "/providers/begin?service=acorn-stay-and-play"


def test_who_has_no_account_says_what_changed_in_a_report(
    app: Flask, catalogue: Catalogue, client: FlaskClient
) -> None:
    add_checked(catalogue, "Birch Club", email="club@birch.example")
    [(_, _, body)] = review_and_take(app)

    page = read(client.get(links_in(body)[0]))

    assert only(page, "main a.hf-button")["href"] == "/services/birch-club/report"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_programs_that_follow_links_answer_nothing(
    app: Flask, client: FlaskClient, slug: str, link: str, method: str
) -> None:
    for _ in range(3):
        client.open(link, method=method)
        client.open(f"{link}?answer=right&surely_ended=1", method=method)

    assert state(app, slug) == (CHECKED_ON, "A test", 0, 0)
    assert press(client, link, "right").status_code == 200


def test_yes_is_a_check_by_the_organisation(app: Flask, client: FlaskClient, slug: str, link: str) -> None:
    response = press(client, link, "right")

    assert state(app, slug) == (DUE_ON, "Acorn Families", 1, 0)
    said = main_words(response)
    assert "Families now read that Acorn Families checked Acorn Stay and Play on 23 November 2026." in said
    assert "We ask you again after 23 May 2027." in said
    with app.app_context():
        last = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert last
        assert (last.kind, last.actor, last.note) == (EventKind.CHECKED, "Acorn Families", "On 2026-11-23")
        assert freshness.state_now(get_stored(slug)) == "checked"


def test_long_name_of_an_organisation_fits_a_check(app: Flask, client: FlaskClient, catalogue: Catalogue) -> None:
    slug = add_checked(catalogue, organisation="Friends of " * 10 + "Acorn")
    add_speaker(app, slug)
    [(_, _, body)] = review_and_take(app)

    press(client, links_in(body)[0], "right")

    assert state(app, slug)[:2] == (DUE_ON, ("Friends of " * 10)[:80].strip())


def test_link_works_once(app: Flask, client: FlaskClient, slug: str, link: str) -> None:
    page = client.get(link)
    sent = {str(field["name"]): str(field["value"]) for field in read(page).select("main input[type=hidden]")}
    client.post(link, data={**sent, "answer": "right"})

    again = [client.get(link), client.post(link, data={**sent, "answer": "right"})]
    ended = client.post(link, data={**sent, "answer": "surely_ended"})

    for response in (*again, ended):
        assert response.status_code == 410
        assert "This is answered already Somebody has told us." in main_words(response)
        assert read(response).select("main a[href='/accounts/sign-in']")
    assert state(app, slug) == (DUE_ON, "Acorn Families", 1, 0)


def test_of_two_who_press_at_once_one_is_first(app: Flask, slug: str, link: str) -> None:
    secret, barrier = link.rpartition("/")[2], Barrier(2)
    came: list[str] = []

    def run() -> None:
        with app.app_context():
            _service, shown = get_asked_about(get_question(secret))
            db.session.rollback()
            barrier.wait(timeout=30)
            try:
                confirm(secret, shown=shown)
            except LinkOver as error:
                came.append(str(error.why))
            else:
                db.session.commit()
                came.append("confirmed")

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(came) == ["answered", "confirmed"]
    with app.app_context():
        checks = select(func.count()).select_from(Event).where(Event.kind == EventKind.CHECKED)
        assert db.session.scalar(checks) == 1


def test_answer_of_one_speaker_ends_the_links_of_the_others(app: Flask, client: FlaskClient, slug: str) -> None:
    add_speaker(app, slug)
    add_speaker(app, slug, "kim@acorn.example", "Kim")
    first, second = (links_in(body)[0] for _address, _subject, body in review_and_take(app))

    press(client, first, "surely_ended")

    assert client.get(second).status_code == 410
    assert "This is answered already" in main_words(client.get(second))


def test_link_of_an_earlier_mail_still_answers(
    app: Flask, client: FlaskClient, slug: str, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(monkeypatch, date(2026, 12, 23))
    [(_, _, body)] = review_and_take(app)

    press(client, link, "right")

    assert state(app, slug)[0] == date(2026, 12, 23)
    assert client.get(links_in(body)[0]).status_code == 410


def test_check_in_another_way_ends_the_link(app: Flask, client: FlaskClient, slug: str, link: str) -> None:
    with app.app_context():
        freshness.mark_checked(get_stored(slug), by="The team", on=DUE_ON)
        db.session.commit()

    response = client.get(link)

    assert response.status_code == 410
    assert "This is answered already" in main_words(response)


@pytest.mark.parametrize(("days", "code"), [(60, 200), (61, 410)])
def test_link_ends_by_itself(
    client: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch, days: int, code: int
) -> None:
    go_to(monkeypatch, DUE_ON + timedelta(days=days))

    response = client.get(link)

    assert response.status_code == code
    assert ("This link has ended" in main_words(response)) == (code == 410)


@pytest.mark.parametrize("secret", ["none", "x" * 2000, "%00", "%F0%9F%8C%B3", "..", "a b"])
def test_link_that_was_never_made_does_not_work(client: FlaskClient, secret: str) -> None:
    path = f"/providers/still-right/{secret}"
    response = client.get(path)

    assert response.status_code == 404
    assert "This link does not work" in main_words(response)
    assert read(response).select("main a[href='/accounts/sign-in']")


@pytest.mark.parametrize("status", [Status.PAUSED, Status.RETIRED])
def test_link_of_a_hidden_listing_says_so(
    app: Flask, client: FlaskClient, slug: str, link: str, status: Status
) -> None:
    with app.app_context():
        standing.move(get_stored(slug), status, actor="a test")
        db.session.commit()

    response = client.get(link)

    assert response.status_code == 410
    assert "Families do not see this listing now" in main_words(response)


def test_nobody_confirms_what_they_did_not_see(app: Flask, client: FlaskClient, slug: str, link: str) -> None:
    page = client.get(link)
    sent = {str(field["name"]): str(field["value"]) for field in read(page).select("main input[type=hidden]")}
    with app.app_context():
        needs, vocabulary = load_vocabulary(current_area())
        rows = rows_of(listing_of(get_stored(slug)))
        listing, _ = parse_listing([{**rows[0], "phone": "01632 960009"}, *rows[1:]], vocabulary)
        assert listing
        save_listing(listing, needs, actor="a test")
        db.session.commit()

    response = client.post(link, data={**sent, "answer": "right"})

    assert response.status_code == 409
    assert summary(read(response)) == {
        "Somebody has changed this since you opened the page. Look again: this is what families read now": "#answer"
    }
    assert "01632 960009" in main_words(response)
    assert state(app, slug)[0] == CHECKED_ON
    assert press(client, link, "right").status_code == 200


def test_end_is_asked_about_once_more_and_told_to_the_team(
    app: Flask, client: FlaskClient, slug: str, link: str
) -> None:
    asked = press(client, link, "ended")
    before = state(app, slug)

    response = press(client, link, "surely_ended")

    assert "Has it ended? You say that Acorn Stay and Play does not run any more." in main_words(asked)
    assert [button["value"] for button in read(asked).select("main button")] == ["surely_ended"]
    assert before == (CHECKED_ON, "A test", 0, 0)
    assert "Thank you for telling us" in main_words(response)
    with app.app_context():
        [report] = find_open_reports()
        assert (report.reason, report.email, report.service.status) == (Reason.CLOSED, None, Status.PUBLISHED)
        assert report.details == "Acorn Families says so, by the link in a mail that asked whether it is still right."
        assert db.session.scalars(select(Reminder.answer)).all() == [Answer.ENDED]
    reference = only(read(response), "main strong").get_text()
    assert client.get(f"/reports/{reference}").status_code == 200


def test_nobody_is_asked_again_about_what_they_said_has_ended(
    app: Flask, client: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(client, link, "surely_ended")

    go_to(monkeypatch, date(2026, 12, 23))

    assert review_and_take(app) == []


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_other_answer_changes_nothing(app: Flask, client: FlaskClient, slug: str, link: str, answer: str) -> None:
    response = press(client, link, answer)

    assert response.status_code == 400
    assert summary(read(response)) == {"Press one of the buttons": "#answer"}
    assert state(app, slug) == (CHECKED_ON, "A test", 0, 0)


def test_form_without_its_token_is_shown_once_more(app: Flask, client: FlaskClient, slug: str, link: str) -> None:
    response = client.post(link, data={"answer": "right"})
    never = client.post("/providers/still-right/none", data={"answer": "right"})

    assert response.status_code == 400
    assert summary(read(response)) == {
        "We could not check that this came from our page. Press the button again": "#answer"
    }
    assert never.status_code == 400
    assert "This link does not work" in main_words(never)
    assert state(app, slug) == (CHECKED_ON, "A test", 0, 0)


def test_holiday_link_says_which_holidays_and_confirms(app: Flask, client: FlaskClient, catalogue: Catalogue) -> None:
    slug = add_checked(catalogue, "Acorn Holiday Club", kind="haf", booking_from="2026-12-21", booking_to="2026-12-23")
    add_speaker(app, slug)
    [(_, _, body)] = review_and_take(app)

    page = client.get(links_in(body)[0])
    press(client, links_in(body)[0], "right")

    assert "school holidays that begin on 19 December 2026" in main_words(page)
    assert "Dates to book" in main_words(page)
    assert state(app, slug)[0] == DUE_ON


def test_address_stays_secret(app: Flask, client: FlaskClient, link: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = link.rpartition("/")[2]

    answers = [
        client.get(link),
        client.get("/providers/still-right/none"),
        client.post(link),
        press(client, link, "right"),
    ]

    for response in answers:
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        page = read(response)
        assert only(page, "meta[name=referrer]")["content"] == "strict-origin"
        assert only(page, "meta[name=robots]")["content"] == "noindex"
        assert not page.select("link[rel=alternate]")
    assert secret not in caplog.text
    assert "Disallow: /providers/still-right" in client.get("/robots.txt").get_data(as_text=True)


def test_form_is_taken_over_https_where_only_the_site_is_named_as_its_origin(
    app: Flask, client: FlaskClient, slug: str, link: str
) -> None:
    secure = {"base_url": "https://localhost"}
    page = client.get(link, **secure)
    sent = {str(field["name"]): str(field["value"]) for field in read(page).select("main input[type=hidden]")}

    response = client.post(link, data={**sent, "answer": "right"}, headers={"Referer": "https://localhost/"}, **secure)

    assert response.status_code == 200
    assert state(app, slug)[0] == DUE_ON


def test_links_are_tried_seldom(client: FlaskClient) -> None:
    forget_tries(client.application)

    codes = [client.get("/providers/still-right/none").status_code for _ in range(31)]

    assert codes == [404] * 30 + [429]


def test_links_in_the_page_do_not_name_the_secret_but_for_its_own_forms(client: FlaskClient, link: str) -> None:
    page = read(client.get(link))
    secret = link.rpartition("/")[2]

    named = [tag for tag in page.find_all(True) if any(secret in str(value) for value in tag.attrs.values())]

    assert all(isinstance(tag, Tag) and tag.name == "form" for tag in named), named
