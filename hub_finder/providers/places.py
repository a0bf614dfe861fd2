"""A place as a form: its address, and the point on the map, which a person may move to the door."""

import math
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from hub_finder.area import Area
from hub_finder.directory.origins import Origin, PlaceProblem
from hub_finder.directory.places import locate
from hub_finder.directory.postcodes import compact, is_postcode, spaced
from hub_finder.models.services import Precision
from hub_finder.parameters import tidy
from hub_finder.providers.drafts import Draft, Entry, blank, is_place

TYPED = ("postal_code", "location_name", "address_1", "address_2", "city", "location_accessibility")
POINT = ("latitude", "longitude")
STEPS = {"20": "20 metres", "100": "100 metres", "500": "500 metres"}
WAYS = {"north": (1, 0), "south": (-1, 0), "east": (0, 1), "west": (0, -1)}
METRES_PER_DEGREE = 111_320
NO_PLACE = "Enter a postcode, or an address and a town. Without a place, leave this page"


@dataclass(kw_only=True)
class PlaceForm:
    """A place as it was typed, with what is wrong, by box, and what there is to say of its point."""

    entry: Entry
    errors: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    locality: str | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        return point_of(self.entry)


def point_of(entry: Entry) -> tuple[float, float] | None:
    """The point of a place, in degrees; None where there is none, or it cannot be read."""
    try:
        latitude, longitude = (float(entry[name]) for name in POINT)
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def address_of(entry: Entry) -> str:
    """A place in one line."""
    named = ("location_name", "address_1", "address_2", "city", "postal_code")
    return ", ".join(entry[name] for name in named if entry[name]) or "A place on the map"


def slot_of(draft: Draft, number: int) -> int:
    """Where the place of a number stands among a draft's: the first one takes the times that had no place."""
    if number < len(draft.places):
        return number
    if not any(map(is_place, draft.places)) and draft.places:
        return 0
    draft.places.append(blank("place"))
    return len(draft.places) - 1


def read_place(form: MultiDict[str, str], known: Entry, area: Area) -> PlaceForm:
    """What was typed, over the place as it was; its point found anew where the postcode is another."""
    typed = {name: tidy(form.get(name, "")) for name in (*TYPED, *POINT)}
    read = PlaceForm(entry={**known, **typed, "location_uuid": ""})
    entry, todo = read.entry, form.get("do", "")
    moved = any(typed[name] != known[name] for name in POINT) and any(typed[name] for name in POINT)
    elsewhere = compact(typed["postal_code"]) != compact(known["postal_code"])
    if moved:
        _take_typed_point(read)
    elif todo in WAYS and read.point:
        _move(read, WAYS[todo], form.get("step", ""))
    elif todo == "find" or elsewhere or not read.point:
        _find(read, area)
    if entry["postal_code"] or entry["city"] or entry["address_1"] or entry["location_name"]:
        entry["country"] = "GB"
    elif not read.errors:
        read.errors["postal_code"] = NO_PLACE
    if not read.point:
        entry["location_precision"] = str(Precision.NONE)
    return read


def _take_typed_point(read: PlaceForm) -> None:
    """A point that a person put there is where they say it is."""
    point = point_of(read.entry)
    if point is None:
        read.errors["latitude"] = "Enter both numbers in degrees, like 51.50135 and -0.14189"
        return
    _put(read, point, Precision.EXACT)


def _move(read: PlaceForm, way: tuple[int, int], step: str) -> None:
    if point := read.point:
        degrees = int(step if step in STEPS else "20") / METRES_PER_DEGREE
        latitude, longitude = point
        east = degrees / math.cos(math.radians(latitude))
        _put(read, (latitude + way[0] * degrees, longitude + way[1] * east), Precision.EXACT)


def _find(read: PlaceForm, area: Area) -> None:
    """Look for the point of the postcode; without one, for that of the town."""
    entry = read.entry
    entry |= dict.fromkeys(POINT, "")
    column = "postal_code" if entry["postal_code"] else "city"
    if not entry[column]:
        return
    try:
        origin = locate(entry[column], area=area)
    except PlaceProblem as problem:
        read.errors[column] = problem.message
        code = compact(entry["postal_code"])
        if column == "postal_code" and is_postcode(code):
            entry["postal_code"] = spaced(code)
        return
    if column == "postal_code" and origin.kind != "postcode":
        read.errors["postal_code"] = f"Enter a full postcode, like {area.postcode_example}"
        return
    _take_origin(read, origin, column)


def _take_origin(read: PlaceForm, origin: Origin, column: str) -> None:
    if column == "postal_code":
        read.entry["postal_code"] = origin.label
    exactness = Precision.POSTCODE if column == "postal_code" and not origin.approximate else Precision.PLACE
    _put(read, (origin.latitude, origin.longitude), exactness)
    read.notes += origin.notes
    read.locality = origin.locality


def _put(read: PlaceForm, point: tuple[float, float], exactness: Precision) -> None:
    read.entry |= {name: f"{degrees:.5f}" for name, degrees in zip(POINT, point, strict=True)}
    read.entry["location_precision"] = str(exactness)


def settle_locality(draft: Draft, area: Area) -> None:
    """Let a listing be of the part of the area that its first place is in."""
    first = next(filter(is_place, draft.places), None)
    if first is None or draft.single["sensitive"]:
        draft.single["locality"] = ""
        return
    code = compact(first["postal_code"])
    here = area.locality_of(code) if is_postcode(code) else None
    if here:
        draft.single["locality"] = here.slug
