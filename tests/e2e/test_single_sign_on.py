"""Signing in where a council's people sign in already, in a real browser, which goes to another site and back."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import WIDE, barriers
from tests.openid_issuer import NAME, SIGN_IN, Faults, Issuer, issuing_for
from tests.signing_in import add_account

pytestmark = pytest.mark.e2e


@pytest.fixture
def issuer(live_app: Flask) -> Iterator[Issuer]:
    """Who signs people in for the site. To a browser it is another site, since it has another port."""
    with issuing_for(live_app) as one:
        yield one


@pytest.mark.parametrize("javascript", [True, False])
def test_button_leads_there_and_back_to_the_page_that_was_asked_for(
    issuer: Issuer, open_page: Pages, live_app: Flask, javascript: bool
) -> None:
    issuer.claims = {"sub": "ash-1", "email_verified": True}
    issuer.claims["email"] = add_account(live_app, email="ash@example.org", name="Ash Reed")
    page = open_page(f"{SIGN_IN}?next=/moderation/quality", width=320, javascript=javascript)
    if javascript:
        assert barriers(page) == []
        assert page.evaluate(WIDE) == []

    page.get_by_role("button", name=f"Sign in with {NAME}").click()

    expect(page).to_have_url(f"{open_page.site}/moderation/quality")
    expect(page.locator(".hf-staff-bar")).to_contain_text("Ash Reed")


def test_way_there_and_what_did_not_work_have_no_barriers(issuer: Issuer, open_page: Pages) -> None:
    issuer.claims = {"sub": "nobody", "email": "nobody@example.org", "email_verified": True}
    # The browser stays where it is.
    issuer.faults = Faults(answers={"/authorize": (204, b"")})
    page = open_page(SIGN_IN, width=320)
    page.get_by_role("button", name=f"Sign in with {NAME}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Sign in with {NAME}")
    assert barriers(page) == []
    assert page.evaluate(WIDE) == []

    issuer.faults = Faults()
    page.get_by_role("link", name="Go on, if nothing happens").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Signing in did not work")
    assert barriers(page) == []
    assert page.evaluate(WIDE) == []
    # The browser notes each page that is an error.
    open_page.wrong = [one for one in open_page.wrong if "400 (BAD REQUEST)" not in one]
