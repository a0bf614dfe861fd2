"""Reading a search: what each parameter may say, and what is told of one that cannot be read, with nothing lost."""

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from hub_finder.directory.query import SearchQuery
from hub_finder.directory.times import ZONE
from hub_finder.forms import Search, asks_nothing, read_search
from tests.factories import Catalogue

pytestmark = pytest.mark.usefixtures("session", "today")


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 26, 15, 30, tzinfo=ZONE))
    return date(2026, 11, 26)


def asking(catalogue: Catalogue, *pairs: tuple[str, str]) -> Search:
    return read_search(MultiDict(pairs), catalogue.area, place_needed=False)


@pytest.mark.parametrize(
    ("pairs", "field", "value"),
    [
        ([("day", "SU")], "days", ("SU",)),
        ([("day", "SU"), ("day", "MO"), ("day", "SU")], "days", ("SU", "MO")),
        ([("on", "2026-11-26")], "on", date(2026, 11, 26)),
        ([("on", "2028-11-26")], "on", date(2028, 11, 26)),
        ([("on", " 2026-12-05 ")], "on", date(2026, 12, 5)),
        ([("on", "")], "on", None),
        ([("time", "evening")], "time", "evening"),
        ([("when", "term")], "when", "term"),
        ([("when", "holidays")], "when", "holidays"),
        ([("when", "week")], "when", "week"),
        ([("when", "now")], "when", "now"),
        ([("access", "step-free"), ("access", "bsl")], "access", ("step-free", "bsl")),
        ([("language", "pl")], "languages", ("pl",)),
        ([("language", "bfi"), ("language", "zh-Hans")], "languages", ("bfi", "zh-Hans")),
        ([("border", "inside")], "border", "inside"),
        ([("border", "over")], "border", "over"),
        ([("age", "3"), ("age", "3"), ("age", ""), ("age", "pregnant")], "ages", ("3", "pregnant")),
        ([("age", str(age)) for age in range(10)], "ages", tuple("0123456789")),
        ([("sort", "soonest")], "sort", "soonest"),
        ([("q", "lego"), ("exact", "1")], "exact", True),
        ([("q", "lego")], "exact", False),
        # As programs write numbers.
        ([("page", "2.0")], "page", 2),
        ([("per_page", "100.00")], "per_page", 100),
    ],
)
def test_value_is_read(catalogue: Catalogue, pairs: list[tuple[str, str]], field: str, value: object) -> None:
    query = asking(catalogue, *pairs).query

    assert query
    assert getattr(query, field) == value


def test_a_distance_may_have_as_many_decimals_as_a_program_writes(catalogue: Catalogue) -> None:
    form = asking(catalogue, ("within", "5.409998780930664")).form

    assert (form["within"].value, form["within"].errors) == (5.409998780930664, [])


REAL_DATE = "Enter a real date, like 2026-11-26"
WRONG = [
    ("day", "MON", "“MON” is not a day we know. Choose from the list."),
    ("day", "mo", "“mo” is not a day we know. Choose from the list."),
    ("on", "tomorrow", REAL_DATE),
    ("on", "2026-02-30", REAL_DATE),
    ("on", "2026-13-01", REAL_DATE),
    ("on", "20261205", REAL_DATE),
    ("on", "2026-W49-1", REAL_DATE),
    ("on", "5/12/2026", REAL_DATE),
    ("on", "٢٠٢٦-١٢-٠٥", REAL_DATE),
    ("on", "0000-00-00", REAL_DATE),
    ("on", "2026-11-25", "The date must be today or later"),
    ("on", "0001-01-01", "The date must be today or later"),
    ("on", "2028-11-27", "The date must be within the next 2 years"),
    ("on", "9999-12-31", "The date must be within the next 2 years"),
    ("time", "night", "“night” cannot be chosen for part of the day. Use morning, afternoon, evening."),
    ("when", "later", "“later” cannot be chosen for when. Use term, holidays, week, now."),
    ("access", "stairs", "“stairs” is not a kind of access we know. Choose from the list."),
    ("language", "xx", "“xx” is not a language we know. Choose from the list."),
    ("language", "Polish", "“Polish” is not a language we know. Choose from the list."),
    ("border", "both", "“both” cannot be chosen for side of the border. Use inside, over."),
    ("age", "26", "“26” is not an age we know. Choose from the list."),
    ("sort", "latest", "“latest” cannot be chosen for order. Use nearest, best, soonest, name."),
    ("exact", "yes", "“yes” cannot be chosen for words just as typed. Use 1."),
]


