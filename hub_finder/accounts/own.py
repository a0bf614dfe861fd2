"""The page of whoever is signed in."""

from flask import render_template

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.accounts import blueprint


@blueprint.get("")
@signed_in
def show_account() -> str:
    return render_template("accounts/show_account.html", who=access.actor())
