"""The language that an address says."""

from flask.testing import FlaskClient

from tests.factories import Catalogue
from tests.reading import only, read


def test_address_says_the_language_and_every_link_stays_in_it(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", name="Tots")

    page = read(client.get("/uk/search?q=tots"))

    assert only(page, "html")["lang"] == "uk"
    assert "/uk/services/tots" in {link["href"] for link in page.select("a[href]")}
    assert all(str(link["href"]).startswith("/static/") for link in page.select("link[rel=stylesheet]"))
