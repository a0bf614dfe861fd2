"""Places of a feed's service: addresses, and points as far as they can be one here."""

from collections.abc import Callable

from hub_finder.area import Area
from hub_finder.directory.postcodes import compact, is_postcode, spaced
from hub_finder.importers.feed_values import ItemReader, Json, attribute, sentences, uuid_or_blank

Cells = dict[str, str]
# The point of a postcode in degrees, None when it is not known.
PointOf = Callable[[str], tuple[float, float] | None]
# The British Isles: (south, west, north, east).
_ISLES = (49.0, -9.0, 61.5, 2.5)
_GB = {"gb", "uk", "united kingdom", "great britain", "england", "scotland", "wales"}


def read_places(reader: ItemReader, item: Json, point_of: PointOf) -> tuple[list[Cells], list[str]]:
    """(the cells of each place with the id of its `link` to the service, facts that have no column)."""
    places: list[Cells] = []
    attributes: list[str] = []
    for link in reader.many(item, "service_at_locations"):
        for location in reader.many(link, "location"):
            kind = reader.text(location, "location_type").lower()
            if kind == "virtual":
                continue
            cells = _place(reader, location, attributes)
            if kind == "postal":
                where = ", ".join(text for name, text in cells.items() if name != "location_uuid")
                attributes += [attribute("post to", where)] if where else []
                continue
            cells |= _point(reader, location, cells, point_of)
            if len(cells) > ("location_uuid" in cells) + ("location_precision" in cells):
                places.append(cells | {"link": reader.text(link, "id")})
    return places, attributes


def read_locality(places: list[Cells], area: Area) -> str:
    """The area's locality in which all of these places lie by their postcodes, "" when that is not so."""
    found = {
        area.locality_of(compact(place["postal_code"])) if "postal_code" in place else None
        for place in places
        if len(place) > ("schedule" in place)
    }
    one = next(iter(found), None)
    return one.slug if one and len(found) == 1 else ""


def _place(reader: ItemReader, location: Json, attributes: list[str]) -> Cells:
    addresses = list(reader.many(location, "addresses", "physical_addresses", "address"))
    address = addresses[0] if addresses else {}
    for other in addresses[1:]:
        names = ("address_1", "address_2", "city", "state_province", "postal_code")
        attributes.append(attribute("other address", ", ".join(filter(None, (reader.text(other, n) for n in names)))))
    about = reader.text(location, "description")
    attributes += [attribute("about the place", about)] if about else []
    county = dict.fromkeys(reader.text(address, name) for name in ("state_province", "region"))
    cells = {
        "location_uuid": uuid_or_blank(reader.text(location, "id")),
        "location_name": reader.text(location, "name"),
        **{name: reader.text(address, name) for name in ("address_1", "address_2", "city")},
        "state_province": ", ".join(text for text in county if text),
        "postal_code": _postcode(reader, address, attributes),
        "country": _country(reader, address, attributes),
        "location_accessibility": _access(reader, location),
    }
    return {name: text for name, text in cells.items() if text}


def _postcode(reader: ItemReader, address: Json, attributes: list[str]) -> str:
    given = reader.text(address, "postal_code")
    if given and not is_postcode(compact(given)):
        reader.notes.append(f"“{given}” is no postcode; it is kept in words")
        attributes.append(attribute("postcode as given", given))
        return ""
    return spaced(compact(given)) if given else ""


def _country(reader: ItemReader, address: Json, attributes: list[str]) -> str:
    given = reader.text(address, "country")
    if given.lower() in _GB:
        return "GB"
    if len(given) > 2:
        attributes.append(attribute("country", given))
        return ""
    return given.upper()


def _access(reader: ItemReader, location: Json) -> str:
    told = []
    for one in reader.many(location, "accessibility", "accessibility_for_disabilities"):
        told += [reader.text(one, name) for name in ("accessibility", "description", "details")]
    return sentences(*told)


def _point(reader: ItemReader, location: Json, cells: Cells, point_of: PointOf) -> Cells:
    """The point, never said to be more exact than a postcode: how the feed came by it is not known."""
    given = [reader.number(location, name) for name in ("latitude", "longitude")]
    point = None
    if None not in given:
        latitude, longitude = (float(one) for one in given if one is not None)
        south, west, north, east = _ISLES
        if south <= latitude <= north and west <= longitude <= east:
            point = (latitude, longitude)
        else:
            reader.notes.append(f"{latitude:g}, {longitude:g} is no point in the British Isles; it is left out")
    if point is None and "postal_code" in cells:
        point = point_of(cells["postal_code"])
    if point is None:
        return {}
    return {
        "latitude": f"{point[0]:.5f}",
        "longitude": f"{point[1]:.5f}",
        "location_precision": "postcode",
    }
