"""Boxes that do not stand for one column each: ages, access, languages, what is covered, what only the team reads."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

from hub_finder.area import Area
from hub_finder.directory.access import access_labels
from hub_finder.directory.columns import language_name
from hub_finder.languages import ENGLISH, OWN_NAMES
from hub_finder.models.services import Coverage
from hub_finder.providers.boxes import Values, text_of
from hub_finder.providers.drafts import PLACE_COLUMNS, Draft

ANY_AGE, SOME_AGES, NOT_STATED = "any", "some", "not_stated"
# British Sign Language has no name in the list of the Unicode consortium.
OFFERED = (ENGLISH, "bfi", *(tag for tag in OWN_NAMES if tag != ENGLISH))


# ---- ages


def fill_ages(draft: Draft, _area: Area) -> dict[str, list[str]]:
    low, high = draft.single["min_age"], draft.single["max_age"]
    stated = ANY_AGE if (low, high) == ("0", "") else SOME_AGES if low or high else NOT_STATED
    numbers = {} if stated == ANY_AGE else {"min_age": [low], "max_age": [high]}
    return {"ages": [stated], **numbers}


def take_ages(values: Values, draft: Draft, _area: Area) -> None:
    low, high = text_of(values["min_age"]), text_of(values["max_age"])
    chosen = text_of(values["ages"])
    if chosen == ANY_AGE:
        low, high = "0", ""
    elif chosen == NOT_STATED and not (low or high):
        low = high = ""
    draft.single.update(min_age=low, max_age=high)


# ---- access


def fill_access(draft: Draft, _area: Area) -> dict[str, list[str]]:
    """What was ticked stands first in the text, as one sentence of labels; the rest is in their own words."""
    text = draft.single["accessibility"]
    first, dot, rest = text.partition(". ")
    slugs = {label: slug for slug, label in access_labels().items()}
    said = first.removesuffix(".").split("; ")
    if not all(one in slugs for one in said):
        return {"access": [], "accessibility": [text]}
    return {"access": [slugs[one] for one in said], "accessibility": [rest if dot else ""]}


def take_access(values: Values, draft: Draft, _area: Area) -> None:
    labels = access_labels()
    ticked = "; ".join(label for slug, label in labels.items() if slug in values["access"])
    words = text_of(values["accessibility"])
    draft.single["accessibility"] = f"{ticked}. {words}".strip() if ticked else words


# ---- languages


def fill_languages(draft: Draft, _area: Area) -> dict[str, list[str]]:
    codes = [code for code in draft.single["languages"].split("|") if code]
    others = ", ".join(language_name(code) or code for code in codes if code not in OFFERED)
    return {"languages": [code for code in codes if code in OFFERED], "other_languages": [others]}


def take_languages(values: Values, draft: Draft, _area: Area) -> None:
    """What we do not know as a language is kept as it was typed: it is told beside the box."""
    named = [name.strip().replace("|", " ") for name in text_of(values["other_languages"]).split(",")]
    others = [_codes().get(name.casefold(), name) for name in named if name]
    codes = [code for code in values["languages"] if code in OFFERED]
    draft.single["languages"] = "|".join(dict.fromkeys([*codes, *others]))


def language_choices(_area: Area) -> Mapping[str, str]:
    return {code: language_name(code) or code for code in OFFERED}


@cache
def _codes() -> Mapping[str, str]:
    """The codes of languages by their English names."""
    return {name.casefold(): code.replace("_", "-") for code, name in Locale(ENGLISH).languages.items()}


# ---- the area that is covered


def cover_choices(area: Area) -> Mapping[str, str]:
    whole = f"Anywhere in {area.council_area}"
    councils = [(f"{Coverage.COUNCIL}:{code}", whole) for code in sorted(area.council_codes)]
    if len(councils) > 1:
        councils = [(value, area.council_name(value.partition(":")[2]) or value) for value, _ in councils]
    parts = {f"{Coverage.LOCALITY}:{place.slug}": place.name for place in area.localities.values()}
    return {str(Coverage.NATIONAL): "Anywhere in the country", **dict(councils), **parts}


def take_where(values: Values, draft: Draft, area: Area) -> None:
    """What has no box, such as a postcode district that somebody else wrote, stays. A secret address is not kept."""
    known = cover_choices(area)
    others = [one for one in draft.single["service_area"].split("|") if one and one not in known]
    draft.single["service_area"] = "|".join([*(one for one in values["service_area"] if one in known), *others])
    draft.single["sensitive"] = "yes" if "yes" in values["sensitive"] else ""
    if draft.single["sensitive"]:
        for place in draft.places:
            place |= dict.fromkeys(PLACE_COLUMNS, "")
        draft.single["locality"] = ""


# ---- needs


def fill_needs(draft: Draft, _area: Area) -> dict[str, list[str]]:
    needs = [need for need in draft.single["needs"].split("|") if need]
    return {"needs": needs, "first": needs[:1]}


def take_needs(values: Values, draft: Draft, _area: Area) -> None:
    """Those that were there stay in their order; the one that matters most comes first."""
    before = [need for need in draft.single["needs"].split("|") if need in values["needs"]]
    needs = list(dict.fromkeys([*before, *(need.replace("|", " ") for need in values["needs"])]))
    first = text_of(values["first"])
    if first in needs:
        needs.insert(0, needs.pop(needs.index(first)))
    draft.single["needs"] = "|".join(needs)
