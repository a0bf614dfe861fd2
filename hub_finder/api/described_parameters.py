"""The parameters of each address as OpenAPI says them, made of the rules that read them: so the two cannot differ."""

from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatch
from typing import Any

from hub_finder.api.asking import AFTER, MOST_METRES, MOST_PAGES, MOST_PER_PAGE, MOST_YEARS
from hub_finder.api.described_answers import ref
from hub_finder.area import Area
from hub_finder.directory.columns import language_codes
from hub_finder.directory.ends import ENDS
from hub_finder.directory.giving_out import WEEKDAYS
from hub_finder.forms import LONGEST_WORDS, RULES
from hub_finder.parameters import Day, Number, OneOf, Rule, SomeOf, Week, Words

Json = dict[str, Any]
# What each parameter of a search is for: a rule knows what it reads, and not why.
SEARCHED: Mapping[str, str] = {
    "q": "Words that are looked for.",
    "exact": "The words just as they were typed, none put right.",
    "postcode": "A postcode, part of one, a town, a village, or a point such as 50.71,-2.44.",
    "age": "One for each child: 0 is under 1.",
    "within": "Miles; needs postcode. Without it a search widens until it holds ten.",
    "cost": "Keeps what does not say.",
    "sort": "In which order.",
    "send": "Listings with a need tagged SEND.",
    "referral": "No professional needed; keeps what does not say.",
    "day": "With a session on any of these days.",
    "on": "With a session on this date: from today to two years on.",
    "time": "With a session in this part of the day.",
    "when": "week: from today to Sunday.",
    "need": "For any of these needs.",
    "kind": "Of any of these kinds.",
    "locality": "In any of these parts of the area.",
    "border": "What lies in the area, or over its border.",
    "access": "With all of these kinds of access.",
    "language": "In any of these languages, by the code, such as pl or bfi.",
    "view": "Checked; for pages alone.",
    "week": "Checked; for pages alone: a week such as 2026-W48.",
    "page": "Which page, from 1. A file without page and per_page holds all.",
    "per_page": "How many on a page, of each of the two lists.",
}


def search_parameters(area: Area) -> list[Json]:
    """Those of a search, in the order of the rules."""
    return [_query(rule.name, SEARCHED[rule.name], schema_of(rule, area)) for rule in RULES]


# What may be chosen of more than a list of choices holds.
ANY_OF: Mapping[str, str] = {"language": "Language"}


def schemas() -> Mapping[str, Json]:
    return {"Language": {"type": "string", "enum": sorted(language_codes())}}


def results_parameters(area: Area) -> list[Json]:
    """The same and `after`, for results come in pages that follow each other."""
    about = "Go on after where the page before ended, as its Link header says."
    return [*search_parameters(area), asked("after", _text(about, pattern=f"^{ENDS}$"))]


@singledispatch
def schema_of(_rule: Rule, _area: Area) -> Json:
    """What a parameter may say, by the rule that reads it."""
    return {"type": "string"}


@schema_of.register
def _(rule: Words, _area: Area) -> Json:
    return {"type": "string", "maxLength": rule.longest}


@schema_of.register
def _(rule: OneOf, _area: Area) -> Json:
    return {"type": "string", "enum": list(rule.choices)}


@schema_of.register
def _(rule: Number, _area: Area) -> Json:
    kind = "integer" if rule.whole else "number"
    ends: Json = {"minimum": rule.low, "maximum": rule.high}
    return {"type": kind, **ends, **({} if rule.nothing is None else {"default": rule.nothing})}


@schema_of.register
def _(_rule: Day, _area: Area) -> Json:
    return {"type": "string", "format": "date"}


