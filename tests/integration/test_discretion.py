"""What a browser shows and keeps of a page about something sensitive: the name of the site."""

import csv

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from hub_finder.area import load_area
from hub_finder.config import ROOT
from tests.conftest import FAIRSHIRE
from tests.factories import Catalogue
from tests.reading import main_words, only, read

ROWS = (ROOT / "data/needs.csv").read_text(encoding="utf-8").splitlines()
NEEDS = {row["need"]: row for row in csv.DictReader(ROWS)}
SENSITIVE = [slug for slug, row in NEEDS.items() if row["sensitive"]]


def head(client: FlaskClient, address: str) -> Tag:
    return only(read(client.get(address)), "head")


def title(client: FlaskClient, address: str) -> str:
    return only(head(client, address), "title").get_text()


@pytest.mark.parametrize("need", ["domestic-abuse", "sexual-health", "substance-misuse", "child-mental-health"])
def test_page_of_a_sensitive_need_does_not_say_so_in_its_head(
    client: FlaskClient, catalogue: Catalogue, need: str
) -> None:
    found = head(client, f"/needs/{need}")

    assert only(found, "title").get_text() == "Hub Finder"
    words = NEEDS[need]["label"].casefold()
    assert words not in str(found).casefold()
    assert need not in str(found)
    assert found.select("meta[property]") == []
    assert NEEDS[need]["label"] in main_words(client.get(f"/needs/{need}"))


def test_page_of_another_need_has_its_name(client: FlaskClient, catalogue: Catalogue) -> None:
    assert title(client, "/needs/sleep") == "Sleep – Hub Finder"


def test_listing_that_helps_with_something_sensitive_is_not_named_in_its_head(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    catalogue.add(id="safe", name="Safe House Talk", summary="For women who were hit.", needs="sleep|domestic-abuse")
    catalogue.add(id="refuge", name="The Refuge", needs="housing", sensitive="yes", service_area="national")
    catalogue.add(id="play", name="Play Group", needs="sleep")

    assert "Safe House" not in str(head(client, "/services/safe"))
    assert "women" not in str(head(client, "/services/safe"))
    assert title(client, "/services/refuge") == "Hub Finder"
    assert title(client, "/services/play") == "Play Group – Hub Finder"
    assert "Safe House Talk" in main_words(client.get("/services/safe"))


@pytest.mark.parametrize(
    "asked", ["need=domestic-abuse", "need=sleep&need=sexual-health", "q=he+hits+me", "q=contraception", "q=drugs"]
)
def test_search_for_something_sensitive_is_not_told_by_its_title(
    client: FlaskClient, catalogue: Catalogue, asked: str
) -> None:
    catalogue.add(id="play", name="Play Group", needs="sexual-health|domestic-abuse|substance-misuse")

    assert title(client, f"/search?{asked}") == "Hub Finder"


def test_other_searches_have_a_title(client: FlaskClient, catalogue: Catalogue) -> None:
    assert title(client, "/search?need=sleep").startswith("Sleep")


@pytest.mark.parametrize("need", SENSITIVE)
def test_page_of_a_sensitive_need_begins_with_urgent_help(client: FlaskClient, catalogue: Catalogue, need: str) -> None:
    catalogue.add(id="talk", name="Talk Group", needs=need)

    words = main_words(client.get(f"/needs/{need}"))

    assert "999" in words
    assert words.index("999") < words.index("Talk Group")


def test_numbers_fit_the_need(client: FlaskClient, catalogue: Catalogue) -> None:
    assert "National Domestic Abuse Helpline" in main_words(client.get("/needs/domestic-abuse"))
    assert "Samaritans" in main_words(client.get("/needs/child-mental-health"))
    assert "999" not in main_words(client.get("/needs/sleep"))


def test_dangers_of_needs_are_kinds_that_we_have_numbers_for() -> None:
    kinds = load_area(FAIRSHIRE).urgent_kinds

    assert {row["danger"] for row in NEEDS.values()} - {""} <= set(kinds)
    assert [slug for slug, row in NEEDS.items() if row["danger"] and not row["sensitive"]] == []
    assert {row["sensitive"] for row in NEEDS.values()} == {"", "yes"}
