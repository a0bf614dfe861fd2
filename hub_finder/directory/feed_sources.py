"""The feeds that a listing stands in: the one that it follows, and others that have it too. Nothing here commits.

A listing is the same as one of another feed when it has its id, or when its name, its organisation and a place of it
are the same. It is shown once, all its feeds are named, and what each says of it is kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, exists, func, or_, select

from hub_finder.database import aware
from hub_finder.directory import index
from hub_finder.directory.columns import ADDRESS
from hub_finder.directory.events import record_event
from hub_finder.directory.likeness import name_words
from hub_finder.directory.postcodes import compact, spaced
from hub_finder.directory.text import words
from hub_finder.directory.times import ZONE
from hub_finder.extensions import db
from hub_finder.models.feeds import Feed, FeedListing, FeedMention, Health
from hub_finder.models.history import EventKind
from hub_finder.models.services import Location, Organisation, Service, ServiceAtLocation, Status

# With one of these a row of a listing says where it is.
PLACE = (*ADDRESS, "latitude")
Rows = Sequence[Mapping[str, str]]


class Identity(NamedTuple):
    """What makes a listing the same as another without a common id. `place` is a compact postcode; where none is stated
    the words of a town; "" where there is no place to go to."""

    name: frozenset[str]
    organisation: frozenset[str]
    place: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A feed as families are told of it. `read_on` is the day of the last read; `failing` when none worked since."""

    name: str
    health: Health | None
    read_on: date | None
    failing: bool
    followed: bool = False


def source_of(feed: Feed, *, followed: bool = False) -> Source:
    read, tried = (_moment(at) for at in (feed.succeeded_at, feed.attempted_at))
    return Source(
        name=feed.name,
        health=Health(feed.health) if feed.health else None,
        read_on=read.date() if read else None,
        failing=tried is not None and (read is None or read < tried),
        followed=followed,
    )


def _moment(at: datetime | None) -> datetime | None:
    return aware(at).astimezone(ZONE) if at else None


def find_sources() -> dict[int, Source]:
    """Every feed, by its id."""
    return {feed.id: source_of(feed) for feed in db.session.scalars(select(Feed))}


def find_sources_of(service: Service) -> list[Source]:
    """The feeds that a listing stands in: the one that it follows first, then others by name; in one query."""
    followed = select(FeedListing.feed_id, FeedListing.service_id).where(FeedListing.service_id == service.id)
    also = select(FeedMention.feed_id, FeedMention.service_id).where(FeedMention.service_id == service.id)
    mine, others = followed.subquery(), also.subquery()
    found = db.session.execute(
        select(Feed, mine.c.feed_id)
        .outerjoin(mine, mine.c.feed_id == Feed.id)
        .where(Feed.id.in_(select(mine.c.feed_id)) | Feed.id.in_(select(others.c.feed_id)))
        .order_by(Feed.name)
    )
    sources = [source_of(feed, followed=first is not None) for feed, first in found]
    return sorted(sources, key=lambda source: not source.followed)


# ---- which are the same


def identities_of(rows: Rows) -> list[Identity]:
    """What a listing can be known by, one for each of its places, from its rows of text.

    None where a place is not stated enough, nor where it is kept secret.
    """
    first = rows[0]
    names = name_words(first.get("name", "")), name_words(first.get("organisation", ""))
    there = [row for row in rows if any(row.get(column) for column in PLACE)]
    places = [_place(row.get("postal_code"), row.get("city")) for row in there]
    if not there and first.get("sensitive") != "yes":
        return [Identity(*names, "")] if all(names) else []
    return [Identity(*names, place) for place in dict.fromkeys(places) if place and all(names)]


def _place(postcode: str | None, town: str | None) -> str:
    return compact(postcode or "") or " ".join(words(town or ""))


