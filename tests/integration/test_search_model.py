"""Any search of any catalogue, against a plain model of the rules: so both databases give one answer, in one order."""

from typing import Any

import pytest
from geopy.distance import great_circle
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.geometry import METRES_PER_MILE
from hub_finder.directory.listings import Vocabulary, parse_listing
from hub_finder.directory.rings import ENOUGH, RINGS_MILES
from hub_finder.directory.saving import save_listing
from hub_finder.extensions import db
from tests.factories import Catalogue, cells, origin
from tests.integration.asking import ask, slugs

pytestmark = pytest.mark.usefixtures("session")
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOME = (52.1, -1.2)

# No two of them are equally far from home, so that only one order is right.
POINTS = [(52.1 + n * n * 0.0071, -1.2 + n * 0.0137) for n in range(12)]
COVERS = ["national", "council:E09999001", "council:E09999002", "locality:north-fair", "outcode:FA1", "outcode:FA3", ""]
NEEDS = ["sleep", "food", "maternity", "autism-neurodiversity"]
WORDS = ["music", "drums", "garden"]
AGES = st.sampled_from([("", ""), ("0", ""), ("", "4"), ("0", "4"), ("5", "11"), ("11", "11"), ("18", "")])
Row = dict[str, str]


@st.composite
def rows(draw: st.DrawFn) -> Row:
    low, high = draw(AGES)
    row = {
        "name": " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))),
        "needs": "|".join(draw(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=3, unique=True))),
        "kind": draw(st.sampled_from(["haf", "food", "early_years"])),
        "locality": draw(st.sampled_from(["", "north-fair", "south-fair"])),
        "cost": draw(st.sampled_from(["free", "free_for_some", "paid", "not_stated"])),
        "referral": draw(st.sampled_from(["self", "either", "professional", "not_stated"])),
        "service_area": draw(st.sampled_from(COVERS)),
        "min_age": low,
        "max_age": high,
        "phone": "111",
    }
    if draw(st.booleans()):
        latitude, longitude = draw(st.sampled_from(POINTS))
        row |= {"latitude": f"{latitude:.6f}", "longitude": f"{longitude:.6f}"}
    return row


catalogues = st.lists(rows(), max_size=14).map(
    lambda drawn: [cells(**{**row, "id": f"s{number:02d}"}) for number, row in enumerate(drawn)]
)
queries = st.fixed_dictionaries(
    {},
    optional={
        "words": st.sampled_from(["music", "music drums", "garden music drums"]),
        "needs": st.sampled_from([("sleep",), ("sleep", "food")]),
        "kinds": st.sampled_from([("haf",), ("haf", "food")]),
        "localities": st.just(("north-fair",)),
        "ages": st.sampled_from([("3",), ("0", "11"), ("pregnant",), ("pregnant", "8")]),
        "cost": st.sampled_from(["free", "paid"]),
        "send": st.just(True),
        "referral": st.just("self"),
        "origin": st.just(origin()),
        "sort": st.sampled_from(["nearest", "name"]),
    },
)


@pytest.fixture
def keep(catalogue: Catalogue) -> Any:
    """Puts rows into the session of the test in place of all others."""
    needs = {need.slug: need for need in find_needs()}
    vocabulary = Vocabulary(needs=needs, kinds=catalogue.area.kinds, localities=catalogue.area.localities)

    def keep_rows(drawn: list[Row]) -> None:
        db.session.rollback()
        for row in drawn:
            listing, problems = parse_listing([row], vocabulary)
            assert listing, problems
            save_listing(listing, {need.slug: need for need in find_needs()}, actor="a test")

    return keep_rows


def miles_to(row: Row) -> float:
    metres: float = great_circle(HOME, (float(row["latitude"]), float(row["longitude"]))).meters
    return metres / METRES_PER_MILE


def fits(row: Row, age: str) -> bool | None:
    if age == "pregnant":
        if "maternity" in row["needs"].split("|"):
            return True
        return False if row["min_age"] not in ("", "0") else None
    if not row["min_age"] and not row["max_age"]:
        return None
    return int(row["min_age"] or 0) <= int(age) <= int(row["max_age"] or 200)


def answers(row: Row, asked: dict[str, Any]) -> bool:
    """Whether a listing passes every filter but those of words and place."""
    has = row["needs"].split("|")
    costs = {"free": ("free", "free_for_some", "not_stated"), "paid": ("paid", "free_for_some", "not_stated")}
    return all(
        (
            not asked.get("needs") or set(asked["needs"]) & set(has),
            not asked.get("kinds") or row["kind"] in asked["kinds"],
            not asked.get("localities") or row["locality"] in asked["localities"],
            not asked.get("ages") or any(fits(row, age) is not False for age in asked["ages"]),
            not asked.get("cost") or row["cost"] in costs[asked["cost"]],
            not asked.get("send") or "autism-neurodiversity" in has,
            not asked.get("referral") or row["referral"] != "professional",
        )
    )


def steps(row: Row, asked: dict[str, Any]) -> tuple[int, ...]:
    """What puts a listing after others whatever the distance: children it is not for, and facts not stated."""
    if asked.get("sort"):
        return ()
    ages = [fits(row, age) for age in asked.get("ages", ())]
    stated = [row[name] != "not_stated" for name in ("cost", "referral") if asked.get(name)]
    return -ages.count(True), -ages.count(None), -stated.count(True)


