"""How long ago someone who knows said that a listing is right, and what follows from it. Nothing here commits."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, and_, or_, select

from hub_finder.area import FreshnessLimits, current_area
from hub_finder.directory.cards import AnyService
from hub_finder.directory.events import record_event
from hub_finder.directory.schedules import TIME_ZONE
from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Service

State = Literal["not_checked", "checked", "due", "overdue", "lapsed"]
LONGEST_NAME = 80
# How an event of a check begins; then comes its day.
_ON = "On "
_OF_CHECKS = (EventKind.CHECKED, EventKind.UNREACHABLE, EventKind.CHECK_UNDONE)


def today() -> date:
    """The date here. Everything that asks how old a check is asks this, so that a test can set the day."""
    return datetime.now(ZoneInfo(TIME_ZONE)).date()


@lru_cache(maxsize=100)
def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of a shorter month."""
    return day - relativedelta(months=months)


def state_of(service: AnyService, *, limits: FreshnessLimits, today: date) -> State:
    """How fresh a listing is on a day. Agrees with `not_lapsed` and `is_overdue`; never checked cannot lapse."""
    checked_on = service.checked_on
    if checked_on is None:
        return "not_checked"
    if service.unreachable_times >= limits.unreachable or checked_on < months_before(today, limits.lapsed):
        return "lapsed"
    if checked_on < months_before(today, limits.overdue):
        return "overdue"
    return "due" if checked_on <= months_before(today, limits.due) else "checked"


def lapsed_on(service: AnyService, limits: FreshnessLimits) -> date | None:
    """The first day on which a check no longer holds at all, past or to come; None where there was none."""
    if service.checked_on is None:
        return None
    day = service.checked_on + relativedelta(months=limits.lapsed, days=1)
    # At the end of a longer month several days are the last one of a shorter month.
    while months_before(day, limits.lapsed) <= service.checked_on:
        day += timedelta(days=1)
    return day


def state_now(service: AnyService) -> State:
    """How fresh a listing is today, by the limits of the area served."""
    return state_of(service, limits=current_area().freshness, today=today())


def not_lapsed(limits: FreshnessLimits, today: date) -> ColumnElement[bool]:
    """A condition: the listing has not lapsed. `catalogue.published` is its one user; go through that."""
    recent = Service.checked_on >= months_before(today, limits.lapsed)
    return or_(Service.checked_on.is_(None), and_(recent, Service.unreachable_times < limits.unreachable))


def is_overdue(limits: FreshnessLimits, today: date) -> ColumnElement[bool]:
    """A condition: the listing's check is too old to rely on. Never checked is not overdue."""
    return and_(Service.checked_on.is_not(None), Service.checked_on < months_before(today, limits.overdue))


def is_current(limits: FreshnessLimits, today: date) -> ColumnElement[bool]:
    """A condition on a listing that has not lapsed: its check still holds, which is the state checked or due."""
    return and_(Service.checked_on.is_not(None), Service.checked_on >= months_before(today, limits.overdue))


def mark_checked(service: Service, *, by: str, on: date) -> None:
    """Note that someone who knows said on a day that the listing is right. Raises ValueError."""
    name = " ".join(by.split())
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"Say who checked it, in at most {LONGEST_NAME} characters.")
    if on > today():
        raise ValueError(f"{on} is still to come: a check has a day that has been.")
    service.checked_on, service.checked_by, service.unreachable_times = on, name, 0
    record_event(service, EventKind.CHECKED, actor=name, note=f"{_ON}{on}")


def take_back_check(service: Service, *, actor: str) -> None:
    """Take the last check of a listing back: the one before it holds again, as the history tells of it."""
    record_event(service, EventKind.CHECK_UNDONE, actor=actor)
    told = select(Event).where(Event.service_id == service.id, Event.kind.in_(_OF_CHECKS)).order_by(Event.id)
    checks: list[tuple[date | None, str | None, int]] = [(None, None, 0)]
    for event in db.session.scalars(told):
        on, by, times = checks[-1]
        if event.kind == EventKind.CHECKED:
            checks.append((date.fromisoformat(event.note.removeprefix(_ON)), event.actor, 0))
        elif event.kind == EventKind.UNREACHABLE:
            checks[-1] = on, by, times + 1
        elif len(checks) > 1:
            checks.pop()
    service.checked_on, service.checked_by, service.unreachable_times = checks[-1]


def mark_unreachable(service: Service, *, by: str) -> None:
    """Note that nobody could be reached to ask whether the listing is right."""
    # Added by the database, so that two people at once count as two.
    service.unreachable_times = Service.unreachable_times + 1
    record_event(service, EventKind.UNREACHABLE, actor=by)
