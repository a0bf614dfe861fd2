"""The search form: the one place where what a family typed becomes a query, for pages and for the API."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectMultipleField, StringField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from hub_finder.area import Area
from hub_finder.directory import times
from hub_finder.directory.access import access_labels
from hub_finder.directory.columns import language_name
from hub_finder.directory.origins import Origin, PlaceProblem
from hub_finder.directory.query import MOST_PER_PAGE, PER_PAGE, PREGNANT, SearchQuery
from hub_finder.directory.schedules import DAY_NAMES
from hub_finder.directory.vocabulary import find_terms
from hub_finder.directory.weeks import monday_of
from hub_finder.geocoder import find_place

LONGEST_WORDS = 200
MOST_MILES = 200
MOST_PAGES = 10_000
OLDEST = 25
MOST_AGES = 10
UNREADABLE = "\ufffd"
FURTHEST_YEARS = 2
AGES = [
    SelectChoice(PREGNANT, "Expecting a baby"),
    *(SelectChoice(str(age), "Under 1" if age == 0 else str(age)) for age in range(OLDEST + 1)),
]
# The fields that say what is looked for. With one of them a search needs no place.
ASKING = (
    *("q", "need", "kind", "locality", "age", "send", "cost", "referral"),
    *("access", "language", "border", "day", "on", "time", "when"),
)


def tidy(text: str | None) -> str:
    """What was typed, as one line: control and direction marks out, white space as single spaces."""
    if not text:
        return ""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    marks = (" " if unicodedata.category(mark) in ("Cc", "Zs", "Zl", "Zp") else mark for mark in text)
    seen = (mark for mark in marks if unicodedata.category(mark) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(seen).split())


def tidy_lines(text: str | None) -> str:
    """What was typed into a box of several lines, each of them tidy, with at most one blank line between two."""
    lines = [tidy(line) for line in (text or "").splitlines()]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()


class ChoicesField(SelectMultipleField):
    """Several values from a list, at most `most` of them; the first unknown one is named in the error."""

    def __init__(self, label: str, thing: str, *, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.thing, self.most = thing, most

    def process_formdata(self, valuelist: list[str]) -> None:
        # A page cannot show every mark. A value with one of those is none of ours, and comes back with a sign of it.
        shown = ((value, tidy(value)) for value in valuelist if value)
        self.data = list(dict.fromkeys(value if value == seen else seen + UNREADABLE for value, seen in shown))

    def pre_validate(self, _form: Form) -> None:
        unknown = next((value for value in self.data or () if not self.knows(value)), None)
        if unknown is not None:
            raise ValidationError(f"“{shorten(tidy(unknown))}” is not {self.thing} we know. Choose from the list.")
        if self.most and len(self.data or ()) > self.most:
            raise ValidationError(f"{self.label.text}: choose at most {self.most}")

    def knows(self, value: str) -> bool:
        return any(value == choice.value for choice in self.choices or ())


class LanguagesField(ChoicesField):
    """Several languages by their codes: any that there is, for the list holds only those that listings have."""

    def knows(self, value: str) -> bool:
        return language_name(value) is not None


class ChoiceField(StringField):
    """One value from a few; empty for none."""

    def __init__(self, label: str, choices: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.choices = choices

    def pre_validate(self, _form: Form) -> None:
        if self.data and self.data not in self.choices:
            offered = ", ".join(self.choices)
            raise ValidationError(f"“{shorten(self.data)}” cannot be chosen for {self.label.text}. Use {offered}.")


class NumberField(StringField):
    """A plain number in a range; the text as typed stays in `data`, the number is in `number`."""

    def __init__(self, label: str, low: float, high: float, *, whole: bool, message: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.low, self.high, self.message = low, high, message
        self.pattern = re.compile(r"\d{1,6}" if whole else r"\d{1,4}(\.\d{1,3})?", re.ASCII)
        self.number: float | None = None

    def pre_validate(self, _form: Form) -> None:
        if not self.data:
            return
        if not self.pattern.fullmatch(self.data) or not self.low <= float(self.data) <= self.high:
            raise ValidationError(self.message)
        self.number = float(self.data)


class DateField(StringField):
    """A day from today on; the text as typed stays in `data`, the day is in `day`."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.first = times.now().date()
        self.last = _years_after(self.first, FURTHEST_YEARS)
        self.day: date | None = None

    def pre_validate(self, _form: Form) -> None:
        if not self.data:
            return
        day = day_or_none(self.data)
        if day is None:
            raise ValidationError(f"Enter a real date, like {self.first.isoformat()}")
        if day < self.first:
            raise ValidationError("The date must be today or later")
        if day > self.last:
            raise ValidationError(f"The date must be within the next {FURTHEST_YEARS} years")
        self.day = day