def expected(drawn: list[Row], asked: dict[str, Any]) -> tuple[list[str], list[str], float | None]:
    """The listings with a place in their order, those without by name, and the radius."""
    typed = asked.get("words", "").split()
    fit = [row for row in drawn if answers(row, asked)]
    # Filters have no say in whether one word will do, so that taking one away never leaves fewer.
    if any(set(typed) <= set(row["name"].split()) for row in drawn):
        found = [row for row in fit if set(typed) <= set(row["name"].split())]
    else:
        found = [row for row in fit if set(typed) & set(row["name"].split())]
    placed = [row for row in found if row["latitude"]]
    placeless = [row for row in found if not row["latitude"]]
    if "origin" not in asked:
        ranked = sorted(placed, key=lambda row: (*steps(row, asked), row["id"]))
        return [row["id"] for row in ranked], sorted(row["id"] for row in placeless), None
    radius = next((ring for ring in RINGS_MILES if sum(miles_to(row) <= ring for row in placed) >= ENOUGH), 80)
    near = [row for row in placed if miles_to(row) <= radius]
    if asked.get("sort") == "name":
        near.sort(key=lambda row: row["id"])
    else:
        near.sort(key=lambda row: (*steps(row, asked), miles_to(row), row["id"]))
    covering = {"national", "council:E09999001", "locality:north-fair", "outcode:FA1", ""}
    return (
        [row["id"] for row in near],
        sorted(row["id"] for row in placeless if row["service_area"] in covering),
        radius,
    )


PLACED = {"phone": "111", "latitude": "52.1", "longitude": "-1.2"}
TWO_WORDS = [
    cells(id="s00", name="music", needs="sleep|autism-neurodiversity", phone="111"),
    cells(id="s01", name="music drums", needs="sleep", phone="111"),
]
FOR_SOME = [cells(id="s00", max_age="4", **PLACED), cells(id="s01", max_age="", **PLACED)]
NOT_STATED = [
    cells(id="s00", cost="free", referral="not_stated", **PLACED),
    cells(id="s01", cost="not_stated", referral="self", **PLACED),
    cells(id="s02", cost="free", referral="self", **PLACED),
]


@given(drawn=catalogues, asked=queries)
@example(drawn=TWO_WORDS, asked={"words": "music drums", "send": True})
@example(drawn=FOR_SOME, asked={"ages": ("pregnant", "8")})
@example(drawn=NOT_STATED, asked={"cost": "free", "referral": "self"})
@QUICK
def test_a_search_answers_as_the_rules_say(
    catalogue: Catalogue, keep: Any, drawn: list[Row], asked: dict[str, Any]
) -> None:
    keep(drawn)
    page = ask(catalogue, **asked)

    placed, placeless, radius = expected(drawn, asked)
    weighed = "sort" not in asked and ("needs" in asked or "words" in asked)
    # Needs and words are weighed against distance: see the tests of ranking.
    assert (sorted(slugs(page.results)) if weighed else slugs(page.results)) == (sorted(placed) if weighed else placed)
    assert sorted(slugs(page.without_a_place)) == placeless
    assert (page.total, page.total_without_a_place) == (len(placed), len(placeless))
    assert page.within_miles == radius


@given(drawn=catalogues, asked=queries, per_page=st.integers(2, 5))
@settings(QUICK, max_examples=20)
def test_pages_laid_end_to_end_are_the_whole_answer(
    catalogue: Catalogue, keep: Any, drawn: list[Row], asked: dict[str, Any], per_page: int
) -> None:
    keep(drawn)
    whole = ask(catalogue, **asked, per_page=100)

    pages = [ask(catalogue, **asked, per_page=per_page, page=number) for number in range(1, 14 // per_page + 2)]

    assert slugs(result for page in pages for result in page.results) == slugs(whole.results)
    assert slugs(result for page in pages for result in page.without_a_place) == slugs(whole.without_a_place)


@given(drawn=catalogues, asked=queries)
@settings(QUICK, max_examples=20)
def test_a_choice_leaves_as_many_results_as_it_promises(
    catalogue: Catalogue, keep: Any, drawn: list[Row], asked: dict[str, Any]
) -> None:
    keep(drawn)
    page = ask(catalogue, **asked)
    # The ring stays as it is while a choice is weighed.
    ring = {"within_miles": page.within_miles} if "origin" in asked else {}

    for name, field in (("need", "needs"), ("kind", "kinds"), ("locality", "localities"), ("cost", "cost")):
        for facet in page.facets[name]:  # type: ignore[index]
            choice = facet.value if field == "cost" else (facet.value,)
            chosen = ask(catalogue, **{**asked, **ring, field: choice})
            assert facet.chosen == (facet.value in asked.get(field, ()))
            assert facet.count == chosen.total + chosen.total_without_a_place


@given(drawn=catalogues, asked=queries)
@QUICK
def test_every_choice_that_leaves_something_is_offered(
    catalogue: Catalogue, keep: Any, drawn: list[Row], asked: dict[str, Any]
) -> None:
    keep(drawn)

    page = ask(catalogue, **asked)

    shown = [result.service for result in (*page.results, *page.without_a_place)]
    assert {need.slug for one in shown for need in one.needs} <= {facet.value for facet in page.facets["need"]}
    assert {one.kind for one in shown} <= {facet.value for facet in page.facets["kind"]}
    assert {one.locality for one in shown} - {None} <= {facet.value for facet in page.facets["locality"]}
