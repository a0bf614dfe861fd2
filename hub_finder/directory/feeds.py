"""What is known of the feeds that listings come from, and what follows from their reads. Nothing here commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Select, func, or_, select

from hub_finder.directory import freshness
from hub_finder.directory.events import record_event
from hub_finder.extensions import db
from hub_finder.models.feeds import Feed, FeedListing, FeedOrganisation, Health, Proposal, ProposalStatus
from hub_finder.models.history import EventKind
from hub_finder.models.services import Organisation, Service, Status

LONGEST_NAME = 80
# In so many whole reads, one after the other, a listing is missing before it is taken out.
MISSES = 2
# A feed with over this share of its services refused is not a feed as it should be.
MOST_REFUSED = 0.5
ORGANISATION = {"organisation": "name", "organisation_description": "description", "organisation_website": "website"}


class CannotName(ValueError):
    """A feed cannot be named so; the message says why."""


@dataclass(frozen=True)
class FeedSummary:
    """A feed with its listings that are in use, and its news to decide on."""

    feed: Feed
    listings: int
    proposals: int


@dataclass(frozen=True, kw_only=True)
class Read:
    """What one read of a feed found: to be held against what was found before. `news_on` is its newest date."""

    version: str | None
    fingerprint: str
    items: int
    refused: int
    whole: bool
    gone: int
    known: int
    faults: Sequence[str]
    news_on: date | None
    accepted: bool


def find_feeds() -> list[FeedSummary]:
    """All feeds by name."""
    used = select(FeedListing.feed_id, func.count()).join(Service).where(Service.status == Status.PUBLISHED)
    listings = _counts(used.group_by(FeedListing.feed_id))
    waiting = select(Proposal.feed_id, func.count()).where(Proposal.status == ProposalStatus.OPEN)
    proposals = _counts(waiting.group_by(Proposal.feed_id))
    feeds = db.session.scalars(select(Feed).order_by(Feed.name))
    return [FeedSummary(feed, listings.get(feed.id, 0), proposals.get(feed.id, 0)) for feed in feeds]


def _counts(statement: Select[int, int]) -> dict[int, int]:
    return {feed_id: count for feed_id, count in db.session.execute(statement)}  # noqa: C416  rows, not pairs


def get_feed_or_none(address: str) -> Feed | None:
    return db.session.scalars(select(Feed).where(Feed.address == address)).one_or_none()


def keep_feed(address: str, *, name: str | None, trusted: bool | None) -> Feed:
    """The feed of this address, made when it is new. One of this name elsewhere has moved here. Raises CannotName.

    What is None stays as it was; a new feed is named after its address and not trusted.
    """
    if name and len(name) > LONGEST_NAME:
        raise CannotName(f"The name has {len(name)} characters; the most is {LONGEST_NAME}.")
    feed = get_feed_or_none(address)
    named = db.session.scalars(select(Feed).where(Feed.name == name)).one_or_none() if name else None
    if feed and named and feed is not named:
        raise CannotName(f"“{name}” is the name of the feed at {named.address}.")
    feed = feed or named or Feed(name=name or address.split("//")[-1][-LONGEST_NAME:], trusted=False, note="")
    feed.name, feed.address = name or feed.name, address
    feed.trusted = feed.trusted if trusted is None else trusted
    db.session.add(feed)
    db.session.flush()
    return feed


# ---- health


def mark_failed(feed: Feed, health: Health, note: str) -> None:
    """Note that a feed could not be read; its listings stay as they are."""
    feed.health, feed.note, feed.attempted_at = health, note, datetime.now(UTC)


def mark_read(feed: Feed, read: Read, *, stale_months: int) -> None:
    """Note what a read found, and how the feed is by that."""
    now = datetime.now(UTC)
    differs = feed.fingerprint != read.fingerprint
    new = feed.fingerprint is None
    feed.health, feed.note = _health(feed, read, differs=differs and not new, stale_months=stale_months)
    feed.attempted_at = feed.succeeded_at = now
    if differs:
        feed.changed_at = now
    feed.fingerprint = read.fingerprint
    if read.whole and (read.accepted or not is_suspicious(read.gone, read.known)):
        feed.version, feed.items = read.version, read.items


def is_suspicious(gone: int, known: int) -> bool:
    """Whether so many of the known listings are gone that the feed, not the listings, may have ended."""
    return gone * 2 > known


def _health(feed: Feed, read: Read, *, differs: bool, stale_months: int) -> tuple[Health, str]:
    if not read.whole or read.refused > read.items * MOST_REFUSED:
        few = f"{read.refused:,} of its {read.items:,} services were refused." if read.refused else ""
        return Health.INVALID, " ".join([*read.faults, few]).strip() or "Not all of it could be read."
    if is_suspicious(read.gone, read.known) and not read.accepted:
        note = f"{read.gone:,} of {read.known:,} listings are gone from it. Nothing was taken out: is that right?"
        return Health.CHANGED, note
    if feed.items is not None and feed.version != read.version:
        return Health.CHANGED, f"It was version {feed.version or 'not stated'} and is {read.version or 'not stated'}."
    if feed.items is not None and not read.accepted and _jumped(feed.items, read.items):
        return Health.CHANGED, f"It had {feed.items:,} services and has {read.items:,}."
    since = freshness.months_before(freshness.today(), stale_months)
    changed_on = feed.changed_at.date() if feed.changed_at else freshness.today()
    news_on = freshness.today() if differs else read.news_on or changed_on
    if news_on < since:
        return Health.STALE, f"The newest thing in it is of {news_on}: over {stale_months} months ago."
    return Health.HEALTHY, " ".join(read.faults)


def _jumped(before: int, now: int) -> bool:
    return not before / 2 <= now <= max(before * 2, before + 10)


# ---- its listings


def find_links(feed: Feed, uids: Collection[str] | None = None) -> dict[str, FeedListing]:
    """The listings of a feed, or those of some of its ids, by the feed's own ids; in one query."""
    links = select(FeedListing).where(FeedListing.feed_id == feed.id)
    if uids is not None:
        links = links.where(FeedListing.uid.in_(uids))
    return {link.uid: link for link in db.session.scalars(links)}


