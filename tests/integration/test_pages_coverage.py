"""What is listed so far, and the Start for Life guide."""

import csv
import io

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import update

from hub_finder.directory.freshness import today
from hub_finder.extensions import db
from hub_finder.models.services import Service
from tests.factories import Catalogue
from tests.integration.asking import north
from tests.page_client import words_of
from tests.reading import asked, main_words, only, read, said_beside, summary


def rows_of(page: BeautifulSoup, caption: str) -> dict[str, list[str]]:
    """The numbers of each row of a table, by its first words."""
    table = next(one for one in page.select("main table") if words_of(one.caption).startswith(caption))
    assert table.select("thead th[scope=col]")
    return {
        words_of(row.th).split(" Nothing")[0]: [words_of(cell).split()[0] for cell in row.select("td")]
        for row in table.select("tbody tr")
    }


def tile(page: BeautifulSoup, slug: str) -> BeautifulSoup:
    return only(page, f"section[aria-labelledby={slug}]")  # type: ignore[return-value]


def test_totals_are_told_as_listed_checked_and_missing(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", kind="family_hub")
    catalogue.add(id="b", kind="family_hub", confidence="low")
    catalogue.add(id="c", kind="haf", organisation="Oak Club")
    with catalogue.app.app_context():
        db.session.execute(update(Service).where(Service.slug == "a").values(checked_on=today()))
        db.session.commit()

    response = client.get("/about/coverage")

    assert rows_of(read(response), "How many") == {
        "Family Hub sites": ["3", "1", "1", "2"],
        "outreach points": ["4", "0", "0", "4"],
        "Holiday club providers": ["2", "1", "0", "1"],
        "Holiday club venues": ["5", "0", "0", "5"],
        "Youth groups paid for by the council": ["2", "0", "0", "2"],
        "Start for Life service types": ["24", "1", "1", "23"],
        "Toy sheds": ["7", "not", "not", "not"],
    }
    words = main_words(response)
    assert "Nobody has told us what a toy shed is." in words
    assert "0 of 2 marked so far." in words


def test_more_than_published_is_said(catalogue: Catalogue, client: FlaskClient) -> None:
    for number in range(4):
        catalogue.add(id=f"hub-{number}", kind="family_hub")

    assert "0 (1 more than published)" in main_words(client.get("/about/coverage"))


def test_each_number_leads_to_the_listings_behind_it(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", name="Oak", kind="family_hub", needs="health-visiting", locality="north-fair")

    page = read(client.get("/about/coverage"))

    links = [str(link["href"]) for link in page.select("main td a")]
    assert links == ["#family-hubs", "#types", "/start-for-life/health-visitors#north-fair"]
    assert page.select_one("#family-hubs")
    assert page.select_one("#types")
    assert "/services/a" in [str(link["href"]) for link in page.select("main details a")]
    behind = read(client.get("/start-for-life/health-visitors"))
    assert words_of(only(behind, "#north-fair + ul")) == "Oak"


def test_each_locality_counts_every_type_here_and_in_all_of_the_area(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", needs="health-visiting", locality="north-fair")
    catalogue.add(id="b", needs="health-visiting|maternity", service_area="national")

    response = client.get("/about/coverage")

    page = read(response)
    table = rows_of(page, "North Fair")
    assert len(table) == 24
    assert table["Health visitors"] == ["1", "1", "0"]
    assert table["Help with housing"] == ["0", "0", "0"]
    assert rows_of(page, "South Fair")["Health visitors"] == ["0", "1", "0"]
    assert "2 of 24 types listed, 1 of them with something in North Fair. None checked. 22 missing." in main_words(
        response
    )


def test_the_csv_has_the_numbers_of_the_page(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", kind="family_hub", needs="health-visiting", locality="north-fair")
    catalogue.add(id="b", needs="health-visiting", service_area="national")

    response = client.get("/about/coverage.csv")

    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))
    assert len(rows) == len(catalogue.area.targets) + 24 * len(catalogue.area.localities)
    numbers = {
        (row["slug"], row["locality"]): [row[name] for name in ("target", "listed", "checked", "missing")]
        for row in rows
    }
    assert numbers["family-hubs", ""] == ["3", "1", "0", "2"]
    assert numbers["sheds", ""] == ["7", "", "", ""]
    assert numbers["health-visitors", "north-fair"] == ["1", "2", "0", "0"]
    assert numbers["midwives", "north-fair"] == ["1", "0", "0", "1"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_command_prints_the_same_numbers(catalogue: Catalogue) -> None:
    catalogue.add(id="a", kind="family_hub", needs="health-visiting", locality="north-fair")
    catalogue.add(id="b", needs="health-visiting", service_area="national", kind="family_hub", confidence="low")

    result = catalogue.app.test_cli_runner().invoke(args=["hub", "coverage"])

    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "Published total published listed checked missing not sure of" in lines
    assert "Family Hub sites 3 1 0 2 1" in lines
    assert "Toy sheds 7 - - - 0" in lines
    assert "Health visiting 1 + 1 0 + 1" in lines
    assert len(lines) == 1 + len(catalogue.area.targets) + 1 + 1 + 24


def test_the_guide_names_every_type_with_what_is_listed(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", needs="health-visiting|toileting")

    page = read(client.get("/start-for-life"))

    assert len(page.select("main section.hf-tile")) == 24
    link = tile(page, "health-visitors").select("p a")[0]
    assert words_of(link).startswith("1 listed")
    assert asked(link) == {"need": ["health-visiting", "toileting"]}
    assert "None listed yet" in words_of(tile(page, "teeth"))


def test_the_guide_near_a_postcode_shows_the_nearest_and_who_covers_it(
    catalogue: Catalogue, client: FlaskClient
) -> None:
    catalogue.add_places()
    for miles in (4, 1, 2, 12):
        catalogue.add(**north(miles, id=f"at-{miles}", name=f"At {miles}", needs="health-visiting"))
    catalogue.add(**north(12, id="far", name="Far", needs="maternity"))
    catalogue.add(id="line", name="Line", needs="health-visiting", delivery="phone", service_area="national")

    page = read(client.get("/start-for-life?postcode=FA1+1AA"))

    assert words_of(page.h1) == "Start for Life near FA1 1AA"
    near = tile(page, "health-visitors")
    assert [words_of(item) for item in near.select("li")] == ["At 1 1 mile", "At 2 2 miles", "Line covers you"]
    assert asked(near.select("p a")[0]) == {"need": ["health-visiting", "toileting"], "postcode": ["FA1 1AA"]}
    far = tile(page, "midwives")
    assert "Nothing listed within 10 miles. Look further away" in words_of(far)
    assert words_of(tile(page, "teeth")).endswith("Nothing listed within 10 miles.")


@pytest.mark.parametrize("postcode", ["", "nowhere-at-all", "\0", "FA1 1A"])
def test_a_place_that_cannot_be_found_is_told_beside_the_field(
    catalogue: Catalogue, client: FlaskClient, postcode: str
) -> None:
    catalogue.add_places()

    response = client.get("/start-for-life", query_string={"postcode": postcode})

    page = read(response)
    assert response.status_code == 200
    assert said_beside(page, "postcode")
    assert summary(page)
    assert words_of(page.title).startswith("Error: ")
    assert len(page.select("main section.hf-tile")) == 24


def test_a_misspelt_town_is_offered_right(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add_places()

    page = read(client.get("/start-for-life?postcode=Oakhm+Green"))

    assert "/start-for-life?postcode=Oakham+Green" in {str(link["href"]) for link in page.select("main a")}


def test_a_type_that_nobody_helps_with_is_no_dead_end(catalogue: Catalogue, client: FlaskClient) -> None:
    words = main_words(client.get("/start-for-life/teeth"))

    assert "Nothing listed yet" in words
    assert "Fairshire Family Line" in words


def test_each_type_says_what_it_is_and_where_its_facts_are_from(catalogue: Catalogue, client: FlaskClient) -> None:
    for type_ in catalogue.area.service_types:
        answer = client.get(f"/start-for-life/{type_.slug}")

        assert len(type_.explanation) > 60
        assert type_.explanation in main_words(answer)
        sources = {str(link["href"]) for link in read(answer).select("main p.hf-small a")}
        assert sources == ({type_.source_url} if type_.source_url else set())


def test_a_type_that_does_not_exist_answers_404(client: FlaskClient) -> None:
    assert client.get("/start-for-life/none").status_code == 404
