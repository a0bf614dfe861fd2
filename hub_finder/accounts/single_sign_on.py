"""Signing in where people sign in for other things too: there, and back.

`openid` is imported only when somebody does: with what it needs, it takes a quarter of a second and 10 MB.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from flask import abort, current_app, render_template, request, session
from werkzeug import Response

from hub_finder import mail, web
from hub_finder.access import public
from hub_finder.accounts import blueprint
from hub_finder.accounts.asking import ASKS
from hub_finder.accounts.ways import let_in, own_path
from hub_finder.directory import accounts, identities
from hub_finder.directory.accounts import NoAccount
from hub_finder.extensions import db, limiter

# How long someone may take there: the telephone with the code is upstairs.
ERRAND_LASTS = timedelta(minutes=15)

Page = tuple[str, int]


@blueprint.post("/single-sign-on")
@limiter.limit(ASKS)
@public
def leave_for_provider() -> str | Page:
    """A page that leads on to the provider, by itself and with a link.

    No redirect: browsers hold it, and each one after it, against the policy of the page with the button, whose forms
    go nowhere else.
    """
    _stop_when_off()
    from hub_finder import openid

    then = own_path(request.form.get("next"))
    try:
        url, errand = openid.send_off(return_to=_return_address())
    except openid.SignOnFailed as failed:
        return _failed(failed, then=then, is_unreachable=True)
    session["away"] = {"errand": asdict(errand), "since": accounts.now().timestamp(), "then": then}
    return render_template("accounts/leave_for_provider.html", url=url)


@blueprint.get("/single-sign-on/return")
@limiter.limit(ASKS)
@public
def come_back() -> Response | Page:
    """Sign in who comes from the provider, once, in the browser that was sent there."""
    _stop_when_off()
    from hub_finder import openid

    away = session.pop("away", None)
    if away is None:
        return _failed("this browser was not sent there", then="")
    then = away["then"]
    if accounts.now() - datetime.fromtimestamp(away["since"], tz=UTC) > ERRAND_LASTS:
        return _failed("this browser was sent there too long ago", then=then)
    try:
        errand = openid.Errand(**away["errand"])
        person = openid.receive(request.args.to_dict(), errand, return_to=_return_address())
        email = person.email if mail.is_address(person.email) else ""
        account = identities.get_account_of(person.subject, issuer=person.issuer, email=email)
    except openid.SignOnFailed as failed:
        return _failed(failed, then=then, is_unreachable=isinstance(failed, openid.ProviderUnreachable))
    except NoAccount:
        db.session.rollback()
        return _failed("it names nobody who may sign in here", then=then)
    counts = current_app.config["HUB_OIDC_SECOND_STEP_COUNTS"] == "yes"
    return let_in(account, then=then, gave_second_step=counts and person.gave_second_step)


def _stop_when_off() -> None:
    if not current_app.config["HUB_OIDC_ISSUER"]:
        abort(404)


def _return_address() -> str:
    return web.public_url("accounts.come_back")


def _failed(why: object, *, then: str, is_unreachable: bool = False) -> Page:
    """One page, whatever is wrong with who came: nobody learns from it who has an account."""
    current_app.logger.warning("Single sign-on did not work: %s", why)
    page = render_template(
        "accounts/show_sign_on_failed.html",
        then=then,
        is_unreachable=is_unreachable,
        minutes=ERRAND_LASTS.seconds // 60,
    )
    return page, 503 if is_unreachable else 400
