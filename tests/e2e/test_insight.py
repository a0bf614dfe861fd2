"""The pages for those who plan, in a real browser."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, StorageState, expect

from hub_finder.directory import freshness
from hub_finder.models.accounts import Role
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import LARGE, WIDE, barriers_in_both_schemes, open_all
from tests.signing_in import add_account, link_for

pytestmark = pytest.mark.e2e

YEAR = freshness.today().year
PATHS = [
    "/insight",
    "/insight/targets",
    "/insight/gaps/food",
    "/insight/targets?by=day",
    "/insight/localities/purbeck",
    f"/insight/report/{YEAR}",
]


@pytest.fixture(scope="module")
def planner(chromium: Browser, live_app: Flask, live_server: str) -> StorageState:
    """What the browser of a planner holds after signing in, once the totals were counted."""
    assert live_app.test_cli_runner().invoke(args=["hub", "snapshot-targets"]).exit_code == 0
    context = chromium.new_context(base_url=live_server)
    page = context.new_page()
    page.goto(link_for(live_app, add_account(live_app, Role.PLANNER)))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is there and what is missing")
    state = context.storage_state()
    context.close()
    return state


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [320, 1280])
def test_page_has_no_barriers_and_fits(open_page: Pages, planner: StorageState, path: str, width: int) -> None:
    open_page.signed_in = planner
    page = open_page(path, width=width)
    open_all(page)

    assert barriers_in_both_schemes(page) == {}
    if width == 320:
        page.evaluate(LARGE)
        assert page.evaluate(WIDE) == []


def test_one_opens_where_the_map_is_pressed_without_a_script(
    chromium: Browser, live_server: str, planner: StorageState
) -> None:
    context = chromium.new_context(base_url=live_server, java_script_enabled=False, storage_state=planner)
    page = context.new_page()
    page.goto("/insight/gaps/food")

    button = page.locator("input[type=image]")
    # The middle of the area: postcodes are there.
    button.click(position={"x": 130, "y": 90})

    expect(page.locator("#changed")).to_contain_text("if one opened at the point 50.")
    context.close()
