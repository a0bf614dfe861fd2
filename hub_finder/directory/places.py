"""From what someone typed, a postcode, a part of one, or a town, to a point and what to say about it."""

from collections.abc import Collection, Sequence
from typing import Literal

from rapidfuzz import fuzz, process
from sqlalchemy import or_, select

from hub_finder.area import Area
from hub_finder.directory import postcodes
from hub_finder.directory.origins import Origin, PlaceProblem, make_origin, refuse_what_has_no_place
from hub_finder.directory.place_names import Candidate, candidate_keys, key_of
from hub_finder.directory.points import locate_point, read_point
from hub_finder.directory.postcode_table import Unit, find_postcodes
from hub_finder.extensions import db
from hub_finder.languages import _
from hub_finder.models.places import Dataset, Outcode, Place, Postcode, Sector

__all__ = ["Origin", "PlaceProblem", "locate"]

Address = tuple[str | None, str | None]

LONGEST = 100
LARGE_AREA_M = 3000
MOST_SUGGESTIONS = 5
LEAST_LIKENESS = 75


def locate(text: str, *, area: Area) -> Origin:
    """The point for a postcode, sector, outcode, town, village or "50.71,-2.44", in at most three database queries.

    An address that ends in a postcode is found by that postcode. A slip such as O for 0 is put
    right when exactly one real postcode remains. Raises PlaceProblem with one of the codes empty,
    too_long, incomplete_postcode, unknown_postcode, unknown_place, ambiguous_place, no_location,
    northern_ireland and not_geographic.
    """
    if len(text) > 10 * LONGEST:
        raise _too_long()
    typed = postcodes.clean(text)
    if len(typed) > LONGEST:
        raise _too_long()
    if not key_of(typed):
        raise PlaceProblem(
            "empty",
            _(
                "Enter a postcode or town, like %(postcode)s or %(town)s",
                postcode=area.postcode_example,
                town=area.place_example,
            ),
        )
    if point := read_point(typed):
        return locate_point(point, area=area)
    meant = postcodes.classify(typed)
    if meant.kind != "text":
        refuse_what_has_no_place(meant.code)
    match meant.kind:
        case "postcode":
            return _locate_postcode(typed, meant.code, area=area)
        case "sector" | "outcode":
            return _locate_part(meant.kind, meant.code, area=area)
        case "incomplete":
            raise PlaceProblem(
                "incomplete_postcode",
                _(
                    "%(typed)s is only part of a postcode. Enter all of it, like %(postcode)s",
                    typed=typed.upper(),
                    postcode=area.postcode_example,
                ),
                [meant.code],
            )
        case "text":
            return _locate_name(typed, area=area)


def _too_long() -> PlaceProblem:
    return PlaceProblem("too_long", _("Postcode or town must be %(most)s characters or fewer", most=LONGEST))


def _locate_postcode(typed: str, code: str, *, area: Area, note: str = "") -> Origin:
    if row := find_postcodes(db.session(), [code]).get(code):
        return _postcode_origin(row, area=area, notes=[note] if note else [])
    found = find_postcodes(db.session(), postcodes.repairs(code))
    if len(found) == 1:
        return _corrected(typed, next(iter(found.values())), area=area)
    outcode = postcodes.outcode_of(code)
    known = db.session.get(Outcode, outcode) is not None
    raise PlaceProblem(
        "unknown_postcode",
        _(
            "We could not find the postcode %(postcode)s. Check it, or enter a town instead",
            postcode=postcodes.spaced(code),
        ),
        sorted(postcodes.spaced(other) for other in found) or ([outcode] if known else []),
    )


def _corrected(typed: str, row: Unit, *, area: Area) -> Origin:
    note = _("We read %(typed)s as %(postcode)s.", typed=typed.upper(), postcode=postcodes.spaced(row.code))
    return _postcode_origin(row, area=area, notes=[note], corrected_from=typed)


def _postcode_origin(row: Unit, *, area: Area, notes: Sequence[str], corrected_from: str | None = None) -> Origin:
    label, outcode = postcodes.spaced(row.code), postcodes.outcode_of(row.code)
    said = list(notes)
    if row.terminated_on:
        said.append(_("%(postcode)s is no longer in use. We used the place where it was.", postcode=label))
    elif row.terminated:
        said.append(
            _(
                "We could not check that %(postcode)s is in use. It may be new, or it may have been replaced.",
                postcode=label,
            )
        )
    if row.latitude_e5 is None or row.longitude_e5 is None:
        around = db.session.get(Outcode, outcode)
        if around is None:
            why = _("We do not know where %(postcode)s is. Enter a nearby postcode or a town", postcode=label)
            raise PlaceProblem("no_location", why)
        latitude, longitude = around.latitude, around.longitude
        said.append(
            _(
                "We do not know exactly where %(postcode)s is. We used the middle of %(outcode)s.",
                postcode=label,
                outcode=outcode,
            )
        )
    else:
        latitude, longitude = row.latitude_e5 / 1e5, row.longitude_e5 / 1e5
    return make_origin(
        "postcode",
        label,
        (latitude, longitude),
        area=area,
        council=row.council,
        outcode=outcode,
        notes=said,
        approximate=row.latitude_e5 is None,
        terminated=row.terminated,
        terminated_on=row.terminated_on,
        corrected_from=corrected_from,
        postcode=row.code,
    )


