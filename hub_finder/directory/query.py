"""What a family asks, and the conditions on a listing that follow from it, one small one for each filter."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select

from hub_finder.directory import index
from hub_finder.directory.cards import AnyService
from hub_finder.directory.catalogue import published
from hub_finder.directory.places import Origin
from hub_finder.models.services import Cost, Need, Referral, Service, ServiceNeed

PER_PAGE = 20
MOST_PER_PAGE = 100
PREGNANT = "pregnant"
# An unknown price stays with either choice: it is shown as unknown, never taken as "no".
COSTS = {
    "free": (Cost.FREE, Cost.FREE_FOR_SOME, Cost.NOT_STATED),
    "paid": (Cost.PAID, Cost.FREE_FOR_SOME, Cost.NOT_STATED),
}

Sort = Literal["nearest", "best", "name", "soonest"]
PartOfDay = Literal["morning", "afternoon", "evening"]
# Term time, school holidays, from today to Sunday, or open at this moment.
When = Literal["term", "holidays", "week", "now"]


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What is looked for. Several needs, kinds, localities, ages, languages or days (MO to SU) mean "any of these";
    several kinds of access mean all of them. `border`: only what lies in the area, or only what lies over its border.
    """

    words: str = ""
    origin: Origin | None = None
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    localities: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    cost: Literal["free", "paid"] | None = None
    send: bool = False
    referral: Literal["self"] | None = None
    access: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    border: Literal["inside", "over"] | None = None
    days: tuple[str, ...] = ()
    on: date | None = None
    time: PartOfDay | None = None
    when: When | None = None
    within_miles: float | None = None
    sort: Sort | None = None
    page: int = 1
    per_page: int = PER_PAGE


def conditions(query: SearchQuery, terms: list[str], *, any_word: bool) -> dict[str, ColumnElement[bool]]:
    """The conditions of a query on Service, by the filter that each comes from; the place is not among them."""
    asked: dict[str, ColumnElement[bool]] = {"published": published()}
    if terms:
        asked["words"] = index.holds(terms, any_of_them=any_word)
    if query.needs:
        asked["need"] = _has_need(Need.slug.in_(query.needs))
    if query.kinds:
        asked["kind"] = Service.kind.in_(query.kinds)
    if query.localities:
        asked["locality"] = Service.locality.in_(query.localities)
    if query.ages:
        asked["age"] = or_(*(_may_fit(age) for age in query.ages))
    if query.cost:
        asked["cost"] = Service.cost.in_(COSTS[query.cost])
    if query.referral:
        asked["referral"] = Service.referral.in_((Referral.SELF, Referral.EITHER, Referral.NOT_STATED))
    if query.send:
        asked["send"] = _has_need(Need.for_send.is_(True))
    return asked


def _has_need(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Service.id.in_(select(ServiceNeed.service_id).join(Need).where(condition))


def _may_fit(age: str) -> ColumnElement[bool]:
    """Listings for this age, and those that do not say."""
    if age == PREGNANT:
        return or_(_has_need(Need.for_pregnancy.is_(True)), Service.min_age.is_(None), Service.min_age == 0)
    years = int(age)
    return and_(
        or_(Service.min_age.is_(None), Service.min_age <= years),
        or_(Service.max_age.is_(None), Service.max_age >= years),
    )


def is_for(age: str) -> ColumnElement[bool]:
    """Listings that say they are for this age: those for which `fits` is true."""
    if age == PREGNANT:
        return _has_need(Need.for_pregnancy.is_(True))
    return and_(_may_fit(age), or_(Service.min_age.is_not(None), Service.max_age.is_not(None)))


def fits(service: AnyService, age: str) -> bool | None:
    """Whether a listing is for an age (years, or "pregnant"); None when it does not say."""
    if age == PREGNANT:
        if any(need.for_pregnancy for need in service.needs):
            return True
        return False if service.min_age else None
    if service.min_age is None and service.max_age is None:
        return None
    return (service.min_age or 0) <= int(age) <= (200 if service.max_age is None else service.max_age)
