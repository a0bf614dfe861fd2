"""The open data as a folder of files, to be served as they are: made by `flask hub dump`, one folder for each time.

A folder has its name only once it is whole, and `latest` leads to it from then on: nobody reads half of one.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import orjson

from hub_finder.area import Area
from hub_finder.database import begin_reading
from hub_finder.directory import freshness
from hub_finder.directory.catalogue import iterate_services
from hub_finder.directory.times import Calendar
from hub_finder.extensions import db
from hub_finder.importers.export import export_services
from hub_finder.languages import ENGLISH, reading
from hub_finder.models.services import Service
from hub_finder.open_referral.services import Teller
from hub_finder.open_referral.terms import current_terms
from hub_finder.serialisers import place_features_json
from hub_finder.taking_away import collection_parts

LATEST, SUMS, LICENCE, MANIFEST = "latest", "SHA256SUMS", "LICENCE.txt", "manifest.json"
TABLE, FEATURES, LINES = "services.csv", "services.geojson", "services.ndjson"
# All files of a dump, with what they are.
FILES: Mapping[str, str] = {
    TABLE: "text/csv",
    FEATURES: "application/geo+json",
    LINES: "application/x-ndjson",
    LICENCE: "text/plain",
    MANIFEST: "application/json",
    SUMS: "text/plain",
}
# Who began to read the last one can read it to its end.
KEPT = 2
STAMP = "%Y-%m-%dT%H%M%S.%fZ"
# What holds at a moment, and not until the next dump.
_OF_A_MOMENT = ("when", "open_now", "next_session")
# As "About the data" says it.
LICENCE_TEXT = """Listings: each one names its source. The facts belong to those who published them.

Postcodes: Contains OS data © Crown copyright and database right, Royal Mail data © Royal Mail copyright and database \
right, Source: Office for National Statistics licensed under the Open Government Licence v.3.0
https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/

Names of places: Ordnance Survey's OS Open Names, under the Open Government Licence v3.0, and GeoNames, under \
Creative Commons Attribution 4.0
https://www.geonames.org/
https://creativecommons.org/licenses/by/4.0/
"""

Parts = Iterable[bytes]


@dataclass(frozen=True, kw_only=True)
class Dump:
    """A dump as it was written: its folder, and how many listings are in it."""

    folder: Path
    listings: int


def write_dump(folder: Path, *, area: Area, url_of: Callable[[str], str] | None, site: str | None) -> Dump:
    """Write all that the public may find, as it stands at this moment, and let `latest` lead to it.

    `url_of` gives the address of a listing's page by its slug; None leaves it out. Raises OSError, and leaves the
    folder as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    begun = Path(mkdtemp(prefix=".begun-", dir=folder))
    try:
        begin_reading(db.session())
        made_at = datetime.now(UTC)
        counted = _Counted()
        with reading(ENGLISH):
            wanted: dict[str, Parts] = {
                TABLE: (line.encode() for line in export_services(counted.all())),
                FEATURES: collection_parts(_features(area, url_of)),
                LINES: _lines(area),
                LICENCE: [LICENCE_TEXT.encode()],
            }
            files = {name: _write(begun / name, parts) for name, parts in wanted.items()}
        manifest = {
            "made_at": made_at.isoformat(timespec="seconds"),
            "area": area.name,
            "site": site,
            "listings": counted.number,
            "licence": LICENCE,
            "files": {name: {"type": FILES[name], **told} for name, told in files.items()},
        }
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        files[MANIFEST] = _write(begun / MANIFEST, [text.encode()])
        _write(begun / SUMS, (f"{told['sha256']}  {name}\n".encode() for name, told in files.items()))
        begun.chmod(0o755)
        whole = begun.rename(folder / made_at.strftime(STAMP))
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    finally:
        db.session.rollback()
    _lead_to(whole)
    _forget_older(folder, whole)
    return Dump(folder=whole, listings=counted.number)


def find_file(folder: str, name: str) -> Path | None:
    """A file of the last dump; None when there is no dump, or no such file in one."""
    if not folder or name not in FILES:
        return None
    file = (Path(folder) / LATEST).resolve() / name
    return file if file.is_file() and not file.is_symlink() else None


# ---- what stands in the files


class _Counted:
    """Listings, counted while they are read."""

    def __init__(self) -> None:
        self.number = 0

    def all(self) -> Iterator[Service]:
        for service in iterate_services():
            self.number += 1
            yield service


def _features(area: Area, url_of: Callable[[str], str] | None) -> Iterator[Mapping[str, Any]]:
    calendar = Calendar.of(area)
    for service in iterate_services():
        for feature in place_features_json(service, url_of(service.slug) if url_of else "", calendar):
            yield {**feature, "properties": _lasting(feature["properties"])}


def _lasting(properties: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in properties.items() if name not in _OF_A_MOMENT}
    if kept["place"]:
        kept["place"] = {name: value for name, value in kept["place"].items() if name not in _OF_A_MOMENT}
    if not kept["url"]:
        del kept["url"]
    return kept


def _lines(area: Area) -> Iterator[bytes]:
    """As /api/v3/services gives them with `format=ndjson` and `full=true`."""
    teller = Teller(current_terms(area), area, today=freshness.today())
    for service in iterate_services():
        yield orjson.dumps(teller.full(service)) + b"\n"


# ---- how they are written


def _write(file: Path, parts: Parts) -> dict[str, Any]:
    """Write a file; returns its size in bytes and its checksum."""
    summed, size = sha256(), 0
    with file.open("xb") as out:
        for part in parts:
            out.write(part)
            summed.update(part)
            size += len(part)
        out.flush()
        os.fsync(out.fileno())
    file.chmod(0o644)
    return {"bytes": size, "sha256": summed.hexdigest()}


def _lead_to(whole: Path) -> None:
    link = whole.parent / f".{LATEST}-{whole.name}"
    link.unlink(missing_ok=True)
    link.symlink_to(whole.name)
    link.replace(whole.parent / LATEST)


def _forget_older(folder: Path, whole: Path) -> None:
    """Delete dumps of ours before the last few; nothing else in the folder."""
    dumps = sorted(path for path in folder.glob("????-??-??T??????.??????Z") if (path / SUMS).is_file())
    for path in dumps[:-KEPT]:
        if path != whole:
            shutil.rmtree(path, ignore_errors=True)
