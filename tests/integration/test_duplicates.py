"""Listings that may be the same are found and explained, and those that only look alike are left in peace."""

import csv
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from hub_finder.config import ROOT
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.duplicates import MOST_IN_BLOCK, find_duplicates, find_duplicates_of, mark_different
from hub_finder.directory.evidence import Candidate
from hub_finder.directory.listings import Vocabulary, parse_listing
from hub_finder.directory.saving import save_listing
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from hub_finder.importers.services import import_services
from hub_finder.models.services import Service, Status
from tests.conftest import DATABASES, build_app
from tests.factories import Catalogue, cells
from tests.merging import HALL, Merging, stored
from tests.rules.test_query_counts import counted

Pair = tuple[str, str]
# In data/README.md, "Looked at and kept apart".
KEPT_APART = [
    ("corfe-mullen-childrens-centre-with-library", "corfe-mullen-library-childrens-centre"),
    ("bridport-food-bank-cupboard-love", "bridport-food-bank-evening-session"),
    ("mytime-young-carers", "mytime-young-carers-haf-provider"),
    ("citizens-advice-central-dorset-dorchester", "citizens-advice-in-dorset-adviceline"),
    ("citizens-advice-at-weymouth-library", "citizens-advice-central-dorset-dorchester"),
    ("swanage-childrens-centre", "the-focus-centre-swanage-family-hub-and-welcome-lounge"),
]
# Merged by someone who read what they say: no number, address or name tells that they are one.
NOT_FOUND = {
    "friends-of-dorset-womens-refuge-and-refuge-service",
    "health-visiting-five-universal-contacts",
    "winter-coats-scheme-north-dorset-collection",
}


def pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def typed_again() -> list[dict[str, str]]:
    with (ROOT / "tests/data/typed_again.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=DATABASES)
def real(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """The app with the area's real listings."""
    app = build_app(make_database(request.param, "real-duplicates"))
    area = app.extensions["hub_area"]
    with app.app_context():
        import_needs(ROOT / "data/needs.csv")
        import_services(area.services_file, area=area)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def candidates(real: Flask) -> dict[str, dict[Pair, Candidate]]:
    """What is found among the real listings, and among them and the labelled ones typed in again, by pair."""
    area, needs = real.extensions["hub_area"], {need.slug: need for need in find_needs()}
    vocabulary = Vocabulary(needs=needs, kinds=area.kinds, localities=area.localities)
    found = {"real": {(one.first, one.second): one for one in find_duplicates()}}
    for row in typed_again():
        listing, problems = parse_listing([row], vocabulary)
        assert listing, problems
        save_listing(listing, needs, actor="a test")
    db.session.commit()
    found["typed again"] = {(one.first, one.second): one for one in find_duplicates()}
    return found


def test_the_real_listings_hold_no_duplicate(candidates: dict[str, dict[Pair, Candidate]]) -> None:
    assert candidates["real"] == {}


def test_what_was_merged_or_is_typed_in_again_is_found_and_nothing_else(
    candidates: dict[str, dict[Pair, Candidate]],
) -> None:
    labelled = {pair(row["id"], row["same_as"]) for row in typed_again() if row["same_as"]}
    expected = {one for one in labelled if not NOT_FOUND & set(one)}

    assert set(candidates["typed again"]) == expected
    assert len(expected) == 19


@pytest.mark.parametrize(("one", "other"), KEPT_APART)
def test_what_was_kept_apart_is_no_candidate(
    real: Flask, candidates: dict[str, dict[Pair, Candidate]], one: str, other: str
) -> None:
    assert {one, other} <= set(db.session.scalars(select(Service.slug)))
    assert pair(one, other) not in candidates["typed again"]


def test_one_listing_has_the_candidates_that_all_together_give_it(
    candidates: dict[str, dict[Pair, Candidate]],
) -> None:
    found: dict[str, set[Pair]] = {
        row["id"]: {(one.first, one.second) for one in find_duplicates_of(stored(row["id"]))} for row in typed_again()
    }

    assert found == {slug: {one for one in candidates["typed again"] if slug in one} for slug in found}


# ---- the rules, on made-up listings


def found(**given: float) -> list[Pair]:
    return [(one.first, one.second) for one in find_duplicates(**given)]


def only(one: list[Candidate]) -> Candidate:
    assert len(one) == 1
    return one[0]


def test_a_candidate_says_why_in_plain_words(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="b", name="The Acorn Stay & Play", phone="+44 1632 960001", **HALL)
    catalogue.add(id="a", phone="01632 960001", kind="haf", website="http://acorn.example", **HALL)

    candidate = only(find_duplicates())

    assert (candidate.first, candidate.second) == ("a", "b")
    assert candidate.score > 0.9
    assert set(candidate.reasons) == {
        "names alike: “Acorn Stay and Play”, “The Acorn Stay & Play”",
        "same phone number 01632 960001",
        "same building: 1 High Street",
        "same organisation: Acorn Families",
    }
    assert candidate.doubts == ("different kinds",)


SAME = {"phone": "01632 960001", "website": "https://acorn.example", "email": "a@acorn.example"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            {"name": "Stay and Play, Oakham Green", "city": "Oakham Green", **SAME},
            {"name": "Stay and Play, Nextham", "city": "Nextham", **SAME},
            id="the same in another town",
        ),
        pytest.param({"min_age": "0", "max_age": "4"}, {"min_age": "11", "max_age": "16"}, id="other ages"),
        pytest.param(
            {"name": "Acorn Youth Club: junior"}, {"name": "Acorn Youth Club: senior"}, id="junior and senior"
        ),
        pytest.param(
            {"name": "Toddlers", **SAME}, {"name": "Debt advice", **SAME}, id="two offers of one organisation"
        ),
        pytest.param({"name": "Group 1"}, {"name": "Group 2"}, id="numbers"),
        pytest.param(
            {**HALL, "schedule": "WEEKLY TU 10:00-11:00"},
            {**HALL, "address_1": "9 Mill Lane", "postal_code": "FA1 2BB", "schedule": "WEEKLY TH 10:00-11:00"},
            id="another address and day",
        ),
    ],
)
def test_what_only_looks_alike_is_no_candidate(
    catalogue: Catalogue, session: object, one: dict[str, str], other: dict[str, str]
) -> None:
    catalogue.add(**{"id": "a", "city": "Oakham Green", "locality": "north-fair", **one})
    catalogue.add(**{"id": "b", "city": "Oakham Green", "locality": "north-fair", **other})

    assert found() == []


