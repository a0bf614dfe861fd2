"""What a reader's list says: what became of listings, and how some of them compare."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import delete
from sqlalchemy.orm import scoped_session

from hub_finder.directory.standing import move
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue
from tests.merging import Merging
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.rules.test_query_counts import counted
from tests.shortlists import add, names, send


def change(app: Flask, slug: str, to: Status) -> None:
    with app.app_context():
        move(get_stored(slug), to, actor="a test")
        db.session.commit()


def merge_into(app: Flask, groups: Catalogue, loser: str, winner: str) -> None:
    with app.app_context():
        Merging(groups).merge(winner, loser)
        db.session.commit()


def test_merged_listing_leads_on_to_what_it_is_part_of(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn", "cedar")
    merge_into(app, groups, "acorn", "birch")
    merge_into(app, groups, "birch", "damson")

    assert names(client) == ["Damson", "Cedar"]
    assert "“Acorn” is part of this now." in main_words(client.get("/shortlist"))
    assert send(client, "/shortlist/remove", json=True, service="damson").get_json()["count"] == 1


def test_two_listings_that_became_one_stand_there_once(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn", "birch", "cedar")
    merge_into(app, groups, "birch", "acorn")

    assert names(client) == ["Acorn", "Cedar"]
    send(client, "/shortlist/move", service="acorn", to="down")
    assert names(client) == ["Cedar", "Acorn"]
    assert words_of(only(read(client.get("/")), "[data-count]")) == "2"


def test_ended_listing_stays_and_says_so(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn", "birch")
    change(app, "acorn", Status.RETIRED)

    said = main_words(client.get("/shortlist"))

    assert names(client) == ["Acorn", "Birch"]
    assert "1 of these has ended." in said
    assert "This has ended. It is no longer running. See what is near and like it" in said


def test_paused_listing_says_so(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn")
    change(app, "acorn", Status.PAUSED)

    assert "Paused for now. Ask them when it may start again." in main_words(client.get("/shortlist"))


def test_listing_of_which_nothing_is_known_is_told(
    client: FlaskClient, groups: Catalogue, session: scoped_session[Session]
) -> None:
    add(client, "acorn", "birch")
    session.execute(delete(Service).where(Service.slug == "acorn"))
    session.commit()

    said = main_words(client.get("/shortlist"))

    assert names(client) == ["Birch"]
    assert "1 place that was in this list is not known here any more." in said


def test_list_asks_the_database_as_often_for_many_as_for_few(app: Flask, catalogue: Catalogue) -> None:
    for number in range(12):
        catalogue.add(
            id=f"group-{number}", name=f"Group {number}", latitude="52.1", longitude="-1.2", phone="01632 960001"
        )
    paths = ("/shortlist", "/shortlist/share", "/shortlist/print", "/services/group-1", "/search?q=group")
    asked = []
    for most in (2, 12):
        client = app.test_client()
        add(client, *(f"group-{number}" for number in range(most)))
        queries = []
        for path in paths:
            client.get(path)  # what is kept for each state of the catalogue is found here
            with counted(app) as said:
                assert client.get(path).status_code == 200
            queries.append(len(said))
        asked.append(queries)

    assert asked[0] == asked[1]
    assert asked[0][0] <= 9


def test_header_count_costs_no_query(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn")

    with counted(app) as said:
        client.get("/about/privacy")

    assert said == []


# ---- side by side


def test_places_are_compared_by_what_families_ask(client: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add(
        {"cost_option": "Each further child", "cost_amount": "2.50"},
        id="acorn",
        name="Acorn",
        min_age="0",
        max_age="4",
        cost="free",
        schedule="WEEKLY TU 10:00-11:30",
        referral="self",
        accessibility="Ramp and parking",
        languages="en|pl",
        phone="01632 960001",
        latitude="52.1",
        longitude="-1.2",
        address_1="1 Mill Lane",
        city="Oakham Green",
    )
    catalogue.add(id="birch", name="Birch")

    page = read(client.get("/shortlist/compare?service=acorn&service=birch"))

    rows = {words_of(row.th): [words_of(cell) for cell in row.select("td")] for row in page.select("tbody tr")}
    assert rows["Who is it for?"] == ["Up to age 4", "Ages: not stated"]
    assert rows["Where is it?"] == ["1 Mill Lane, Oakham Green", "Place not stated"]
    assert "Tuesday, 10am to 11:30am" in rows["When is it?"][0]
    assert rows["When is it?"][1] == "Times: not stated"
    assert rows["What does it cost?"][0] == "Free £2.50 – each further child"
    assert rows["What does it cost?"][1] == "Price: not stated. Ask them."
    assert rows["How do we start?"] == ["You can contact them yourself 01632 960001", "How to start: not stated"]
    assert rows["Can everyone get in?"] == ["Ramp and parking", "Access: not stated"]
    assert rows["Which languages?"] == ["English and Polish", "Languages: not stated"]
    assert rows["Has it been checked?"] == ["We have not checked this ourselves yet"] * 2
    assert [words_of(head) for head in page.select("thead th")] == ["Acorn", "Birch"]


@pytest.mark.parametrize(
    "query", ["", "service=acorn", "service=acorn&service=acorn", "service=unknown&service=acorn", "service=%00"]
)
def test_fewer_than_two_are_not_compared_and_nothing_is_lost(
    client: FlaskClient, groups: Catalogue, query: str
) -> None:
    add(client, "acorn", "birch", "cedar")

    page = read(client.get(f"/shortlist/compare?{query}"))

    assert words_of(only(page, ".govuk-error-summary a")) == "Tick 2 to 4 places to compare"
    assert words_of(only(page, "#compare-error")) == "Error: Tick 2 to 4 places to compare"
    ticked = [box["value"] for box in page.select("input[type=checkbox][checked]")]
    assert ticked == (["acorn"] if "acorn" in query else [])


def test_more_than_four_are_not_compared(client: FlaskClient, groups: Catalogue) -> None:
    groups.add(id="elder", name="Elder")
    slugs = ("acorn", "birch", "cedar", "damson", "elder")
    add(client, *slugs)

    page = read(client.get("/shortlist/compare?" + "&".join(f"service={slug}" for slug in slugs)))

    assert page.select("#compare-error")
    assert len(page.select("input[checked]")) == 5


def test_ended_listing_is_not_compared(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    change(app, "acorn", Status.RETIRED)

    page = client.get("/shortlist/compare?service=acorn&service=birch&service=cedar")

    assert "Compare 2 places" in main_words(page)
