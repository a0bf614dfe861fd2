"""Two listings become one, at every address and in every list, and can be parted again as they were."""

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient

from hub_finder.directory.catalogue import count_by_kind, count_by_need, find_needs, find_services, iterate_services
from hub_finder.directory.history import find_history
from hub_finder.directory.merging import CannotMerge, Preview
from hub_finder.extensions import db
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.integration.asking import ask, north, slugs
from tests.merging import HALL, Merging, rows, stored


@pytest.fixture
def merging(catalogue: Catalogue, session: object) -> Merging:
    return Merging(catalogue)


def told(preview: Preview) -> dict[str, tuple[str, str, str]]:
    return {one.name: (one.keep, one.lose, one.merged) for one in preview.fields}


# ---- what becomes of each field


@pytest.mark.parametrize(
    ("column", "keep", "lose", "merged"),
    [
        ("summary", "Mine.", "Theirs.", "Mine."),
        ("phone", "01632 960001", "01632 960002", "01632 960001"),
        ("phone", "", "01632 960002", "01632 960002"),
        ("needs", "sleep", "food|sleep", "sleep|food"),
        ("alternate_names", "One", "one|Two", "One|Lose|Two"),
        ("former_names", "", "Old", "Old"),
        ("languages", "en", "pl|en", "en|pl"),
        ("delivery", "phone", "online", "phone|online"),
        ("cost", "not_stated", "paid", "paid"),
        ("cost", "free", "paid", "free"),
        ("referral", "not_stated", "self", "self"),
        ("confidence", "low", "high", "low"),
        ("kind", "haf", "early_years", "haf"),
        ("related", "lose|other", "keep|third", "other|third"),
        ("attributes", "a=1", "a=2|b=3", "a=1|b=3"),
        ("contact_phone", "01632 960001", "01632 960002", "01632 960001 | 01632 960002"),
        ("source_title", "Leaflet", "Letter", "Leaflet | Letter"),
    ],
)
def test_each_field_is_kept_filled_or_united(
    catalogue: Catalogue, merging: Merging, column: str, keep: str, lose: str, merged: str
) -> None:
    catalogue.add(**{"id": "keep", "name": "Keep", column: keep})
    catalogue.add(**{"id": "lose", "name": "Lose", column: lose})

    preview = merging.preview("keep", "lose")

    assert " | ".join(row[column] for row in preview.rows if row[column]) == merged


def test_wait_is_not_put_together_from_two_that_disagree(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="keep", wait_time="Six weeks")
    catalogue.add(
        id="lose", wait_time="A year", wait_time_date="2026-04", referral="either", referral_phone="01632 960001"
    )

    first = merging.preview("keep", "lose").rows[0]

    assert (first["wait_time"], first["wait_time_date"]) == ("Six weeks", "")
    assert (first["referral"], first["referral_phone"]) == ("either", "01632 960001")


@pytest.mark.parametrize(
    ("keep", "lose", "merged"),
    [
        ({"cost": "free"}, {"cost": "paid", "cost_note": "£5"}, ("free", "", "")),
        ({"cost": "free"}, {"cost": "free", "cost_note": "For all"}, ("free", "For all", "")),
        ({}, {"cost": "paid", "cost_amount": "5.00", "cost_note": "£5"}, ("paid", "£5", "5.00")),
        ({"cost": "free"}, {"cost": "paid", "cost_amount": "5.00"}, ("free", "", "")),
    ],
)
def test_a_price_is_not_put_together_from_two_that_disagree(
    catalogue: Catalogue,
    merging: Merging,
    keep: Mapping[str, str],
    lose: Mapping[str, str],
    merged: tuple[str, str, str],
) -> None:
    catalogue.add(id="keep", **keep)
    catalogue.add(id="lose", **lose)

    first = merging.preview("keep", "lose").rows[0]

    assert (first["cost"], first["cost_note"], first["cost_amount"]) == merged


@pytest.mark.parametrize(
    ("keep", "lose", "ages"),
    [
        (("5", ""), ("5", "16"), ("5", "16")),
        (("", ""), ("0", "4"), ("0", "4")),
        (("17", ""), ("", "16"), ("17", "")),
        (("5", "16"), ("0", "25"), ("5", "16")),
    ],
)
def test_ages_are_not_put_together_from_two_that_disagree(
    catalogue: Catalogue, merging: Merging, keep: tuple[str, str], lose: tuple[str, str], ages: tuple[str, str]
) -> None:
    catalogue.add(id="keep", min_age=keep[0], max_age=keep[1])
    catalogue.add(id="lose", min_age=lose[0], max_age=lose[1])

    first = merging.preview("keep", "lose").rows[0]

    assert (first["min_age"], first["max_age"]) == ages


