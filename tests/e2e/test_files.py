"""Files that people send: a picture of a listing, and a spreadsheet with many, in a real browser."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, FilePayload, Page, StorageState, expect

from hub_finder.models.accounts import Role
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import barriers_in_both_schemes, open_all
from tests.pictures import drawn
from tests.signing_in import add_account, link_for

pytestmark = pytest.mark.e2e

LISTING = "blandford-library"
ROWS = """Provider,Activity,What happens,Venue,Dates,Times,How to book
Vale Sports,Football,Games for all.,Vale Hall,27-31 July 2026,10am-2pm,01632 960001
Vale Sports,Painting,Paint and paper.,Vale Hall,some time in July,10am-2pm,01632 960001
"""


def sign_in(chromium: Browser, app: Flask, site: str, role: Role) -> StorageState:
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    page.goto(link_for(app, add_account(app, role, email=f"{role}-with-files@example.org")))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
    state = context.storage_state()
    context.close()
    return state


def is_drawn(page: Page) -> bool:
    """Whether the picture of the page has arrived and can be seen."""
    picture = page.locator(".hf-photo img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    return bool(picture.evaluate("picture => picture.naturalWidth > 0"))


def test_a_picture_is_sent_described_and_seen(
    open_page: Pages, chromium: Browser, live_app: Flask, live_server: str
) -> None:
    open_page.signed_in = sign_in(chromium, live_app, live_server, Role.MODERATOR)
    page = open_page(f"/moderation/listings/{LISTING}/edit", width=390)
    photo = FilePayload(name="hall.png", mimeType="image/png", buffer=drawn("PNG", size=(1600, 1000)))
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("main")).to_contain_text("What the picture shows must be filled in")
    assert is_drawn(page)
    page.get_by_label("What the picture shows").fill("A red wall beside a blue one.")
    assert barriers_in_both_schemes(page) == {}
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("main")).to_contain_text("Your changes are saved.")
    open_page.signed_in = None

    for width in (320, 1280):
        seen = open_page(f"/services/{LISTING}", width=width)

        open_all(seen)
        assert barriers_in_both_schemes(seen) == {}
        assert is_drawn(seen)
        expect(seen.get_by_role("img", name="A red wall beside a blue one.")).to_be_visible()


def test_a_spreadsheet_is_sent_mended_and_sent_to_the_team(
    open_page: Pages, chromium: Browser, live_app: Flask, live_server: str
) -> None:
    open_page.signed_in = sign_in(chromium, live_app, live_server, Role.PROVIDER)
    page = open_page("/providers/bulk", width=320)
    assert barriers_in_both_schemes(page) == {}

    page.get_by_label("Your spreadsheet").set_input_files(
        FilePayload(name="haf.csv", mimeType="text/csv", buffer=ROWS.encode())
    )
    page.get_by_role("button", name="Read it").click()

    expect(page.locator("main")).to_contain_text("1 is new. 1 needs mending first.")
    assert barriers_in_both_schemes(page) == {}
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Dates")).to_be_focused()
    page.get_by_label("Dates").fill("27 July 2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ready to send: 2")).to_be_visible()
    page.get_by_role("button", name="Send all to our team").click()
    expect(page.locator("main")).to_contain_text("2 are with our team now.")
    assert barriers_in_both_schemes(page) == {}
