"""Listings from a CSV file: each row checked, the good ones kept, every refusal reported."""

import codecs
import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from pathlib import Path

from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.directory.catalogue import find_needs, load_whole
from hub_finder.directory.columns import COLUMNS, REQUIRED
from hub_finder.directory.listings import Listing, Row, Vocabulary, parse_listing, rows_of
from hub_finder.directory.merging import find_merged, keep_merged
from hub_finder.directory.records import listing_of
from hub_finder.directory.saving import save_listings
from hub_finder.extensions import db
from hub_finder.importers.report import Report, UnreadableFile
from hub_finder.models.services import Service

BATCH = 500
Entry = list[tuple[int, Row]]
LONGEST_CELL = 4_000_000


@dataclass(kw_only=True)
class ServicesReport(Report):
    """The counts, what was noticed about the file as a whole, and the columns that it does not have."""

    notes: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many listings went in or stood there already."""
        return self.added + self.changed + self.unchanged

    def lines(self) -> list[str]:
        return [*self.notes, *super().lines()]


def import_services(path: Path, *, area: Area, dry_run: bool = False) -> ServicesReport:
    """Load listings from a CSV file with the columns of `columns.COLUMNS`; data/README.md describes them.

    Good listings are kept, in one transaction; those with anything wrong are left out and reported whole. A listing
    that is not in the file stays as it is, and so does what a column would say that is not in the file. With `dry_run`
    nothing is kept. Raises UnreadableFile.
    """
    report = ServicesReport()
    needs = {need.slug: need for need in find_needs()}
    checker = _Checker(
        Vocabulary(needs=needs.keys(), kinds=area.kinds.keys(), localities=area.localities.keys()), report
    )
    rows = list(_read(path, report))  # the whole file can be read before any of it is kept
    entries = _entries(rows)
    merged: list[str] = []
    while batch := list(islice(entries, BATCH)):
        listings = keep_merged(checker.check(batch), checker.vocabulary)
        merged += find_merged([listing.slug for listing in listings])
        for outcome in save_listings(listings, needs, actor="import-services", note=path.name):
            setattr(report, outcome, getattr(report, outcome) + 1)
    if merged:
        report.notes.append(f"Part of another listing now, so kept and not shown: {', '.join(merged)}.")
    report.refused.sort(key=lambda refusal: refusal.line)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return report


def _entries(rows: Iterable[tuple[int, Row]]) -> Iterator[Entry]:
    """The rows of each listing: one with a name, and those right under it that have its id and no name."""
    entry: Entry = []
    for line, cells in rows:
        if entry and cells["id"] == entry[0][1]["id"] and not cells["name"].strip():
            entry.append((line, cells))
            continue
        if entry:
            yield entry
        entry = [(line, cells)]
    if entry:
        yield entry


class _Checker:
    """Turns rows into listings, and reports those that cannot be taken. It remembers what the file said before."""

    def __init__(self, vocabulary: Vocabulary, report: ServicesReport) -> None:
        self.vocabulary, self.report = vocabulary, report
        self.lines: dict[str, int] = {}
        self.organisations: dict[tuple[str, str], tuple[str, int]] = {}

    def check(self, entries: Sequence[Entry]) -> list[Listing]:
        stored = _stored_rows({entry[0][1]["id"].strip() for entry in entries}) if self.report.absent else {}
        found = (self._check_one(entry, stored) for entry in entries)
        return [listing for listing in found if listing]

    def _check_one(self, entry: Entry, stored: Mapping[str, Sequence[Row]]) -> Listing | None:
        line = entry[0][0]
        rows = [cells for _, cells in entry]
        before = stored.get(rows[0]["id"].strip(), ())
        listing, problems = parse_listing(_overlay(before, rows, self.report.absent), self.vocabulary)
        for problem in problems:
            at = entry[min(problem.row, len(entry) - 1)][0]
            self.report.refuse(at, problem.column, problem.value, problem.reason)
        if listing is None:
            return None
        if listing.slug in self.lines:
            self.report.refuse(line, "id", listing.slug, f"stands on line {self.lines[listing.slug]} already")
            return None
        self.lines[listing.slug] = line
        return listing if self._agrees(listing, line) else None

    def _agrees(self, listing: Listing, line: int) -> bool:
        """Whether what it says of its organisation is what the rows above said."""
        name = listing.organisation["name"]
        for column in ("description", "website"):
            said = listing.organisation[column]
            known, at = self.organisations.setdefault((name, column), (said, line)) if said else (said, line)
            if known != said:
                self.report.refuse(line, f"organisation_{column}", said, f"is not what line {at} says of {name}")
                return False
        return True


def _stored_rows(slugs: Collection[str]) -> dict[str, list[dict[str, str]]]:
    ids = db.session.scalars(select(Service.id).where(Service.slug.in_(slugs))).all()
    return {service.slug: rows_of(listing_of(service)) for service in load_whole(ids)}


def _overlay(stored: Sequence[Row], given: Sequence[Row], absent: Collection[str]) -> list[Row]:
    """The given rows with what is stored in the columns that the file does not have."""
    kept = [{name: row[name] for name in absent} for row in stored]
    rows: list[Row] = [{**before, **row} for before, row in zip_longest(kept, given, fillvalue={"id": given[0]["id"]})]
    return rows[: len(given)] + [row for row in rows[len(given) :] if any(row[name] for name in absent)]


def _read(path: Path, report: ServicesReport) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of each row that is not empty. A row with too many or too few cells is refused here."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(_decode(path, report), newline=""), strict=True)
    try:
        header = _header(next(reader, []), report)
        start = reader.line_num + 1
        for row in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                report.refuse(line, "(row)", ",".join(row), f"has {len(row)} cells; the header has {len(header)}")
                continue
            given = dict(zip(header, row, strict=True))
            yield line, {column: given[column] for column in COLUMNS if column in given}
    except csv.Error as error:
        raise UnreadableFile(f"{path.name} is not a CSV file: line {reader.line_num}: {error}") from error


def _decode(path: Path, report: ServicesReport) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
    if not content.strip():
        raise UnreadableFile(f"{path.name} is empty.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        report.notes.append("The file was read as UTF-16.")
        return _utf_16(content, path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.notes.append("The file is not UTF-8; it was read as Windows-1252, the usual form of Excel's CSV files.")
        return content.decode("cp1252", errors="replace")


def _utf_16(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path.name} begins as UTF-16 but cannot be read as that: it may be cut off.") from error


def _header(cells: list[str], report: ServicesReport) -> list[str]:
    header = [cell.strip().lower().replace(" ", "_") for cell in cells]
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        raise UnreadableFile(f"The first line must name the columns. Missing: {', '.join(missing)}.")
    doubled = sorted({column for column in header if column and header.count(column) > 1})
    if doubled:
        raise UnreadableFile(f"These columns stand twice in the first line: {', '.join(doubled)}.")
    unknown = [column for column in header if column and column not in COLUMNS]
    if unknown:
        report.notes.append(f"Columns that are not known here were left out: {', '.join(unknown)[:200]}.")
    report.absent = [column for column in COLUMNS if column not in header]
    if report.absent:
        report.notes.append(f"Columns that are not in the file stay as they are stored: {', '.join(report.absent)}.")
    return header
