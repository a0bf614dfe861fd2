"""The log: an object on each line, found again by the id that an answer and an error page carry."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.logging import default_handler
from sqlalchemy import text

from hub_finder import create_app, logs
from hub_finder.access import public
from hub_finder.extensions import db
from tests.conftest import DATABASES, FAIRSHIRE

numbers = iter(range(1000))
ID = "Abc-123.def_4567"


@pytest.fixture(params=DATABASES)
def build(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Callable[..., Flask]]:
    """Call with settings for an app as it runs for families, with a route that fails and an empty database."""
    apps: list[Flask] = []

    def make(**settings: str) -> Flask:
        address = make_database(request.param, f"logs-{next(numbers)}")
        app = create_app({"DATABASE_URL": address, "HUB_AREA": str(FAIRSHIRE), **settings})

        @app.get("/fail/<text>", endpoint="fail")
        @public
        def fail(text: str) -> str:
            raise RuntimeError("the inside of the machine")

        apps.append(app)
        return app

    yield make
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(autouse=True)
def plain_again() -> Iterator[None]:
    """All apps of a process write by one handler."""
    formatter, logger = default_handler.formatter, logging.getLogger("hub_finder")
    handlers = list(logger.handlers)
    yield
    default_handler.setFormatter(formatter)
    logger.handlers[:] = handlers


def test_each_line_is_an_object_and_is_found_by_what_the_page_shows(build: Callable[..., Flask]) -> None:
    app = build(HUB_LOG_FORMAT="json")
    out = io.StringIO()

    response = app.test_client().get("/fail/my-baby-cries?postcode=FA1+1AA", errors_stream=out)

    (line,) = map(json.loads, out.getvalue().splitlines())
    assert line["id"] == response.headers["X-Request-ID"]
    assert f"Error 500 · {line['id']}" in response.text
    assert (line["level"], line["method"], line["route"]) == ("error", "GET", "/fail/<text>")
    assert line["message"] == f"RuntimeError at /fail/<text>, request {line['id']}"
    assert "the inside of the machine" in line["traceback"]
    assert datetime.fromisoformat(line["at"]).tzinfo is not None
    assert "baby" not in out.getvalue()
    assert "FA1" not in out.getvalue()


def test_a_line_outside_of_a_request_has_no_request(
    build: Callable[..., Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    app = build(HUB_LOG_FORMAT="json")
    capsys.readouterr()

    with app.app_context():
        app.logger.warning("Two\nlines, and “marks”")

    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert line.keys() == {"at", "level", "message"}
    assert line["message"] == "Two\nlines, and “marks”"


def test_each_answer_has_an_id_of_its_own(build: Callable[..., Flask]) -> None:
    client = build().test_client()

    ids = [client.get("/health/live", headers={"X-Request-ID": ID}).headers["X-Request-ID"] for _ in range(2)]

    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in ids)
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("given", "is_kept"), [(ID, True), ("short", False), ("x" * 65, False), ("a b c d e f", False)]
)
def test_a_proxy_that_is_trusted_names_the_request(build: Callable[..., Flask], given: str, *, is_kept: bool) -> None:
    client = build(HUB_PROXIES="1").test_client()

    answer = client.get("/health/live", headers={"X-Request-ID": given})

    assert (answer.headers["X-Request-ID"] == given) is is_kept


def test_slow_statements_are_told_without_their_values(
    build: Callable[..., Flask], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build(HUB_SLOW_QUERY_MS="500")
    clock = iter(range(1000))
    monkeypatch.setattr(logs, "monotonic", lambda: next(clock) * 0.4)
    ask = text("SELECT 1\nWHERE '' = :secret")
    with app.app_context():
        db.session.execute(ask, {"secret": "mybabycries"})
        assert "A statement took" not in caplog.text
        app.config["HUB_SLOW_QUERY_MS"] = 400

        db.session.execute(ask, {"secret": "mybabycries"})

    assert "A statement took 400 ms: SELECT 1 WHERE '' = " in caplog.text
    assert "mybabycries" not in caplog.text


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("HUB_LOG_FORMAT", "xml", "must be text or json"),
        ("HUB_SLOW_QUERY_MS", "soon", "must be a whole number of milliseconds"),
        ("HUB_SLOW_QUERY_MS", "-1", "must be a whole number of milliseconds"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(setting: str, value: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        create_app({setting: value})
