"""Lists for other sites' pages: in a frame, with colours, as HTML to copy; and who may frame what."""

import re
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE, build_app
from tests.factories import Catalogue

LIST = "/embed?need=baby-toddler-groups&postcode=FA1+1AA"
MAKER = LIST.replace("/embed", "/about/embed")


@pytest.fixture
def filled(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    near = {"latitude": "52.1", "longitude": "-1.2", "needs": "baby-toddler-groups"}
    catalogue.add(**near)
    for at in range(7):
        catalogue.add(id=f"group-{at}", name=f"Group {at} <b>&", **near)
    return catalogue


@pytest.fixture
def framed_app(make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    origins = "https://school.example  https://*.surgery.example:8443"
    app = build_app(make_database("sqlite", "framed"), HUB_AREA=str(FAIRSHIRE), HUB_EMBED_ANCESTORS=origins)
    yield app
    with app.app_context():
        db.engine.dispose()


def read(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status, response.get_data(as_text=True)
    return BeautifulSoup(response.data, "html5lib")


def copied(page: BeautifulSoup, name: str) -> str:
    field = page.find("textarea", id=name)
    assert field
    return field.get_text()


def test_list_has_as_many_results_as_were_asked_for_and_says_how_many_there_are(
    filled: Catalogue, client: FlaskClient
) -> None:
    page = read(client, f"{LIST}&per_page=3")

    assert len(page.select("article")) == 3
    assert "8 places that may help" in page.get_text()
    assert page.select_one(".hf-button")["href"] == "/search?need=baby-toddler-groups&postcode=FA1+1AA"  # type: ignore[index]
    assert len(read(client, LIST).select("article")) == 5


def test_list_says_what_is_not_known_and_whom_to_call(filled: Catalogue, client: FlaskClient) -> None:
    text = read(client, LIST).get_text()

    assert "Price: not stated" in text
    assert "Not checked by us yet" in text
    assert "Is someone in danger now?" in text


def test_need_of_danger_comes_with_its_numbers_first_and_without_its_name_in_the_title(
    filled: Catalogue, client: FlaskClient
) -> None:
    page = read(client, LIST.replace("baby-toddler-groups", "domestic-abuse"))

    assert page.select_one(".hf-urgent .hf-phone")
    assert page.title
    assert page.title.get_text().strip() == "Hub Finder"
    assert "That does not mean there is no help" in page.get_text()


def test_filters_of_a_search_hold_in_a_list(filled: Catalogue, client: FlaskClient) -> None:
    near = {"latitude": "52.1", "longitude": "-1.2", "needs": "baby-toddler-groups"}
    filled.add(id="paid-group", name="Paid Group", cost="paid", **near)

    found = read(client, f"{LIST}&per_page=20&page=9&view=timetable").select("article h3")
    free = read(client, f"{LIST}&per_page=20&cost=free").select("article h3")

    names = [{name.get_text(strip=True) for name in one} for one in (found, free)]
    assert names[0] - names[1] == {"Paid Group"}


def test_every_link_of_a_list_leaves_the_frame_and_nothing_in_it_is_kept_or_sent(
    filled: Catalogue, client: FlaskClient
) -> None:
    response = client.get(LIST, headers={"Cookie": "session=x"})

    page = BeautifulSoup(response.data, "html5lib")
    assert page.base
    assert page.base["target"] == "_top"
    assert not page.select("script, form, input, button, iframe, [target]:not(base)")
    assert "Set-Cookie" not in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "form-action 'none'" in policy
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert client.get(LIST, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("", {}),
        ("&need=x", {"need": "Choose from the list"}),
        ("&postcode=nowhere", {"postcode": "could not find"}),
        ("&per_page=21", {"per_page": "from 1 to 20"}),
        ("&per_page=x", {"per_page": "from 1 to 20"}),
        ("&age=99", {"age": "age"}),
        ("&cost=cheap", {"cost": "cheap"}),
        ("&text=eeeeee&outline=dddddd", {"text": "contrast is 1.16 to 1", "outline": "must be 3"}),
        ("&text=eeeeee&link=x", {"link": "not a colour"}),
    ],
)
def test_what_is_wrong_in_the_address_of_a_list_is_named(
    filled: Catalogue, client: FlaskClient, more: str, named: dict[str, str]
) -> None:
    asked = dict(part.split("=") for part in (LIST.partition("?")[2] + more).split("&"))

    page = read(client, "/embed?" + "&".join(f"{name}={value}" for name, value in asked.items()), 400 if named else 200)

    told = {item.code.get_text(): item.get_text() for item in page.select("li") if item.code}
    assert told.keys() == named.keys()
    for name, words in named.items():
        assert words in told[name]
    assert "Is someone in danger now?" in page.get_text()


def test_list_without_a_need_or_a_place_says_both(filled: Catalogue, client: FlaskClient) -> None:
    page = read(client, "/embed", 400)

    assert {code.get_text() for code in page.select("code")} == {"need", "postcode"}


def test_chosen_colours_come_as_a_style_sheet_of_our_own(filled: Catalogue, client: FlaskClient) -> None:
    page = read(client, f"{LIST}&background=%23101010&text=ffffff&link=88ccff&outline=999999")

    last = str(page.select("link[rel=stylesheet]")[-1]["href"])
    sheet = client.get(last)
    assert last == "/embed.css?background=101010&text=ffffff&link=88ccff&outline=999999"
    assert sheet.mimetype == "text/css"
    assert "--paper: #101010;" in sheet.text
    assert "--sea: #88ccff;" in sheet.text


def test_style_sheet_of_colours_that_cannot_be_read_is_refused(client: FlaskClient) -> None:
    response = client.get("/embed.css?text=eeeeee")

    assert response.status_code == 400
    assert response.text.startswith("text: #eeeeee on #ffffff is hard to see.")


def test_nobody_may_frame_anything_where_nobody_is_named(filled: Catalogue, client: FlaskClient) -> None:
    for address in (LIST, "/embed", "/", MAKER, "/about/privacy", "/embed.css"):
        response = client.get(address)

        assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'"), address
        assert response.headers["X-Frame-Options"] == "DENY"


def test_only_lists_may_be_framed_and_only_by_who_is_named(framed_app: Flask) -> None:
    client = framed_app.test_client()

    for address in ("/embed", "/uk/embed"):
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors https://school.example https://*.surgery.example:8443")
        assert "X-Frame-Options" not in response.headers
    for address in ("/", "/search", "/about/embed", "/embed.css", "/nowhere", "/accounts/sign-in"):
        response = client.get(address)
        assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'"), address
        assert response.headers["X-Frame-Options"] == "DENY"


def test_list_is_there_in_other_languages(filled: Catalogue, client: FlaskClient) -> None:
    page = read(client, f"/ar{LIST}")

    assert page.html
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert "places that may help" not in page.get_text()


# ---- the page that makes one


def test_maker_asks_first_and_finds_no_fault_with_what_was_not_sent(client: FlaskClient) -> None:
    page = read(client, "/about/embed")

    assert not page.select("textarea, .govuk-error-summary")
    assert {str(field["name"]) for field in page.select("main [name]")} == {
        *("need", "postcode", "age", "per_page", "in"),
        *("background", "text", "link", "outline"),
    }


def test_maker_tells_beside_each_field_what_is_wrong(filled: Catalogue, client: FlaskClient) -> None:
    page = read(client, "/about/embed?need=&postcode=FA1+1AA&per_page=99&text=eeeeee")

    links = {str(link["href"]) for link in page.select(".govuk-error-summary a")}
    assert links == {"#need", "#per_page", "#text"}
    for link in links:
        assert page.select_one(link)
    assert not page.select("textarea")


def test_maker_gives_html_with_the_results_as_links_to_the_live_site(filled: Catalogue, client: FlaskClient) -> None:
    text = copied(read(client, f"{MAKER}&per_page=8"), "html")

    copy = BeautifulSoup(text, "html5lib")
    links = [str(link["href"]) for link in copy.select("li a")]
    assert len(links) == 8
    assert "http://localhost/services/group-3" in links
    for link in links:
        assert client.get(link.removeprefix("http://localhost")).status_code == 200
    assert "Group 3 &lt;b&gt;&amp;" in text
    assert "http://localhost/search?need=baby-toddler-groups&postcode=FA1+1AA" in {
        str(link["href"]) for link in copy.select("p a")
    }
    assert "Price: not stated" in text
    assert "may be out of date" in text
    assert "Is someone in danger now?" in text
    assert not re.search(r"<script|<style|<link|\son\w+=|style=|class=", text)


def test_maker_gives_a_copy_in_another_language(filled: Catalogue, client: FlaskClient) -> None:
    text = copied(read(client, f"{MAKER}&in=uk"), "html")

    assert text.startswith('<section lang="uk">')
    assert "http://localhost/uk/services/group-3" in text
    assert "http://localhost/uk/search?" in text
    assert "may be out of date" not in text


def test_maker_offers_a_frame_only_where_it_would_show(framed_app: Flask) -> None:
    Catalogue(framed_app).add_places()
    client = framed_app.test_client()

    page = read(client, f"{MAKER}&age=2&text=%23000000&in=pl")

    frame = BeautifulSoup(copied(page, "frame"), "html5lib").iframe
    assert frame
    address = "/pl/embed?need=baby-toddler-groups&postcode=FA1+1AA&age=2&per_page=5&text=000000"
    assert frame["src"] == f"http://localhost{address}"
    assert frame["title"]
    assert client.get(address).status_code == 200
    assert "https://school.example" in page.get_text()


def test_maker_says_that_frames_are_off(filled: Catalogue, client: FlaskClient) -> None:
    page = read(client, MAKER)

    assert not page.select("#frame")
    assert "not switched frames on yet" in page.get_text()
