"""Patterns of times, drawn at random, and a school year to try them on."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from hub_finder.directory.schedules import DAYS, TIME_ZONE
from hub_finder.directory.times import Calendar

LONDON = ZoneInfo(TIME_ZONE)
CALENDAR = Calendar(
    terms=((date(2026, 9, 7), date(2026, 12, 18)), (date(2027, 1, 4), date(2027, 3, 25))),
    holidays=((date(2026, 10, 26), date(2026, 10, 30)), (date(2026, 12, 19), date(2027, 1, 3))),
    bank_holidays=frozenset(date.fromisoformat(day) for day in ("2026-12-25", "2026-12-28", "2027-01-01")),
)
ORDINALS = ("1", "2", "3", "4", "5", "-1")


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, str, date]:
    """A pattern in its one-line form, the same one as a rule of RFC 5545, and the day it begins."""
    freq, interval = draw(st.sampled_from(["WEEKLY", "MONTHLY"])), draw(st.integers(1, 9))
    day = st.sampled_from(DAYS)
    if freq == "MONTHLY":
        day = st.builds(str.__add__, st.sampled_from(ORDINALS), day)
    byday = ",".join(draw(st.lists(day, min_size=1, max_size=4, unique=True)))
    first = draw(st.dates(date(2024, 1, 1), date(2028, 12, 31)))
    last = draw(st.one_of(st.none(), st.dates(first, first + timedelta(days=900))))
    every = f"/{interval}" if interval > 1 else ""
    text = f"{freq}{every} {byday} 09:30-11:00 from {first}" + (f" to {last}" if last else "")
    rule = f"FREQ={freq};INTERVAL={interval};BYDAY={byday}" + (f";UNTIL={last:%Y%m%d}T235959" if last else "")
    return text, rule, first


def at(text: str) -> datetime:
    """A moment in wall time of the area."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)