@schema_of.register
def _(_rule: Week, _area: Area) -> Json:
    return {"type": "string", "pattern": r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$"}


@schema_of.register
def _(rule: SomeOf, area: Area) -> Json:
    known = rule.known(area, ())
    if rule.name in ANY_OF:
        items = ref(ANY_OF[rule.name])
    else:
        # Where nothing is set up yet, there are no needs.
        items = {"type": "string", **({"enum": list(known)} if known else {"minLength": 1})}
    return {"type": "array", "items": items, **({"maxItems": rule.most} if rule.most else {})}


# ---- Open Referral UK


def _text(about: str, **more: object) -> Json:
    return {"description": about, "schema": {"type": "string", **more}}


def _number(about: str, most: float, *, whole: bool = False, least: float = 0) -> Json:
    kind = "integer" if whole else "number"
    return {"description": about, "schema": {"type": kind, "minimum": least, "maximum": most}}


def _flag(about: str) -> Json:
    return {"description": about, "schema": {"type": "boolean"}}


_HOURS = r"^([01]\d|2[0-3]):[0-5]\d$"
PARAMETERS: Mapping[str, Json] = {
    "search": _text("Words that are looked for.", maxLength=LONGEST_WORDS),
    "page": _number("Which page, from 1.", MOST_PAGES, whole=True, least=1),
    "per_page": _number("How many on a page.", MOST_PER_PAGE, whole=True, least=1),
    "after": _text("Go on after what the Link header of the page before named.", pattern=f"^{AFTER}$"),
    "format": _text("ndjson: all of it, a line of JSON for each.", enum=["json", "ndjson"]),
    "full": _flag("With all that hangs on each."),
    "minimal": _flag("Only ids and moments of change, all in one answer."),
    "full_service": _flag("Each organisation with its services whole."),
    "taxonomy_id": _text("With any term of this taxonomy: its id."),
    "taxonomy_term_id": _text("With this term, or one below it: its id."),
    "organization_id": _text("Of this organisation: its id."),
    "modified_after": _text("Changed, or ended, at this moment or later.", format="date-time"),
    "until": _text("With modified_after: not changed later. The Link header says it.", format="date-time"),
    "minimum_age": _number("For nobody younger.", MOST_YEARS),
    "maximum_age": _number("For nobody older.", MOST_YEARS),
    "day": _text("With a session on this day.", enum=[*WEEKDAYS[1:], WEEKDAYS[0]]),
    "start_time": _text("With a session that starts then or later, such as 09:30.", pattern=_HOURS),
    "end_time": _text("With a session that ends then or earlier, such as 12:00.", pattern=_HOURS),
    "postcode": _text("For this place: a postcode, part of one, or a town. What covers it, or does not say."),
    "proximity": _number("With postcode: so many metres from it, or without a place and covering it.", MOST_METRES),
    "top_only": _flag("Only terms that stand below no other."),
    "parent_id": _text("Only terms that stand below this one: its id."),
}
PAGED = ("search", "page", "per_page", "format")
FILTERS = (
    *("taxonomy_id", "taxonomy_term_id", "organization_id", "modified_after", "until"),
    *("minimum_age", "maximum_age"),
    *("day", "start_time", "end_time", "postcode", "proximity", "full"),
)


def profile_parameters(names: Iterable[str]) -> list[Json]:
    """Those of the Open Referral endpoints."""
    return [asked(name, PARAMETERS[name]) for name in names]


def asked(name: str, told: Json) -> Json:
    """A parameter of an address. One that is left empty counts as not given, and a flag as set."""
    return {"name": name, "in": "query", "allowEmptyValue": True, **told}


# ---- others

NEEDS: Sequence[Json] = [
    asked("q", _text("A family's own words.", maxLength=LONGEST_WORDS)),
    asked("typing", _text("1: also what to offer while someone types.")),
]
SESSION_ON: Json = {"name": "on", "in": "query", **_text("The sessions of this day alone.", format="date")}
IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of what is at hand: 304 when that still holds.",
    "schema": {"type": "string"},
}


def in_path(name: str, about: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": about,
        "schema": {"type": "string", "minLength": 1},
    }


def _query(name: str, about: str, schema: Json) -> Json:
    several: Json = {"style": "form", "explode": True} if schema["type"] == "array" else {}
    return asked(name, {"description": about, "schema": schema, **several})
