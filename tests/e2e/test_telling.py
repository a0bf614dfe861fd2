"""Reporting a problem and leaving fast, in a real browser: with and without JavaScript, by keyboard, for everyone."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from hub_finder.directory.missing import add_missing
from hub_finder.directory.reports import add_report
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.reports import Reason
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import LARGE, WIDE, barriers, barriers_in_both_schemes, open_all
from tests.e2e.test_staff import robin, staff_page  # noqa: F401  fixtures

pytestmark = pytest.mark.e2e

LISTING = "/services/blandford-library"
PATHS = [
    f"{LISTING}/report",
    "/reports",
    "/reports?reference=KKK",
    "/missing?need=sleep",
    "/missing?sent=1&help=2",
    "/about/hide-your-tracks",
    "/needs/domestic-abuse",
    "/needs/sexual-health",
]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_page_has_no_barriers_and_fits(open_page: Pages, path: str, width: int) -> None:
    page = open_page(path, width=width)
    open_all(page)

    assert barriers_in_both_schemes(page) == {}


@pytest.mark.parametrize("path", PATHS)
def test_text_of_twice_the_size_fits(open_page: Pages, path: str) -> None:
    page = open_page(path, width=320)

    page.evaluate(LARGE)

    assert page.evaluate(WIDE) == []


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_problem_is_reported_and_its_end_is_seen(
    open_page: Pages,
    robin: object,  # noqa: F811
    javascript: bool,
) -> None:
    page = open_page(LISTING, width=390, javascript=javascript)
    page.get_by_role("link", name="Report a problem with this page").click()
    page.get_by_label("Tell us more").fill("It opens at ten now.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what is wrong")
    assert not javascript or barriers(page) == []
    expect(page.get_by_label("Tell us more")).to_have_value("It opens at ten now.")
    page.get_by_label("The time is wrong").check()
    page.get_by_role("button", name="Send the report").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your report")
    expect(page.locator("[aria-current=step]")).to_contain_text("We have your report")
    reference = page.locator(".hf-reference").inner_text()
    assert page.context.cookies() == []
    assert not javascript or barriers(page) == []
    open_page.signed_in = robin  # type: ignore[assignment]
    desk = open_page(f"/moderation/reports/{reference}", width=390, javascript=javascript)
    expect(desk.get_by_text("It opens at ten now.")).to_be_visible()
    assert not javascript or barriers(desk) + desk.evaluate(WIDE) == []
    desk.get_by_role("button", name="Take it up").click()
    desk.get_by_label("Why nothing was changed").fill("We rang. It still opens at nine.")
    desk.get_by_role("button", name="Close: not changed").click()
    expect(desk.get_by_role("status").first).to_contain_text("It is closed.")
    page.reload()
    expect(page.locator("main")).to_contain_text("We rang. It still opens at nine.")


def test_report_is_sent_by_keyboard_alone(open_page: Pages) -> None:
    page = open_page(f"{LISTING}/report")

    tab_to(page, "#reason")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("The time is wrong")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Ten now")
    tab_to(page, "#send")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Your report")


def test_box_for_programs_is_met_by_no_one(open_page: Pages) -> None:
    page = open_page(f"{LISTING}/report")

    met = []
    for _ in range(60):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.id"))

    assert "send" in met
    assert "homepage" not in met
    assert page.get_by_role("textbox", name="Leave this box empty").count() == 0


@pytest.mark.parametrize("path", ["/moderation/reports", "/moderation/reports/missing"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_staff_have_no_barriers_and_fit(
    staff_page: Pages,  # noqa: F811
    live_app: Flask,
    path: str,
    width: int,
) -> None:
    with live_app.app_context():  # not by the form, which has its limit
        service = get_stored("blandford-library")
        add_report(service, reason=Reason.UNSAFE, details="The gate is open.", email=None)
        add_missing(need_slug="sleep", words="a baby who wakes", place="Wareham")
        db.session.commit()
    page = staff_page(path, width=width)

    assert barriers(page) == []
    assert page.evaluate(WIDE) == []


def tab_to(page: Page, selector: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never came to {selector}")


# ---- leaving


def leads_to(page: Page, open_page: Pages) -> str:
    """The address of the way out, which this test answers itself."""
    address = page.locator("[data-leave]").get_attribute("data-leave")
    assert address
    page.context.route(
        re.compile("^https://"), lambda route: route.fulfill(status=200, content_type="text/html", body="Rain")
    )
    open_page.wrong.clear()
    return address


def check_nothing_else_was_asked(page: Page, open_page: Pages, address: str) -> None:
    """After leaving: the browser tells of what it cleared, and asks for the page that it was led to."""
    page.context.close()
    others = [said for said in open_page.wrong if address not in said and "Clear-Site-Data" not in said]
    open_page.wrong.clear()
    assert others == []


def test_escape_three_times_leaves_and_says_so_before(open_page: Pages) -> None:
    page = open_page(LISTING)
    address = leads_to(page, open_page)
    said = page.locator("[data-leave-said]")

    page.keyboard.press("Escape")
    expect(said).to_have_text("Press Escape 2 more times to leave.")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Press Escape 1 more time to leave.")
    page.keyboard.press("Escape")

    page.wait_for_url(address)
    page.go_back()
    assert "/services/" not in page.url
    check_nothing_else_was_asked(page, open_page, address)


def test_another_key_calls_leaving_off(open_page: Pages) -> None:
    page = open_page(LISTING)

    for key in ("Escape", "Escape", "a", "Escape", "Escape"):
        page.keyboard.press(key)

    expect(page.locator("[data-leave-said]")).to_have_text("Press Escape 1 more time to leave.")
    assert page.url.endswith(LISTING)


def test_slow_presses_and_a_key_held_down_do_not_leave(open_page: Pages) -> None:
    page = open_page(LISTING)
    page.keyboard.down("Escape")
    for _ in range(5):
        page.keyboard.down("Escape")
    page.keyboard.up("Escape")

    expect(page.locator("[data-leave-said]")).to_have_text("Press Escape 2 more times to leave.")
    expect(page.locator("[data-leave-said]")).to_have_text("You stay on this site.", timeout=8_000)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.url.endswith(LISTING)


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_leaving_by_the_link_clears_the_cookie(open_page: Pages, javascript: bool) -> None:
    page = open_page(f"{LISTING}/report", javascript=javascript)
    address = leads_to(page, open_page)
    assert page.context.cookies()

    page.get_by_role("link", name="Leave this site").click()
    page.wait_for_url(address)

    expect(page.locator("body")).to_have_text("Rain")
    for _ in range(50):
        if not page.context.cookies():
            break
        page.wait_for_timeout(100)
    assert page.context.cookies() == []
    check_nothing_else_was_asked(page, open_page, address)


@pytest.mark.parametrize("path", ["/ar/missing", "/missing"])
def test_form_is_no_wider_than_a_phone_in_either_direction(open_page: Pages, path: str) -> None:
    page = open_page(path, width=320)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
