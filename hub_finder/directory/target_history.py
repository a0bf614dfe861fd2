"""Published totals over time: what was listed and checked of each, kept day by day. Nothing here commits.

What is kept is never changed or worked out later. A day on which nothing was counted is a hole, and stays one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.database import take_turns
from hub_finder.directory import freshness
from hub_finder.directory.targets import measure
from hub_finder.extensions import db
from hub_finder.models.targets import TargetSnapshot

Step = Literal["day", "month"]
# How many days, and months, are shown together.
SHOWN: dict[Step, int] = {"day": 14, "month": 12}
SNAPSHOT_TURN = 27


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A day or month by its first day, and what was counted last in it; None where nothing was."""

    begins_on: date
    step: Step
    snapshot: TargetSnapshot | None


def snapshot_targets(area: Area) -> int:
    """Keep what each target stands at, unless it was kept today already; returns how many were kept now."""
    take_turns(db.session.connection(), SNAPSHOT_TURN)
    today = freshness.today()
    known = set(db.session.scalars(select(TargetSnapshot.target).where(TargetSnapshot.counted_on == today)))
    new = [
        TargetSnapshot(
            counted_on=today,
            target=tally.target.slug,
            label=tally.target.label,
            published=tally.target.target,
            listed=tally.listed,
            checked=tally.checked,
            unsure=len(tally.unsure),
            source_title=tally.target.source_title,
            source_date=tally.target.source_date,
        )
        for tally in measure(area)
        if tally.target.slug not in known
    ]
    db.session.add_all(new)
    db.session.flush()
    return len(new)


def find_snapshots(first: date | None = None, last: date | None = None) -> Sequence[TargetSnapshot]:
    """What was kept from one day to another, by day and target, in one query. None: without an end."""
    statement = select(TargetSnapshot).order_by(TargetSnapshot.counted_on, TargetSnapshot.target)
    if first:
        statement = statement.where(TargetSnapshot.counted_on >= first)
    if last:
        statement = statement.where(TargetSnapshot.counted_on <= last)
    return db.session.scalars(statement).all()


def find_moments(step: Step, last: date) -> dict[str, list[Moment]]:
    """The days or months up to a day, oldest first, by the slug of each target that was counted in any of them."""
    begins = _begins(step, last)
    found: dict[str, dict[date, TargetSnapshot]] = defaultdict(dict)
    for snapshot in find_snapshots(begins[0], last):
        found[snapshot.target][_begin(step, snapshot.counted_on)] = snapshot
    return {
        target: [Moment(begins_on=day, step=step, snapshot=known.get(day)) for day in begins]
        for target, known in found.items()
    }


def _begin(step: Step, day: date) -> date:
    return day if step == "day" else day.replace(day=1)


def _begins(step: Step, last: date) -> list[date]:
    begins = [_begin(step, last)]
    while len(begins) < SHOWN[step]:
        begins.append(_begin(step, begins[-1] - timedelta(days=1)))
    return begins[::-1]
