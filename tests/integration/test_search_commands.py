"""flask hub search: as the page and the API search, in columns, with why and with the parts of the score."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from hub_finder.forms import RULES
from hub_finder.search_commands import result_lines, search_command
from tests.factories import Catalogue
from tests.integration.asking import ask, north

Run = Callable[..., Result]


@pytest.fixture
def search(catalogue: Catalogue) -> Run:
    catalogue.add_places()

    def run(*args: str) -> Result:
        return catalogue.app.test_cli_runner().invoke(args=["hub", "search", *args])

    return run


@pytest.fixture
def clubs(catalogue: Catalogue) -> Catalogue:
    catalogue.add(id="near", name="Near Club", organisation="Oak", min_age="0", max_age="5", **north(1))
    catalogue.add(id="far", name="Far Away Club", organisation="Elm Trust", **north(2, city="Oakham Green"))
    catalogue.add(id="line", name="Club Line", organisation="Elm Trust", delivery="phone", service_area="national")
    return catalogue


def columns(line: str) -> list[str]:
    return re.split(" {2,}", line)


def test_results_stand_in_columns_with_places_first(search: Run, clubs: Catalogue) -> None:
    result = search("club", "--near", "FA1 1AA")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "No.  Name           Organisation  Distance",
        "1    Near Club      Oak           1 mile",
        "2    Far Away Club  Elm Trust     2 miles",
        "-    Club Line      Elm Trust     By phone",
        "2 with a place, 1 without.",
    ]


def test_each_age_has_a_column_and_each_result_says_why(search: Run, clubs: Catalogue) -> None:
    given = ("--age", "3", "--age", "pregnant", "--need", "baby-toddler-groups", "--within", "1.5")

    result = search("club", "--near", "FA1 1AA", *given)

    head, near, *why = result.stdout.splitlines()
    assert columns(head)[-2:] == ["For age 3", "For pregnancy"]
    assert columns(near) == ["1", "Near Club", "Oak", "1 mile", "yes", "does not say"]
    assert why[0].strip().startswith("Helps with: ")
    assert "     For age 3" in why
    assert "Far Away Club" not in result.stdout


def test_without_a_place_to_search_from_it_says_where_each_is(search: Run, clubs: Catalogue) -> None:
    result = search("far", "away")

    assert columns(result.stdout.splitlines()[1])[-1] == "Oakham Green"


def test_nothing_found_is_said(search: Run) -> None:
    assert search("club").stdout == "0 with a place, 0 without.\n"


def test_words_that_no_listing_has_together_are_told(search: Run, clubs: Catalogue) -> None:
    result = search("club", "zebra")

    assert result.stdout.splitlines()[0] == "No listing has all the words. These have some of them."


def test_further_pages_are_told(search: Run, clubs: Catalogue) -> None:
    result = search("club", "--per-page", "1", "--page", "2", "--sort", "name")

    assert result.stdout.splitlines()[1].startswith("2    Near Club")
    assert result.stdout.splitlines()[-1] == "Page 2 of 2. 2 with a place, 1 without."


def test_the_order_is_that_of_the_api(search: Run, clubs: Catalogue, client: FlaskClient) -> None:
    asked = {"q": "club", "postcode": "FA1 1AA", "age": ["3", "12"], "cost": "free", "sort": "best"}

    printed = search("club", "--near", "FA1 1AA", "--age", "3", "--age", "12", "--cost", "free", "--sort", "best")

    answer = client.get("/api/search", query_string=asked).get_json()
    names = [one["name"] for one in (*answer["results"], *answer["without_a_place"])]
    assert names
    assert [name for line in printed.stdout.splitlines() for name in names if f"  {name}  " in line] == names


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ((), "--near: Enter a postcode or town"),
        (("--near", "Nowhere"), "--near: We could not find “Nowhere”"),
        (("x", "--need", "nonsense"), "--need: “nonsense” is not a need we know"),
        (("x", "--near", "FA1 1AA", "--within", "far"), "--within: Distance must be a number of miles"),
        (("x", "--age", "3", "--age", "old"), "--age: “old” is not an age we know"),
        (("x", "--per-page", "0"), "--per-page: Results on a page must be a whole number from 1 to 100"),
        (("x" * 201,), "WORDS: What you need help with must be 200 characters or fewer"),
        (("x", "--colour", "red"), "No such option"),
    ],
)
def test_a_search_that_cannot_be_made_says_why_on_stderr(search: Run, terms: tuple[str, ...], said: str) -> None:
    result = search(*terms)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_every_field_of_the_form_can_be_given() -> None:
    given = {parameter.name for parameter in search_command.params} - {"text", "explain"}

    assert given == {rule.name for rule in RULES} - {"q", "view"}


@pytest.mark.usefixtures("session")
def test_explaining_shows_parts_that_add_up_to_the_score(clubs: Catalogue) -> None:
    page = ask(clubs, words="near")
    first = replace(page.results[0], explain=lambda: {"words": 1.25, "distance": 0.5, "overdue": -0.125})

    lines = list(result_lines(replace(page, results=[first]), explain=True))

    assert first.score == 1.625
    assert lines[2:-1] == [
        "     words      1.250",
        "     distance   0.500",
        "     overdue   -0.125",
        "     score      1.625",
    ]


def test_explaining_adds_up_or_says_that_there_is_no_score(search: Run, clubs: Catalogue) -> None:
    lines = search("near", "--explain").stdout.splitlines()[2:-1]

    if lines != ["     No score: the order does not come from one."]:
        *parts, (name, score) = (line.rsplit(maxsplit=1) for line in lines)
        assert name.strip() == "score"
        assert sum(float(value) for _, value in parts) == pytest.approx(float(score), abs=0.01)
