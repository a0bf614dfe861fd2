"""Letting someone in, and where they go then."""

import re

from flask import redirect, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.directory import second_step
from hub_finder.extensions import db
from hub_finder.models.accounts import Account

OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
# It may be kept in a cookie, which browsers hold up to 4,096 bytes of.
LONGEST = 1000


def own_path(text: str | None) -> str:
    """A path of this site that someone may be sent to after signing in; "" for everything else."""
    return text if text and len(text) <= LONGEST and OWN_PATH.fullmatch(text) else ""


def home() -> str:
    """Where someone's work begins."""
    who = access.get_signed_in_or_none()
    return url_for("moderation.show_start" if who and who.is_staff else "accounts.show_account")


def let_in(account: Account, *, then: str, gave_second_step: bool = False) -> Response:
    """Sign someone in who has shown who they are, and lead on; or first to the code that they owe. This commits."""
    if second_step.is_on(account.id) and not gave_second_step:
        access.hold_session(account, then=then)
        db.session.commit()
        return redirect(url_for("accounts.show_code"), 303)
    access.start_session(account)
    db.session.commit()
    return redirect(then or home(), 303)
