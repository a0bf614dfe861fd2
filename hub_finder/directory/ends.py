"""Where a page of a search ended, so that the next one goes on there, whatever came or went in between."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from hub_finder.directory.candidates import Candidates
from hub_finder.directory.rings import RINGS_MILES
from hub_finder.directory.scoring import Ordered, in_order

_NUMBER = r"-?[0-9]{1,20}([.][0-9]{1,20})?(e[+-]?[0-9]{1,3})?"
_ROW = rf"({_NUMBER}_){{0,2}}[a-z0-9-]{{1,200}}"
# Miles, and the last row of each of the two lists. None where there is none.
ENDS = rf"({'|'.join(map(str, RINGS_MILES))})?~({_ROW})?~({_ROW})?"


class Unfollowed(ValueError):
    """What is said to be the end of a page is the end of none of this search."""


class Place(NamedTuple):
    """Where a row stands in an order: by numbers, the lowest first, and where these are equal by its slug."""

    key: tuple[float, ...]
    slug: bytes


# Before all rows.
START = Place((), b"")


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Where the two lists of a page ended. `miles`: the ring that was searched, where the search chose it itself."""

    miles: float | None
    placed: Place
    elsewhere: Place

    def __str__(self) -> str:
        rows = ("_".join([*map(repr, row.key), row.slug.decode()]) for row in (self.placed, self.elsewhere))
        return "~".join([f"{self.miles:g}" if self.miles else "", *rows])


def read_ends(text: str) -> Ends:
    """What `str` of one gives. Raises Unfollowed."""
    if not re.fullmatch(ENDS, text, re.ASCII):
        raise Unfollowed
    miles, *rows = text.split("~")
    placed, elsewhere = map(_read_place, rows)
    return Ends(miles=float(miles) if miles else None, placed=placed, elsewhere=elsewhere)


def _read_place(text: str) -> Place:
    *numbers, slug = text.split("_")
    return Place(tuple(map(float, numbers)), slug.encode())


def order_after(found: Candidates, after: Place, most: int, *, seek: int) -> tuple[Ordered, int]:
    """Rows in order, and where among these the ones begin that come after a place: so many of them, if there are.

    They are looked for among the first `seek`, and then among more. Raises Unfollowed.
    """
    while True:
        ordered = in_order(found, seek + most)
        if after != START and len(after.key) != len(ordered.keys):
            raise Unfollowed
        first = bisect_right(ordered.order, after, key=partial(_place_at, ordered))
        if first <= seek or seek >= len(found):
            return ordered, first
        seek *= 2


def _place_at(ordered: Ordered, row: np.intp) -> Place:
    found = ordered.found
    return Place(tuple(float(key[row]) for key in ordered.keys), found.segment.slugs[found.rows[row]])
