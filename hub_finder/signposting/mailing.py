"""The link to a list, mailed to a family. Their address is in the message alone, and goes with it."""

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask_limiter.util import get_remote_address
from werkzeug import Response

from hub_finder import mail
from hub_finder.access import get_signed_in_or_none, signposters
from hub_finder.directory import outbox
from hub_finder.directory.days import day_words
from hub_finder.extensions import db, limiter
from hub_finder.languages import OWN_NAMES, _, reading
from hub_finder.models.signposting import FamilyList
from hub_finder.signposting import blueprint
from hub_finder.signposting.handing_over import handing_over_page, link_to
from hub_finder.signposting.lists import get_own_or_404
from hub_finder.web import CannotRead

# Of one account.
MAILS = "10 per hour;40 per day"
# A link that could not be sent for so long is not sent at all.
WAITS = timedelta(days=1)


def _account() -> str:
    who = get_signed_in_or_none()
    return f"account {who.account_id}" if who else get_remote_address()


@blueprint.post("/lists/<row:number>/email")
@limiter.limit(MAILS, key_func=_account, deduct_when=lambda response: response.status_code == 303)
@signposters
def mail_list(number: int) -> Response | tuple[str, int]:
    listed = get_own_or_404(number)
    address = request.form.get("email", "").strip()
    tag = request.form.get("language", "")
    if not mail.can_send():
        raise CannotRead("This site sends no mail.")
    if tag not in OWN_NAMES:
        raise CannotRead(f"“language” must be one of: {', '.join(OWN_NAMES)}.")
    link = link_to(listed, tag)
    if not link:
        raise CannotRead("The list has no link that works. Hand it over first.")
    if not mail.is_address(address):
        problem = "Enter an email address, like name@example.org"
        return handing_over_page(listed, tag, address=address, problem=problem), 400
    with reading(tag):
        subject, body = _("Your list of places"), _letter(listed, link)
    outbox.post(address, subject=subject, body=body, good_until=outbox.now() + WAITS, private=True)
    db.session.commit()
    flash("The link is on its way. The address goes with the message: we do not keep it.")
    return redirect(url_for("signposting.show_handing_over", number=number, language=tag), 303)


def _letter(listed: FamilyList, link: str) -> str:
    """No title and no names: others may read a family's mail."""
    day = day_words(listed.ends_on) if listed.ends_on else ""
    parts = [
        _("Open this list on a phone or computer:") + f"\n{link}",
        _(
            "Somebody who works with families put this list together. It holds nothing about you. The link works until "
            "%(day)s.",
            day=day,
        ),
        _("Times and prices can change. Ask before you go."),
        _("We have not kept your address, and this mail cannot be answered."),
    ]
    return "\n\n".join(parts) + "\n"
