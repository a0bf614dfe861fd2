"""All listings for other systems: filtered, in an order that stays, and with what changed since a moment.

A page is asked for by its number, or by what it comes after: then nothing is left out or told twice, whatever is
added or taken out meanwhile. Nothing here commits.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, extract, func, not_, or_, select, true, tuple_
from sqlalchemy.orm import joinedload

from hub_finder.area import current_area
from hub_finder.database import aware, begin_reading
from hub_finder.directory import freshness
from hub_finder.directory.catalogue import published, with_everything
from hub_finder.directory.geometry import bounding_box, distance_m
from hub_finder.directory.index import is_one_of
from hub_finder.directory.origins import Origin
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.schedules import ONCE
from hub_finder.directory.search import find_ids
from hub_finder.directory.stamps import noted_stamps
from hub_finder.directory.times import ZONE
from hub_finder.extensions import db
from hub_finder.models.search import SearchClock
from hub_finder.models.services import (
    Alert,
    Coverage,
    Location,
    Need,
    Organisation,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceNeed,
    Status,
)

BATCH = 500
# Before the first service, and before the first place of one.
NOTHING = (0, -1)
# As dates tell the days of a week from each other on both databases.
WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_STANDINGS = select(Service.id, Service.modified_at)


@dataclass(frozen=True, kw_only=True)
class AskedTerms:
    """Any of these needs, or of these kinds."""

    needs: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class AskedSession:
    """All that is given is about one and the same session."""

    day: str | None = None
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What other systems may ask for; all of it adds up. Of `sessions`, one must be met.

    `covers`: what covers these places, or does not say what it covers. `near`, so many metres: what is so near to a
    place, and what has no place but covers it. `until`: what changed later is left to whoever asks next.
    """

    words: str = ""
    terms: Sequence[AskedTerms] = ()
    organisation_uid: str | None = None
    modified_after: datetime | None = None
    until: datetime | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    sessions: Sequence[AskedSession] = ()
    covers: Sequence[Origin] = ()
    near: tuple[Origin, float] | None = None

    @property
    def places(self) -> Sequence[Origin]:
        """All places that are asked for, as they were found."""
        return [*self.covers, *([self.near[0]] if self.near else [])]


class Standing(NamedTuple):
    """A service by its id here, and the moment at which it last changed by a commit, as it is stored."""

    id: int
    moment: datetime | None


def count_services(asked: Asked) -> int:
    return db.session.scalar(select(func.count()).select_from(Service).where(*conditions(asked))) or 0


def find_services(asked: Asked, *, limit: int, offset: int = 0, after: int = 0) -> list[Service]:
    """Services with all that hangs on them, in the order of their ids here."""
    statement = with_everything(select(Service)).where(*conditions(asked), Service.id > after)
    return list(db.session.scalars(statement.order_by(Service.id).offset(offset).limit(limit)))


def find_page(asked: Asked, *, limit: int, offset: int = 0, after: int = 0) -> list[Standing]:
    """The same, without what they say."""
    statement = _STANDINGS.where(*conditions(asked), Service.id > after).order_by(Service.id)
    return [Standing(*row) for row in db.session.execute(statement.offset(offset).limit(limit))]


def find_standings(ids: Collection[int]) -> list[Standing]:
    return [Standing(*row) for row in db.session.execute(_STANDINGS.where(is_one_of(sorted(ids))))]


def iterate_pages(asked: Asked) -> Iterator[list[Standing]]:
    """All of them in batches, as they stand when the first is asked for, without what they say."""
    begin_reading(db.session())
    where, after = conditions(asked), 0
    statement = _STANDINGS.where(*where).order_by(Service.id).limit(BATCH)
    while rows := db.session.execute(statement.where(Service.id > after)).all():
        yield [Standing(*row) for row in rows]
        after = rows[-1].id


def iterate_services(asked: Asked) -> Iterator[Service]:
    """All of them, as they stand when the first is asked for; memory does not grow with their number."""
    begin_reading(db.session())
    where, after = conditions(asked), 0
    while True:
        statement = with_everything(select(Service)).where(*where, Service.id > after).order_by(Service.id)
        batch = list(db.session.scalars(statement.limit(BATCH)))
        if not batch:
            return
        yield from batch
        after = batch[-1].id
        db.session.expunge_all()


def find_places(
    asked: Asked, *, limit: int, offset: int = 0, after: tuple[int, int] = NOTHING
) -> list[tuple[Service, ServiceAtLocation]]:
    """Services at each of their places, in an order that stays: by their ids here, and the position of the place."""
    place = tuple_(ServiceAtLocation.service_id, ServiceAtLocation.position)
    links = _links(asked).where(place > after).order_by(*place)
    found = db.session.scalars(links.offset(offset).limit(limit)).all()
    services = {one.id: one for one in load({link.service_id for link in found})}
    return [(services[link.service_id], link) for link in found]


def iterate_places(asked: Asked) -> Iterator[tuple[Service, ServiceAtLocation]]:
    """All of them, as they stand when the first is asked for; memory does not grow with their number."""
    begin_reading(db.session())
    after = NOTHING
    while batch := find_places(asked, limit=BATCH, after=after):
        yield from batch
        after = batch[-1][1].service_id, batch[-1][1].position
        db.session.expunge_all()