def test_a_group_that_moved_with_its_number_is_a_candidate(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="a", organisation="Acorn", phone="01632 960001", **HALL)
    catalogue.add(
        id="b",
        organisation="Acorn CIC",
        phone="01632960001",
        **HALL | {"address_1": "2 Mill Lane", "postal_code": "FA1 9ZZ"},
    )

    candidate = only(find_duplicates())

    assert "different addresses in Oakham Green" in candidate.doubts


def test_what_very_many_share_is_neither_compared_nor_evidence(catalogue: Catalogue, session: object) -> None:
    shared = {"phone": "01632 960000", "website": "https://council.example"}
    for number in range(MOST_IN_BLOCK + 5):
        letters = "".join(chr(97 + number // 26**place % 26) for place in range(6)) + "quorn"
        catalogue.add(id=f"library-{number}", name=letters, organisation=f"{letters} council", **shared)

    assert found(least=0.02) == []


def test_a_pair_that_someone_found_different_does_not_come_back(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="a", **HALL)
    catalogue.add(id="b", **HALL)
    assert found() == [("a", "b")]

    mark_different(stored("b"), stored("a"), actor="Ann")
    mark_different(stored("a"), stored("b"), actor="Bo")
    db.session.commit()
    catalogue.add(id="b", **HALL, summary="A comma more,")

    assert (found(), find_duplicates_of(stored("a")), find_duplicates_of(stored("b"))) == ([], [], [])


@pytest.mark.parametrize(("other", "actor"), [("a", "Ann"), ("b", " "), ("b", "A" * 121)])
def test_a_verdict_on_nothing_or_by_nobody_is_refused(
    catalogue: Catalogue, session: object, other: str, actor: str
) -> None:
    catalogue.add(id="a")
    catalogue.add(id="b")

    with pytest.raises(ValueError, match=r"These are one listing|Say who"):
        mark_different(stored("a"), stored(other), actor=actor)


@pytest.mark.parametrize(("status", "pairs"), [(Status.PAUSED, 1), (Status.RETIRED, 0)])
def test_paused_listings_take_part_and_retired_ones_do_not(
    catalogue: Catalogue, session: object, status: Status, pairs: int
) -> None:
    catalogue.add(id="a", **HALL)
    catalogue.add(id="b", **HALL)
    stored("a").status = status
    db.session.flush()

    assert (len(found()), len(find_duplicates_of(stored("b")))) == (pairs, pairs)


def test_merged_listings_are_no_candidates_until_they_are_parted(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="a", **HALL)
    catalogue.add(id="b", **HALL)
    merging = Merging(catalogue)

    merging.merge("a", "b")
    merged = found(), find_duplicates_of(stored("a")), find_duplicates_of(stored("b"))
    merging.undo("b")

    assert (merged, found()) == (([], [], []), [("a", "b")])


def test_a_listing_that_is_not_kept_yet_is_compared_too(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="a", contact_phone="01632 960001", **HALL)
    catalogue.add(id="far", name="Beech Library", city="Nextham", postal_code="NX1 1AA")
    needs = {need.slug: need for need in find_needs()}
    vocabulary = Vocabulary(needs=needs, kinds=catalogue.area.kinds, localities=catalogue.area.localities)
    listing, _ = parse_listing([cells(id="new", phone="+44 1632 960001", **HALL)], vocabulary)
    assert listing

    candidate = only(find_duplicates_of(listing))

    assert (candidate.first, candidate.second) == ("a", "new")
    assert "same phone number 01632 960001" in candidate.reasons


def test_the_search_reads_columns_and_not_each_listing(catalogue: Catalogue, session: object) -> None:
    for number in range(12):
        catalogue.add(id=f"a-{number}", name=f"Club {number}", **HALL)
    with counted(catalogue.app) as said:
        find_duplicates()

    assert len(said) <= 6
