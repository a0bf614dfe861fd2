"""The page of whoever is signed in, and ending one of their sessions."""

from flask import flash, redirect, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.accounts import blueprint
from hub_finder.accounts.code import account_page
from hub_finder.accounts.forms import CodeForm
from hub_finder.directory.sessions import SessionNotFound, end_session
from hub_finder.extensions import db


@blueprint.get("")
@signed_in
def show_account() -> str:
    return account_page(CodeForm())


@blueprint.post("/sessions/end")
@signed_in
def end_one_session() -> Response:
    key = request.form.get("key", "")
    is_this = key == access.session_key()
    try:
        end_session(key, by=access.actor())
    except SessionNotFound:
        db.session.rollback()
        flash("That session had ended already.")
    else:
        db.session.commit()
        flash("That session has ended.")
    if is_this:
        access.end_session()
        return redirect(url_for("accounts.show_sign_in", left="here"), 303)
    return redirect(url_for("accounts.show_account"), 303)
