"""A family keeps a few places: with and without JavaScript, by keyboard, without a signal, on paper."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import LARGE, SCHEMES, WIDE, barriers, barriers_in_both_schemes, received
from tests.e2e.test_journeys import focus_is_seen, focused, tab_to

pytestmark = pytest.mark.e2e

RESULTS = "/search?postcode=DT1+1XJ"
WHOLE = "/services/everything-group"
LINE = "/services/family-support-and-advice-line-formerly-childrens-advice-and-duty"


def add_first(page: Page, many: int) -> list[str]:
    """Add the first results of a page by their buttons; returns their names."""
    for number in range(many):
        button = page.locator("ol article").nth(number).get_by_role("button", name="Add to my list")
        button.click()
        expect(page.locator("[data-count]")).to_have_text(str(number + 1))
    return page.locator("ol article h3").all_inner_texts()[:many]


def listed(page: Page) -> list[str]:
    return page.locator("[data-list] h2").all_inner_texts()


def kept_places(open_page: Pages, *paths: str, width: int = 1280, **how: bool) -> Page:
    """The page of a list that holds the listings with these addresses."""
    page = open_page(paths[0], width=width, **how)
    for number, path in enumerate(paths, start=1):
        page.goto(path)
        page.get_by_role("button", name="Add to my list").click()
        expect(page.locator("[data-count]")).to_have_text(str(number))
    page.goto("/shortlist")
    return page


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
@pytest.mark.parametrize("width", [320, 1280])
def test_family_keeps_places_and_puts_them_in_order(open_page: Pages, javascript: bool, width: int) -> None:
    page = open_page(RESULTS, width=width, javascript=javascript)

    first, second, third = add_first(page, 3)
    expect(page).to_have_url(re.compile(r"/search\?postcode=DT1\+1XJ"))
    page.get_by_role("link", name="My list").click()
    expect(page.locator("[data-list] h2")).to_have_text([first, second, third])
    page.get_by_role("button", name=f"Up : {third}").click()
    expect(page.locator("[data-list] h2").nth(1)).to_have_text(third)
    page.get_by_role("button", name=f"Take out : {first}").click()

    expect(page.locator("[data-list] h2")).to_have_count(2)
    expect(page.locator("[data-list] h2")).to_have_text([third, second])
    expect(page.locator("[data-count]")).to_have_text("2")


def test_adding_changes_the_button_in_place_and_is_said(open_page: Pages) -> None:
    page = open_page(RESULTS)
    button = page.locator("ol article").first.locator(".hf-keep")

    button.click()

    expect(button).to_contain_text("Take out of my list")
    expect(button).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Your list has 1.")).to_be_attached()
    assert page.url.endswith(RESULTS)
    button.click()
    expect(button).to_contain_text("Add to my list")
    expect(page.locator("[data-count]")).to_be_hidden()


def test_buttons_pressed_at_once_are_all_heard(open_page: Pages) -> None:
    page = open_page(RESULTS)

    def answer_late(route: Route) -> None:
        page.wait_for_timeout(200)
        route.continue_()

    # On a slow line the first answer is not there yet when the next button is pressed.
    page.route("**/shortlist/add", answer_late)
    page.evaluate("[...document.querySelectorAll('ol article .hf-keep')].slice(0, 4).forEach(one => one.click())")

    expect(page.locator("[data-count]")).to_have_text("4")
    page.goto("/shortlist")
    expect(page.locator("[data-list] h2")).to_have_count(4)


def test_button_is_sent_plainly_when_a_script_gets_no_answer(open_page: Pages) -> None:
    page = open_page(RESULTS)
    page.route("**/shortlist/add", lambda route: route.abort(), times=1)
    button = page.locator("ol article").nth(2).locator(".hf-keep")

    with page.expect_navigation():
        button.click()

    expect(button).to_contain_text("Take out of my list")
    open_page.wrong[:] = [said for said in open_page.wrong if "ERR_FAILED" not in said]


def test_without_javascript_one_is_back_at_the_same_button(open_page: Pages) -> None:
    page = open_page(RESULTS, javascript=False)
    button = page.locator("ol article").nth(5).locator(".hf-keep")

    button.click()

    expect(button).to_contain_text("Take out of my list")
    expect(button).to_be_in_viewport()


def test_list_is_put_together_and_ordered_by_keyboard_alone(open_page: Pages) -> None:
    page = open_page(RESULTS, width=320)
    for _ in range(2):
        tab_to(page, "Add to my list")
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        assert "Take out of my list" in focused(page)
        assert focus_is_seen(page)

    page.goto("/shortlist")
    first, second = listed(page)
    tab_to(page, "Down")
    page.keyboard.press("Enter")

    expect(page.locator("[data-list] h2").first).to_have_text(second)
    expect(page.get_by_role("status").filter(has_text=f"{first}: Moved down.")).to_be_attached()
    # At the end there is no further down: the way up has the focus.
    assert focused(page).startswith("Up")
    page.keyboard.press("Enter")
    expect(page.locator("[data-list] h2").first).to_have_text(first)


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_places_are_compared_side_by_side(open_page: Pages, javascript: bool) -> None:
    page = kept_places(open_page, WHOLE, LINE, javascript=javascript)

    page.get_by_role("button", name="Compare the places you ticked").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Tick 2 to 4 places to compare")
    page.locator(".govuk-error-summary a").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Compare the places you ticked").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Compare 2 places")
    assert page.get_by_role("columnheader").count() == 2


def test_table_is_a_table_on_a_phone_too(open_page: Pages) -> None:
    page = kept_places(open_page, WHOLE, LINE, width=320)
    page.goto("/shortlist/compare?service=everything-group&service=" + LINE.removeprefix("/services/"))

    assert page.get_by_role("row").count() == 10
    assert page.get_by_role("rowheader").count() == 9
    assert page.get_by_role("cell").count() >= 18
    assert page.evaluate(WIDE) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_the_list_have_no_barriers(open_page: Pages, width: int) -> None:
    page = open_page(WHOLE, width=width)
    for path in (WHOLE, LINE):
        page.goto(path)
        page.get_by_role("button", name="Add to my list").click()
        expect(page.get_by_role("button", name="Take out of my list")).to_be_visible()
    slugs = f"everything-group&service={LINE.removeprefix('/services/')}"
    shared = f"/shortlist/shared?services={slugs.replace('&service=', ',')}"

    own = ("/shortlist", "/shortlist/share", "/shortlist/print", "/shortlist/print?size=large")
    for path in (*own, f"/shortlist/compare?service={slugs}", shared, "/shortlist/shared?list=x"):
        page.goto(path)
        assert barriers_in_both_schemes(page) == {}, path
        page.evaluate(LARGE)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(WIDE) == [], f"{path} with large text in {scheme} colours"
    open_page.wrong[:] = [said for said in open_page.wrong if "404" not in said]


def test_buttons_of_the_list_are_large_enough_to_touch(open_page: Pages) -> None:
    page = kept_places(open_page, WHOLE, LINE, width=320)

    heights = page.locator(".hf-keep:visible").evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")

    assert len(heights) == 4
    assert min(heights) >= 43.5


def test_list_stands_in_forced_colours(open_page: Pages) -> None:
    page = open_page(WHOLE, forced_colours=True)
    page.get_by_role("button", name="Add to my list").click()
    expect(page.locator("[data-count]")).to_have_text("1")
    page.goto("/shortlist/share")

    assert barriers(page, colours=False) == []
    # A scanner needs black on white, whatever colours the reader has.
    assert page.locator(".hf-qr path").evaluate("path => getComputedStyle(path).fill") == "rgb(0, 0, 0)"
    assert page.locator(".hf-qr rect").evaluate("rect => getComputedStyle(rect).fill") == "rgb(255, 255, 255)"


def sheets(page: Page) -> int:
    """How many sides of paper a page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_ten_places_fit_on_one_side_of_paper(open_page: Pages) -> None:
    page = open_page(RESULTS)
    add_first(page, 10)

    page.goto("/shortlist/print")

    assert page.locator(".hf-sheet__list li").count() == 10
    assert sheets(page) == 1
    page.goto("/shortlist/print?size=large")
    assert 2 <= sheets(page) <= 5


