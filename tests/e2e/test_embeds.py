"""A list of ours in a frame on the page of another site."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask, request
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.e2e.conftest import Pages, QuietHandler
from tests.e2e.test_everyone import barriers_in_both_schemes, received

pytestmark = pytest.mark.e2e

LIST = "/embed?need=baby-toddler-groups&postcode=Dorchester&age=2&per_page=3"
COLOURS = "&background=fff7e6&text=3b1d0a&link=7a1f5c&outline=8a5a2b"
MAKER = "/about/embed?need=baby-toddler-groups&postcode=Dorchester"


@pytest.fixture
def school(live_server: str) -> Iterator[str]:
    """The address of a page of another origin, which holds a frame of ours 300 pixels wide."""
    page = Flask("school", static_folder=None)

    @page.get("/")
    def _show() -> str:
        shown = request.args.get("frame", LIST)
        frame = f'<iframe src="{live_server}{shown}" title="Groups near us" width="300" height="900"></iframe>'
        return f'<!DOCTYPE html><html lang="en"><title>A school</title><h1>A school</h1>{frame}</html>'

    @page.get("/favicon.ico")
    def _nothing() -> tuple[str, int]:
        return "", 204

    server = make_server("127.0.0.1", 0, page, threaded=True, request_handler=QuietHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def visit(open_page: Pages, school: str) -> Page:
    """The page of the school, with all that it asks for noted as for ours."""
    page = open_page("/about/privacy")
    page.goto(school, wait_until="networkidle")
    return page


def test_list_shows_on_a_site_that_is_named_and_its_links_leave_the_frame(
    live_app: Flask, open_page: Pages, school: str, monkeypatch: pytest.MonkeyPatch, live_server: str
) -> None:
    monkeypatch.setitem(live_app.config, "HUB_EMBED_ANCESTORS", school.rstrip("/"))
    page = visit(open_page, school)
    frame = page.frame_locator("iframe")

    expect(frame.get_by_role("heading", level=1)).to_have_text("Baby and toddler groups near Dorchester")
    expect(frame.locator("article")).to_have_count(3)
    expect(frame.get_by_text("Call 999")).to_be_visible()
    assert page.context.cookies() == []
    assert page.frames[1].evaluate("document.documentElement.scrollWidth") <= 300
    assert page.frames[1].evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]

    frame.locator("article h3 a").first.click()

    page.wait_for_url(f"{live_server}/services/*")
    expect(page.get_by_role("link", name="Leave this site")).to_be_visible()


@pytest.mark.parametrize("named", ["", "https://surgery.example"])
def test_list_does_not_show_on_a_site_that_is_not_named(
    live_app: Flask, open_page: Pages, school: str, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setitem(live_app.config, "HUB_EMBED_ANCESTORS", named)

    page = visit(open_page, school)

    expect(page.get_by_role("heading", name="A school")).to_be_visible()
    assert page.frames[1].url.startswith("chrome-error:")
    refused = [said for said in open_page.wrong if "frame-ancestors" in said or "X-Frame-Options" in said]
    assert refused
    open_page.wrong.clear()


def test_other_pages_do_not_show_on_a_site_that_is_named(
    live_app: Flask, open_page: Pages, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(live_app.config, "HUB_EMBED_ANCESTORS", school.rstrip("/"))

    page = visit(open_page, f"{school}?frame=/shortlist")

    assert page.frames[1].url.startswith("chrome-error:")
    open_page.wrong.clear()


# A list may stand in a narrow column of another site; pages of this one begin at 320 pixels.
@pytest.mark.parametrize(
    ("path", "width"),
    [
        *((path, width) for path in (LIST, LIST + COLOURS, "/ar" + LIST) for width in (200, 320, 1280)),
        *((MAKER, width) for width in (320, 1280)),
    ],
)
def test_list_and_its_maker_have_no_barriers_at_any_width(open_page: Pages, path: str, width: int) -> None:
    page = open_page(path, width=width)

    assert barriers_in_both_schemes(page) == {}


def test_list_need_of_danger_and_what_is_wrong_have_no_barriers(open_page: Pages) -> None:
    page = open_page(LIST.replace("baby-toddler-groups", "domestic-abuse"), width=320)
    assert barriers_in_both_schemes(page) == {}

    page.goto("/embed?need=x&text=eeeeee")
    open_page.wrong[:] = [said for said in open_page.wrong if "400" not in said]

    assert barriers_in_both_schemes(page) == {}


def test_what_has_the_focus_is_seen_on_chosen_colours(open_page: Pages) -> None:
    page = open_page(LIST + COLOURS, width=320)

    page.keyboard.press("Tab")

    assert page.evaluate("getComputedStyle(document.activeElement).backgroundColor") == "rgb(255, 200, 69)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 247, 230)"


def test_first_look_at_a_list_takes_less_than_100_kilobytes(open_page: Pages) -> None:
    size = received(open_page("/about/privacy", width=320), LIST.replace("per_page=3", "per_page=20"))

    assert 10_000 < size < 100_000


def test_html_is_made_and_copied_by_hand_without_scripts(open_page: Pages) -> None:
    page = open_page("/about/embed", javascript=False, width=320)

    page.get_by_label("Need").select_option(label="Baby and toddler groups")
    page.get_by_label("Postcode, town or village").fill("Dorchester")
    page.get_by_role("button", name="Show me the HTML").click()

    assert page.get_by_label("HTML of the list").input_value().startswith('<section lang="en">')
