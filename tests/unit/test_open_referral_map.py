"""What a service of a feed says, in our columns: exactly, in words, or not at all; never a guess."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_finder.area import Area
from hub_finder.directory.listings import Vocabulary, parse_listing
from hub_finder.importers.feed_terms import Areas, Terms
from hub_finder.importers.open_referral_map import Mapped, Mapper
from hub_finder.models.services import Need
from tests.feed_server import feed_id, service

TODAY = date(2026, 11, 26)
NEEDS = {
    slug: Need(slug=slug, label=label)
    for slug, label in (("food", "Food"), ("domestic-abuse", "Domestic abuse"), ("baby-toddler-groups", "Baby groups"))
}


def mapper(area: Area) -> Mapper:
    points = {"FA1 1AA": (52.1, -1.2)}
    return Mapper(
        name="Elm",
        address="https://elm.example/v3",
        area=area,
        terms=Terms(NEEDS, area),
        areas=Areas(area),
        today=TODAY,
        point_of=points.get,
        organisation=lambda id_: {"name": "Ash"} if id_ == "o-1" else None,
    )


def test_wait_is_kept_as_it_is_said(area: Area) -> None:
    [row] = mapped(area, wait_time="About six weeks").rows

    assert (row["wait_time"], row.get("wait_time_date", ""), row["attributes"]) == ("About six weeks", "", "")


def mapped(area: Area, **facts: Any) -> Mapped:
    found = mapper(area).map(service(1, **facts))
    assert found.problems == []
    return found


def cells(area: Area, **facts: Any) -> dict[str, str]:
    """The cells of the first row that say something."""
    return {name: text for name, text in mapped(area, **facts).rows[0].items() if text}


def at(**location: Any) -> list[dict[str, Any]]:
    return [{"id": "link-1", "location": {"id": feed_id("place"), "location_type": "physical", **location}}]


def test_the_least_a_service_says_leaves_all_else_unknown(area: Area) -> None:
    assert cells(area, contacts=None) == {
        "uuid": feed_id("service 1"),
        "confidence": "medium",
        "name": "Reading club 1",
        "summary": "Stories for small children.",
        "organisation": "Elm Readers",
        "organisation_uuid": feed_id("organization"),
        "organisation_description": "Volunteers who read.",
        "kind": "other",
        "cost": "not_stated",
        "source_title": "Elm",
    }


ADDRESS = {"address_1": "1 Mill Lane", "city": "Oakham Green", "postal_code": "fa11aa", "country": "United Kingdom"}


def test_a_place_is_read_with_its_point_said_to_be_no_more_exact_than_a_postcode(area: Area) -> None:
    found = cells(
        area,
        service_at_locations=at(
            name="Mill Hall",
            latitude=52.123456,
            longitude="-1.25",
            addresses=[{**ADDRESS, "state_province": "Fairshire", "region": "Fairshire"}],
            accessibility=[{"description": "Ramp at the side", "details": "Ring the bell"}],
        ),
    )

    assert (found["location_name"], found["address_1"], found["city"]) == ("Mill Hall", "1 Mill Lane", "Oakham Green")
    assert (found["postal_code"], found["country"], found["state_province"]) == ("FA1 1AA", "GB", "Fairshire")
    assert (found["latitude"], found["longitude"], found["location_precision"]) == ("52.12346", "-1.25000", "postcode")
    assert found["location_accessibility"] == "Ramp at the side. Ring the bell."
    assert (found["locality"], found["delivery"]) == ("north-fair", "in_person")


@pytest.mark.parametrize("point", [(0, 0), (100, 101), (-1.2, 52.1), (52.1, None), (40.7, -74.0)])
def test_a_point_that_cannot_be_one_is_left_out_and_said(area: Area, point: tuple[float, float | None]) -> None:
    location = at(name="Mill Hall", latitude=point[0], longitude=point[1])

    found = mapped(area, service_at_locations=location)

    assert "latitude" not in found.rows[0]
    assert ("is no point in the British Isles" in " ".join(found.notes)) == (point[1] is not None)


def test_a_place_without_a_point_has_that_of_its_postcode(area: Area) -> None:
    found = cells(area, service_at_locations=at(latitude=0, longitude=0, addresses=[ADDRESS]))

    assert (found["latitude"], found["longitude"], found["location_precision"]) == ("52.10000", "-1.20000", "postcode")


def test_what_is_no_postcode_or_no_known_country_is_kept_in_words(area: Area) -> None:
    found = cells(area, service_at_locations=at(addresses=[{"postal_code": "ABC 1234", "country": "Ruritania"}]))

    assert found["attributes"] == "postcode as given=ABC 1234|country=Ruritania"
    assert "postal_code" not in found


def test_several_places_each_have_their_times_and_their_row(area: Area) -> None:
    times = {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "closes_at": "11:00"}
    places = [
        {"id": "a", "location": {"id": "x", "location_type": "physical", "name": "Hall"}, "schedules": [times]},
        {"id": "b", "location": {"id": "y", "location_type": "physical", "name": "Barn"}},
        {"id": "c", "location": {"id": "z", "location_type": "virtual", "name": "Online"}},
    ]
    found = mapped(
        area,
        service_at_locations=places,
        schedules=[{**times, "byday": "TU", "service_at_location_id": "b"}, {**times, "byday": "WE"}, times],
    )

    assert [(row.get("location_name"), row.get("schedule")) for row in found.rows] == [
        ("Hall", "WEEKLY MO 10:00-11:00"),
        ("Barn", "WEEKLY TU 10:00-11:00"),
        (None, "WEEKLY WE 10:00-11:00|WEEKLY MO 10:00-11:00"),
    ]
    assert found.rows[0]["delivery"] == "in_person|online"
    assert found.rows[0]["locality"] == ""


def test_an_address_for_post_is_no_place_to_go_to(area: Area) -> None:
    found = cells(area, service_at_locations=at(location_type="postal", addresses=[ADDRESS]))

    assert found["attributes"] == "post to=1 Mill Lane, Oakham Green, FA1 1AA, GB"
    assert "city" not in found
    assert "delivery" not in found


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        ({"cost_options": [{"option": "Everyone", "amount": 0}]}, "free", ""),
        ({"cost_options": [{"amount": 0}, {"option": "Others", "amount": 2.5}]}, "paid", ""),
        ({"cost_options": [{"option": "Under 5", "amount": 0}, {"option": "Over 5", "amount": 0}]}, "not_stated", ""),
        ({"cost_options": [{"option": "Ask us"}]}, "not_stated", ""),
        ({"fees": "Free."}, "free", "Free."),
        ({"fees": "Free for members"}, "not_stated", "Free for members."),
        ({"fees": "Free", "cost_options": [{"amount": 3}]}, "paid", "Free."),
        (
            {"cost_options": [{"option": "Adult", "amount": 3, "valid_to": "2026-11-25"}]},
            "not_stated",
            "Adult, to 2026-11-25: £3.",
        ),
        ({"cost_options": [{"amount": 3.333}]}, "not_stated", "£3.333."),
        ({"cost_options": [{"amount": -1}]}, "not_stated", "£-1."),
        ({"cost_options": [{"amount": 5, "currency": "EUR"}]}, "not_stated", "5 EUR."),
        ({}, "not_stated", ""),
    ],
)
def test_a_price_is_free_only_where_that_is_said_outright(
    area: Area, facts: dict[str, Any], state: str, words: str
) -> None:
    found = cells(area, **facts)

    assert (found["cost"], found.get("cost_note", "")) == (state, words)


@pytest.mark.parametrize(
    ("facts", "low", "high", "note"),
    [
        ({"minimum_age": 5, "maximum_age": 11.0}, "5", "11", ""),
        ({"minimum_age": 0}, "0", "", ""),
        ({"minimum_age": "3"}, "3", "", ""),
        ({"minimum_age": 2.5, "maximum_age": 4}, "", "", "From 2.5, To 4 (as given)."),
        ({"minimum_age": 12, "maximum_age": 5}, "", "", "From 12, To 5 (as given)."),
        ({"maximum_age": 999}, "", "", "To 999 (as given)."),
        ({"eligibilitys": [{"minimum_age": 2, "maximum_age": 4}, {"minimum_age": 8, "maximum_age": 9}]}, "2", "9", ""),
        ({"eligibilitys": [{"minimum_age": 2, "maximum_age": 4}, {"minimum_age": 8}]}, "2", "", ""),
        ({}, "", "", ""),
    ],
)
def test_ages_are_whole_years_or_words(area: Area, facts: dict[str, Any], low: str, high: str, note: str) -> None:
    found = cells(area, **facts)

    assert tuple(found.get(name, "") for name in ("min_age", "max_age", "ages_note")) == (low, high, note)


def term(name: str, taxonomy: str = "") -> dict[str, Any]:
    return {"taxonomy_term": {"name": name, "taxonomy": taxonomy}}


def test_terms_that_are_known_here_become_needs_and_a_kind_and_others_are_kept(area: Area) -> None:
    found = mapped(
        area,
        attributes=[term("Food banks"), term("domestic abuse"), term("Circus skills", "Ours"), term("Village halls")],
        service_taxonomys=[{"taxonomy": {"name": "baby-toddler-groups", "vocabulary": "v"}}],
    )

    first = found.rows[0]
    assert (first["needs"], first["kind"]) == ("food|domestic-abuse|baby-toddler-groups", "food")
    assert first["attributes"] == "Ours=Circus skills|term=Village halls"
    assert found.unknown_terms == [("Ours", "Circus skills")]


@pytest.mark.parametrize(
    ("given_area", "scope"),
    [
        ({"service_area": "England"}, "national"),
        ({"uri": "http://statistics.data.gov.uk/id/statistical-geography/E09999002"}, "council:E09999002"),
        ({"extent": "E09999001"}, "council:E09999001"),
        ({"name": "Fairshire Council"}, "council:E09999001"),
        ({"name": "nextshire"}, "council:E09999002"),
        ({"service_area": "North Fair"}, "locality:north-fair"),
        ({"service_area": "FA2"}, "outcode:FA2"),
        ({"service_area": "Anyone nearby"}, ""),
    ],
)
def test_areas_are_scopes_where_they_are_recognised_and_words_elsewhere(
    area: Area, given_area: dict[str, str], scope: str
) -> None:
    found = cells(area, service_areas=[given_area])

    assert found.get("service_area", "") == scope
    assert found.get("attributes", "") == ("" if scope else "covers=Anyone nearby")


def test_languages_are_codes_where_they_are_recognised(area: Area) -> None:
    several = [{"language": "Polish"}, {"code": "uk"}, {"name": "BSL"}, {"language": "Klingonese"}, {"id": "x"}]

    found = cells(area, languages=several)

    assert (found["languages"], found["attributes"]) == ("pl|uk|bfi", "language=Klingonese")


def test_contacts_and_numbers_each_have_their_place(area: Area) -> None:
    found = mapped(
        area,
        email="Club@Elm.Example",
        contacts=[
            {"name": "Jo Elm", "title": "Leader", "phones": [{"number": "01632 960001"}, {"number": "01632 960002"}]},
            {"name": "Al Ash", "phones": [{"number": "01632 960003 (evenings)", "description": "Leave a message"}]},
        ],
    )

    assert (found.rows[0]["phone"], found.rows[0]["email"]) == ("01632 960001", "club@elm.example")
    assert [tuple(row.get(f"contact_{what}", "") for what in ("name", "role", "phone")) for row in found.rows] == [
        ("Jo Elm", "Leader", ""),
        ("Jo Elm", "Leader", "01632 960002"),
        ("Al Ash", "", ""),
    ]
    assert found.rows[0]["attributes"] == "phone=01632 960003 (evenings)|about the phone=Leave a message"


def test_alerts_closures_and_a_pause_are_told(area: Area) -> None:
    found = mapped(
        area,
        status="Temporarily closed",
        alert="wet " * 200,
        holiday_schedules=[
            {"closed": True, "start_date": "2026-12-21", "end_date": "2027-01-03"},
            {"closed": True, "start_date": "2025-12-21", "end_date": "2026-01-03"},
            {"closed": False, "start_date": "2026-12-21", "end_date": "2027-01-03"},
        ],
    )

    alerts = [{name: text for name, text in row.items() if name.startswith("alert")} for row in found.rows]
    assert " ".join(alert["alert"] for alert in alerts[:2]) == ("wet " * 200).strip()
    assert alerts[0]["alert_closed"] == "yes"
    assert alerts[2] == {
        "alert": "Closed.",
        "alert_closed": "yes",
        "alert_from": "2026-12-21",
        "alert_to": "2027-01-03",
    }
    assert len(alerts) == 3
    assert cells(area, status="temporarily closed")["alert"] == "Temporarily closed."


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "Elm Women's Refuge"},
        {"attributes": [term("Refuges")]},
        {"organization": {"id": "o", "name": "Elm Refuge"}},
    ],
)
def test_the_address_of_a_refuge_is_never_taken(area: Area, facts: dict[str, Any]) -> None:
    location = at(name="Secret House", latitude=52.1, longitude=-1.2, description="Secret", addresses=[ADDRESS])

    found = mapped(area, service_at_locations=location, **facts)

    assert found.rows[0]["sensitive"] == "yes"
    assert not any(word in str(found.rows) for word in ("Secret", "Mill", "Oakham", "FA1", "52.1"))
    assert found.notes == ["its address is left out: it may be a refuge"]


def test_a_group_for_refugees_keeps_its_place(area: Area) -> None:
    found = cells(area, name="Refugee welcome", service_at_locations=at(name="Mill Hall"))

    assert "sensitive" not in found
    assert found["location_name"] == "Mill Hall"


def test_facts_without_a_column_are_attributes_and_unknown_fields_are_told(area: Area) -> None:
    found = mapped(area, accreditations="Kitemark", funding=[{"source": "The lottery"}], colour="red")

    assert found.rows[0]["attributes"] == "accreditations=Kitemark|funding=The lottery"
    assert found.unknown_fields == ["colour"]


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"status": "who knows"}, "status", "must be one of active, temporarily closed, inactive, defunct"),
        ({"name": {"en": "Club"}}, "name", "must be text"),
        ({"minimum_age": "young"}, "minimum_age", "must be a number"),
        ({"minimum_age": True}, "minimum_age", "must be a number"),
        ({"contacts": ["Jo"]}, "contacts", "must be a list of objects"),
        ({"service_at_locations": at(latitude="north", longitude=1)}, "latitude", "must be a number"),
        ({"unread": "It answers 500."}, "id", "its own page cannot be read: It answers 500."),
    ],
)
def test_what_cannot_be_taken_is_a_problem_of_its_field(
    area: Area, facts: dict[str, Any], field: str, reason: str
) -> None:
    [problem] = mapper(area).map(service(1, **facts)).problems

    assert problem[0] == field
    assert reason in problem[2]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["2026-01-01", "WEEKLY", "10:00", "<b>", "\x00", "\ud800", "|", "=", "FA1 1AA", "refuge"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "name",
                    "location",
                    "addresses",
                    "schedules",
                    "taxonomy_term",
                    "phones",
                    "number",
                    "amount",
                    "freq",
                    "byday",
                    "opens_at",
                    "latitude",
                    "longitude",
                    "postal_code",
                    "language",
                    "start_date",
                    "end_date",
                    "closed",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
FIELDS = [
    "id",
    "name",
    "description",
    "status",
    "organization",
    "service_at_locations",
    "schedules",
    "holiday_schedules",
    "cost_options",
    "contacts",
    "phones",
    "languages",
    "service_areas",
    "attributes",
    "service_taxonomys",
    "url",
    "eligibilitys",
    "minimum_age",
    "alert",
    "assured_date",
    "fees",
    "funding",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), values, max_size=8))
def test_any_service_is_a_listing_or_has_problems_with_reasons(area: Area, facts: dict[str, Any]) -> None:
    found = mapper(area).map({**service(1), **facts})

    if not found.problems:
        rows = [{**row, "id": "a"} for row in found.rows]
        vocabulary = Vocabulary(needs=NEEDS, kinds=area.kinds, localities=area.localities)
        listing, problems = parse_listing(rows, vocabulary)
        assert (listing is None) == bool(problems)
    assert all(reason for _, _, reason in found.problems)


def test_other_hours_in_holidays_and_links_to_sessions_are_words(area: Area) -> None:
    pattern = {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "schedule_link": "https://elm.example/dates"}
    holiday = {"closed": False, "start_date": "2026-12-21", "end_date": "2027-01-03", "opens_at": "12:00"}

    found = cells(area, schedules=[pattern], holiday_schedules=[holiday])

    assert found["schedule"] == "WEEKLY MO 10:00"
    assert found["schedule_note"] == (
        "See https://elm.example/dates for each time. From 2026-12-21 to 2027-01-03 open from 12:00."
    )


def test_a_number_of_a_place_is_found(area: Area) -> None:
    assert cells(area, service_at_locations=at(phones=[{"number": "01632 960009"}]))["phone"] == "01632 960009"
