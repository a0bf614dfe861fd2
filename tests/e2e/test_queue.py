"""The queue in a real browser: from what a provider sent to what a family finds, and two moderators at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from hub_finder.directory import submissions
from hub_finder.directory.references import spoken
from hub_finder.extensions import db
from hub_finder.models.services import Service
from tests.e2e.conftest import Pages
from tests.e2e.test_everyone import WIDE, barriers_in_both_schemes, open_all
from tests.proposing import person, proposed, submit
from tests.signing_in import add_account, link_for

pytestmark = pytest.mark.e2e

PLACE = {"location_name": "Mill Hall", "address_1": "1 Mill Lane", "city": "Dorchester", "postal_code": "DT1 1XJ"}
QUEUE = "/moderation/queue"
SignIn = Callable[[str], BrowserContext]


@pytest.fixture
def sign_in(chromium: Browser, live_app: Flask, live_server: str) -> SignIn:
    """Call with a name: a browser of its own in which that moderator is signed in."""

    def by(name: str) -> BrowserContext:
        context = chromium.new_context(base_url=live_server, reduced_motion="reduce")
        page = context.new_page()
        email = add_account(live_app, email=f"{name.split()[0].lower()}@fairshire.example", name=name)
        page.goto(link_for(live_app, email))
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What needs doing")
        page.close()
        return context

    return by


def send(app: Flask, name: str, **given: str) -> str:
    """A new listing that waits; returns its reference."""
    with app.app_context():
        mo = person("Mo Hill")
        submission = proposed(mo, name=name, organisation=f"{name} Trust", **PLACE, **given)
        db.session.commit()
        return spoken(submission.reference)


def open_submission(context: BrowserContext, reference: str) -> Page:
    page = context.new_page()
    page.goto(f"/moderation/submissions/{reference}")
    return page


def test_what_was_sent_is_asked_about_sent_again_published_and_found(live_app: Flask, sign_in: SignIn) -> None:
    reference = send(live_app, "Zebra Crossing Play", schedule="WEEKLY MO 10:00-11:00")
    ann = sign_in("Ann Lee")
    page = ann.new_page()
    page.goto(QUEUE)
    page.get_by_role("link", name="Zebra Crossing Play", exact=True).click()
    page.get_by_role("button", name="Take it up").click()
    page.get_by_text("Ask for changes", exact=True).click()
    page.get_by_label("What do they have to change?").fill("How old may children be?")
    page.get_by_role("button", name="Send it back to them").click()
    expect(page.locator("main").get_by_role("status").first).to_contain_text("Changes are asked for.")
    expect(page.get_by_role("link", name="Zebra Crossing Play", exact=True)).to_have_count(0)
    with live_app.app_context():
        mo, submission = person("Mo Hill"), submissions.get_submission(reference.replace("-", ""))
        first, *further = submission.rows
        submissions.write(submission, actor=mo, rows=[first | {"min_age": "0", "max_age": "4"}, *further])
        submit(submission, mo)
        db.session.commit()

    page.goto(f"{QUEUE}?q=zebra")
    page.get_by_role("link", name="Zebra Crossing Play", exact=True).click()
    page.get_by_role("button", name="Take it up").click()
    page.get_by_role("button", name="Publish it").click()

    expect(page.locator("main").get_by_role("status").first).to_contain_text("Families can find it now.")
    page.goto("/search?q=zebra+crossing&postcode=DT1+1XJ")
    expect(page.get_by_role("link", name="Zebra Crossing Play").first).to_be_visible()
    ann.close()


def test_of_two_who_decide_at_once_the_second_is_told_and_loses_nothing(live_app: Flask, sign_in: SignIn) -> None:
    reference = send(live_app, "Quagga Group")
    ann, bo = sign_in("Ann Lee"), sign_in("Bo Ash")
    hers, his = open_submission(ann, reference), open_submission(bo, reference)
    his.get_by_role("button", name="Take it up").click()
    hers.get_by_role("button", name="Take it up").click()
    expect(hers.get_by_role("alert")).to_contain_text("Bo Ash was faster: “Taken up by the team”")
    hers.get_by_role("button", name="Take over from Bo Ash").click()
    expect(hers.locator("main")).to_contain_text("You have it")

    # Both pages of the second now offer to decide; his is older.
    his.get_by_label("A word to them (you can leave this blank)").fill("Thank you, this is just right.")
    his.get_by_role("button", name="Publish it").click()

    expect(his.get_by_role("alert")).to_contain_text("Ann Lee was faster")
    expect(his.get_by_role("alert")).to_contain_text("Thank you, this is just right.")
    hers.get_by_role("button", name="Publish it").click()
    expect(hers.locator("main").get_by_role("status").first).to_contain_text("Families can find it now.")
    with live_app.app_context():
        assert db.session.scalar(select(func.count()).where(Service.name == "Quagga Group")) == 1
    for context in (ann, bo):
        context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_the_queue_have_no_barriers_and_fit(
    open_page: Pages, live_app: Flask, sign_in: SignIn, width: int
) -> None:
    reference = send(live_app, f"Okapi Group {width}", summary="See www.other.org or 07700 900123.", cost="free")
    context = sign_in("Ann Lee")
    open_page.signed_in = context.storage_state()
    context.close()
    page = open_page(f"/moderation/submissions/{reference}", width=width)
    page.get_by_role("button", name="Take it up").click()
    with live_app.app_context():
        number = db.session.scalars(select(Service.organisation_id).limit(1)).one()

    for path in (
        QUEUE,
        f"{QUEUE}?kind=zzz",
        f"/moderation/submissions/{reference}",
        f"/moderation/submissions/{reference}/edit",
        "/moderation/organisations?q=council",
        f"/moderation/organisations/{number}",
    ):
        open_page.go(page, path)
        open_all(page)
        assert barriers_in_both_schemes(page) == {}, path
        assert page.evaluate(WIDE) == [], path
