"""Loading the United Kingdom's postcodes: those of an installed package, or of a file from their publishers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, delete

from hub_finder.database import begin_writing, fill
from hub_finder.extensions import db
from hub_finder.importers.bulk import replace_table
from hub_finder.importers.report import Report
from hub_finder.models.places import POSTCODES, Dataset, Outcode, Postcode, Sector

if TYPE_CHECKING:
    from hub_finder.importers.postcode_units import Units

# Raised when the rules below change what the same source is turned into.
RULES = 1

Box = tuple[float, float, float, float]
Progress = Callable[[int, int], None]


@dataclass(kw_only=True)
class PostcodeReport(Report):
    """`added` counts the postcodes loaded, `unchanged` those that were there already."""

    source: str = ""
    terminated: int = 0
    without_point: int = 0
    left_out: int = 0
    outcodes: int = 0
    sectors: int = 0

    def lines(self) -> list[str]:
        if self.unchanged:
            return [f"Nothing changed: {self.unchanged:,} postcodes from {self.source} are loaded already."]
        return [
            f"{self.added:,} postcodes loaded from {self.source}, in {self.outcodes:,} outcodes "
            f"and {self.sectors:,} sectors.",
            f"{self.terminated:,} of them are marked as no longer in use, {self.without_point:,} have no location. "
            f"{self.left_out:,} were left out (Northern Ireland, the islands, and codes that are not places).",
            *([f"{len(self.refused):,} rows were refused:"] if self.refused else []),
            *map(str, self.refused),
        ]


def import_postcodes(
    source: Path | None = None, *, box: Box | None = None, progress: Progress | None = None
) -> PostcodeReport:
    """Replace the postcodes, outcodes and sectors with those of `source`.

    `source` is a zip or csv file of the ONS Postcode Directory, NSPL or Code-Point Open; None
    reads the installed package. `box` (south, west, north, east, degrees) keeps only what lies
    inside. `progress` is called with the percentage done and 100. When the same source and box
    are loaded already, nothing is done.

    Owns its transaction: it commits the session, or rolls it back when anything is raised, so
    that the old postcodes stay whole until the new ones are complete. Raises UnreadableFile.
    """
    # numpy is slow to import, and the website never needs it.
    from hub_finder.importers import postcode_files, postcode_package

    report = PostcodeReport(source=source.name if source else postcode_package.describe())
    content = postcode_files.fingerprint(source) if source else report.source
    fingerprint = f"rules {RULES}; {content}; box {','.join(map(str, box)) if box else 'none'}"
    tell = progress or (lambda _done, _total: None)

    def from_package() -> Iterator["Units"]:
        for units, left_out, share in postcode_package.read():
            report.left_out += left_out
            yield units
            tell(round(share * 100), 100)

    def from_file(path: Path) -> Iterator["Units"]:
        everything, report.left_out = postcode_files.read(
            path, report=report, progress=lambda share: tell(round(share * 60), 100)
        )
        letters = everything.code.astype("S1")
        for letter in sorted(set(letters.tolist())):
            yield everything.take(letters == letter)
            tell(60 + round(40 * (ord(letter) - ord("A") + 1) / 26), 100)

    loaded = db.session.get(Dataset, POSTCODES)
    if loaded and loaded.fingerprint == fingerprint:
        report.unchanged = loaded.rows
        return report
    try:
        _replace(from_file(source) if source else from_package(), box, report)
        db.session.merge(
            Dataset(
                name=POSTCODES,
                source=report.source,
                fingerprint=fingerprint,
                rows=report.added,
                loaded_at=datetime.now(UTC),
            )
        )
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    tell(100, 100)
    return report


def _replace(batches: Iterator["Units"], box: Box | None, report: PostcodeReport) -> None:
    from hub_finder.importers.postcode_units import areas

    connection = db.session.connection()
    begin_writing(connection)
    outcodes: list[tuple[Any, ...]] = []
    sectors: list[tuple[Any, ...]] = []

    def rows() -> Iterator[list[tuple[Any, ...]]]:
        for batch in batches:
            units = batch.inside(box)
            report.terminated += int(units.terminated.sum())
            report.without_point += int((~units.located()).sum())
            outcodes.extend(areas(units, digits=0))
            sectors.extend(areas(units, digits=1))
            yield units.rows()

    report.added = replace_table(connection, cast("Table", Postcode.__table__), rows())
    for model, found in ((Outcode, outcodes), (Sector, sectors)):
        connection.execute(delete(model))
        fill(connection, cast("Table", model.__table__), found)
    report.outcodes, report.sectors = len(outcodes), len(sectors)
