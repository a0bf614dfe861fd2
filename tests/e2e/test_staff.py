"""The pages for those who keep the listings, in a real browser."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, StorageState, expect
from pyotp import TOTP
from sqlalchemy import select

from hub_finder.directory import outbox
from hub_finder.directory.bounces import mark_bounced
from hub_finder.extensions import db
from hub_finder.models.bounces import Kind
from hub_finder.models.reports import OutgoingMail
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import WIDE, barriers, barriers_in_both_schemes, open_all
from tests.signing_in import add_account, link_for

pytestmark = pytest.mark.e2e

LISTING = "/moderation/listings/blandford-library"
PATHS = [
    "/moderation",
    "/moderation/quality",
    "/moderation/quality/missing?fact=times&kind=library",
    "/moderation/quality/missing?fact=zzz",
    "/moderation/listings?q=library",
    "/moderation/listings?show=zzz",
    LISTING,
    f"{LISTING}/edit",
    "/moderation/duplicates",
    "/moderation/duplicates/compare?keep=blandford-library&lose=bridport-library",
    "/moderation/feeds",
    "/moderation/proposals",
]


@pytest.fixture(scope="module")
def robin(chromium: Browser, live_app: Flask, live_server: str) -> StorageState:
    """What the browser of a moderator holds after pressing the button of a link."""
    context = chromium.new_context(base_url=live_server)
    page = context.new_page()
    page.goto(link_for(live_app, add_account(live_app)))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs doing")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def staff_page(open_page: Pages, robin: StorageState) -> Pages:
    """Opens pages signed in as a moderator."""
    open_page.signed_in = robin
    return open_page


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_page_of_staff_has_no_barriers_and_fits(staff_page: Pages, path: str, width: int) -> None:
    page = staff_page(path, width=width)
    open_all(page)

    assert barriers_in_both_schemes(page) == {}


def test_mail_that_could_not_be_sent_has_no_barriers_and_is_tried_again(staff_page: Pages, live_app: Flask) -> None:
    with live_app.app_context():
        address = f"{'a-long-name' * 5}@families.example"
        mail = outbox.post(address, subject="Your message to Hub Finder", body="Hello\n")
        letter = outbox.get_next_or_none(mail.id - 1) if mail else None
        assert letter
        outbox.fail(letter, "The mail server does not take mail for this address.", for_good=True, claimed_at=None)
        for name, kind in (("left", Kind.HARD), ("full", Kind.SOFT)):
            other = f"{name}@{'a-long-name.' * 5}example"
            mark_bounced(other, kind=kind, reason="It came back (550).", written_at=outbox.now())
        db.session.commit()

    page = staff_page("/moderation/mail", width=320)

    assert barriers_in_both_schemes(page) == {}
    page.get_by_role("button", name=re.compile("Try again.*a-long-name")).click()
    expect(page.locator("main")).to_contain_text("It is sent again in a minute or two.")
    page.get_by_role("button", name=re.compile("Clear the mark.*l…@a-long-name")).click()
    expect(page.locator("main")).to_contain_text("We write to this address again.")
    expect(page.get_by_role("button", name=re.compile("Clear the mark"))).to_have_count(1)


@pytest.mark.parametrize("path", ["/accounts/sign-in?next=/moderation&left=1", "/accounts/sign-in?sent=1"])
def test_way_in_has_no_barriers_and_fits(open_page: Pages, path: str) -> None:
    page = open_page(path, width=320)

    assert barriers(page) == []
    assert page.evaluate(WIDE) == []


def test_link_has_no_barriers(open_page: Pages, live_app: Flask) -> None:
    page = open_page(link_for(live_app, add_account(live_app, email="ann@example.org")), width=320)

    assert barriers(page) == []


def newest_link(app: Flask) -> str:
    """The link in the mail that was written last."""
    with app.app_context():
        body = db.session.scalars(select(OutgoingMail.body).order_by(OutgoingMail.id.desc()).limit(1)).one()
    return str(re.findall(r"/accounts/sign-in/\S+", body)[0])


def test_second_step_is_set_up_and_asked_for_without_barriers(open_page: Pages, live_app: Flask) -> None:
    def look(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert barriers(page) == []
        assert page.evaluate(WIDE) == []

    address = add_account(live_app, email="cy@example.org", name="Cy Hill")
    page = open_page("/accounts/sign-in?next=/accounts", width=320)
    look("Sign in")
    page.get_by_label("Email address").fill(address)
    page.get_by_role("button", name="Send me a link").click()
    look("Look in your email")
    page.goto(newest_link(live_app))
    look("Sign in as Cy Hill")
    page.get_by_role("button", name="Sign in").click()
    look("Your account")
    page.get_by_role("link", name="Set up a second step").click()
    look("Set up a second step")
    phone = TOTP(page.locator("main strong").inner_text().replace(" ", ""))
    page.get_by_label("Code", exact=True).fill(phone.now())
    page.get_by_role("button", name="Turn it on").click()
    look("Keep these recovery codes")
    recovery = page.locator("main code").first.inner_text()
    page.get_by_role("link", name="I have them").click()
    look("Your account")
    page.get_by_role("button", name="Sign out everywhere").click()
    page.goto(link_for(live_app, address))
    page.get_by_role("button", name="Sign in").click()
    look("Enter your code")

    page.get_by_label("Code", exact=True).fill(recovery)
    page.get_by_role("button", name="Sign in").click()

    look("What needs doing")


def test_listing_is_corrected_without_javascript_and_put_back(staff_page: Pages) -> None:
    page = staff_page(LISTING, javascript=False, width=390)
    page.get_by_role("link", name="Correct it").click()
    page.get_by_label("Phone", exact=True).fill("call us")
    page.get_by_role("button", name="Add a contact").click()
    page.get_by_label("Contact’s name").fill("Ann Lee")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#phone-0-error")).to_contain_text("is not a phone number")
    page.get_by_label("Phone", exact=True).fill("01258 000000")
    page.get_by_label("Phone", exact=True).press("Enter")
    expect(page.locator("main").get_by_role("status")).to_have_text("Your changes are saved.")
    expect(page.locator(".hf-history > li").first).to_contain_text("Changed by Robin Moss")

    page.get_by_role("link", name="Put it back as it was before this").first.click()
    expect(page.locator(".hf-diff")).to_contain_text("Ann Lee")
    page.get_by_role("button", name="Put it back").click()

    expect(page.locator("main").get_by_role("status")).to_have_text("The listing is as it was before.")
    expect(page.locator(".hf-facts")).not_to_contain_text("01258 000000")


def test_mistakes_and_what_is_put_back_have_no_barriers(staff_page: Pages) -> None:
    page = staff_page(f"{LISTING}/edit", width=320)
    page.get_by_label("Email", exact=True).fill("them")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#email-0-error")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("Email", exact=True).fill("")
    page.get_by_role("button", name="Save").first.click()

    page.get_by_role("link", name="Put it back as it was before this").first.click()

    expect(page.get_by_role("button", name="Put it back")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate(WIDE) == []


def test_box_that_was_added_has_the_focus(staff_page: Pages) -> None:
    page = staff_page(f"{LISTING}/edit")

    page.get_by_role("button", name="Add a notice").click()

    expect(page.get_by_label("What to know")).to_be_focused()


def test_back_shows_nothing_after_signing_out(chromium: Browser, live_app: Flask, live_server: str) -> None:
    context = chromium.new_context(base_url=live_server)
    page = context.new_page()
    page.goto(link_for(live_app, add_account(live_app, email="bo@example.org", name="Bo Green")))
    page.get_by_role("button", name="Sign in").click()
    page.goto(LISTING)

    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("main").get_by_role("status")).to_contain_text("signed out")
    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(LISTING)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    context.close()
