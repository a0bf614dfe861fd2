"""What the columns of a file mean, and the forms to fill in."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from hub_finder.importers.guides import read_guide
from tests.page_client import words_of
from tests.reading import read


def test_the_guide_tells_each_column_of_both_forms(client: FlaskClient) -> None:
    page = read(client.get("/about/data/columns"))

    told = [[words_of(row) for row in table.select("tbody th[scope=row]")] for table in page.select("table")]
    assert told == [[one.column for one in read_guide(form)] for form in ("holiday", "listings")]
    assert all(words_of(table.caption) for table in page.select("table"))


def test_the_guide_leads_to_every_form(client: FlaskClient) -> None:
    links = [str(link["href"]) for link in read(client.get("/about/data/columns")).select("main a[href*=template]")]

    assert sorted(links) == [
        "/about/data/haf-template.csv",
        "/about/data/haf-template.xlsx",
        "/about/data/template.csv",
        "/about/data/template.xlsx",
    ]
    assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("name", ["template", "haf-template"])
def test_a_form_is_a_file_to_keep(client: FlaskClient, name: str) -> None:
    text, book = client.get(f"/about/data/{name}.csv"), client.get(f"/about/data/{name}.xlsx")

    assert text.headers["Content-Disposition"] == f"attachment; filename={name}.csv"
    assert text.data.startswith(b"\xef\xbb\xbf")
    [headings, example] = list(csv.reader(io.StringIO(text.data.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(book.data)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == headings
    assert [cell.value or "" for cell in sheet[2]] == example
    assert "must-revalidate" in book.headers["Cache-Control"] or "max-age=3600" in book.headers["Cache-Control"]