def hold(feed: Feed, uids: Collection[str], uuids: Collection[str]) -> None:
    """Let nobody change, until the commit, the listings of these ids of the feed's, or of these of ours."""
    theirs = select(FeedListing.service_id).where(FeedListing.feed_id == feed.id, FeedListing.uid.in_(uids))
    known = select(Service.id).where(or_(Service.id.in_(theirs), Service.uid.in_(uuids)))
    db.session.execute(known.order_by(Service.id).with_for_update())


def is_edited(link: FeedListing) -> bool:
    """Whether a person here has changed the listing since the feed last gave it."""
    return link.service.fingerprint != link.fingerprint


def take_out(link: FeedListing, *, feed: Feed, note: str) -> None:
    """Take a listing out because its feed has it no more, or says that it has ended."""
    link.service.status, link.taken_out = Status.RETIRED, True
    record_event(link.service, EventKind.RETIRED, actor=feed.name, note=note)


def bring_back(link: FeedListing, *, feed: Feed) -> None:
    """Publish again what the feed had taken out."""
    link.service.status, link.taken_out = Status.PUBLISHED, False
    record_event(link.service, EventKind.RETURNED, actor=feed.name, note="The feed has it again")


def count_missing(links: Collection[FeedListing], seen: Collection[str]) -> tuple[list[FeedListing], int]:
    """(those in use that a read did not have, how many are in use)."""
    used = [link for link in links if link.service.status == Status.PUBLISHED]
    return [link for link in used if link.uid not in seen], len(used)


# ---- organisations


def settle_organisation(
    given: Mapping[str, str], stored: Organisation | None, last: FeedOrganisation | None
) -> dict[str, str]:
    """What a feed may say of an organisation: what is not said here yet, or is still what the feed said last."""
    settled = {"organisation_uuid": given["organisation_uuid"]}
    for column, name in ORGANISATION.items():
        here = (getattr(stored, name) or "") if stored else ""
        ours = bool(here) and here != (last.facts.get(column) if last else None)
        settled[column] = here if ours else given[column]
    return settled
