"""Hostile and broken input at every public address: a plain answer, nothing runs, nothing passes silently."""

import re
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hub_finder.access import PUBLIC, rule_of
from tests.factories import Catalogue
from tests.reading import only, read, summary
from tests.rules.test_access import BY_TOKEN

SCRIPT = '"><script>alert(1)</script>'
HOSTILE = {
    "a raised number": "²",
    "a long text": "a" * 10_000,
    "long words": "word " * 2_000,
    "control characters": "a\x01\x02\x07\x08\x1b\x7f\x85b",
    "NUL": "a\x00b",
    "only NUL": "\x00",
    "line breaks": "a\r\nSet-Cookie: x=1\r\n\r\n<b>",
    "right-to-left marks": "\u202eevil\u202c\u200f\u2066x",
    "non-characters": "a\ufdd0\ufffe\uffffb\U0001fffe",
    "private and replaced": "a\ue000\ufffdb",
    "script": SCRIPT,
    "attribute": "' onmouseover='alert(1)",
    "template": "{{ 7*7 }}{% raise %}${7*7}#{7*7}",
    "SQL": "'; DROP TABLE service; --",
    "SQL or": "' OR '1'='1' UNION SELECT 1,2,3 --",
    "FTS": 'send (autism OR "x NEAR/2 col:* ^ - AND',
    "tsquery": "a & !b | (c <-> d:* \\",
    "LIKE": "%_\\%",
    "path": "../../../etc/passwd",
    "format": "%s%n%x {0.__class__}",
    "number": "99999999999999999999",
    "negative": "-1",
    "full-width digits": "５",
    "combining": "e" + "\u0301" * 300,
    "emoji": "👨‍👩‍👧‍👦" * 10,
    "only marks": "!!! ??? ---",
    "white space": " \t\u00a0\u2003 ",
}
FIELDS = (
    *("q", "postcode", "need", "age", "kind", "locality", "within", "cost"),
    *("send", "referral", "sort", "view", "page", "per_page"),
    *("access", "language", "border", "day", "on", "time", "when", "exact"),
)


def assert_nothing_runs(response: TestResponse) -> None:
    page = read(response)
    assert not [script for script in page.select("script") if "alert" in script.get_text()]
    assert not page.select("[onmouseover]")
    assert SCRIPT not in response.get_data(as_text=True)
    assert "49" not in "".join(str(box.get("value", "")) for box in page.select("#q, #postcode"))


@pytest.mark.parametrize("case", HOSTILE)
def test_search_page_answers_hostile_text_in_every_field(catalogue: Catalogue, client: FlaskClient, case: str) -> None:
    response = client.get("/search", query_string=dict.fromkeys(FIELDS, HOSTILE[case]))

    assert response.status_code == 200
    assert_nothing_runs(response)
    assert summary(read(response)), "bad values passed silently"


@pytest.mark.parametrize("case", HOSTILE)
def test_each_field_refuses_hostile_text_by_name_or_searches_with_it(
    catalogue: Catalogue, client: FlaskClient, case: str
) -> None:
    for field in FIELDS:
        response = client.get("/api/search", query_string={"q": "group", field: HOSTILE[case]})

        blank = (
            field not in ("need", "age", "kind", "locality", "access", "language", "day")
            and not HOSTILE[case].replace("\x00", "").strip()
        )
        if field in ("q", "postcode"):
            assert response.status_code in (200, 400)
            assert response.status_code == 200 or response.get_json()["parameter"] == field
        elif blank:
            assert response.status_code == 200
        else:
            assert (response.status_code, response.get_json()["parameter"]) == (400, field)


NUMBERS = [
    "-1",
    "abc",
    "1e9",
    "nan",
    "inf",
    "-inf",
    "５",
    "0",
    "1,5",
    "0x10",
    "1_000",
    "+1",
    "١",
    "99999999999",
    "201",
    "1." + "0" * 31,
]


@pytest.mark.parametrize("number", NUMBERS)
def test_distance_that_is_no_distance_is_told(catalogue: Catalogue, client: FlaskClient, number: str) -> None:
    catalogue.add_places()

    page = read(client.get("/search", query_string={"postcode": "FA1 1AA", "within": number}))

    assert list(summary(page)) == ["Distance must be a number of miles from 0.1 to 200, like 5"]
    assert only(page, "#within option[selected]")["value"] == number


@pytest.mark.parametrize("field", ["page", "per_page"])
@pytest.mark.parametrize("number", ["0", "-1", "99999999999", "1.5", "abc", "nan", "５", "1e3", "10001"])
def test_page_number_that_is_none_is_told(catalogue: Catalogue, client: FlaskClient, field: str, number: str) -> None:
    page = client.get("/search", query_string={"q": "group", field: number})
    answer = client.get("/api/search", query_string={"q": "group", field: number})

    assert page.status_code == 200
    assert len(summary(read(page))) == 1
    assert (answer.status_code, answer.get_json()["parameter"]) == (400, field)


def test_last_page_that_may_be_asked_for_is_answered(catalogue: Catalogue, client: FlaskClient) -> None:
    assert client.get("/search?q=group&page=10000&per_page=100").status_code == 404
    assert client.get("/api/search?q=group&page=10000&per_page=100").get_json()["results"] == []