def test_what_was_chosen_wins_with_what_belongs_to_it(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="keep", name="Keep", cost="free", cost_note="Always", needs="sleep")
    catalogue.add(id="lose", name="Lose", cost="paid", cost_note="£5", needs="food")

    first = merging.preview("keep", "lose", name="lose", cost="lose", needs="keep").rows[0]

    said = (first["id"], first["name"], first["alternate_names"], first["cost"], first["cost_note"], first["needs"])
    assert said == ("keep", "Lose", "Keep", "paid", "£5", "sleep")


@pytest.mark.parametrize("choices", [{"name": "both"}, {"colour": "keep"}, {"sensitive": "keep"}, {"id": "lose"}])
def test_a_choice_that_is_none_is_refused(catalogue: Catalogue, merging: Merging, choices: dict[str, str]) -> None:
    catalogue.add(id="keep")
    catalogue.add(id="lose")

    with pytest.raises(CannotMerge, match="cannot be chosen"):
        merging.preview("keep", "lose", **choices)


def test_what_finds_no_room_is_told(catalogue: Catalogue, merging: Merging) -> None:
    needs = [need.slug for need in find_needs()]
    catalogue.add(id="keep", needs="|".join(needs[:5]), alternate_names="a" * 490)
    catalogue.add(id="lose", name="A name of twenty marks", needs="|".join(needs[5:7]))

    preview = merging.preview("keep", "lose")

    assert preview.rows[0]["needs"] == "|".join(needs[:6])
    assert set(preview.left_out) == {("needs", needs[6]), ("alternate_names", "A name of twenty marks")}


def test_the_same_place_stands_once_with_what_both_say_of_it(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="keep", **HALL, schedule="WEEKLY TU 10:00-11:00", location_accessibility="Ramp")
    catalogue.add(
        {"city": "Nextham", "schedule": "WEEKLY FR 10:00-11:00"},
        id="lose",
        **north(1, **HALL, location_name="Hall", location_precision="postcode"),
        schedule="WEEKLY TU 10:00-11:00|WEEKLY TH 10:00-11:00",
        location_accessibility="Stairs",
    )

    preview = merging.preview("keep", "lose")

    first, second = preview.rows
    assert (first["location_name"], first["location_precision"], first["location_accessibility"]) == (
        "Hall",
        "postcode",
        "Ramp",
    )
    assert first["schedule"] == "WEEKLY TU 10:00-11:00|WEEKLY TH 10:00-11:00"
    assert (second["city"], second["schedule"]) == ("Nextham", "WEEKLY FR 10:00-11:00")
    assert preview.left_out == [("location_accessibility", "Stairs")]


@pytest.mark.parametrize(
    ("one", "other", "places"),
    [
        ({"city": "Oakham Green"}, HALL, 1),
        ({"city": "Oakham Green", "location_name": "Hall"}, {"city": "Oakham Green", "address_1": "1 High Street"}, 2),
        (HALL, {**HALL, "address_1": "2 High Street"}, 2),
        (HALL, {"postal_code": "FA1 1AA", "location_name": "Hall"}, 1),
        ({"location_name": "Hall"}, {"schedule": "WEEKLY TU 10:00-11:00"}, 1),
        (HALL, {"location_name": "Hall"}, 2),
    ],
)
def test_places_are_one_only_when_nothing_says_otherwise(
    catalogue: Catalogue, merging: Merging, one: dict[str, str], other: dict[str, str], places: int
) -> None:
    catalogue.add(id="keep", **one)
    catalogue.add(id="lose", **other)

    assert len(merging.preview("keep", "lose").listing.places) == places


