"""Telling the team what was not there: taken without anything that says who it was."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, select
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from hub_finder.directory.missing import LEFT_OUT, without_contacts
from hub_finder.models.reports import MissingHelp
from tests.factories import Catalogue
from tests.reading import main_words, only, read, said_beside, summary
from tests.signing_in import press, token_of

DbSession = scoped_session[Session]


def send(client: FlaskClient, **typed: str) -> TestResponse:
    return client.post("/missing", data={"csrf_token": token_of(client.get("/missing")), **typed})


def stored(session: DbSession) -> list[tuple[str, str, str]]:
    kept = session.scalars(select(MissingHelp).order_by(MissingHelp.id))
    return [(one.need.slug if one.need else "", one.words, one.place) for one in kept]


def test_what_was_looked_for_is_kept(client: FlaskClient, catalogue: Catalogue, session: DbSession) -> None:
    response = send(client, need="sleep", q="help with a baby who wakes", place="Oakham Green")

    assert (response.status_code, response.headers["Location"]) == (303, "/missing?sent=1")
    assert stored(session) == [("sleep", "help with a baby who wakes", "Oakham Green")]
    assert client.get_cookie("session") is None
    assert main_words(client.get("/missing?sent=1")).startswith("Find help Thank you")


def test_nothing_is_kept_that_says_who_it_was(client: FlaskClient, catalogue: Catalogue, session: DbSession) -> None:
    send(client, q="swimming, call me on 07700 900123 or jo@a.example", place="4 High St, fa1 1aa")

    columns = {column.key for column in inspect(MissingHelp).columns}
    assert columns == {"id", "received_on", "need_id", "words", "place", "done_by"}
    assert stored(session) == [("", f"swimming, call me on {LEFT_OUT} or {LEFT_OUT}", "4 High St, FA1")]


def test_words_of_a_search_stand_in_the_form_and_are_kept_only_when_sent(
    client: FlaskClient, catalogue: Catalogue, session: DbSession
) -> None:
    page = read(client.get("/missing", query_string={"q": "pony <club>", "need": "sleep", "place": "Marlow"}))

    assert only(page, "#q")["value"] == "pony <club>"
    assert only(page, "#place")["value"] == "Marlow"
    assert only(page, "#need option[selected]")["value"] == "sleep"
    assert page.select(".govuk-error-summary") == []
    assert stored(session) == []


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({}, "need", "Choose the kind of help, or say it in your own words"),
        ({"need": "zzz"}, "need", "cannot be chosen"),
        ({"q": "x" * 201}, "q", "You have used 201"),
        ({"q": "x", "place": "y" * 101}, "place", "100 characters or fewer"),
    ],
)
def test_mistake_is_told_beside_its_field_and_nothing_is_lost(
    client: FlaskClient, catalogue: Catalogue, session: DbSession, typed: dict[str, str], field: str, said: str
) -> None:
    page = read(send(client, **typed))

    assert said in said_beside(page, field)
    assert f"#{field}" in summary(page).values()
    assert only(page, "#q")["value"] == typed.get("q", "")
    assert only(page, "#place")["value"] == typed.get("place", "")
    assert stored(session) == []


def test_words_of_danger_are_met_with_a_number_before_and_after(client: FlaskClient, catalogue: Catalogue) -> None:
    before = main_words(client.get("/missing", query_string={"q": "he hits me"}))
    response = send(client, q="he hits me")
    after = main_words(client.get(response.headers["Location"]))

    assert "National Domestic Abuse Helpline" in before
    assert "National Domestic Abuse Helpline" in after


def test_program_is_not_taken(client: FlaskClient, catalogue: Catalogue, session: DbSession) -> None:
    page = read(send(client, q="swimming", homepage="https://buy.example"))

    assert "not sure that a person" in next(iter(summary(page)))
    assert stored(session) == []


def test_limit_is_shared_with_reports_and_loses_nothing(client: FlaskClient, catalogue: Catalogue) -> None:
    slug = catalogue.add(id="acorn", name="Acorn Group")
    taken = [send(client, q="swimming").status_code for _ in range(5)]
    path = f"/services/{slug}/report"

    response = press(client, path, path, reason="time", details="Ten now")

    assert taken == [303] * 5
    assert response.status_code == 429
    assert only(read(response), "#details").get_text().strip() == "Ten now"


def test_form_without_its_token_comes_back_as_it_was(client: FlaskClient, catalogue: Catalogue) -> None:
    response = client.post("/missing", data={"q": "swimming", "place": "Marlow"})

    assert response.status_code == 400
    assert only(read(response), "#q")["value"] == "swimming"


def test_team_sees_it_and_takes_it_off_the_list(app: Flask, catalogue: Catalogue, staff: FlaskClient) -> None:
    send(app.test_client(), need="sleep", place="Marlow Cross")
    send(app.test_client(), q="pony club")
    start = main_words(staff.get("/moderation"))
    shown = main_words(staff.get("/moderation/reports/missing"))
    address = str(only(read(staff.get("/moderation/reports/missing")), "main li:nth-child(1) form")["action"])

    done = press(staff, "/moderation/reports/missing", address)

    assert "2 Help that families did not find" in start
    assert "Sleep Marlow Cross" in shown
    assert "“pony club”" in shown
    assert done.status_code == 303
    assert "1 to look at" in main_words(staff.get("/moderation/reports/missing"))
    with app.app_context():
        assert [one.done_by for one in app.extensions["sqlalchemy"].session.scalars(select(MissingHelp))].count(
            None
        ) == 1
    assert press(staff, "/moderation/reports/missing", "/moderation/reports/missing/9999/done").status_code == 404


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Oakham Green", "Oakham Green"),
        ("FA1", "FA1"),
        ("fa1 1aa", "FA1"),
        ("FA11AA", "FA1"),
        ("near W1A-0AX please", "near W1A please"),
        ("ring +44 (0)1632 960001 now", f"ring {LEFT_OUT} now"),
        ("01632.960.001", LEFT_OUT),
        ("Jo.B@mail.example said", f"{LEFT_OUT} said"),
        ("ages 5 to 11, 10:30 to 12:00", "ages 5 to 11, 10:30 to 12:00"),
        ("a club for 11-16 year olds", "a club for 11-16 year olds"),
        ("since 2019", "since 2019"),
    ],
)
def test_what_says_who_somebody_is_is_left_out(typed: str, kept: str) -> None:
    assert without_contacts(typed) == kept


@given(st.text(alphabet="0123456789 -.@abcFA", max_size=60))
def test_no_long_number_is_left(text: str) -> None:
    kept = without_contacts(text)

    assert not any(run.isdigit() and len(run) >= 7 for run in kept.replace("-", "").replace(".", "").split())
