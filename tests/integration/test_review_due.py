"""What flask hub review-due needs and costs, and what it forgets."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hub_finder.area import Area, current_area
from hub_finder.directory import freshness, reminding
from hub_finder.directory.reminders import make_plan
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.reminders import Reminder
from hub_finder.models.services import Service
from tests.factories import Catalogue
from tests.reminding import BASE, DUE_ON, add_checked, add_speaker, go_to, review, take_mails
from tests.rules.test_query_counts import counted


@pytest.fixture(autouse=True)
def _base(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HUB_BASE_URL", BASE)
    go_to(monkeypatch, DUE_ON)


def test_asking_needs_as_many_queries_for_many_listings_as_for_few(app: Flask, catalogue: Catalogue) -> None:
    def add(numbers: Iterator[int]) -> None:
        for number in numbers:
            slug = add_checked(
                catalogue, f"Club {number}", organisation=f"Org {number}", kind="haf" if number % 2 else "youth"
            )
            add_speaker(app, slug, f"sam{number}@a.example")

    def plan() -> int:
        with counted(app) as said, app.app_context():
            make_plan(current_area(), DUE_ON)
        return len(said)

    add(iter(range(3)))
    review(app)
    few = plan()
    add(iter(range(3, 9)))

    assert plan() == few <= 12


def test_old_reminders_go_but_for_those_about_the_last_check(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, organisation in (("Acorn Club", "Acorn"), ("Oak Club", "Oak")):
        add_speaker(app, add_checked(catalogue, name, organisation=organisation), f"sam@{organisation.lower()}.example")
    review(app)
    with app.app_context():
        freshness.mark_checked(get_stored("acorn-club"), by="The team", on=DUE_ON)
        db.session.commit()

    with app.app_context():
        early = reminding.forget_old(DUE_ON + timedelta(days=365))
        late = reminding.forget_old(DUE_ON + timedelta(days=366))
        left = db.session.scalars(select(Service.slug).join(Reminder)).all()

    assert (early, late, left) == (0, 1, ["oak-club"])


@pytest.mark.parametrize(
    ("setting", "said"), [("HUB_MAIL_URL", "HUB_MAIL_URL is not set"), ("HUB_BASE_URL", "Set HUB_BASE_URL first")]
)
def test_command_says_what_it_lacks(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, setting: str, said: str
) -> None:
    add_speaker(app, add_checked(catalogue))
    monkeypatch.setitem(app.config, setting, "")

    result = app.test_cli_runner().invoke(args=["hub", "review-due"])

    assert result.exit_code == 1
    assert said in result.output
    assert take_mails(app) == []


def test_area_says_how_often_people_are_asked(area: Area) -> None:
    assert (area.reminders.times, area.reminders.link_days, area.reminders.holiday_weeks) == (3, 60, 6)
    assert area.named_holidays[1] == ("Christmas holidays", date(2026, 12, 19), date(2027, 1, 3))
    with pytest.raises(ValueError, match=r"\[reminders\]"):
        type(area.reminders)(times=0)
