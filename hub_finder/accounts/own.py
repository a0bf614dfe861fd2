"""The page of whoever is signed in."""

from hub_finder.access import signed_in
from hub_finder.accounts import blueprint
from hub_finder.accounts.code import account_page
from hub_finder.accounts.forms import CodeForm


@blueprint.get("")
@signed_in
def show_account() -> str:
    return account_page(CodeForm())
