"""Pages that families read can be read at nine, and no sentence of ours is long."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.factories import Catalogue
from tests.reading import read
from tests.reading_age import reading_age, sentences, syllables

# Nine, rounded.
MOST_YEARS = 9.5
# In words. What is parted by so many commas is a list, such as of all that a listing does not say.
LONGEST = 25
COMMAS_OF_A_LIST = 4
PAGES = [
    "/",
    "/search?q=sleep",
    "/search?q=nothing+of+the+kind",
    "/search?postcode=FA1+1AA&need=sleep",
    "/services/acorn-stay-and-play",
    "/services/acorn-stay-and-play/report",
    "/needs",
    "/needs/sleep",
    "/hubs",
    "/localities",
    "/localities/north-fair",
    "/start-for-life",
    "/start-for-life/feeding",
    "/shortlist",
    "/about/accessibility",
    "/about/coverage",
    "/about/data",
    "/about/hide-your-tracks",
    "/about/privacy",
    "/easy",
    "/nowhere",
]


@pytest.mark.parametrize("address", PAGES)
def test_page_can_be_read_at_nine(catalogue: Catalogue, client: FlaskClient, address: str) -> None:
    catalogue.add_places()
    catalogue.add(latitude="52.1", longitude="-1.2", locality="north-fair")

    said = sentences(read(client.get(address)))

    long = [one for one in said if len(one.split()) > LONGEST and one.count(",") < COMMAS_OF_A_LIST]
    assert said
    assert round(reading_age(said), 1) <= MOST_YEARS
    assert long == []


@pytest.mark.parametrize(
    ("word", "count"),
    [("help", 1), ("baby", 2), ("place", 1), ("places", 2), ("asked", 1), ("wanted", 2), ("family", 3), ("table", 2)],
)
def test_syllables_are_guessed(word: str, count: int) -> None:
    assert syllables(word) == count


def test_hard_words_in_long_sentences_take_longer_to_learn() -> None:
    easy = "We can help you. Ask us for a bed or some food."
    hard = (
        "Eligibility for discretionary assistance is determined following a comprehensive assessment of individual "
        "circumstances, in accordance with applicable legislation and available resources."
    )

    assert reading_age([easy]) < 7
    assert reading_age([hard]) > 18
    with pytest.raises(ValueError, match="nothing to read"):
        reading_age(["12"])


def test_labels_and_numbers_are_no_sentences() -> None:
    page = BeautifulSoup(
        "<main><h1>Help</h1><p>We can <b>help</b> you. Ask us!</p><ul><li>Monday<li>It is free here.</ul></main>",
        "html5lib",
    )

    assert sentences(page) == ["We can help you.", "It is free here."]
