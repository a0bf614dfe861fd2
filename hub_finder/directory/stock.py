"""All listings that are stored, hidden and lapsed ones too: what those who keep them look through."""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil
from typing import Literal

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select
from sqlalchemy.orm import joinedload

from hub_finder.area import current_area
from hub_finder.database import begin_writing
from hub_finder.directory import freshness, index
from hub_finder.directory.catalogue import HAS_PAGE, ServiceNotFound, with_everything
from hub_finder.directory.text import query_stems
from hub_finder.extensions import db
from hub_finder.models.services import Service

Show = Literal["all", "open", "not_checked", "due", "overdue", "lapsed", "hidden"]
PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class StockPage:
    """One page of stored listings, by slug. `pages` is at least 1."""

    services: list[Service]
    total: int
    page: int
    pages: int


def get_stored(slug: str) -> Service:
    """The stored listing with this slug, whole, whatever its status. Raises ServiceNotFound."""
    service = None
    if "\0" not in slug:  # PostgreSQL refuses to look for one
        service = db.session.scalar(with_everything(select(Service).where(Service.slug == slug)))
    if service is None:
        raise ServiceNotFound(slug)
    return service


def get_stored_to_change(slug: str) -> Service:
    """The same, and nobody else changes it until the transaction ends: for a change that depends on what stands there.

    Raises ServiceNotFound.
    """
    hold(slug)
    return get_stored(slug)


def hold(*slugs: str) -> None:
    """Let nobody else change these stored listings until the transaction ends. What is read after this holds.

    In the order of their ids, as every hold on several: two that want the same do not wait for each other for ever.
    """
    begin_writing(db.session.connection())
    held = select(Service.id).where(Service.slug.in_([slug for slug in slugs if "\0" not in slug]))
    db.session.execute(held.order_by(Service.id).with_for_update())


def find_stored(words: str = "", *, show: Show = "all", page: int = 1) -> StockPage:
    """Stored listings whose names, organisation or slug hold the words."""
    asked = [condition(show)]
    if words:
        terms = query_stems(words)
        named = index.named(terms) if terms else false()
        asked.append(or_(named, Service.slug.contains("-".join(words.lower().split()), autoescape=True)))
    total = db.session.scalar(select(func.count()).select_from(Service).where(*asked)) or 0
    statement = select(Service).where(*asked).order_by(Service.slug).options(joinedload(Service.organisation))
    found = db.session.scalars(statement.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return StockPage(services=list(found), total=total, page=page, pages=max(1, ceil(total / PER_PAGE)))


def find_open_slugs(*, kind: str | None, locality: str | None) -> set[str]:
    """Slugs of published listings, lapsed ones too; None is any kind or locality, and a blank locality "not stated"."""
    statement = select(Service.slug).where(HAS_PAGE)
    if kind is not None:
        statement = statement.where(Service.kind == kind)
    if locality is not None:
        statement = statement.where(Service.locality == locality if locality else Service.locality.is_(None))
    return set(db.session.scalars(statement))


def find_named(slugs: Collection[str]) -> dict[str, Service]:
    """Stored listings by slug, of those that are asked for."""
    statement = select(Service).where(Service.slug.in_(slugs)).options(joinedload(Service.organisation))
    return {service.slug: service for service in db.session.scalars(statement)} if slugs else {}


def count_stored(show: Show) -> int:
    """How many stored listings there are of those shown."""
    return db.session.scalar(select(func.count()).select_from(Service).where(condition(show))) or 0


def condition(show: Show) -> ColumnElement[bool]:
    """Which listings are meant. Those that are open and checked are in one state of freshness at a time."""
    limits, today = current_area().freshness, freshness.today()
    current = and_(HAS_PAGE, freshness.not_lapsed(limits, today))
    overdue = freshness.is_overdue(limits, today)
    due = and_(Service.checked_on.is_not(None), Service.checked_on <= freshness.months_before(today, limits.due))
    conditions: dict[Show, ColumnElement[bool]] = {
        "all": Service.id.is_not(None),
        "open": current,
        "not_checked": and_(HAS_PAGE, Service.checked_on.is_(None)),
        "due": and_(current, due, not_(overdue)),
        "overdue": and_(current, overdue),
        "lapsed": and_(HAS_PAGE, not_(freshness.not_lapsed(limits, today))),
        "hidden": not_(HAS_PAGE),
    }
    return conditions[show]
