"""The description of the interface: valid, of every address, and true of every answer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from hub_finder.directory import freshness
from hub_finder.forms import RULES
from hub_finder.open_referral.first_version import HANGING
from tests.factories import Catalogue
from tests.integration.giving_out import FULL
from tests.page_client import words_of
from tests.reading import only, read
from tests.whole_listing import add_whole_listing

FURTHER = (
    *("/services.geojson", "/services.csv", "/services.ics", "/services.atom"),
    *(f"/services/{{slug}}.{form}" for form in ("json", "geojson", "csv", "ics")),
)


@pytest.fixture
def described(catalogue: Catalogue, client: FlaskClient) -> Any:
    return client.get("/api/openapi.json").get_json()


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    add_whole_listing(catalogue, freshness.today())
    catalogue.add({"location_name": "Elm Hall", "city": "Elm", "schedule": "MONTHLY 1SA 10:00-12:00"}, **FULL)
    catalogue.add(name="Birch helpline", delivery="phone", service_area="national")
    return catalogue


def test_the_description_is_valid_openapi(described: Any) -> None:
    validate(described)

    assert described["openapi"] == "3.1.0"


def test_a_description_that_is_none_would_be_found(described: Any) -> None:
    described["paths"]["/api/search"]["get"]["responses"]["200"].pop("description")

    with pytest.raises(Exception, match="description"):
        validate(described)


def test_every_address_for_programs_is_described_and_no_other(app: Flask, described: Any) -> None:
    names = {"<path:text>": "{text}", "<uid>": "{id}"}
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule == "/api" or rule.rule.startswith("/api/")}
    for ours, theirs in names.items():
        routes = {route.replace(ours, theirs) for route in routes}

    assert described["paths"].keys() == routes | set(FURTHER)


def test_every_parameter_of_a_search_is_described(described: Any) -> None:
    told = described["paths"]["/api/search"]["get"]["parameters"]

    assert [one["name"] for one in told if one["in"] == "query"] == [*(rule.name for rule in RULES), "after"]


def addresses(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Paths of the description, with addresses there that answer 200."""
    yield "/api/search", "/api/search"
    yield "/api/search", "/api/search?postcode=FA1+1AA&age=3&within=5&q=group"
    yield "/services.geojson", "/services.geojson?postcode=FA1+1AA"
    yield "/services.csv", "/services.csv"
    yield "/services.csv", "/services.csv?postcode=FA1+1AA"
    yield "/services.ics", "/services.ics"
    yield "/services.atom", "/services.atom"
    yield "/services.ics", "/services.ics?day=SA"
    for slug in ("everything-group", "birch-helpline", "sister-group"):
        for form in ("json", "geojson", "csv"):
            yield f"/services/{{slug}}.{form}", f"/services/{slug}.{form}"
    yield "/services/{slug}.ics", "/services/everything-group.ics"
    for words in ("q=baby+not+sleeping", "q=he+hits+me", "q=gro&typing=1", ""):
        yield "/api/needs", f"/api/needs?{words}"
    for place in ("FA1 1AA", "FA3 1ZZ", "FA1", "Oakham Green", "52.1,-1.2"):
        yield "/api/places/{text}", f"/api/places/{place}"
    yield "/api/openapi.json", "/api/openapi.json"
    yield "/api", "/api"
    yield "/api/v3/", "/api/v3/"
    for path in ("services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms"):
        for query in ("", "?full=true", "?full=true&full_service=true", "?minimal=true", "?per_page=1"):
            yield f"/api/v3/{path}", f"/api/v3/{path}{query}"
        for item in client.get(f"/api/v3/{path}").get_json()["contents"]:
            yield f"/api/v3/{path}/{{id}}", f"/api/v3/{path}/{item['id']}"
    yield "/api/v3/services", "/api/v3/services?format=ndjson"
    included = "&".join(f"include={name}" for name in HANGING)
    for query in ("", "?per_page=1", f"?{included}"):
        yield "/api/v1/services", f"/api/v1/services{query}"
    for item in client.get("/api/v1/services").get_json()["content"]:
        yield "/api/v1/services/{id}", f"/api/v1/services/{item['id']}"


FAILING = [
    ("/api/search", "/api/search?page=x", 400),
    ("/api/search", "/api/search?postcode=nowhere", 400),
    ("/services.geojson", "/services.geojson?within=x", 400),
    ("/services.csv", "/services.csv?within=x", 400),
    ("/services.ics", "/services.ics?within=x", 400),
    ("/services.atom", "/services.atom?within=x", 400),
    ("/services/{slug}.csv", "/services/none.csv", 404),
    ("/services/{slug}.geojson", "/services/none.geojson", 404),
    ("/api/needs", f"/api/needs?q={'x' * 201}", 400),
    ("/api/places/{text}", "/api/places/nowhere", 404),
    ("/services/{slug}.json", "/services/none.json", 404),
    ("/services/{slug}.ics", "/services/everything-group.ics?on=x", 400),
    ("/services/{slug}.ics", "/services/none.ics", 404),
    ("/api/v3/services", "/api/v3/services?day=x", 400),
    ("/api/v3/services/{id}", "/api/v3/services/x", 404),
    ("/api/v3/organizations/{id}", "/api/v3/organizations/x", 404),
    ("/api/v1/services", "/api/v1/services?day=x", 400),
    ("/api/v1/services/{id}", "/api/v1/services/x", 404),
]


def faults(described: Any, path: str, response: TestResponse) -> list[str]:
    """What an answer has that the description does not, or the other way round."""
    told = described["paths"][path]["get"]["responses"].get(str(response.status_code))
    if told is None:
        return [f"the status {response.status_code}"]
    form = response.mimetype or ""
    if form not in told["content"]:
        return [f"the form {form}"]
    missing = [name for name in told.get("headers", ()) if name not in response.headers and name != "Link"]
    schema = {**told["content"][form]["schema"], "components": described["components"]}
    data = json.loads(response.data) if form.endswith("json") and form != "application/x-ndjson" else ""
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    return missing + [f"{list(one.absolute_path)}: {one.message[:200]}" for one in checker.iter_errors(data)]


def test_every_answer_is_as_described(town: Catalogue, client: FlaskClient, described: Any) -> None:
    asked = list(addresses(client))

    wrong = {address: found for path, address in asked if (found := faults(described, path, client.get(address)))}

    assert wrong == {}
    assert {path for path, _ in asked} == described["paths"].keys()


@pytest.mark.parametrize(("path", "address", "status"), FAILING)
def test_every_failure_is_as_described(
    town: Catalogue, client: FlaskClient, described: Any, path: str, address: str, status: int
) -> None:
    response = client.get(address)

    assert response.status_code == status
    assert faults(described, path, response) == []


def test_an_answer_that_is_not_as_described_would_be_found(
    town: Catalogue, client: FlaskClient, described: Any
) -> None:
    described["components"]["schemas"]["Result"]["properties"].pop("distance_m")

    assert faults(described, "/api/search", client.get("/api/search"))


def test_the_page_for_people_tells_every_address_and_each_to_try_answers(
    town: Catalogue, client: FlaskClient, described: Any
) -> None:
    page = read(client.get("/api"))

    told = [words_of(heading) for heading in page.select("main h3")]
    tried = [str(link["href"]) for link in page.select("main section a")]
    assert sorted(told) == sorted(described["paths"])
    assert {address: client.get(address).status_code for address in tried} == dict.fromkeys(tried, 200)
    assert len(tried) >= 12
    assert only(page, "main div.hf-text a[href='/api/openapi.json']")
