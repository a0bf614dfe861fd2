"""A place to search from, or why there is none: the words that people read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from hub_finder.area import Area
from hub_finder.directory import postcodes
from hub_finder.languages import _

OriginKind = Literal["postcode", "sector", "outcode", "place", "point"]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where to search from. Degrees are WGS84; `notes` are plain sentences to show beside the result.

    `council` is a GSS code; `locality` is a slug, given only inside the area served. `terminated`
    is true when the postcode is, or may be, out of use; `terminated_on` is the month (2019-03)
    where it is known. `corrected_from` is what was typed when it was read as something else.
    """

    kind: OriginKind
    label: str
    latitude: float
    longitude: float
    approximate: bool
    council: str | None
    council_name: str | None
    in_area: bool
    outcode: str | None
    locality: str | None
    terminated: bool = False
    terminated_on: str | None = None
    corrected_from: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def near(self) -> str:
        """How a page says it: "near AB1 2CD", or "near you" for a point, which has no name."""
        return _("near you") if self.kind == "point" else _("near %(place)s", place=self.label)


class PlaceProblem(Exception):
    """Why a text could not be turned into a point: a code for machines, a message and suggestions for people."""

    def __init__(self, code: str, message: str, suggestions: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.suggestions = tuple(suggestions)


def make_origin(
    kind: OriginKind,
    label: str,
    point: tuple[float, float],
    *,
    area: Area,
    council: str | None,
    outcode: str | None,
    notes: Sequence[str],
    approximate: bool,
    terminated: bool = False,
    terminated_on: str | None = None,
    corrected_from: str | None = None,
    postcode: str | None = None,
) -> Origin:
    """The origin with what the area knows of its council and locality, and a note when it lies outside.

    `postcode` is a whole one, compact, for an origin that is one.
    """
    in_area = council in area.council_codes
    code = postcode or outcode
    locality = area.locality_of(code) if in_area and code else None
    council_name = area.council_name(council)
    said = list(notes)
    if council and not in_area:
        said.append(_outside(kind, council_name, area))
    return Origin(
        kind=kind,
        label=label,
        latitude=point[0],
        longitude=point[1],
        approximate=approximate,
        council=council,
        council_name=council_name,
        in_area=in_area,
        outcode=outcode,
        locality=locality.slug if locality else None,
        terminated=terminated,
        terminated_on=terminated_on,
        corrected_from=corrected_from,
        notes=tuple(said),
    )


def _outside(kind: OriginKind, council_name: str | None, area: Area) -> str:
    """That a point lies outside of the area, and in which council's, where that is known."""
    served = area.council
    if council_name:
        theirs = _as_council(council_name)
        if kind == "place":
            return _("This place is in the %(theirs)s area, outside the %(served)s area.", theirs=theirs, served=served)
        if kind == "point":
            return _(
                "Where you are is in the %(theirs)s area, outside the %(served)s area.", theirs=theirs, served=served
            )
        return _("This postcode is in the %(theirs)s area, outside the %(served)s area.", theirs=theirs, served=served)
    if kind == "place":
        return _("This place is outside the %(served)s area.", served=served)
    if kind == "point":
        return _("Where you are is outside the %(served)s area.", served=served)
    return _("This postcode is outside the %(served)s area.", served=served)


def refuse_what_has_no_place(code: str) -> None:
    """Raise PlaceProblem for a code whose letters (BT, JE, GY, IM, BF, BX…) are never given a point."""
    letters = postcodes.area_of(code)
    if letters == postcodes.NORTHERN_IRELAND:
        raise PlaceProblem(
            "northern_ireland",
            _(
                "You cannot search by a Northern Ireland postcode here, because its location has a different licence. "
                "Enter a postcode in England, Scotland or Wales"
            ),
        )
    if letters in postcodes.ISLANDS:
        raise PlaceProblem(
            "no_location",
            _(
                "You cannot search by a postcode in %(island)s here, because we do not have its location. "
                "Enter a postcode in England, Scotland or Wales",
                island=postcodes.ISLANDS[letters],
            ),
        )
    if letters in postcodes.NOT_GEOGRAPHIC:
        raise PlaceProblem(
            "not_geographic",
            _(
                "This postcode is for post only and is not a place on a map. "
                "Enter the postcode where you are, or a town"
            ),
        )


def _as_council(name: str) -> str:
    return (
        name if re.search(r"\b(council|borough|city|county|corporation)\b", name, re.IGNORECASE) else f"{name} Council"
    )
