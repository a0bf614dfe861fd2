"""How fresh a listing is on a day, by the age of its check."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from hub_finder.area import FreshnessLimits, load_area
from hub_finder.directory.freshness import State, months_before, state_of
from hub_finder.models.services import Service
from tests.conftest import FAIRSHIRE

TODAY = date(2026, 11, 23)
LIMITS = FreshnessLimits()


def state(checked_on: date | None, *, unreachable: int = 0, limits: FreshnessLimits = LIMITS) -> State:
    service = Service(checked_on=checked_on, unreachable_times=unreachable)
    return state_of(service, limits=limits, today=TODAY)


@pytest.mark.parametrize(
    ("checked_on", "expected"),
    [
        (None, "not_checked"),
        (TODAY, "checked"),
        (date(2026, 5, 24), "checked"),
        (date(2026, 5, 23), "due"),
        (date(2025, 11, 23), "due"),
        (date(2025, 11, 22), "overdue"),
        (date(2025, 5, 23), "overdue"),
        (date(2025, 5, 22), "lapsed"),
    ],
)
def test_the_age_of_the_check_gives_the_state(checked_on: date | None, expected: State) -> None:
    assert state(checked_on) == expected


@pytest.mark.parametrize(("times", "expected"), [(0, "checked"), (1, "checked"), (2, "lapsed"), (3, "lapsed")])
def test_a_listing_lapses_when_nobody_was_reached_twice(times: int, expected: State) -> None:
    assert state(TODAY, unreachable=times) == expected


def test_what_was_never_checked_does_not_lapse() -> None:
    assert state(None, unreachable=9) == "not_checked"


def test_an_area_has_its_own_limits() -> None:
    limits = FreshnessLimits(due=1, overdue=2, lapsed=3, unreachable=1)

    days = [date(2026, 11, 1), date(2026, 10, 1), date(2026, 9, 1), date(2026, 8, 1)]

    assert [state(day, limits=limits) for day in days] == ["checked", "due", "overdue", "lapsed"]
    assert state(TODAY, unreachable=1, limits=limits) == "lapsed"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 23), 6, date(2026, 5, 23)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 1, 15), 18, date(2024, 7, 15)),
    ],
)
def test_months_are_months_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def area_with(tmp_path: Path, freshness: str) -> FreshnessLimits:
    """The limits of an area whose file has this part in place of its own."""
    folder = Path(shutil.copytree(FAIRSHIRE, tmp_path / "elsewhere"))
    before, _, after = (folder / "area.toml").read_text(encoding="utf-8").partition("[freshness]")
    rest = after[after.index("[map]") :]
    (folder / "area.toml").write_text(before + freshness + rest, encoding="utf-8")
    return load_area(folder).freshness


@pytest.mark.parametrize(
    ("part", "limits"),
    [
        ("", FreshnessLimits()),
        ("[freshness]\nlapsed = 24\n", FreshnessLimits(lapsed=24)),
        (
            "[freshness]\ndue = 2\noverdue = 4\nlapsed = 8\nunreachable = 5\n",
            FreshnessLimits(due=2, overdue=4, lapsed=8, unreachable=5),
        ),
    ],
)
def test_limits_are_data_with_defaults(tmp_path: Path, part: str, limits: FreshnessLimits) -> None:
    assert area_with(tmp_path, part) == limits


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("due = 0", ValueError),
        ("due = 13", ValueError),
        ("overdue = 19", ValueError),
        ("unreachable = 0", ValueError),
        ("weeks = 3", TypeError),
    ],
)
def test_limits_that_make_no_sense_are_refused(tmp_path: Path, part: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        area_with(tmp_path, f"[freshness]\n{part}\n")
