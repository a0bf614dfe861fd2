"""The filters in force on a page of results: tags that take one off, and why nothing was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_finder.area import current_area
from hub_finder.directory.contradictions import WHEN_WORDS, date_words
from hub_finder.directory.points import read_point
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import SearchPage, age_words
from hub_finder.forms import SearchForm
from hub_finder.parameters import shorten
from hub_finder.web import query_url
from hub_finder.words import joined

# Fields with several values: each is a tag of its own.
SEVERAL = ("need", "kind", "locality", "age", "access", "language", "day")
SINGLE = ("within", "cost", "send", "referral", "border", "on", "time", "when")
# What the parts of the form hold that only say how many of theirs are chosen.
WHEN = ("day", "on", "time", "when")
MORE = ("need", "kind", "locality", "border", "access", "language", "send", "referral")
# Longer words would not fit beside the name of their part.
LONGEST = 24


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """What there would be without one filter: its words, the address of that search, and how many it finds."""

    label: str
    address: str
    count: int


def tags(form: SearchForm) -> list[tuple[str, str]]:
    """Each filter in force, in words, with the address of the same search without it."""
    found = []
    for name in SEVERAL:
        values = form[name].data
        for value in values:
            others = [other for other in values if other != value]
            found.append((_label(form, name, value), query_url(**{name: others or None})))
    found += [(_label(form, name, form[name].data), query_url(**{name: None})) for name in SINGLE if form[name].data]
    return found


def standing(form: SearchForm) -> Mapping[str, str]:
    """How each part of the form stands, to be read beside its name: "2 chosen", "AB1 2CD"; "" when nothing is asked."""

    def chosen(names: tuple[str, ...]) -> str:
        count = sum(len(form[name].data) if name in SEVERAL else bool(form[name].data) for name in names)
        return f"{count} chosen" if count else ""

    ages = [_label(form, "age", age).removeprefix("Age ") for age in form["age"].data]
    parts = {
        "what": form["q"].data,
        "where": "Near you" if read_point(form["postcode"].data) else form["postcode"].data,
        "ages": ", ".join(ages),
        "within": _label(form, "within", form["within"].data) if form["within"].data else "",
        "cost": _label(form, "cost", form["cost"].data),
        "sort": _label(form, "sort", form["sort"].data),
        "when": chosen(WHEN),
        "more": chosen(MORE),
    }
    return {name: shorten(said, LONGEST) for name, said in parts.items()}


def ways_out(form: SearchForm, without: Mapping[str, int]) -> list[WayOut]:
    """The filters in force without each of which there would be something, the most first."""
    ways = []
    for name, count in without.items():
        values = [form[name].data] if name not in SEVERAL else form[name].data
        label = joined([f"“{_label(form, name, value)}”" for value in values])
        if count and values:
            ways.append(WayOut(label=label, address=query_url(**{name: None}), count=count))
    return sorted(ways, key=lambda way: -way.count)


def nothing_words(page: SearchPage, form: SearchForm) -> str:
    """ "Nothing is both free and on Sunday near AB1", or "" when no filter is in force."""
    asked = _asked(page.query, form)
    near = f" {page.query.origin.near}" if page.query.origin else ""
    both = "both " if len(asked) == 2 else ""
    return f"Nothing is {both}{joined(asked)}{near}." if asked else ""


def _label(form: SearchForm, name: str, value: str) -> str:
    """A filter as its tag says it."""
    area = current_area().name
    if name == "age" and value.isdigit() and value != "0":
        return f"Age {value}"
    if name == "within":
        return f"Within {value} {'mile' if form['within'].value == 1 else 'miles'}"
    if name == "on" and form["on"].value:
        return date_words(form["on"].value)
    special = {
        ("send", "1"): "For SEND",
        ("referral", "self"): "No referral needed",
        ("border", "inside"): f"Only in {area}",
        ("border", "over"): "Only over the border",
        ("time", "morning"): "In the morning",
        ("time", "afternoon"): "In the afternoon",
        ("time", "evening"): "In the evening",
    }
    if (name, value) in special:
        return special[name, value]
    return form[name].labels.get(value, value)


def _within(form: SearchForm) -> str:
    """The distance as it was typed."""
    miles = form["within"]
    return f"Within {miles.data} {'mile' if miles.value == 1 else 'miles'}"


def _asked(query: SearchQuery, form: SearchForm) -> list[str]:
    """What the filters ask, each as it stands after "is": "free", "on Saturday or Sunday", "in Polish"."""

    def labels(name: str, last: str = "or") -> str:
        return joined([_label(form, name, value) for value in form[name].data], last)

    area = current_area().name
    asked = (
        (query.needs, f"for “{labels('need')}”"),
        (query.kinds, f"listed as “{labels('kind')}”"),
        (query.ages, f"for {joined([age_words(age) for age in query.ages], 'or')}"),
        (query.cost, query.cost or ""),
        (query.send, "for special educational needs"),
        (query.referral, "open to you without a referral"),
        (query.access, f"with “{labels('access', 'and')}”"),
        (query.languages, f"in {labels('language')}"),
        (query.localities, f"in {labels('locality')}"),
        (query.border, f"in {area}" if query.border == "inside" else "over the border"),
        (query.days, f"on {labels('day')}"),
        (query.on, f"on {query.on and date_words(query.on)}"),
        (query.time, f"in the {query.time}"),
        (query.when, query.when and WHEN_WORDS[query.when]),
        (query.within_miles, f"within {form['within'].data} {'mile' if query.within_miles == 1 else 'miles'}"),
    )
    return [words for given, words in asked if given and words]
