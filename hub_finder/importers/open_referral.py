"""Listings from Open Referral UK feeds, 1.0 and 3.0: read whole first, then kept in one transaction.

What a person here has edited since is never overwritten: the feed's news of it become a proposal.
"""

import hashlib
import json
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from flask import current_app

from hub_finder.area import Area
from hub_finder.database import begin_writing
from hub_finder.directory import feeds
from hub_finder.extensions import db
from hub_finder.importers.feed_apply import Applier, FeedReport
from hub_finder.importers.feed_folder import read_folder
from hub_finder.importers.feed_http import FeedUnreachable, Manners, NotAFeed, feed_address, fetch_json
from hub_finder.importers.feed_reader import FeedReader, InMemory, Progress, Reading, Store
from hub_finder.importers.feed_store import FeedStore
from hub_finder.importers.feed_values import day_or_none
from hub_finder.importers.report import UnreadableFile
from hub_finder.models.feeds import Feed, Health

BATCH = 500


def import_open_referral(
    source: str,
    *,
    area: Area,
    name: str | None = None,
    trusted: bool | None = None,
    accept: bool = False,
    dry_run: bool = False,
    manners: Manners | None = None,
    progress: Progress = lambda _done, _total: None,
) -> FeedReport:
    """Read a feed, from its address or a folder, and bring the catalogue up to it; docs/data.md says how.

    Everything is kept in one transaction at the end; until then only the answers are, so that a read that was cut off
    goes on from there. `accept` takes a feed that shrank by over half as right. With `dry_run` nothing at all is kept.
    Raises UnreadableFile when it could not be read: its listings then stay as they are.
    """
    address = feed_address(source) if "://" in source else str(Path(source).resolve())
    store: Store = InMemory()
    if not dry_run:
        feed = _keep(address, name=name, trusted=trusted)
        store = FeedStore(feed.id)
        db.session.commit()
    reading = _read(address, store, manners or Manners(), progress, dry_run=dry_run)
    report = FeedReport(notes=[*reading.notes, *reading.faults])
    try:
        begin_writing(db.session.connection())
        feed = _keep(address, name=name, trusted=trusted)
        _apply(feed, reading, area, report, accept=accept)
        if isinstance(store, FeedStore):
            store.empty()
    except NotAFeed as error:
        db.session.rollback()
        _mark(address, Health.INVALID, str(error), dry_run=dry_run)
        raise UnreadableFile(f"{address} is not a feed: {error}") from error
    except BaseException:
        db.session.rollback()
        raise
    report.notes.append(f"{feed.name}: {Health(feed.health or '').label.lower()}. {feed.note}".strip())
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return report


def _keep(address: str, *, name: str | None, trusted: bool | None) -> Feed:
    try:
        return feeds.keep_feed(address, name=name, trusted=trusted)
    except feeds.CannotName as error:
        raise UnreadableFile(str(error)) from error


def _read(address: str, store: Store, manners: Manners, progress: Progress, *, dry_run: bool) -> Reading:
    """The feed, read whole. What goes wrong is noted on the feed, then told."""
    try:
        if "://" not in address:
            return read_folder(Path(address))
        fetch = partial(fetch_json, manners=manners, inside=current_app.config["PRIVATE_FEEDS"])
        return FeedReader(address, store, fetch, progress).read()
    except FeedUnreachable as error:
        _mark(address, Health.UNREACHABLE, str(error), dry_run=dry_run)
        raise UnreadableFile(f"{address} could not be read: {error} What was read of it is kept for a day.") from error
    except NotAFeed as error:
        store.clear()
        _mark(address, Health.INVALID, str(error), dry_run=dry_run)
        raise UnreadableFile(f"{address} is not a feed: {error}") from error


def _mark(address: str, health: Health, note: str, *, dry_run: bool) -> None:
    feed = None if dry_run else feeds.get_feed_or_none(address)
    if feed:
        feeds.mark_failed(feed, health, note)
        db.session.commit()


def _apply(feed: Feed, reading: Reading, area: Area, report: FeedReport, *, accept: bool) -> None:
    applier = Applier(feed, reading, area, report)
    prints: list[str] = []
    newest: date | None = None
    items = reading.items()
    while batch := list(islice(items, BATCH)):
        for item in batch:
            prints.append(hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest())
            newest = max(filter(None, (newest, *_dates_of(item))), default=None)
        applier.apply(batch)
    whole = reading.whole and not applier.unnamed
    refused = len({refusal.line for refusal in report.refused})
    gone = known = 0
    # From a read in which much is wrong nothing can be told of what is not in it.
    if whole and refused <= applier.number * feeds.MOST_REFUSED:
        gone, known = applier.retire_missing(accept=accept)
    read = feeds.Read(
        version=reading.version,
        fingerprint=hashlib.sha256("".join(sorted(prints)).encode()).hexdigest(),
        items=applier.number,
        refused=refused,
        whole=whole,
        gone=gone,
        known=known,
        faults=reading.faults,
        news_on=newest,
        accepted=accept,
    )
    feeds.mark_read(feed, read, stale_months=area.freshness.feed_stale)
    db.session.flush()


def _dates_of(item: object) -> list[date]:
    """The days on which an item says that it was changed or checked."""
    found = []
    if isinstance(item, dict):
        with suppress(TypeError):
            found = [day_or_none(item[name]) for name in ("last_modified", "assured_date") if item.get(name)]
    return [day for day in found if day]