def test_times_go_to_the_place_that_is_most_like_theirs(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add({"city": "Oakham Green"}, id="keep", **HALL)
    catalogue.add(id="lose", city="Oakham Green", schedule="WEEKLY TU 10:00-11:00")

    first, second = merging.preview("keep", "lose").rows

    assert (first["schedule"], second["schedule"]) == ("", "WEEKLY TU 10:00-11:00")


def test_a_preview_tells_only_what_differs_and_changes_nothing(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="keep", name="Keep", phone="01632 960001")
    catalogue.add(id="lose", name="Lose", phone="01632 960002", email="a@b.example")
    before = rows("keep"), rows("lose")

    preview = merging.preview("keep", "lose")

    assert told(preview) == {
        "name": ("Keep", "Lose", "Keep"),
        "phone": ("01632 960001", "01632 960002", "01632 960001"),
        "email": ("", "a@b.example", "a@b.example"),
    }
    assert [(one.name, one.choice) for one in preview.fields if one.is_conflict] == [
        ("name", "keep"),
        ("phone", "keep"),
    ]
    assert (rows("keep"), rows("lose")) == before


# ---- what cannot be merged


def test_a_sensitive_listing_gets_no_place_and_hides_none(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="refuge", sensitive="yes")
    catalogue.add(id="hall", **north(1, **HALL))

    for keep, lose in (("refuge", "hall"), ("hall", "refuge")):
        with pytest.raises(CannotMerge, match=r"sensitive .* hall has one"):
            merging.merge(keep, lose)
    preview = merging.merge("hall", "refuge", place="lose")

    assert (preview.rows[0]["sensitive"], preview.listing.places) == ("yes", ())
    assert "1 High Street" in told(preview)["place"][0]


@pytest.mark.parametrize(
    ("keep", "lose", "said"),
    [
        ("a", "a", "cannot be merged with itself"),
        ("a", "merged", "merged is part of b already"),
        ("merged", "a", "merged is part of b already"),
        ("b", "retired", "retired is no longer running"),
        ("retired", "b", "retired is no longer running"),
    ],
)
def test_what_cannot_be_merged_is_said_plainly(
    catalogue: Catalogue, merging: Merging, keep: str, lose: str, said: str
) -> None:
    for slug in ("a", "b", "merged", "retired"):
        catalogue.add(id=slug)
    merging.merge("b", "merged")
    stored("retired").status = Status.RETIRED

    with pytest.raises(CannotMerge, match=said):
        merging.merge(keep, lose)


@pytest.mark.parametrize("actor", ["", "  ", "A" * 121])
def test_a_merge_by_nobody_is_refused(catalogue: Catalogue, merging: Merging, actor: str) -> None:
    catalogue.add(id="a")
    catalogue.add(id="b")

    with pytest.raises(CannotMerge, match="Say who decided"):
        merging.merge("a", "b", actor=actor)


def test_there_is_no_way_round_in_a_circle(catalogue: Catalogue, merging: Merging) -> None:
    for slug in ("a", "b", "c"):
        catalogue.add(id=slug)
    merging.merge("b", "a")
    merging.merge("c", "b")

    with pytest.raises(CannotMerge):
        merging.merge("a", "c")


# ---- what others see


def test_a_merged_address_leads_on_for_good(catalogue: Catalogue, merging: Merging, client: FlaskClient) -> None:
    for slug in ("a", "b", "c"):
        catalogue.add(id=slug)
    merging.merge("b", "a")
    merging.merge("c", "b")
    db.session.commit()

    page, file = client.get("/services/a?from=leaflet"), client.get("/services/a.json")

    assert (page.status_code, page.location) == (301, "/services/c?from=leaflet")
    assert (file.status_code, file.location) == (301, "/services/c.json")
    assert file.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/services/b", follow_redirects=True).request.path == "/services/c"


def test_an_address_that_would_lead_to_nothing_is_not_found(
    catalogue: Catalogue, merging: Merging, client: FlaskClient
) -> None:
    catalogue.add(id="a")
    catalogue.add(id="b")
    merging.merge("b", "a")
    stored("b").status = Status.PAUSED
    db.session.commit()

    assert client.get("/services/a").status_code == 404


def test_a_merged_listing_is_in_no_list_search_feed_or_count(
    catalogue: Catalogue, merging: Merging, client: FlaskClient
) -> None:
    catalogue.add_places()
    catalogue.add(id="winner", name="Acorn Club", **north(1, needs="sleep"))
    catalogue.add(id="loser", name="Beech Club", **north(2, needs="food", locality="north-fair"))
    merging.merge("winner", "loser")
    db.session.commit()

    texts = {
        address: client.get(address).get_data(as_text=True)
        for address in (
            *("/search?postcode=FA1+1AA", "/search?q=beech", "/localities/north-fair", "/services.csv"),
            *("/services.geojson", "/sitemap/services-1.xml", "/services.atom"),
            *("/api/search?q=beech", "/needs/food", "/services/winner"),
        )
    }

    assert {address for address, text in texts.items() if "services/loser" in text or "\nloser," in text} == set()
    assert "services/winner" in texts["/search?q=beech"], "the other name must still find it"
    assert slugs(ask(catalogue, words="beech").results) == ["winner"]
    assert [service.slug for service in find_services()] == ["winner"]
    assert [service.slug for service in iterate_services()] == ["winner"]
    assert (count_by_kind(), count_by_need()) == ({"early_years": 1}, {"sleep": 1, "food": 1})


def test_both_histories_tell_of_the_merge_and_of_its_end(catalogue: Catalogue, merging: Merging) -> None:
    catalogue.add(id="a", name="A")
    catalogue.add(id="b", name="B", phone="01632 960001")

    merging.merge("a", "b")
    merging.undo("b")

    steps = {slug: [(s.event.kind, s.event.actor, s.event.note) for s in find_history(stored(slug))] for slug in "ab"}
    assert steps["a"][:2] == [("unmerged", "Bo", "Without b"), ("merged", "Ann", "With b")]
    assert steps["b"][:2] == [("unmerged", "Bo", "No longer part of a"), ("merged", "Ann", "Into a")]
    assert ("phone", "", "01632 960001") in find_history(stored("a"))[1].changes
