"""Short ways to look at feeds, and to edit what came with them, in tests."""

from collections.abc import Callable

from sqlalchemy import func, select

from hub_finder.directory.catalogue import find_needs, find_services, get_service
from hub_finder.directory.feeds import find_feeds
from hub_finder.directory.listings import Vocabulary, parse_listing, rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.saving import save_listing
from hub_finder.extensions import db
from hub_finder.importers.feed_apply import FeedReport
from hub_finder.importers.feed_http import Manners
from hub_finder.models.feeds import Feed
from hub_finder.models.history import Event
from hub_finder.models.services import Need
from tests.factories import Catalogue

HASTY = Manners(timeout_s=2, slowest_answer_s=3, attempts=3, pause_s=0.01, largest_answer=2_000_000)
Read = Callable[..., FeedReport]


def slugs() -> list[str]:
    """Of the published listings that are committed."""
    db.session.rollback()
    return [one.slug for one in find_services()]


def the_feed() -> Feed:
    """The one feed, as it is committed."""
    db.session.rollback()
    [summary] = find_feeds()
    return summary.feed


def events() -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


def words(catalogue: Catalogue) -> tuple[dict[str, Need], Vocabulary]:
    needs = {need.slug: need for need in find_needs()}
    return needs, Vocabulary(needs=needs, kinds=catalogue.area.kinds, localities=catalogue.area.localities)


def edit(catalogue: Catalogue, slug: str, **cells: str) -> None:
    """Change a listing as a person here does."""
    needs, vocabulary = words(catalogue)
    rows = rows_of(listing_of(get_service(slug)))
    rows[0] |= cells
    listing, problems = parse_listing(rows, vocabulary)
    assert listing, problems
    save_listing(listing, needs, actor="Kim")
    db.session.commit()
