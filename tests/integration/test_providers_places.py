"""Where and when: a place with its pin, and days and hours, each on a page of its own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Catalogue
from tests.providing import begin_new, fill, held, provider, stored
from tests.reading import main_words, read, said_beside


@pytest.fixture
def maker(app: Flask, catalogue: Catalogue) -> FlaskClient:
    catalogue.add_places()
    return provider(app)


@pytest.fixture
def path(maker: FlaskClient) -> str:
    return begin_new(maker)


def row(app: Flask, path: str, number: int = 0) -> dict[str, str]:
    return stored(app, path).rows[number]


def test_postcode_gives_a_pin_and_the_part_of_the_area(app: Flask, maker: FlaskClient, path: str) -> None:
    answer = fill(maker, f"{path}/where/0", postal_code="fa1 1aa", location_name="Mill Hall", do="save")

    kept = row(app, path)
    assert answer.location == f"{path}/where"
    assert (kept["postal_code"], kept["latitude"], kept["longitude"]) == ("FA1 1AA", "52.10000", "-1.20000")
    assert (kept["location_precision"], kept["locality"], kept["country"]) == ("postcode", "north-fair", "GB")
    assert "Mill Hall" in main_words(maker.get(f"{path}/where"))


@pytest.mark.parametrize(
    ("way", "latitude", "longitude"),
    [
        ("north", "52.10090", "-1.20000"),
        ("south", "52.09910", "-1.20000"),
        ("east", "52.10000", "-1.19854"),
        ("west", "52.10000", "-1.20146"),
    ],
)
def test_pin_is_moved_by_buttons_and_is_exact_then(
    app: Flask, maker: FlaskClient, path: str, way: str, latitude: str, longitude: str
) -> None:
    fill(maker, f"{path}/where/0", postal_code="FA1 1AA", do="find")

    fill(maker, f"{path}/where/0", step="100", do=way)

    kept = row(app, path)
    assert (kept["latitude"], kept["longitude"], kept["location_precision"]) == (latitude, longitude, "exact")


def test_pin_that_was_moved_stays_until_the_postcode_changes(app: Flask, maker: FlaskClient, path: str) -> None:
    page = f"{path}/where/0"
    fill(maker, page, postal_code="FA1 1AA", do="find")
    fill(maker, page, latitude="52.12345", longitude="-1.23456", do="save")
    fill(maker, page, location_name="Mill Hall", do="save")
    moved = row(app, path)

    fill(maker, page, postal_code="FA3 1ZZ", do="save")

    assert (moved["latitude"], moved["location_precision"]) == ("52.12345", "exact")
    assert (row(app, path)["latitude"], row(app, path)["location_precision"]) == ("52.00000", "postcode")


def test_pin_goes_back_to_the_postcode(app: Flask, maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/where/0", postal_code="FA1 1AA", do="find")
    fill(maker, f"{path}/where/0", do="north")

    fill(maker, f"{path}/where/0", do="find")

    assert (row(app, path)["latitude"], row(app, path)["location_precision"]) == ("52.10000", "postcode")


def test_town_without_a_postcode_is_known_to_the_town_only(app: Flask, maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/where/0", location_name="Mill Hall", city="Oakham Green", do="save")

    assert row(app, path)["location_precision"] == "place"


@pytest.mark.parametrize(
    ("typed", "box", "said"),
    [
        ({"postal_code": "FA9 9ZZ"}, "postal_code", "could not find the postcode"),
        ({"postal_code": "Oakham Green"}, "postal_code", "Enter a full postcode"),
        ({"postal_code": "FA1"}, "postal_code", "Enter a full postcode"),
        ({}, "postal_code", "Enter a postcode, or an address and a town"),
        ({"city": "Nowhereton"}, "city", "Nowhereton"),
        ({"city": "Oakham Green", "latitude": "north", "longitude": "2"}, "latitude", "Enter both numbers"),
        ({"city": "Oakham Green", "latitude": "52"}, "latitude", "Enter both numbers"),
        ({"city": "Oakham Green", "latitude": "nan", "longitude": "2"}, "latitude", "Enter both numbers"),
    ],
)
def test_what_is_wrong_with_a_place_stands_beside_its_box_and_is_kept(
    app: Flask, maker: FlaskClient, path: str, typed: dict[str, str], box: str, said: str
) -> None:
    answer = fill(maker, f"{path}/where/0", **typed, do="save")

    assert answer.status_code == 400
    assert said in said_beside(read(answer), box)
    sent = held(answer, "/where/0")
    assert {name: sent[name] for name in typed} == typed


def test_new_postcode_is_kept_without_a_pin(app: Flask, maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/where/0", postal_code="fa99zz", location_name="New Hall", do="save")

    assert (row(app, path)["postal_code"], row(app, path)["latitude"]) == ("FA9 9ZZ", "")
    assert "no pin on the map yet" in main_words(maker.get(f"{path}/where"))


def test_several_places_each_have_their_times(app: Flask, maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/where/0", postal_code="FA1 1AA", location_name="Mill Hall", do="save")
    fill(maker, f"{path}/where/1", postal_code="FA3 1ZZ", location_name="Library", do="save")

    fill(maker, f"{path}/when/0", often="weekly", days=["TU"], place="1", do="save")
    fill(maker, f"{path}/when/1", often="weekly", days=["WE"], place="", do="save")

    assert [(one["location_name"], one["schedule"]) for one in stored(app, path).rows] == [
        ("Mill Hall", ""),
        ("Library", "WEEKLY TU"),
        ("", "WEEKLY WE"),
    ]
    told = main_words(maker.get(f"{path}/when"))
    assert "Tuesday – Library" in told
    assert "Wednesday – all places" in told


def test_first_place_takes_the_times_that_had_none(app: Flask, maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/when/0", often="weekly", days=["TU"], do="save")

    fill(maker, f"{path}/where/1", postal_code="FA1 1AA", do="save")

    assert [(one["postal_code"], one["schedule"]) for one in stored(app, path).rows] == [("FA1 1AA", "WEEKLY TU")]


def test_place_that_is_taken_away_leaves_its_times(app: Flask, maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/where/0", postal_code="FA1 1AA", do="save")
    fill(maker, f"{path}/when/0", often="weekly", days=["TU"], do="save")

    fill(maker, f"{path}/where/0", do="remove")

    kept = row(app, path)
    assert (kept["postal_code"], kept["latitude"], kept["locality"], kept["schedule"]) == ("", "", "", "WEEKLY TU")


def test_secret_address_is_not_kept(app: Flask, maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/where/0", postal_code="FA1 1AA", location_name="Safe House", do="save")

    fill(maker, f"{path}/where", sensitive=["yes"])
    refused = fill(maker, f"{path}/where/0", postal_code="FA1 1AA", do="save")

    kept = stored(app, path).rows
    assert refused.location == f"{path}/where"
    assert not {"FA1 1AA", "Safe House", "52.10000", "north-fair"} & {cell for one in kept for cell in one.values()}
    assert kept[0]["sensitive"] == "yes"
    assert "We do not show where it is" in main_words(maker.get(f"{path}/preview"))


def test_days_and_hours_are_read_back_before_they_are_kept(app: Flask, maker: FlaskClient, path: str) -> None:
    typed = {"often": "weekly", "days": ["TU"], "opens": "10am", "closes": "11:30am", "when": "term"}

    answer = fill(maker, f"{path}/when/0", **typed, do="read")
    not_yet = row(app, path)["schedule"]
    kept = maker.post(f"{path}/when/0", data={**held(answer, "/when/0"), "do": "save"})

    assert "Families read: Tuesday, 10am to 11:30am, in term time" in main_words(answer)
    assert not_yet == ""
    assert kept.location == f"{path}/when"
    assert row(app, path)["schedule"] == "WEEKLY TU 10:00-11:30 term"


def test_what_is_wrong_with_hours_stands_beside_its_box_and_is_kept(maker: FlaskClient, path: str) -> None:
    typed = {"often": "weekly", "days": ["TU"], "opens": "2:30", "but_not": "half term"}

    answer = fill(maker, f"{path}/when/0", **typed, do="save")

    assert answer.status_code == 400
    assert said_beside(read(answer), "opens") == "Say if it is 2:30am or pm"
    assert "half term" in said_beside(read(answer), "but_not")
    sent = held(answer, "/when/0")
    assert {name: sent[name] for name in typed} == typed


def test_one_pattern_after_the_other(app: Flask, maker: FlaskClient, path: str) -> None:
    answer = fill(maker, f"{path}/when/0", often="weekly", days=["TU"], do="more")

    assert answer.location == f"{path}/when/1"
    fill(maker, str(answer.location), often="once", on="2026-12-20", do="save")
    assert row(app, path)["schedule"] == "WEEKLY TU|ONCE 2026-12-20"


def test_pattern_is_changed_and_taken_away(app: Flask, maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/when/0", often="weekly", days=["TU"], do="save")

    fill(maker, f"{path}/when/0", days=["WE"], do="save")
    changed = row(app, path)["schedule"]
    fill(maker, f"{path}/when/0", do="remove")

    assert changed == "WEEKLY WE"
    assert row(app, path)["schedule"] == ""


def test_pattern_that_the_boxes_cannot_say_stays_unless_another_takes_its_place(
    app: Flask, catalogue: Catalogue, maker: FlaskClient
) -> None:
    catalogue.add(schedule="WEEKLY/3 MO 10:00 from 2026-01-05")
    path = begin_change(maker, "acorn-stay-and-play")

    told = main_words(maker.get(f"{path}/when/0"))
    fill(maker, f"{path}/when")

    assert "These boxes cannot say this" in told
    assert "every 3 weeks" in told
    assert row(app, path)["schedule"] == "WEEKLY/3 MO 10:00 from 2026-01-05"


def begin_change(client: FlaskClient, slug: str) -> str:
    page = client.get("/providers/begin", query_string={"service": slug})
    return str(client.post("/providers/begin", data={**held(page, "/begin"), "why": "I lead it."}).location)


@pytest.mark.parametrize("page", ["where/999", "when/999", "where/99999999999999999999", "when/99999999999999999999"])
def test_number_after_the_last_is_one_more(maker: FlaskClient, path: str, page: str) -> None:
    assert maker.get(f"{path}/{page}").status_code == 200


@pytest.mark.parametrize("page", ["where/0", "when/0"])
def test_place_and_hours_are_not_lost_when_somebody_else_was_faster(
    app: Flask, maker: FlaskClient, path: str, page: str
) -> None:
    opened = held(maker.get(f"{path}/{page}"), f"/{page}")
    typed = {"where/0": {"city": "Oakham Green"}, "when/0": {"often": "weekly", "days": ["TU"]}}[page]
    theirs = {"where/0": {"city": "Marlow Cross"}, "when/0": {"often": "weekly", "days": ["FR"]}}[page]
    fill(maker, f"{path}/{page}", **theirs, do="save")
    before = stored(app, path).rows

    answer = maker.post(f"{path}/{page}", data={**opened, **typed, "do": "save"})

    assert answer.status_code == 409
    sent = held(answer, f"/{page}")
    assert {name: sent[name] for name in typed} == typed
    assert stored(app, path).rows == before
