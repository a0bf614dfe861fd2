"""Error pages: the right status, plain words, a way on, and nothing about the inside or about the family."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import TooManyRequests

from hub_finder import create_app
from hub_finder.access import public
from hub_finder.config import ROOT
from hub_finder.extensions import csrf, db
from hub_finder.outages import is_outage
from hub_finder.web import ERRORS
from tests.conftest import FAIRSHIRE
from tests.page_client import PageClient, words_of
from tests.reading import only, read


@pytest.fixture(scope="module")
def failing_app(make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """The app as it runs for families, with routes that fail in every way."""
    app = create_app({"DATABASE_URL": make_database("sqlite", "failing"), "HUB_AREA": str(FAIRSHIRE)})
    app.test_client_class = PageClient

    @app.get("/fail/<int:code>", endpoint="fail")
    @app.get("/fail/<int:code>.json", endpoint="fail_json")
    @public
    def fail(code: int) -> str:
        if code == 500:
            raise RuntimeError("the inside of the machine")
        if code == 429:
            raise TooManyRequests(retry_after=30)
        abort(code)

    @app.post("/take", endpoint="take")
    @public
    def take() -> dict[str, int]:
        return {"taken": len(request.get_data())}

    @app.post("/unsaved", endpoint="unsaved")
    @public
    def unsaved() -> str:
        raise NoConnectionFree

    csrf.exempt(take)
    csrf.exempt(unsaved)

    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def failing(failing_app: Flask) -> FlaskClient:
    return failing_app.test_client()


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_error_page_is_plain_and_leads_on(failing: FlaskClient, code: int) -> None:
    response = failing.get(f"/fail/{code}")

    page = read(response)
    heading, message = ERRORS[code]
    assert response.status_code == code
    assert page.h1
    assert words_of(page.h1) == heading
    assert message in words_of(only(page, "main"))
    assert "inside of the machine" not in response.get_data(as_text=True)
    assert {"/", "/needs", "/hubs", "tel:+441632960001"} <= {str(link["href"]) for link in page.select("main a")}
    assert only(page, "main form")["action"] == "/search"
    assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_machines_get_the_same_error_in_one_shape(failing: FlaskClient, code: int) -> None:
    response = failing.get(f"/fail/{code}.json")

    assert response.status_code == code
    assert response.is_json
    assert set(response.get_json()) == {"error", "message", "status", "title", "detail"}
    assert response.get_json()["message"] == ". ".join(ERRORS[code])
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_error_without_a_page_of_its_own_has_words_too(failing: FlaskClient) -> None:
    response = failing.get("/fail/409")

    assert response.status_code == 409
    assert "We could not read that" in words_of(only(read(response), "h1"))


def test_too_many_tries_says_when_to_come_back(failing: FlaskClient) -> None:
    assert failing.get("/fail/429").headers["Retry-After"] == "30"


def test_wrong_method_says_which_are_right(failing: FlaskClient) -> None:
    response = failing.post("/search", data={"q": "x"})

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_body_that_is_too_large_answers_413(failing: FlaskClient) -> None:
    assert failing.post("/take", data=b"x" * (1024 * 1024)).status_code == 200
    assert failing.post("/take", data=b"x" * (1024 * 1024 + 1)).status_code == 413


def test_failure_is_logged_without_the_address_that_was_asked_for(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    failing.get("/fail/500?q=mybabycries&postcode=FA1+1AA")

    assert "RuntimeError at /fail/<int:code>" in caplog.text
    assert "inside of the machine" in caplog.text
    assert "mybabycries" not in caplog.text


PRIVATE = {"q": "mybabycries", "postcode": "FA1 1AA", "age": "7"}


def holds_private(said: str) -> list[str]:
    return [word for word in ("mybabycries", "mybabycri", "FA1 1AA", "FA11AA", "FA1+1AA", "FA1%201AA") if word in said]


@pytest.mark.parametrize("broken", ["postcode", "search_clock"])
@pytest.mark.parametrize("address", ["/search", "/api/search", "/services.geojson"])
def test_failing_search_logs_nothing_that_a_family_typed(
    make_database: Callable[[str, str], str], caplog: pytest.LogCaptureFixture, broken: str, address: str
) -> None:
    caplog.set_level(logging.DEBUG)
    name = f"broken-{broken}-{address.strip('/').replace('/', '-')}"
    app = create_app({"DATABASE_URL": make_database("sqlite", name), "HUB_AREA": str(FAIRSHIRE)})
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        db.session.execute(text(f"DROP TABLE {broken}"))
        db.session.commit()
    caplog.clear()
    asked = PRIVATE if broken == "postcode" else {"q": "mybabycries"}

    response = app.test_client().get(address, query_string=asked)

    with app.app_context():
        db.engine.dispose()
    assert response.status_code == 500
    assert "OperationalError" in caplog.text
    assert holds_private(caplog.text) == []
    assert holds_private(response.get_data(as_text=True).split("<form")[0]) == []


def test_no_search_logs_what_a_family_typed(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    for address in ("/search", "/api/search", "/services.geojson", "/api/needs"):
        client.get(address, query_string=PRIVATE)
    client.get("/api/places/FA1 1AA")

    assert holds_private(caplog.text) == []


def test_site_that_cannot_reach_its_database_is_alive_but_not_ready(
    make_database: Callable[[str, str], str],
) -> None:
    app = create_app({"DATABASE_URL": make_database("sqlite", "not-set-up"), "HUB_AREA": str(FAIRSHIRE)})
    client = app.test_client()

    live, ready = client.get("/health/live"), client.get("/health/ready")

    with app.app_context():
        db.engine.dispose()
    assert (live.status_code, live.get_json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.get_json()["status"]) == (503, "unavailable")


def test_form_that_cannot_be_saved_is_shown_again_with_all_that_was_typed(failing_app: Flask) -> None:
    typed = {"details": ["The hall is  <closed>", "in August & May"], "reason": ["other"]}

    answer = failing_app.test_client().post("/unsaved?from=here", data=typed)

    page = read(answer)
    form = next(one for one in page.select("main form") if one.get("method") == "post")
    sent = [(one["name"], one["value"]) for one in form.select("input[type=hidden]") if one["name"] != "csrf_token"]
    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"
    assert form["action"] == "/unsaved?from=here"
    assert sent == [("details", "The hall is  <closed>"), ("details", "in August & May"), ("reason", "other")]
    assert "The hall is <closed>" in words_of(only(page, "main"))
    assert "in August & May" in words_of(only(page, "main"))


def test_file_that_cannot_be_saved_is_asked_for_again(failing_app: Flask) -> None:
    typed = {"details": "Our new leaflet", "file": (BytesIO(b"a,b"), "listings.csv")}

    answer = failing_app.test_client().post("/unsaved", data=typed)

    said = words_of(only(read(answer), "main"))
    assert "Your file was not kept. You will need to choose it again." in said
    assert "Our new leaflet" in said


def test_file_of_sqlite_that_is_held_is_told_as_an_outage_and_other_faults_are_not() -> None:
    def fault(code: int) -> DBAPIError:
        cause = sqlite3.OperationalError("whatever it says")
        cause.sqlite_errorcode = code
        return DBAPIError("SELECT 1", None, cause)

    assert is_outage(fault(sqlite3.SQLITE_BUSY_SNAPSHOT))
    assert not is_outage(fault(sqlite3.SQLITE_ERROR))
    assert is_outage(NoConnectionFree())
    assert not is_outage(ValueError())
