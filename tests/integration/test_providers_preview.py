"""A proposal as families will see it: the same page, and nothing of it kept."""

from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub_finder.area import Area
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.picturing import picture
from hub_finder.directory.times import ZONE
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.services import Location, Organisation, Service
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.providing import begin_new, fill, held, provider, write_whole
from tests.reading import main_words, only, read
from tests.whole_listing import add_whole_listing, whole_listing

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 10, 0, tzinfo=ZONE))
    monkeypatch.setattr("hub_finder.directory.freshness.today", lambda: TODAY)


@pytest.fixture
def maker(app: Flask, catalogue: Catalogue) -> FlaskClient:
    catalogue.add_places()
    return provider(app)


def answers(response: object) -> list[str]:
    """Each part of the page of a listing, in words."""
    return [words_of(one) for one in read(response).select(".hf-answer")]  # type: ignore[arg-type]


def test_preview_of_an_unchanged_listing_is_its_page(app: Flask, catalogue: Catalogue, client: FlaskClient) -> None:
    add_whole_listing(catalogue, TODAY)
    maker = provider(app)
    page = maker.get("/providers/begin?service=everything-group")
    path = maker.post("/providers/begin", data={**held(page, "/begin"), "why": "I lead it."}).location

    seen, real = maker.get(f"{path}/preview"), client.get("/services/everything-group")

    # A calendar cannot be taken from it, and the maker's word will be a check.
    differ = [(one, other) for one, other in zip(answers(seen), answers(real), strict=True) if one != other]
    assert [one[:12] for one, _ in differ] == ["When is it? ", "How sure are"]
    assert words_of(only(read(seen), "h1")) == words_of(only(read(real), "h1"))
    assert len(read(seen).select(".hf-alert, .hf-note")) > 1


def test_preview_says_that_it_is_one_and_leads_nowhere_else(app: Flask, maker: FlaskClient) -> None:
    path = begin_new(maker)
    write_whole(maker, path)

    page = maker.get(f"{path}/preview")

    told = main_words(page)
    assert "This is how families will see it." in told
    assert "Report a problem" not in told
    assert read(page).select("main form[action*=shortlist], link[rel=canonical]") == []
    assert "noindex" in str(only(read(page), "meta[name=robots]"))


def test_preview_of_a_new_listing_has_the_makers_word_as_source_and_check(maker: FlaskClient) -> None:
    path = begin_new(maker)
    write_whole(maker, path)

    told = main_words(maker.get(f"{path}/preview"))

    assert "Checked on 24 November 2026" in told
    assert "We read this in: Bell Choir – 24 November 2026" in told


def test_preview_leaves_out_what_cannot_be_read_and_says_so(maker: FlaskClient) -> None:
    path = begin_new(maker)
    fill(maker, f"{path}/contact", phone="ask Jo", email="jo@bells.example")

    told = main_words(maker.get(f"{path}/preview"))

    assert "No name yet" in told
    assert "jo@bells.example" not in told or "ask Jo" not in told
    assert "What needs a look is left out here." in told


def test_looking_keeps_nothing(app: Flask, maker: FlaskClient) -> None:
    path = begin_new(maker)
    write_whole(maker, path)
    fill(maker, f"{path}/where/0", postal_code="FA1 1AA", do="save")

    maker.get(f"{path}/preview")

    with app.app_context():
        tables = (Service, Organisation, Location)
        assert [db.session.scalar(select(func.count()).select_from(table)) for table in tables] == [0, 0, 0]


def test_picture_belongs_to_no_session(app: Flask, catalogue: Catalogue, area: Area) -> None:
    first, *further = whole_listing(TODAY)
    with app.app_context():
        needs, vocabulary = load_vocabulary(area)
        least = {"kind": "early_years", "confidence": "high"}
        rows = [{**blank_row(), **least, **first}, *({**blank_row(), **one} for one in further)]

        service = picture(rows, needs=needs, vocabulary=vocabulary)

        assert service.name == "The Everything Group"
        assert [place.city for place in service.places] == ["Oakham Green", "Marlow Cross", "Little Wending"]
        assert not db.session.new
        assert service not in db.session


def blank_row() -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "")


@pytest.mark.parametrize(
    "broken",
    [
        {"latitude": "north", "longitude": "2", "location_precision": "exact"},
        {"latitude": "52"},
        {"latitude": "52", "longitude": "-1"},
        {"schedule": "WEEKLY XX"},
        {"kind": "nothing"},
        {"needs": "nothing|sleep"},
        {"min_age": "9", "max_age": "4"},
        {"sensitive": "yes", "city": "Oakham Green"},
        {"alert_from": "2026-01-01"},
        {"cost_amount": "two", "phone": "x", "email": "y", "website": "z", "languages": "zz"},
        {"name": "x" * 500},
        {"summary": "a\x07b"},
    ],
)
def test_any_rows_make_a_picture(app: Flask, catalogue: Catalogue, area: Area, broken: dict[str, str]) -> None:
    with app.app_context():
        needs, vocabulary = load_vocabulary(area)

        service = picture([{**blank_row(), **broken}], needs=needs, vocabulary=vocabulary)

    assert service.organisation.name == "No organisation yet"
