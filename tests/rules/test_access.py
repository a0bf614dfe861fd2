"""Every route says who may open it."""

from collections.abc import Callable

from flask import Flask

from hub_finder import create_app
from hub_finder.access import FRAMEWORK, PUBLIC, public, rule_of
from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE


def test_every_route_states_a_rule(plain_app: Flask) -> None:
    silent = [rule.rule for rule in plain_app.url_map.iter_rules() if rule_of(plain_app, rule.endpoint) is None]

    assert silent == []


def test_every_rule_is_one_that_is_known(plain_app: Flask) -> None:
    assert {rule_of(plain_app, rule.endpoint) for rule in plain_app.url_map.iter_rules()} <= {PUBLIC}


def test_only_the_framework_states_rules_for_others(plain_app: Flask) -> None:
    stated = {name for name, view in plain_app.view_functions.items() if hasattr(view, "access")}

    assert set(FRAMEWORK) == {"static"}
    assert stated | set(FRAMEWORK) == set(plain_app.view_functions)


def test_route_without_a_rule_is_refused(make_database: Callable[[str, str], str]) -> None:
    app = create_app({"TESTING": True, "DATABASE_URL": make_database("sqlite", "access"), "HUB_AREA": str(FAIRSHIRE)})
    ran = []

    @app.get("/forgotten")
    def forgotten() -> str:
        ran.append("forgotten")
        return "secret"

    @app.get("/api/forgotten")
    def forgotten_too() -> str:
        ran.append("forgotten too")
        return "secret"

    @app.get("/stated")
    @public
    def stated() -> dict[str, str]:
        return {"said": "hello"}

    client = app.test_client()
    answers = {path: client.get(path) for path in ("/forgotten", "/api/forgotten", "/stated")}
    with app.app_context():
        db.engine.dispose()

    assert {path: answer.status_code for path, answer in answers.items()} == {
        "/forgotten": 403,
        "/api/forgotten": 403,
        "/stated": 200,
    }
    assert ran == []
    assert answers["/api/forgotten"].get_json()["error"] == "forbidden"