def count_places(asked: Asked) -> int:
    return db.session.scalar(select(func.count()).select_from(_links(asked).subquery())) or 0


def load(ids: Collection[int]) -> list[Service]:
    return list(db.session.scalars(with_everything(select(Service)).where(is_one_of(sorted(ids)))))


def get_standing_or_none(uid: str) -> tuple[Standing, Service | None] | None:
    """A stored service by the id that it has in feeds, whatever its standing, and what it was merged into."""
    statement = select(Service.id, Service.modified_at, Service.status, Service.merged_into_id)
    row = db.session.execute(statement.where(Service.uid == uid)).one_or_none()
    if row is None:
        return None
    winner = row.merged_into_id if row.status == Status.MERGED else None
    return Standing(row.id, row.modified_at), db.session.get(Service, winner) if winner else None


def get_by_uid_or_none(uid: str) -> Service | None:
    """A stored service by the id that it has in feeds, whatever its standing."""
    statement = with_everything(select(Service)).options(joinedload(Service.merged_into)).where(Service.uid == uid)
    return db.session.scalar(statement)


def conditions(asked: Asked) -> list[ColumnElement[bool]]:
    """What a service must meet."""
    where = [published() if asked.modified_after is None else _changed_since(asked.modified_after)]
    if asked.until:
        where.append(_unchanged_since(asked.until))
    if asked.words:
        where.append(is_one_of(find_ids(SearchQuery(words=asked.words), area=current_area())))
    where += [or_(_has_need(one.needs), Service.kind.in_(one.kinds)) for one in asked.terms]
    if asked.organisation_uid:
        its = select(Organisation.id).where(Organisation.uid == asked.organisation_uid)
        where.append(Service.organisation_id.in_(its))
    if asked.minimum_age is not None:
        where.append(Service.min_age >= asked.minimum_age)
    if asked.maximum_age is not None:
        where.append(Service.max_age <= asked.maximum_age)
    if asked.sessions:
        where.append(or_(*map(_has_session, asked.sessions)))
    where += map(_is_for, asked.covers)
    if asked.near:
        where.append(_is_near(*asked.near))
    return where


def _changed_since(moment: datetime) -> ColumnElement[bool]:
    """Changed by a person on or after a moment, or by itself since."""
    return or_(Service.modified_at >= moment, _turned(_first_day(moment)))


def _unchanged_since(moment: datetime) -> ColumnElement[bool]:
    """Not changed after a moment, by nobody and not by itself."""
    return and_(Service.modified_at <= moment, not_(_turned(_first_day(moment + timedelta(microseconds=1)))))


def _first_day(moment: datetime) -> date:
    """The first day here that begins at a moment or later."""
    local = moment.astimezone(ZONE)
    return local.date() if local.time() == time() else local.date() + timedelta(days=1)


def _turned(first: date) -> ColumnElement[bool]:
    """What is told of a listing changed by itself on this day or a later one, up to today: see `turned_on`."""
    limits, today, before = current_area().freshness, freshness.today(), first - timedelta(days=1)
    lapsed = and_(
        Service.checked_on.is_not(None),
        Service.checked_on >= freshness.months_before(before, limits.lapsed),
        Service.checked_on < freshness.months_before(today, limits.lapsed),
    )
    began = Alert.starts_on.between(first, today)
    ended = Alert.ends_on.between(before, today - timedelta(days=1))
    alerted = exists(select(Alert.id).where(Alert.service_id == Service.id, or_(began, ended)))
    return and_(Service.status == Status.PUBLISHED, or_(lapsed, alerted))


def turned_on(service: Service, today: date) -> date | None:
    """The last day, up to today, on which what is told of a listing changed though nobody touched it: when its check
    lapsed, or when something to know before going began or was over."""
    if service.status != Status.PUBLISHED:
        return None
    days = [freshness.lapsed_on(service, current_area().freshness)]
    days += [alert.starts_on for alert in service.alerts]
    days += [alert.ends_on + timedelta(days=1) for alert in service.alerts if alert.ends_on]
    return max((day for day in days if day and day <= today), default=None)


def stands_at() -> datetime:
    """The moment up to which all changes can be seen, for later ones get a later moment."""
    last = db.session.scalar(select(SearchClock.at))
    today = datetime.combine(freshness.today(), time(), ZONE).astimezone(UTC)
    return max(today, aware(last)) if last else today


def state() -> str:
    """What is another after each commit that changes listings, the vocabulary, or what phrases mean."""
    return " ".join(f"{stamp.epoch} {stamp.version}" for stamp in noted_stamps(db.session()))


def _has_need(slugs: frozenset[str]) -> ColumnElement[bool]:
    link = select(ServiceNeed.service_id).join(Need).where(ServiceNeed.service_id == Service.id, Need.slug.in_(slugs))
    return exists(link)


