"""Listings from a file: each row checked, the good ones kept, every refusal reported."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.database import begin_writing
from hub_finder.directory.catalogue import load_whole
from hub_finder.directory.checks import Check, keep_checks, read_check
from hub_finder.directory.collecting import without_collecting
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.listings import Listing, Row, compare_rows, parse_listing, rows_of
from hub_finder.directory.merging import find_merged, keep_merged
from hub_finder.directory.records import listing_of
from hub_finder.directory.retiring import iterate_kept_here, retire
from hub_finder.directory.saving import Outcome, save_listings
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.importers.entries import Entry, NotedReport, read_entries
from hub_finder.importers.headings import Headings, Mapped, read_headings
from hub_finder.importers.overlays import absent_columns, overlay, overlay_holiday
from hub_finder.importers.remembered import Remembered, Texts
from hub_finder.importers.report import UnreadableFile
from hub_finder.importers.tables import read_lines
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Service

BATCH = 500
ACTOR = "import-services"
EXAMPLE = "example:"


@dataclass(kw_only=True)
class ServicesReport(NotedReport):
    """The counts, what was noticed about the file, its headings, and in a dry run each thing that would change."""

    details: Texts = field(default_factory=Texts)
    headings: Headings | None = None

    @property
    def rows(self) -> int:
        """How many listings went in or stood there already."""
        return self.added + self.changed + self.unchanged

    def lines(self) -> list[str]:
        return [*self.notes, self.counts(), *self.details, *map(str, self.refused)]


def import_services(
    path: Path, *, area: Area, dry_run: bool = False, whole: bool = False, mapping: Mapped | None = None
) -> ServicesReport:
    """Load listings from CSV or .xlsx: the columns of `columns.COLUMNS`, or the short form of holiday activities.

    Good listings are kept, in one transaction; those with anything wrong are left out and reported whole. A listing
    that is not in the file stays as it is, and so does what a column would say that is not in the file. With `whole`
    the file is all there is of its kinds: other listings of them are taken out, but for those that a feed keeps. With
    `dry_run` nothing is kept and the report tells each change. Raises UnreadableFile.
    """
    report = ServicesReport()
    try:
        begin_writing(db.session.connection())
        _Import(path, area, report, dry_run=dry_run).run(mapping or {}, whole=whole)
    except BaseException:
        db.session.rollback()
        raise
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return report


class _Import:
    """One run: turns entries into listings, keeps them, and remembers what the file said before."""

    def __init__(self, path: Path, area: Area, report: ServicesReport, *, dry_run: bool) -> None:
        self.path, self.area, self.report, self.dry_run = path, area, report, dry_run
        self.needs, self.vocabulary = load_vocabulary(area)
        self.remembered = Remembered()
        self.kinds: set[str] = set()
        self.checks = 0
        self.merged: list[str] = []
        # The first line of a listing that may be any of those stored.
        self.nameless: int | None = None

    def run(self, mapping: Mapped, *, whole: bool) -> None:
        lines = read_lines(self.path, self.report.notes)
        first = next(lines, None)
        if first is None:
            raise UnreadableFile(f"{self.path.name} is empty.")
        headings = self.report.headings = read_headings(first.cells, mapping, self.report.notes)
        self.absent = absent_columns(headings)
        self._say_what_stays(headings)
        entries = read_entries(lines, headings, self.area, self.report, self.remembered)
        while batch := list(islice(entries, BATCH)):
            with without_collecting():
                self._keep(batch, holiday=headings.form == "holiday")
        if self.checks:
            self.report.notes.append(f"{self.checks:,} checks are noted.")
        if self.merged:
            self.report.notes.append(f"Part of another listing now, so kept and not shown: {', '.join(self.merged)}.")
        if whole:
            self._retire_the_others()
        elif self.dry_run:
            stay = sum(not self.remembered.knows("id", slug) for _, slug, _ in iterate_kept_here())
            if stay:
                self.report.notes.append(f"{stay:,} stored listings are not in the file and stay as they are.")

    def _say_what_stays(self, headings: Headings) -> None:
        absent = [column for column in headings.absent if column in COLUMNS or headings.form == "holiday"]
        if absent:
            self.report.notes.append(f"Columns that are not in the file stay as they are stored: {', '.join(absent)}.")

    def _keep(self, batch: Sequence[Entry], *, holiday: bool) -> None:
        slugs = {entry.slug for entry in batch}
        stored = _stored_rows(slugs) if self.absent else {}
        taken = _uids_of_others(batch)
        listings: list[Listing] = []
        checks: dict[str, Check] = {}
        for entry in batch:
            rows: Sequence[Row] = [cells for _, cells in entry.rows]
            before = stored.get(entry.slug, ())
            if holiday:
                rows = overlay_holiday(before, rows, self.absent)
            elif self.absent:
                rows = overlay(before, rows, self.absent)
            listing, check = self._check(entry, rows, taken)
            if listing:
                listings.append(listing)
                self.kinds.add(listing.facts["kind"])
                if check:
                    checks[listing.slug] = check
            elif not (entry.slug and self._is_stored(entry.slug)):
                self.nameless = self.nameless or entry.line
        listings = keep_merged(listings, self.vocabulary)
        self.merged += find_merged([listing.slug for listing in listings])
        outcomes = save_listings(listings, self.needs, actor=ACTOR, note=self.path.name)
        for outcome in outcomes:
            setattr(self.report, outcome, getattr(self.report, outcome) + 1)
        self.checks += keep_checks(checks)
        if self.dry_run:
            self._tell(listings, outcomes)

    def _check(
        self, entry: Entry, rows: Sequence[Row], taken: Mapping[str, str]
    ) -> tuple[Listing | None, Check | None]:
        """The listing and its check, or None and everything that is wrong in the report."""
        _, line = self.remembered.first("id", entry.slug, entry.slug, entry.line)
        listing, problems = parse_listing(rows, self.vocabulary)
        check, wrong = read_check(rows)
        for problem in (*problems, *wrong) if not entry.refused else ():
            at = entry.rows[min(problem.row, len(entry.rows) - 1)][0]
            self.report.refuse(at, entry.heading_of(problem.column), problem.value, problem.reason)
        if listing is None or wrong or entry.refused:
            return None, None
        if line != entry.line:
            return self._refuse(entry, "id", listing.slug, f"stands on line {line} already")
        if listing.facts["name"].casefold().startswith(EXAMPLE):
            if not self.dry_run:
                return self._refuse(entry, "name", listing.facts["name"], "is a template's example: take its row out")
            self.report.notes.append(f"Line {entry.line} is a template's example: it can be read, but is never kept.")
        uid = listing.facts["uid"]
        if uid and (taken.get(uid, listing.slug) != listing.slug or self._is_said("uuid", uid, listing.slug, line)):
            return self._refuse(entry, "uuid", uid, "is the id of another listing")
        return (listing, check) if self._agrees(entry, listing) else (None, None)

    def _refuse(self, entry: Entry, column: str, value: str, reason: str) -> tuple[None, None]:
        self.report.refuse(entry.line, entry.heading_of(column), value, reason)
        return None, None

    def _is_said(self, what: str, name: str, said: str, line: int) -> bool:
        return self.remembered.first(what, name, said, line)[0] != said

    def _agrees(self, entry: Entry, listing: Listing) -> bool:
        """Whether what it says of its organisation is what the rows above said."""
        name, uid = listing.organisation["name"], listing.organisation["uid"]
        for attribute, column in (("description", "description"), ("website", "website"), ("uid", "uuid")):
            said = listing.organisation[attribute]
            known, at = self.remembered.first(column, name, said, entry.line) if said else (said, entry.line)
            if known != said:
                self._refuse(entry, f"organisation_{column}", said, f"is not what line {at} says of {name}")
                return False
        if uid and self._is_said("organisation_uuid", uid, name, entry.line):
            self._refuse(entry, "organisation_uuid", uid, "is the id of another organisation")
            return False
        return True

    def _is_stored(self, slug: str) -> bool:
        return db.session.scalar(select(Service.id).where(Service.slug == slug)) is not None

    def _tell(self, listings: Sequence[Listing], outcomes: Sequence[Outcome]) -> None:
        """Each listing that would be added or changed, field by field."""
        before = _rows_before(
            [one.slug for one, outcome in zip(listings, outcomes, strict=True) if outcome == "changed"]
        )
        for listing, outcome in zip(listings, outcomes, strict=True):
            if outcome == "added":
                self.report.details.append(f"added {listing.slug}: {listing.facts['name']}")
            for column, old, new in (
                compare_rows(before.get(listing.slug, ()), rows_of(listing)) if outcome == "changed" else ()
            ):
                self.report.details.append(f"changed {listing.slug}, {column}: {old or '(blank)'} → {new or '(blank)'}")

    def _retire_the_others(self) -> None:
        """Take out what the whole list does not name. One that was refused is named; without its id it may be any."""
        if self.nameless is not None:
            why = f"the listing on line {self.nameless} was refused and may be one of them"
            self.report.notes.append(f"Nothing was taken out: {why}.")
            return
        gone = (one for one in iterate_kept_here(self.kinds) if not self.remembered.knows("id", one[1]))
        for ids in _batches(gone):
            retire([id_ for id_, _, _ in ids], actor=ACTOR, note=f"Not in {self.path.name}")
            self.report.lapsed += len(ids)
            for _, slug, name in ids:
                self.report.details.append(f"lapsed {slug}: {name}")


def _batches(gone: Iterable[tuple[int, str, str]]) -> Iterable[list[tuple[int, str, str]]]:
    everything = list(gone)  # read before anything is changed, or the reading would lose its place
    return (everything[at : at + BATCH] for at in range(0, len(everything), BATCH))


def _stored_rows(slugs: Collection[str]) -> dict[str, list[dict[str, str]]]:
    ids = db.session.scalars(select(Service.id).where(Service.slug.in_(slugs))).all()
    return {service.slug: rows_of(listing_of(service)) for service in load_whole(ids)}


def _uids_of_others(batch: Sequence[Entry]) -> dict[str, str]:
    """The slug of the stored listing that has each id for feeds which the batch gives."""
    given = {uid for entry in batch if (uid := entry.rows[0][1].get("uuid", "").strip())}
    stored = select(Service.uid, Service.slug).where(Service.uid.in_(given))
    return {uid: slug for uid, slug in db.session.execute(stored)} if given else {}  # noqa: C416  rows, not pairs


def _rows_before(slugs: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """The rows of listings as they were before their last change."""
    changes = select(Service.slug, Event.record).join(Event, Event.service_id == Service.id)
    changes = changes.where(Service.slug.in_(slugs), Event.kind == EventKind.CHANGED).order_by(Event.id)
    return {slug: record or [] for slug, record in db.session.execute(changes)} if slugs else {}
