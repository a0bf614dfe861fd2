"""Letting someone in, and where they go then."""

from flask import redirect, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.directory import second_step
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role

_HOMES = {
    Role.PROVIDER: "providers.list_listings",
    Role.PRACTITIONER: "signposting.show_start",
    Role.PLANNER: "insight.show_start",
    Role.MODERATOR: "moderation.show_start",
    Role.MANAGER: "moderation.show_start",
    Role.ADMINISTRATOR: "moderation.show_start",
}


def home() -> str:
    """Where someone's work begins."""
    who = access.get_signed_in_or_none()
    return url_for(_HOMES[who.role] if who else "accounts.show_account")


def let_in(account: Account, *, then: str, gave_second_step: bool = False) -> Response:
    """Sign someone in who has shown who they are, and lead on; or first to the code or the setting-up that they owe.

    This commits.
    """
    if second_step.is_on(account.id) and not gave_second_step:
        access.hold_session(account, then=then)
        db.session.commit()
        return redirect(url_for("accounts.show_code"), 303)
    access.start_session(account, stepped_elsewhere=gave_second_step)
    db.session.commit()
    if access.owes_second_step():
        return redirect(url_for("accounts.show_set_up", next=then or None), 303)
    return redirect(then or home(), 303)
