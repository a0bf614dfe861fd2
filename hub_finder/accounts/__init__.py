"""The way in and out for those who have an account."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")

from hub_finder.accounts import asking, code, own, sign_in, single_sign_on  # noqa: E402, F401  the views need the blueprint
