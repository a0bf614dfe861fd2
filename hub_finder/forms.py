"""The search form: the one place where what a family typed becomes a query, for pages and for the API."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectMultipleField, StringField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from hub_finder.area import Area
from hub_finder.directory.origins import Origin, PlaceProblem
from hub_finder.directory.query import MOST_PER_PAGE, PER_PAGE, PREGNANT, SearchQuery
from hub_finder.directory.vocabulary import find_terms
from hub_finder.geocoder import find_place

LONGEST_WORDS = 200
MOST_MILES = 200
MOST_PAGES = 10_000
OLDEST = 25


def tidy(text: str | None) -> str:
    """What was typed, as one line: control and direction marks out, white space as single spaces."""
    marks = (" " if unicodedata.category(mark) in ("Cc", "Zs", "Zl", "Zp") else mark for mark in text or "")
    seen = (mark for mark in marks if unicodedata.category(mark) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(seen).split())


class ChoicesField(SelectMultipleField):
    """Several values from a list; each unknown one is named in the error."""

    def __init__(self, label: str, thing: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.thing = thing

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(value for value in valuelist if value))

    def pre_validate(self, _form: Form) -> None:
        known = {choice.value for choice in self.choices or ()}
        unknown = [value for value in self.data or () if value not in known]
        if unknown:
            raise ValidationError(f"“{shorten(tidy(unknown[0]))}” is not {self.thing} we know. Choose from the list.")


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


class SearchForm(Form):
    q = StringField("What do you need help with?", filters=[tidy])
    postcode = StringField("Your postcode or town", filters=[tidy])
    need = ChoicesField("Need", "a need")
    age = ChoicesField("Ages", "an age")
    kind = ChoicesField("Kind of help", "a kind of help")
    locality = ChoicesField("Part of the area", "a part of this area")
    within = NumberField(
        "Within",
        0.1,
        MOST_MILES,
        whole=False,
        message=f"Distance must be a number of miles from 0.1 to {MOST_MILES}, like 5",
        filters=[tidy],
    )
    cost = ChoiceField("price", {"free": "Free", "paid": "Paid"}, filters=[tidy])
    send = ChoiceField("special educational needs", {"1": "Yes"}, filters=[tidy])
    referral = ChoiceField("how to start", {"self": "I can contact them myself"}, filters=[tidy])
    sort = ChoiceField("order", {"nearest": "Nearest first", "best": "Best match", "name": "A to Z"}, filters=[tidy])
    view = ChoiceField("view", {"list": "List", "map": "Map"}, filters=[tidy])
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
    ages = ((str(age), "Under 1" if age == 0 else str(age)) for age in range(OLDEST + 1))
    form.age.choices = [SelectChoice(PREGNANT, "Pregnant"), *(SelectChoice(value, label) for value, label in ages)]
    return form


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
        origin=origin,
        needs=tuple(form.need.data),
        kinds=tuple(form.kind.data),
        localities=tuple(form.locality.data),
        ages=tuple(form.age.data),
        cost=form.cost.data or None,
        send=bool(form.send.data),
        referral=form.referral.data or None,
        within_miles=form.within.number,
        sort=form.sort.data or None,
        page=int(form.page.number or 1),
        per_page=int(form.per_page.number or PER_PAGE),
    )
    return Search(form=form, query=query)


def _origin(form: SearchForm, area: Area, *, place_needed: bool) -> tuple[Origin | None, PlaceProblem | None]:
    """The place searched from. A distance is measured from one, and a page that asks for nothing else needs one."""
    asking = ("q", "need", "kind", "locality", "age", "send", "cost", "referral")
    place_needed = form.within.number is not None or (place_needed and not any(form[name].data for name in asking))
    if not form.postcode.data and not place_needed:
        return None, None
    try:
        return find_place(form.postcode.data, area=area), None
    except PlaceProblem as problem:
        return None, problem


def shorten(text: str, longest: int = 40) -> str:
    """Typed text, short enough to say back."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
