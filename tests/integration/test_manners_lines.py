"""Lines of JSON that are sent while they are made have a tag all the same."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.importers.phrases import import_phrases
from hub_finder.models.places import Postcode
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


@pytest.mark.parametrize("asked", ["postcode=FA1+1AA", "postcode=FA1+1AA&proximity=900", "search=club"])
def test_lines_of_a_place_or_of_words_have_one_too(town: Catalogue, client: FlaskClient, asked: str) -> None:
    first = client.get(f"{LINES}&{asked}")
    assert first.data  # to its end
    again = client.get(f"{LINES}&{asked}", headers={"If-None-Match": first.headers["ETag"]})
    town.add(id="newer", name="Newer club")
    changed = client.get(f"{LINES}&{asked}", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.data


def test_a_postcode_that_moved_is_another_tag(town: Catalogue, client: FlaskClient) -> None:
    address = f"{LINES}&postcode=FA1+1AA&proximity=900"
    first = client.get(address)
    assert b"Cedar club" not in first.data
    with town.app.app_context():
        db.session.execute(update(Postcode).where(Postcode.code == "FA11AA").values(latitude_e5=5230000))
        db.session.commit()

    moved = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (moved.status_code, b"Cedar club" in moved.data) == (200, True)


def test_a_phrase_that_means_something_else_is_another_tag(
    town: Catalogue, client: FlaskClient, tmp_path: Path
) -> None:
    address, file = f"{LINES}&search=zonked", tmp_path / "phrases.csv"
    first = client.get(address)
    assert first.data == b""
    file.write_text("need,phrase,kind\nsleep,zonked,slang\n", encoding="utf-8")
    with town.app.app_context():
        import_phrases(file)

    meant = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert b"Acorn toddler group" in meant.data


def test_a_new_day_is_another_tag(town: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(LINES)
    tomorrow = freshness.today() + timedelta(days=1)
    monkeypatch.setattr(freshness, "today", lambda: tomorrow)

    assert first.data
    assert client.get(LINES, headers={"If-None-Match": first.headers["ETag"]}).data
