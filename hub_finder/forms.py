"""The search form: the one place where what a family typed becomes a query, for pages and for the API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from hub_finder.area import Area
from hub_finder.directory.access import access_labels
from hub_finder.directory.columns import language_name
from hub_finder.directory.days import day_labels
from hub_finder.directory.origins import Origin, PlaceProblem
from hub_finder.directory.query import MOST_PER_PAGE, PER_PAGE, PREGNANT, SearchQuery
from hub_finder.directory.vocabulary import find_terms
from hub_finder.geocoder import find_place
from hub_finder.languages import _, marked_
from hub_finder.parameters import Day, Field, Number, OneOf, Rule, SomeOf, Week, Words, read_field

LONGEST_WORDS = 200
MOST_MILES = 200
MOST_PAGES = 10_000
OLDEST = 25
MOST_AGES = 10
FURTHEST_YEARS = 2
# The fields that say what is looked for. With one of them a search needs no place.
ASKING = (
    *("q", "need", "kind", "locality", "age", "send", "cost", "referral"),
    *("access", "language", "border", "day", "on", "time", "when"),
)


def _ages(_area: Area, _given: Sequence[str]) -> Mapping[str, str]:
    numbers = {str(age): str(age) for age in range(1, OLDEST + 1)}
    return {PREGNANT: _("Expecting a baby"), "0": _("Under 1"), **numbers}


def _needs(_area: Area, _given: Sequence[str]) -> Mapping[str, str]:
    return {need.slug: need.label for need in find_terms()}


def _kinds(area: Area, _given: Sequence[str]) -> Mapping[str, str]:
    return {kind.slug: kind.label for kind in area.kinds.values()}


def _localities(area: Area, _given: Sequence[str]) -> Mapping[str, str]:
    return {place.slug: place.name for place in area.localities.values()}


def _languages(_area: Area, given: Sequence[str]) -> Mapping[str, str]:
    """Any that there is, by its code: the list of choices holds only those that listings have."""
    return {code: name for code in given if (name := language_name(code)) is not None}


WEEK = Week(name="week", label="Week", years=FURTHEST_YEARS)
# In the order of the page, which is the order of its errors.
RULES: tuple[Rule, ...] = (
    Words(
        name="q",
        label="What do you need help with?",
        longest=LONGEST_WORDS,
        thing=marked_("What you need help with"),
    ),
    OneOf(name="exact", label=marked_("words just as typed"), choices={"1": marked_("Yes")}),
    Rule(name="postcode", label="Your postcode or town"),
    SomeOf(name="age", label=marked_("Ages"), thing=marked_("an age"), most=MOST_AGES, known=_ages),
    Number(
        name="within",
        label="Within",
        low=0.1,
        high=MOST_MILES,
        whole=False,
        message=marked_("Distance must be a number of miles from 0.1 to %(most)s, like 5"),
    ),
    OneOf(name="cost", label=marked_("price"), choices={"free": marked_("Free"), "paid": marked_("Paid")}),
    OneOf(
        name="sort",
        label=marked_("order"),
        choices={
            "nearest": marked_("Nearest first"),
            "best": marked_("Best match"),
            "soonest": marked_("Soonest first"),
            "name": marked_("A to Z"),
        },
    ),
    OneOf(name="send", label=marked_("special educational needs"), choices={"1": marked_("Yes")}),
    OneOf(name="referral", label=marked_("how to start"), choices={"self": marked_("I can contact them myself")}),
    SomeOf(name="day", label="Day", thing=marked_("a day"), known=lambda _area, _given: day_labels()),
    Day(name="on", label="Date", years=FURTHEST_YEARS),
    OneOf(
        name="time",
        label=marked_("part of the day"),
        choices={"morning": marked_("Morning"), "afternoon": marked_("Afternoon"), "evening": marked_("Evening")},
    ),
    OneOf(
        name="when",
        label=marked_("when"),
        choices={
            "term": marked_("In term time"),
            "holidays": marked_("In school holidays"),
            "week": marked_("This week"),
            "now": marked_("Open now"),
        },
    ),
    SomeOf(name="need", label="Need", thing=marked_("a need"), known=_needs),
    SomeOf(name="kind", label="Kind of help", thing=marked_("a kind of help"), known=_kinds),
    SomeOf(name="locality", label="Part of the area", thing=marked_("a part of this area"), known=_localities),
    OneOf(
        name="border",
        label=marked_("side of the border"),
        choices={"inside": marked_("In the area"), "over": marked_("Over its border")},
    ),
    SomeOf(
        name="access",
        label="Access",
        thing=marked_("a kind of access"),
        known=lambda _area, _given: access_labels(),
    ),
    SomeOf(name="language", label="Language", thing=marked_("a language"), known=_languages),
    OneOf(
        name="view",
        label=marked_("view"),
        choices={"list": marked_("List"), "map": marked_("Map"), "timetable": marked_("By day")},
    ),
    WEEK,
    Number(
        name="page",
        label="Page",
        low=1,
        high=MOST_PAGES,
        whole=True,
        message=marked_("Page must be a whole number from 1 to %(most)s"),
        nothing=1,
    ),
    Number(
        name="per_page",
        label="Results on a page",
        low=1,
        high=MOST_PER_PAGE,
        whole=True,
        message=marked_("Results on a page must be a whole number from 1 to %(most)s"),
        nothing=PER_PAGE,
    ),
)


class SearchForm:
    """What was given of each parameter: `form["q"]`, and in templates `form.q`. `errors` say what is wrong, by name."""

    def __init__(self, args: MultiDict[str, str], area: Area) -> None:
        given = dict(args.lists())
        self._fields = {rule.name: read_field(rule, given.get(rule.name, ()), area) for rule in RULES}
        self._note_errors()

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields.values())

    def refuse(self, name: str, why: str) -> None:
        """Say what is wrong with a parameter, once it is known."""
        self[name].errors.append(why)
        self._note_errors()

    def _note_errors(self) -> None:
        # A page asks for them for every field of its own. In the order of the page.
        self.errors: Mapping[str, Sequence[str]] = {field.name: field.errors for field in self if field.errors}


@dataclass(frozen=True, kw_only=True)
class Search:
    """A read search: the form with any errors, and the query when there are none."""

    form: SearchForm
    query: SearchQuery | None
    suggestions: tuple[str, ...] = ()
    error_code: str | None = None


def asks_nothing(args: MultiDict[str, str]) -> bool:
    """Whether every field of a search is empty; parameters that are not ours do not count."""
    return not any(value for rule in RULES for value in args.getlist(rule.name))


def read_search(args: MultiDict[str, str], area: Area, *, place_needed: bool = True) -> Search:
    """Read and check a search. Nothing that was typed is lost; every error stands with its field.

    A search for nothing at all needs a place, unless `place_needed` is false: then it is for everything.
    """
    form = SearchForm(args, area)
    valid = not form.errors
    origin, problem = _origin(form, area, place_needed=place_needed)
    if problem:
        form.refuse("postcode", problem.message)
        code = problem.code if valid else "bad_value"
        return Search(form=form, query=None, suggestions=problem.suggestions, error_code=code)
    if not valid:
        return Search(form=form, query=None, error_code="bad_value")
    query = SearchQuery(
        words=form["q"].value,
        exact=bool(form["exact"].value),
        origin=origin,
        needs=form["need"].value,
        kinds=form["kind"].value,
        localities=form["locality"].value,
        ages=form["age"].value,
        cost=form["cost"].value,
        send=bool(form["send"].value),
        referral=form["referral"].value,
        access=form["access"].value,
        languages=form["language"].value,
        border=form["border"].value,
        days=form["day"].value,
        on=form["on"].value,
        time=form["time"].value,
        when=form["when"].value,
        within_miles=form["within"].value,
        sort=form["sort"].value,
        page=form["page"].value,
        per_page=form["per_page"].value,
    )
    return Search(form=form, query=query)


def _origin(form: SearchForm, area: Area, *, place_needed: bool) -> tuple[Origin | None, PlaceProblem | None]:
    """The place searched from. A distance is measured from one, and a page that asks for nothing else needs one."""
    place_needed = form["within"].value is not None or (place_needed and not any(form[name].data for name in ASKING))
    typed = form["postcode"].data
    if not typed and not place_needed:
        return None, None
    try:
        return find_place(typed, area=area), None
    except PlaceProblem as problem:
        return None, problem
