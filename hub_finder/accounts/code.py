"""The code that some give after their link, and setting that up."""

from collections.abc import Callable

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug import Response

from hub_finder import access, web
from hub_finder.access import public, signed_in
from hub_finder.accounts import blueprint
from hub_finder.accounts.forms import WRONG_CODE, CodeForm
from hub_finder.accounts.ways import home
from hub_finder.config import site_keys
from hub_finder.directory import second_step
from hub_finder.directory.second_step import TRIED_WITHIN, AlreadyOn, TooManyTries, WrongCode
from hub_finder.directory.sessions import find_sessions
from hub_finder.extensions import db, limiter
from hub_finder.mailed_links import own_path
from hub_finder.models.accounts import Account
from hub_finder.qr import draw_qr

# From one address, whoever's code it is; the tries for one account are counted with it.
TRIES = "10 per minute"
TOO_MANY = f"Too many codes were not right. Wait {TRIED_WITHIN.seconds // 60} minutes, then try again"

Page = tuple[str, int]


@blueprint.get("/code")
@public
def show_code() -> str | Response:
    """A box for the code. Only who came with a good link gets here."""
    if access.get_held_or_none() is None:
        return redirect(url_for("accounts.show_sign_in"))
    return render_template("accounts/show_code.html", form=CodeForm())


@blueprint.post("/code")
@limiter.limit(TRIES)
@public
def give_code() -> Response | Page:
    held = access.get_held_or_none()
    if held is None:
        return redirect(url_for("accounts.show_sign_in"), 303)
    account, then = held
    form = CodeForm(request.form)
    refused = _take_code(form, account.id, lambda: render_template("accounts/show_code.html", form=form))
    if refused:
        return refused
    access.start_session(account)
    db.session.commit()
    return redirect(then or home(), 303)


@blueprint.get("/second-step")
@signed_in
def show_set_up() -> str | Response:
    if second_step.is_on(access.actor().account_id):
        return redirect(url_for("accounts.show_account"))
    return _set_up_page(CodeForm())


@blueprint.post("/second-step")
@limiter.limit(TRIES)
@signed_in
def set_up() -> str | Response | Page:
    """Turn it on, and show the recovery codes: only now can they be read."""
    who, form = access.actor(), CodeForm(request.form)
    if not form.validate():
        return _set_up_page(form), 400
    try:
        codes = second_step.turn_on(who.account_id, salt=_salt(), code=form.code.data, key=_key())
    except AlreadyOn:
        db.session.rollback()
        return redirect(url_for("accounts.show_account"), 303)
    except WrongCode:
        db.session.rollback()
        form.code.errors = [WRONG_CODE]
        return _set_up_page(form), 400
    access.renew_session(db.session.get_one(Account, who.account_id, populate_existing=True))
    db.session.commit()
    then = own_path(request.form.get("next")) or (home() if who.owes_second_step else "")
    return render_template("accounts/show_recovery_codes.html", codes=codes, then=then)


@blueprint.post("/second-step/off")
@limiter.limit(TRIES)
@signed_in
def turn_off() -> Response | Page:
    """Whoever finds a computer where someone is signed in cannot do this: it takes a code."""
    who, form = access.actor(), CodeForm(request.form)
    refused = _take_code(form, who.account_id, lambda: account_page(form))
    if refused:
        return refused
    second_step.turn_off(who.account_id)
    db.session.commit()
    return redirect(url_for("accounts.show_account"), 303)


def account_page(form: CodeForm) -> str:
    """The page of whoever is signed in, with the box for the code that turns the second step off."""
    who = access.actor()
    is_on = second_step.is_on(who.account_id)
    left = second_step.count_recovery_codes(who.account_id) if is_on else 0
    is_required = access.is_second_step_required(who.role)
    return render_template(
        "accounts/show_account.html",
        who=who,
        form=form,
        is_on=is_on,
        left=left,
        is_required=is_required,
        sessions=find_sessions(who.account_id),
        this=access.session_key(),
    )


def _take_code(form: CodeForm, account_id: int, page: Callable[[], str]) -> Page | None:
    """Use up the code of a form; else the page that tells what is wrong with it."""
    if not form.validate():
        return page(), 400
    try:
        second_step.use_code(account_id, code=form.code.data, keys=site_keys(current_app.config))
    except TooManyTries:
        db.session.rollback()
        form.code.errors = [TOO_MANY]
        return page(), 429
    except WrongCode:
        db.session.commit()
        form.code.errors = [WRONG_CODE]
        return page(), 400
    return None


def _set_up_page(form: CodeForm) -> str:
    who = access.actor()
    secret = second_step.secret_of(who.account_id, salt=_salt(), key=_key())
    return render_template(
        "accounts/show_set_up.html",
        form=form,
        is_owed=who.owes_second_step,
        then=own_path(request.values.get("next")),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        qr=draw_qr(second_step.address_of(secret, email=who.email, site=web.SITE_NAME)),
    )


def _salt() -> str:
    """Of this setting-up: the page that is shown again after a slip has the same secret."""
    salt: str = session.setdefault("salt", second_step.new_salt())
    return salt


def _key() -> str:
    key: str = current_app.config["SECRET_KEY"]
    return key
