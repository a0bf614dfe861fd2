"""What the catalogue does not say, by part of the area and kind, and what it says that is odd. It changes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select

from hub_finder.area import Area
from hub_finder.directory.catalogue import HAS_PAGE
from hub_finder.directory.odd_values import AnyRow, Odd, Whole, find_odd
from hub_finder.extensions import db
from hub_finder.models.places import Postcode
from hub_finder.models.services import (
    Alert,
    Booking,
    Contact,
    Cost,
    Delivery,
    Location,
    Organisation,
    Schedule,
    Service,
    ServiceAtLocation,
    ServiceNeed,
    Source,
)

__all__ = ("FACTS", "Gaps", "Odd", "Quality", "assess", "find_missing")

FACTS = ("place", "times", "ages", "price", "contact", "check")
AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """How many listings of a kind in a locality do not say each of FACTS. A blank locality is "not stated"."""

    locality: str
    kind: str
    listings: int
    missing: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """The report: gaps by locality and kind, each listing's missing facts by slug, and odd values, worst first."""

    gaps: Sequence[Gaps]
    missing: Mapping[str, Sequence[str]]
    odd: Sequence[Odd]


def assess(*, area: Area, today: date) -> Quality:
    """The quality of all published listings, lapsed ones too, from eight queries read side by side in parts."""
    missing: dict[str, Sequence[str]] = {}
    listings: Counter[tuple[str, str]] = Counter()
    lacking: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    odd: list[tuple[int, Odd]] = []
    for whole in _read():
        service = whole.service
        group = service.locality or "", service.kind
        facts = missing[service.slug] = tuple(find_missing(whole))
        listings[group] += 1
        lacking[group].update(facts)
        odd += find_odd(whole, area, today)
    odd.sort(key=lambda found: (found[0], found[1].slug))
    gaps = [
        Gaps(
            locality=locality,
            kind=kind,
            listings=listings[locality, kind],
            missing={fact: lacking[locality, kind][fact] for fact in FACTS},
        )
        for locality, kind in sorted(listings, key=lambda group: (not group[0], group))
    ]
    return Quality(gaps=gaps, missing=dict(sorted(missing.items())), odd=[one for _, one in odd])


def find_missing(whole: Whole) -> Iterator[str]:
    """Which of FACTS a listing does not say. Help that comes by phone, online or to the home needs no place."""
    service = whole.service
    has_point = any(place.latitude is not None for place in whole.places)
    needs_place = not service.delivery or Delivery.IN_PERSON in service.delivery
    stated = {
        "place": has_point or not needs_place,
        "times": whole.schedules or service.schedule_note,
        "ages": service.min_age is not None or service.max_age is not None or service.ages_note,
        "price": service.cost != Cost.NOT_STATED or service.cost_note,
        "contact": service.phone or service.email or service.website,
        "check": service.checked_on,
    }
    return (fact for fact in FACTS if not stated[fact])


def _read() -> Iterator[Whole]:
    """Every published listing. All queries come in the order of its id, so that none has to be held whole."""
    with ExitStack() as results:

        def rows(statement: Select[*tuple[Any, ...]]) -> Iterable[AnyRow]:
            result = db.session.execute(statement.execution_options(yield_per=AT_ONCE))
            # The last rows of one may belong to a hidden listing and never be asked for.
            results.callback(result.close)
            return result

        parts = {name: _Parts(rows(statement)) for name, statement in _hanging().items()}
        for service in rows(_services()):
            hanging = {name: part.of(service.id) for name, part in parts.items()}
            yield Whole(service=service, has_need=bool(hanging.pop("needs")), **hanging)


def _services() -> Select[*tuple[Any, ...]]:
    columns = (
        *(Service.id, Service.slug, Service.kind, Service.locality, Service.delivery, Service.phone, Service.email),
        *(
            Service.referral_phone,
            Service.referral_url,
            Service.website,
            Service.min_age,
            Service.max_age,
            Service.ages_note,
            Service.cost,
            Service.cost_note,
        ),
        *(Service.schedule_note, Service.confidence, Service.caution, Service.checked_on, Service.unreachable_times),
    )
    statement = select(*columns, Organisation.website.label("organisation_website")).join(Organisation)
    return statement.where(HAS_PAGE).order_by(Service.id)


def _hanging() -> dict[str, Select[*tuple[Any, ...]]]:
    """What hangs on listings, by its name in Whole, in the order of their ids."""
    place = Location
    places = (
        select(ServiceAtLocation.service_id, place.address_1, place.postal_code, place.latitude, place.longitude)
        .add_columns(place.precision, Postcode.latitude_e5, Postcode.longitude_e5)
        .join(place)
        .outerjoin(Postcode, Postcode.code == func.replace(place.postal_code, " ", ""))
        .order_by(ServiceAtLocation.service_id, ServiceAtLocation.position)
    )
    return {
        "places": places,
        "sources": select(Source.service_id, Source.published).order_by(Source.service_id, Source.id),
        "contacts": select(Contact.service_id, Contact.phone).order_by(Contact.service_id, Contact.id),
        "schedules": select(Schedule.service_id, Schedule.valid_to).order_by(Schedule.service_id),
        "bookings": select(Booking.service_id, Booking.url).order_by(Booking.service_id, Booking.id),
        "alerts": select(Alert.service_id, Alert.ends_on, Alert.text).order_by(Alert.service_id, Alert.id),
        "needs": select(ServiceNeed.service_id).distinct().order_by(ServiceNeed.service_id),
    }


class _Parts:
    """What hangs on each listing, asked for in the order of its id and read no further than that."""

    def __init__(self, rows: Iterable[AnyRow]) -> None:
        self.groups = groupby(rows, key=lambda row: row.service_id)
        self.service_id, self.rows = self._next()

    def of(self, service_id: int) -> Sequence[AnyRow]:
        while self.service_id is not None and self.service_id < service_id:
            self.service_id, self.rows = self._next()
        return self.rows if self.service_id == service_id else ()

    def _next(self) -> tuple[int | None, Sequence[AnyRow]]:
        service_id, rows = next(self.groups, (None, ()))
        return service_id, tuple(rows)
