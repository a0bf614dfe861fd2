"""ONS Postcode Directory, National Statistics Postcode Lookup or Code-Point Open, as a zip or a csv file."""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO

import numpy as np

from hub_finder.directory.grid import grid_to_wgs84
from hub_finder.directory.postcodes import NEVER_KEPT, compact, is_postcode
from hub_finder.importers.postcode_units import Units, join, to_e5
from hub_finder.importers.report import Report, UnreadableFile

MOST_REFUSALS = 1000
_STEP = 50_000
# NPT was Newport's until 1984.
_LEFT_OUT = (*NEVER_KEPT, "NPT")
_MONTH = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])")

# What each publisher and year has called a column; the first that is there is read.
_HEADERS = {
    "code": ("pcds", "pcd7", "pcd8", "pcd", "pcd2", "postcode"),
    "ended": ("doterm",),
    "easting": ("east1m", "oseast1m", "eastings?"),
    "northing": ("north1m", "osnrth1m", "northings?"),
    "quality": ("gridind", "osgrdind", "positional_quality_indicator"),
    "council": (r"lad\d\dcd", "oslaua", "laua", "admin_district_code"),
    "latitude": ("lat",),
    "longitude": ("long",),
}
# Code-Point Open has no line of headers.
_CODE_POINT_OPEN = (
    *("postcode", "positional_quality_indicator", "eastings", "northings", "country_code", "nhs_regional_ha_code"),
    *("nhs_ha_code", "admin_county_code", "admin_district_code", "admin_ward_code"),
)
_NO_POINT = {"9", "90"}
_NOT_DATA = re.compile(r"(^|/)(documents?|doc|user guide|multi_csv|names and codes)/", re.IGNORECASE)


