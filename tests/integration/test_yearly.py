"""The yearly report: the same words from the same data, whenever and on whichever database it is made."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Service
from hub_finder.models.targets import TargetSnapshot
from tests.factories import Catalogue
from tests.page_client import PageClient
from tests.reading import read
from tests.signing_in import sign_in

# Byte for byte, on each database. Only the lines that are not all zeros are told here of what was done.
HUBS = """published_total,hubs,Hubs of 2025,2025-01,,,,,,,,
published_total,hubs,Hubs of 2025,2025-02,,,,,,,,
published_total,hubs,Hubs of 2025,2025-03,2025-03-31,3,2,1,1,A plan,2024,
published_total,hubs,Hubs of 2025,2025-04,,,,,,,,
published_total,hubs,Hubs of 2025,2025-05,,,,,,,,
published_total,hubs,Hubs of 2025,2025-06,,,,,,,,
published_total,hubs,Hubs of 2025,2025-07,,,,,,,,
published_total,hubs,Hubs of 2025,2025-08,,,,,,,,
published_total,hubs,Hubs of 2025,2025-09,,,,,,,,
published_total,hubs,Hubs of 2025,2025-10,,,,,,,,
published_total,hubs,Hubs of 2025,2025-11,,,,,,,,
published_total,hubs,Hubs of 2025,2025-12,2025-12-31,4,,,,"A plan, again",,
"""


def keep(day: date, label: str, published: int, listed: int | None, source: tuple[str, str]) -> TargetSnapshot:
    checked = None if listed is None else 1
    return TargetSnapshot(
        counted_on=day,
        target="hubs",
        label=label,
        published=published,
        listed=listed,
        checked=checked,
        unsure=0,
        source_title=source[0],
        source_date=source[1],
    )


@pytest.fixture
def planner(app: Flask, catalogue: Catalogue) -> PageClient:
    """A planner, and a year of things: some just inside of it, and some just outside."""
    catalogue.add(id="group")
    with app.app_context():
        db.session.execute(Event.__table__.delete())  # type: ignore[attr-defined]
        group = db.session.scalars(select(Service)).one()
        moments = {
            datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC): EventKind.CHANGED,
            datetime(2025, 1, 1, tzinfo=UTC): EventKind.CHANGED,
            # An hour later by our clocks: the first of July.
            datetime(2025, 6, 30, 23, 30, tzinfo=UTC): EventKind.CHECKED,
            datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC): EventKind.CHECKED,
            datetime(2026, 1, 1, tzinfo=UTC): EventKind.CHECKED,
        }
        for at, kind in moments.items():
            db.session.add(Event(service_id=group.id, at=at, actor="Robin Moss", kind=kind, note="", record=None))
        db.session.add(keep(date(2024, 12, 31), "Hubs of 2024", 9, 9, ("Old", "")))
        db.session.add(keep(date(2025, 3, 1), "Hubs of 2025", 3, 1, ("A plan", "2024")))
        db.session.add(keep(date(2025, 3, 31), "Hubs of 2025", 3, 2, ("A plan", "2024")))
        db.session.add(keep(date(2025, 12, 31), "Hubs of 2025", 4, None, ("A plan, again", "")))
        db.session.add(keep(date(2026, 1, 1), "Hubs of 2026", 9, 9, ("New", "")))
        db.session.commit()
    client = sign_in(app.test_client(), Role.PLANNER)
    assert isinstance(client, PageClient)
    return client


def report(planner: PageClient) -> tuple[bytes, str]:
    """The file, and what the page says inside of its frame, which holds who is signed in."""
    page = read(planner.get("/insight/report/2025"))
    return planner.get("/insight/report/2025.csv").data, str(page.select_one(".hf-staff"))


def test_report_is_the_same_to_the_byte_on_each_database(planner: PageClient) -> None:
    lines = report(planner)[0].decode().splitlines(keepends=True)

    assert "".join(lines[1:13]) == HUBS
    assert [line.strip() for line in lines[13:] if not line.endswith(",0\n")] == [
        "done_to_listings,changed,Changed,2025-01,,,,,,,,1",
        "done_to_listings,checked,Checked,2025-07,,,,,,,,1",
        "done_to_listings,checked,Checked,2025-12,,,,,,,,1",
    ]
    assert len(lines) == 1 + 12 + 12 * len(EventKind)


def test_report_does_not_change_with_what_comes_later(
    app: Flask, catalogue: Catalogue, planner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = report(planner)

    monkeypatch.setattr("hub_finder.directory.freshness.today", lambda: date(2031, 5, 5))
    catalogue.add(id="later", kind="family_hub", confidence="high")
    assert app.test_cli_runner().invoke(args=["hub", "snapshot-targets"]).exit_code == 0

    assert report(planner) == before


def test_page_tells_what_was_counted_and_done(planner: PageClient) -> None:
    page = read(planner.get("/insight/report/2025"))

    rows = [" ".join(row.get_text(" ").split()) for row in page.select("tbody tr")]
    assert rows[:2] == [
        "March (on 31 March) 3 2 1 1",
        "December (on 31 December) 4 not known not known not known",
    ]
    assert {"Changed 1", "Checked 2", "Paused 0"} <= set(rows)
    assert "Robin Moss" not in str(page.select_one(".hf-staff"))


def test_only_years_of_which_something_was_kept_have_a_report(planner: PageClient) -> None:
    links = [link.get_text() for link in read(planner.get("/insight")).select("main li a")]

    assert [text[9:] for text in links if text.startswith("The year")] == ["2026", "2025", "2024"]
    for year in ("2023", "2027", "0", "99999999999999999999"):
        assert planner.get(f"/insight/report/{year}").status_code == 404
        assert planner.get(f"/insight/report/{year}.csv").status_code == 404


def test_without_anything_there_is_no_report(app: Flask) -> None:
    planner = sign_in(app.test_client(), Role.PLANNER)

    assert "The year" not in planner.get("/insight").get_data(as_text=True)
    assert planner.get("/insight/report/2026").status_code == 404
