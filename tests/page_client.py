"""A test client that checks every page any test opens."""

import re
from hashlib import sha256
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder._html5lib import HTML5TreeBuilder
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub_finder.extensions import db
from hub_finder.web import SITE_NAME

_NONCE = re.compile(r"'nonce-([^']+)'")
_TOKEN = re.compile(r'(?<=name="csrf_token" value=")[\w.-]+(?=")')
# The pages that were found right in this run. To parse a page takes longer than to make it.
_right: set[bytes] = set()


class _StrictBuilder(HTML5TreeBuilder):
    """The tree of a page as a browser makes it. Raises html5lib's ParseError where the page is not valid."""

    def feed(self, markup: str | bytes) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder, strict=True)  # type: ignore[arg-type]
        assert self.underlying_builder
        self.underlying_builder.parser = parser
        parser.parse(markup).original_encoding = None
        self.underlying_builder.parser = None


class PageClient(FlaskClient):
    """Fails a test whose page is not valid, or whose request left changes that nobody committed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        with self.application.app_context():
            assert not db.session.dirty, "the request left changes uncommitted"
            assert not db.session.new, "the request left new rows uncommitted"
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 304, 308) and response.data:
            check_page(response)
        return response


def check_page(response: TestResponse) -> None:
    """The rules for every page, looked at once for each that differs in more than what is new in every answer."""
    looks = _looks(response)
    if looks not in _right:
        page = BeautifulSoup(response.get_data(as_text=True), builder=_StrictBuilder())
        _check(response, page)
        # For the test that reads it next.
        vars(response)["page"] = page
        _right.add(looks)


def _looks(response: TestResponse) -> bytes:
    """A page and its policy, short, without the nonce and without the tokens of its forms."""
    policy, text = response.headers["Content-Security-Policy"], response.get_data(as_text=True)
    for nonce in _NONCE.findall(policy):
        policy, text = policy.replace(nonce, "\0"), text.replace(nonce, "\0")
    return sha256(f"{policy}\n{_TOKEN.sub('', text)}".encode()).digest()


def _check(response: TestResponse, page: BeautifulSoup) -> None:
    """Valid HTML, one h1 that starts the title, strict CSP, nothing inline, all labelled."""
    headings = page.find_all("h1")
    assert len(headings) == 1, f"{len(headings)} h1 headings"
    heading = words_of(headings[0])
    title = words_of(page.title)
    assert heading, "the h1 is empty"
    # The title of a page about something sensitive is the name of the site: see tests/integration/test_discretion.py.
    # The first word says that something is wrong, in any language.
    named = title == SITE_NAME or heading in (title[: len(heading)], title.partition(": ")[2][: len(heading)])
    assert named, f"the title “{title}” does not start with “{heading}”"
    identifiers = [tag["id"] for tag in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers)), "an id stands twice"
    _check_policy(response, page)
    _check_forms(page, set(map(str, identifiers)))
    for link in page.find_all("a"):
        assert link.get("href"), f"a link without an address: {link}"
    for picture in page.find_all("img"):
        assert picture.has_attr("alt"), f"a picture without words: {picture}"
    assert page.html
    assert page.html.get("lang"), "the page does not say its language"


def _check_policy(response: TestResponse, page: BeautifulSoup) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    for tag in page.find_all(True):
        assert not tag.has_attr("style"), f"an inline style: {tag.name}"
        handlers = [name for name in tag.attrs if name.startswith("on")]
        assert not handlers, f"inline handlers: {handlers}"
    assert not page.find_all("style"), "an inline style sheet"
    for script in page.find_all("script"):
        assert f"'nonce-{script.get('nonce')}'" in policy, f"a script without the nonce: {script}"
    for tag in page.find_all(["script", "link", "img", "iframe"]):
        address = str(tag.get("src") or tag.get("href") or "")
        assert not address.startswith(("http", "//")) or tag.get("rel") in (["canonical"], ["alternate"]), (
            f"a third party: {address}"
        )


def _check_forms(page: BeautifulSoup, identifiers: set[str]) -> None:
    for form in page.find_all("form"):
        assert form.get("action"), "a form without an action"
        assert form.has_attr("novalidate"), "a form that the browser checks before we can explain"
    labelled = {str(label.get("for")) for label in page.find_all("label")}
    assert labelled <= identifiers, f"labels for nothing: {labelled - identifiers}"
    for field in page.find_all(["input", "select", "textarea"]):
        if field.get("type") not in ("hidden", "submit"):
            assert field.get("id") in labelled or field.get("aria-label"), f"a field without a label: {field}"
    for tag in page.select("[aria-describedby]"):
        for reference in str(tag["aria-describedby"]).split():
            assert reference in identifiers, f"described by nothing: {reference}"


def words_of(tag: Tag | None) -> str:
    """The words of an element, with single spaces."""
    return " ".join(tag.get_text().split()) if tag else ""
