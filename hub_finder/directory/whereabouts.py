"""What became of listings that someone kept or was sent: where each of them is now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import selectinload

from hub_finder.directory.catalogue import IS_KNOWN, for_cards
from hub_finder.directory.shortlist import Uids
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status

_Standing = Row[int, str, str, str, int | None]


@dataclass(frozen=True, kw_only=True)
class Found:
    """A listing that still says something at its address: published, paused or ended."""

    service: Service
    # Names of listings of the list that are part of this one now.
    merged: tuple[str, ...] = ()
    # Ids of the list that lead to it: its own, and those of what was merged into it.
    asked: tuple[str, ...] = ()

    @property
    def has_ended(self) -> bool:
        return self.service.status == Status.RETIRED


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """A list as it is now, in its order, each listing once; and how many of it nothing is known of."""

    found: tuple[Found, ...]
    lost: int = 0

    @property
    def uids(self) -> Uids:
        return tuple(one.service.uid for one in self.found)

    @property
    def running(self) -> list[Service]:
        """Those that have not ended: what a family may still go to or call."""
        return [one.service for one in self.found if not one.has_ended]


def find_whereabouts(uids: Sequence[str]) -> Whereabouts:
    """The listings of a list. One that was merged leads on, through any number of merges, to what it is part of.

    The number of queries depends on how often listings were merged one after the other, not on how many there are.
    """
    asked = _standings(Service.uid.in_(uids)) if uids else []
    known = {row.id: row for row in asked}
    while missing := {row.merged_into_id for row in known.values() if row.merged_into_id} - known.keys():
        known |= {row.id: row for row in _standings(Service.id.in_(missing))}
    start = {row.uid: row for row in asked}
    ends = {uid: _end(row, known) for uid, row in start.items()}
    services = _load({row.id for row in ends.values()})
    names: dict[int, list[str]] = {}
    asked_as: dict[int, list[str]] = {}
    for uid in uids:
        if uid in ends and ends[uid].id in services:
            merged = names.setdefault(ends[uid].id, [])
            merged += [start[uid].name] if start[uid].id != ends[uid].id else []
            asked_as.setdefault(ends[uid].id, []).append(uid)
    found = tuple(
        Found(service=services[id_], merged=tuple(merged), asked=tuple(asked_as[id_])) for id_, merged in names.items()
    )
    lost = sum(uid not in ends or ends[uid].id not in services for uid in uids)
    return Whereabouts(found=found, lost=lost)


def find_uids(slugs: Sequence[str]) -> Uids:
    """The ids of the listings with these slugs, in their order; what no listing is called is left out."""
    asked = [slug for slug in slugs if "\0" not in slug]  # PostgreSQL refuses to look for one
    if not asked:
        return ()
    rows = db.session.execute(select(Service.slug, Service.uid).where(Service.slug.in_(asked)))
    uids = {slug: uid for slug, uid in rows}  # noqa: C416  rows, not pairs, to the checker
    return tuple(dict.fromkeys(uids[slug] for slug in slugs if slug in uids))


def _standings(condition: object) -> list[_Standing]:
    columns = select(Service.id, Service.uid, Service.name, Service.status, Service.merged_into_id)
    return list(db.session.execute(columns.where(condition)))  # type: ignore[arg-type]


def _end(row: _Standing, known: dict[int, _Standing]) -> _Standing:
    """Where a listing leads to, by way of those that it was merged into."""
    passed = {row.id}
    while row.status == Status.MERGED and row.merged_into_id in known and row.merged_into_id not in passed:
        row = known[row.merged_into_id]
        passed.add(row.id)
    return row


def _load(ids: set[int]) -> dict[int, Service]:
    if not ids:
        return {}
    statement = for_cards(select(Service).where(Service.id.in_(ids), IS_KNOWN))
    # Prices are what families compare.
    with_prices = statement.options(selectinload(Service.cost_options))
    return {service.id: service for service in db.session.scalars(with_prices)}
