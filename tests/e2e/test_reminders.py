"""Answering a reminder, and the words of our mails, in a real browser: on a phone and without JavaScript."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import delete, select, update

from hub_finder.directory import freshness, reminding
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.reminders import Reminder, ReminderKind
from hub_finder.models.services import Service
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import LARGE, WIDE, barriers_in_both_schemes, open_all
from tests.signing_in import add_account, link_for

pytestmark = pytest.mark.e2e

SLUG = "blandford-library"
TEXT = "/moderation/texts/still_right"


@pytest.fixture
def link(live_app: Flask) -> Iterator[str]:
    """The path of a link that asks about a listing; the listing is afterwards as it was."""
    with live_app.app_context():
        today = freshness.today()
        service = get_stored(SLUG)
        before = {"checked_on": service.checked_on, "checked_by": service.checked_by}
        checked_on = date(today.year - 1, today.month, 1)
        db.session.execute(update(Service).where(Service.slug == SLUG).values(checked_on=checked_on, checked_by="A"))
        db.session.add(
            Reminder(
                claim="a claim",
                service_id=service.id,
                kind=ReminderKind.STILL_RIGHT,
                about=checked_on,
                number=0,
                address="library@example.org",
                sent_on=today,
                token_hash=reminding.hash_of("a-secret"),
                expires_on=today + timedelta(days=60),
            )
        )
        db.session.commit()
    yield "/providers/still-right/a-secret"
    with live_app.app_context():
        db.session.execute(delete(Reminder))
        db.session.execute(update(Service).where(Service.slug == SLUG).values(before))
        db.session.commit()


@pytest.fixture
def manager(chromium: Browser, live_app: Flask, live_server: str) -> StorageState:
    """What the browser of a manager holds after pressing the button of a link."""
    context = chromium.new_context(base_url=live_server)
    page = context.new_page()
    page.goto(link_for(live_app, add_account(live_app, Role.MANAGER)))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs doing")
    state = context.storage_state()
    context.close()
    return state


def look(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.mark.parametrize("width", [320, 1280])
def test_question_has_no_barriers_and_fits(open_page: Pages, link: str, width: int) -> None:
    page = open_page(link, width=width)

    assert barriers_in_both_schemes(page) == {}
    page.evaluate(LARGE)
    assert page.evaluate(WIDE) == []


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_listing_is_confirmed_on_a_phone(open_page: Pages, live_app: Flask, link: str, javascript: bool) -> None:
    page = open_page(link, width=320, javascript=javascript)
    look(page, "Is this still right?")
    page.get_by_role("button", name="Yes, it is all still right").click()

    look(page, "Thank you")
    expect(page.locator("main")).to_contain_text("We ask you again after")
    assert not javascript or barriers_in_both_schemes(page) == {}
    with live_app.app_context():
        assert get_stored(SLUG).checked_on == freshness.today()
    with page.expect_console_message() as said:
        page.goto(link)
    assert "410" in said.value.text
    open_page.wrong.clear()
    look(page, "This is answered already")
    assert not javascript or barriers_in_both_schemes(page) == {}


def test_end_is_told_by_keyboard_and_without_javascript(open_page: Pages, live_app: Flask, link: str) -> None:
    page = open_page(link, width=320, javascript=False)

    page.get_by_role("button", name="It has ended").focus()
    page.keyboard.press("Enter")
    look(page, "Has it ended?")
    assert page.get_by_role("link", name="No, go back").get_attribute("href") == link
    page.get_by_role("button", name="Yes, it has ended").press("Enter")

    look(page, "Thank you for telling us")
    with live_app.app_context():
        # The newest: other tests have asked before.
        assert db.session.scalars(select(Reminder.answer).order_by(Reminder.id.desc())).first() == "ended"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/moderation/texts", TEXT, "/moderation/reminders"])
def test_page_of_managers_has_no_barriers_and_fits(
    open_page: Pages, manager: StorageState, link: str, path: str, width: int
) -> None:
    open_page.signed_in = manager
    page = open_page(path, width=width)
    open_all(page)

    assert barriers_in_both_schemes(page) == {}


def test_manager_tries_words_and_keeps_them_without_javascript(
    open_page: Pages, manager: StorageState, live_app: Flask
) -> None:
    open_page.signed_in = manager
    page = open_page(TEXT, width=320, javascript=False)
    page.get_by_label("Subject").fill("Hello {nobody}")
    page.get_by_role("button", name="Show how it looks").click()
    expect(page.get_by_role("alert")).to_contain_text("{nobody} is not something that this mail can say.")
    page.get_by_label("Subject").fill("Hello {name}")
    page.get_by_role("button", name="Show how it looks").click()
    expect(page.locator("div.hf-mail")).to_contain_text("Hello Sam Field")
    page.get_by_role("button", name="Send these words from now on").click()
    expect(page.get_by_role("status").first).to_have_text("These words are sent from now on.")
    page.get_by_text("Go back to the standard words", exact=True).click()
    page.get_by_role("button", name="Yes, go back to the standard words").click()

    expect(page.get_by_role("status").first).to_have_text("The standard words are sent from now on.")
