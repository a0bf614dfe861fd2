"""Every page for everyone: no barrier, no sideways scrolling, on paper, in any colours, on little data."""

from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Pages

pytestmark = pytest.mark.e2e

LISTING = "/services/family-support-and-advice-line-formerly-childrens-advice-and-duty"
WHOLE = "/services/everything-group"
PATHS = [
    "/",
    "/?postcode=DT1+1XJ&age=3",
    "/search",
    "/search?postcode=DT1+1XJ",
    "/search?q=toddler&postcode=Wareham&age=1&age=pregnant&cost=free&within=20",
    "/search?postcode=DT1+1X&q=sleep&within=x&age=99",
    "/search?q=zzzzzz&postcode=DT1+1XJ",
    "/search?postcode=DT1+1XJ&need=x&day=x&on=x&time=x&when=x&access=x&language=x&border=x&send=x&age=5&age=99",
    "/search?postcode=BH19&age=0&age=3&age=6&age=9&age=pregnant&cost=free&day=SU&time=evening&when=week&border=inside",
    "/search?postcode=DT1+1XJ&within=20&view=timetable",
    "/search?postcode=DT1+1XJ&view=timetable&week=x",
    "/needs",
    "/needs/sleep",
    "/hubs",
    "/localities",
    "/localities/purbeck",
    "/localities/purbeck/pack",
    LISTING,
    WHOLE,
    "/search?q=everything+group&postcode=DT1+1XJ&within=80",
    "/start-for-life",
    "/start-for-life?postcode=DT1+1XJ",
    "/start-for-life/parenting",
    "/about/coverage",
    "/about/data",
    "/api",
    "/shortlist",
    "/about/privacy",
    "/about/accessibility",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


# A page is opened in light colours, and is in them again at the end.
SCHEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")
# As a reader with large text has it.
LARGE = "document.documentElement.style.setProperty('font-size', '200%', 'important')"
# What may be wider than a narrow screen: the inside of a map, which is moved with two fingers.
WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width && box.height && box.right > width + 1
      && !element.closest(".leaflet-container, svg, option");
  });
  const scrolls = document.documentElement.scrollWidth > width;
  const found = [document.documentElement.scrollWidth, ...wide.slice(0, 4).map(e => e.outerHTML.slice(0, 120))];
  return scrolls ? found : [];
}"""
# As WCAG 2.2 has it in 1.4.12: all four at once.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
# Text that leaves the box that it stands in, or one around it that cuts off what does not fit.
CUT = """() => {
  const unseen = ".leaflet-container, svg, select, progress, script, .govuk-visually-hidden";
  const outside = (node, box) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    if (!text.width) return false;
    const over = [box.left - text.left, text.right - box.right, box.top - text.top, text.bottom - box.bottom];
    return Math.max(...over) > 2;
  };
  const texts = (element, deep) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode, parent = node.parentElement;
      if (node.data.trim() && (deep || parent === element) && !parent.closest(unseen)) found.push(node);
    }
    return found;
  };
  return [...document.querySelectorAll("body *")].filter(element => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (box.width < 2 || box.height < 2 || style.display === "inline" || element.closest(unseen)) return false;
    const cuts = [style.overflowX, style.overflowY].some(how => ["hidden", "clip"].includes(how));
    return texts(element, cuts).some(node => outside(node, box));
  }).slice(0, 4).map(element => element.outerHTML.slice(0, 160));
}"""
SPACED_PATHS = [
    "/",
    "/search?postcode=DT1+1XJ&q=food&age=3&cost=free",
    "/search?postcode=DT1+1XJ&within=20&view=timetable",
    "/needs",
    "/hubs",
    "/localities/purbeck",
    "/start-for-life?postcode=DT1+1XJ",
    "/about/privacy",
    LISTING,
    WHOLE,
]
# Every rule is tried. What is right is not described: on a page with many results that took longer than the rules.
RUN_AXE = "options => axe.run({...options, resultTypes: ['violations']}).then(found => found.violations)"


def barriers(page: Page, *, colours: bool = True) -> list[str]:
    """What axe finds, with the elements it finds it on."""
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"color-contrast": {"enabled": colours}}}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in page.evaluate(RUN_AXE, options)
        for node in violation["nodes"]
    ]


def barriers_in_both_schemes(page: Page, *, colours: bool = True) -> dict[str, list[str]]:
    """What axe finds in either scheme of colours, and what is too wide there; nothing where nothing is wrong."""
    wrong: dict[str, list[str]] = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        wrong[scheme] = barriers(page, colours=colours)
        wrong[f"{scheme}, too wide"] = page.evaluate(WIDE)
    return {where: found for where, found in wrong.items() if found}


def open_all(page: Page) -> None:
    """Show what stands behind a summary or a bar, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    # The bar at the thumb lies over what is at the foot of the screen until the reader moves on: look at all of it.
    page.evaluate("document.querySelectorAll('.hf-thumb').forEach(bar => bar.style.setProperty('position', 'static'))")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_page_has_no_barriers_and_fits_also_in_text_of_twice_the_size(open_page: Pages, path: str, width: int) -> None:
    page = open_page(path, width=width)
    open_all(page)

    assert barriers_in_both_schemes(page) == {}
    if width == 320:
        page.evaluate(LARGE)
        assert page.evaluate(WIDE) == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", SPACED_PATHS)
