"""What forms, the list and scripts say in another language than English."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hub_finder.config import ROOT
from hub_finder.directory.change_words import OTHER
from hub_finder.languages import _, reading
from tests.factories import Catalogue
from tests.reading import main_words, only, read, said_beside, summary
from tests.shortlists import add, send
from tests.signing_in import token_of
from tests.translating import Texts, translated

PLACES = "%(num)s місце.", "%(num)s місця.", "%(num)s місць."
SUGGESTIONS = "%(num)s підказка.", "%(num)s підказки.", "%(num)s підказок."
MANY_SUGGESTIONS = "%(num)s suggestions. Use the up and down arrows."
TEXTS: Texts = {
    "Distance must be a number of miles from 0.1 to %(most)s, like 5": "Відстань: від 0,1 до %(most)s миль",
    "Enter a postcode or town, like %(postcode)s or %(town)s": "Введіть індекс: %(postcode)s",
    "“%(typed)s” cannot be chosen for %(thing)s. Use %(choices)s.": "«%(typed)s» (%(thing)s): %(choices)s.",
    "price": "ціна",
    "Choose what is wrong": "Виберіть, що не так",
    "Use %(most)s characters or fewer. You have used %(used)s": "Не більше %(most)s, у вас %(used)s",
    "The time is wrong": "Час неправильний",
    "Suggestions": "Підказки",
    ", from %(when)s": ", від %(when)s",
    OTHER: "Ми змінили інше.",
    ("%(num)s place.", "%(num)s places."): PLACES,
    ("Your list has %(num)s.", "Your list has %(num)s."): ("У списку %(num)s.",) * 3,
    ("%(num)s suggestion. Use the up and down arrows.", MANY_SUGGESTIONS): SUGGESTIONS,
}


@pytest.fixture(autouse=True)
def in_ukrainian(tmp_path: Path) -> Iterator[None]:
    with translated(tmp_path, "uk", TEXTS):
        yield


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("q=a&within=far", "within", "Відстань: від 0,1 до 200 миль"),
        ("postcode=", "postcode", "Введіть індекс: FA1 1AA"),
        ("q=a&cost=none", "cost", "«none» (ціна): free, paid."),
    ],
)
def test_errors_of_a_search_are_in_the_language_of_its_page(
    client: FlaskClient, query: str, field: str, said: str
) -> None:
    there, here = read(client.get(f"/uk/search?{query}")), read(client.get(f"/search?{query}"))

    assert said_beside(there, field) == said
    assert said in summary(there)
    assert said not in here.get_text()


@pytest.mark.parametrize("path", ["/api/search", "/uk/api/search"])
def test_errors_of_the_api_are_english(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}?cost=none", follow_redirects=True)

    assert answer.get_json()["message"] == "“none” cannot be chosen for price. Use free, paid."


def test_report_form_says_what_is_wrong_in_the_language_of_its_page(client: FlaskClient, catalogue: Catalogue) -> None:
    path = f"/uk/services/{catalogue.add(id='acorn', name='Acorn')}/report"
    token = token_of(client.get(path))

    page = read(client.post(path, data={"csrf_token": token, "details": "x" * 1001}))

    assert said_beside(page, "reason") == "Виберіть, що не так"
    assert said_beside(page, "details") == "Не більше 1,000, у вас 1,001"
    assert only(page, "label[for=reason-time]").get_text() == "Час неправильний"


@pytest.mark.parametrize(("count", "said"), [(1, "1 місце."), (2, "2 місця."), (5, "5 місць.")])
def test_number_of_places_in_the_list_takes_the_form_that_the_language_has_for_it(
    client: FlaskClient, catalogue: Catalogue, count: int, said: str
) -> None:
    slugs = [catalogue.add(id=f"group-{number}", name=f"Group {number}") for number in range(count)]

    add(client, *slugs)

    assert said in main_words(client.get("/uk/shortlist"))
    assert said not in main_words(client.get("/shortlist"))


def test_script_is_told_in_the_language_of_its_page(client: FlaskClient, catalogue: Catalogue) -> None:
    slug = catalogue.add(id="acorn", name="Acorn")

    answer = send(client, "/uk/shortlist/add", page="/uk/shortlist", json=True, service=slug)

    assert answer.json == {"count": 1, "said": "In your list now. У списку 1."}


def test_link_to_the_list_leads_to_it_in_the_language_that_it_was_made_in(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    add(client, catalogue.add(id="acorn", name="Acorn"))

    link = str(only(read(client.get("/uk/shortlist/share")), "#link")["value"])

    assert link.startswith("http://localhost/uk/shortlist/shared?list=")
    assert "Acorn" in main_words(client.get(link.removeprefix("http://localhost")))


def test_scripts_find_what_they_say_in_the_page(client: FlaskClient) -> None:
    element = only(read(client.get("/uk/")), "script[src*='js/search.js']")

    words = json.loads(str(element["data-words"]))

    assert words["Suggestions"] == "Підказки"
    assert words["Finding where you are."] == "Finding where you are."
    assert words[MANY_SUGGESTIONS] == dict(zip(("one", "few", "many"), SUGGESTIONS, strict=True))


def test_english_pages_hold_no_words_for_scripts(client: FlaskClient) -> None:
    assert not read(client.get("/")).select("script[data-words]")


def test_worker_of_a_language_begins_with_what_it_says(client: FlaskClient) -> None:
    program = (ROOT / "static/js/service-worker.js").read_text(encoding="utf-8")

    english, there = (
        client.get(path).get_data(as_text=True) for path in ("/service-worker.js", "/uk/service-worker.js")
    )

    assert english == program
    assert there == f'self.hubFinder = {{"language":"uk","since":", від %(when)s"}};\n{program}'


def test_marked_text_is_english_until_it_is_looked_up() -> None:
    with reading("uk"):
        assert OTHER == "We changed other details."
        assert _(OTHER) == "Ми змінили інше."