def _locate_part(kind: Literal["sector", "outcode"], code: str, *, area: Area) -> Origin:
    outcode = code.split(" ")[0]
    row = db.session.get(Sector, code) if kind == "sector" else db.session.get(Outcode, code)
    if row is None:
        # "AB21" may have been the sector "AB2 1".
        other = (
            db.session.get(Sector, f"{code[:-1]} {code[-1]}") if kind == "outcode" else db.session.get(Outcode, outcode)
        )
        raise PlaceProblem(
            "unknown_postcode",
            _("We could not find postcodes that start with %(start)s. Check it, or enter a town instead", start=code),
            [other.code] if other else [],
        )
    notes = []
    if row.radius_m > LARGE_AREA_M:
        notes.append(_("%(outcode)s is a large area. Type your full postcode for better distances.", outcode=code))
    return make_origin(
        kind,
        code,
        (row.latitude, row.longitude),
        area=area,
        council=row.council,
        outcode=outcode,
        notes=notes,
        approximate=True,
    )


def _locate_name(typed: str, *, area: Area) -> Origin:
    ending = postcodes.postcode_at_the_end(typed)
    if ending:
        refuse_what_has_no_place(ending)
        note = _("We used the postcode %(postcode)s.", postcode=postcodes.spaced(ending))
        return _locate_postcode(typed, ending, area=area, note=note)
    tried = candidate_keys(typed, area=area)
    places = db.session.scalars(
        select(Place)
        .where(or_(*(Place.keys.contains(f"|{candidate.key}|", autoescape=True) for candidate in tried)))
        .order_by(Place.name)
    ).all()
    for candidate in tried:
        matches = [place for place in places if f"|{candidate.key}|" in place.keys]
        if len(matches) > 1:
            raise PlaceProblem(
                "ambiguous_place",
                _("There is more than one place called “%(typed)s”. Choose the one you mean", typed=typed),
                [place.name for place in matches],
            )
        if matches:
            return _place_origin(matches[0], candidate, typed, area=area)
    repaired = postcodes.repairs(typed)
    if repaired:
        found = [*find_postcodes(db.session(), repaired).values()]
        if len(found) == 1:
            return _corrected(typed, found[0], area=area)
        if found:
            choices = sorted(postcodes.spaced(row.code) for row in found)
            why = _("We could not find the postcode “%(typed)s”", typed=typed.upper())
            raise PlaceProblem("unknown_postcode", why, choices)
    raise PlaceProblem(
        "unknown_place",
        _(
            "We could not find “%(typed)s”. Enter a full postcode, like %(postcode)s, or a nearby town",
            typed=typed,
            postcode=area.postcode_example,
        ),
        _like(tried[0].key),
    )


def _place_origin(place: Place, candidate: Candidate, typed: str, *, area: Area) -> Origin:
    misread = candidate.left_out and candidate.left_out not in key_of(area.council_name(place.council) or "")
    return make_origin(
        "place",
        place.name,
        (place.latitude, place.longitude),
        area=area,
        council=place.council,
        outcode=place.outcode,
        notes=[_("We read “%(typed)s” as %(place)s.", typed=typed, place=place.name)] if misread else [],
        approximate=True,
        corrected_from=typed if misread else None,
    )


def _like(key: str) -> list[str]:
    """Names of places that look like the key, the most alike first."""
    names = {
        name: place
        for place, keys in db.session.execute(select(Place.name, Place.keys).order_by(Place.name))
        for name in keys.strip("|").split("|")
    }
    alike = process.extract(key, list(names), scorer=fuzz.WRatio, limit=20, score_cutoff=LEAST_LIKENESS)
    return list(dict.fromkeys(names[name] for name, _score, _at in alike))[:MOST_SUGGESTIONS]


def find_councils(addresses: Collection[Address]) -> dict[Address, str | None]:
    """The GSS code of the council where each address (postcode, town) lies, by its postcode or else its town.

    None when it is not known. Asks the database twice, however many there are.
    """
    codes = {postcodes.compact(code) for code, _ in addresses if code}
    units = select(Postcode.code, Postcode.council).where(Postcode.code.in_(codes))
    by_code = {code: council for code, council in db.session.execute(units)} if codes else {}  # noqa: C416
    by_key: dict[str, list[str | None]] = {key_of(town): [] for _, town in addresses if town and key_of(town)}
    for keys, council in db.session.execute(select(Place.keys, Place.council)) if by_key else ():
        for key in by_key.keys() & keys.split("|"):
            by_key[key].append(council)

    def council_of(code: str | None, town: str | None) -> str | None:
        if code and postcodes.compact(code) in by_code:
            return by_code[postcodes.compact(code)]
        named = by_key.get(key_of(town), []) if town else []
        return named[0] if len(named) == 1 else None

    return {address: council_of(*address) for address in addresses}


def find_place_names() -> Sequence[str]:
    """All names that the towns and villages answer to."""
    return db.session.scalars(select(Place.keys)).all()


def get_dataset_or_none(name: str) -> Dataset | None:
    """What was last loaded under a name, from where and when; None before the first load."""
    return db.session.get(Dataset, name)
