"""What a page says, for tests."""

from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from tests.page_client import words_of


def read(response: TestResponse) -> BeautifulSoup:
    """The page as a tree."""
    read_before: BeautifulSoup | None = vars(response).get("page")
    page = read_before or BeautifulSoup(response.get_data(as_text=True), "html5lib")
    vars(response)["page"] = page
    return page


def main_words(response: TestResponse) -> str:
    """All words of the main part of a page, with single spaces."""
    return words_of(only(read(response), "main"))


def only(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """The one element that a selector finds."""
    found = page.select(selector)
    assert len(found) == 1, f"{len(found)} of {selector}"
    return found[0]


def said_beside(page: BeautifulSoup, field: str) -> str:
    """The error that stands beside a field, which must point to it."""
    error = only(page, f"#{field}-error")
    described = [str(tag["aria-describedby"]).split() for tag in page.select("[aria-describedby]")]
    assert any(f"{field}-error" in references for references in described), f"nothing is described by {field}-error"
    return words_of(error).removeprefix("Error: ")


def summary(page: BeautifulSoup) -> dict[str, str]:
    """The error summary: each message with the part of the page it leads to, which must exist."""
    found = {words_of(link): str(link["href"]) for link in page.select(".govuk-error-summary a")}
    for target in found.values():
        only(page, target)
    return found


def asked(link: Tag) -> dict[str, list[str]]:
    """The parameters in a link's address."""
    return parse_qs(urlsplit(str(link["href"])).query, keep_blank_values=True)


def listed(page: BeautifulSoup) -> list[str]:
    """The slugs of the listings that a page's results name, in their order."""
    links = page.select("article h3 a")
    return [str(link["href"]).removeprefix("/services/") for link in links]


def answers(page: BeautifulSoup) -> dict[str, str]:
    """The words under each question of a listing's page."""
    return {words_of(part.h2): words_of(part) for part in page.select("main .hf-answer") if part.h2}
