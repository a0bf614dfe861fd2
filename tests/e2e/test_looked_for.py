"""What families looked for, as a planner reads it on a phone and on a desk; and on paper."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, StorageState, expect
from sqlalchemy import delete, insert

from hub_finder.directory.freshness import today
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.looked_for import Counted, SearchCount, SearchPhrase
from tests.counting import counting_searches
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import LARGE, WIDE, barriers_in_both_schemes
from tests.signing_in import add_account, forget_tries, link_for

pytestmark = pytest.mark.e2e
PLACES = ("DT1", "DT4", "BH20", "SP8", "")
NEEDS = ("sleep", "infant-feeding", "speech-language")


@pytest.fixture
def planner(chromium: Browser, live_app: Flask, live_server: str) -> Iterator[StorageState]:
    """What the browser of a planner holds, where searches are counted."""
    context = chromium.new_context(base_url=live_server)
    page = context.new_page()
    page.goto(link_for(live_app, add_account(live_app, Role.PLANNER)))
    page.get_by_role("button", name="Sign in").click()
    with counting_searches(live_app):
        _fill(live_app)
        yield context.storage_state()
    context.close()
    with live_app.app_context():
        for table in (SearchCount, SearchPhrase):
            db.session.execute(delete(table))
        db.session.commit()
    forget_tries(live_app)


def _fill(app: Flask) -> None:
    month = today().replace(day=1)
    cells = [(place, found, refined) for place in PLACES for found in ("0", "1-4", "20+") for refined in (False, True)]
    rows = [
        {"what": Counted.SEARCH, "value": "", "place": place, "found": found, "refined": refined, "count": 3 + 4 * at}
        for at, (place, found, refined) in enumerate(cells)
    ]
    rows += [
        {"what": Counted.NEED, "value": need, "place": place, "found": found, "refined": False, "count": 4 + 5 * at}
        for at, (need, place, found) in enumerate((n, p, f) for n in NEEDS for p in PLACES for f in ("0", "5-9"))
    ]
    with app.app_context():
        db.session.execute(insert(SearchCount), [{"month": month, **row} for row in rows])
        known = {"hash": "1", "first_on": month, "last_on": month, "days": 6, "words": "quizzle wumble"}
        db.session.execute(insert(SearchPhrase).values(**known))
        db.session.commit()


@pytest.mark.parametrize("width", [320, 1280])
def test_planner_reads_what_families_looked_for(open_page: Pages, planner: StorageState, *, width: int) -> None:
    open_page.signed_in = planner
    page = open_page("/insight/looked-for", width=width)

    expect(page.get_by_role("heading", level=1)).to_have_text("What families looked for")
    expect(page.get_by_role("rowheader", name="quizzle wumble")).to_be_visible()
    assert barriers_in_both_schemes(page) == {}
    page.emulate_media(media="print")
    expect(page.locator("svg.hf-chart").first).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate(LARGE)
    assert page.evaluate(WIDE) == []
