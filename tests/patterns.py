"""Patterns of times, drawn at random, and a school year to try them on."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from hub_finder.directory.days import DAYS
from hub_finder.directory.schedules import TIME_ZONE
from hub_finder.directory.times import Calendar
from hub_finder.models.services import Alert, Schedule

LONDON = ZoneInfo(TIME_ZONE)
CALENDAR = Calendar(
    terms=((date(2026, 9, 7), date(2026, 12, 18)), (date(2027, 1, 4), date(2027, 3, 25))),
    holidays=((date(2026, 10, 26), date(2026, 10, 30)), (date(2026, 12, 19), date(2027, 1, 3))),
    bank_holidays=frozenset(date.fromisoformat(day) for day in ("2026-12-25", "2026-12-28", "2027-01-01")),
)
ORDINALS = ("1", "2", "3", "4", "5", "-1")
# Days about that school year; those on which the clock changes, a bank holiday or a half term falls come up often.
NEAR_DAYS = st.dates(date(2026, 8, 15), date(2027, 4, 15)) | st.sampled_from(
    [date.fromisoformat(day) for day in ("2026-10-25", "2027-03-28", "2026-12-25", "2026-12-28", "2026-10-26")]
)
# At the edges of the parts of the day, and when the clock changes.
OPENS = (None, "00:00", "01:30", "05:00", "09:30", "11:59", "12:00", "16:59", "17:00", "23:58")
CLOSES = (None, "01:00", "02:00", "05:00", "05:01", "12:00", "12:01", "17:00", "21:00", "23:59")


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


@st.composite
def schedule_facts(draw: st.DrawFn) -> dict[str, Any]:
    """A schedule's facts as JSON has them: any pattern that can be stored, near the school year of CALENDAR."""
    freq = draw(st.sampled_from(["WEEKLY", "WEEKLY", "MONTHLY", "ONCE"]))
    opens = draw(
        st.sampled_from([None, "00:00", "01:30", "05:00", "09:30", "11:59", "12:00", "16:59", "17:00", "23:58"])
    )
    closes = draw(st.sampled_from([None, "01:00", "02:00", "05:01", "12:00", "12:01", "17:00", "21:00", "23:59"]))
    first = draw(st.none() | NEAR_DAYS) if freq != "ONCE" else draw(NEAR_DAYS)
    last = draw(st.none() | NEAR_DAYS) if freq != "ONCE" else first
    day = st.sampled_from(DAYS)
    if freq == "MONTHLY":
        day = st.builds(str.__add__, st.sampled_from(ORDINALS), day)
    days = st.lists(day, min_size=1, max_size=7, unique=True) | st.just(list(DAYS) if freq == "WEEKLY" else ["1MO"])
    return {
        "freq": freq,
        "interval": draw(st.sampled_from([1, 1, 1, 2, 3, 9])) if freq != "ONCE" else 1,
        "byday": draw(days) if freq != "ONCE" else [],
        "opens_at": opens,
        "closes_at": closes if opens and closes and closes > opens else None,
        "when": draw(st.sampled_from([None, None, "term", "holidays"])) if freq != "ONCE" else None,
        "valid_from": first and first.isoformat(),
        "valid_to": last and max(last, first or last).isoformat(),
        "except_dates": [one.isoformat() for one in draw(st.lists(NEAR_DAYS, max_size=3, unique=True))],
        "place": draw(st.sampled_from([None, 0, 1])),
    }


@st.composite
def alert_facts(draw: st.DrawFn) -> dict[str, Any]:
    """An alert's facts as JSON has them, as far as times need them."""
    first, last = draw(st.none() | NEAR_DAYS), draw(st.none() | NEAR_DAYS)
    ends = last and max(last, first or last).isoformat()
    return {"closed": draw(st.booleans()), "starts_on": first and first.isoformat(), "ends_on": ends}


def schedule_of(facts: dict[str, Any]) -> Schedule:
    """The stored schedule that facts as JSON has them are of."""
    read = {name: facts[name] and time.fromisoformat(facts[name]) for name in ("opens_at", "closes_at")}
    read |= {name: facts[name] and date.fromisoformat(facts[name]) for name in ("valid_from", "valid_to")}
    return Schedule(**facts | read)


def alert_of(facts: dict[str, Any]) -> Alert:
    """The stored alert that facts as JSON has them are of."""
    read = {name: facts[name] and date.fromisoformat(facts[name]) for name in ("starts_on", "ends_on")}
    return Alert(**facts | read)
