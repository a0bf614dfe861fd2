"""The way out: where it leads, and what it clears."""

from pathlib import Path
from shutil import copytree

import pytest
from flask.testing import FlaskClient

from hub_finder.area import load_area
from tests.conftest import FAIRSHIRE
from tests.factories import Catalogue
from tests.reading import main_words, only, read


def test_leaving_clears_what_the_browser_keeps_and_leads_away(client: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add(id="acorn", name="Acorn Group")
    client.get("/services/acorn/report")
    assert client.get_cookie("session") is not None

    response = client.get("/leave", headers={"Sec-Fetch-Site": "same-origin"})

    assert (response.status_code, response.headers["Location"]) == (303, "https://www.bbc.co.uk/weather")
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.get_cookie("session") is None


def test_browser_that_does_not_say_where_it_comes_from_is_cleared_too(client: FlaskClient) -> None:
    assert "Clear-Site-Data" in client.get("/leave").headers
    assert "Clear-Site-Data" in client.get("/leave", headers={"Sec-Fetch-Site": "none"}).headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_page_of_another_site_cannot_sign_anybody_out(staff: FlaskClient, site: str) -> None:
    response = staff.get("/leave", headers={"Sec-Fetch-Site": site})

    assert response.status_code == 303
    assert "Clear-Site-Data" not in response.headers
    assert staff.get("/moderation").status_code == 200


def test_area_says_where_the_way_out_leads(tmp_path: Path) -> None:
    folder = Path(copytree(FAIRSHIRE, tmp_path / "area"))
    facts = (folder / "area.toml").read_text(encoding="utf-8")
    (folder / "area.toml").write_text(facts.replace("[area]\n", '[area]\nleave_to = "https://news.example/"\n', 1))

    assert load_area(folder).leave_to == "https://news.example/"
    (folder / "area.toml").write_text(facts.replace("[area]\n", '[area]\nleave_to = "javascript:alert(1)"\n', 1))
    with pytest.raises(ValueError, match="no address that begins with https"):
        load_area(folder)


def test_advice_gives_the_number_first_and_says_what_no_site_can_do(client: FlaskClient) -> None:
    response = client.get("/about/hide-your-tracks")

    words = main_words(response)
    assert words.index("0808 2000 247") < words.index("Leave this site fast")
    assert "It does not clear your history" in words
    assert only(read(response), "title").get_text() == "Hub Finder"


@pytest.mark.parametrize("address", ["/", "/search?q=x", "/needs/sleep", "/missing", "/reports", "/nowhere", "/hubs"])
def test_every_page_has_the_way_out_and_tells_of_it(client: FlaskClient, catalogue: Catalogue, address: str) -> None:
    page = read(client.get(address))

    assert only(page, "a[data-leave]")["href"] == "/leave"
    assert only(page, "[data-leave-said]")["aria-live"] == "polite"
    assert only(page, "footer a[href='/about/hide-your-tracks']")