class WeekField(StringField):
    """A week from this one on, as a browser sends it: 2026-W48. The text stays in `data`, its Monday is in `monday`."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        today = times.now().date()
        self.first, self.last = monday_of(today), monday_of(_years_after(today, FURTHEST_YEARS))
        self.monday: date | None = None

    def pre_validate(self, _form: Form) -> None:
        if not self.data:
            return
        monday = _monday_or_none(self.data)
        if monday is None:
            raise ValidationError(f"Choose a week, like {week_name(self.first)}")
        if not self.first <= monday <= self.last:
            raise ValidationError(f"The week must be this one or later, within the next {FURTHEST_YEARS} years")
        self.monday = monday


def week_name(monday: date) -> str:
    """A week as addresses have it: 2026-W48."""
    return f"{monday:%G-W%V}"


def _monday_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-1") if re.fullmatch(r"\d{4}-W\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def day_or_none(text: str) -> date | None:
    """The day that a text such as 2026-12-05 is."""
    try:
        # Python reads more forms of date than this one, which is what a browser sends.
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def _years_after(day: date, years: int) -> date:
    last_of_february = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if last_of_february else day.day)


class SearchForm(Form):
    """In the order of the page, which is the order of its errors."""

    q = StringField("What do you need help with?", filters=[tidy])
    exact = ChoiceField("words just as typed", {"1": "Yes"}, filters=[tidy])
    postcode = StringField("Your postcode or town", filters=[tidy])
    age = ChoicesField("Ages", "an age", most=MOST_AGES)
    within = NumberField(
        "Within",
        0.1,
        MOST_MILES,
        whole=False,
        message=f"Distance must be a number of miles from 0.1 to {MOST_MILES}, like 5",
        filters=[tidy],
    )
    cost = ChoiceField("price", {"free": "Free", "paid": "Paid"}, filters=[tidy])
    sort = ChoiceField(
        "order",
        {"nearest": "Nearest first", "best": "Best match", "soonest": "Soonest first", "name": "A to Z"},
        filters=[tidy],
    )
    send = ChoiceField("special educational needs", {"1": "Yes"}, filters=[tidy])
    referral = ChoiceField("how to start", {"self": "I can contact them myself"}, filters=[tidy])
    day = ChoicesField("Day", "a day", choices=[SelectChoice(day, name) for day, name in DAY_NAMES.items()])
    on = DateField("Date", filters=[tidy])
    time = ChoiceField(
        "part of the day", {"morning": "Morning", "afternoon": "Afternoon", "evening": "Evening"}, filters=[tidy]
    )
    when = ChoiceField(
        "when",
        {"term": "In term time", "holidays": "In school holidays", "week": "This week", "now": "Open now"},
        filters=[tidy],
    )
    need = ChoicesField("Need", "a need")
    kind = ChoicesField("Kind of help", "a kind of help")
    locality = ChoicesField("Part of the area", "a part of this area")
    border = ChoiceField("side of the border", {"inside": "In the area", "over": "Over its border"}, filters=[tidy])
    access = ChoicesField("Access", "a kind of access")
    language = LanguagesField("Language", "a language")
    view = ChoiceField("view", {"list": "List", "map": "Map", "timetable": "By day"}, filters=[tidy])
    week = WeekField("Week", filters=[tidy])
    page = NumberField(
        "Page", 1, MOST_PAGES, whole=True, message=f"Page must be a whole number from 1 to {MOST_PAGES}", filters=[tidy]
    )
    per_page = NumberField(
        "Results on a page",
        1,
        MOST_PER_PAGE,
        whole=True,
        message=f"Results on a page must be a whole number from 1 to {MOST_PER_PAGE}",
        filters=[tidy],
    )

    def validate_q(self, field: Field) -> None:
        if len(field.data) > LONGEST_WORDS:
            raise ValidationError(f"What you need help with must be {LONGEST_WORDS} characters or fewer")


_FIELDS = tuple(field.name for field in SearchForm())


@dataclass(frozen=True, kw_only=True)
class Search:
    """A read search: the form with any errors, and the query when there are none."""

    form: SearchForm
    query: SearchQuery | None
    suggestions: tuple[str, ...] = ()
    error_code: str | None = None


def search_form(args: MultiDict[str, str], area: Area) -> SearchForm:
    """The form with its choices, filled in from `args`."""
    form = SearchForm(args)
    form.need.choices = [SelectChoice(need.slug, need.label) for need in find_terms()]
    form.kind.choices = [SelectChoice(kind.slug, kind.label) for kind in area.kinds.values()]
    form.locality.choices = [SelectChoice(place.slug, place.name) for place in area.localities.values()]
    form.access.choices = _access_choices()
    form.language.choices = [SelectChoice(code, language_name(code) or code) for code in form.language.data or ()]
    form.age.choices = AGES
    return form


@cache
def _access_choices() -> list[SelectChoice]:
    return [SelectChoice(slug, label) for slug, label in access_labels().items()]


def asks_nothing(args: MultiDict[str, str]) -> bool:
    """Whether every field of a search is empty; parameters that are not ours do not count."""
    return not any(value for name in _FIELDS for value in args.getlist(name))


def read_search(args: MultiDict[str, str], area: Area, *, place_needed: bool = True) -> Search:
    """Read and check a search. Nothing that was typed is lost; every error stands with its field.

    A search for nothing at all needs a place, unless `place_needed` is false: then it is for everything.
    """
    form = search_form(args, area)
    valid = form.validate()
    origin, problem = _origin(form, area, place_needed=place_needed)
    if problem:
        form.postcode.errors = [*form.postcode.errors, problem.message]
        code = problem.code if valid else "bad_value"
        return Search(form=form, query=None, suggestions=problem.suggestions, error_code=code)
    if not valid:
        return Search(form=form, query=None, error_code="bad_value")
    query = SearchQuery(
        words=form.q.data,
        exact=bool(form.exact.data),
        origin=origin,
        needs=tuple(form.need.data),
        kinds=tuple(form.kind.data),
        localities=tuple(form.locality.data),
        ages=tuple(form.age.data),
        cost=form.cost.data or None,
        send=bool(form.send.data),
        referral=form.referral.data or None,
        access=tuple(form.access.data),
        languages=tuple(form.language.data),
        border=form.border.data or None,
        days=tuple(form.day.data),
        on=form.on.day,
        time=form.time.data or None,
        when=form.when.data or None,
        within_miles=form.within.number,
        sort=form.sort.data or None,
        page=int(form.page.number or 1),
        per_page=int(form.per_page.number or PER_PAGE),
    )
    return Search(form=form, query=query)


def _origin(form: SearchForm, area: Area, *, place_needed: bool) -> tuple[Origin | None, PlaceProblem | None]:
    """The place searched from. A distance is measured from one, and a page that asks for nothing else needs one."""
    place_needed = form.within.number is not None or (place_needed and not any(form[name].data for name in ASKING))
    if not form.postcode.data and not place_needed:
        return None, None
    try:
        return find_place(form.postcode.data, area=area), None
    except PlaceProblem as problem:
        return None, problem


def shorten(text: str, longest: int = 40) -> str:
    """Typed text, short enough to say back."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
