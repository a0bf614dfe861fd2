"""A year of the catalogue: what was listed of each published total, and what was done to listings.

It depends on nothing but the counts and events that were kept of that year: not on today, nor on the area's data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise

from sqlalchemy import and_, func, select

from hub_finder.database import aware
from hub_finder.directory.target_history import Moment, find_moments
from hub_finder.directory.times import ZONE
from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.targets import TargetSnapshot

MONTHS = range(1, 13)


@dataclass(frozen=True, kw_only=True)
class TotalOfYear:
    """One published total, month by month; `first` and `last` are the first and last months that were counted."""

    moments: Sequence[Moment]

    @property
    def first(self) -> TargetSnapshot:
        return next(one.snapshot for one in self.moments if one.snapshot)

    @property
    def last(self) -> TargetSnapshot:
        return next(one.snapshot for one in reversed(self.moments) if one.snapshot)


@dataclass(frozen=True, kw_only=True)
class Year:
    """`done` is how often each thing was done to a listing in each month, by our clocks."""

    year: int
    totals: Sequence[TotalOfYear]
    done: Mapping[EventKind, Sequence[int]]


def find_years() -> range:
    """The years that something was kept of, from the first to the last; a year between may be empty."""
    days = db.session.execute(select(func.min(TargetSnapshot.counted_on), func.max(TargetSnapshot.counted_on))).one()
    moments = db.session.execute(select(func.min(Event.at), func.max(Event.at))).one()
    years = [day.year for day in days if day] + [aware(at).astimezone(ZONE).year for at in moments if at]
    return range(min(years), max(years) + 1) if years else range(0)


def read_year(year: int) -> Year:
    """All that was kept of a year, in two queries. ValueError for what is no year of the calendar."""
    moments = find_moments("month", date(year, 12, 31))
    return Year(year=year, totals=[TotalOfYear(moments=moments[slug]) for slug in sorted(moments)], done=_done(year))


def _done(year: int) -> dict[EventKind, Sequence[int]]:
    starts = [_start(year, month) for month in MONTHS] + [_start(year + 1, 1)]
    counts = [func.count().filter(and_(Event.at >= start, Event.at < end)) for start, end in pairwise(starts)]
    inside = and_(Event.at >= starts[0], Event.at < starts[-1])
    rows = db.session.execute(select(Event.kind, *counts).where(inside).group_by(Event.kind))
    found = {kind: tuple(months) for kind, *months in rows}
    return {kind: found.get(kind, (0,) * len(MONTHS)) for kind in EventKind}


def _start(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=ZONE).astimezone(UTC)
