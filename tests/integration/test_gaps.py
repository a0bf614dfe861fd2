"""How near help is to where people live, against a count one postcode at a time."""

import csv
import io
import random
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from hub_finder.directory.gaps import ANY_NEED, REACHES_M, Gap, count_within, load_homes, measure_gaps
from hub_finder.directory.geometry import distance_m
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.places import Dataset, Postcode
from hub_finder.models.services import Service
from tests.factories import Catalogue
from tests.reading import read
from tests.signing_in import sign_in

HERE = {"latitude": "52.1", "longitude": "-1.2", "postal_code": "FA1 1AA"}


def add_postcodes(app: Flask, count: int = 60) -> list[tuple[str, float, float]]:
    """Postcodes all over the area, those of FA3 in the south; and some that must not count."""
    chance, homes = random.Random(7), []  # noqa: S311  any numbers will do
    with app.app_context():
        for number in range(count):
            outcode = ("FA1", "FA2", "FA3")[number % 3]
            latitude, longitude = chance.randrange(5195000, 5220000), chance.randrange(-130000, -105000)
            homes.append(("south-fair" if outcode == "FA3" else "north-fair", latitude / 1e5, longitude / 1e5))
            db.session.add(_postcode(f"{outcode}{number // 26}{chr(65 + number % 26)}X", latitude, longitude))
        db.session.add(_postcode("FA19ZZ", 5210000, -120000, terminated=True))
        db.session.add(_postcode("FA18ZZ", 5210000, -120000, council="E09999002"))
        db.session.commit()
    return homes


def _postcode(
    code: str, latitude: int, longitude: int, *, council: str = "E09999001", terminated: bool = False
) -> Postcode:
    return Postcode(code=code, latitude_e5=latitude, longitude_e5=longitude, council=council, terminated=terminated)


def gaps_of(catalogue: Catalogue, need: str = "sleep") -> dict[str, Gap]:
    with catalogue.app.app_context():
        return {gap.locality: gap for gap in measure_gaps(catalogue.area, [need])}


def test_shares_are_those_of_a_count_one_by_one(app: Flask, catalogue: Catalogue) -> None:
    homes = add_postcodes(app)
    chance, points = random.Random(3), []  # noqa: S311  any numbers will do
    for number in range(5):
        point = round(chance.uniform(51.95, 52.2), 5), round(chance.uniform(-1.3, -1.05), 5)
        points.append(point)
        catalogue.add(id=f"s-{number}", needs="sleep", latitude=str(point[0]), longitude=str(point[1]))

    gaps = gaps_of(catalogue)

    for slug, gap in gaps.items():
        mine = [(latitude, longitude) for where, latitude, longitude in homes if where == slug]
        nearest = [min(distance_m(home, point) for point in points) for home in mine]
        assert gap.postcodes == len(mine)
        assert gap.within == tuple(sum(metres <= reach for metres in nearest) for reach in REACHES_M)
    assert 0 < gaps["north-fair"].within[2] < gaps["north-fair"].postcodes


def test_what_may_not_be_found_is_near_nobody(app: Flask, catalogue: Catalogue) -> None:
    add_postcodes(app)
    for slug in ("lapsed", "paused"):
        catalogue.add(id=slug, needs="sleep", locality="north-fair", **HERE)
    with app.app_context():
        db.session.execute(update(Service).where(Service.slug == "lapsed").values(checked_on=date(2020, 1, 1)))
        db.session.execute(update(Service).where(Service.slug == "paused").values(status="paused"))
        db.session.commit()

    gap = gaps_of(catalogue)["north-fair"]

    assert (gap.listed, gap.lapsed, gap.within) == (0, 1, (0,) * 5)


def test_phone_line_is_counted_apart_where_it_covers(app: Flask, catalogue: Catalogue) -> None:
    add_postcodes(app)
    catalogue.add(id="line", needs="sleep", delivery="phone", service_area="locality:south-fair")

    gaps = gaps_of(catalogue)

    assert [(gaps[slug].listed, gaps[slug].without_a_place) for slug in ("north-fair", "south-fair")] == [
        (0, 0),
        (1, 1),
    ]
    assert gaps["south-fair"].within == (0,) * 5


