"""When nothing can be saved: families search on, and who sends a form keeps what they typed."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from hub_finder.extensions import db
from hub_finder.models.jobs import Job
from hub_finder.models.reports import Report
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue

numbers = iter(range(1000))
WORDS = "The hall moved to “Acorn” <b>Road</b> & nobody told us."
# A few of these fill a page of the database.
SENT = {"reason": "contact", "details": WORDS * 15, "email": "kim@example.org"}


@pytest.fixture(params=DATABASES)
def address(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> str:
    """A database with one listing."""
    made = make_database(request.param, f"unsaved-{next(numbers)}")
    with an_app(made) as app:
        catalogue = Catalogue(app)
        catalogue.add_places()
        catalogue.add(id="sleep", name="Sleep clinic")
    return made


@contextmanager
def an_app(address: str, **settings: str) -> Iterator[Flask]:
    app = build_app(address, HUB_AREA=str(FAIRSHIRE), **settings)
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def report(client: FlaskClient, typed: Mapping[str, str] = SENT, *, number: int = 1) -> TestResponse:
    """Send the form that reports a problem with a listing, filled in, from the address of visitor `number`."""
    page = BeautifulSoup(client.get("/services/sleep/report").data, "html.parser")
    form = page.select_one("main form[method=post]")
    assert form
    visitor = {"REMOTE_ADDR": f"10.0.0.{number}"}
    hidden = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[type=hidden]")}
    return client.post("/services/sleep/report", data={**typed, **hidden}, environ_base=visitor)


def told(response: TestResponse) -> dict[str, str]:
    """What the page sends when its button is pressed."""
    assert response.status_code == 503
    # Soon where a database failed; later where somebody said that the site only reads.
    assert response.headers["Retry-After"] in ("30", "300")
    assert response.headers["Cache-Control"] == "no-store"
    page = BeautifulSoup(response.data, "html.parser")
    assert page.h1
    assert page.h1.get_text() == "We could not save that"
    form = page.select_one("main form[method=post]")
    assert form
    assert form["action"] == "/services/sleep/report"
    return {str(one["name"]): str(one["value"]) for one in form.select("input")}


def count_reports(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Report)) or 0
        db.session.remove()
    return found


def test_site_that_only_reads_is_searched_and_keeps_what_was_typed(address: str) -> None:
    with an_app(address, HUB_READ_ONLY="yes") as app:
        client = app.test_client()

        found, sent = client.get("/search?q=sleep&postcode=FA1+1AA"), report(client)

        assert "Sleep clinic" in found.get_data(as_text=True)
        assert "Forms do not work just now" in found.get_data(as_text=True)
        fields = told(sent)
        assert fields.items() >= SENT.items()
        assert "<b>Road" not in sent.get_data(as_text=True)
        assert count_reports(app) == 0
    with an_app(address) as app:
        client = app.test_client()
        assert report(client, fields).status_code == 303
        assert count_reports(app) == 1


def test_nothing_that_a_view_does_can_write_while_the_site_only_reads(address: str) -> None:
    with an_app(address, HUB_READ_ONLY="yes") as app, app.test_request_context():
        with pytest.raises(DBAPIError):
            db.session.execute(text("UPDATE service SET name = 'Another'"))
        db.session.rollback()

        assert db.session.scalar(text("SELECT name FROM service")) == "Sleep clinic"


def test_own_list_works_while_the_site_only_reads(address: str) -> None:
    with an_app(address, HUB_READ_ONLY="yes") as app:
        client = app.test_client()

        client.post("/shortlist/add", data={"service": "sleep"}, headers={"Sec-Fetch-Site": "same-origin"})

        assert "Sleep clinic" in client.get("/shortlist").get_data(as_text=True)


def test_programs_are_told_in_json_that_nothing_is_saved(address: str) -> None:
    with an_app(address, HUB_READ_ONLY="yes") as app:
        answer = app.test_client().post("/mail/notify-status", json={})

        assert (answer.status_code, answer.get_json()["error"]) == (503, "not_saved")


def test_sign_in_answers_alike_for_everybody_while_the_site_only_reads(address: str) -> None:
    with an_app(address, HUB_READ_ONLY="yes") as app:
        app.test_cli_runner().invoke(args=["hub", "create-user", "robin@council.example", "--role", "moderator"])
        client = app.test_client()
        token = str(
            BeautifulSoup(client.get("/accounts/sign-in").data, "html.parser").select("main [name=csrf_token]")[0][
                "value"
            ]
        )

        pages = [
            client.post("/accounts/sign-in", data={"csrf_token": token, "email": email}).get_data(as_text=True)
            for email in ("robin@council.example", "nobody@council.example")
        ]

        robin, nobody = (
            re.sub('nonce(-|=.)[^\'" ]+|value=.[^"]+|[0-9a-f]{16}', "", page.replace(who, ""))
            for page, who in zip(pages, ("robin@council.example", "nobody@council.example"), strict=True)
        )
        assert robin == nobody


def test_commands_that_run_by_themselves_wait_and_others_do_not(address: str, tmp_path: Path) -> None:
    with an_app(address, HUB_READ_ONLY="yes") as app:
        runner = app.test_cli_runner()

        purge = runner.invoke(args=["hub", "purge"])
        checked = runner.invoke(args=["hub", "mark-checked", "sleep", "--by", "Robin Moss"])

        assert (purge.exit_code, purge.output) == (0, "HUB_READ_ONLY is set: nothing was done.\n")
        assert checked.exit_code == 0, checked.output
        with app.app_context():
            assert db.session.scalars(select(Job.name)).all() == []


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_full_disk_saves_nothing_by_half_and_says_so(address: str) -> None:
    with an_app(address) as app:
        client = app.test_client()
        with app.app_context():
            event.listen(db.engine, "checkout", leave_no_room)

        answers = [report(client, number=number) for number in range(12)]

        taken = [answer for answer in answers if answer.status_code == 303]
        assert told(answers[-1]).items() >= SENT.items()
        assert client.get("/search?q=sleep").status_code == 200
        with app.app_context():
            event.remove(db.engine, "checkout", leave_no_room)
            db.engine.dispose()
        assert count_reports(app) == len(taken)
        assert report(client).status_code == 303


def leave_no_room(connection: object, *_: object) -> None:
    """Let the file be as large as it is, and no larger."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()  # type: ignore[attr-defined]
    connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_server_that_only_reads_is_told_plainly(address: str) -> None:
    with an_app(address) as app:
        with app.app_context():
            name = db.session.scalar(text("SELECT current_database()"))
            db.session.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
            db.session.commit()
            db.session.remove()
            db.engine.dispose()

        sent = report(app.test_client())

        assert told(sent).items() >= SENT.items()
        assert app.test_client().get("/search?q=sleep").status_code == 200


def test_other_faults_of_a_database_are_still_faults(address: str) -> None:
    with an_app(address) as app:
        with app.app_context():
            db.session.execute(text("DROP TABLE report"))
            db.session.commit()
        client = app.test_client()

        with pytest.raises(DBAPIError):
            report(client)
