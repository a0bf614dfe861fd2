"""What is offered while someone types."""

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import Catalogue


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    for name in ("Little Fishes Toddler Group", "Little Owls", "Family Fishing"):
        catalogue.add(name=name, latitude="52.1", longitude="-1.2")
    catalogue.add(name="Owl Line", delivery="phone", service_area="council:E09999001")
    return catalogue


def offered(client: FlaskClient, typed: str) -> list[tuple[str, str]]:
    answer = client.get("/api/needs", query_string={"q": typed, "typing": "1"}).get_json()
    return [(one["text"], one["kind"]) for one in answer["suggestions"]]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("little fi", ["Little Fishes Toddler Group"]),
        ("fishes litt", ["Little Fishes Toddler Group"]),
        ("LITTLE", ["Little Fishes Toddler Group", "Little Owls"]),
        ("owl", ["Little Owls", "Owl Line"]),
        ("xyzzy", []),
        ("", []),
        ("  ?! ", []),
    ],
)
def test_names_that_go_on_as_what_is_typed_are_offered(
    town: Catalogue, client: FlaskClient, typed: str, names: list[str]
) -> None:
    assert sorted(text for text, kind in offered(client, typed) if kind == "listing") == names


@pytest.mark.parametrize(
    ("typed", "need"),
    [
        ("sleep", "Sleep"),
        ("my little one and slee", "Sleep"),
        ("potty tr", "Potty training and continence"),
        ("breastf", "Feeding your baby"),
    ],
)
def test_need_is_offered_by_its_own_words_before_they_are_finished(
    town: Catalogue, client: FlaskClient, typed: str, need: str
) -> None:
    assert (need, "need") in offered(client, typed)


@pytest.mark.parametrize("typed", ["m", "my", "the", "with"])
def test_beginnings_that_may_become_anything_offer_no_need(town: Catalogue, client: FlaskClient, typed: str) -> None:
    assert [text for text, kind in offered(client, typed) if kind == "need"] == []


def test_words_of_danger_are_not_put_into_other_words(town: Catalogue, client: FlaskClient) -> None:
    answer = client.get("/api/needs?typing=1&q=i+want+to+die+little").get_json()

    assert answer["urgent"]
    assert answer["suggestions"] == []


def test_suggestions_are_given_only_to_those_who_type(town: Catalogue, client: FlaskClient) -> None:
    assert "suggestions" not in client.get("/api/needs?q=sleep").get_json()


def test_suggestions_are_kept_by_no_cache_on_the_way(town: Catalogue, client: FlaskClient) -> None:
    assert "private" in client.get("/api/needs?q=sleep&typing=1").headers["Cache-Control"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=60))
def test_any_text_has_few_suggestions_and_none_twice(town: Catalogue, client: FlaskClient, typed: str) -> None:
    found = offered(client, typed)

    assert len(found) == len(set(found)) <= 7