def _has_session(asked: AskedSession) -> ColumnElement[bool]:
    session = [Schedule.service_id == Service.id]
    if asked.day:
        weekly = cast(Schedule.byday, Text).like(f'%{asked.day}"%')
        once = and_(Schedule.freq == ONCE, extract("dow", Schedule.valid_from) == WEEKDAYS.index(asked.day))
        session.append(or_(weekly, once))
    if asked.starts:
        session.append(Schedule.opens_at >= asked.starts)
    if asked.ends:
        session.append(Schedule.closes_at <= asked.ends)
    return exists(select(Schedule.id).where(*session))


def _is_for(origin: Origin) -> ColumnElement[bool]:
    """Covers a place; what does not say what it covers stays."""
    says = exists(select(ServiceArea.id).where(ServiceArea.service_id == Service.id))
    return or_(~says, _covers(origin))


def _covers(origin: Origin) -> ColumnElement[bool]:
    there = [
        (Coverage.COUNCIL, origin.council),
        (Coverage.LOCALITY, origin.locality),
        (Coverage.OUTCODE, origin.outcode),
    ]
    scopes = [and_(ServiceArea.scope == scope, ServiceArea.value == value) for scope, value in there if value]
    covering = or_(ServiceArea.scope == Coverage.NATIONAL, *scopes)
    return exists(select(ServiceArea.id).where(ServiceArea.service_id == Service.id, covering))


def _is_near(origin: Origin, metres: float) -> ColumnElement[bool]:
    placed = exists(
        select(ServiceAtLocation.service_id)
        .join(Location)
        .where(ServiceAtLocation.service_id == Service.id, Location.latitude.is_not(None))
    )
    near = {service_id for service_id, _location in _nearby(origin, metres)}
    return or_(is_one_of(sorted(near)), and_(~placed, _covers(origin)))


def _nearby(origin: Origin, metres: float) -> set[tuple[int, int]]:
    """(service, location) of each place so near to a point along a straight line."""
    south, west, north, east = bounding_box(origin.latitude, origin.longitude, metres)
    box = and_(Location.latitude.between(south, north), Location.longitude.between(west, east))
    there = select(ServiceAtLocation.service_id, Location.id, Location.latitude, Location.longitude)
    here = (origin.latitude, origin.longitude)
    return {
        (service_id, location_id)
        for service_id, location_id, latitude, longitude in db.session.execute(there.join(Location).where(box))
        if distance_m(here, (latitude or 0, longitude or 0)) <= metres
    }


def _links(asked: Asked) -> Select[ServiceAtLocation]:
    links = select(ServiceAtLocation).join(Service, Service.id == ServiceAtLocation.service_id)
    near: ColumnElement[bool] = true()
    if asked.near:
        near = is_one_of(
            sorted({location_id for _service, location_id in _nearby(*asked.near)}), ServiceAtLocation.location_id
        )
    return links.where(*conditions(asked), near)


def get_place_by_uid_or_none(uid: str) -> tuple[Service, Location] | None:
    """A published service at one of its places, by the id that this has in feeds."""
    there = select(ServiceAtLocation).join(Service, Service.id == ServiceAtLocation.service_id)
    link = db.session.scalar(there.where(ServiceAtLocation.uid == uid, published()))
    if link is None:
        return None
    [service] = load({link.service_id})
    return service, link.location


# ---- organisations


def find_organisations(words: str, *, limit: int, offset: int = 0, after: int = 0) -> list[Organisation]:
    """Those with a published service, whose names hold the words, in an order that stays: by their ids here."""
    found = select(Organisation).where(*_organisations(words), Organisation.id > after).order_by(Organisation.id)
    return list(db.session.scalars(found.offset(offset).limit(limit)))


def iterate_organisations(words: str, *, with_services: bool) -> Iterator[tuple[Organisation, Sequence[Service]]]:
    """All of them, each with its services if these are asked for, as they stand when the first is asked for."""
    begin_reading(db.session())
    after = 0
    while True:
        statement = select(Organisation).where(*_organisations(words), Organisation.id > after)
        batch = list(db.session.scalars(statement.order_by(Organisation.id).limit(BATCH)))
        if not batch:
            return
        services = find_services_of(batch) if with_services else {}
        yield from ((one, services.get(one.id, ())) for one in batch)
        after = batch[-1].id
        db.session.expunge_all()


def count_organisations(words: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Organisation).where(*_organisations(words))) or 0


def get_organisation_by_uid_or_none(uid: str) -> Organisation | None:
    return db.session.scalar(select(Organisation).where(Organisation.uid == uid))


def find_services_of(organisations: Sequence[Organisation]) -> dict[int, list[Service]]:
    """The published services of organisations, by the organisation's id."""
    ids = [one.id for one in organisations]
    its = with_everything(select(Service)).where(Service.organisation_id.in_(ids), published()).order_by(Service.id)
    found: dict[int, list[Service]] = {id_: [] for id_ in ids}
    for service in db.session.scalars(its):
        found[service.organisation_id].append(service)
    return found


def _organisations(words: str) -> list[ColumnElement[bool]]:
    has_service = exists(select(Service.id).where(Service.organisation_id == Organisation.id, published()))
    named = [func.lower(Organisation.name).contains(word, autoescape=True) for word in words.lower().split()]
    return [has_service, *named]
