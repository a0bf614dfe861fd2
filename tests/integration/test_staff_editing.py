"""Correcting a listing in a form, and putting it back as it was."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import select, update
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from hub_finder.directory.history import find_history
from hub_finder.extensions import db
from hub_finder.models.history import EventKind
from hub_finder.models.services import Need, Organisation, Service, ServiceNeed
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import main_words, only, read, said_beside, summary

SLUG = "acorn-stay-and-play"
PAGE = f"/moderation/listings/{SLUG}"
EDIT = f"{PAGE}/edit"


@pytest.fixture
def listing(catalogue: Catalogue) -> str:
    return catalogue.add(
        {"contact_name": "Bo Green"},
        contact_name="Ann Lee",
        phone="01632 960123",
        city="Oakham Green",
        schedule="WEEKLY TU 10:00-12:00",
    )


def boxes(page: BeautifulSoup) -> dict[str, str]:
    """What a browser would send for the last form of a page."""
    found = {}
    for field in page.select("main form")[-1].select("input, textarea, select"):
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            assert chosen
            found[str(field["name"])] = str(chosen["value"])
        else:
            found[str(field["name"])] = str(field.get("value", "")) if field.name == "input" else field.get_text()
    return found


def send(client: FlaskClient, **changed: str) -> TestResponse:
    """Open the form, change some boxes (contact_name__1 is box contact_name-1), and save."""
    form = boxes(read(client.get(EDIT)))
    return client.post(EDIT, data=form | {name.replace("__", "-"): text for name, text in changed.items()})


def stored(session: scoped_session[Session]) -> Service:
    session.rollback()
    return session.scalars(select(Service).where(Service.slug == SLUG)).one()


def test_correction_is_saved_in_ones_own_name_and_is_no_check(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    session.execute(update(Service).values(checked_on=date(2026, 1, 5), checked_by="Ann"))
    session.commit()

    response = send(staff, phone__0="01632 960999", name__0="Acorn Play")

    service = stored(session)
    step = find_history(service)[0]
    assert (response.status_code, response.location) == (303, PAGE)
    assert (service.name, service.phone, service.checked_on) == ("Acorn Play", "01632 960999", date(2026, 1, 5))
    assert (step.event.actor, step.event.kind) == ("Robin Moss", EventKind.CHANGED)
    assert step.changes == [
        ("name", "Acorn Stay and Play", "Acorn Play"),
        ("phone", "01632 960123", "01632 960999"),
    ]
    assert "Your changes are saved." in main_words(staff.get(PAGE))
    assert "does not count as a check" in main_words(staff.get(EDIT))


def test_corrected_words_are_found_at_once(listing: str, staff: FlaskClient) -> None:
    send(staff, name__0="Conker Club")

    assert SLUG in staff.get("/search?q=conker").get_data(as_text=True)


def test_saving_without_a_change_changes_nothing(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    send(staff)

    assert len(find_history(stored(session))) == 1
    assert "nothing was changed" in main_words(staff.get(PAGE))


def test_every_mistake_is_told_beside_its_box_and_nothing_is_lost(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    typed = {
        "name-0": "",
        "phone-0": "call us",
        "needs-0": "baby-toddler-groups|zzz",
        "schedule-0": "Tuesdays",
        "kind-0": "zoo",
        "contact_email-1": "bo at home",
        "summary-0": "<b>Toys</b> & songs",
    }

    response = send(staff, **{name.replace("-", "__"): text for name, text in typed.items()})

    page = read(response)
    assert response.status_code == 200
    assert {name: boxes(page)[name] for name in typed} == typed
    assert said_beside(page, "name-0") == "Name must be filled in"
    assert said_beside(page, "phone-0") == "Phone is not a phone number: use digits and spaces"
    assert said_beside(page, "needs-0") == "Needs: “zzz” is not one of the values this column takes"
    assert said_beside(page, "schedule-0").startswith("Times cannot be read")
    assert said_beside(page, "kind-0") == "Kind is not a kind known here"
    assert said_beside(page, "contact_email-1") == "Contact’s email is not an email address"
    assert set(summary(page).values()) == {f"#{name}" for name in typed if name != "summary-0"}
    assert words_of(page.title).startswith("Error: ")
    assert len(find_history(stored(session))) == 1
    assert send_again(staff, page, {"kind-0": "library"}).status_code == 200


def send_again(client: FlaskClient, page: BeautifulSoup, changed: dict[str, Any]) -> TestResponse:
    return client.post(EDIT, data=boxes(page) | changed)


def test_mistake_put_right_is_saved_from_the_same_page(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    page = read(send(staff, phone__0="x", email__0="play@acorn.example"))

    response = send_again(staff, page, {"phone-0": ""})

    assert response.status_code == 303
    assert (stored(session).phone, stored(session).email) == (None, "play@acorn.example")


@pytest.mark.parametrize(
    ("group", "box"), [("contact", "contact_name-2"), ("place", "location_uuid-1"), ("alert", "alert-0")]
)
def test_one_more_of_a_group_is_added_without_losing_or_saving_anything(
    listing: str, staff: FlaskClient, session: scoped_session[Session], group: str, box: str
) -> None:
    response = send(staff, add=group, name__0="New name")

    page = read(response)
    assert only(page, f"#{box}").has_attr("autofocus")
    assert boxes(page)["name-0"] == "New name"
    assert stored(session).name == "Acorn Stay and Play"
    assert send_again(staff, page, {"alert-0": "Shut for repairs"} if group == "alert" else {}).status_code == 303
    assert stored(session).name == "New name"
    assert len(stored(session).contacts) == 2
    assert len(stored(session).alerts) == (group == "alert")


def test_emptied_entry_is_taken_away(listing: str, staff: FlaskClient, session: scoped_session[Session]) -> None:
    send(staff, contact_name__0="")

    assert [contact.name for contact in stored(session).contacts] == ["Bo Green"]


def test_enter_in_a_box_saves(listing: str, staff: FlaskClient) -> None:
    page = read(staff.get(EDIT))

    assert words_of(page.select("main form")[-1].select("button")[0]) == "Save"


def test_listing_changed_by_another_meanwhile_is_not_overwritten_unseen(
    listing: str, staff: FlaskClient, session: scoped_session[Session], catalogue: Catalogue
) -> None:
    mine = boxes(read(staff.get(EDIT))) | {"name-0": "My name for it"}
    send(staff, phone__0="01632 960777")

    response = staff.post(EDIT, data=mine)

    page = read(response)
    assert response.status_code == 409
    assert "Someone changed this listing while you were typing. It was Robin Moss" in main_words(response)
    differences = [words_of(one) for one in page.select(".hf-diff li")]
    assert differences == [
        "Name Stored now: Acorn Stay and Play Yours: My name for it",
        "Phone Stored now: 01632 960777 Yours: 01632 960123",
    ]
    assert stored(session).name == "Acorn Stay and Play"
    assert send_again(staff, page, {"phone-0": "01632 960777"}).status_code == 303
    assert (stored(session).name, stored(session).phone) == ("My name for it", "01632 960777")


def test_mistake_does_not_hide_that_another_changed_the_listing(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    mine = boxes(read(staff.get(EDIT))) | {"email-0": "x"}
    send(staff, phone__0="01632 960777")
    page = read(staff.post(EDIT, data=mine))

    response = send_again(staff, page, {"email-0": ""})

    assert response.status_code == 409
    assert stored(session).phone == "01632 960777"


def test_organisation_that_was_changed_elsewhere_counts_as_a_change(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    mine = boxes(read(staff.get(EDIT)))
    session.execute(update(Organisation).values(description="A charity."))
    session.commit()

    assert staff.post(EDIT, data=mine).status_code == 409


def test_another_organisation_leaves_the_other_listings_of_the_first_alone(
    listing: str, staff: FlaskClient, session: scoped_session[Session], catalogue: Catalogue
) -> None:
    uid = "6a1e1c0e-3c0c-4b5e-9d4f-0d5b8f6a2f11"
    catalogue.add(id="other", name="Other", organisation_uuid=uid)
    session.execute(update(Organisation).values(uid=uid))
    session.commit()

    send(staff, organisation__0="Oak Trust")

    session.rollback()
    names = {service.slug: service.organisation.name for service in session.scalars(select(Service))}
    assert names == {SLUG: "Oak Trust", "other": "Acorn Families"}


@pytest.mark.parametrize("data", [{}, {"shown": "x"}, {"name-0": "\0"}, {"contact_name-7": "x"}, {"add": "zzz"}])
def test_form_that_no_page_sent_fails_nothing(listing: str, staff: FlaskClient, data: dict[str, str]) -> None:
    token = boxes(read(staff.get(EDIT)))["csrf_token"]

    response = staff.post(EDIT, data=data | {"csrf_token": token})

    assert response.status_code in (200, 409)


# ---- putting back


def test_putting_back_shows_what_would_change_and_then_does_it(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    send(staff, phone__0="01632 960999")
    send(staff, name__0="Acorn Play")
    links = [str(link["href"]) for link in read(staff.get(PAGE)).select(".hf-history a")]
    assert links == [f"{PAGE}/restore/3", f"{PAGE}/restore/2"]

    page = staff.get(links[1])

    assert [words_of(one) for one in read(page).select(".hf-diff li")] == [
        "Name Now: Acorn Play Then: Acorn Stay and Play",
        "Phone Now: 01632 960999 Then: 01632 960123",
    ]
    assert stored(session).name == "Acorn Play"
    response = staff.post(links[1], data=boxes(read(page)))
    assert (response.status_code, response.location) == (303, PAGE)
    assert (stored(session).name, stored(session).phone) == ("Acorn Stay and Play", "01632 960123")
    latest = find_history(stored(session))[0].event
    assert (latest.kind, latest.actor) == (EventKind.RESTORED, "Robin Moss")


def test_putting_back_what_someone_changed_meanwhile_asks_again(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    send(staff, phone__0="01632 960999")
    seen = boxes(read(staff.get(f"{PAGE}/restore/2")))
    send(staff, email__0="play@acorn.example")

    response = staff.post(f"{PAGE}/restore/2", data=seen)

    assert response.status_code == 409
    assert "Someone changed the listing" in main_words(response)
    assert "Email Now: play@acorn.example Then: blank" in main_words(response)
    assert stored(session).phone == "01632 960999"


def test_state_that_cannot_be_kept_today_is_told_plainly(
    listing: str, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    send(staff, needs__0="sleep")
    old = select(Need.id).where(Need.slug == "baby-toddler-groups").scalar_subquery()
    session.execute(db.delete(ServiceNeed).where(ServiceNeed.need_id == old))
    session.execute(db.delete(Need).where(Need.slug == "baby-toddler-groups"))
    session.commit()
    page = f"{PAGE}/restore/2"

    response = staff.post(page, data=boxes(read(staff.get(page))))

    assert response.status_code == 409
    assert "as it was cannot be kept today: needs “baby-toddler-groups”" in main_words(response)


@pytest.mark.parametrize("number", [0, 1, 9, 10**20])
def test_event_with_nothing_to_put_back_has_no_page(listing: str, staff: FlaskClient, number: int) -> None:
    assert staff.get(f"{PAGE}/restore/{number}").status_code == 404


def test_state_that_stands_already_needs_no_button(listing: str, staff: FlaskClient) -> None:
    send(staff, phone__0="01632 960999")
    send(staff, phone__0="01632 960123")

    page = read(staff.get(f"{PAGE}/restore/2"))

    assert "It is like that now" in words_of(only(page, "main"))
    assert page.select("main form button[type=submit]:not(.hf-link-button)") == []
