"""Checks as two cells of a listing's first row: they travel with a file, and are no facts of the listing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from hub_finder.directory import freshness
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.listings import Problem, Row, fault_of
from hub_finder.extensions import db
from hub_finder.models.services import Service

CHECK_COLUMNS = ("checked_on", "checked_by")
# All columns of a file of listings, in their order.
FILE_COLUMNS = (*COLUMNS, *CHECK_COLUMNS)


@dataclass(frozen=True)
class Check:
    """Someone who knows said on a day that a listing is right."""

    on: date
    by: str


def read_check(rows: Sequence[Row]) -> tuple[Check | None, list[Problem]]:
    """The check that a listing's rows tell of, and what is wrong with it. Blank cells tell of none."""
    on, by = (rows[0].get(column, "").strip() for column in CHECK_COLUMNS)
    problems = [
        Problem(column, row[column], "must be blank in a row that adds to the listing above", number)
        for number, row in enumerate(rows)
        for column in CHECK_COLUMNS
        if number and row.get(column, "").strip()
    ]
    if reason := fault_of(by, longest=freshness.LONGEST_NAME):
        problems.append(Problem("checked_by", by, reason))
    if bool(on) != bool(by):
        blank = "checked_by" if on else "checked_on"
        problems.append(Problem(blank, "", "must be filled in: a check has a day and a name"))
    day = _day(on)
    if on and (day is None or day > freshness.today()):
        reason = "is still to come" if day else "must be a date such as 2026-04-28"
        problems.append(Problem("checked_on", on, reason))
    return (Check(day, " ".join(by.split())) if day and not problems else None), problems


def write_check(service: Service) -> dict[str, str]:
    """The cells of a stored listing's check; blank where it was never checked."""
    on, by = service.checked_on, service.checked_by
    return {"checked_on": str(on), "checked_by": by} if on and by else dict.fromkeys(CHECK_COLUMNS, "")


def keep_checks(checks: Mapping[str, Check]) -> int:
    """Note the checks, by slug, that are later than the stored ones. Returns how many; flushes, never commits."""
    stored = select(Service.slug, Service.checked_on).where(Service.slug.in_(checks))
    later = [slug for slug, on in db.session.execute(stored) if on is None or checks[slug].on > on]
    for service in db.session.scalars(select(Service).where(Service.slug.in_(later))) if later else ():
        check = checks[service.slug]
        freshness.mark_checked(service, by=check.by, on=check.on)
    return len(later)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-04-28") else None
    except ValueError:
        return None
