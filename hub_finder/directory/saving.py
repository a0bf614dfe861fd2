"""Keeping listings: one way in, for one or for thousands at once. Nothing here commits."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal, cast

from sqlalchemy import Table, bindparam, delete, func, select, update

from hub_finder.database import begin_writing, fill_from, look_up_by_keys
from hub_finder.directory import freshness, index
from hub_finder.directory.catalogue import load_whole
from hub_finder.directory.columns import Group
from hub_finder.directory.journal import acting_account_id, note_deed
from hub_finder.directory.listings import Facts, Listing, fingerprint_of, rows_of
from hub_finder.directory.places import find_councils
from hub_finder.directory.records import listing_of
from hub_finder.extensions import db
from hub_finder.models.base import Base
from hub_finder.models.history import Event, EventKind
from hub_finder.models.journal import Deed
from hub_finder.models.services import (
    Alert,
    Booking,
    Contact,
    CostOption,
    Location,
    Need,
    Organisation,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceNeed,
    Source,
    Status,
    at_location_uid,
    derived_uid,
)

Outcome = Literal["added", "changed", "unchanged"]
Rows = dict[type[Base], list[dict[str, Any]]]
PARTS: dict[Group, type[Base]] = {
    "contact": Contact,
    "cost_option": CostOption,
    "booking": Booking,
    "alert": Alert,
    "source": Source,
}
# Schedules go before the places that they name.
_HANGING: tuple[type[Base], ...] = (ServiceNeed, ServiceArea, Schedule, ServiceAtLocation, *PARTS.values())
_PLAIN = frozenset((type(None), str, int, float, bool, date))
_SCHEDULE = [column.key for column in Schedule.__table__.columns if column.key not in ("id", "service_id", "place")]


def save_listing(
    listing: Listing, needs: Mapping[str, Need], *, actor: str, note: str = "", kind: EventKind = EventKind.CHANGED
) -> Outcome:
    """Keep one listing; see `save_listings`."""
    return save_listings([listing], needs, actor=actor, note=note, kind=kind)[0]


def save_listings(
    listings: Sequence[Listing],
    needs: Mapping[str, Need],
    *,
    actor: str,
    note: str = "",
    kind: EventKind = EventKind.CHANGED,
) -> list[Outcome]:
    """Add listings or bring the stored ones up to them, with search index and history. Flushes, never commits.

    No two have the same slug; `needs` maps the vocabulary's slugs to their rows. A listing that says what is stored
    already changes nothing. A change sets `changed_on` and never `checked_on`: who corrects a typo has not asked
    whether the rest is right. The history names `actor`, and a change by its `kind`.
    """
    begin_writing(db.session.connection())
    look_up_by_keys(db.session.connection())
    db.session.flush()
    stored = _stored([listing.slug for listing in listings])
    organisations, renewed = _keep_organisations([listing.organisation for listing in listings], actor)
    prints = {listing.slug: fingerprint_of(rows_of(listing)) for listing in listings}

    def outcome_of(listing: Listing) -> Outcome:
        if listing.slug not in stored:
            return "added"
        same = stored[listing.slug][1] == prints[listing.slug] and listing.organisation["name"] not in renewed
        return "unchanged" if same else "changed"

    outcomes = [outcome_of(listing) for listing in listings]
    new = [listing for listing, outcome in zip(listings, outcomes, strict=True) if outcome == "added"]
    changed = [listing for listing, outcome in zip(listings, outcomes, strict=True) if outcome == "changed"]
    if new or changed:
        ids = {listing.slug: stored[listing.slug][0] for listing in changed}
        events = _events(new, changed, ids, actor=actor, note=note, kind=kind)
        left = _clear([*ids.values()])
        ids |= dict(zip((listing.slug for listing in new), _next_ids(Service, len(new)), strict=True))
        _put_services(new, changed, ids, organisations, prints)
        _put_hanging([*new, *changed], ids, needs)
        _insert({Event: [{"service_id": ids[slug], **event} for slug, event in events.items()]})
        index.put(db.session(), {*ids.values(), *_told_of({organisations[name] for name in renewed})})
        _drop_locations(left)
        _forget()
    return outcomes


def _stored(slugs: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Id and fingerprint of the stored listings, by slug."""
    statement = select(Service.slug, Service.id, Service.fingerprint).where(Service.slug.in_(slugs))
    found = {slug: (id_, fingerprint) for slug, id_, fingerprint in db.session.execute(statement)}
    # What was stored before there were fingerprints.
    for service in load_whole([id_ for id_, fingerprint in found.values() if fingerprint is None]):
        found[service.slug] = (service.id, fingerprint_of(rows_of(listing_of(service))))
    return {slug: (id_, fingerprint or "") for slug, (id_, fingerprint) in found.items()}


