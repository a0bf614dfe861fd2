"""The made-up national data set, the floor's query, and the tables of results: without a database of ours."""

import csv
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from bench.national import floor
from bench.national.answers import ANY_WORD, BY_NEED, OTHER, SAME, Agreement, Truth
from bench.national.client import Load, percentile
from bench.national.datasette import documented_path, tuned_path
from bench.national.engines import DOCUMENTED, FLOOR, TUNED
from bench.national.listings import make_listings, write_listings
from bench.national.loading import Imported, Reindexed
from bench.national.queries import Query, find_queries
from bench.national.results import Figures, Served, keep, tell
from bench.national.towns import find_postcodes
from bench.national.words import NEEDS
from hub_finder.area import Area
from hub_finder.directory.listings import Vocabulary, parse_listing
from hub_finder.directory.postcodes import compact, is_postcode

LISTINGS = 2_000


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The floor's file of the first listings."""
    folder = tmp_path_factory.mktemp("floor")
    write_listings(folder / "listings.csv", LISTINGS)
    floor.build(folder / "listings.csv", folder / "floor.sqlite")
    connection = floor.connect(folder / "floor.sqlite")
    yield connection
    connection.close()


def query(**facts: object) -> Query:
    asked = {"postcode": "AB1 0AA", "latitude": 51.5, "longitude": -0.12, "need": None, "words": ""}
    return Query(**{**asked, "within_miles": None, "age": None, **facts})  # type: ignore[arg-type]


def test_a_larger_directory_begins_with_the_smaller_one() -> None:
    small = list(make_listings(20))

    assert list(islice(make_listings(40), 20)) == small
    assert small[0] != small[1]


