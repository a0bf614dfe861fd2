"""A row of text is a listing, or is refused with everything that is wrong with it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_finder.directory.columns import COLUMNS, REQUIRED
from hub_finder.directory.listings import Listing, Problem, Vocabulary, parse_listing, rows_of
from hub_finder.models.services import Confidence, Cost, Coverage, Delivery, Precision, Referral
from tests.factories import cells

VOCABULARY = Vocabulary(
    needs={"sleep", "baby-toddler-groups"}, kinds={"early_years", "haf"}, localities={"north-fair", "south-fair"}
)
SCRIPT = "<script>alert(1)</script>"


def parsed(**given: str) -> Listing:
    listing, problems = parse_listing([cells(**given)], VOCABULARY)
    assert listing, problems
    return listing


def refused(**given: str) -> list[Problem]:
    listing, problems = parse_listing([cells(**given)], VOCABULARY)
    assert listing is None
    return problems


def test_date_of_a_wait_needs_the_wait() -> None:
    assert [(one.column, one.reason) for one in refused(wait_time_date="2026-04")] == [
        ("wait_time", "must say how long, as its date is given")
    ]


def test_the_least_a_listing_needs_leaves_all_else_unknown() -> None:
    listing = parsed()

    assert (listing.slug, listing.facts["name"], listing.facts["needs"]) == (
        "acorn-stay-and-play",
        "Acorn Stay and Play",
        ("baby-toddler-groups",),
    )
    assert (listing.facts["min_age"], listing.facts["max_age"]) == (None, None)
    assert (listing.facts["cost"], listing.facts["referral"]) == (Cost.NOT_STATED, Referral.NOT_STATED)
    assert (listing.places, listing.schedules, listing.parts["contact"]) == ((), (), ())
    assert (listing.facts["delivery"], listing.facts["areas"], listing.facts["alternate_names"]) == ((), (), ())
    assert listing.facts["phone"] is None


def test_a_full_row_is_read_whole() -> None:
    listing = parsed(
        alternate_names="Old Name | ONS",
        needs="sleep|baby-toddler-groups",
        delivery="in_person|phone",
        latitude="52.1",
        longitude="-1.2",
        location_precision="postcode",
        service_area="national|council:E09999001|locality:north-fair|outcode:FA1",
        min_age="0",
        max_age="5",
        cost="free_for_some",
        referral="either",
        confidence="medium",
        schedule="WEEKLY TU 09:30|MONTHLY 1SA",
        source_date="2026-05-04",
    )

    assert listing.facts["alternate_names"] == ("Old Name", "ONS")
    assert listing.facts["needs"] == ("sleep", "baby-toddler-groups")
    assert listing.facts["delivery"] == (Delivery.IN_PERSON, Delivery.PHONE)
    [place] = listing.places
    assert (place["latitude"], place["longitude"], place["precision"]) == (52.1, -1.2, Precision.POSTCODE)
    assert listing.facts["areas"] == (
        (Coverage.NATIONAL, ""),
        (Coverage.COUNCIL, "E09999001"),
        (Coverage.LOCALITY, "north-fair"),
        (Coverage.OUTCODE, "FA1"),
    )
    assert (listing.facts["min_age"], listing.facts["max_age"]) == (0, 5)
    assert (listing.facts["cost"], listing.facts["referral"], listing.facts["confidence"]) == (
        Cost.FREE_FOR_SOME,
        Referral.EITHER,
        Confidence.MEDIUM,
    )
    assert len(listing.schedules) == 2


def test_white_space_round_a_cell_does_not_count() -> None:
    listing = parsed(name="  Acorn\u00a0", min_age=" 3 ")

    assert listing.facts["name"] == "Acorn"
    assert listing.facts["min_age"] == 3


@pytest.mark.parametrize("column", REQUIRED)
def test_a_required_column_must_be_filled_in(column: str) -> None:
    row = {**cells(), column: "   "}

    listing, problems = parse_listing([row], VOCABULARY)

    assert listing is None
    assert Problem(column, "", "must be filled in") in problems


BAD = [
    ("id", "Acorn", "small letters, numbers and single hyphens"),
    ("id", "acorn--play", "small letters, numbers and single hyphens"),
    ("id", "-acorn", "small letters, numbers and single hyphens"),
    ("id", "acorn_play", "small letters, numbers and single hyphens"),
    ("id", "acörn", "small letters, numbers and single hyphens"),
    ("id", "../../etc", "small letters, numbers and single hyphens"),
    ("kind", "circus", "is not a kind known here"),
    ("locality", "far-away", "is not a locality known here"),
    ("needs", "sleep|nonsense", "is not one of the values"),
    ("needs", "sleep||baby-toddler-groups", "empty part between two bars"),
    ("needs", "sleep|sleep", "says the same thing twice"),
    ("alternate_names", "One|", "empty part between two bars"),
    ("alternate_names", "One|One", "says the same thing twice"),
    ("delivery", "pigeon", "is not one of the values"),
    ("postal_code", "FA11AA", "is not a full postcode written like AB1 2CD"),
    ("postal_code", "fa1 1aa", "is not a full postcode written like AB1 2CD"),
    ("postal_code", "FA1", "is not a full postcode written like AB1 2CD"),
    ("service_area", "everywhere", "must be national, council:CODE"),
    ("service_area", "national:yes", "must be national, council:CODE"),
    ("service_area", "council:Fairshire", "must be national, council:CODE"),
    ("service_area", "council:E٠٩٩٩٩٠٠١", "must be national, council:CODE"),
    ("service_area", "locality:far-away", "must be national, council:CODE"),
    ("service_area", "outcode:FA1 1", "must be national, council:CODE"),
    ("service_area", "outcode:", "must be national, council:CODE"),
    ("phone", "call Sue", "is not a phone number"),
    ("phone", "01632-960001", "is not a phone number"),
    ("phone", "٠١٦٣٢", "is not a phone number"),
    ("email", "sue", "is not an email address"),
    ("email", "sue@acorn", "is not an email address"),
    ("email", "sue@a corn.example", "is not an email address"),
    ("website", "www.acorn.example", "must be a web address"),
    ("website", "javascript:alert(1)", "must be a web address"),
    ("website", "https://", "must be a web address"),
    ("website", "https://acorn.example/a b", "must be a web address"),
    ("source_url", "ftp://acorn.example", "must be a web address"),
    ("source_date", "May 2026", "must be a date such as"),
    ("source_date", "2026-13", "must be a date such as"),
    ("source_date", "2026-02-30", "must be a date such as"),
    ("source_date", "0000-01", "must be a date such as"),
    ("source_date", "2026-5", "must be a date such as"),
    ("latitude", "north", "must be a number from -90 to 90"),
    ("latitude", "90.1", "must be a number from -90 to 90"),
    ("latitude", "nan", "must be a number from -90 to 90"),
    ("latitude", "5_0", "must be a number from -90 to 90"),
    ("longitude", "-181", "must be a number from -180 to 180"),
    ("longitude", "inf", "must be a number from -180 to 180"),
    ("location_precision", "roughly", "must be one of exact, postcode, place, none"),
    ("min_age", "two", "must be a number from 0 to 120"),
    ("min_age", "-1", "must be a number from 0 to 120"),
    ("min_age", "2.5", "must be a number from 0 to 120"),
    ("min_age", "1_0", "must be a number from 0 to 120"),
    ("max_age", "121", "must be a number from 0 to 120"),
    ("max_age", "٥", "must be a number from 0 to 120"),
    ("cost", "cheap", "must be one of free, free_for_some, paid, not_stated"),
    ("referral", "maybe", "must be one of self, either, professional, not_stated"),
    ("confidence", "sure", "must be one of high, medium, low"),
    *((column, "6A1E1C0E", "is not a UUID") for column in ("uuid", "organisation_uuid", "location_uuid")),
    *((column, "acorn.example", "must be a web address") for column in ("organisation_website", "booking_url")),
    ("contact_phone", "call Sue", "is not a phone number"),
    ("referral_url", "javascript:alert(1)", "must be a web address"),
    ("referral_phone", "call Sue", "is not a phone number"),
    ("wait_time_date", "in May", "must be a date such as"),
    ("contact_email", "sue", "is not an email address"),
    ("sensitive", "no", "must be yes, or blank"),
    ("cost_amount", "£2", "must be pounds such as 2.50"),
    ("cost_amount", "2.505", "must be pounds such as 2.50"),
    ("cost_amount", "-1.00", "must be pounds such as 2.50"),
    ("confidential", "may", "must be yes or no, or blank if it is not known"),
    ("languages", "en|english", "is not the code of a language"),
    ("languages", "English", "is not the code of a language"),
    ("booking_from", "1 May 2026", "must be a date such as 2025-04-28"),
    ("booking_to", "2026-02-30", "must be a date such as 2025-04-28"),
    ("booking_food", "may", "must be yes or no, or blank if it is not known"),
    ("booking_places", "few", "must be one of some, full"),
    ("alert_closed", "no", "must be yes, or blank"),
    ("alert_from", "20260101", "must be a date such as 2025-04-28"),
    ("alert_to", "2026", "must be a date such as 2025-04-28"),
    ("related", "Other Group", "small letters, numbers and single hyphens"),
    ("related", "acorn-stay-and-play", "names the listing itself"),
    ("attributes", "wheelchair", "must be written name=value"),
    ("picture", "hall.jpg", "is not the name of a picture"),
    ("picture_description", "A hall", "describes a picture that is not there"),
    ("schedule", "Tuesdays", "cannot be read: “Tuesdays” is not a schedule"),
    ("schedule", "WEEKLY MO 12:00-09:00", "cannot be read: It closes at 09:00"),
]


@pytest.mark.parametrize(("column", "value", "reason"), BAD)
def test_a_bad_value_is_refused_with_its_column_and_reason(column: str, value: str, reason: str) -> None:
    point = {"latitude": "52.1", "longitude": "-1.2"} if column in ("latitude", "longitude") else {}
    notice = {"alert": "Closed"} if column.startswith("alert") else {}
    notice |= {"wait_time": "Six weeks"} if column == "wait_time_date" else {}

    problems = refused(**{**point, **notice, column: value})

    assert {problem.column for problem in problems} == {column}
    assert reason in problems[0].reason
    assert problems[0].value in value


def test_every_column_that_takes_certain_values_only_is_in_the_table() -> None:
    free_text = {
        *("name", "organisation", "summary", "location_name", "address_1", "address_2", "city", "state_province"),
        *("country", "ages_note", "cost_note", "referral_note", "accessibility", "schedule_note", "source_title"),
        *("caution", "former_names", "organisation_description", "location_accessibility", "contact_name"),
        *("contact_role", "eligibility", "cost_option", "booking_for", "booking_free_for", "alert"),
        *("referral_consent", "wait_time"),
    }

    assert {column for column, _, _ in BAD} == COLUMNS.keys() - free_text


@pytest.mark.parametrize(
    ("given", "column", "reason"),
    [
        ({"latitude": "52.1", "location_precision": "exact"}, "longitude", "together with the other coordinate"),
        ({"longitude": "-1.2", "location_precision": "exact"}, "latitude", "together with the other coordinate"),
        ({"location_precision": "exact"}, "location_precision", "“none” without a point"),
        ({"latitude": "52", "longitude": "1", "location_precision": "none"}, "location_precision", "how exact"),
        ({"min_age": "8", "max_age": "5"}, "max_age", "is under the youngest age, 8"),
        ({"booking_from": "2026-05-02", "booking_to": "2026-05-01"}, "booking_to", "is before 2026-05-02"),
        ({"alert": "x", "alert_from": "2026-05-02", "alert_to": "2026-05-01"}, "alert_to", "is before 2026-05-02"),
        ({"alert_closed": "yes"}, "alert", "must say what there is to know"),
        ({"sensitive": "yes", "city": "Oakham Green"}, "city", "a sensitive listing keeps no place"),
        ({"sensitive": "yes", "location_accessibility": "Ramp"}, "location_accessibility", "keeps no place"),
    ],
)
def test_cells_that_do_not_go_together_are_refused(given: dict[str, str], column: str, reason: str) -> None:
    [problem] = refused(**given)

    assert problem.column == column
    assert reason in problem.reason


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    problems = refused(phone="?", email="?", min_age="x", cost="?")

    assert {problem.column for problem in problems} == {"phone", "email", "min_age", "cost"}


@pytest.mark.parametrize(("column", "longest"), COLUMNS.items())
def test_a_cell_longer_than_its_column_is_refused(column: str, longest: int) -> None:
    [problem] = refused(**{"id": "acorn", column: "x" * (longest + 1)})

    assert problem.column == column
    assert problem.reason == f"is {longest + 1:,} characters long; the most is {longest:,}"


@pytest.mark.parametrize("column", ["name", "organisation", "summary", "cost_note", "caution", "source_title"])
def test_a_cell_as_long_as_its_column_is_taken(column: str) -> None:
    listing = parsed(id="long", **{column: "é" * COLUMNS[column]})

    assert len(rows_of(listing)[0][column]) == COLUMNS[column]


@pytest.mark.parametrize(
    "mark",
    ["\n", "\r", "\t", "\x00", "\x1b", "\x85", "\u2028", "\u2029", "\u200b", "\u202e", "\ufeff", "\ue000", "\ud800"],
)
def test_marks_that_cannot_be_seen_are_refused(mark: str) -> None:
    [problem] = refused(id="acorn", name=f"Acorn{mark}Play")

    assert problem.column == "name"
    assert "cannot be seen" in problem.reason


def test_characters_that_were_lost_on_the_way_are_refused() -> None:
    [problem] = refused(id="acorn", name="Caf\ufffd")

    assert "could not be read" in problem.reason


def test_a_family_emoji_is_taken_whole() -> None:
    assert parsed(id="acorn", name="👩‍👧 club").facts["name"] == "👩‍👧 club"


@pytest.mark.parametrize("column", COLUMNS)
def test_a_script_is_refused_or_kept_as_plain_text(column: str) -> None:
    row = {**cells(id="acorn"), column: SCRIPT}

    listing, problems = parse_listing([row], VOCABULARY)

    if listing:
        assert rows_of(listing)[0][column] == SCRIPT
    else:
        assert {problem.column for problem in problems} == {column}
        assert all(problem.reason for problem in problems)


hostile = st.one_of(
    st.text(max_size=60), st.sampled_from([SCRIPT, "'; DROP TABLE service; --", "=1+1", "|", "{{7*7}}"])
)


@given(st.dictionaries(st.sampled_from(list(COLUMNS)), hostile, max_size=8))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault of ours
def test_any_row_is_a_listing_or_has_problems_never_both(changed: dict[str, str]) -> None:
    row = {**cells(), **changed}

    listing, problems = parse_listing([row], VOCABULARY)

    assert (listing is None) == bool(problems)
    assert all(problem.column in COLUMNS and problem.reason for problem in problems)
