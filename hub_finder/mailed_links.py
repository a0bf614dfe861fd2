"""Links that sign in, by mail: for those who have an account, and for providers who begin here."""

import re
import secrets

from flask import current_app, session

from hub_finder import web
from hub_finder.directory import outbox
from hub_finder.directory.sign_in_links import LINK_MINUTES, ask_for_link
from hub_finder.extensions import db

# From one address: an office has several people behind one.
ASKS = "10 per minute;60 per hour"
WAIT = "Many links were asked for from here in a short while. Wait a minute, then press the button again"
ASKED_OFTEN = "Many links were asked for with this address. Use the newest, or ask again in an hour"
SUBJECT = "Your link to sign in to {site}"
# It holds nothing that was typed: whoever typed the address may be a stranger.
BODY = """Someone, we think you, asked to sign in to {site} with this address.

Open this link to sign in:
{link}

It works once, in the next {minutes} minutes. It ends the links that you asked for before.

Was it not you? Then do nothing. Nobody gets in without this link, so do not pass it on.

Nobody reads replies to this message.
"""
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
# It may be kept in a cookie, which browsers hold up to 4,096 bytes of.
LONGEST_PATH = 1000


def own_path(text: str | None) -> str:
    """A path of this site that someone may be sent to after signing in; "" for everything else."""
    return text if text and len(text) <= LONGEST_PATH and OWN_PATH.fullmatch(text) else ""


def mail_link(email: str, *, then: str, joining: str | None = None) -> None:
    """Put a link into the outbox if the address may get one; whether it may, nothing that is done depends on.

    Who asks goes on to the path `then`. Who is `joining` under a name may get one without an account. Raises
    TooManyAsked.
    """
    browser = session.setdefault("browser", secrets.token_urlsafe(16))
    secret, may_get_it = ask_for_link(email, browser=browser, key=current_app.config["SECRET_KEY"], joining=joining)
    link = web.public_url("accounts.show_link", token=secret)
    body = BODY.format(site=web.SITE_NAME, link=link, minutes=LINK_MINUTES)
    with db.session.begin_nested() as written:
        outbox.post(email, subject=SUBJECT.format(site=web.SITE_NAME), body=body)
        # Written for nobody as well, and taken back, so that it takes as long.
        if not may_get_it:
            written.rollback()
    session["then"] = then
