"""A listing's rows as fields that can be compared, chosen, put together and put back one by one.

A field is a column of which a listing has one cell, or a whole group of which it may have several rows.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from hub_finder.directory.columns import ADDRESS, COLUMNS, GROUPS, REPEATED, SPEC
from hub_finder.directory.listings import Row
from hub_finder.models.services import Cost, Precision, Referral

Block = tuple[str, ...]
Value = str | tuple[Block, ...]
Fields = dict[str, Value]
Choice = Literal["keep", "lose", "both"]

MOST_NEEDS = 6
# What a listing is called in addresses and feeds, and what is said of its organisation, is not its to give away.
_FIXED = {"id", "uuid", *GROUPS["organisation"]} - {"organisation"}
SINGLE = tuple(name for name in (*GROUPS["service"], *GROUPS["organisation"]) if name not in _FIXED)
LISTS = tuple(name for name in SINGLE if SPEC[name].blank == ())
# Nothing to choose here: one of them says yes, and the other may not make it unsaid.
FORCED = ("sensitive",)
# What only makes sense beside another column: it goes with that one, or stays.
_GOES_WITH = {
    "max_age": "min_age",
    "ages_note": "min_age",
    "cost_note": "cost",
    "cost_option": "cost",
    **dict.fromkeys(("referral_note", "referral_url", "referral_phone", "referral_consent"), "referral"),
    "wait_time_date": "wait_time",
    "picture_description": "picture",
}
_UNSAID = {"cost": str(Cost.NOT_STATED), "referral": str(Referral.NOT_STATED)}
_EXACTNESS = list(Precision)
_POINT = ("latitude", "longitude", "location_precision")
_PLACE = GROUPS["place"]


def fields_of(rows: Sequence[Row]) -> Fields:
    """The fields of a listing's rows in their one form."""
    fields: Fields = {name: rows[0].get(name, "") for name in SINGLE}
    for group in REPEATED:
        blocks = (tuple(row.get(name, "") for name in GROUPS[group]) for row in rows)
        fields[group] = tuple(block for block in blocks if any(cell not in ("", Precision.NONE) for cell in block))
    # The first row says "none" of a place that is not there.
    fields["place"] = tuple(block if _is_place(block) else _only_times(block) for block in _blocks(fields, "place"))
    return fields


def rows_from(slug: str, fields: Fields) -> list[dict[str, str]]:
    """The rows of a listing with these fields: the inverse of `fields_of`, but for what is no field."""
    groups = {group: _blocks(fields, group) for group in REPEATED}
    count = max(1, *map(len, groups.values()))
    rows = [dict.fromkeys(COLUMNS, "") | {"id": slug} for _ in range(count)]
    rows[0] |= {name: _text(fields, name) for name in SINGLE} | {"location_precision": str(Precision.NONE)}
    for group, blocks in groups.items():
        for row, block in zip(rows, blocks, strict=False):
            row |= {name: cell for name, cell in zip(GROUPS[group], block, strict=True) if cell}
    return rows


def shown(value: Value) -> str:
    """A field's value in one line for people."""
    if isinstance(value, str):
        return value
    return " | ".join(", ".join(cell for cell in block if cell not in ("", Precision.NONE)) for block in value)


def is_said(name: str, value: Value) -> bool:
    """Whether a field says anything: "not stated" does not."""
    return bool(value) and value != _UNSAID.get(name)


def names_a_place(fields: Fields) -> bool:
    """Whether a listing says where it is; times alone do not."""
    return any(map(_is_place, _blocks(fields, "place")))


def options(name: str) -> tuple[Choice, ...]:
    """What may be chosen for a field."""
    if name in FORCED:
        return ()
    return ("keep", "lose", "both") if name in LISTS or name in REPEATED else ("keep", "lose")


def blend(
    keep: Fields, lose: Fields, choices: Mapping[str, str], *, slugs: Collection[str]
) -> tuple[Fields, list[tuple[str, str]]]:
    """One listing's fields with another's: (fields, [(field, what of it found no room)]).

    Without a choice, `keep` is right where both say something, its blanks are filled, and lists are united. `slugs`
    are the two listings' own, which it cannot be related to.
    """
    left_out: list[tuple[str, str]] = []
    fields: Fields = {}
    for name in (*SINGLE, *REPEATED):
        mine, theirs = keep[name], lose[name]
        choice = _choice(name, keep, lose, choices)
        if name in FORCED:
            fields[name] = mine or theirs
        elif choice != "both":
            fields[name] = mine if choice == "keep" else theirs
        elif name in LISTS:
            fields[name] = _unite_list(name, str(mine), str(theirs), left_out)
        elif name == "place":
            fields[name] = _unite_places(_blocks(keep, name), _blocks(lose, name), left_out)
        else:
            fields[name] = _unite(_blocks(keep, name), _blocks(lose, name))
    if choices.get("alternate_names", "both") == "both":
        _keep_both_names(fields, keep, lose, left_out)
    related = (one for one in _parts(_text(fields, "related")) if one not in slugs)
    fields["related"] = "|".join(related)
    return fields, left_out


def _choice(name: str, keep: Fields, lose: Fields, choices: Mapping[str, str]) -> str:
    head = _GOES_WITH.get(name, name)
    if name in choices:
        return choices[name]
    if head != name and choices.get(head) in ("keep", "lose"):
        return choices[head]
    family = [head, *(one for one, of in _GOES_WITH.items() if of == head)]
    if len(family) > 1 and not _agree(family, keep, lose):
        return "keep"
    if "both" in options(name):
        return "both"
    return "keep" if is_said(name, keep[name]) or not is_said(name, lose[name]) else "lose"


