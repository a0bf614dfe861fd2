"""Postcodes in columns, as numpy holds them: sorting, joining, and the areas that they make up."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

METRES_PER_DEGREE = 111_195.0
NOWHERE = np.iinfo(np.int32).min
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Units:
    """Equally long columns. Degrees times 1e5, NOWHERE where there is no point; empty bytes where not known."""

    code: NDArray[np.bytes_]
    latitude_e5: NDArray[np.int32]
    longitude_e5: NDArray[np.int32]
    council: NDArray[np.bytes_]
    terminated: NDArray[np.bool_]
    terminated_on: NDArray[np.bytes_]
    line: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.code)

    def take(self, chosen: NDArray[Any]) -> "Units":
        """The rows at these positions, or where this mask is true."""
        return Units(*(getattr(self, column.name)[chosen] for column in fields(self)))

    def sorted(self) -> "Units":
        return self.take(np.argsort(self.code, kind="stable"))

    def located(self) -> NDArray[np.bool_]:
        known: NDArray[np.bool_] = self.latitude_e5 != NOWHERE
        return known

    def inside(self, box: Box | None) -> "Units":
        """Those within (south, west, north, east) degrees; all of them without a box."""
        if box is None:
            return self
        south, west, north, east = (round(side * 1e5) for side in box)
        across = (self.longitude_e5 >= west) & (self.longitude_e5 <= east)
        return self.take((self.latitude_e5 >= south) & (self.latitude_e5 <= north) & across)

    def rows(self) -> list[tuple[Any, ...]]:
        """Tuples in the order of the postcode table's columns."""
        nowhere = ~self.located()
        points = []
        for column in (self.latitude_e5, self.longitude_e5):
            point = column.astype(object)
            point[nowhere] = None
            points.append(point.tolist())
        return list(
            zip(
                _texts(self.code),
                *points,
                _texts_or_none(self.council),
                self.terminated.tolist(),
                _texts_or_none(self.terminated_on),
                strict=True,
            )
        )


def join(parts: list[Units]) -> Units:
    """All parts in one, in their order."""
    return Units(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Units)))


def to_e5(degrees: NDArray[np.float64]) -> NDArray[np.int32]:
    """Degrees as whole numbers of 1e-5; NaN becomes NOWHERE."""
    known = np.where(np.isnan(degrees), 0.0, degrees)
    return np.where(np.isnan(degrees), NOWHERE, np.rint(known * 1e5)).astype(np.int32)


def areas(units: Units, *, digits: int) -> Iterator[tuple[Any, ...]]:
    """Rows of the outcode table (`digits` 0) or the sector table (1), from the located units in use.

    The point is the median of latitude and of longitude, the radius holds 90% of the units, and
    the council is the commonest one.
    """
    live = units.take(units.located() & ~units.terminated)
    if not len(live):
        return
    texts = _texts(live.code)
    names = np.array([f"{code[:-3]} {code[-3]}" if digits else code[:-3] for code in texts])
    order = np.argsort(names, kind="stable")
    live, names = live.take(order), names[order]
    starts = np.flatnonzero(np.r_[True, names[1:] != names[:-1]])
    latitudes, longitudes = live.latitude_e5 / 1e5, live.longitude_e5 / 1e5
    for start, end in zip(starts, [*starts[1:], len(names)], strict=True):
        latitude, longitude = np.median(latitudes[start:end]), np.median(longitudes[start:end])
        north = latitudes[start:end] - latitude
        east = (longitudes[start:end] - longitude) * np.cos(np.radians(latitude))
        radius_m = np.percentile(np.hypot(north, east), 90) * METRES_PER_DEGREE
        councils, counts = np.unique(live.council[start:end], return_counts=True)
        commonest = councils[np.argmax(counts)].decode() or None
        point = round(float(latitude), 5), round(float(longitude), 5)
        yield str(names[start]), *point, int(end - start), round(float(radius_m)), commonest


def _texts(column: NDArray[np.bytes_]) -> list[str]:
    texts: list[str] = column.astype("U").tolist()
    return texts


def _texts_or_none(column: NDArray[np.bytes_]) -> list[str | None]:
    if not (column != b"").any():
        return [None] * len(column)
    return [text or None for text in _texts(column)]
