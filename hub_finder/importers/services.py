"""Listings from a CSV file: each row checked, the good ones kept, every refusal reported."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hub_finder.area import Area
from hub_finder.directory.catalogue import find_needs, save_listing
from hub_finder.directory.listings import COLUMNS, REQUIRED, Vocabulary, parse_listing
from hub_finder.extensions import db
from hub_finder.importers.report import Report, UnreadableFile

LONGEST_CELL = 4_000_000


@dataclass(kw_only=True)
class ServicesReport(Report):
    """The counts, and what was noticed about the file as a whole."""

    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many listings went in or stood there already."""
        return self.added + self.changed + self.unchanged

    def lines(self) -> list[str]:
        return [*self.notes, *super().lines()]


def import_services(path: Path, *, area: Area, dry_run: bool = False) -> ServicesReport:
    """Load listings from a CSV file with the columns of `listings.COLUMNS`; data/README.md describes them.

    Good rows are kept, in one transaction; rows with anything wrong are left out and reported whole. A listing that is
    not in the file stays as it is. With `dry_run` nothing is kept. Raises UnreadableFile.
    """
    report = ServicesReport()
    needs = {need.slug: need for need in find_needs()}
    vocabulary = Vocabulary(needs=needs.keys(), kinds=area.kinds.keys(), localities=area.localities.keys())
    seen: dict[str, int] = {}
    rows = list(_read(path, report))  # the whole file can be read before any of it is kept
    for line, cells in rows:
        listing, problems = parse_listing(cells, vocabulary)
        for problem in problems:
            report.refuse(line, problem.column, problem.value, problem.reason)
        if listing is None:
            continue
        if listing.slug in seen:
            report.refuse(line, "id", listing.slug, f"stands on line {seen[listing.slug]} already")
            continue
        seen[listing.slug] = line
        outcome = save_listing(listing, needs)
        setattr(report, outcome, getattr(report, outcome) + 1)
    report.refused.sort(key=lambda refusal: refusal.line)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return report


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
            yield line, {column: given.get(column, "") for column in COLUMNS}
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
    absent = [column for column in COLUMNS if column not in header]
    if absent:
        report.notes.append(f"Columns that are not in the file count as not stated: {', '.join(absent)}.")
    return header