def test_a_file_of_listings_holds_as_many_as_asked_each_under_a_name_of_its_own(tmp_path: Path) -> None:
    write_listings(tmp_path / "listings.csv", 30)

    with (tmp_path / "listings.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    assert len(set(ids)) == len(ids) == 30


def test_every_listing_can_be_taken_and_says_its_needs(area: Area) -> None:
    vocabulary = Vocabulary(needs=NEEDS, kinds=area.kinds.keys(), localities=())

    for row in make_listings(300):
        listing, problems = parse_listing([row], vocabulary)

        assert listing is not None, problems
        assert set(row["needs"].split("|")) <= set(row["summary"].lower().replace(".", "").split())


def test_made_up_postcodes_are_well_formed_and_all_different() -> None:
    units = find_postcodes()

    assert all(is_postcode(compact(unit.postcode)) for unit in units)
    assert len({unit.postcode for unit in units}) == len(units)


def test_questions_are_the_same_every_time_and_of_every_sort() -> None:
    asked = find_queries(200)

    assert find_queries(200) == find_queries.__wrapped__(200) == asked
    sorts = {(one.need is not None, bool(one.words)) for one in asked}
    assert sorts == {(False, False), (False, True), (True, False), (True, True)}
    assert {one.within_miles for one in asked} == {2, 5, 10, 20, 50, None}


def test_a_question_becomes_parameters_of_the_search() -> None:
    asked = query(need=4, words="chess", within_miles=5, age=3)

    assert asked.path(sort="nearest") == (
        "/api/search?postcode=AB1+0AA&need=debt&q=chess&within=5&age=3&per_page=20&sort=nearest"
    )


def test_the_tuned_query_answers_as_a_look_at_every_listing_does(connection: sqlite3.Connection) -> None:
    search = floor.Tuned(connection)
    # So few listings would be measured one and all: shorter lists make it try its rings.
    search.SHORT, search.WANTED = 20, 25

    found = [search(connection, asked) for asked in find_queries(200)]

    assert [[id_ for id_, _ in hits] for hits in found] == [_scan(connection, asked) for asked in find_queries(200)]
    assert sum(map(len, found)) > 500


def _scan(connection: sqlite3.Connection, asked: Query) -> list[int]:
    conditions = ["d <= :km", floor.FITS_AGE.format("")]
    if asked.words:
        conditions.append("id IN (SELECT rowid FROM services_fts WHERE services_fts MATCH :words)")
    if asked.need is not None:
        conditions.append("id IN (SELECT id FROM need WHERE need = :need)")
    values = {**floor.values(asked), "need": asked.need, "words": asked.words}
    distance = floor.DISTANCE.format("")
    rows = connection.execute(
        f"SELECT id, {distance} AS d FROM services WHERE {' AND '.join(conditions)} ORDER BY d LIMIT :limit",  # noqa: S608
        values,
    )
    return [id_ for id_, _ in rows]


def test_an_answer_with_the_listings_for_a_need_that_a_word_names_is_told_apart(connection: sqlite3.Connection) -> None:
    truth = Truth(connection)
    asked = query(words="chess swimming", within_miles=None)
    for_swimming = truth.find(query(need=NEEDS.index("swimming"), within_miles=None))

    with_both = truth.find(asked)
    with_either = truth.find(asked, by_need=True)

    assert with_either
    assert with_either <= with_both | for_swimming
    assert truth.judge(asked, with_either) == BY_NEED
    assert truth.judge(asked, with_both) == SAME


def test_an_answer_is_judged_by_the_listings_it_holds(connection: sqlite3.Connection) -> None:
    truth = Truth(connection)
    nearest = truth.find(query())

    assert truth.judge(query(), sorted(nearest)) == SAME
    assert truth.judge(query(), sorted(nearest)[1:]) == OTHER
    assert truth.judge(query(words="chess unheardof"), nearest) == ANY_WORD


@pytest.mark.parametrize("make_path", [tuned_path, documented_path])
def test_datasette_is_asked_for_all_that_the_question_says(make_path: object) -> None:
    assert callable(make_path)

    path = make_path(query(need=4, words="chess", within_miles=5, age=3), "floor")

    assert path.startswith("/floor.json?sql=SELECT")
    assert "chess" in path
    assert "&age=3" in path
    assert "&km=8.04672" in path


def test_a_percentile_is_one_of_the_times() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([1.0], 0.95) == 1.0


def served(p50: float, requests_s: float) -> Served:
    one = Load(requests_s=requests_s / 4, p50=p50, p95=p50 * 3, errors=0)
    return Served(one=one, eight=Load(requests_s=requests_s, p50=p50, p95=p50, errors=1), memory_mb=90, start_s=1.5)


def figures(listings: int, **engines: Served) -> Figures:
    names = {"floor": FLOOR, "sqlite": "SQLite", "postgresql": "PostgreSQL", "tuned": TUNED, "documented": DOCUMENTED}
    return Figures(
        listings=listings,
        machine="2 cores.",
        how="Asked with wrk.",
        served={names[name]: [one, one] for name, one in engines.items()},
        loaded={
            "SQLite": (
                Imported(import_s=50, import_mb=100),
                Reindexed(reindex_s=10, reindex_mb=80, database_mb=40),
            )
        },
        agreement={"SQLite": Agreement(counts={SAME: 9, OTHER: 1}, others=["/api/search?q=chess"])},
        rate=50,
        steady={"SQLite": Load(requests_s=49.5, p50=2, p95=6.5, errors=0)},
    )


def test_results_tell_ratios_and_which_aims_are_met() -> None:
    section = tell(
        figures(
            100_000,
            floor=served(2, 1000),
            sqlite=served(4, 500),
            postgresql=served(10, 400),
            tuned=served(9, 250),
        )
    )

    assert section.startswith("## 100,000 listings\n")
    assert "| ms p50 at 1 client, at most 2.5 times the floor | 2 | met |" in section
    assert (
        "| requests a second at 8 clients, at least 3 times datasette's with our tuned SQL | 2 | **not met** |"
        in section
    )
    assert "| PostgreSQL's ms p50, at most 2 times SQLite's | 2.5 | **not met** |" in section
    assert "| reindex on SQLite, over 20,000 rows a second | 10,000 | **not met** |" in section
    assert "| Hub Finder on SQLite | 4 (12) | 500 | 4 | 2 | 2 | 90 | 1.5 | 2 |" in section
    assert "| 50 requests a second, come what may | ms p50 |" in section
    assert "| Hub Finder on SQLite | 2 | 6.5 | 49.5 | 0 |" in section
    assert "9 the same, 1 other.\n- other: `/api/search?q=chess`" in section


def test_what_was_not_measured_is_said_and_an_earlier_figure_makes_no_ratio() -> None:
    section = tell(figures(1_000_000, floor=served(3, 400), sqlite=served(20, 200)))

    assert "Not measured: datasette is not installed" in section
    assert "An earlier measurement, on another machine" in section
    assert "| ms p95 at 1 client, under 50 | 60 | **not met** |" in section
    assert "at least 5 times datasette's with our tuned SQL | not measured |  |" in section


def test_a_section_of_results_takes_the_place_of_the_one_of_its_size(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"

    for size, ms in ((100_000, 7), (10_000, 5), (100_000, 6)):
        keep(file, tell(figures(size, sqlite=served(ms, 100))))

    text = file.read_text(encoding="utf-8")
    assert text.startswith("# A country's worth of listings\n")
    assert text.index("## 10,000 listings") < text.index("## 100,000 listings")
    assert text.count("## 100,000 listings") == 1
    assert "| 6 (18) |" in text
    assert "| 7 (21) |" not in text