def fingerprint(path: Path) -> str:
    """Changes when the content does: the checksums that a zip carries, or the hash of a csv. Raises UnreadableFile."""
    digest = hashlib.blake2b(digest_size=16)
    with _readable(path):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    digest.update(f"{member.filename} {member.CRC} {member.file_size}\n".encode())
        else:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def read(path: Path, *, report: Report, progress: Callable[[float], None]) -> tuple[Units, int]:
    """All the file's units, sorted, without those that never have a point to use; and how many of those there were.

    Bad rows go to `report`; `progress` is told the share read. Raises UnreadableFile for a file
    that is none of the three, and when more than a thousand rows are refused.
    """
    table = _Table(report=report)
    with _readable(path):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                members = _members(archive)
                total, before = sum(member.file_size for member in members), 0
                for member in members:
                    with archive.open(member) as raw:
                        name = Path(member.filename).name if len(members) > 1 else ""
                        for position in table.read(raw, name):
                            progress((before + position) / total)
                    before += member.file_size
        else:
            size = path.stat().st_size
            with path.open("rb") as raw:
                for position in table.read(raw, ""):
                    progress(position / size)
    return table.units(), table.left_out


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, zipfile.BadZipFile) as error:
        raise UnreadableFile(f"{path.name} could not be read: {error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"{path.name} is not a csv file in UTF-8: {error}") from error


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The csv files with the data. ONS packs the same rows once whole and once by area: the whole one is read."""
    tables = [member for member in archive.infolist() if member.filename.lower().endswith(".csv")]
    members = [member for member in tables if not _NOT_DATA.search(member.filename)]
    members = members or [member for member in tables if "multi_csv" in member.filename.lower()]
    if not members:
        raise UnreadableFile("The zip holds no csv file of postcodes.")
    return sorted(members, key=lambda member: member.filename)


@dataclass
class _Table:
    report: Report
    left_out: int = 0
    parts: list[Units] = field(default_factory=list)

    def read(self, raw: IO[bytes], name: str) -> Iterator[int]:
        """Take in one csv file; yields the position reached, in bytes, now and then."""
        with io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
            rows = csv.reader(text)
            first = next(rows, None)
            if first is None:
                raise UnreadableFile("The file is empty.")
            headless = is_postcode(compact(first[0])) if first else False
            header = list(_CODE_POINT_OPEN) if headless else first
            reader = _RowReader(_columns(header), header, self.report, f"{name} " if name else "")
            for row in chain([first] if headless else [], rows):
                reader.take(row, rows.line_num)
                if len(reader.code) == _STEP:
                    self.parts.append(reader.empty())
                    yield raw.tell()
                if len(self.report.refused) > MOST_REFUSALS:
                    raise UnreadableFile(
                        f"More than {MOST_REFUSALS:,} rows are wrong. The first: {self.report.refused[0]}"
                    )
            self.parts.append(reader.empty())
            self.left_out += reader.left_out

    def units(self) -> Units:
        """Everything taken in, sorted; the second and later rows of one postcode are refused."""
        units = join(self.parts).sorted()
        self.parts.clear()
        again = np.r_[False, units.code[1:] == units.code[:-1]]
        for code, line in zip(units.code[again], units.line[again], strict=True):
            self.report.refuse(int(line), "postcode", code.decode(), "is in the file more than once")
        return units.take(~again)


def _columns(header: list[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    found = {}
    for column, patterns in _HEADERS.items():
        for pattern in patterns:
            at = next((index for index, name in enumerate(names) if re.fullmatch(pattern, name)), None)
            if at is not None:
                found[column] = at
                break
    located = {"latitude", "longitude"} <= found.keys() or {"easting", "northing"} <= found.keys()
    if "code" not in found or not located:
        raise UnreadableFile(
            "This is not an ONS Postcode Directory, NSPL or Code-Point Open file: "
            f"no columns for the postcode and its place among {', '.join(header[:8])}…"
        )
    return found


class _RowReader:
    def __init__(self, columns: dict[str, int], header: list[str], report: Report, where: str) -> None:
        self.at, self.header, self.report, self.where = columns, header, report, where
        self.by_degrees = "latitude" in columns and "longitude" in columns
        self.pair = ("latitude", "longitude") if self.by_degrees else ("northing", "easting")
        self.pair_at = columns[self.pair[0]], columns[self.pair[1]]
        # The publishers' own marks for "no location", and the least and most that can be a place here.
        self.no_location = (99.999999, 0.0) if self.by_degrees else (0.0, 0.0)
        self.limits = ((49.0, 61.5), (-9.0, 2.5)) if self.by_degrees else ((0.0, 1_300_000.0), (0.0, 700_000.0))
        self.cells = max(columns.values()) + 1
        self.left_out = 0
        self._clear()

    def _clear(self) -> None:
        self.code: list[str] = []
        self.north: list[float] = []
        self.east: list[float] = []
        self.council: list[str] = []
        self.ended: list[str] = []
        self.line: list[int] = []

    def take(self, row: list[str], line: int) -> None:
        """Keep a row's facts, count it as left out, or refuse it."""
        if len(row) < self.cells:
            if row:
                self.report.refuse(line, f"{self.where}row", ",".join(row), f"has fewer than {self.cells} cells")
            return
        code = row[self.at["code"]].replace(" ", "").upper()
        if code.startswith(_LEFT_OUT):
            self.left_out += 1
            return
        if not is_postcode(code):
            self._refuse(line, "code", row, "is not a postcode")
            return
        ended = row[self.at["ended"]].strip() if "ended" in self.at else ""
        if ended and not _MONTH.fullmatch(ended):
            self._refuse(line, "ended", row, "is not a month such as 201903")
            return
        try:
            point = self._point(row)
        except _BadCellError as bad:
            self._refuse(line, bad.args[0], row, "is not a number that can be a place in the United Kingdom")
            return
        self.code.append(code)
        self.north.append(point[0])
        self.east.append(point[1])
        self.council.append(row[self.at["council"]].strip() if "council" in self.at else "")
        self.ended.append(f"{ended[:4]}-{ended[4:]}" if ended else "")
        self.line.append(line)

    def _point(self, row: list[str]) -> tuple[float, float]:
        """Degrees or grid metres, north first; NaN for both when the row has no point."""
        nowhere = (float("nan"), float("nan"))
        if "quality" in self.at and row[self.at["quality"]].strip() in _NO_POINT:
            return nowhere
        texts = row[self.pair_at[0]].strip(), row[self.pair_at[1]].strip()
        if texts == ("", ""):
            return nowhere
        point = _number(texts[0]), _number(texts[1])
        if point == self.no_location:
            return nowhere
        for name, value, (least, most) in zip(self.pair, point, self.limits, strict=True):
            if not least <= value <= most:
                raise _BadCellError(name)
        return point

    def _refuse(self, line: int, column: str, row: list[str], reason: str) -> None:
        at = self.at[column]
        self.report.refuse(line, self.where + self.header[at], row[at], reason)

    def empty(self) -> Units:
        """What was kept since the last time, as columns."""
        north, east = np.array(self.north, dtype=np.float64), np.array(self.east, dtype=np.float64)
        latitude, longitude = (north, east) if self.by_degrees else grid_to_wgs84(east, north)
        ended = np.array(self.ended, dtype="S7")
        units = Units(
            code=np.array(self.code, dtype="S7"),
            latitude_e5=to_e5(latitude),
            longitude_e5=to_e5(longitude),
            council=np.array(self.council, dtype="S9"),
            terminated=ended != b"",
            terminated_on=ended,
            line=np.array(self.line, dtype=np.int32),
        )
        self._clear()
        return units


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


class _BadCellError(Exception):
    """Names the column of a cell that is no number, or out of range."""
