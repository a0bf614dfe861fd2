"""Who may open a route. Every view states its rule; a route without one is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
FRAMEWORK = {"static": PUBLIC}


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def rule_of(app: Flask, endpoint: str) -> str | None:
    """The stated access rule of an endpoint, or None when there is none."""
    return FRAMEWORK.get(endpoint) or getattr(app.view_functions.get(endpoint), "access", None)


def init_app(app: Flask) -> None:
    app.before_request(_deny_by_default)


def _deny_by_default() -> None:
    if request.endpoint and rule_of(current_app, request.endpoint) != PUBLIC:
        abort(403)