def find_same(wanted: Mapping[Identity, str], *, feed: Feed) -> dict[Identity, Service]:
    """The published listings, not of this feed, that these can be known by, each with its name as it is written.

    In two queries. What fits two fits none.
    """
    if not wanted:
        return {}
    codes = {spaced(one.place) for one in wanted if one.place.isupper()}
    # Without a postcode a name has to be the same but for its case.
    named = {name.lower() for one, name in wanted.items() if not one.place.isupper()}
    own = exists().where(FeedListing.service_id == Service.id, FeedListing.feed_id == feed.id)
    found = db.session.execute(
        select(Service.id, Service.name, Service.sensitive, Organisation.name, Location)
        .join(Organisation, Organisation.id == Service.organisation_id)
        .outerjoin(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .outerjoin(Location, Location.id == ServiceAtLocation.location_id)
        .where(or_(Location.postal_code.in_(codes), func.lower(Service.name).in_(named)))
        .where(Service.status == Status.PUBLISHED, ~own)
    )
    same: dict[Identity, set[int]] = {}
    for id_, name, sensitive, organisation, location in found:
        place = _place(location.postal_code, location.city) if location else ""
        if place or not (location or sensitive):
            same.setdefault(Identity(name_words(name), name_words(organisation), place), set()).add(id_)
    sure = {one: next(iter(same[one])) for one in wanted if len(same.get(one, ())) == 1}
    stored = {one.id: one for one in db.session.scalars(select(Service).where(Service.id.in_(sure.values())))}
    return {one: stored[id_] for one, id_ in sure.items()}


def find_followers(ids: Collection[int]) -> set[int]:
    """Which of these listings follow a feed."""
    return set(db.session.scalars(select(FeedListing.service_id).where(FeedListing.service_id.in_(ids))))


# ---- what other feeds say


def find_mentions(feed: Feed, uids: Collection[str]) -> dict[str, FeedMention]:
    """What a feed says of listings that follow another, by the feed's own ids; in one query."""
    said = select(FeedMention).where(FeedMention.feed_id == feed.id, FeedMention.uid.in_(uids))
    return {one.uid: one for one in db.session.scalars(said)}


def mention(feed_id: int, uid: str, service: Service, rows: Rows, *, known: FeedMention | None) -> bool:
    """Note that a feed has a listing too, and all that it says of it; returns whether that is news: see `tell`."""
    said = [{column: cell for column, cell in row.items() if cell} for row in rows]
    if known is None:
        known = FeedMention(feed_id=feed_id, uid=uid)
        db.session.add(known)
    is_news = known.service_id != service.id
    known.service_id, known.rows = service.id, said
    return is_news


def forget_missing(feed: Feed, seen: Collection[str]) -> None:
    """Forget what a feed said of listings that follow another, where a whole read of it did not have them."""
    said = db.session.scalars(select(FeedMention).where(FeedMention.feed_id == feed.id)).all()
    missing = [one for one in said if one.uid not in seen]
    for one in missing:
        db.session.delete(one)
    tell(one.service_id for one in missing)


def hand_over(link: FeedListing, *, feed: Feed) -> bool:
    """Let a listing that its feed has no more follow another that still has it, if there is one: the oldest of them."""
    others = select(FeedMention, Feed).join(Feed).where(FeedMention.service_id == link.service_id)
    heir = db.session.execute(others.order_by(Feed.id).limit(1)).first()
    if heir is None:
        return False
    said, other = heir
    uid = said.uid
    db.session.execute(delete(FeedMention).where(FeedMention.feed_id == other.id, FeedMention.uid == uid))
    # It may be known as that of a listing that was merged into this one.
    db.session.execute(delete(FeedListing).where(FeedListing.feed_id == other.id, FeedListing.uid == uid))
    link.feed_id, link.uid, link.missing_times = other.id, uid, 0
    record_event(link.service, EventKind.CHANGED, actor=feed.name, note=f"No longer in the feed; follows {other.name}")
    tell([link.service_id])
    return True


# ---- listings that people made one of two


def find_winners(services: Iterable[Service]) -> dict[int, Service]:
    """What listings that were merged are part of now, by their ids: in a query for each merge on the longest way."""
    parts = {one.id: one.merged_into_id for one in services if one.status == Status.MERGED and one.merged_into_id}
    ways, known = dict(parts), dict[int, Service]()
    while wanted := {id_ for id_ in ways.values() if id_ not in known}:
        known |= {one.id: one for one in db.session.scalars(select(Service).where(Service.id.in_(wanted)))}
        for part, id_ in ways.items():
            if known[id_].status == Status.MERGED and (further := known[id_].merged_into_id):
                ways[part] = further
    return {part: known[id_] for part, id_ in ways.items()}


def bring_together(keep: Service, lose: Service, rows: Rows) -> None:
    """Name the feeds of a listing that was merged beside the one that it is part of; `rows` are what it said."""
    link = db.session.get(FeedListing, lose.id)
    if link and db.session.get(FeedMention, (link.feed_id, link.uid)) is None:
        mention(link.feed_id, link.uid, keep, rows, known=None)
    for said in db.session.scalars(select(FeedMention).where(FeedMention.service_id == lose.id)):
        said.service_id = keep.id
    tell([keep.id])


def part(keep: Service, lose: Service, rows: Rows) -> None:
    """Undo `bring_together`: what can only be meant of the listing that is its own again goes back to it."""
    link = db.session.get(FeedListing, lose.id)
    its = set(identities_of(rows))
    for said in db.session.scalars(select(FeedMention).where(FeedMention.service_id == keep.id)):
        if link and (said.feed_id, said.uid) == (link.feed_id, link.uid):
            db.session.delete(said)
        elif its.intersection(identities_of(said.rows)):
            said.service_id = lose.id
    tell([keep.id, lose.id])


def tell(ids: Iterable[int]) -> None:
    """Let every process read anew, after the commit, which feeds these listings stand in."""
    db.session.flush()
    if changed := set(ids):
        index.put(db.session(), changed)