def _agree(family: Sequence[str], keep: Fields, lose: Fields) -> bool:
    """Whether the one's columns that belong together can fill the other's blanks without saying something new."""
    single = [name for name in family if name in SINGLE]
    both = [name for name in single if is_said(name, keep[name]) and is_said(name, lose[name])]
    if not both:
        return not any(is_said(name, keep[name]) for name in single)
    return all(keep[name] == lose[name] for name in both)


def _keep_both_names(fields: Fields, keep: Fields, lose: Fields, left_out: list[tuple[str, str]]) -> None:
    """Let the listing be found under the name that it did not get."""
    name = _text(fields, "name")
    other = _text(lose if keep["name"] == name else keep, "name")
    own = _parts(_text(keep, "alternate_names"))
    given = [other, *_parts(_text(lose, "alternate_names"))]
    fields["alternate_names"] = _fit("alternate_names", own, given, left_out, but=name)


def _unite_list(name: str, mine: str, theirs: str, left_out: list[tuple[str, str]]) -> str:
    if name == "alternate_names":
        return mine  # `_keep_both_names` has to know which name was chosen
    given = _parts(theirs)
    if name == "attributes":
        known = {one.partition("=")[0] for one in _parts(mine)}
        clashing = [one for one in given if one.partition("=")[0] in known and one not in _parts(mine)]
        left_out += [(name, one) for one in clashing]
        given = [one for one in given if one not in clashing]
    return _fit(name, _parts(mine), given, left_out)


def _fit(
    name: str, mine: Sequence[str], given: Sequence[str], left_out: list[tuple[str, str]], *, but: str = ""
) -> str:
    """The values of both, once each, as far as the column holds them."""
    said = [one for one in mine if one.casefold() != but.casefold()]
    most = MOST_NEEDS if name == "needs" else len(said) + len(given)
    for one in given:
        if one.casefold() in {but.casefold(), *(known.casefold() for known in said)}:
            continue
        if len(said) < most and len("|".join([*said, one])) <= COLUMNS[name] and "|" not in one:
            said.append(one)
        else:
            left_out.append((name, one))
    return "|".join(said)


def _unite(mine: Sequence[Block], theirs: Sequence[Block]) -> tuple[Block, ...]:
    """The rows of both; one that only repeats a part of another adds nothing."""
    blocks = list(mine)
    for block in theirs:
        if not any(all(cell in ("", there) for cell, there in zip(block, known, strict=True)) for known in blocks):
            blocks.append(block)
    return tuple(blocks)


# ---- places


def _unite_places(mine: Sequence[Block], theirs: Sequence[Block], left_out: list[tuple[str, str]]) -> tuple[Block, ...]:
    """The places of both with their times; the same place once, with what either says of it."""
    places = [dict(zip(_PLACE, block, strict=True)) for block in mine]
    for block in theirs:
        place = dict(zip(_PLACE, block, strict=True))
        known = max(places, key=lambda one: _likeness(one, place), default=None)
        if known is None or not _likeness(known, place):
            places.append(place)
            continue
        _fill_place(known, place)
        said = place["location_accessibility"]
        if said and said != known["location_accessibility"]:
            left_out.append(("location_accessibility", said))
        known["schedule"] = _fit("schedule", _parts(known["schedule"]), _parts(place["schedule"]), left_out)
    # Times of no one place come last, as `rows_of` has them.
    blocks = [tuple(place.values()) for place in places]
    return tuple(sorted(blocks, key=_is_place, reverse=True))


def _likeness(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    """0 for different places, more the more two rows of one place have in common."""
    if not _is_place(tuple(one.values())) or not _is_place(tuple(other.values())):
        return int(_is_place(tuple(one.values())) == _is_place(tuple(other.values())))
    said = [{name: place[name].casefold() for name in ADDRESS if place[name]} for place in (one, other)]
    shared = {name for name in said[0].keys() & said[1].keys() if said[0][name] == said[1][name]}
    if said[0].keys() & said[1].keys() != shared or not shared & {"postal_code", "address_1", "location_name", "city"}:
        return 0
    inside = shared in (said[0].keys(), said[1].keys())
    same_door = "postal_code" in shared or {"address_1", "city"} <= shared
    # Of two that fit, the one that says less beside it.
    more = len(said[0].keys() ^ said[1].keys())
    return 10 * len(shared) - more if inside or same_door else 0


def _fill_place(known: dict[str, str], place: Mapping[str, str]) -> None:
    better = _exactness(place) < _exactness(known)
    for name in _PLACE:
        if name in _POINT:
            known[name] = place[name] if better else known[name]
        elif name != "schedule":
            known[name] = known[name] or place[name]


def _exactness(place: Mapping[str, str]) -> int:
    return _EXACTNESS.index(Precision(place["location_precision"] or Precision.NONE))


def _is_place(block: Block) -> bool:
    cells = zip(_PLACE, block, strict=True)
    return any(cell not in ("", Precision.NONE) for name, cell in cells if name != "schedule")


def _only_times(block: Block) -> Block:
    return tuple(cell if name == "schedule" else "" for name, cell in zip(_PLACE, block, strict=True))


def _parts(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


def _text(fields: Fields, name: str) -> str:
    value = fields[name]
    return value if isinstance(value, str) else ""


def _blocks(fields: Fields, group: str) -> tuple[Block, ...]:
    value = fields[group]
    return value if isinstance(value, tuple) else ()
