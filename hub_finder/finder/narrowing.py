"""The filters in force on a page of results: tags that take one off, and why nothing was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_finder.area import current_area
from hub_finder.directory.contradictions import WHEN_WORDS
from hub_finder.directory.days import date_words, day_name, either, in_line, joined, upper_first
from hub_finder.directory.points import read_point
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import SearchPage, age_words
from hub_finder.forms import SearchForm
from hub_finder.languages import _, lazy_, n_, p_
from hub_finder.parameters import shorten
from hub_finder.web import query_url

# Fields with several values: each is a tag of its own.
SEVERAL = ("need", "kind", "locality", "age", "access", "language", "day")
SINGLE = ("within", "cost", "send", "referral", "border", "on", "time", "when")
# What the parts of the form hold that only say how many of theirs are chosen.
WHEN = ("day", "on", "time", "when")
MORE = ("need", "kind", "locality", "border", "access", "language", "send", "referral")
# Filters whose tags say more than their choice.
SPECIAL = {
    ("send", "1"): lazy_("For SEND"),
    ("referral", "self"): lazy_("No referral needed"),
    ("border", "over"): lazy_("Only over the border"),
    ("time", "morning"): lazy_("In the morning"),
    ("time", "afternoon"): lazy_("In the afternoon"),
    ("time", "evening"): lazy_("In the evening"),
}
# Note: each of these stands in a sentence after “Nothing is”.
TIME_WORDS = {
    "morning": lazy_("in the morning"),
    "afternoon": lazy_("in the afternoon"),
    "evening": lazy_("in the evening"),
}
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
        return n_("%(num)s chosen", "%(num)s chosen", count) if count else ""

    ages = [age if age.isdecimal() and age != "0" else _label(form, "age", age) for age in form["age"].data]
    parts = {
        "what": form["q"].data,
        "where": _("Near you") if read_point(form["postcode"].data) else form["postcode"].data,
        "ages": in_line(ages),
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
        label = joined(_quoted(_label(form, name, value)) for value in values)
        if count and values:
            ways.append(WayOut(label=label, address=query_url(**{name: None}), count=count))
    return sorted(ways, key=lambda way: -way.count)


def nothing_words(page: SearchPage, form: SearchForm) -> str:
    """ "Nothing is both free and on Sunday near AB1.", or "" when no filter is in force."""
    asked = _asked(page.query, form)
    if not asked:
        return ""
    filters = joined(asked)
    if page.query.origin:
        near = page.query.origin.near
        if len(asked) == 2:
            return _("Nothing is both %(filters)s %(near)s.", filters=filters, near=near)
        # Note: such as "Nothing is free near AB1 2CD.": the filters of a search, as they stand after "is".
        return _("Nothing is %(filters)s %(near)s.", filters=filters, near=near)
    if len(asked) == 2:
        return _("Nothing is both %(filters)s.", filters=filters)
    return _("Nothing is %(filters)s.", filters=filters)


def _quoted(label: str) -> str:
    # Note: the quotation marks of your language.
    return _("“%(words)s”", words=label)


def _label(form: SearchForm, name: str, value: str) -> str:
    """A filter as its tag says it."""
    area = current_area().name
    if name == "age" and value.isdecimal() and value != "0":
        return _("Age %(age)s", age=value)
    if name == "within":
        return _within(form)
    if name == "on" and form["on"].value:
        return upper_first(date_words(form["on"].value))
    if (name, value) == ("border", "inside"):
        return _("Only in %(area)s", area=area)
    if (name, value) in SPECIAL:
        return str(SPECIAL[name, value])
    return str(form[name].labels.get(value, value))


def _within(form: SearchForm) -> str:
    """The distance as it was typed."""
    miles = form["within"]
    if miles.value is not None and miles.value != int(miles.value):
        return p_("a number with decimals", "Within %(distance)s miles", distance=miles.data)
    return n_("Within %(distance)s mile", "Within %(distance)s miles", int(miles.value or 0), distance=miles.data)


def _asked(query: SearchQuery, form: SearchForm) -> list[str]:
    """What the filters ask, each as it stands after "is": "free", "on Saturday or Sunday", "in Polish"."""
    return [
        *_asked_of_help(query, form),
        *_asked_of_access(query, form),
        *_asked_of_times(query),
        *_asked_of_distance(query, form),
    ]


def _asked_of_help(query: SearchQuery, form: SearchForm) -> list[str]:
    asked: list[str] = []
    if query.needs:
        asked.append(_("for “%(needs)s”", needs=_labels(form, "need")))
    if query.kinds:
        asked.append(_("listed as “%(kinds)s”", kinds=_labels(form, "kind")))
    if query.ages:
        asked.append(_("for %(ages)s", ages=either(age_words(age) for age in query.ages)))
    if query.cost:
        asked.append(p_("after “Nothing is”", "free") if query.cost == "free" else p_("after “Nothing is”", "paid"))
    if query.send:
        asked.append(_("for special educational needs"))
    if query.referral:
        asked.append(_("open to you without a referral"))
    return asked


def _asked_of_access(query: SearchQuery, form: SearchForm) -> list[str]:
    asked: list[str] = []
    if query.access:
        access = joined(_label(form, "access", value) for value in form["access"].data)
        asked.append(_("with “%(access)s”", access=access))
    if query.languages:
        asked.append(p_("a language", "in %(languages)s", languages=_labels(form, "language")))
    if query.localities:
        asked.append(p_("a place", "in %(places)s", places=_labels(form, "locality")))
    if query.border:
        area = current_area().name
        asked.append(p_("a place", "in %(places)s", places=area) if query.border == "inside" else _("over the border"))
    return asked


def _labels(form: SearchForm, name: str) -> str:
    return either(_label(form, name, value) for value in form[name].data)


def _asked_of_times(query: SearchQuery) -> list[str]:
    asked: list[str] = []
    if query.days:
        asked.append(_("on %(days)s", days=either(day_name(day) for day in query.days)))
    if query.on:
        asked.append(_("on %(day)s", day=date_words(query.on)))
    if query.time:
        asked.append(str(TIME_WORDS[query.time]))
    if query.when:
        asked.append(str(WHEN_WORDS[query.when]))
    return asked


def _asked_of_distance(query: SearchQuery, form: SearchForm) -> list[str]:
    if query.within_miles is None:
        return []
    typed = form["within"].data
    if query.within_miles != int(query.within_miles):
        return [p_("a number with decimals", "within %(distance)s miles", distance=typed)]
    return [n_("within %(distance)s mile", "within %(distance)s miles", int(query.within_miles), distance=typed)]
