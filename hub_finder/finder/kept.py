"""The shortlist in the reader's browser: a signed cookie, which is set when something is put into the list."""

import hashlib
from collections.abc import Sequence

from flask import current_app, g, request
from itsdangerous import BadSignature, Signer
from werkzeug import Response

from hub_finder.config import site_keys
from hub_finder.directory.shortlist import BadCode, Uids, pack, unpack
from hub_finder.finder import blueprint

# Since the list was changed last.
LASTS_DAYS = 30


@blueprint.app_template_global()
def shortlist() -> Uids:
    """The ids of the listings in the reader's list, in their order. A cookie that is not ours is an empty list."""
    if "shortlist" not in g:
        try:
            g.shortlist = unpack(_signer().unsign(request.cookies.get(_name(), "")).decode())
        except (BadSignature, BadCode):
            g.shortlist = ()
    uids: Uids = g.shortlist
    return uids


def keep(response: Response, uids: Sequence[str]) -> Response:
    """Let the reader's browser keep this list from here on; an empty one leaves no cookie behind."""
    g.shortlist = tuple(uids)
    value = _signer().sign(pack(uids)).decode() if uids else ""
    seconds = LASTS_DAYS * 86_400 if uids else 0
    response.set_cookie(_name(), value, max_age=seconds, secure=_is_secure(), httponly=True, samesite="Lax")
    return response


def _signer() -> Signer:
    # It signs with the last, and believes all.
    return Signer(site_keys(current_app.config)[::-1], salt="shortlist", digest_method=hashlib.sha256)


def _is_secure() -> bool:
    return bool(current_app.config["HUB_BASE_URL"].startswith("https://"))


def _name() -> str:
    # The prefix makes browsers refuse a cookie that another host or an unsafe page set.
    return "__Host-shortlist" if _is_secure() else "shortlist"