def test_one_need_asked_500_times_is_one_need(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(name="Sleep Group", needs="sleep", latitude="52.1", longitude="-1.2")
    query = "&".join(["need=sleep"] * 500)

    page, answer = client.get(f"/search?{query}"), client.get(f"/api/search?{query}")

    assert page.status_code == 200
    assert len(read(page).select("ul[aria-label^=Chosen] a")) == 1
    assert answer.get_json()["query"]["need"] == ["sleep"]
    assert answer.get_json()["total"] == 1


def test_500_different_needs_are_refused_in_a_few_words(catalogue: Catalogue, client: FlaskClient) -> None:
    query = "&".join(f"need=x{number}" for number in range(500))

    answer = client.get(f"/api/search?{query}")
    page = client.get(f"/search?{query}")

    assert answer.status_code == 400
    assert len(answer.get_json()["message"]) < 200
    assert [len(said) < 200 for said in summary(read(page))] == [True]


def test_very_many_parameters_are_ignored(catalogue: Catalogue, client: FlaskClient) -> None:
    query = "&".join(f"x{number}=1" for number in range(5_000))

    assert client.get(f"/search?{query}").status_code == 200
    assert client.get(f"/api/search?q=group&{query}").status_code == 200


BROKEN = [
    "%",
    "%zz",
    "%ff%fe",
    "%c3%28",
    "%ed%a0%80",
    "%f5%80%80%80",
    "%u0041",
    "a%00b",
    "%0d%0aX-Injected:%201",
    "%e2%80%ae",
]


@pytest.mark.parametrize("raw", BROKEN)
def test_address_that_is_not_well_encoded_is_answered(catalogue: Catalogue, client: FlaskClient, raw: str) -> None:
    for address in (
        f"/search?q={raw}&postcode={raw}&need={raw}",
        f"/api/search?q={raw}&age={raw}",
        f"/services.geojson?{raw}={raw}",
        f"/api/needs?q={raw}",
        f"/api/places/{raw}",
        f"/services/{raw}",
        f"/services/{raw}.json",
        f"/needs/{raw}",
        f"/localities/{raw}",
        f"/static/{raw}",
        f"/{raw}",
    ):
        response = client.get(address, follow_redirects=True)
        assert response.status_code < 500, address
        assert "X-Injected" not in response.headers


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule_of(app, rule.endpoint) == PUBLIC]


@pytest.mark.parametrize("case", ["NUL", "script", "SQL", "path", "right-to-left marks", "a long text", "FTS"])
def test_every_public_address_answers_hostile_text(app: Flask, client: FlaskClient, case: str) -> None:
    text = HOSTILE[case]
    for rule in rules(app):
        address = re.sub(r"<[^>]*>", quote(text, safe=""), rule.rule)
        response = client.get(address, query_string={"q": text, "v": text, text[:50]: text})

        # The database of these tests is not filled, which is said.
        assert response.status_code < 500 or rule.rule == "/health/ready", address
        # 405: an address that only a form sends to.
        assert not rule.arguments or response.status_code in (308, 404, 405, 410), address
        if response.mimetype == "text/html":
            assert_nothing_runs(response)
        response.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
def test_every_public_address_refuses_to_be_written_to(app: Flask, client: FlaskClient, method: str) -> None:
    taken = {one.rule: set[str]() for one in app.url_map.iter_rules()}
    for one in app.url_map.iter_rules():
        taken[one.rule] |= one.methods or set()
    for rule in rules(app):
        address = re.sub(r"<[^>]*>", "x", rule.rule)

        response = client.open(address, method=method, data={"q": "x"})

        if method in taken[rule.rule]:  # a form, without the token that came with its page
            assert response.status_code == (401 if rule.endpoint in BY_TOKEN else 400), address
        else:
            assert response.status_code == 405, address
            assert taken[rule.rule] & {"GET", "POST"} <= set(response.headers["Allow"].split(", "))
        response.close()


def test_every_public_address_answers_head_like_get_without_a_body(app: Flask, client: FlaskClient) -> None:
    for rule in rules(app):
        address = re.sub(r"<[^>]*>", "x", rule.rule)

        with client.get(address) as got, client.head(address) as headed:
            assert (headed.status_code, headed.mimetype) == (got.status_code, got.mimetype), address
            assert headed.data == b""


def test_large_body_on_a_page_is_refused_unread(client: FlaskClient) -> None:
    assert client.post("/search", data=b"q=" + b"a" * 5_000_000).status_code in (405, 413)
    assert client.get("/search", data=b"a" * 5_000_000).status_code in (200, 413)


@pytest.mark.parametrize("host", ["<script>", "a b", "[", "a:b:c", "a..b", "é"])
def test_odd_host_is_answered(client: FlaskClient, host: str) -> None:
    for address in ("/", "/sitemap.xml", "/services.geojson"):
        response = client.get(address, headers={"Host": host})

        assert response.status_code in (200, 400)
        assert "<script>" not in response.get_data(as_text=True)[:200]


typed = st.text(st.characters(codec="utf-8"), max_size=300) | st.sampled_from(sorted(HOSTILE.values()))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(words="", place="", numbers=["²"], other="²")
@given(words=typed, place=typed, numbers=st.lists(typed, max_size=3), other=typed)
def test_search_answers_whatever_is_typed(
    client: FlaskClient, words: str, place: str, numbers: list[str], other: str
) -> None:
    query = {"q": words, "postcode": place, "age": numbers, "need": numbers, "within": other, "sort": other}
    query |= dict.fromkeys(("day", "access", "language"), numbers) | dict.fromkeys(("on", "time", "when"), other)
    response = client.get("/search", query_string=query)

    assert response.status_code == 200
    assert_nothing_runs(response)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=typed, place=typed)
def test_words_and_places_are_answered_whatever_they_are(client: FlaskClient, words: str, place: str) -> None:
    assert client.get("/api/search", query_string={"q": words}).status_code in (200, 400)
    assert client.get("/api/search", query_string={"postcode": place}).status_code in (200, 400)
    assert client.get("/api/needs", query_string={"q": words}).status_code in (200, 400)