def test_nothing_is_cut_off_when_the_reader_spaces_the_text(open_page: Pages, path: str, width: int) -> None:
    page = open_page(path, width=width)
    open_all(page)
    before = page.evaluate("document.documentElement.scrollHeight")

    page.evaluate(SPACED)

    assert page.evaluate("document.documentElement.scrollHeight") > before
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDE) == []


def test_what_is_cut_off_is_found(open_page: Pages) -> None:
    page = open_page("/", width=320)
    page.evaluate("document.querySelector('h1').style.setProperty('height', '10px')")

    assert page.evaluate(CUT) != []


def test_error_page_has_no_barriers(open_page: Pages) -> None:
    page = open_page("/", width=320)
    page.goto("/nowhere")
    open_page.wrong[:] = [said for said in open_page.wrong if "404" not in said]

    assert barriers_in_both_schemes(page) == {}


@pytest.mark.parametrize("path", ["/", "/search?postcode=DT1+1XJ", LISTING, WHOLE, "/needs"])
def test_touch_targets_are_large_enough(open_page: Pages, path: str) -> None:
    page = open_page(path, width=320)

    parts = ("button", "main input", "main select", "summary", ".hf-button", ".hf-phone")
    small = page.locator(", ".join(f"{part}:visible" for part in parts)).evaluate_all(
        """all => all.filter(element => {
          const item = element.type === "checkbox" && element.closest(".govuk-checkboxes__item");
          const target = item || element;
          return target.getBoundingClientRect().height < 43.5;
        }).map(element => element.outerHTML.slice(0, 120))"""
    )

    assert small == []


@pytest.mark.parametrize("path", ["/", "/search?postcode=DT1+1XJ", LISTING, WHOLE])
def test_page_stands_in_forced_colours(open_page: Pages, path: str) -> None:
    page = open_page(path, forced_colours=True)

    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    # The browser paints its own colours, which axe cannot read.
    assert barriers(page, colours=False) == []
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


FRONT = ["/", "/?postcode=DT1+1XJ&age=3", "/search?q=toddler+group&postcode=DT1+1XJ&age=1&age=4&day=MO"]


@pytest.mark.parametrize("path", FRONT)
def test_front_pages_have_no_barriers_on_a_small_phone_with_text_of_twice_the_size(open_page: Pages, path: str) -> None:
    page = open_page("/about/privacy", width=320)
    # As the browser's own setting does it: what depends on the size of text in the style sheet goes along.
    large = {"fontSizes": {"standard": 32, "fixed": 26}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", large)

    open_page.go(page, path)
    open_all(page)

    assert barriers_in_both_schemes(page) == {}
    page.emulate_media(forced_colors="active")
    assert barriers_in_both_schemes(page, colours=False) == {}


@pytest.mark.parametrize("path", FRONT)
def test_nothing_jumps_while_a_front_page_arrives(open_page: Pages, path: str) -> None:
    page = open_page("/about/privacy", width=360)
    page.add_init_script(
        """window.moved = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value; }))
          .observe({type: "layout-shift", buffered: true});"""
    )

    open_page.go(page, path)

    assert page.evaluate("moved") < 0.01


@pytest.mark.parametrize("path", ["/", "/search?postcode=DT1+1XJ"])
def test_nothing_moves_when_the_reader_wants_it_still(open_page: Pages, path: str) -> None:
    page = open_page(path)

    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(element => {
          const style = getComputedStyle(element);
          const longest = list => Math.max(...list.split(",").map(parseFloat));
          return longest(style.transitionDuration) > 0.01
            || (style.animationName !== "none" && longest(style.animationDuration) > 0.01);
        }).map(element => element.outerHTML.slice(0, 100))"""
    )

    assert moving == []
    assert page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length") == 0


def test_results_on_paper_are_the_results_alone(open_page: Pages) -> None:
    page = open_page("/search?postcode=DT1+1XJ")
    names = page.locator("article h3").count()

    page.emulate_media(media="print")

    for part in ("header nav", ".hf-exit", "main form", "#map", "footer nav"):
        expect(page.locator(part).first).to_be_hidden()
    assert names == page.locator("article h3:visible").count() > 0
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    colours = page.locator("article h3 a").first.evaluate(
        "link => [getComputedStyle(document.body).backgroundColor, getComputedStyle(link).color]"
    )
    assert colours[0] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_listing_on_paper_gives_its_phone_number_and_hides_buttons(open_page: Pages) -> None:
    page = open_page(LISTING)

    page.emulate_media(media="print")

    expect(page.locator("header nav")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_text("Phone: 01305 228558")).to_be_visible()


def received(page: Page, path: str) -> int:
    """The bytes that come over the wire for a first look at a page, headers and all."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    page.wait_for_timeout(500)
    return int(sum(sizes))


@pytest.mark.parametrize("path", ["/", "/search?postcode=DT1+1XJ", LISTING, WHOLE, "/needs", "/hubs"])
def test_first_look_on_a_phone_takes_less_than_100_kilobytes(open_page: Pages, path: str) -> None:
    size = received(open_page("/about/privacy", width=320), path)

    assert 10_000 < size < 100_000


def test_first_look_with_the_map_takes_less_than_250_kilobytes(open_page: Pages) -> None:
    page = open_page("/about/privacy", width=1280)

    size = received(page, "/search?postcode=DT1+1XJ&view=map")

    expect(page.locator(".leaflet-container")).to_be_visible()
    assert 100_000 < size < 250_000
