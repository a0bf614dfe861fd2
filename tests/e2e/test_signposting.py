"""A practitioner gives a family three places, on a phone and without JavaScript; the family says that one helped."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import delete

from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.signposting import FamilyList, HelpedCount
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import LARGE, WIDE, barriers_in_both_schemes
from tests.e2e.test_shortlist import sheets
from tests.signing_in import add_account, forget_tries, link_for

pytestmark = pytest.mark.e2e


@pytest.fixture
def practitioner(chromium: Browser, live_app: Flask, live_server: str) -> Iterator[StorageState]:
    """What the browser of a practitioner holds; what they made is gone afterwards."""
    context = chromium.new_context(base_url=live_server)
    page = context.new_page()
    page.goto(link_for(live_app, add_account(live_app, Role.PRACTITIONER)))
    page.get_by_role("button", name="Sign in").click()
    state = context.storage_state()
    context.close()
    yield state
    with live_app.app_context():
        db.session.execute(delete(FamilyList))
        db.session.execute(delete(HelpedCount))
        db.session.commit()
    forget_tries(live_app)


def look(page: Page, heading: str, *, scripts: bool) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    if scripts:
        assert barriers_in_both_schemes(page) == {}
        page.evaluate(LARGE)
        assert page.evaluate(WIDE) == []


def put_together(page: Page, *, scripts: bool) -> None:
    """Three places, with words, the second one first, and a name that is taken out; the page of the link at the end."""
    page.get_by_label("What would help?").fill("baby group")
    page.get_by_role("button", name="Search").click()
    look(page, "Search for a list", scripts=scripts)
    page.get_by_role("button", name="Start a list with it").first.click()
    for number in (1, 2):
        page.get_by_role("link", name="Add places").click()
        page.get_by_label("What would help?").fill("baby group")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("button", name="Add to the list").nth(number).click()
    page.get_by_label("Title: no names, what it is about").fill("New baby for Kayleigh")
    for number in range(3):
        page.get_by_label("Why it is on the list").nth(number).fill(f"Reason {number}")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("This looks like a name: “Kayleigh”").first).to_be_visible()
    look(page, "List", scripts=scripts)
    page.get_by_role("button", name="Take it out").click()
    look(page, "New baby", scripts=scripts)
    page.get_by_role("button", name="Down").first.click()
    expect(page.get_by_label("Why it is on the list").first).to_have_value("Reason 1")
    look(page, "New baby", scripts=scripts)
    page.get_by_role("button", name="Save and hand over").click()
    page.get_by_role("button", name="90 days").click()
    look(page, "Hand over: New baby", scripts=scripts)


@pytest.mark.parametrize(("width", "scripts"), [(320, True), (390, True), (390, False)])
def test_practitioner_hands_over_a_list_and_the_family_says_that_it_helped(
    open_page: Pages, practitioner: StorageState, *, width: int, scripts: bool
) -> None:
    open_page.signed_in = practitioner
    page = open_page("/signposting/find", width=width, javascript=scripts)
    put_together(page, scripts=scripts)
    # A page with something to mend has a status of its own, which browsers note.
    open_page.wrong = [one for one in open_page.wrong if "400 (BAD REQUEST)" not in one]
    link = page.get_by_label("Link", exact=True).input_value()
    text = page.get_by_label("Text to copy").input_value()
    assert text.startswith("New baby\n")
    assert text.endswith(link)
    assert "Kayleigh" not in page.content()
    # The code is square, and as wide as a thumb needs it.
    box = page.get_by_role("img", name="QR code of the link to this list").bounding_box()
    assert box
    assert box["width"] == box["height"] >= 120
    for words in ("Print", "Print in large letters", "Easy Read"):
        expect(page.locator("main").get_by_role("link", name=words, exact=True)).to_be_visible()

    open_page.signed_in = None
    family = open_page(link, width=width, javascript=scripts)
    look(family, "New baby", scripts=scripts)
    expect(family.get_by_text("Reason 2")).to_be_visible()
    family.get_by_role("button", name="Yes").first.click()

    expect(family.get_by_text("Thank you.")).to_be_visible()
    expect(family.get_by_role("button", name="Yes")).to_have_count(2)
    family.get_by_role("link", name="Easy Read").last.click()
    look(family, "New baby", scripts=scripts)
    family.get_by_role("button", name="We could not get in").nth(1).click()
    expect(family.locator("#thanks")).to_contain_text("Thank you.")
    assert "/easy?thanks=" in family.url
    look(family, "New baby", scripts=scripts)
    assert family.context.cookies() == []


@pytest.mark.parametrize(("width", "scripts"), [(320, True), (390, False)])
def test_list_is_kept_as_a_template_copied_and_adapted(
    open_page: Pages, practitioner: StorageState, *, width: int, scripts: bool
) -> None:
    open_page.signed_in = practitioner
    page = open_page("/signposting/find", width=width, javascript=scripts)
    put_together(page, scripts=False)
    open_page.wrong = [one for one in open_page.wrong if "400 (BAD REQUEST)" not in one]
    page.get_by_role("link", name="Back to the list").click()

    page.get_by_role("button", name="Keep it as a template of the team").click()
    look(page, "New baby", scripts=scripts)
    page.get_by_role("link", name="Lists", exact=True).click()
    look(page, "Lists for families", scripts=scripts)
    page.get_by_role("button", name=re.compile("^Copy it.*New baby")).click()
    expect(page.get_by_text("This is your copy.")).to_be_visible()
    page.get_by_label("Title: no names, what it is about").fill("New twins")
    page.get_by_role("button", name="Take out").last.click()
    look(page, "New twins", scripts=scripts)
    page.get_by_role("link", name="Lists", exact=True).click()

    said = page.locator("main").inner_text()
    assert "New twins: 2 places, not handed over" in " ".join(said.split())
    assert "New baby, 3 places." in " ".join(said.split())


def test_three_places_fit_on_one_side_of_paper_and_on_two_in_large_letters(
    open_page: Pages, practitioner: StorageState
) -> None:
    open_page.signed_in = practitioner
    page = open_page("/signposting/find")
    put_together(page, scripts=False)
    open_page.wrong = [one for one in open_page.wrong if "400 (BAD REQUEST)" not in one]
    ways = {
        words: str(page.locator("main").get_by_role("link", name=words, exact=True).get_attribute("href"))
        for words in ("Print", "Print in large letters", "Easy Read")
    }

    open_page.signed_in = None
    for width in (320, 1280):
        for address in ways.values():
            family = open_page(address, width=width)
            look(family, "New baby", scripts=True)
            expect(family.get_by_text("Reason 2")).to_be_visible()
    assert sheets(open_page(ways["Print"])) == 1
    large = open_page(ways["Print in large letters"])
    assert sheets(large) <= 2
    large.emulate_media(media="print")
    # 18 points.
    sizes = "lines => lines.map(line => getComputedStyle(line).fontSize)"
    assert set(large.locator(".hf-sheet__list p").evaluate_all(sizes)) == {"24px"}
