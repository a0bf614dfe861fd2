"""Asking before the school holidays whether what runs in them is right.

In the made-up area they begin on 19 December 2026, after a week of half term on 26 October.
"""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.factories import Catalogue
from tests.reminding import BASE, DUE_ON, add_checked, add_speaker, go_to, links_in, review_and_take


@pytest.fixture(autouse=True)
def _base(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HUB_BASE_URL", BASE)
    go_to(monkeypatch, DUE_ON)


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2026, 9, 28), False),
        (date(2026, 11, 6), False),
        (date(2026, 11, 7), True),
        (date(2026, 12, 18), True),
        (date(2026, 12, 19), False),
    ],
)
def test_holiday_clubs_are_asked_some_weeks_before_long_holidays(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, day: date, asked: bool
) -> None:
    slug = add_checked(catalogue, "Acorn Holiday Club", on=date(2026, 9, 1), kind="haf")
    sam = add_speaker(app, slug)
    add_checked(catalogue, "Acorn Stay and Play", on=date(2026, 9, 1))
    go_to(monkeypatch, day)

    mails = review_and_take(app)
    again = review_and_take(app)
    go_to(monkeypatch, day + timedelta(days=1))
    later = review_and_take(app)

    assert [(address, subject) for address, subject, _body in mails] == (
        [(sam, "Christmas holidays: are your times and bookings right?")] if asked else []
    )
    if asked:
        assert "The Christmas holidays begin on 19 December 2026." in mails[0][2]
        assert "Stay and Play" not in mails[0][2]
        assert len(links_in(mails[0][2])) == 1
        assert later == []
    assert again == []


def test_what_takes_bookings_is_asked_about_too(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = add_checked(catalogue, on=date(2026, 9, 1), booking_from="2026-12-20", booking_to="2026-12-22")
    add_speaker(app, slug)
    go_to(monkeypatch, date(2026, 11, 10))

    assert len(review_and_take(app)) == 1


def test_holiday_club_that_was_checked_in_these_weeks_is_not_asked(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_speaker(app, add_checked(catalogue, kind="haf", on=date(2026, 11, 8)))
    go_to(monkeypatch, date(2026, 11, 10))

    assert review_and_take(app) == []


def test_holiday_mail_goes_first_and_the_other_waits_for_a_while(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = add_checked(catalogue, "Acorn Holiday Club", kind="haf")
    add_speaker(app, slug)

    subjects = []
    for days in (0, 1, 13, 14):
        go_to(monkeypatch, DUE_ON + timedelta(days=days))
        subjects.append([subject for _address, subject, _body in review_and_take(app)])

    assert subjects == [
        ["Christmas holidays: are your times and bookings right?"],
        [],
        [],
        ["Is what families read about you still right?"],
    ]
