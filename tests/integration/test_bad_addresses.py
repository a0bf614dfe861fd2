"""Addresses of pages for practitioners and planners that cannot be read: told, never guessed, and never a fault."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.models.accounts import Role
from tests.factories import Catalogue
from tests.family_lists import begin, handed_over
from tests.page_client import words_of
from tests.reading import main_words, read
from tests.shortlists import send
from tests.signing_in import press, sign_in

# Greater than any number that either database keeps.
HUGE = "9" * 25


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/insight/gaps?locality=zzz", "“locality” in the address must be one of: north-fair, south-fair."),
        ("/insight/targets?by=week", "“by” in the address must be “month” or “day”."),
    ],
)
def test_planner_is_told_which_part_of_an_address_is_wrong(
    app: Flask, catalogue: Catalogue, address: str, said: str
) -> None:
    answer = sign_in(app.test_client(), Role.PLANNER).get(address)

    assert answer.status_code == 400
    assert said in main_words(answer)


def test_practitioner_is_told_which_part_is_wrong(signposter: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add(id="acorn")
    path = begin(signposter, "acorn")

    for answer, said in (
        (signposter.get("/signposting/find?list=zzz"), "“list” in the address"),
        (signposter.get(f"/signposting/find?list={HUGE}"), "“list” in the address"),
        (signposter.get(f"{path}/hand-over?language=xx"), "“language” in the address must be one of: en, ar"),
        (press(signposter, f"{path}/hand-over", days="5"), "“days” must be one of: 90, 14, 30, 180, 365, or “end”."),
    ):
        assert answer.status_code == 400
        assert said in main_words(answer)
    assert signposter.get("/signposting/find?list=4711").status_code == 404


@pytest.mark.parametrize("tag", ["", "/pl"])
def test_family_is_told_in_its_language(app: Flask, signposter: FlaskClient, catalogue: Catalogue, tag: str) -> None:
    catalogue.add(id="acorn")
    link = tag + handed_over(signposter, begin(signposter, "acorn"))

    answer = send(app.test_client(), f"{link}/helped", page=link, service="acorn", answer="perhaps")

    assert answer.status_code == 400
    assert ("must be one of" in main_words(answer)) == (tag == "")
    assert "yes, no, no_way_in" in main_words(answer)


def test_number_that_no_table_holds_is_a_page_that_is_not_there(signposter: FlaskClient, catalogue: Catalogue) -> None:
    for path in (f"lists/{HUGE}", f"lists/{HUGE}/hand-over", f"lists/{2**31}"):
        assert signposter.get(f"/signposting/{path}").status_code == 404
    for path in (f"lists/{HUGE}", f"lists/{HUGE}/add", f"notes/{2**63}/delete"):
        assert press(signposter, "/signposting", f"/signposting/{path}").status_code in (404, 405)


def test_page_of_a_locality_shows_where_it_belongs(app: Flask, catalogue: Catalogue) -> None:
    planner = sign_in(app.test_client(), Role.PLANNER)

    page = read(planner.get("/insight/localities/north-fair"))

    assert [words_of(one) for one in page.select(".hf-staff-bar [aria-current]")] == ["Overview"]
