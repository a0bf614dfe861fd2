"""A listing's whole life in a browser: sent, asked about, sent again, published, found by a family, and months later
asked about again and confirmed with one press."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from dateutil.relativedelta import relativedelta
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.services import Service
from tests.e2e.conftest import Pages
from tests.e2e.test_providers import go_on, list_group
from tests.signing_in import add_account, link_for

pytestmark = pytest.mark.e2e


def newest_link(app: Flask, address: str, path: str) -> str:
    """The path of the link in the newest mail to an address."""
    with app.app_context():
        mails = select(OutgoingMail.body).where(OutgoingMail.address == address).order_by(OutgoingMail.id.desc())
        body = db.session.scalars(mails).first() or ""
    found = re.search(rf"https?://[^/\s]+({path}\S*)", body)
    assert found, body
    return found[1]


@contextmanager
def months_later(app: Flask, name: str, site: str) -> Iterator[None]:
    """As if a listing had been checked seven months ago, for the command that asks about it."""
    with app.app_context():
        checked_on = freshness.today() - relativedelta(months=7)
        db.session.execute(update(Service).where(Service.name == name).values(checked_on=checked_on))
        db.session.commit()
    before, app.config["HUB_BASE_URL"] = app.config["HUB_BASE_URL"], site
    try:
        yield
    finally:
        app.config["HUB_BASE_URL"] = before


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_listing_lives_from_its_first_word_to_the_check_of_months_later(
    open_page: Pages, live_app: Flask, live_server: str, javascript: bool
) -> None:
    name = "Lark Rise Singers" if javascript else "Candleford Singers"
    address = f"lark-{javascript}@singers.example".lower()
    provider = open_page("/providers", width=390, javascript=javascript)
    list_group(provider, live_app, address=address, organisation=f"{name} Trust", name=name)

    team = open_page("/accounts/sign-in", javascript=javascript)
    team.goto(link_for(live_app, add_account(live_app, email=f"team-{javascript}@fairshire.example".lower())))
    press(team, "Sign in")
    team.goto("/moderation/queue")
    team.get_by_role("link", name=name, exact=True).click()
    press(team, "Take it up")
    team.get_by_text("Ask for changes", exact=True).click()
    team.get_by_label("What do they have to change?").fill("Is there a step at the door?")
    press(team, "Send it back to them")
    expect(team.locator("main").get_by_role("status").first).to_contain_text("Changes are asked for.")

    provider.goto(newest_link(live_app, address, "/providers/submissions/"))
    expect(provider.locator("main")).to_contain_text("Is there a step at the door?")
    provider.get_by_role("link", name="Access", exact=True).click()
    provider.locator("textarea").first.fill("No steps at all.")
    go_on(provider)
    provider.goto(newest_link(live_app, address, "/providers/submissions/"))
    provider.get_by_role("link", name="Check your answers and send").click()
    press(provider, "Send it to our team")
    expect(provider.get_by_role("heading", level=1)).to_have_text("We have it")

    team.goto("/moderation/queue")
    team.get_by_role("link", name=name, exact=True).click()
    press(team, "Take it up")
    press(team, "Publish it")
    expect(team.locator("main").get_by_role("status").first).to_contain_text("Families can find it now.")

    family = open_page(f"/search?q={name.split()[0]}+singers&postcode=DT1+1XJ", width=390, javascript=javascript)
    family.get_by_role("link", name=name, exact=True).first.click()
    expect(family.locator("main")).to_contain_text("No steps at all.")
    listing = family.url

    with months_later(live_app, name, live_server):
        done = live_app.test_cli_runner().invoke(args=["hub", "review-due"])
    assert done.exit_code == 0, done.output
    anyone = open_page(newest_link(live_app, address, "/providers/still-right/"), width=390, javascript=javascript)
    press(anyone, "Yes, it is all still right")

    with live_app.app_context():
        assert db.session.scalar(select(Service.checked_on).where(Service.name == name)) == freshness.today()
    family.goto(listing)
    expect(family.locator("main")).to_contain_text("Checked")
