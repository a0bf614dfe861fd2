"""Every route says who may open it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hub_finder import create_app
from hub_finder.access import ANYONE, FRAMEWORK, PUBLIC, public, rule_of
from hub_finder.directory.accounts import MANAGERS, PLANNERS, SIGNPOSTERS, STAFF
from hub_finder.extensions import csrf, db
from hub_finder.models.accounts import Role
from tests.conftest import FAIRSHIRE
from tests.signing_in import sign_in

ROLES: tuple[Role | None, ...] = (None, *Role)
# For each route and method, what becomes of a request by each of ROLES.
LIST = Path(__file__).with_name("access.txt")
TABLE: dict[tuple[str, str], list[str]] = {
    (method, endpoint): answers
    for method, endpoint, *answers in (line.split() for line in LIST.read_text(encoding="utf-8").splitlines()[1:])
}
# No form sends these: a program does, with a secret.
BY_TOKEN = {"callbacks.take_notify_status"}
RULES: set[str | frozenset[Role]] = {PUBLIC, ANYONE, STAFF, MANAGERS, SIGNPOSTERS, PLANNERS}
VALUES = {
    "uid": "00000000-0000-4000-8000-000000000000",
    "form": "csv",
    "reference": "none",
    "slug": "none",
    "key": "none",
    "name": "none",
    "number": 1,
    "year": 2026,
    "token": "none",
    "need": "none",
    "action": "claim",
    "status": "approved",
    "text": "none",
    "filename": "none",
}


def addresses(app: Flask) -> list[tuple[str, str, Rule]]:
    """(method, path, rule) of every route."""
    with app.test_request_context():
        return [
            (
                method,
                app.url_map.bind("localhost").build(rule.endpoint, {name: VALUES[name] for name in rule.arguments}),
                rule,
            )
            for rule in app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]


def test_every_route_states_a_rule(plain_app: Flask) -> None:
    silent = [rule.rule for rule in plain_app.url_map.iter_rules() if rule_of(plain_app, rule.endpoint) is None]

    assert silent == []


def test_every_route_and_method_stands_in_the_table(plain_app: Flask) -> None:
    there = {(method, rule.endpoint) for method, _path, rule in addresses(plain_app)}

    assert sorted(there - TABLE.keys()) == [], "tests/rules/access.txt lacks these: say who may open them"
    assert sorted(TABLE.keys() - there) == []


def test_table_names_its_columns_and_nothing_else_than_three_answers() -> None:
    head = LIST.read_text(encoding="utf-8").splitlines()[0].split()

    assert head == ["method", "endpoint", "signed-out", *map(str, Role)]
    assert {answer for answers in TABLE.values() for answer in answers} == {"open", "sign-in", "refused"}
    assert {len(answers) for answers in TABLE.values()} == {len(ROLES)}


def test_every_rule_that_is_stated_is_one_of_the_few(plain_app: Flask) -> None:
    stated = {rule_of(plain_app, rule.endpoint) for rule in plain_app.url_map.iter_rules()}

    assert stated == RULES


def test_staff_are_three_of_the_roles() -> None:
    assert set(Role) - STAFF == {Role.PROVIDER, Role.PRACTITIONER, Role.PLANNER}
    assert set(STAFF) - MANAGERS == {Role.MODERATOR}


def test_managers_are_of_the_team() -> None:
    assert {Role.MODERATOR} == STAFF - MANAGERS
    assert MANAGERS < STAFF


@pytest.mark.parametrize("role", ROLES)
def test_request_of_a_role_becomes_what_the_table_says(app: Flask, role: Role | None) -> None:
    client = app.test_client()
    if role:
        sign_in(client, role)
    column = ROLES.index(role)

    became = {
        # As from another site, for which "/leave" ends no session.
        (method, rule.endpoint): _outcome(client.open(path, method=method, headers={"Sec-Fetch-Site": "cross-site"}))
        for method, path, rule in addresses(app)
    }

    assert became == {key: TABLE[key][column] for key in became}


def _outcome(response: TestResponse) -> str:
    if (response.location or "").startswith("/accounts/sign-in?next="):
        return "sign-in"
    return "refused" if response.status_code == 403 else "open"


def test_every_form_needs_its_token(app: Flask) -> None:
    client = sign_in(app.test_client(), Role.ADMINISTRATOR)
    posts = [
        (path, rule) for method, path, rule in addresses(app) if method == "POST" and rule.endpoint not in BY_TOKEN
    ]

    answers = {rule.endpoint: client.post(path).status_code for path, rule in posts}

    assert "moderation.edit" in answers
    assert set(answers.values()) == {400}
    assert [view for view in csrf._exempt_views if view.startswith("hub_finder")] == []


def test_only_what_has_a_token_of_its_own_is_taken_from_programs(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if hasattr(view, "from_a_program")}

    assert marked == BY_TOKEN
    assert sign_in(app.test_client(), Role.ADMINISTRATOR).post("/mail/notify-status").status_code == 401


# They act on nobody's account, and must not ask for a cookie before there is something to keep.
FROM_HERE = {
    "finder.add_to_shortlist",
    "finder.clear_shortlist",
    "finder.keep_shared",
    "finder.move_in_shortlist",
    "finder.remove_from_shortlist",
    "finder.say_whether_it_helped",
    "finder.send_shortlist",
}


def test_only_public_forms_are_believed_by_where_they_come_from(plain_app: Flask) -> None:
    marked = {name for name, view in plain_app.view_functions.items() if hasattr(view, "sent_from_here")}

    assert marked == FROM_HERE
    assert {rule_of(plain_app, name) for name in marked} == {PUBLIC}


def test_no_route_changes_anything_by_another_method(plain_app: Flask) -> None:
    methods = {method for rule in plain_app.url_map.iter_rules() for method in rule.methods or ()}

    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}


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
