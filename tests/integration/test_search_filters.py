"""Narrowing a search: what is unknown stays, after what is known."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.directory.catalogue import find_needs
from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north, slugs

pytestmark = pytest.mark.usefixtures("session")


def test_several_needs_mean_any_of_them(catalogue: Catalogue) -> None:
    catalogue.add(id="a-sleep", needs="sleep")
    catalogue.add(id="b-food", needs="debt|food")
    catalogue.add(id="c-both", needs="sleep|food")
    catalogue.add(id="d-none", needs="debt")

    page = ask(catalogue, needs=("sleep", "food"))

    assert sorted(slugs(page.without_a_place)) == ["a-sleep", "b-food", "c-both"]


def test_a_result_says_which_of_the_needs_it_helps_with(catalogue: Catalogue) -> None:
    labels = {need.slug: need.label for need in find_needs()}
    catalogue.add(id="both", needs="food|sleep", **north(1))
    catalogue.add(id="one", needs="debt|sleep", **north(2))

    page = ask(catalogue, needs=("sleep", "food"), origin=origin())

    assert [result.why for result in page.results] == [
        (f"Helps with: {labels['food']}, {labels['sleep']}",),
        (f"Helps with: {labels['sleep']}",),
    ]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"kinds": ("haf",)}, ["haf-north"]),
        ({"kinds": ("haf", "food")}, ["food-south", "haf-north"]),
        ({"localities": ("north-fair",)}, ["haf-north", "toddlers-north"]),
        ({"localities": ("north-fair", "south-fair")}, ["food-south", "haf-north", "toddlers-north"]),
        ({"kinds": ("haf", "food"), "localities": ("south-fair",)}, ["food-south"]),
        ({"kinds": ("haf",), "localities": ("south-fair",)}, []),
        ({"kinds": ("no-such-kind",)}, []),
    ],
)
def test_kinds_and_localities_narrow_the_search(
    catalogue: Catalogue, given: dict[str, tuple[str, ...]], found: list[str]
) -> None:
    catalogue.add(id="haf-north", kind="haf", locality="north-fair", **north(1))
    catalogue.add(id="toddlers-north", locality="north-fair", **north(1))
    catalogue.add(id="food-south", kind="food", locality="south-fair", **north(1))
    catalogue.add(
        id="anywhere", kind="advice_line" if "advice_line" in catalogue.area.kinds else "early_years", **north(1)
    )

    assert slugs(ask(catalogue, **given).results) == found


AGES = {
    "baby": ("0", "1"),
    "early": ("0", "4"),
    "school": ("5", "16"),
    "six": ("6", "6"),
    "adult": ("18", ""),
    "up-to-five": ("", "5"),
    "unstated": ("", ""),
}


@pytest.fixture
def ages(catalogue: Catalogue) -> Catalogue:
    for slug, (low, high) in AGES.items():
        catalogue.add(id=slug, min_age=low, max_age=high, **north(1))
    return catalogue


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("0",), ["baby", "early", "up-to-five", "unstated"]),
        (("1",), ["baby", "early", "up-to-five", "unstated"]),
        (("2",), ["early", "up-to-five", "unstated"]),
        (("5",), ["school", "up-to-five", "unstated"]),
        (("6",), ["school", "six", "unstated"]),
        (("17",), ["unstated"]),
        (("25",), ["adult", "unstated"]),
        (("0", "6"), ["baby", "early", "school", "six", "up-to-five", "unstated"]),
    ],
)
def test_an_age_keeps_what_fits_any_child_and_then_what_does_not_say(
    ages: Catalogue, asked: tuple[str, ...], found: list[str]
) -> None:
    page = ask(ages, ages=asked)

    assert slugs(page.results) == found


def test_each_result_says_which_of_the_children_it_fits(ages: Catalogue) -> None:
    page = ask(ages, ages=("1", "6"))

    assert {result.service.slug: dict(result.fits) for result in page.results} == {
        "baby": {"1": True, "6": False},
        "early": {"1": True, "6": False},
        "school": {"1": False, "6": True},
        "six": {"1": False, "6": True},
        "up-to-five": {"1": True, "6": False},
        "unstated": {"1": None, "6": None},
    }


def test_a_result_gives_its_reasons_in_words(ages: Catalogue) -> None:
    page = ask(ages, ages=("0", "6"))

    why = {result.service.slug: result.why for result in page.results}
    assert why["baby"] == ("For a baby under 1",)
    assert why["six"] == ("For age 6",)
    assert why["unstated"] == ("Does not say if it is for a baby under 1", "Does not say if it is for age 6")


def test_a_search_in_pregnancy_keeps_what_may_help(catalogue: Catalogue) -> None:
    catalogue.add(id="a-baby-group", min_age="0", max_age="2", **north(1))
    catalogue.add(id="b-unstated", **north(1))
    catalogue.add(id="c-midwife", needs="maternity", **north(2))
    catalogue.add(id="d-adults", needs="maternity", min_age="16", **north(2.5))
    catalogue.add(id="e-school", min_age="5", **north(1))

    page = ask(catalogue, ages=("pregnant",), origin=origin())

    assert [(result.service.slug, result.fits["pregnant"]) for result in page.results] == [
        ("c-midwife", True),
        ("d-adults", True),
        ("a-baby-group", None),
        ("b-unstated", None),
    ]
    assert page.results[0].why == ("For pregnancy",)


def test_a_listing_that_says_its_ages_comes_before_a_nearer_one_that_does_not(catalogue: Catalogue) -> None:
    catalogue.add(id="near-unstated", **north(1))
    catalogue.add(id="far-known", min_age="3", max_age="5", **north(2))

    def found(**given: object) -> list[str]:
        return slugs(ask(catalogue, origin=origin(), **given).results)

    assert found(ages=("4",)) == ["far-known", "near-unstated"]
    assert found(ages=("4",), sort="nearest") == ["near-unstated", "far-known"]
    assert found() == ["near-unstated", "far-known"]


def test_what_is_known_to_fit_comes_before_what_does_not_say_each_the_nearest_first(catalogue: Catalogue) -> None:
    catalogue.add(id="close-unstated", **north(2.9))
    catalogue.add(id="four-miles-unstated", **north(3.5))
    catalogue.add(id="five-miles-known", min_age="3", **north(4.9))

    page = ask(catalogue, origin=origin(), ages=("4",))

    assert slugs(page.results) == ["five-miles-known", "close-unstated", "four-miles-unstated"]


@pytest.mark.parametrize(
    ("cost", "found"),
    [("free", ["free", "some", "unstated"]), ("paid", ["paid", "some", "unstated"])],
)
def test_an_unknown_price_stays_after_the_known_ones(catalogue: Catalogue, cost: str, found: list[str]) -> None:
    catalogue.add(id="unstated", **north(0.5))
    catalogue.add(id="free", cost="free", **north(1))
    catalogue.add(id="paid", cost="paid", **north(1))
    catalogue.add(id="some", cost="free_for_some", **north(2))

    assert slugs(ask(catalogue, cost=cost, origin=origin()).results) == found


def test_special_educational_needs_are_found_by_the_needs_of_a_listing(catalogue: Catalogue) -> None:
    catalogue.add(id="autism", needs="sleep|autism-neurodiversity")
    catalogue.add(id="sleep", needs="sleep")

    assert slugs(ask(catalogue, send=True).without_a_place) == ["autism"]
    assert slugs(ask(catalogue, send=True, needs=("sleep",)).without_a_place) == ["autism"]


def test_help_to_contact_yourself_leaves_out_what_needs_a_professional(catalogue: Catalogue) -> None:
    catalogue.add(id="a-unstated", **north(1))
    catalogue.add(id="b-self", referral="self", **north(2))
    catalogue.add(id="c-either", referral="either", **north(2.5))
    catalogue.add(id="d-professional", referral="professional", **north(1))

    assert slugs(ask(catalogue, referral="self", origin=origin()).results) == ["b-self", "c-either", "a-unstated"]


def test_filters_add_up(catalogue: Catalogue) -> None:
    good = {"needs": "sleep", "kind": "haf", "locality": "north-fair", "min_age": "1", "cost": "free", **north(1)}
    catalogue.add(id="all", **good)
    for column, other in (("needs", "food"), ("kind", "food"), ("locality", ""), ("min_age", "9"), ("cost", "paid")):
        catalogue.add(id=f"not-{column.replace('_', '-')}", **{**good, column: other})

    page = ask(
        catalogue, needs=("sleep",), kinds=("haf",), localities=("north-fair",), ages=("2",), cost="free", words="acorn"
    )

    assert slugs(page.results) == ["all"]


def test_a_listing_whose_needs_are_not_known_is_under_none_of_them(catalogue: Catalogue) -> None:
    catalogue.add(id="unsorted", needs="", kind="other", summary="", **north(1))
    catalogue.add(id="sorted", needs="sleep", **north(1))

    everything = ask(catalogue, origin=origin())
    for_sleep = ask(catalogue, origin=origin(), needs=("sleep",))

    assert slugs(everything.results) == ["sorted", "unsorted"]
    assert slugs(for_sleep.results) == ["sorted"]
    assert [(facet.value, facet.count) for facet in everything.facets["need"]] == [("sleep", 1)]


def test_where_nobody_knows_the_school_dates_what_may_be_on_in_them_stays(
    app: Flask, client: FlaskClient, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.add(id="times", schedule="WEEKLY MO 10:00-12:00", **north(1))
    catalogue.add(id="none", **north(2))
    catalogue.add(id="over", schedule="ONCE 2020-01-06 10:00-12:00", **north(3))
    unknown = replace(catalogue.area, school_terms=(), school_holidays=(), named_holidays=())
    monkeypatch.setitem(app.extensions, "hub_area", unknown)

    for when in ("term", "holidays"):
        found = client.get("/api/search", query_string={"when": when}).get_json()["results"]
        assert sorted(result["slug"] for result in found) == ["none", "times"], when
