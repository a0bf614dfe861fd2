"""Keeping what a feed says: new listings, news of known ones, proposals for those that a person here has edited."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from hub_finder.area import Area
from hub_finder.directory import feed_sources, feeds, freshness, proposals
from hub_finder.directory.listings import Listing, fingerprint_of, parse_listing, rows_of
from hub_finder.directory.saving import save_listings
from hub_finder.directory.slugs import LONGEST_SLUG, slug_of
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.importers.feed_http import NotAFeed
from hub_finder.importers.feed_reader import Json, Reading
from hub_finder.importers.feed_terms import Areas, Terms
from hub_finder.importers.open_referral_map import Mapped, Mapper
from hub_finder.importers.report import Report
from hub_finder.models.feeds import Feed, FeedListing, FeedMention, FeedOrganisation
from hub_finder.models.places import Postcode
from hub_finder.models.services import Organisation, Service, Status

MOST_TOLD = 20
# Our column -> the feed's own name of it, for those who mend the feed.
FEED_NAMES = {
    "summary": "description",
    "website": "url",
    "min_age": "minimum_age",
    "max_age": "maximum_age",
    "organisation": "organization.name",
    "organisation_website": "organization.website",
    "organisation_description": "organization.description",
    "contact_email": "contact.email",
    "contact_name": "contact.name",
    "contact_role": "contact.title",
}


@dataclass(kw_only=True)
class FeedReport(Report):
    """What a read of a feed did; `notes` are about the feed, `noticed` about single items that came in all the same."""

    notes: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    terms: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        counts, *refused = super().lines()
        told = [f"{count:,} {what}." for what, count in self.counted.items() if count]
        return [*self.notes, counts, *told, *self._words(), *_few(self.noticed), *refused]

    def _words(self) -> list[str]:
        """Which words of the feed are not known here, the most frequent first."""
        lines = []
        for what, found in (("Terms not known here, kept as they are", self.terms), ("Fields not read", self.fields)):
            if found:
                few = ", ".join(f"{name} ({count:,})" for name, count in found.most_common(MOST_TOLD))
                lines.append(f"{what}: {few}{', …' if len(found) > MOST_TOLD else ''}.")
        return lines


def _few(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST_TOLD
    return [*lines[:MOST_TOLD], *([f"… and {more:,} more like these."] if more > 0 else [])]


@dataclass(kw_only=True)
class _Item:
    """An item on its way: where it stands in the feed, what it says, and the listing that it is here, if any.

    `said` is what the feed said before of a listing that follows another; `is_same` tells that the listing is the same
    as one from elsewhere without having its id.
    """

    number: int
    mapped: Mapped
    link: FeedListing | None = None
    service: Service | None = None
    said: FeedMention | None = None
    is_same: bool = False


class Applier:
    """Applies one read of a feed to the catalogue, batch by batch. Flushes, never commits."""

    def __init__(self, feed: Feed, reading: Reading, area: Area, report: FeedReport) -> None:
        self.feed, self.report = feed, report
        self.needs, self.vocabulary = load_vocabulary(area)
        self.mapper = Mapper(
            name=feed.name,
            address=feed.address,
            area=area,
            terms=Terms(self.needs, area),
            areas=Areas(area),
            today=freshness.today(),
            point_of=_point_of,
            organisation=reading.organisations,
        )
        self.seen: dict[str, int] = {}
        self.unnamed = 0
        self.number = 0
        self.slugs: set[str] = set()
        self.settled: dict[str, dict[str, str]] = {}
        # The listings for which the feeds that they stand in are others now.
        self.news: set[int] = set()

    # ---- items to listings

    def apply(self, items: Sequence[object]) -> None:
        """Keep one batch of items."""
        taken = [found for item in items if (found := self._take(item))]
        uids, uuids = ({getattr(item.mapped, name) for item in taken} for name in ("uid", "uuid"))
        feeds.hold(self.feed, uids, uuids)
        self._find_by_id(taken, feeds.find_links(self.feed, uids))
        elsewhere = feed_sources.find_followers({item.service.id for item in taken if item.service and not item.link})
        taken = [item for item in taken if not self._is_named(item, elsewhere) and not self._is_left_alone(item)]
        feed_sources.tell(self.news)
        self.news.clear()
        self._settle_organisations(taken)
        slugs = self._slugs([item for item in taken if item.service is None])
        checked: list[tuple[_Item, Listing]] = []
        for item in taken:
            item.mapped.rows[0]["id"] = item.service.slug if item.service else slugs[item.mapped.uid]
            if item.service:  # what was handed over keeps its id
                item.mapped.rows[0]["uuid"] = item.service.uid
            for row in item.mapped.rows[1:]:
                row["id"] = item.mapped.rows[0]["id"]
            listing, problems = parse_listing(item.mapped.rows, self.vocabulary)
            for problem in problems:
                self._refuse(item, FEED_NAMES.get(problem.column, problem.column), problem.value, problem.reason)
            if listing:
                checked.append((item, listing))
                self._tell(item.mapped)
        self._keep(checked)

    def _take(self, item: object) -> _Item | None:
        self.number += 1
        if not isinstance(item, dict):
            self.unnamed += 1
            self.report.refuse(self.number, "(item)", item, "is not an object")
            return None
        mapped = self._map(item)
        found = _Item(number=self.number, mapped=mapped)
        self.unnamed += not mapped.uid
        if mapped.uid in self.seen:
            self._refuse(found, "id", mapped.uid, f"is the id of item {self.seen[mapped.uid]} already")
            return None
        self.seen[mapped.uid] = self.number
        for name, value, reason in mapped.problems:
            self._refuse(found, name, value, reason)
        return None if mapped.problems else found

    def _map(self, item: Json) -> Mapped:
        try:
            return self.mapper.map(item)
        except RecursionError as error:
            raise NotAFeed("An item is nested too deeply.") from error

    def _refuse(self, item: _Item, column: str, value: str, reason: str) -> None:
        self.report.refuse(item.number, column, value, reason, item=item.mapped.uid[:60] or "no id")

    def _tell(self, mapped: Mapped) -> None:
        self.report.noticed += [f"{mapped.rows[0]['id']} ({mapped.uid}): {note}." for note in mapped.notes]
        self.report.terms.update(": ".join(filter(None, pair)) for pair in mapped.unknown_terms)
        self.report.fields.update(mapped.unknown_fields)

    def _find_by_id(self, items: Sequence[_Item], links: Mapping[str, FeedListing]) -> None:
        """The listing that each item is: the feed's own, or one that has its id from elsewhere."""
        for item in items:
            item.link = links.get(item.mapped.uid)
        uuids = {item.mapped.uuid for item in items if item.link is None}
        known = {one.uid: one for one in db.session.scalars(select(Service).where(Service.uid.in_(uuids)))}
        said = feed_sources.find_mentions(self.feed, {item.mapped.uid for item in items})
        for item in items:
            item.service = item.link.service if item.link else known.get(item.mapped.uuid)
            item.said = said.get(item.mapped.uid)
        new = [(item, feed_sources.identities_of(item.mapped.rows)) for item in items if item.service is None]
        wanted = {one: item.mapped.rows[0]["name"] for item, identities in new for one in identities}
        same = feed_sources.find_same(wanted, feed=self.feed)
        for item, identities in new:
            found = {same[one].id: same[one] for one in identities if one in same}
            if len(found) == 1:
                item.service, item.is_same = next(iter(found.values())), True
            elif item.said and set(identities) == set(feed_sources.identities_of(item.said.rows)):
                # It was the same, and the feed says what it said: somebody changed the listing here.
                item.service, item.is_same = item.said.service, True
        winners = feed_sources.find_winners(item.service for item in items if item.service)
        for item in items:
            if item.service and item.service.id in winners:
                item.link, item.service, item.is_same = None, winners[item.service.id], True

    def _is_left_alone(self, item: _Item) -> bool:
        """Deal with what is not to be kept: what people here took out, and what has ended."""
        link, service, count = item.link, item.service, self.report.counted
        if service is not None and service.status != Status.PUBLISHED and not (link and link.taken_out):
            count["were merged, paused or taken out here, and were left so"] += 1
            return True
        if item.mapped.state != "ended":
            return False
        if link and service and service.status == Status.PUBLISHED:
            feeds.take_out(link, feed=self.feed, note="The feed says that it has ended")
            self.report.removed += 1
        else:
            count["have ended, by the feed, and were not taken in"] += 1
        return True

    def _is_named(self, item: _Item, elsewhere: Collection[int]) -> bool:
        """Name the feed as another source of a listing that follows another feed, or is the same as one kept here."""
        service, said = item.service, item.said
        if said and (service is None or service.id != said.service_id or item.mapped.state == "ended"):
            self.news.add(said.service_id)
            db.session.delete(said)
            item.said = said = None
        is_elsewhere = service is not None and (item.is_same or (item.link is None and service.id in elsewhere))
        if service is None or not is_elsewhere or service.status != Status.PUBLISHED or item.mapped.state == "ended":
            return False
        if feed_sources.mention(self.feed.id, item.mapped.uid, service, item.mapped.rows, known=said):
            self.news.add(service.id)
        self.report.counted["are here from elsewhere already: this feed is named beside it"] += 1
        return True

    # ---- names

    def _slugs(self, items: Sequence[_Item]) -> dict[str, str]:
        """A slug for each new listing, by its id: from its name, and with a piece of its id where that is taken."""
        wanted = {item.mapped.uid: slug_of(item.mapped.rows[0]["name"]) for item in items}
        taken = set(db.session.scalars(select(Service.slug).where(Service.slug.in_({*wanted.values()}))))
        found = {}
        for item in items:
            slug, piece = wanted[item.mapped.uid], item.mapped.uuid.replace("-", "")
            if not slug or slug in taken or slug in self.slugs:
                slug = f"{slug[: LONGEST_SLUG - 9].rstrip('-') or 'listing'}-{piece[:8]}"
            found[item.mapped.uid] = slug
            self.slugs.add(slug)
        return found

    def _settle_organisations(self, items: Sequence[_Item]) -> None:
        """Let the feed say of an organisation only what nobody here has said."""
        rows = [item.mapped.rows[0] for item in items]
        fresh = [row for row in rows if _organisation_key(row) not in self.settled and row["organisation"]]
        uids = {row["organisation_uuid"] for row in fresh}
        named = or_(Organisation.uid.in_(uids), Organisation.name.in_({row["organisation"] for row in fresh}))
        stored = list(db.session.scalars(select(Organisation).where(named)))
        by_uid, by_name = {one.uid: one for one in stored}, {one.name: one for one in stored}
        said = select(FeedOrganisation).where(FeedOrganisation.feed_id == self.feed.id, FeedOrganisation.uid.in_(uids))
        last = {one.uid: one for one in db.session.scalars(said)}
        for row in fresh:
            key = _organisation_key(row)
            if key in self.settled:
                continue
            uuid = row["organisation_uuid"]
            known = by_uid.get(uuid) or by_name.get(row["organisation"])
            self.settled[key] = feeds.settle_organisation(row, known, last.get(uuid))
            if uuid:
                kept = last.get(uuid) or FeedOrganisation(feed_id=self.feed.id, uid=uuid)
                kept.facts = {column: row[column] for column in feeds.ORGANISATION}
                db.session.add(kept)
        for row in rows:
            row |= self.settled.get(_organisation_key(row), {})

    # ---- listings to the catalogue

    def _keep(self, checked: Sequence[tuple[_Item, Listing]]) -> None:
        saved: list[tuple[_Item, Listing]] = []
        for item, listing in checked:
            if item.link and item.link.taken_out:
                feeds.bring_back(item.link, feed=self.feed)
                self.report.counted["came back"] += 1
            if item.service and (item.link is None or feeds.is_edited(item.link)):
                self._offer(item, item.service, listing)
            else:
                saved.append((item, listing))
        actor = self.feed.name
        outcomes = save_listings([listing for _, listing in saved], self.needs, actor=actor, note=self.feed.address)
        for outcome in outcomes:
            setattr(self.report, outcome, getattr(self.report, outcome) + 1)
        self._link(saved)

    def _offer(self, item: _Item, service: Service, listing: Listing) -> None:
        """News of a listing that a person here has edited, or that was here before the feed: never written over it."""
        fingerprint = fingerprint_of(rows_of(listing))
        link = item.link or self._new_link(item, service)
        if fingerprint == service.fingerprint:
            proposals.withdraw(service)
        elif fingerprint != link.fingerprint and proposals.propose(service, self.feed, listing):
            self.report.counted["were edited here: the feed's news of them wait as proposals"] += 1
        else:
            self.report.counted["were edited here, and the feed has no news of them"] += 1
        self.report.unchanged += 1
        link.fingerprint, link.modified_on, link.missing_times = fingerprint, item.mapped.modified_on, 0
        db.session.add(link)
        db.session.flush()

    def _new_link(self, item: _Item, service: Service) -> FeedListing:
        return FeedListing(service_id=service.id, feed_id=self.feed.id, uid=item.mapped.uid, fingerprint="")

    def _link(self, saved: Sequence[tuple[_Item, Listing]]) -> None:
        slugs = [listing.slug for _, listing in saved]
        # In one query, for saving made the session forget what it had read.
        feeds.find_links(self.feed, {item.mapped.uid for item, _ in saved})
        stored = {one.slug: one for one in db.session.scalars(select(Service).where(Service.slug.in_(slugs)))}
        for item, listing in saved:
            service = stored[listing.slug]
            link = item.link or self._new_link(item, service)
            link.fingerprint = service.fingerprint or ""
            link.modified_on, link.missing_times = item.mapped.modified_on, 0
            db.session.add(link)
            self._note_check(service, item.mapped)
        db.session.flush()

    def _note_check(self, service: Service, mapped: Mapped) -> None:
        """A day on which a trusted feed says that the listing was right is a check, when it is newer than the last."""
        day = mapped.assured_on
        if self.feed.trusted and day and day <= self.mapper.today and (service.checked_on or day.min) < day:
            freshness.mark_checked(service, by=self.feed.name, on=day)
            self.report.counted["were checked, by the feed"] += 1

    # ---- what is not there any more

    def retire_missing(self, *, accept: bool) -> tuple[int, int]:
        """Take out what was missing often enough; returns (how many are gone, how many were in use).

        Nothing is taken out, or counted as missing, when over half are gone and no person has accepted that.
        """
        missing, known = feeds.count_missing(feeds.find_links(self.feed).values(), self.seen.keys())
        if feeds.is_suspicious(len(missing), known) and not accept:
            return len(missing), known
        feed_sources.forget_missing(self.feed, self.seen.keys())
        for link in missing:
            if feeds.is_edited(link):
                self.report.noticed.append(f"{link.service.slug} was edited here and is gone from the feed: it stays.")
                continue
            link.missing_times += 1
            if accept or link.missing_times >= feeds.MISSES:
                if feed_sources.hand_over(link, feed=self.feed):
                    self.report.counted["are gone from the feed, and follow another that has them"] += 1
                    continue
                feeds.take_out(link, feed=self.feed, note="No longer in the feed")
                self.report.removed += 1
            else:
                self.report.counted["are gone from the feed, and are taken out if they are next time too"] += 1
        db.session.flush()
        return len(missing), known


def _organisation_key(row: Mapping[str, str]) -> str:
    return row["organisation_uuid"] or row["organisation"]


def _point_of(postcode: str) -> tuple[float, float] | None:
    """The point of a postcode, as far as postcodes are loaded."""
    unit = db.session.get(Postcode, postcode.replace(" ", ""))
    if unit is None or unit.latitude_e5 is None or unit.longitude_e5 is None:
        return None
    return unit.latitude_e5 / 100_000, unit.longitude_e5 / 100_000
