"""The page where staff see who was asked, who did not answer, and whom mail does not reach."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.models.accounts import Role
from tests.factories import Catalogue
from tests.integration.test_reminders import refuse_mail_to
from tests.integration.test_still_right import press
from tests.reading import main_words, read
from tests.reminding import BASE, DUE_ON, add_checked, add_speaker, go_to, links_in, review, review_and_take
from tests.rules.test_query_counts import counted
from tests.signing_in import add_account

PAGE = "/moderation/reminders"


@pytest.fixture(autouse=True)
def _base(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HUB_BASE_URL", BASE)
    go_to(monkeypatch, DUE_ON)


@pytest.fixture
def stock(app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """One listing in each state, on 1 March 2027."""
    add_account(app, Role.MANAGER, email="mo@fairshire.example", name="Mo Manager")
    for name, person in (("Silent Club", "Sil"), ("Ended Club", "Enid"), ("Lost Club", "Lee")):
        slug = add_checked(catalogue, name, organisation=f"{name} Trust")
        add_speaker(app, slug, f"{person.lower()}@a.example", person)
    refuse_mail_to(app, "lee@a.example")
    mails = review_and_take(app)
    [ended] = [links_in(body)[0] for address, _subject, body in mails if address == "enid@a.example"]
    press(app.test_client(), ended, "surely_ended")
    refuse_mail_to(app, "lee@a.example")
    for day in (date(2026, 12, 23), date(2027, 1, 23), date(2027, 2, 23)):
        go_to(monkeypatch, day)
        review(app)
    go_to(monkeypatch, date(2027, 3, 1))
    slug = add_checked(catalogue, "Asked Club", on=date(2026, 9, 1), organisation="Asked Trust")
    add_speaker(app, slug, "ash@a.example", "Ash")
    review(app)
    slug = add_checked(catalogue, "New Club", on=date(2026, 9, 1), organisation="New Trust", email="new@a.example")


def rows(staff: FlaskClient, path: str = PAGE) -> list[str]:
    return [row.get_text(" ", strip=True) for row in read(staff.get(path)).select(".hf-rows > li")]


def test_page_says_of_each_listing_who_was_asked_and_what_came_of_it(staff: FlaskClient, stock: None) -> None:
    said = {row.partition(" Club")[0]: row for row in rows(staff)}

    assert list(said) == ["Asked", "Ended", "Lost", "New", "Silent"]
    assert "Asked, no answer yet . Asked Trust. Last checked on 1 September 2026." in said["Asked"]
    assert "Asked Ash on 1 March 2027" in said["Asked"]
    assert "Said to have ended" in said["Ended"]
    assert "Asked Enid on 23 November 2026: It has ended" in said["Ended"]
    assert "Nobody to ask" in said["Lost"]
    assert "Mail does not reach Lee, lee@a.example." in said["Lost"]
    assert "To be asked at the next run" in said["New"]
    assert "Nobody answered" in said["Silent"]
    assert "Asked Sil on 23 January 2027, for the third time" in said["Silent"]
    assert "Mo Manager was told on 23 February 2027." in said["Silent"]


@pytest.mark.parametrize(
    ("show", "names"),
    [("to_ask", ["New"]), ("asked", ["Asked"]), ("unanswered", ["Silent"]), ("nobody", ["Lost"]), ("ended", ["Ended"])],
)
def test_page_shows_those_of_one_state(staff: FlaskClient, stock: None, show: str, names: list[str]) -> None:
    found = rows(staff, f"{PAGE}?show={show}")

    assert [row.partition(" Club")[0] for row in found] == names


def test_start_page_counts_what_managers_were_told(app: Flask, staff: FlaskClient, stock: None) -> None:
    page = staff.get("/moderation")

    assert "2 Checks that nobody answers for" in main_words(page)
    assert read(page).select(f".hf-tasks a[href='{PAGE}']")


def test_start_page_says_nothing_of_it_without_any(staff: FlaskClient) -> None:
    assert "Checks that nobody answers for" not in main_words(staff.get("/moderation"))


def test_page_shows_who_was_asked_before_the_holidays(app: Flask, staff: FlaskClient, catalogue: Catalogue) -> None:
    for name in ("Acorn Holiday Club", "Acorn Play Days"):
        slug = add_checked(catalogue, name, on=date(2026, 9, 1), kind="haf")
    add_speaker(app, slug)
    [(_, _, body)] = review_and_take(app)
    press(app.test_client(), links_in(body)[0], "right")

    said = main_words(staff.get(PAGE))

    assert "Christmas holidays They begin on 19 December 2026. We ask once, 6 weeks before" in said
    assert "Acorn Holiday Club Asked Sam Field on 23 November 2026: It is all still right" in said
    assert "Acorn Play Days Asked Sam Field on 23 November 2026: no answer yet" in said


def test_empty_page_says_so(staff: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    go_to(monkeypatch, date(2026, 9, 1))

    said = main_words(staff.get(PAGE))

    assert "None." in said
    assert "holidays They begin" not in said


def test_bad_choice_is_told_and_all_are_shown(staff: FlaskClient, stock: None) -> None:
    response = staff.get(f"{PAGE}?show=odd&page=x")

    assert response.status_code == 200
    assert len(read(response).select(".hf-rows > li")) == 5


def test_page_asks_the_database_as_often_for_many_listings_as_for_few(
    app: Flask, staff: FlaskClient, catalogue: Catalogue
) -> None:
    def queries(start: int, end: int) -> int:
        for number in range(start, end):
            slug = add_checked(catalogue, f"Club {number}", organisation=f"Org {number}", kind="haf")
            add_speaker(app, slug, f"sam{number}@a.example")
        review(app)
        staff.get(PAGE)
        with counted(app) as said:
            staff.get(PAGE)
        return len(said)

    assert queries(0, 3) == queries(3, 9) <= 7
