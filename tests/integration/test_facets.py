"""Choices with counts."""

import pytest

from hub_finder.directory.facets import Facet, FacetName
from hub_finder.directory.search import SearchPage
from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north

pytestmark = pytest.mark.usefixtures("session")


def counts(page: SearchPage, name: FacetName) -> dict[str, int]:
    return {facet.value: facet.count for facet in page.facets[name]}


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    catalogue.add(id="a", needs="sleep|food", kind="haf", locality="north-fair", cost="free", **north(1))
    catalogue.add(id="b", needs="sleep", kind="haf", locality="south-fair", cost="paid", **north(2))
    catalogue.add(id="c", needs="food", kind="food", cost="not_stated", **north(50))
    catalogue.add(id="d", needs="debt", kind="food", service_area="national", cost="free_for_some")
    return catalogue


def test_each_choice_has_its_count(town: Catalogue) -> None:
    page = ask(town)

    assert counts(page, "need") == {"sleep": 2, "food": 2, "debt": 1}
    assert counts(page, "kind") == {"haf": 2, "food": 2}
    assert counts(page, "locality") == {"north-fair": 1, "south-fair": 1}
    assert counts(page, "cost") == {"free": 3, "paid": 3}


def test_a_choice_is_counted_with_the_other_choices_but_without_its_own(town: Catalogue) -> None:
    page = ask(town, needs=("sleep",))

    assert counts(page, "need") == {"sleep": 2, "food": 2, "debt": 1}
    assert counts(page, "kind") == {"haf": 2}


def test_counts_hold_within_reach_with_what_has_no_place(town: Catalogue) -> None:
    page = ask(town, origin=origin(), within_miles=5)

    assert counts(page, "kind") == {"haf": 2, "food": 1}


def test_a_chosen_value_is_shown_even_when_nothing_is_left(town: Catalogue) -> None:
    page = ask(town, needs=("debt",), kinds=("haf",), cost="paid")

    assert Facet(value="debt", label=label(page, "need", "debt"), count=0, chosen=True) in page.facets["need"]
    assert counts(page, "kind") == {"haf": 0, "food": 1}
    assert [(facet.value, facet.chosen) for facet in page.facets["cost"]] == [("paid", True)]


def label(page: SearchPage, name: FacetName, value: str) -> str:
    return next(facet.label for facet in page.facets[name] if facet.value == value)


def test_choices_stand_in_the_order_of_the_data_with_its_labels(town: Catalogue) -> None:
    page = ask(town)

    assert [facet.label for facet in page.facets["locality"]] == ["North Fair", "South Fair"]
    assert [facet.value for facet in page.facets["kind"]] == [
        kind for kind in town.area.kinds if kind in ("haf", "food")
    ]
    assert [facet.label for facet in page.facets["cost"]] == ["Free, or price not stated", "Paid, or price not stated"]


def test_an_empty_catalogue_offers_no_choices(catalogue: Catalogue) -> None:
    page = ask(catalogue)

    assert all(not facets for facets in page.facets.values())
