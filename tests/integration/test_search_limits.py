"""Pages that search, where the setting limits how often one address may open them."""

import time
from collections.abc import Callable

import pytest
from flask import Flask

from hub_finder import manners
from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE, build_app

START = 1_780_000_000.0


@pytest.mark.parametrize("path", ["/search?q=acorn", "/easy/search?q=acorn"])
def test_searches_of_one_address_are_limited_where_the_setting_says(
    make_database: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    now = [START]
    monkeypatch.setattr(time, "time", lambda: now[0])
    name = f"searches-{path.partition('?')[0].replace('/', '')}"
    app = build_app(make_database("sqlite", name), HUB_AREA=str(FAIRSHIRE), HUB_SEARCHES_PER_MINUTE="2")
    client = app.test_client()

    answers = [client.get(path) for _ in range(3)]
    others = [client.get(page).status_code for page in ("/", "/needs", "/health/live", "/api/search?q=acorn")]
    elsewhere = app.test_client().get(path, environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code
    now[0] += 60
    later = client.get(path).status_code
    with app.app_context():
        db.engine.dispose()

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Wait a minute and try again" in answers[2].get_data(as_text=True)
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60
    assert (others, elsewhere, later) == ([200] * 4, 200, 200)


def test_every_page_that_is_limited_is_there(app: Flask) -> None:
    assert set(app.view_functions) >= manners.SEARCHES
