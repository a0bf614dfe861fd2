"""Where someone goes once they are signed in."""

from flask import url_for

from hub_finder import access
from hub_finder.models.accounts import Role


def home() -> str:
    """Where someone's work begins."""
    who = access.get_signed_in_or_none()
    if who and who.role == Role.PROVIDER:
        return url_for("providers.list_listings")
    return url_for("moderation.show_start" if who and who.is_staff else "accounts.show_account")
