"""Asking on the start page: suggestions while one types, and the place that the phone knows."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Geolocation, Locator, Page, Route, expect

from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import barriers

pytestmark = pytest.mark.e2e

DORCHESTER = Geolocation(latitude=50.7154321, longitude=-2.4367890)


@pytest.fixture(autouse=True, scope="module")
def _learnt(live_app: Flask) -> None:
    """The site has learnt what words mean, as the real server has before it answers anyone."""
    assert live_app.test_client().get("/api/needs?q=sleep&typing=1").status_code == 200


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="What would help?")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def type_words(page: Page, words: str) -> None:
    box(page).press_sequentially(words)
    expect(options(page).first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_suggestion_is_taken_by_keyboard_and_searched_for(open_page: Pages, width: int) -> None:
    page = open_page("/", width=width)
    expect(box(page)).to_have_attribute("aria-expanded", "false")

    type_words(page, "potty")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="suggestion")).to_have_count(1)
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    chosen = options(page).first
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    page.keyboard.press("Enter")

    expect(box(page)).to_have_value("Potty training and continence")
    expect(box(page)).to_be_focused()
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Potty training and continence")


def test_arrows_go_round_and_escape_leaves_the_words_alone(open_page: Pages) -> None:
    page = open_page("/")
    type_words(page, "librar")
    count = options(page).count()
    assert count > 1

    page.keyboard.press("ArrowUp")
    expect(options(page).nth(count - 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")

    expect(options(page)).to_have_count(0)
    expect(box(page)).to_have_value("librar")
    expect(box(page)).not_to_have_attribute("aria-activedescendant", re.compile(".*"))


def test_suggestion_is_taken_with_a_tap(open_page: Pages) -> None:
    page = open_page("/", width=320)
    type_words(page, "little fi")

    options(page).filter(has_text="Little Fishes").click()

    expect(box(page)).to_have_value(re.compile("^Little Fishes"))
    expect(options(page)).to_have_count(0)


def test_enter_searches_for_what_was_typed_when_no_suggestion_is_chosen(open_page: Pages) -> None:
    page = open_page("/")
    type_words(page, "sleep")

    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Help with “sleep”")
    assert page.url.endswith("/search?q=sleep"), "what was left empty is in the address"


def test_nothing_is_asked_for_a_word_of_two_letters_nor_at_every_key(open_page: Pages) -> None:
    page = open_page("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/needs" in request.url else None)

    box(page).press_sequentially("sl")
    page.wait_for_timeout(600)
    assert asked == []
    type_words(page, "eeping")

    assert len(asked) < 4
    assert asked[-1].endswith("q=sleeping")


def test_answer_to_older_words_is_never_shown(open_page: Pages) -> None:
    page = open_page("/")
    held: list[Route] = []
    page.route("**/api/needs?*q=potty", lambda route: held.append(route))
    box(page).press_sequentially("potty")
    page.wait_for_timeout(600)
    assert len(held) == 1

    box(page).fill("sleep")
    expect(options(page).first).to_have_text("Sleep")
    page.wait_for_timeout(300)

    expect(options(page).filter(has_text="Potty")).to_have_count(0)


def test_box_still_searches_when_suggestions_do_not_come(open_page: Pages) -> None:
    page = open_page("/")
    page.route("**/api/needs?*", lambda route: route.fulfill(status=500, body="no"))

    box(page).press_sequentially("sleep")
    page.wait_for_timeout(600)
    open_page.wrong.clear()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Help with “sleep”")


def on_a_phone(pages: Pages, *, allowed: bool = True) -> Page:
    """The start page on a phone that knows where it is, and may say so or not."""
    page = pages("/", width=320)
    context = page.context
    context.set_geolocation(DORCHESTER)
    if allowed:
        context.grant_permissions(["geolocation"])
    return page


def test_place_of_the_phone_is_asked_for_on_pressing_and_rounded_before_it_is_sent(open_page: Pages) -> None:
    page = on_a_phone(open_page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    expect(page.locator("#postcode")).to_have_value("")

    page.get_by_role("button", name="Use my location").click()
    expect(page.locator("[data-locate-status]")).to_have_text("We will search near you, to within about a mile.")
    expect(page.locator("#postcode")).to_have_value("50.72,-2.44")
    assert sent == []
    page.get_by_role("button", name="Find help").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Help near you")
    assert page.url.endswith("postcode=50.72%2C-2.44")
    assert not [url for url in sent if "50.715" in url]


def test_place_that_the_phone_may_not_tell_is_told_beside_the_box(open_page: Pages) -> None:
    page = on_a_phone(open_page, allowed=False)

    page.get_by_role("button", name="Use my location").click()

    expect(page.locator("[data-locate-status]")).to_have_text(
        "We may not see where you are. Type a postcode or a town."
    )
    expect(page.locator("#postcode")).to_have_value("")
    assert barriers(page) == []


def test_without_scripts_there_is_no_button_that_does_nothing(open_page: Pages) -> None:
    page = open_page("/", javascript=False)

    expect(page.get_by_role("button", name="Use my location")).to_be_hidden()
    expect(page.get_by_role("textbox", name="What would help?")).to_be_visible()
