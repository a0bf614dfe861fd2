"""Where someone goes once they are signed in."""

import re

from flask import url_for

from hub_finder import access

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
