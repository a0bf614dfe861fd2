"""Forms that another site must not be able to send: by a token, or by where they were sent from.

A token needs a cookie on every page that has a form. Families get none until they ask for something to be kept
(decision 30), so the forms that act on nobody's account are believed when the browser says that they come from here.
"""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import Signer

View = TypeVar("View", bound=Callable[..., Any])
# Flask-WTF signs its tokens with what itsdangerous takes when nobody says: SHA-1, but for this.
Signer.default_digest_method = staticmethod(hashlib.sha256)


class FormProtection(CSRFProtect):
    """Flask-WTF's token on every form, but for the views marked with `sent_from_here` or `from_a_program`."""

    def protect(self, apply_exemptions: bool = False) -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, "from_a_program", False):
            return
        if not getattr(view, "sent_from_here", False):
            super().protect(apply_exemptions)
        elif request.method not in ("GET", "HEAD", "OPTIONS") and not was_sent_from_here():
            raise CSRFError("The form does not come from a page of this site.")


def sent_from_here(view: View) -> View:
    """Mark a view that needs no token: its form must come from a page of this site, and it acts on no account."""
    view.sent_from_here = True  # type: ignore[attr-defined]
    return view


def from_a_program(view: View) -> View:
    """Mark a view that no form sends to: it heeds no cookie, and asks for a secret that no browser has."""
    view.from_a_program = True  # type: ignore[attr-defined]
    return view


def was_sent_from_here() -> bool:
    """What the browser says, and no page can make it say otherwise. A browser that says nothing is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")  # none: the reader did it, such as sending a form again
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    ours = {_origin(request.host_url), _origin(current_app.config["HUB_BASE_URL"])}
    return _origin(said) in ours - {None}


def _origin(address: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc) if parts.scheme and parts.netloc else None
