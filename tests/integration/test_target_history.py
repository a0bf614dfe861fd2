"""Published totals over time: kept once a day as they were, with holes where nothing was counted."""

import csv
import io
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.targets import TargetSnapshot
from tests.factories import Catalogue
from tests.reading import read
from tests.signing_in import sign_in

HUBS = "family-hubs"


def snapshot(app: Flask, monkeypatch: pytest.MonkeyPatch, day: date) -> str:
    monkeypatch.setattr("hub_finder.directory.freshness.today", lambda: day)
    return app.test_cli_runner().invoke(args=["hub", "snapshot-targets"]).output


def kept(app: Flask, target: str = HUBS) -> list[tuple[date, int, int | None]]:
    with app.app_context():
        found = db.session.scalars(select(TargetSnapshot).order_by(TargetSnapshot.counted_on)).all()
        return [(one.counted_on, one.published, one.listed) for one in found if one.target == target]


def test_first_count_of_a_day_stands(app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.add(id="hub", kind="family_hub")
    first = snapshot(app, monkeypatch, date(2026, 3, 1))
    catalogue.add(id="another", kind="family_hub")

    again = snapshot(app, monkeypatch, date(2026, 3, 1))
    snapshot(app, monkeypatch, date(2026, 3, 2))

    assert first == f"{len(catalogue.area.targets)} kept.\n"
    assert again == "Nothing new: today was counted already.\n"
    assert kept(app) == [(date(2026, 3, 1), 3, 1), (date(2026, 3, 2), 3, 2)]


def test_total_that_came_later_is_kept_the_same_day(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(app, monkeypatch, date(2026, 3, 1))
    with app.app_context():
        db.session.execute(TargetSnapshot.__table__.delete().where(TargetSnapshot.target == HUBS))  # type: ignore[attr-defined]
        db.session.commit()

    assert snapshot(app, monkeypatch, date(2026, 3, 1)) == "1 kept.\n"
    assert kept(app) == [(date(2026, 3, 1), 3, 0)]


def test_month_is_told_by_its_last_count_and_a_hole_is_told(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(app, monkeypatch, date(2026, 1, 30))
    catalogue.add(id="hub", kind="family_hub", confidence="high")
    snapshot(app, monkeypatch, date(2026, 3, 3))
    catalogue.add(id="another", kind="family_hub", confidence="high")
    snapshot(app, monkeypatch, date(2026, 3, 20))

    page = read(sign_in(app.test_client(), Role.PLANNER).get("/insight/targets"))

    rows = [" ".join(row.get_text(" ").split()) for row in page.select("#family-hubs ~ details tbody tr")]
    assert len(rows) == 12
    assert rows[:3] == [
        "March 2026 on 20 March 2026 3 2 0 1",
        "February 2026 nothing was counted",
        "January 2026 on 30 January 2026 3 0 0 3",
    ]
    chart = page.select_one("#family-hubs ~ svg")
    assert chart is not None
    assert (len(chart.select("rect")), len(chart.select("path"))) == (4, 10)


def test_days_are_shown_when_asked_for_and_others_are_refused(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(app, monkeypatch, date(2026, 3, 1))
    planner = sign_in(app.test_client(), Role.PLANNER)

    page = read(planner.get("/insight/targets?by=day"))

    assert len(page.select("#family-hubs ~ details tbody tr")) == 14
    assert planner.get("/insight/targets?by=week").status_code == 400


def test_board_without_a_count_says_so(app: Flask, catalogue: Catalogue) -> None:
    page = read(sign_in(app.test_client(), Role.PLANNER).get("/insight/targets"))

    assert page.get_text().count("Nothing was counted in this time.") == len(catalogue.area.targets)
    assert not page.select("svg.hf-chart")


def test_file_has_each_day_that_was_counted(app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.add(id="hub", kind="family_hub", confidence="high")
    for day in (date(2026, 1, 30), date(2026, 3, 3)):
        snapshot(app, monkeypatch, day)

    text = sign_in(app.test_client(), Role.PLANNER).get("/insight/targets.csv").get_data(as_text=True)

    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["target"] == HUBS]
    assert [(row["counted_on"], row["published"], row["listed"], row["missing"]) for row in rows] == [
        ("2026-01-30", "3", "1", "2"),
        ("2026-03-03", "3", "1", "2"),
    ]
