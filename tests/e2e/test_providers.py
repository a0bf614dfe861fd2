"""Listing a group, in a real browser: from a page that anybody may open to the reference, with scripts and without."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import select

from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.submissions import Submission
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import barriers_in_both_schemes, open_all
from tests.signing_in import add_account, link_for

pytestmark = pytest.mark.e2e

PUBLIC = [
    "/providers",
    "/providers/find?q=Family+Hubs",
    "/providers/find?q=",
    "/providers/join",
    "/providers/join?sent=1",
]
# Of a proposal.
PARTS = ["", "/name", "/kind", "/needs", "/who", "/where", "/when", "/price", "/contact", "/safeguarding", "/check"]
PAGES = [*PARTS, "/where/0", "/when/0", "/preview"]


def go_on(page: Page, button: str = "Save and continue") -> None:
    page.locator("#send").get_by_role("button", name=button, exact=True).click()


def sign_in_by_mail(page: Page, app: Flask, address: str) -> None:
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Your name").fill("Jo Bell")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your email")
    with app.app_context():
        body = db.session.scalars(
            select(OutgoingMail.body).where(OutgoingMail.address == address).order_by(OutgoingMail.id.desc())
        ).first()
    assert body
    link = re.search(r"https?://\S+/accounts/sign-in/\S+", body)
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Sign in").click()


def tick(page: Page, label: str) -> None:
    """As with a keyboard: the boxes of the house form lie under their labels."""
    box = page.get_by_label(label, exact=True)
    box.focus()
    box.press(" ")
    expect(box).to_be_checked()


def list_group(page: Page, app: Flask, *, address: str, organisation: str, name: str) -> None:
    """From the page that tells what will happen to the one that says that it was sent."""
    page.get_by_role("button", name="Start now").click()
    page.get_by_label("Name, charity number or website").fill(organisation)
    page.get_by_role("button", name="Look").click()
    page.get_by_role("link", name="We are not here: list a new one").click()
    sign_in_by_mail(page, app, address)
    expect(page.get_by_label("Who runs the group?")).to_have_value(organisation)
    page.get_by_role("button", name="Begin").click()
    fill_in(page, name)
    page.get_by_role("button", name="Send it to our team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have it")


def fill_in(page: Page, name: str) -> None:
    """All parts of the form, one after the other, as somebody does who stops on the way and looks at it."""
    page.get_by_role("link", name="Name", exact=True).click()
    page.get_by_label("Name of the group or service").fill(name)
    page.get_by_label("Name of the group or service").press("Enter")
    tick(page, "Baby and toddler group")
    go_on(page)
    page.get_by_label("In your own words").fill("Songs and rhymes for babies and toddlers, and a cup of tea.")
    go_on(page)
    tick(page, "Baby and toddler groups")
    go_on(page)
    tick(page, "Any age")
    go_on(page)
    tick(page, "In person, at a place")
    go_on(page)
    page.get_by_role("button", name="Add a place").click()
    page.get_by_label("Postcode").fill("dt11xj")
    page.get_by_label("Building").fill("Mill Hall")
    page.get_by_role("button", name="Find it on the map").click()
    expect(page.get_by_label("Postcode")).to_have_value("DT1 1XJ")
    page.get_by_role("button", name="North", exact=True).click()
    expect(page.get_by_text("The pin stands where you put it.")).to_be_visible()
    go_on(page, "Save this place")
    go_on(page)
    page.get_by_role("button", name="Add days and hours").click()
    tick(page, "Every week")
    tick(page, "Tuesday")
    page.get_by_label("It starts at").fill("10am")
    page.get_by_label("It ends at").fill("11.30am")
    tick(page, "Only in term time")
    go_on(page, "Show me how it reads")
    expect(page.get_by_text("Tuesday, 10am to 11:30am, in term time")).to_be_visible()
    go_on(page, "Save")
    go_on(page, "Save and come back later")
    expect(page.get_by_text("It is saved.")).to_be_visible()
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="How families reach you").click()
    page.get_by_label("Phone").fill("01632 960123")
    go_on(page)
    page.get_by_role("link", name="Back to all parts").click()
    page.get_by_role("link", name="See it as families will see it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("#where")).to_contain_text("Mill Hall")
    page.get_by_role("link", name="Back to all parts").click()
    page.get_by_role("link", name="Check your answers and send").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_group_is_listed_from_the_start_page_to_the_reference(
    open_page: Pages, live_app: Flask, javascript: bool
) -> None:
    page = open_page("/about/data", width=390, javascript=javascript)
    page.get_by_role("link", name="List your group").click()

    list_group(
        page,
        live_app,
        address=f"jo-{javascript}@bells.example".lower(),
        organisation="Zithers of Zeals",
        name="Tiny Zithers",
    )

    with live_app.app_context():
        sent = db.session.scalars(select(Submission).order_by(Submission.id.desc())).first()
        assert sent
        reference = sent.reference
        assert sent.status == "submitted"
        assert sent.rows[0]["schedule"] == "WEEKLY TU 10:00-11:30 term"
        assert sent.rows[0]["location_precision"] == "exact"
    expect(page.locator(".hf-reference")).to_have_text(f"{reference[:3]}-{reference[3:6]}-{reference[6:]}")


@pytest.fixture(scope="module")
def jo(chromium: Browser, live_app: Flask, live_server: str) -> tuple[StorageState, str]:
    """What the browser of a provider holds, and the path of a listing that they have begun, with a slip in it."""
    context = chromium.new_context(base_url=live_server)
    page = context.new_page()
    page.goto(link_for(live_app, add_account(live_app, Role.PROVIDER, email="jo@providers.example", name="Jo Bell")))
    page.get_by_role("button", name="Sign in").click()
    page.goto("/providers/begin?name=Harps")
    page.get_by_role("button", name="Begin").click()
    path = page.url.removeprefix(live_server)
    for part, boxes in {
        "name": {"name": "Harps for a very long name that goes on and on"},
        "contact": {"phone": "ask Jo"},
        "where/0": {"postal_code": "DT1 1XJ"},
    }.items():
        page.goto(f"{path}/{part}")
        for box, text in boxes.items():
            page.locator(f"#{box}").fill(text)
        page.locator("#send button").first.click()
    state = context.storage_state()
    context.close()
    return state, path


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PUBLIC)
def test_page_for_who_begins_has_no_barriers_and_fits(open_page: Pages, path: str, width: int) -> None:
    page = open_page(path, width=width)

    assert barriers_in_both_schemes(page) == {}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("part", PAGES)
def test_page_of_the_form_has_no_barriers_and_fits(
    open_page: Pages, jo: tuple[StorageState, str], part: str, width: int
) -> None:
    open_page.signed_in, path = jo
    page = open_page(path + part, width=width)
    open_all(page)

    assert barriers_in_both_schemes(page) == {}


def test_pin_goes_where_the_map_is_pressed(open_page: Pages, jo: tuple[StorageState, str]) -> None:
    open_page.signed_in, path = jo
    page = open_page(f"{path}/where/0")
    page.locator("#map").scroll_into_view_if_needed()
    before = page.locator("#latitude").input_value()
    canvas = page.locator("#map .leaflet-container")
    expect(canvas).to_be_visible()
    canvas.click(position={"x": 80, "y": 80})

    expect(page.locator("[data-place-status]")).to_contain_text("The pin is moved.")
    moved = page.locator("#latitude").input_value()
    go_on(page, "Save this place")
    open_page.go(page, f"{path}/where/0")

    assert moved != before
    assert page.locator("#latitude").input_value() == moved


def test_boxes_that_are_not_needed_are_out_of_the_way(open_page: Pages, jo: tuple[StorageState, str]) -> None:
    open_page.signed_in, path = jo
    page = open_page(f"{path}/when/0")

    tick(page, "Once, on one date")

    expect(page.get_by_label("The date")).to_be_visible()
    expect(page.get_by_label("Tuesday")).to_be_hidden()


def test_long_sentence_is_pointed_out_while_somebody_types(open_page: Pages, jo: tuple[StorageState, str]) -> None:
    open_page.signed_in, path = jo
    page = open_page(f"{path}/summary")

    page.get_by_label("In your own words").fill("We facilitate " + "very " * 30 + "much.")

    expect(page.locator(".hf-count")).to_contain_text("One sentence is long.")
    expect(page.locator(".hf-count")).to_contain_text("Would you say them to a friend?")