def test_text_is_copied(open_page: Pages) -> None:
    page = kept_places(open_page, LINE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/shortlist/share")

    page.get_by_role("button", name="Copy the text").click()

    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_attached()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#text").input_value()


def test_first_look_at_the_list_takes_less_than_100_kilobytes(open_page: Pages) -> None:
    page = kept_places(open_page, WHOLE, LINE)
    page.evaluate("navigator.serviceWorker.ready.then(ready => ready.unregister())")

    assert 10_000 < received(page, "/shortlist/print") < 100_000


# ---- without a signal


def kept_by_the_phone(page: Page) -> list[str]:
    """The paths that the browser keeps for when there is no signal."""
    kept: list[str] = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
          return found.sort();
        }"""
    )
    return kept


def wait_until_kept(page: Page, *paths: str) -> None:
    for _ in range(100):
        kept = kept_by_the_phone(page)
        if set(paths) <= set(kept) and any(path.endswith("site.css") for path in kept):
            page.wait_for_timeout(300)
            return
        page.wait_for_timeout(100)
    pytest.fail(f"not kept: {set(paths) - set(kept_by_the_phone(page))}")


def no_signal(context: BrowserContext, open_page: Pages) -> None:
    context.set_offline(True)
    open_page.wrong.clear()


def only_the_lack_of_a_signal(open_page: Pages) -> None:
    """What a browser says of requests that cannot be made is no fault of ours."""
    open_page.wrong[:] = [said for said in open_page.wrong if "ERR_INTERNET_DISCONNECTED" not in said]


def test_list_and_its_pages_open_without_a_signal(open_page: Pages) -> None:
    page = kept_places(open_page, WHOLE, LINE, width=320)
    wait_until_kept(page, "/shortlist", WHOLE, LINE)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")

    no_signal(page.context, open_page)
    page.goto("/shortlist")

    assert len(listed(page)) == 2
    expect(page.get_by_text("You have no signal.")).to_be_visible()
    expect(page.locator("[data-copied]")).to_contain_text(re.compile(r"from \d{1,2} \w+ \d{4}"))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    page.get_by_role("link", name="Everything Group").click()
    expect(page.get_by_role("heading", name="When is it?")).to_be_visible()
    expect(page.get_by_text("You have no signal.")).to_be_visible()
    only_the_lack_of_a_signal(open_page)


def test_list_opens_without_a_signal_in_the_language_that_it_was_read_in(open_page: Pages) -> None:
    page = kept_places(open_page, LINE)
    wait_until_kept(page, "/shortlist", LINE)
    page.goto("/uk/shortlist")
    wait_until_kept(page, "/uk/shortlist", f"/uk{LINE}")

    no_signal(page.context, open_page)
    page.goto("/uk/shortlist")

    assert len(listed(page)) == 1
    assert page.locator("html").get_attribute("lang") == "uk"
    expect(page.locator("[data-copied]")).to_contain_text(re.compile(r"\d{1,2} [а-яії]+ \d{4}"))
    assert page.evaluate("document.styleSheets.length") > 0
    kept = [path for path in kept_by_the_phone(page) if not path.startswith("/static/")]
    assert kept == [f"/uk{LINE}", "/uk/shortlist"]
    only_the_lack_of_a_signal(open_page)


def test_what_is_no_page_of_the_list_is_never_kept(open_page: Pages) -> None:
    page = kept_places(open_page, LINE)
    wait_until_kept(page, "/shortlist", LINE)
    danger = "/search?q=he+hits+me&postcode=DT1+1XJ"
    for path in ("/", danger, WHOLE, f"{WHOLE}.json", "/accounts/sign-in", "/shortlist/share"):
        page.goto(path, timeout=60_000)  # the first words that a process hears take their time

    kept = kept_by_the_phone(page)

    assert [path for path in kept if not path.startswith("/static/")] == [LINE, "/shortlist"]
    no_signal(page.context, open_page)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(danger)
    only_the_lack_of_a_signal(open_page)


def test_answer_of_the_network_comes_before_what_is_kept(open_page: Pages) -> None:
    page = kept_places(open_page, WHOLE, LINE)
    wait_until_kept(page, "/shortlist", WHOLE, LINE)

    page.get_by_role("button", name="Take out : The Everything Group").click()
    expect(page.locator("[data-list] h2")).to_have_count(1)
    page.reload()

    expect(page.get_by_text("You have no signal.")).to_be_hidden()
    assert len(listed(page)) == 1
    for _ in range(50):
        if WHOLE not in kept_by_the_phone(page):
            break
        page.wait_for_timeout(100)
    assert WHOLE not in kept_by_the_phone(page)


def test_what_an_older_version_kept_is_thrown_away(open_page: Pages) -> None:
    page = open_page(LINE)
    page.evaluate("caches.open('hub-finder-list-0').then(cache => cache.put('/shortlist', new Response('old')))")

    page.get_by_role("button", name="Add to my list").click()
    expect(page.locator("[data-count]")).to_have_text("1")
    page.goto("/shortlist")
    wait_until_kept(page, "/shortlist", LINE)

    # The old one goes when the new version begins to serve, which may be after it has kept the first page.
    for _ in range(100):
        if (names := page.evaluate("caches.keys()")) == ["hub-finder-list-1"]:
            break
        page.wait_for_timeout(100)
    assert names == ["hub-finder-list-1"]


def test_clearing_the_list_clears_what_the_phone_kept(open_page: Pages) -> None:
    page = kept_places(open_page, LINE)
    wait_until_kept(page, "/shortlist", LINE)

    page.get_by_role("button", name="Clear my list").click()

    expect(page.get_by_text("Your list is cleared.")).to_be_visible()
    expect(page.locator("[data-count]")).to_be_hidden()
    page.wait_for_timeout(500)
    assert kept_by_the_phone(page) == []
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("[data-list] h2")).to_have_count(1)
    # The browser notes that it did so.
    open_page.wrong[:] = [said for said in open_page.wrong if "Cleared data types" not in said]


def test_leaving_the_site_quickly_clears_what_the_phone_kept(open_page: Pages) -> None:
    page = kept_places(open_page, LINE)
    wait_until_kept(page, "/shortlist", LINE)
    address = page.locator("[data-leave]").get_attribute("data-leave")
    page.context.route(
        re.compile("^https://"), lambda route: route.fulfill(status=200, content_type="text/plain", body="ok")
    )
    assert address

    page.reload()
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(address)
    page.wait_for_timeout(500)
    page.goto(f"{open_page.site}/about/privacy")

    assert kept_by_the_phone(page) == []
    # Away from the site, and what the browser says of the clearing.
    expected = ("asked another host", "Clear-Site-Data")
    open_page.wrong[:] = [said for said in open_page.wrong if not any(one in said for one in expected)]


def test_button_says_so_when_there_is_no_signal(open_page: Pages) -> None:
    page = open_page(RESULTS)
    no_signal(page.context, open_page)

    page.locator("ol article").first.locator(".hf-keep").click()

    expect(page.get_by_role("status").filter(has_text="You have no signal.")).to_be_attached()
    expect(page.locator("ol article").first.locator(".hf-keep")).to_contain_text("Add to my list")
    only_the_lack_of_a_signal(open_page)