def _keep_organisations(facts: Iterable[Facts], actor: str) -> tuple[dict[str, int], set[str]]:
    """The ids of organisations by name, the new ones added; and the names of those that had to be changed.

    What is not said of an organisation here stays as it is: another of its listings may say it.
    """
    given: dict[str, dict[str, Any]] = defaultdict(dict)
    for one in facts:
        given[one["name"]] |= {name: value for name, value in one.items() if value is not None}
    table = _table(Organisation)
    uids = [one["uid"] for one in given.values() if "uid" in one]
    stored = db.session.execute(select(table).where(table.c.name.in_(given) | table.c.uid.in_(uids))).mappings().all()
    by_name, by_uid = ({one[key]: one for one in stored} for key in ("name", "uid"))
    known = {name: by_name.get(name) or by_uid.get(one.get("uid", "")) for name, one in given.items()}
    new = [name for name, row in known.items() if row is None]
    ids = dict(zip(new, _next_ids(Organisation, len(new)), strict=True))
    _insert({Organisation: [_organisation(given[name]) | {"id": ids[name]} for name in new]})
    renewed = set()
    for name, row in known.items():
        if row is None:
            continue
        ids[name] = row["id"]
        if changes := {key: value for key, value in given[name].items() if key != "uid" and row[key] != value}:
            db.session.execute(update(table).where(table.c.id == row["id"]).values(changes))
            renewed.add(name)
        if row["name"] != name:
            note_deed(actor, Deed.RENAMED, organisation_id=row["id"], note=f"{row['name']} → {name}")
    return ids, renewed


def _told_of(organisation_ids: Collection[int]) -> Sequence[int]:
    """The ids of the listings that tell of organisations."""
    if not organisation_ids:
        return ()
    return db.session.scalars(select(Service.id).where(Service.organisation_id.in_(organisation_ids))).all()


def _organisation(facts: Facts) -> dict[str, Any]:
    return {
        "uid": facts.get("uid") or derived_uid("organisation", facts["name"]),
        **{key: facts.get(key) for key in ("name", "description", "website")},
    }


def _events(
    new: Sequence[Listing],
    changed: Sequence[Listing],
    ids: Mapping[str, int],
    *,
    actor: str,
    note: str,
    kind: EventKind,
) -> dict[str, dict[str, Any]]:
    """The events of a save by slug; those of changes keep the listing as it was."""
    said = {"at": datetime.now(UTC), "actor": actor, "account_id": acting_account_id(), "note": note}
    events = {listing.slug: {**said, "kind": str(EventKind.ADDED), "record": None} for listing in new}
    for service in load_whole([ids[listing.slug] for listing in changed]):
        events[service.slug] = {**said, "kind": str(kind), "record": rows_of(listing_of(service))}
    return events


def _clear(service_ids: Sequence[int]) -> set[int]:
    """Take away all that hangs on services; returns the ids of the locations that they had."""
    if not service_ids:
        return set()
    links = select(ServiceAtLocation.location_id).where(ServiceAtLocation.service_id.in_(service_ids))
    left = set(db.session.scalars(links))
    for table in _HANGING:
        hanging = _table(table)
        db.session.execute(delete(hanging).where(hanging.c.service_id.in_(service_ids)))
    return left


def _next_ids(table: type[Base], count: int) -> Iterable[int]:
    """Ids for rows to come. The transaction is the only writer on SQLite; PostgreSQL deals them out."""
    if db.engine.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(f"{table.__tablename__}", "id")
        return db.session.scalars(select(func.nextval(sequence)).select_from(func.generate_series(1, count))).all()
    last = db.session.scalar(select(func.max(_table(table).c.id))) or 0
    return range(last + 1, last + 1 + count)


