"""Easy Read in a real browser: without a script, by keyboard, on a small phone, in any colours and sizes."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import WIDE, barriers, barriers_in_both_schemes, received

pytestmark = pytest.mark.e2e

PATHS = [
    "/easy",
    "/easy/place",
    "/easy/place?need=domestic-abuse",
    "/easy/ages?need=food&postcode=Nowhere+at+all",
    "/easy/ages?need=food&postcode=DT1+1XJ",
    "/easy/search?need=food&postcode=DT1+1XJ&age=1",
    "/easy/search?need=adult-mental-health&elsewhere=1",
    "/easy/search?q=zzzzzz&postcode=DT1+1XJ",
    "/easy/search?need=food&within=x",
    "/easy/services/family-support-and-advice-line-formerly-childrens-advice-and-duty?need=food",
    "/easy/services/everything-group",
    "/easy/how-to-get-help",
    "/ar/easy/search?need=food&postcode=DT1+1XJ",
]


@pytest.mark.parametrize("path", PATHS)
def test_easy_page_has_no_barriers(open_page: Pages, path: str) -> None:
    page = open_page(path)

    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert barriers_in_both_schemes(page) == {}, width


@pytest.mark.parametrize("path", PATHS)
def test_easy_page_with_text_of_twice_the_size_fits_a_small_phone(open_page: Pages, path: str) -> None:
    page = open_page("/about/privacy", width=320)
    large = {"fontSizes": {"standard": 32, "fixed": 26}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", large)

    open_page.go(page, path)

    assert page.evaluate(WIDE) == []
    assert barriers(page) == []


@pytest.mark.parametrize("path", [path for path in PATHS if "need=" in path])
def test_easy_page_stands_in_forced_colours(open_page: Pages, path: str) -> None:
    page = open_page(path, forced_colours=True)

    # The browser paints its own colours, which axe cannot read.
    assert barriers(page, colours=False) == []
    drawn = page.locator(".ez-line .ez-pic").first.evaluate(
        "picture => [getComputedStyle(picture).stroke, getComputedStyle(document.body).backgroundColor]"
    )
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize("path", PATHS)
def test_easy_page_has_large_words_and_large_things_to_tap(open_page: Pages, path: str) -> None:
    page = open_page(path, width=320)

    small = page.locator("main :is(p, li, label, legend, address, a, button, .govuk-hint)").evaluate_all(
        """all => all.filter(one => one.offsetParent && one.innerText.trim() && !one.matches(".govuk-visually-hidden"))
          .filter(one => parseFloat(getComputedStyle(one).fontSize) < 18).map(one => one.outerHTML.slice(0, 120))"""
    )
    low = page.locator("main :is(.ez-button, .ez-tile, .ez-tab, .hf-pick label, input[type=text])").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 60).map(one => one.outerHTML.slice(0, 120))"
    )

    assert small == []
    assert low == []
    expect(page.locator("[data-leave]")).to_be_in_viewport()


def test_picture_stands_where_reading_begins(open_page: Pages) -> None:
    def picture_from_words(path: str) -> float:
        page = open_page(path, width=390)
        picture, words = (page.locator(part).first.bounding_box() for part in (".ez-line svg", ".ez-line p"))
        assert picture
        assert words
        return picture["x"] - words["x"]

    assert picture_from_words("/easy") < 0 < picture_from_words("/ar/easy")


def test_three_questions_lead_to_help_without_a_script_and_back_to_the_list(open_page: Pages) -> None:
    page = open_page("/", width=390, javascript=False)

    page.get_by_role("link", name="Easy Read").click()
    page.get_by_role("link", name="Food").click()
    page.get_by_label("Write your postcode or your town").fill("DT1 1XJ")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Under 1").check()
    page.get_by_label("3", exact=True).check()
    page.get_by_role("button", name="Show me the help").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("groups that may help")
    expect(page.locator("main article")).to_have_count(5)
    results = page.url
    assert results.endswith("/easy/search?need=food&postcode=DT1+1XJ&age=0&age=3")
    name = page.locator("main article h3").first.inner_text()
    page.locator("main article").first.get_by_role("link", name="Read more").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Back to the list").click()
    expect(page).to_have_url(results)
    page.get_by_role("link", name="See this page with more words").click()
    expect(page).to_have_url("/search?need=food&postcode=DT1+1XJ&age=0&age=3")


def test_own_words_are_sent_by_the_enter_key(open_page: Pages) -> None:
    page = open_page("/easy")

    page.get_by_label("Write what you need").fill("my baby does not sleep")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Where do you live?")
    expect(page.get_by_text("“my baby does not sleep”")).to_be_visible()


@pytest.mark.parametrize("path", ["/easy", "/easy/search?need=food&postcode=DT1+1XJ", "/easy/how-to-get-help"])
def test_first_look_at_an_easy_page_takes_less_than_100_kilobytes(open_page: Pages, path: str) -> None:
    size = received(open_page("/about/privacy", width=320), path)

    assert 10_000 < size < 100_000
