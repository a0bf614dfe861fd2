"""Pairs of listings that may be the same, scored and explained. It changes nothing: people decide.

Listings are compared only where they can be the same: they share a phone number, an email, a web address or a
postcode, or a word of their names in the same town. What very many listings share is neither a reason to compare nor
evidence.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from hub_finder.directory import index
from hub_finder.directory.evidence import LEAST, Candidate, Common, Door, Entry, compare, door_of, entry_of
from hub_finder.directory.listings import Listing
from hub_finder.directory.merging import LONGEST_NAME
from hub_finder.directory.postcodes import outcode_of
from hub_finder.extensions import db
from hub_finder.models.merges import NotDuplicate
from hub_finder.models.services import (
    Contact,
    Location,
    Organisation,
    Schedule,
    Service,
    ServiceAtLocation,
    Status,
)

# A bigger block is no reason to compare.
MOST_IN_BLOCK = 30
_NAMES = (
    *("name", "alternate_names", "former_names", "kind", "phone", "email", "website"),
    *("min_age", "max_age", "delivery"),
)
_COLUMNS = [getattr(Service, name) for name in _NAMES]
_COMPARED = Service.status.in_((Status.PUBLISHED, Status.PAUSED))


def find_duplicates(*, least: float = LEAST) -> list[Candidate]:
    """Every pair of listings that scores `least` or more, the surest first. Lapsed and paused listings take part.

    Reads columns only; takes time and memory as the number of listings, not of pairs.
    """
    entries = list(load())
    common, apart = Common(entries), _kept_apart()
    found = []
    for one, others in neighbours(entries, common):
        for other in others:
            if (min(one.id, other.id), max(one.id, other.id)) in apart:
                continue
            if candidate := compare(one, other, common, least=least):
                found.append(candidate)
    return sorted(found, key=_order)


def mark_different(one: Service, other: Service, *, actor: str) -> None:
    """Note that someone found two listings to be different: they are no candidates any more. Raises ValueError."""
    name = " ".join(actor.split())
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"Say who decided so, in at most {LONGEST_NAME} characters.")
    if one.id == other.id:
        raise ValueError("These are one listing.")
    first, second = sorted((one.id, other.id))
    if db.session.get(NotDuplicate, (first, second)) is None:
        db.session.add(NotDuplicate(first_id=first, second_id=second, at=datetime.now(UTC), actor=name))
        db.session.flush()


def find_kept_apart() -> set[frozenset[str]]:
    """The slugs of each two listings that someone found to be different."""
    one, other = aliased(Service), aliased(Service)
    pairs = select(one.slug, other.slug).select_from(NotDuplicate)
    pairs = pairs.join(one, one.id == NotDuplicate.first_id).join(other, other.id == NotDuplicate.second_id)
    return {frozenset((first, second)) for first, second in db.session.execute(pairs)}


def find_duplicates_of(listing: Service | Listing, *, least: float = LEAST) -> list[Candidate]:
    """The listings that one listing, stored or about to be, may be the same as; the surest first.

    How rare a name is, is judged among the listings looked at: scores may differ a little from `find_duplicates`.
    """
    entry = next(load(Service.id == listing.id), None) if isinstance(listing, Service) else _entry_of(listing)
    if entry is None:  # merged or retired
        return []
    others = [other for other in load(Service.id.in_(_near(entry))) if other.slug != entry.slug]
    common, apart = Common([entry, *others]), _kept_apart() if entry.id else set()
    compared = (
        compare(entry, other, common, least=least)
        for other in others
        if (min(entry.id, other.id), max(entry.id, other.id)) not in apart
    )
    return sorted((candidate for candidate in compared if candidate), key=_order)


def _order(candidate: Candidate) -> tuple[float, str, str]:
    return -candidate.score, candidate.first, candidate.second


def _kept_apart() -> set[tuple[int, int]]:
    return {
        (first, second) for first, second in db.session.execute(select(NotDuplicate.first_id, NotDuplicate.second_id))
    }


# ---- which to compare


def neighbours(entries: Sequence[Entry], common: Common) -> Iterator[tuple[Entry, list[Entry]]]:
    """Each listing with those after it that are in some block with it."""
    # Keys and positions packed into one number each, and sorted: far less memory than a list for each key.
    numbers: dict[object, int] = {}
    shift = len(entries).bit_length()

    def number_of(key: object) -> int:
        return numbers.setdefault(key, len(numbers))

    codes = sorted(
        (number_of(where) << 32 | number_of(what)) << shift | position
        for position, entry in enumerate(entries)
        for where, what in set(_keys(entry, common))
    )
    numbers.clear()
    blocks_of: list[list[tuple[int, ...]]] = [[] for _ in entries]
    for _, of_block in groupby(codes, key=lambda code: code >> shift):
        block = tuple(code & (1 << shift) - 1 for code in of_block)
        if 1 < len(block) <= MOST_IN_BLOCK:
            for position in block:
                blocks_of[position].append(block)
    codes.clear()
    for position, blocks in enumerate(blocks_of):
        others = sorted({other for block in blocks for other in block if other > position})
        blocks.clear()
        if others:
            yield entries[position], [entries[other] for other in others]


def _keys(entry: Entry, common: Common) -> Iterator[tuple[str, object]]:
    """The blocks that a listing is in."""
    for said in (*entry.phones, entry.email, entry.website):
        if said and common.share(said):
            yield "contact", said
    for door in entry.doors:
        if door.postcode:
            yield "postcode", door.postcode
    areas = entry.areas
    for word in entry.words:
        yield from ((area, word) for area in areas)
        # A listing without a place may be anywhere; one with a rare name may give the wrong place.
        if not areas or common.words[word] <= MOST_IN_BLOCK:
            yield "", word
    for words in entry.names:
        yield from ((area, words) for area in areas or {""})


# ---- reading


def load(*conditions: ColumnElement[bool]) -> Iterator[Entry]:
    """What of the stored listings takes part, by slug: a few columns, however many listings there are."""
    compared = select(Service.id).where(_COMPARED, *conditions)
    phones, doors, days = (
        defaultdict[int, list[str]](list),
        defaultdict[int, list[Door]](list),
        defaultdict[int, set[str]](set),
    )
    contacts = select(Contact.service_id, Contact.phone).where(Contact.phone.is_not(None))
    for id_, phone in _rows(contacts.where(Contact.service_id.in_(compared))):
        phones[id_].append(phone)
    columns = (Location.postal_code, Location.address_1, Location.name, Location.city)
    places = select(ServiceAtLocation.service_id, *columns).join(ServiceAtLocation.location)
    for id_, *place in _rows(
        places.where(ServiceAtLocation.service_id.in_(compared)).order_by(ServiceAtLocation.position)
    ):
        doors[id_].append(door_of(*place))
    for id_, byday in _rows(select(Schedule.service_id, Schedule.byday).where(Schedule.service_id.in_(compared))):
        days[id_] |= {day[-2:] for day in byday}
    own = select(Service.id, Service.slug, *_COLUMNS, Organisation.name).join(Service.organisation)
    for row in _rows(own.where(_COMPARED, *conditions).order_by(Service.slug)):
        id_, slug, *facts, organisation = row
        given = dict(zip(_NAMES, facts, strict=True))
        yield entry_of(
            given,
            id_=id_,
            slug=slug,
            organisation=organisation,
            phones=phones.pop(id_, ()),
            doors=doors.pop(id_, ()),
            days=days.pop(id_, ()),
        )


def _rows(statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    return iter(db.session.execute(statement.execution_options(yield_per=2000)))


def _entry_of(listing: Listing) -> Entry:
    stored = db.session.scalar(select(Service.id).where(Service.slug == listing.slug))
    return entry_of(
        listing.facts,
        id_=stored or 0,
        slug=listing.slug,
        organisation=listing.organisation["name"],
        phones=[contact["phone"] for contact in listing.parts["contact"] if contact["phone"]],
        doors=[
            door_of(*(place[name] for name in ("postal_code", "address_1", "name", "city"))) for place in listing.places
        ],
        days={day[-2:] for _, schedule in listing.schedules for day in schedule.byday},
    )


def _near(entry: Entry) -> Select[int]:
    """The ids of stored listings that share with one what makes them worth comparing."""
    digits = func.replace(Service.phone, " ", "")
    further = func.replace(Contact.phone, " ", "")
    numbers = {form for phone in entry.phones for form in (phone, f"+44{phone[1:]}", f"+440{phone[1:]}")}
    by_contact = select(Contact.service_id).where(further.in_(numbers))
    shared: list[ColumnElement[bool]] = [digits.in_(numbers), Service.id.in_(by_contact)]
    if entry.email:
        shared.append(func.lower(Service.email) == entry.email)
    if entry.website:
        shared.append(func.lower(Service.website).contains(entry.website.partition("?")[0], autoescape=True))
    towns = {door.town for door in entry.doors if door.town}
    outcodes = {outcode_of(door.postcode) for door in entry.doors if door.postcode}
    around = [
        func.lower(Location.city).in_(towns),
        *(Location.postal_code.startswith(f"{code} ") for code in sorted(outcodes)),
    ]
    terms = sorted(entry.words)
    there = select(ServiceAtLocation.service_id).join(ServiceAtLocation.location).where(or_(*around))
    placeless = Service.id.not_in(select(ServiceAtLocation.service_id))
    if terms:
        named = index.named(terms, any_of_them=True)
        shared.append(and_(named, or_(Service.id.in_(there), placeless)) if around else named)
    return select(Service.id).where(or_(*shared))
