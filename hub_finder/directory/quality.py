"""What the catalogue does not say, by part of the area and kind, and what it says that is odd. It changes nothing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.directory.catalogue import HAS_PAGE
from hub_finder.directory.freshness import months_before
from hub_finder.directory.postcodes import compact, outcode_of
from hub_finder.extensions import db
from hub_finder.models.services import (
    Confidence,
    Cost,
    Delivery,
    Location,
    Schedule,
    Service,
    ServiceAtLocation,
    Source,
)

FACTS = ("place", "times", "ages", "price", "contact", "check")
WIDEST_AGES = 30
ALL_AGES_FROM = 99
OLDEST_SOURCE_MONTHS = 36
# Numbers that begin with 0 and are shorter than the others: Childline, and NHS 24's old ones.
SHORT_NUMBERS = {"08001111", "08454645", "08454647"}


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A published listing with what hangs on it."""

    service: Service
    places: Sequence[Location]
    sources: Sequence[Source]
    has_schedule: bool


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """How many listings of a kind in a locality do not say each of FACTS. A blank locality is "not stated"."""

    locality: str
    kind: str
    listings: int
    missing: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A value to look at, and why."""

    slug: str
    field: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Quality:
    """The report: gaps by locality and kind, each listing's missing facts by slug, and odd values, worst first."""

    gaps: Sequence[Gaps]
    missing: Mapping[str, Sequence[str]]
    odd: Sequence[Odd]


def assess(*, area: Area, today: date) -> Quality:
    """The quality of all published listings, lapsed ones too. Asks the database four times, however many there are."""
    listings = _load()
    missing = {whole.service.slug: tuple(find_missing(whole)) for whole in listings}
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for whole in listings:
        groups[whole.service.locality or "", whole.service.kind].append(whole.service.slug)
    gaps = []
    for (locality, kind), slugs in sorted(groups.items(), key=lambda group: (not group[0][0], group[0])):
        counted = Counter(fact for slug in slugs for fact in missing[slug])
        gaps.append(
            Gaps(locality=locality, kind=kind, listings=len(slugs), missing={fact: counted[fact] for fact in FACTS})
        )
    # By rule first: the rules stand with the worst at the top, and the listings by slug.
    odd = [found for rule in RULES for whole in listings for found in rule(whole, area, today)]
    return Quality(gaps=gaps, missing=missing, odd=odd)


def find_missing(whole: Whole) -> Iterator[str]:
    """Which of FACTS a listing does not say. Help that comes by phone, online or to the home needs no place."""
    service = whole.service
    has_point = any(place.latitude is not None for place in whole.places)
    needs_place = not service.delivery or Delivery.IN_PERSON in service.delivery
    stated = {
        "place": has_point or not needs_place,
        "times": whole.has_schedule or service.schedule_note,
        "ages": service.min_age is not None or service.max_age is not None or service.ages_note,
        "price": service.cost != Cost.NOT_STATED or service.cost_note,
        "contact": service.phone or service.email or service.website,
        "check": service.checked_on,
    }
    return (fact for fact in FACTS if not stated[fact])


def _load() -> list[Whole]:
    open_ids = select(Service.id).where(HAS_PAGE)
    services = db.session.scalars(select(Service).where(Service.id.in_(open_ids)).order_by(Service.slug)).all()
    places, sources = defaultdict(list), defaultdict(list)
    links = select(ServiceAtLocation).where(ServiceAtLocation.service_id.in_(open_ids))
    for link in db.session.scalars(links.order_by(ServiceAtLocation.position)):
        places[link.service_id].append(link.location)
    for source in db.session.scalars(select(Source).where(Source.service_id.in_(open_ids)).order_by(Source.id)):
        sources[source.service_id].append(source)
    timed = set(db.session.scalars(select(Schedule.service_id).distinct()))
    return [
        Whole(
            service=service,
            places=places[service.id],
            sources=sources[service.id],
            has_schedule=service.id in timed,
        )
        for service in services
    ]


