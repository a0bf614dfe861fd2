"""The listings that the project ships, held to the rules that it sets for them, on both databases."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from hub_finder.area import Area, load_area
from hub_finder.config import ROOT
from hub_finder.directory.catalogue import iterate_services
from hub_finder.directory.checks import FILE_COLUMNS
from hub_finder.directory.columns import ADDRESS
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find
from hub_finder.extensions import db
from hub_finder.for_programs import linked_data
from hub_finder.importers.export import export_services
from hub_finder.importers.needs import import_needs
from hub_finder.importers.places import import_places
from hub_finder.importers.services import import_services
from tests.cards import check_every_listing
from tests.conftest import DATABASES, build_app
from tests.schema_org_rules import faults

AREAS = sorted((ROOT / "data/areas").iterdir())
SENSITIVE = re.compile(r"\brefuges?\b|children.s homes?\b|overnight|safe house", re.IGNORECASE)
FRESH = "2024"
Row = dict[str, str]


@pytest.fixture(scope="module", params=AREAS, ids=lambda folder: folder.name)
def real(request: pytest.FixtureRequest) -> Area:
    return load_area(request.param)


@pytest.fixture(scope="module")
def rows(real: Area) -> list[Row]:
    with real.services_file.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=DATABASES)
def loaded(request: pytest.FixtureRequest, real: Area, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """The app of a real area with its places and listings, each loaded without a refusal."""
    app = build_app(make_database(request.param, f"real-{real.folder.name}"), HUB_AREA=str(real.folder))
    with app.app_context():
        import_needs(ROOT / "data/needs.csv")
        assert import_places(real.places_file).refused == []
        report = import_services(real.services_file, area=real)
        assert report.lines()[1:] == []
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_file_goes_in_whole_and_comes_out_byte_for_byte(loaded: Flask, real: Area) -> None:
    out = "".join(export_services(iterate_services()))

    assert out.encode() == real.services_file.read_bytes()


def test_a_second_run_changes_nothing(loaded: Flask, real: Area, rows: list[Row]) -> None:
    report = import_services(real.services_file, area=real)

    assert report.lines() == [f"Nothing changed ({len(rows)} rows)."]
    assert import_places(real.places_file).changed == 0


def test_facts_read_from_the_tables_and_cards_are_those_of_the_stored_listing(loaded: Flask, rows: list[Row]) -> None:
    assert check_every_listing() == len({row["id"] for row in rows})


def test_linked_data_of_every_listing_validates(loaded: Flask, rows: list[Row]) -> None:
    with loaded.test_request_context():
        told = {service.slug: linked_data(service) for service in iterate_services()}

    assert {slug: found for slug, data in told.items() if (found := faults(data or {}))} == {}
    things = [thing for data in told.values() if data for thing in data["@graph"]]
    assert len(told) == len({row["id"] for row in rows})
    assert {thing["@type"] for thing in things} >= {"Service", "GovernmentService", "Event"}


def test_every_listing_can_be_found(loaded: Flask, real: Area, rows: list[Row]) -> None:
    page = find(SearchQuery(), area=real)

    assert page.total + page.total_without_a_place == len(rows)


def test_every_listing_is_found_by_its_own_name_and_old_names(loaded: Flask, real: Area, rows: list[Row]) -> None:
    missing = []
    for row in rows:
        for name in (row["name"], *filter(None, row["alternate_names"].split("|"))):
            page = find(SearchQuery(words=name, per_page=100), area=real, facets=False)
            if row["id"] not in {one.service.slug for one in (*page.results, *page.without_a_place)}:
                missing.append((row["id"], name))

    assert missing == []


def test_rows_stand_in_the_order_of_their_ids_once_each(rows: list[Row]) -> None:
    ids = [row["id"] for row in rows]

    assert ids == sorted(set(ids))
    assert list(rows[0]) == list(FILE_COLUMNS)


def test_each_listing_has_a_source(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if not row["source_title"]] == []


def test_a_listing_without_a_place_says_whom_it_covers(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if not row["latitude"] and not row["service_area"]] == []


def test_no_cell_says_unknown_where_it_should_be_blank(rows: list[Row]) -> None:
    filler = re.compile(r"unknown|n/?a|none|tbc|tbd|not stated|not known|-+|\?+|x+", re.IGNORECASE)
    telling = set(FILE_COLUMNS) - {"location_precision"}

    assert [(row["id"], column) for row in rows for column in telling if filler.fullmatch(row[column])] == []


def test_no_text_says_unknown(rows: list[Row]) -> None:
    assert [
        (row["id"], column) for row in rows for column in row if re.search(r"\bunknown\b", row[column], re.IGNORECASE)
    ] == []


def test_sensitive_places_have_no_address_and_no_point(rows: list[Row]) -> None:
    sensitive = [row for row in rows if SENSITIVE.search(row["name"] + row["alternate_names"])]
    places = [*ADDRESS, "latitude", "longitude"]

    shown = [(row["id"], column) for row in sensitive for column in places if row[column]]

    assert sensitive
    assert shown == []


def test_help_against_domestic_abuse_gives_no_street(rows: list[Row]) -> None:
    abuse = [row for row in rows if "domestic-abuse" in row["needs"].split("|")[:1]]

    assert abuse
    assert [row["id"] for row in abuse if row["address_1"] or row["postal_code"] or row["latitude"]] == []


def test_a_point_is_never_said_to_be_better_known_than_it_is(rows: list[Row]) -> None:
    exact = [row["id"] for row in rows if row["location_precision"] == "exact"]
    no_postcode = [row["id"] for row in rows if row["location_precision"] == "postcode" and not row["postal_code"]]

    assert (exact, no_postcode) == ([], [])


def test_points_lie_near_the_area(real: Area, rows: list[Row]) -> None:
    south, west, north, east = real.bounds
    points = {row["id"]: (float(row["latitude"]), float(row["longitude"])) for row in rows if row["latitude"]}

    beyond = [
        id_
        for id_, (latitude, longitude) in points.items()
        if not (south - 0.1 < latitude < north + 0.1 and west - 0.2 < longitude < east + 0.2)
    ]

    assert points
    assert beyond == []


def test_an_old_source_or_a_doubtful_listing_always_has_a_caution(rows: list[Row]) -> None:
    silent = [
        row["id"]
        for row in rows
        if not row["caution"] and (row["confidence"] == "low" or (row["source_date"] and row["source_date"] < FRESH))
    ]

    assert silent == []


def test_times_that_can_be_relied_on_are_of_today(rows: list[Row]) -> None:
    stale = [row["id"] for row in rows if row["schedule"] and row["source_date"] and row["source_date"] < FRESH]

    assert stale == []


def test_every_row_states_its_price_and_referral_as_known_or_not(rows: list[Row]) -> None:
    blank = [row["id"] for row in rows if not (row["cost"] and row["referral"] and row["location_precision"])]

    assert blank == []


def test_a_listing_names_one_to_six_needs(rows: list[Row]) -> None:
    assert {len(row["needs"].split("|")) for row in rows} <= set(range(1, 7))


def test_summaries_are_short(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if len(row["summary"]) > 300] == []


def test_localities_of_listings_and_outcodes_are_the_areas_own(real: Area, rows: list[Row]) -> None:
    assert {row["locality"] for row in rows} - {""} <= real.localities.keys()
    outcodes = [outcode for locality in real.localities.values() for outcode in locality.outcodes]
    assert len(outcodes) == len(set(outcodes))


def test_the_areas_own_data_fits_together(real: Area) -> None:
    assert real.council_codes
    assert all(real.council_name(code) for code in real.council_codes)
    assert {kind for target in real.targets.values() for kind in target.kinds} <= real.kinds.keys()
    assert all(one.phone or one.text or one.website for one in real.urgent_help)
    assert real.services_file.exists()
    assert Path(real.basemap_folder).is_dir()
