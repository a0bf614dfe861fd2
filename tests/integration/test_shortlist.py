"""The reader's list: put together, kept in a cookie, put in order, cleared."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from hub_finder import create_app
from hub_finder.directory.shortlist import MOST, pack
from hub_finder.extensions import db
from hub_finder.models.services import Service
from tests.conftest import FAIRSHIRE
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.shortlists import HERE, add, names, send


def buttons(client: FlaskClient, path: str) -> dict[str, str]:
    """The buttons of a page that put a listing into the list or take it out: slug and where each is sent to."""
    return {
        str(button["value"]): str(button["formaction"]) for button in read(client.get(path)).select(".hf-keep[form]")
    }


def count(client: FlaskClient) -> str:
    """What the header of every page says of the list; nothing while it is empty."""
    badge = only(read(client.get("/about/privacy")), "[data-count]")
    return "" if badge.has_attr("hidden") else words_of(badge)


def cookie_of(answer: Any) -> str:
    return next(iter(answer.headers.getlist("Set-Cookie")), "")


def test_nobody_gets_a_cookie_before_something_is_kept(client: FlaskClient, groups: Catalogue) -> None:
    for path in ("/", "/search?q=acorn", "/services/acorn", "/shortlist", "/shortlist/share", "/shortlist/print"):
        assert client.get(path).headers.getlist("Set-Cookie") == []


def test_every_card_and_every_listing_has_a_button(client: FlaskClient, groups: Catalogue) -> None:
    cards = buttons(client, "/search?q=acorn+families")

    assert cards == dict.fromkeys(("acorn", "birch", "cedar", "damson"), "/shortlist/add")
    assert buttons(client, "/services/birch") == {"birch": "/shortlist/add"}


def test_listings_stand_in_the_order_in_which_they_were_added(client: FlaskClient, groups: Catalogue) -> None:
    add(client, "cedar", "acorn", "birch", "acorn")

    assert names(client) == ["Cedar", "Acorn", "Birch"]
    assert count(client) == "3"
    assert buttons(client, "/services/cedar") == {"cedar": "/shortlist/remove"}


def test_button_leads_back_to_where_one_was(client: FlaskClient, groups: Catalogue) -> None:
    answer = send(client, "/shortlist/add", page="/search?q=acorn&age=3", service="acorn")

    assert answer.status_code == 303
    assert answer.location == f"{HERE}/search?q=acorn&age=3#keep-acorn"
    assert read(client.get("/search?q=acorn&age=3")).select("#keep-acorn")


@pytest.mark.parametrize(
    "referrer",
    ["", "https://elsewhere.example/search", "http://localhost/shortlist/clear", "http://localhost/nowhere", "x"],
)
def test_button_leads_to_the_list_where_one_cannot_go_back(
    client: FlaskClient, groups: Catalogue, referrer: str
) -> None:
    headers = {"Origin": HERE, "Referer": referrer}

    answer = client.post("/shortlist/add", data={"service": "acorn"}, headers=headers)

    assert answer.location == "/shortlist#keep-acorn"


def test_path_that_begins_like_another_host_stays_here(client: FlaskClient, groups: Catalogue) -> None:
    answer = send(client, "/shortlist/add", page="//evil.example/services/acorn", service="acorn")

    assert answer.location.startswith(("/shortlist", f"{HERE}/"))


def test_script_is_told_in_json(client: FlaskClient, groups: Catalogue) -> None:
    first = send(client, "/shortlist/add", json=True, service="acorn").get_json()
    last = send(client, "/shortlist/remove", json=True, service="acorn").get_json()

    assert first == {"count": 1, "said": "In your list now. Your list has 1."}
    assert last == {"count": 0, "said": "Taken out of your list. Your list is empty."}


def test_listing_is_taken_out(client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn", "birch")

    send(client, "/shortlist/remove", service="acorn")

    assert names(client) == ["Birch"]


def test_last_listing_taken_out_leaves_no_cookie(client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn")

    answer = send(client, "/shortlist/remove", service="acorn")

    assert "Max-Age=0" in cookie_of(answer)
    assert client.get_cookie("shortlist") is None
    assert "There is nothing in it yet" in main_words(client.get("/shortlist"))


@pytest.mark.parametrize(
    ("slug", "to", "expected"),
    [("cedar", "up", "ACB"), ("acorn", "down", "BAC"), ("acorn", "up", "ABC"), ("cedar", "down", "ABC")],
)
def test_order_is_changed_a_place_at_a_time(
    client: FlaskClient, groups: Catalogue, slug: str, to: str, expected: str
) -> None:
    add(client, "acorn", "birch", "cedar")

    send(client, "/shortlist/move", service=slug, to=to)

    assert "".join(name[0] for name in names(client)) == expected


def test_full_list_says_so_and_stays_as_it_is(client: FlaskClient, catalogue: Catalogue) -> None:
    for number in range(MOST + 1):
        catalogue.add(id=f"group-{number}", name=f"Group {number}")
    add(client, *(f"group-{number}" for number in range(MOST)))

    page = send(client, "/shortlist/add", service=f"group-{MOST}")
    told = send(client, "/shortlist/add", json=True, service=f"group-{MOST}")

    assert page.status_code == told.status_code == 409
    assert "Your list is full: it can hold 50" in main_words(page)
    assert told.get_json() == {"count": 50, "said": "Your list is full: it can hold 50. Take one out to make room."}
    assert len(names(client)) == MOST
    cookie = client.get_cookie("shortlist")
    assert cookie
    assert len(cookie.value) < 2000


@pytest.mark.parametrize("slug", ["", "unknown", "nul\0", "é" * 500])
def test_unknown_listing_cannot_be_added_and_may_be_taken_out(
    client: FlaskClient, groups: Catalogue, slug: str
) -> None:
    assert send(client, "/shortlist/add", service=slug).status_code == 404
    assert send(client, "/shortlist/remove", json=True, service=slug).get_json()["count"] == 0
    assert send(client, "/shortlist/move", json=True, service=slug).get_json()["count"] == 0


# ---- the cookie


def test_cookie_is_for_this_site_alone_and_ends(client: FlaskClient, groups: Catalogue) -> None:
    cookie = cookie_of(send(client, "/shortlist/add", service="acorn"))

    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_cookie_of_a_safe_site_is_secure(app: Flask, groups: Catalogue) -> None:
    safe = create_app(
        {
            "TESTING": True,
            "DATABASE_URL": app.config["DATABASE_URL"],
            "HUB_AREA": str(FAIRSHIRE),
            "HUB_BASE_URL": "https://families.example",
        }
    )

    answer = safe.test_client().post(
        "/shortlist/add", data={"service": "acorn"}, headers={"Origin": "https://families.example"}
    )
    with safe.app_context():
        db.engine.dispose()

    cookie = cookie_of(answer)
    assert cookie.startswith("__Host-shortlist=")
    assert "Secure" in cookie.split("; ")


@pytest.mark.parametrize("value", ["", "x", "AQ.AQ", "%00", "a" * 4000])
def test_cookie_that_is_not_ours_is_an_empty_list(client: FlaskClient, value: str) -> None:
    client.set_cookie("shortlist", value)

    assert count(client) == ""
    assert "There is nothing in it yet" in main_words(client.get("/shortlist"))


def test_cookie_that_was_changed_is_an_empty_list(client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn")
    cookie = client.get_cookie("shortlist")
    assert cookie
    client.set_cookie("shortlist", f"{pack([])}.{cookie.value.partition('.')[2]}")

    assert count(client) == ""


# ---- forms of other sites


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        ({"Origin": HERE}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Referer": f"{HERE}/search?q=sleep"}, True),
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "http://localhost:8000"}, False),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://[localhost"}, False),
        ({"Origin": "https://elsewhere.example", "Referer": f"{HERE}/"}, False),
        ({"Referer": "https://elsewhere.example/http://localhost/"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": HERE}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": HERE}, False),
    ],
)
def test_form_is_believed_when_the_browser_says_that_it_comes_from_here(
    client: FlaskClient, groups: Catalogue, headers: dict[str, str], believed: bool
) -> None:
    answer = client.post("/shortlist/add", data={"service": "acorn"}, headers=headers)

    assert answer.status_code == (303 if believed else 400)
    assert bool(cookie_of(answer)) is believed


# ---- clearing


def test_clearing_takes_it_from_the_browser_and_leaves_a_way_back(client: FlaskClient, groups: Catalogue) -> None:
    add(client, "birch", "acorn")

    answer = send(client, "/shortlist/clear")

    assert client.get_cookie("shortlist") is None
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    form = only(read(answer), "main form")
    back = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    assert names(client) == []
    send(client, str(form["action"]), list=back["list"], how=back["how"])
    assert names(client) == ["Birch", "Acorn"]


def test_clearing_an_empty_list_is_no_mistake(client: FlaskClient) -> None:
    answer = send(client, "/shortlist/clear")

    assert answer.status_code == 200
    assert "Bring it back" not in main_words(answer)


def test_list_holds_ids_and_nothing_else(
    client: FlaskClient, groups: Catalogue, session: scoped_session[Session]
) -> None:
    add(client, "acorn")
    uid = session.scalar(select(Service.uid).where(Service.slug == "acorn"))
    cookie = client.get_cookie("shortlist")

    assert uid
    assert cookie
    assert cookie.value.split(".")[0] == pack([uid])