# ---- odd values

Rule = Callable[[Whole, Area, date], Iterator[Odd]]


def _phone(whole: Whole, _area: Area, _today: date) -> Iterator[Odd]:
    phone = whole.service.phone
    if phone and not is_uk_length(phone):
        yield _odd(whole, "phone", phone, "has a length that no UK number has")


def is_uk_length(phone: str) -> bool:
    """Whether a number has a length that is in use: 10 or 11 digits from the 0, or a short number such as 999."""
    digits = "".join(mark for mark in phone if mark.isdigit())
    if phone.lstrip().startswith("+"):
        if not digits.startswith("44"):
            return False
        digits = "0" + digits[2:].removeprefix("0")
    if digits.startswith("0"):
        return len(digits) in (10, 11) or digits in SHORT_NUMBERS
    return len(digits) in (3, 5) or (len(digits) == 6 and digits.startswith("11"))


def _unreachable(whole: Whole, area: Area, _today: date) -> Iterator[Odd]:
    times = whole.service.unreachable_times
    if times >= area.freshness.unreachable:
        yield _odd(whole, "unreachable_times", str(times), "nobody could be reached: has it ended?")


def _bounds(whole: Whole, area: Area, _today: date) -> Iterator[Odd]:
    south, west, north, east = area.bounds
    for place in whole.places:
        latitude, longitude = place.latitude, place.longitude
        if latitude is None or longitude is None:
            continue
        if not (south <= latitude <= north and west <= longitude <= east):
            yield _odd(whole, "latitude, longitude", f"{latitude}, {longitude}", f"lies off the map of {area.name}")


def _postcode(whole: Whole, area: Area, _today: date) -> Iterator[Odd]:
    locality = area.localities.get(whole.service.locality or "")
    for place in whole.places:
        if not locality or not locality.outcodes or not place.postal_code:
            continue
        if outcode_of(compact(place.postal_code)) not in locality.outcodes:
            within = ", ".join(locality.outcodes)
            yield _odd(whole, "postal_code", place.postal_code, f"is not in {locality.name} ({within})")


def _ages(whole: Whole, _area: Area, _today: date) -> Iterator[Odd]:
    low, high = whole.service.min_age or 0, whole.service.max_age
    if high is None or high - low <= WIDEST_AGES:
        return
    is_all_ages = (low == 0 and high >= ALL_AGES_FROM) or "all ages" in (whole.service.ages_note or "").casefold()
    if not is_all_ages:
        yield _odd(whole, "min_age, max_age", f"{low} to {high}", f"is more than {WIDEST_AGES} years wide")


def _caution(whole: Whole, _area: Area, _today: date) -> Iterator[Odd]:
    if whole.service.caution and whole.service.confidence == Confidence.HIGH:
        yield _odd(whole, "caution", whole.service.caution, "warns of a listing that we say we are sure of")


def _website(whole: Whole, _area: Area, _today: date) -> Iterator[Odd]:
    website = whole.service.website
    if website and not website.casefold().startswith("https://"):
        yield _odd(whole, "website", website, "is not https")


def _source(whole: Whole, _area: Area, today: date) -> Iterator[Odd]:
    for source in whole.sources:
        # A year or a month counts until its end. Partial dates compare as text, each as exact as it is.
        published = source.published or ""
        oldest = months_before(today, OLDEST_SOURCE_MONTHS).isoformat()[: len(published)]
        if published and published < oldest:
            yield _odd(whole, "source_date", published, f"is more than {OLDEST_SOURCE_MONTHS // 12} years old")


def _odd(whole: Whole, field: str, value: str, reason: str) -> Odd:
    return Odd(slug=whole.service.slug, field=field, value=value, reason=reason)


# The worst first: what sends a family wrong, then what is wrong about us, then what may be.
RULES: tuple[Rule, ...] = (_phone, _unreachable, _bounds, _postcode, _ages, _caution, _website, _source)
