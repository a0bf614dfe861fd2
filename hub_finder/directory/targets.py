"""Published totals against the catalogue: what is listed so far, what of it is checked, what is missing. Never padded.

Only published listings count, each provider, venue or type of service once. What each `Target.counts` means:

confirmed      listings of the kinds that a source names for what they are (high confidence)
providers      organisations other than the council that run a listing of the kinds
venues         places of listings of the kinds that have a street or a postcode, one for each postcode
marked         listings of the kinds that carry the attribute
service_types  types of Start for Life service that at least one listing helps with
(blank)        nothing can be counted: the target's note says why

A listing of low confidence counts towards none of the middle three. What would count if we were surer is told apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from hub_finder.area import Area, Target
from hub_finder.directory import freshness
from hub_finder.directory.catalogue import published
from hub_finder.directory.start_for_life import Named, count_types
from hub_finder.extensions import db
from hub_finder.models.services import Confidence, Location, Organisation, Service, ServiceAtLocation

AnyRow = Row[*tuple[Any, ...]]
SURE_ENOUGH = (Confidence.HIGH, Confidence.MEDIUM)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One target and the catalogue. Where nothing can be counted `listed` is None, and `target.note` says why.

    `listings` stand behind `listed`, `unsure` are those that would count if a source were clearer.
    """

    target: Target
    listed: int | None
    checked: int | None
    listings: Sequence[Named] = ()
    unsure: Sequence[Named] = ()

    @property
    def missing(self) -> int | None:
        """How many of the published total are not listed; 0 when more are."""
        return None if self.listed is None else max(0, self.target.target - self.listed)

    @property
    def over(self) -> int:
        """How many more are listed than were published."""
        return max(0, (self.listed or 0) - self.target.target)


def measure(area: Area, targets: Iterable[Target] | None = None) -> list[Tally]:
    """Each target (all of the area's by default) against the catalogue, in at most three queries."""
    wanted = list(area.targets.values() if targets is None else targets)
    kinds = {kind for target in wanted if target.counts != "service_types" for kind in target.kinds}
    rows = _listings(area, kinds) if kinds else []
    venues = _venues({kind for target in wanted if target.counts == "venues" for kind in target.kinds})
    types = count_types(area) if any(target.counts == "service_types" for target in wanted) else {}
    tallies = []
    for target in wanted:
        if target.counts == "service_types":
            listed, checked = len(types), sum(1 for one in types.values() if one.checked)
            tallies.append(Tally(target=target, listed=listed, checked=checked))
        elif target.counts:
            tallies.append(_tally(target, [row for row in rows if row.kind in target.kinds], venues, area))
        else:
            tallies.append(Tally(target=target, listed=None, checked=None))
    return tallies


def _tally(target: Target, rows: Sequence[AnyRow], venues: dict[int, set[str]], area: Area) -> Tally:
    """Count the things that listings stand for: themselves, or who runs them, or where they are held."""
    sure = (Confidence.HIGH,) if target.counts == "confirmed" else SURE_ENOUGH
    things: dict[str, bool] = {}
    listings, unsure = [], []
    for row in rows:
        named = _things(row, target, venues, area)
        if named and row.confidence in sure:
            listings.append(Named(slug=row.slug, name=row.name))
            things.update({thing: things.get(thing, False) or row.is_current for thing in named})
        elif named:
            unsure.append(Named(slug=row.slug, name=row.name))
    return Tally(target=target, listed=len(things), checked=sum(things.values()), listings=listings, unsure=unsure)


def _things(row: AnyRow, target: Target, venues: dict[int, set[str]], area: Area) -> set[str]:
    """What a listing counts as towards a target, by names that are the same for the same thing."""
    if target.counts == "providers":
        return {row.organisation} - {area.council}
    if target.counts == "venues":
        return venues[row.id]
    return {row.slug} if target.counts == "confirmed" or target.attribute in row.attributes else set()


def _listings(area: Area, kinds: set[str]) -> Sequence[AnyRow]:
    """The published listings of the kinds, by slug."""
    is_current = freshness.is_current(area.freshness, freshness.today()).label("is_current")
    columns = Service.id, Service.slug, Service.name, Service.kind, Service.confidence, Service.attributes, is_current
    statement = select(*columns, Organisation.name.label("organisation")).join(Organisation)
    return db.session.execute(statement.where(published(), Service.kind.in_(kinds)).order_by(Service.slug)).all()


def _venues(kinds: set[str]) -> dict[int, set[str]]:
    """The addresses of each listing of the kinds, the same one by the same name; a place without one is left out.

    A street that stands with a postcode anywhere is that postcode, so that no venue counts twice.
    """
    found: dict[int, set[str]] = defaultdict(set)
    if not kinds:
        return found
    columns = ServiceAtLocation.service_id, Location.postal_code, Location.address_1, Location.city
    statement = select(*columns).join(Location).join(Service, Service.id == ServiceAtLocation.service_id)
    rows = db.session.execute(statement.where(published(), Service.kind.in_(kinds))).all()
    known = {_street(row): row.postal_code for row in rows if row.address_1 and row.postal_code}
    for row in rows:
        if row.postal_code or row.address_1:
            found[row.service_id].add(row.postal_code or known.get(_street(row)) or _street(row))
    return found


def _street(row: AnyRow) -> str:
    return f"{row.address_1}, {row.city}".casefold()
