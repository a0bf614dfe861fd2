"""A parent's way through the site, with and without JavaScript, with the mouse and with the keyboard."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Pages

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
@pytest.mark.parametrize("width", [320, 1280])
def test_parent_finds_a_group_near_home(open_page: Pages, javascript: bool, width: int) -> None:
    page = open_page("/", width=width, javascript=javascript)

    page.get_by_label("What would help?").fill("toddler group")
    page.get_by_label("Postcode, town or village").fill("dt1 1xj")
    page.get_by_label("1", exact=True).check()
    page.get_by_role("button", name="Find help").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("DT1 1XJ")
    first = page.locator("ol article").first
    expect(first).to_contain_text(re.compile(r"\d miles?\b"))
    link = first.get_by_role("heading").get_by_role("link")
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name="When is it?")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("DT1 1XJ")
    expect(page.locator("ol article").first).to_contain_text(name)


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_search_can_be_narrowed_and_widened_again(open_page: Pages, javascript: bool) -> None:
    page = open_page("/search?postcode=DT1+1XJ", javascript=javascript)
    before = page.locator("#places-title").inner_text()

    page.locator("summary", has_text="How far").click()
    page.get_by_label("How far away?").select_option("10")
    page.get_by_role("button", name="Show results").click()
    expect(page.get_by_role("link", name="Take off: Within 10 miles")).to_be_visible()
    assert page.locator("#places-title").inner_text() != before
    page.get_by_role("link", name="Take off: Within 10 miles").click()

    expect(page.locator("#places-title")).to_have_text(before)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [320, 1280])
def test_family_of_three_asks_for_a_day(open_page: Pages, javascript: bool, width: int) -> None:
    page = open_page("/", width=width, javascript=javascript)
    page.get_by_label("Postcode, town or village").fill("dt1 1xj")
    page.get_by_label("Under 1").check()
    page.get_by_label("6", exact=True).check()
    page.get_by_label("Expecting a baby").check()
    page.get_by_role("button", name="Find help").click()
    first = page.locator("ol article").first
    for child in ("a baby under 1", "age 6", "pregnancy"):
        expect(first).to_contain_text(child)

    page.locator("summary", has_text="When").click()
    page.get_by_label("Saturday").check()
    page.get_by_label("What time of day?").select_option("morning")
    page.get_by_role("button", name="Show results").click()

    for tag in ("Under 1", "Age 6", "Expecting a baby", "Saturday", "In the morning"):
        expect(page.get_by_role("link", name=f"Take off: {tag}")).to_be_visible()
    page.get_by_role("link", name="Take off: Saturday").click()
    expect(page.get_by_role("link", name="Take off: Saturday")).to_have_count(0)
    expect(page.get_by_role("link", name="Take off: In the morning")).to_be_visible()


def test_slip_in_a_postcode_is_told_at_the_top_and_beside_the_field(open_page: Pages) -> None:
    page = open_page("/")

    page.get_by_label("Postcode, town or village").fill("DT1 1X")
    page.get_by_role("button", name="Find help").click()

    message = page.locator(".govuk-error-summary").get_by_role("link")
    expect(message).to_contain_text("only part of a postcode")
    message.click()
    expect(page.locator("#postcode")).to_be_focused()
    expect(page.locator("#postcode")).to_have_value("DT1 1X")
    expect(page.locator("#postcode-error")).to_be_visible()


def focused(page: Page) -> str:
    """What has the focus, in words."""
    return str(page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()"))


def focus_is_seen(page: Page) -> bool:
    """Whether the focused element is on the screen and looks other than without focus."""
    return bool(
        page.evaluate(
            """() => {
              const element = document.activeElement;
              const look = () => {
                const style = getComputedStyle(element);
                return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
                        style.backgroundColor, style.textDecoration].join();
              };
              const box = element.getBoundingClientRect();
              const there = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight;
              const withFocus = look();
              element.blur();
              const without = look();
              element.focus({preventScroll: true, focusVisible: true});
              return there && withFocus !== without;
            }"""
        )
    )


def test_skip_link_comes_first_and_leads_to_the_main_part(open_page: Pages) -> None:
    page = open_page("/search?postcode=DT1+1XJ")

    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the main part of the page"
    assert focus_is_seen(page)
    page.keyboard.press("Enter")

    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def tab_to(page: Page, words: str, most: int = 60) -> None:
    """Press Tab until what has the focus says the words; each stop on the way must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert focus_is_seen(page), f"the focus cannot be seen on: {focused(page)}"
        if words in focused(page):
            return
    pytest.fail(f"the keyboard does not reach “{words}”")


@pytest.mark.parametrize("width", [320, 1280])
def test_whole_way_works_by_keyboard_with_the_focus_in_sight(open_page: Pages, width: int) -> None:
    page = open_page("/", width=width)

    tab_to(page, "q")
    page.keyboard.type("youth club")
    tab_to(page, "postcode")
    page.keyboard.type("Wareham")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wareham")
    name = page.locator("ol article").first.get_by_role("heading").inner_text()
    tab_to(page, name)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_filters_are_chosen_and_taken_off_by_keyboard_alone(open_page: Pages) -> None:
    page = open_page("/search?postcode=DT1+1XJ")

    page.locator("summary", has_text="When").focus()
    page.keyboard.press("Enter")
    tab_to(page, "day")
    page.keyboard.press("Space")
    # Not with tab_to, which looks at each stop without its focus: a box for a date then starts at its day again.
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == "Show results":
            break
    page.keyboard.press("Enter")

    tag = page.get_by_role("link", name="Take off: Monday")
    expect(tag).to_be_visible()
    tab_to(page, "Monday")
    page.keyboard.press("Enter")
    expect(tag).to_have_count(0)


def test_reader_of_the_page_meets_headings_in_order(open_page: Pages) -> None:
    for path in ("/", "/search?postcode=DT1+1XJ", "/needs", "/hubs", "/localities/purbeck", "/about/data"):
        page = open_page(path)

        levels = [int(tag[1]) for tag in page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(e => e.tagName)")]
        assert all(following - level <= 1 for level, following in pairwise(levels)), (path, levels)


def test_way_out_replaces_the_page(open_page: Pages) -> None:
    page = open_page("/services/family-support-and-advice-line-formerly-childrens-advice-and-duty")

    address = page.locator("[data-leave]").get_attribute("data-leave")
    page.route(re.compile("^https://"), lambda route: route.fulfill(status=200, content_type="text/plain", body="ok"))
    assert address
    open_page.wrong.clear()
    page.get_by_text("Leave this site").click()
    page.wait_for_url(address)

    page.go_back()
    assert "/services/" not in page.url
    page.context.close()
    # The browser tells of what it cleared.
    expected = ("asked another host", "Clear-Site-Data")
    assert [said for said in open_page.wrong if not any(words in said for words in expected)] == []
    open_page.wrong.clear()


@pytest.mark.parametrize("width", [320, 1280])
def test_each_place_of_a_listing_is_shown_on_its_map(open_page: Pages, width: int) -> None:
    page = open_page("/services/everything-group", width=width)

    page.locator("#place-2").get_by_role("link", name="Show on the map").click()

    popup = page.locator(".hf-popup")
    expect(popup).to_contain_text("Library")
    popup.get_by_role("link", name="Library").press("Enter")
    expect(page).to_have_url(re.compile("#place-2$"))
