"""A merged listing becomes one of its own again, and files that do not know of a merge undo nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_finder.directory.catalogue import find_services
from hub_finder.directory.merging import CannotMerge
from hub_finder.extensions import db
from hub_finder.importers.services import import_services
from hub_finder.models.services import Status
from tests.factories import Catalogue, cells
from tests.integration.test_import_services import table
from tests.merging import HALL, Merging, rows, stored


@pytest.fixture
def merging(catalogue: Catalogue, session: object) -> Merging:
    return Merging(catalogue)


def test_undoing_brings_the_listing_and_its_page_back(
    catalogue: Catalogue, merging: Merging, client: FlaskClient
) -> None:
    catalogue.add(id="a", name="A")
    catalogue.add(id="b", name="B")
    merging.merge("a", "b")

    undone = merging.undo("b")
    db.session.commit()

    assert (undone.winner, undone.stayed) == ("a", [])
    assert client.get("/services/b").status_code == 200
    assert (stored("b").status, stored("b").merged_into_id) == (Status.PUBLISHED, None)


def test_a_paused_listing_is_paused_again(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="a")
    catalogue.add(id="b")
    stored("b").status = Status.PAUSED
    merging.merge("a", "b")

    merging.undo("b")

    assert stored("b").status == Status.PAUSED


def test_what_was_edited_since_stays_and_is_told(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="a", name="A")
    catalogue.add(id="b", name="B", phone="01632 960001", email="a@b.example")
    merging.merge("a", "b")
    db.session.commit()
    catalogue.add(id="a", name="A", alternate_names="B", phone="01632 960009", email="a@b.example")

    undone = merging.undo("b")

    assert undone.stayed == [("a", "phone")]
    [row] = rows("a")
    assert (row["phone"], row["email"], row["alternate_names"]) == ("01632 960009", "", "")


def test_what_came_through_a_chain_goes_with_it(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="a", name="A", phone="01632 960001")
    catalogue.add(id="b", name="B", email="a@b.example")
    catalogue.add(id="c", name="C")
    merging.merge("b", "a")
    merging.merge("c", "b")

    merging.undo("a")

    [row] = rows("c")
    assert (row["phone"], row["email"], row["alternate_names"]) == ("", "a@b.example", "B")


def test_a_listing_that_is_part_of_nothing_cannot_be_parted(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="a")

    with pytest.raises(CannotMerge, match="a is not part of another listing"):
        merging.undo("a")


SLUGS = ("a", "b", "c", "d")
texts = st.sampled_from(["", "One.", "Two."])
lists = st.sampled_from(["", "A", "B", "A|B", "C|a"])
places = st.sampled_from(
    [
        {},
        {"city": "Oakham Green"},
        HALL,
        {**HALL, "location_name": "Hall", "location_accessibility": "Ramp"},
        {"city": "Nextham", "latitude": "52.3", "longitude": "-1.0", "location_precision": "place"},
    ]
)
times = st.sampled_from(["", "WEEKLY TU 10:00-11:00", "WEEKLY TU 10:00-11:00|WEEKLY TH 09:00-10:00"])
ages = st.sampled_from([("", ""), ("0", "4"), ("5", ""), ("", "3"), ("5", "16")])


@st.composite
def listings(draw: st.DrawFn) -> tuple[dict[str, str], list[dict[str, str]]]:
    youngest, oldest = draw(ages)
    first = {
        **{column: draw(texts) for column in ("eligibility", "cost_note", "caution", "schedule_note")},
        **{column: draw(lists) for column in ("alternate_names", "former_names")},
        "min_age": youngest,
        "max_age": oldest,
        "schedule": draw(times),
        **draw(places),
        "needs": draw(st.sampled_from(["sleep", "food|sleep", "debt|food|sleep"])),
        "cost": draw(st.sampled_from(["not_stated", "free", "paid"])),
        "cost_option": draw(texts),
        "name": draw(st.sampled_from(["A", "B", "Club"])),
        "organisation": draw(st.sampled_from(["Acorn", "Beech"])),
    }
    further = [{**draw(places), "schedule": draw(times)}, {"contact_name": draw(texts), "source_title": draw(texts)}]
    return first, [one for one in further if any(one.values())]


@given(
    four=st.tuples(*[listings() for _ in SLUGS]),
    merges=st.lists(st.tuples(st.sampled_from(SLUGS), st.sampled_from(SLUGS)), min_size=1, max_size=6),
    choices=st.dictionaries(
        st.sampled_from(["name", "cost", "needs", "place", "caution"]), st.sampled_from(["keep", "lose"])
    ),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merges_undone_in_any_order_leave_every_listing_as_it_was(
    catalogue: Catalogue,
    merging: Merging,
    four: Sequence[tuple[dict[str, str], list[dict[str, str]]]],
    merges: Sequence[tuple[str, str]],
    choices: dict[str, str],
    order: Any,
) -> None:
    db.session.rollback()  # an example may be given up half-way
    for slug, (first, further) in zip(SLUGS, four, strict=True):
        catalogue.add(*further, id=slug, **first)
    before = {slug: rows(slug) for slug in SLUGS}
    merged = []
    for keep, lose in merges:
        if keep != lose and not {stored(keep).status, stored(lose).status} & {Status.MERGED}:
            preview = merging.merge(keep, lose, **choices)
            merged.append(lose)
            assert rows(keep) == preview.rows
    order.shuffle(merged)

    stayed = [one for lose in merged for one in merging.undo(lose).stayed]

    assert stayed == []
    assert {slug: rows(slug) for slug in SLUGS} == before
    assert [service.slug for service in find_services()] == list(SLUGS)
    db.session.rollback()


# ---- files that do not know of a merge


@pytest.fixture
def read(catalogue: Catalogue, tmp_path: Any) -> Callable[..., list[str]]:
    """Imports rows of text, and returns what the report says."""

    def run(*of: dict[str, str]) -> list[str]:
        file = tmp_path / "in.csv"
        file.write_text(table(*of), encoding="utf-8")
        return import_services(file, area=catalogue.area).lines()

    return run


def test_an_old_file_neither_brings_a_merged_listing_back_nor_undoes_its_winner(
    merging: Merging, read: Callable[..., list[str]]
) -> None:
    old = cells(id="a", name="A"), cells(id="b", name="B", phone="01632 960001")
    read(*old)
    merging.merge("a", "b")
    db.session.commit()
    before = rows("a")

    lines = read(*old)

    assert lines == ["Part of another listing now, so kept and not shown: b.", "Nothing changed (2 rows)."]
    assert rows("a") == before
    assert [service.slug for service in find_services()] == ["a"]


def test_a_newer_file_changes_both_and_each_stays_what_it_is(merging: Merging, read: Callable[..., list[str]]) -> None:
    read(cells(id="a", name="A"), cells(id="b", name="B", phone="01632 960001"))
    merging.merge("a", "b")
    db.session.commit()

    read(cells(id="a", name="A", email="new@b.example"), cells(id="b", name="B", phone="01632 960002"))

    [a], [b] = rows("a"), rows("b")
    assert (a["phone"], a["email"], a["alternate_names"]) == ("01632 960001", "new@b.example", "B")
    assert (b["phone"], stored("b").status) == ("01632 960002", Status.MERGED)
    merging.undo("b")
    [a], [b] = rows("a"), rows("b")
    assert (a["phone"], a["email"], a["alternate_names"]) == ("", "new@b.example", "")
    assert (b["phone"], stored("b").status) == ("01632 960002", Status.PUBLISHED)
