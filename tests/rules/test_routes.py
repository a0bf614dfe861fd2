"""The addresses that others rely on stand in a file, so that a change of one is seen in review."""

from inspect import iscoroutinefunction
from pathlib import Path

from flask import Flask

LIST = Path(__file__).with_name("routes.txt")


def test_list_of_routes_is_up_to_date(plain_app: Flask) -> None:
    routes = sorted(
        f"{rule.rule}  {','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}  {rule.endpoint}"
        for rule in plain_app.url_map.iter_rules()
    )

    listed = LIST.read_text(encoding="utf-8").splitlines()

    assert listed == routes, "tests/rules/routes.txt differs from the routes: change it if the change is meant"


def test_nothing_that_flask_calls_is_async(plain_app: Flask) -> None:
    around = (plain_app.before_request_funcs, plain_app.after_request_funcs, plain_app.teardown_request_funcs)
    called = [*plain_app.view_functions.values(), *(one for hooks in around for some in hooks.values() for one in some)]

    assert called
    assert not [one for one in called if iscoroutinefunction(one)]