def test_times_and_prices_that_are_not_stated_are_a_state_of_their_own(app: Flask, catalogue: Catalogue) -> None:
    add_postcodes(app)
    catalogue.add(id="known", needs="sleep", locality="north-fair", schedule="WEEKLY SA 18:00-20:00", cost="free")
    catalogue.add(id="unknown", needs="sleep", locality="north-fair")

    facts = gaps_of(catalogue)["north-fair"].facts

    told = ("evening", "evening_not_known", "weekend", "weekend_not_known", "free", "cost_not_stated")
    assert [facts[fact] for fact in told] == [1, 1, 1, 1, 1, 1]


def test_only_new_points_are_worked_out_again(app: Flask, catalogue: Catalogue) -> None:
    add_postcodes(app)
    with app.app_context():
        loaded = {"source": "a file", "fingerprint": "1", "rows": 60, "loaded_at": datetime.now(UTC)}
        db.session.add(Dataset(name="postcodes", **loaded))
        db.session.commit()
        count_within([(52.1, -1.2)], catalogue.area)
        kept = load_homes(catalogue.area).kept
        known = kept.get((52.1, -1.2))

        count_within([(52.1, -1.2), (52.0, -1.1)], catalogue.area)

        assert load_homes(catalogue.area).kept is kept
        assert known is not None
        assert kept.get((52.1, -1.2)) is known
        assert kept.get((52.0, -1.1)) is not None


@pytest.mark.parametrize("postcode", ["FA1 1AA", "nowhere at all", ""])
def test_page_of_a_need_tells_what_would_change_or_what_was_wrong(
    app: Flask, catalogue: Catalogue, postcode: str
) -> None:
    catalogue.add_places()
    planner = sign_in(app.test_client(), Role.PLANNER)

    page = read(planner.get("/insight/gaps/sleep", query_string={"postcode": postcode}))

    text = " ".join(page.get_text().split())
    if postcode == "FA1 1AA":
        assert "North Fair 0%, then 100%" in text
    else:
        assert page.select_one(".govuk-error-message")
        assert page.select_one("#postcode")["value"] == postcode  # type: ignore[index]


def test_file_and_page_have_a_line_for_each_need(app: Flask, catalogue: Catalogue) -> None:
    catalogue.add_places()
    planner = sign_in(app.test_client(), Role.PLANNER)

    rows = list(csv.DictReader(io.StringIO(planner.get("/insight/gaps.csv").get_data(as_text=True))))
    page = read(planner.get("/insight/gaps?locality=south-fair"))

    assert len(rows) == 2 * len(page.select("tbody tr"))
    assert {row["locality"] for row in rows} == {"north-fair", "south-fair"}
    assert planner.get("/insight/gaps/none").status_code == 404


def test_listing_that_helps_with_several_needs_counts_once_among_all(app: Flask, catalogue: Catalogue) -> None:
    add_postcodes(app)
    catalogue.add(id="both", needs="sleep|baby-toddler-groups", locality="north-fair", **HERE)
    catalogue.add(id="line", needs="sleep", delivery="phone", service_area="locality:north-fair")

    gaps = gaps_of(catalogue, ANY_NEED)

    assert [(gaps[slug].listed, gaps[slug].without_a_place) for slug in ("north-fair", "south-fair")] == [
        (2, 1),
        (0, 0),
    ]
    assert gaps["north-fair"].within == gaps_of(catalogue)["north-fair"].within


def test_page_of_a_locality_tells_freshness_and_where_help_is_farthest(app: Flask, catalogue: Catalogue) -> None:
    catalogue.add_places()
    catalogue.add(id="near", needs="sleep", locality="north-fair", **HERE)
    planner = sign_in(app.test_client(), Role.PLANNER)

    page = read(planner.get("/insight/localities/north-fair"))

    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert "1 listed, 0 of them without a place" in " ".join(page.get_text().split())
    assert ["Never checked", "1"] in rows
    farthest = page.select("#farthest ~ table")[0].select("tbody tr")
    assert len(farthest) == 10
    assert all(row.select("td")[0].get_text() == "0%" for row in farthest)
    assert "/insight/gaps/sleep" not in str(farthest)


def test_locality_without_postcodes_says_nothing_of_distances(app: Flask, catalogue: Catalogue) -> None:
    planner = sign_in(app.test_client(), Role.PLANNER)

    page = read(planner.get("/insight/localities/south-fair"))

    assert "No postcodes are known here" in page.get_text()
    assert planner.get("/insight/localities/none").status_code == 404
