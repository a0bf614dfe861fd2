"""The form of a listing: one part a page, kept as it is typed, right or not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.providers.parts import PARTS
from tests.factories import Catalogue
from tests.providing import begin_new, fill, held, provider, send, stored, write_whole
from tests.reading import main_words, read, said_beside


@pytest.fixture
def maker(app: Flask, catalogue: Catalogue) -> FlaskClient:
    catalogue.add_places()
    return provider(app)


@pytest.fixture
def path(maker: FlaskClient) -> str:
    return begin_new(maker)


def test_each_part_has_a_page_and_stands_in_the_list(maker: FlaskClient, path: str) -> None:
    listed = read(maker.get(path)).select(".hf-parts a")

    assert [str(link["href"]) for link in listed] == [f"{path}/{part.slug}" for part in PARTS]
    assert {maker.get(str(link["href"])).status_code for link in listed} == {200}


def test_parts_lead_from_one_to_the_next(maker: FlaskClient, path: str) -> None:
    write_whole(maker, path)

    seen = [f"{path}/{PARTS[0].slug}"]
    while not seen[-1].endswith("/check"):
        seen.append(str(fill(maker, seen[-1]).location))

    assert seen == [*(f"{path}/{part.slug}" for part in PARTS), f"{path}/check"]


def test_whole_form_makes_a_listing(app: Flask, maker: FlaskClient, path: str) -> None:
    write_whole(maker, path)

    answer = send(maker, path)

    assert answer.location == f"{path}/sent"
    assert stored(app, path).status == "submitted"
    assert stored(app, path).rows[0]["name"] == "Tiny Tunes"


@pytest.mark.parametrize(
    ("part", "typed", "box", "said"),
    [
        ("name", {"name": ""}, "name", "Enter the name that families know"),
        ("contact", {"phone": "ask Jo"}, "phone", "Enter one phone number"),
        ("contact", {"email": "jo at home"}, "email", "Enter one email address"),
        ("contact", {"website": "our page"}, "website", "Enter one web address"),
        ("who", {"ages": "some", "min_age": "nine"}, "min_age", "Enter the youngest age"),
        ("who", {"ages": "some", "min_age": "9", "max_age": "4"}, "max_age", "under the youngest"),
        ("summary", {"summary": "x" * 301}, "summary", "301 characters"),
        ("languages", {"other_languages": "Nepali, Klingonese"}, "other_languages", "“Klingonese”"),
        ("price", {"cost_option-0": "Each child", "cost_amount-0": "two"}, "cost_amount-0", "Enter pounds"),
    ],
)
def test_what_is_wrong_stands_beside_its_box_and_is_kept(
    app: Flask, maker: FlaskClient, path: str, part: str, typed: dict[str, str], box: str, said: str
) -> None:
    answer = fill(maker, f"{path}/{part}", **typed)

    assert answer.status_code == 400
    assert said in said_beside(read(answer), box)
    again = held(maker.get(f"{path}/{part}"), f"/{part}")
    assert {name: again[name] for name in typed} == typed
    assert "needs a look" in main_words(maker.get(path))
