"""Last year's listing as the start of a new one: what is over stays behind."""

from datetime import date

import pytest

from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.copying import rows_to_copy
from hub_finder.directory.fields import fields_of
from tests.whole_listing import whole_listing

TODAY = date(2026, 11, 27)


def row(**cells: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), "id": "old-club", "name": "Old Club", "organisation": "Vale Trust", **cells}


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        ("WEEKLY TU 10:00-12:00 term", "WEEKLY TU 10:00-12:00 term"),
        ("ONCE 2026-11-26 10:00", ""),
        ("ONCE 2026-11-27 10:00", "ONCE 2026-11-27 10:00"),
        ("WEEKLY MO from 2026-07-27 to 2026-07-31|WEEKLY FR 10:00", "WEEKLY FR 10:00"),
        ("WEEKLY MO from 2025-09-01", "WEEKLY MO from 2025-09-01"),
        ("WEEKLY FR except 2026-01-02,2027-01-01", "WEEKLY FR except 2027-01-01"),
        ("on Fridays, about ten", "on Fridays, about ten"),
    ],
)
def test_times_that_have_ended_are_not_copied(times: str, kept: str) -> None:
    copied = rows_to_copy([row(city="Oakham Green", schedule=times)], today=TODAY)

    assert [one["schedule"] for one in copied] == [kept]
    assert copied[0]["city"] == "Oakham Green"


@pytest.mark.parametrize(
    ("group", "days", "is_kept"),
    [
        ("booking", ("2026-07-27", "2026-07-31"), False),
        ("booking", ("2026-07-27", ""), False),
        ("booking", ("2026-11-20", "2026-11-27"), True),
        ("booking", ("", ""), True),
        ("booking", ("", "in summer"), True),
        ("alert", ("2026-07-27", "2026-07-31"), False),
        ("alert", ("2026-07-27", ""), True),
    ],
)
def test_bookings_and_notices_that_are_over_are_not_copied(group: str, days: tuple[str, str], *, is_kept: bool) -> None:
    said = {"booking": "booking_for", "alert": "alert"}[group]
    dated = {said: "Something", f"{group}_from": days[0], f"{group}_to": days[1]}

    [copied] = rows_to_copy([row(**dated)], today=TODAY)

    assert (copied[said] == "Something") is is_kept


def test_a_place_whose_rows_differed_by_times_that_are_over_stands_once() -> None:
    week = {"location_name": "Hall", "city": "Marlow Cross", "location_precision": "none"}
    rows = [row(**week, schedule="ONCE 2026-07-27"), row(**week, schedule="ONCE 2026-08-03")]
    rows += [row(**week, schedule="WEEKLY SA 09:00"), row(location_name="Barn", schedule="ONCE 2026-08-03")]

    copied = rows_to_copy(rows, today=TODAY)

    assert [(one["location_name"], one["schedule"]) for one in copied] == [("Hall", "WEEKLY SA 09:00"), ("Barn", "")]


def test_all_else_is_copied_without_ids_sources_and_what_staff_said() -> None:
    rows = whole_listing(TODAY)
    rows[0] = {**rows[0], "uuid": "8a5c2a3e-4a0f-4a53-9f3e-2d1b6a0c7e11", "location_uuid": "x", "confidence": "low"}

    copied = rows_to_copy(rows, today=TODAY)

    old, new = fields_of(rows), fields_of(copied)
    differing = {name for name in old if old[name] != new[name]}
    assert differing == {"place", "booking", "alert", "source", "confidence", "caution", "related"}
    assert not any(one["id"] or one["uuid"] or one["location_uuid"] or one["source_title"] for one in copied)
    assert copied[0]["organisation_website"] == rows[0]["organisation_website"]
    assert copied[0]["confidence"] == "high"