@pytest.mark.parametrize(("field", "typed", "message"), WRONG)
def test_wrong_value_is_told_with_its_field_and_nothing_is_lost(
    catalogue: Catalogue, field: str, typed: str, message: str
) -> None:
    read = asking(catalogue, ("q", "lego"), ("need", "sleep"), (field, typed))

    assert read.query is None
    assert read.form.errors == {field: [message]}
    assert read.form[field].data in (typed, [typed])
    assert (read.form["q"].data, read.form["need"].data) == ("lego", ["sleep"])


@pytest.mark.parametrize("address", ["/api/search", "/services.geojson"])
@pytest.mark.parametrize(("field", "typed", "message"), WRONG)
def test_wrong_value_is_a_400_that_names_the_parameter(
    catalogue: Catalogue, client: FlaskClient, address: str, field: str, typed: str, message: str
) -> None:
    response = client.get(address, query_string={field: typed})

    assert response.status_code == 400
    told = {"error": "bad_value", "message": message, "parameter": field, "suggestions": []}
    assert response.get_json().items() >= told.items()


def test_eleven_ages_are_too_many_and_all_are_kept(catalogue: Catalogue) -> None:
    ages = [str(age) for age in range(11)]

    read = asking(catalogue, *(("age", age) for age in ages))

    assert read.query is None
    assert read.form.errors == {"age": ["Ages: choose at most 10"]}
    assert read.form["age"].data == ages


@pytest.mark.parametrize(("now", "last"), [((2028, 2, 29), "2030-02-28"), ((2026, 2, 28), "2028-02-28")])
def test_two_years_on_from_the_end_of_february(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, now: tuple[int, int, int], last: str
) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(*now, 12, tzinfo=ZONE))

    assert asking(catalogue, ("on", last)).query
    assert asking(catalogue, ("on", last[:-2] + "29")).query is None


@pytest.mark.parametrize("name", ["day", "on", "time", "when", "access", "language", "border"])
def test_each_filter_alone_is_a_search_that_needs_no_place(catalogue: Catalogue, name: str) -> None:
    value = {
        "day": "MO",
        "on": "2026-12-05",
        "time": "morning",
        "when": "term",
        "access": "bsl",
        "language": "pl",
        "border": "over",
    }
    args = MultiDict([(name, value[name])])

    assert not asks_nothing(args)
    assert read_search(args, catalogue.area).query


def test_what_was_understood_is_told_back(catalogue: Catalogue, client: FlaskClient) -> None:
    asked = "access=bsl&access=lift&language=pl&border=inside&day=MO&day=TU&on=2026-12-05&time=morning&when=term"

    told = client.get(f"/api/search?{asked}").get_json()["query"]
    plain = client.get("/api/search").get_json()["query"]

    assert {name: told[name] for name in ("access", "language", "border", "day", "on", "time", "when")} == {
        "access": ["bsl", "lift"],
        "language": ["pl"],
        "border": "inside",
        "day": ["MO", "TU"],
        "on": "2026-12-05",
        "time": "morning",
        "when": "term",
    }
    assert [plain[name] for name in ("access", "language", "border", "day", "on", "time", "when")] == [
        *([], [], None, [], None, None, None)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=st.dates())
def test_a_day_is_read_when_it_lies_in_the_next_two_years(catalogue: Catalogue, today: date, day: date) -> None:
    read = asking(catalogue, ("on", day.isoformat()))

    assert (read.query.on if read.query else None) == (day if today <= day <= date(2028, 11, 26) else None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text())
def test_whatever_is_typed_is_read_or_told(catalogue: Catalogue, typed: str) -> None:
    names = ("day", "on", "time", "when", "access", "language", "border", "age", "sort", "exact")

    read = asking(catalogue, *((name, typed) for name in names))

    assert isinstance(read.query, SearchQuery) or read.form.errors
