"""The search index, and the only place where a search knows one database's SQL from another's.

SQLite keeps words in an FTS5 table and points in an R*Tree; PostgreSQL keeps words in a tsvector under GIN and finds
points through a GiST index over cubes. Both hold the same stems, so both give the same answers. The index can be
thrown away: `rebuild` makes it again from the rows.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Literal

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, column, delete, func, insert, select, table
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR, array
from sqlalchemy.orm import Session

from hub_finder.directory.geometry import bounding_box, chord2, unit_vector
from hub_finder.directory.listings import Listing
from hub_finder.directory.records import listing_of
from hub_finder.directory.text import stems
from hub_finder.extensions import db
from hub_finder.models.services import Location, Need, Service

Field = Literal["names", "needs", "rest"]
Words = Mapping[Field, str]
BATCH = 500
WEIGHTS: dict[Field, str] = {"names": "A", "needs": "B", "rest": "C"}

_words = table("search_text", column("rowid"), column("search_text"), column("names"), column("needs"), column("rest"))
_points = table("search_point", column("id"), column("south"), column("north"), column("west"), column("east"))
_documents = table("search_document", column("service_id"), column("document"))


def words_of(listing: Listing, needs: Mapping[str, Need]) -> Words:
    """The words under which a listing is found; `needs` are the vocabulary's, by slug."""
    facts = listing.facts
    names = (facts["name"], listing.organisation["name"], *facts["alternate_names"], *facts["former_names"])
    helps = (part for slug in facts["needs"] for part in (needs[slug].label, needs[slug].covers))
    # Venues and towns, but no person's name: nobody is to be found by where they work.
    where = (place[part] or "" for place in listing.places for part in ("name", "city"))
    rest = (facts["summary"], facts["eligibility"] or "", *where)
    return {"names": " ".join(names), "needs": " ".join(helps), "rest": " ".join(rest)}


def put(session: Session, words: Mapping[int, Words]) -> None:
    """Bring the words of services, by id, up to date, in the caller's transaction.

    Points need no call: the database keeps them beside `location` (GiST on PostgreSQL, triggers on SQLite).
    """
    held = {id_: {field: stems(text) for field, text in of.items()} for id_, of in words.items()}
    if _is_postgresql():
        session.execute(delete(_documents).where(_documents.c.service_id.in_(held)))
        document = cast(bindparam("words", type_=Text), TSVECTOR)
        rows = [{"service_id": id_, "words": _tsvector(fields)} for id_, fields in held.items()]
        session.connection().execute(insert(_documents).values(document=document), rows)
    else:
        session.execute(delete(_words).where(_words.c.rowid.in_(held)))
        rows = [{"rowid": id_, **{name: " ".join(of) for name, of in fields.items()}} for id_, fields in held.items()]
        session.connection().execute(insert(_words), rows)


def rebuild(session: Session, services: Iterable[Service]) -> int:
    """Empty the index and fill it again; returns how many services it now holds."""
    if _is_postgresql():
        session.execute(delete(_documents))
    else:
        session.execute(delete(_words))
        session.execute(delete(_points))
        points = select(Location.id, Location.latitude, Location.latitude, Location.longitude, Location.longitude)
        known = points.where(Location.latitude.is_not(None))
        session.execute(insert(_points).from_select(["id", "south", "north", "west", "east"], known))
    return put_services(session, services)


def put_services(session: Session, services: Iterable[Service]) -> int:
    """Bring the words of stored services up to date; returns how many there were."""
    count, left = 0, iter(services)
    while batch := list(islice(left, BATCH)):
        needs = {need.slug: need for service in batch for need in service.needs}
        put(session, {service.id: words_of(listing_of(service), needs) for service in batch})
        count += len(batch)
    return count


def holds(terms: list[str], *, field: Field | None = None, any_of_them: bool = False) -> ColumnElement[bool]:
    """A condition: the service's words hold the stems; the last may be the beginning of a word.

    With `field`, only that part of its words counts. With `any_of_them`, one stem is enough.
    """
    if _is_postgresql():
        weight = WEIGHTS[field] if field else ""
        marks = (f"{'*' if _may_go_on(terms, term) else ''}{weight}" for term in terms)
        parts = (f"'{term}':{mark}" if mark else f"'{term}'" for term, mark in zip(terms, marks, strict=True))
        query = (" | " if any_of_them else " & ").join(parts)
        matches = _documents.c.document.bool_op("@@")(cast(query, TSQUERY))
        return Service.id.in_(select(_documents.c.service_id).where(matches))
    quoted = (f'"{term}"{"*" if _may_go_on(terms, term) else ""}' for term in terms)
    query = (" OR " if any_of_them else " AND ").join(quoted)
    if field:
        query = f"{field} : ({query})"
    return Service.id.in_(select(_words.c.rowid).where(_words.c.search_text.bool_op("MATCH")(query)))


def within(latitude: float, longitude: float, radius_m: float) -> ColumnElement[bool]:
    """A condition: the location lies within `radius_m` metres of the point. Served by an index."""
    return and_(_near(latitude, longitude, radius_m), chord2_from(latitude, longitude) <= chord2(radius_m))


def chord2_from(latitude: float, longitude: float) -> ColumnElement[float | None]:
    """The squared chord from the point to a location: sorts as the distance does (see `geometry`)."""
    x, y, z = unit_vector(latitude, longitude)
    dx, dy, dz = Location.x - x, Location.y - y, Location.z - z
    return dx * dx + dy * dy + dz * dz


def _near(latitude: float, longitude: float, radius_m: float) -> ColumnElement[bool]:
    if _is_postgresql():
        point = unit_vector(latitude, longitude)
        # The cube is a hair larger than the sphere it stands for, against rounding; the chord decides.
        reach = chord2(radius_m) ** 0.5 * 1.000001
        low, high = array([part - reach for part in point]), array([part + reach for part in point])
        inside: ColumnElement[bool] = func.cube(array([Location.x, Location.y, Location.z])).bool_op("<@")(
            func.cube(low, high)
        )
        return and_(Location.x.is_not(None), inside)
    south, west, north, east = bounding_box(latitude, longitude, radius_m)
    ids = select(_points.c.id).where(
        _points.c.north >= south, _points.c.south <= north, _points.c.east >= west, _points.c.west <= east
    )
    return Location.id.in_(ids)


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _may_go_on(terms: list[str], term: str) -> bool:
    return term == terms[-1] and len(term) > 3


def _tsvector(fields: Mapping[Field, list[str]]) -> str:
    """A tsvector in PostgreSQL's own notation; each field has a position of its own, so that each keeps its weight."""
    return " ".join(
        f"'{term}':{position}{WEIGHTS[field]}"
        for position, (field, terms) in enumerate(fields.items(), start=1)
        for term in dict.fromkeys(terms)
    )
