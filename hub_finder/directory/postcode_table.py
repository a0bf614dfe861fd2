"""All postcodes in memory, for a server that many ask: see decision 80. Who does not hold them asks the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from hub_finder.database import find_by_keys, reading_one_moment
from hub_finder.directory.collecting import without_collecting
from hub_finder.directory.stamps import note_stamps, read_stamps
from hub_finder.models.places import Postcode
from hub_finder.routing import engine_of, reading

EXTENSION = "hub_postcodes"
BATCH = 50_000
# Stands where no point is known.
_NOWHERE = -(2**31)
_columns = Postcode.__table__.columns
_BY_CODE = select(*_columns)
_ALL = select(
    _columns.code,
    func.coalesce(_columns.latitude_e5, _NOWHERE),
    func.coalesce(_columns.longitude_e5, _NOWHERE),
    _columns.council,
    _columns.terminated,
    _columns.terminated_on,
)


class Unit(NamedTuple):
    """A row of `Postcode`."""

    code: str
    latitude_e5: int | None
    longitude_e5: int | None
    council: str | None
    terminated: bool
    terminated_on: str | None


@dataclass(frozen=True)
class PostcodeTable:
    """What was loaded from the source of this fingerprint, in the order of the codes.

    `points` are latitude and longitude in 1e-5 of a degree; `told` numbers what else is told of a postcode, in `kinds`.
    """

    fingerprint: str
    codes: NDArray[np.bytes_]
    points: NDArray[np.int32]
    told: NDArray[np.int32]
    kinds: Sequence[tuple[str | None, bool, str | None]]

    def find(self, codes: Iterable[str]) -> dict[str, Unit]:
        """Those of some codes that there are."""
        found = {}
        for code in codes:
            sought = code.encode()
            at = int(np.searchsorted(self.codes, np.bytes_(sought)))
            if at < len(self.codes) and self.codes[at] == sought:
                latitude, longitude = (None if axis == _NOWHERE else axis for axis in self.points[at].tolist())
                found[code] = Unit(code, latitude, longitude, *self.kinds[self.told[at]])
        return found


def find_postcodes(session: Session, codes: Collection[str]) -> Mapping[str, Unit]:
    """Those of some codes that there are, told by the table in memory as long as it is what the database has."""
    held: PostcodeTable | None = current_app.extensions.get(EXTENSION)
    if held and held.fingerprint == note_stamps(session).of_postcodes.epoch:
        return held.find(codes)
    with reading(session) as connection:
        return {row.code: Unit._make(row) for row in find_by_keys(connection, _BY_CODE, [*codes])}


def hold(session: Session) -> None:
    """Read all postcodes into the memory of this app, and of the processes that it forks."""
    with reading_one_moment(engine_of(session)) as connection, without_collecting():
        # What was never loaded from anywhere changes without a sign of it.
        if fingerprint := read_stamps(connection).of_postcodes.epoch:
            current_app.extensions[EXTENSION] = _read(connection, fingerprint)


def _read(connection: Connection, fingerprint: str) -> PostcodeTable:
    numbers: dict[tuple[str | None, bool, str | None], int] = {}
    codes, points, told = [np.empty(0, "S7")], [np.empty((0, 2), np.int32)], [np.empty(0, np.int32)]
    for batch in connection.execute(_ALL.execution_options(yield_per=BATCH)).partitions():
        names, latitudes, longitudes, *others = zip(*batch, strict=True)
        codes.append(np.array(names, "S7"))
        points.append(np.array((latitudes, longitudes), np.int32).T)
        told.append(np.array([numbers.setdefault(one, len(numbers)) for one in zip(*others, strict=True)], np.int32))
    # Not in the order of the database, which may be that of a language.
    all_codes = np.concatenate(codes)
    order = np.argsort(all_codes)
    kinds = [(council, bool(terminated), ended) for council, terminated, ended in numbers]
    return PostcodeTable(
        fingerprint, all_codes[order], np.concatenate(points)[order], np.concatenate(told)[order], kinds
    )
