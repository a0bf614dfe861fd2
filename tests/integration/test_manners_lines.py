"""Lines of JSON that are sent while they are made have a tag all the same."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub_finder.directory import freshness
from tests.factories import Catalogue
from tests.integration.giving_out import add_town

LINES = "/api/v3/services?format=ndjson"


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    add_town(catalogue)
    return catalogue


@pytest.mark.parametrize("packed", ["identity", "gzip", "br"])
@pytest.mark.parametrize("kind", ["services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms"])
def test_lines_have_a_tag_until_something_changes(town: Catalogue, client: FlaskClient, kind: str, packed: str) -> None:
    address, headers = f"/api/v3/{kind}?format=ndjson", {"Accept-Encoding": packed}

    def ask(where: str, tag: str = '"other"') -> TestResponse:
        response = client.get(where, headers={**headers, "If-None-Match": tag})
        response.get_data()  # to its end
        return response

    first = ask(address)
    again, other = (ask(where, first.headers["ETag"]) for where in (address, f"{address}&page=1"))
    town.add(id="newer", name="Newer")
    changed = ask(address, first.headers["ETag"])

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert (other.status_code, changed.status_code) == (200, 200)
    assert first.headers["ETag"].startswith("W/")
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("asked", ["postcode=FA1+1AA", "search=club"])
def test_lines_of_what_may_change_otherwise_have_no_tag(town: Catalogue, client: FlaskClient, asked: str) -> None:
    response = client.get(f"{LINES}&{asked}", headers={"If-None-Match": "*"})

    assert response.data
    assert "ETag" not in response.headers


def test_a_new_day_is_another_tag(town: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(LINES)
    tomorrow = freshness.today() + timedelta(days=1)
    monkeypatch.setattr(freshness, "today", lambda: tomorrow)

    assert first.data
    assert client.get(LINES, headers={"If-None-Match": first.headers["ETag"]}).data
