"""What is on by day, and the page of a listing on a phone, in a real browser."""

import re

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import LARGE, WHOLE, WIDE, barriers

pytestmark = pytest.mark.e2e

BY_DAY = "/search?postcode=DT1+1XJ&within=20&view=timetable"


def test_a_family_goes_from_the_list_to_the_days_and_on_without_a_script(open_page: Pages) -> None:
    page = open_page("/search?postcode=DT1+1XJ&within=20&age=2", width=320, javascript=False)

    page.get_by_role("link", name="What is on, by day").click()

    expect(page.get_by_role("heading", level=2, name="This week")).to_be_visible()
    assert page.locator("section.hf-day").count() >= 7
    page.get_by_label("Which week?").select_option(index=3)
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"^(?=.*week=)(?=.*age=2)"))
    page.get_by_role("link", name="Earlier").click()
    page.locator(".hf-day .hf-slots a").first.click()
    expect(page.get_by_role("heading", name="When is it?")).to_be_visible()


def test_days_on_paper_are_the_days_alone(open_page: Pages) -> None:
    page = open_page(BY_DAY)

    page.emulate_media(media="print")

    for part in ("header nav", "main form", ".hf-views", ".hf-week"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator(".hf-day .hf-slots li a").first).to_be_visible()


def test_file_for_a_calendar_can_be_taken(open_page: Pages) -> None:
    page = open_page(WHOLE, width=390)

    with page.expect_download() as download:
        page.get_by_role("link", name="Add all dates").click()

    assert download.value.suggested_filename == "everything-group.ics"
    events = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {"The Everything Group"}


def bar_height(page: Page) -> float:
    box = page.locator(".hf-thumb").bounding_box()
    assert box
    return box["height"]


@pytest.mark.parametrize("large", [False, True])
def test_bar_at_the_thumb_leaves_room_and_hides_nothing(open_page: Pages, large: bool) -> None:
    page = open_page(WHOLE, width=320, height=640)
    if large:
        page.evaluate(LARGE)

    expect(page.locator(".hf-thumb").get_by_role("link", name="Call")).to_be_in_viewport()
    assert bar_height(page) < 640 / 3
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    last = page.locator(".hf-side li").last.bounding_box()
    bar = page.locator(".hf-thumb").bounding_box()
    assert last
    assert bar
    assert last["y"] + last["height"] <= bar["y"]
    assert page.evaluate(WIDE) == []
    assert barriers(page) == []


def test_what_the_keyboard_comes_to_is_not_behind_the_bar(open_page: Pages) -> None:
    page = open_page(WHOLE, width=320, height=640)

    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".hf-answers a")].filter(link => {
          link.focus();
          const box = link.getBoundingClientRect();
          const bar = document.querySelector(".hf-thumb").getBoundingClientRect();
          return box.bottom > bar.top + 1;
        }).map(link => link.outerHTML.slice(0, 100))"""
    )

    assert hidden == []


@pytest.mark.parametrize(("width", "height"), [(640, 320), (1280, 800)])
def test_bar_stays_in_its_place_where_there_is_little_height_or_no_need(
    open_page: Pages, width: int, height: int
) -> None:
    page = open_page(WHOLE, width=width, height=height)

    expect(page.locator(".hf-thumb")).not_to_be_in_viewport()