def _put_services(
    new: Sequence[Listing],
    changed: Sequence[Listing],
    ids: Mapping[str, int],
    organisations: Mapping[str, int],
    prints: Mapping[str, str],
) -> None:
    def columns(listing: Listing) -> dict[str, Any]:
        facts = {key: _plain(value) for key, value in listing.facts.items() if key not in ("uid", "needs", "areas")}
        return facts | {
            "organisation_id": organisations[listing.organisation["name"]],
            "fingerprint": prints[listing.slug],
            "changed_on": freshness.today(),
        }

    identity = [
        {
            "id": ids[listing.slug],
            "slug": listing.slug,
            "uid": _service_uid(listing),
            "status": str(Status.PUBLISHED),
        }
        for listing in new
    ]
    _insert({Service: [columns(listing) | one for listing, one in zip(new, identity, strict=True)]})
    if changed:
        statement = update(_table(Service)).where(_table(Service).c.id == bindparam("service_id"))
        rows = [columns(listing) | {"service_id": ids[listing.slug]} for listing in changed]
        db.session.connection().execute(statement, rows)


def _put_hanging(listings: Sequence[Listing], ids: Mapping[str, int], needs: Mapping[str, Need]) -> None:
    keys = {id(place): _location_key(place) for listing in listings for place in listing.places}
    locations = _keep_locations({keys[id(place)]: place for listing in listings for place in listing.places})
    rows: Rows = defaultdict(list)
    stored = select(Service.id, Service.uid).where(Service.id.in_([ids[listing.slug] for listing in listings]))
    # Which a listing need not say of itself: it has kept the one that it was given first.
    uids = {id_: uid for id_, uid in db.session.execute(stored)}  # noqa: C416  rows, not pairs, to the checker
    for listing in listings:
        service = {"service_id": ids[listing.slug]}
        uid = uids[ids[listing.slug]]
        rows[ServiceNeed] += [
            {**service, "need_id": needs[slug].id, "position": position}
            for position, slug in enumerate(listing.facts["needs"])
        ]
        rows[ServiceArea] += [
            {**service, "scope": str(scope), "value": value} for scope, value in listing.facts["areas"]
        ]
        rows[ServiceAtLocation] += [
            {**service, "position": position, "location_id": locations[key], "uid": at_location_uid(uid, there)}
            for position, place in enumerate(listing.places)
            for key in (keys[id(place)],)
            for there in (_location_uid(place, key),)
        ]
        rows[Schedule] += [
            {**service, "place": position, **{key: getattr(schedule, key) for key in _SCHEDULE}}
            for position, schedule in listing.schedules
        ]
        for group, table in PARTS.items():
            rows[table] += [
                {**service, **{key: _plain(value) for key, value in part.items()}} for part in listing.parts[group]
            ]
    _insert(rows)


def _keep_locations(given: Mapping[str, Facts]) -> dict[str, int]:
    """The ids of locations by key, the new ones added."""
    stored = select(Location.key, Location.id).where(Location.key.in_(given))
    ids = {key: id_ for key, id_ in db.session.execute(stored)}  # noqa: C416  rows, not pairs, to the checker
    missing = [key for key in given if key not in ids]
    new = dict(zip(missing, _next_ids(Location, len(missing)), strict=True))
    councils = find_councils({_address(given[key]) for key in missing})
    _insert(
        {
            Location: [
                {"id": id_, "key": key, **_location(given[key], key, councils[_address(given[key])])}
                for key, id_ in new.items()
            ]
        }
    )
    return ids | new


def _address(place: Facts) -> tuple[str | None, str | None]:
    return place["postal_code"], place["city"]


def _location_key(place: Facts) -> str:
    said = {key: str(value) for key, value in place.items() if value is not None}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _location(place: Facts, key: str, council: str | None) -> dict[str, Any]:
    row = {name: _plain(value) for name, value in place.items()}
    row["uid"] = _location_uid(place, key)
    return row | {"council": None if place["latitude"] is None else council}


def _service_uid(listing: Listing) -> str:
    return listing.facts["uid"] or derived_uid("service", listing.slug)


def _location_uid(place: Facts, key: str) -> str:
    return place["uid"] or derived_uid("location", key)


def _drop_locations(ids: Iterable[int]) -> None:
    """Take away those of these locations where nothing is given any more."""
    used = select(ServiceAtLocation.location_id)
    if ids:
        db.session.execute(delete(_table(Location)).where(Location.id.in_(ids), Location.id.not_in(used)))


def _insert(rows: Rows) -> None:
    for table, of_table in rows.items():
        fill_from(db.session.connection(), _table(table), of_table)


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def _plain(value: Any) -> Any:
    """A value as a database takes it: without enums and tuples."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _forget() -> None:
    """Let the session read the rows again that were written past it."""
    for item in db.session:
        if not isinstance(item, Need):
            db.session.expire(item)
