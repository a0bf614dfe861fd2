"""What is on by day: the page of a search as a timetable."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.directory import weeks
from hub_finder.directory.times import ZONE
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import asked, main_words, read, said_beside, summary
from tests.rules.test_query_counts import counted

# A Tuesday in term time.
NOW = datetime(2026, 11, 24, 11, tzinfo=ZONE)
NEAR = "/search?postcode=FA1+1AA&view=timetable"
HALL = {"latitude": "52.1", "longitude": "-1.2", "city": "Oakham Green"}


@pytest.fixture(autouse=True)
def _a_moment_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: NOW)


@pytest.fixture
def places(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    return catalogue


def day_of(page: BeautifulSoup, day: str) -> Tag | None:
    heading = page.select_one(f"#day-{day}")
    return heading.find_parent("section") if heading else None


def slots(page: BeautifulSoup, day: str) -> list[str]:
    """What is on on a day: the words of each line."""
    section = day_of(page, day)
    assert section, f"{day} is not on the page"
    return [words_of(line) for line in section.select("li")]


def parts(page: BeautifulSoup, day: str) -> list[str]:
    section = day_of(page, day)
    assert section
    return [words_of(heading) for heading in section.select("h4")]


def test_sessions_stand_by_day_and_part_of_the_day(places: Catalogue, client: FlaskClient) -> None:
    places.add(name="Tots", **HALL, schedule="WEEKLY WE 10:00-11:30|WEEKLY WE 13:00-14:00", min_age="0", max_age="4")
    places.add(name="Teens", **HALL, schedule="MONTHLY -1WE 18:30")

    page = read(client.get(NEAR))

    assert slots(page, "2026-11-25") == [
        "10am to 11:30am Tots Oakham Green, under 0.1 miles. Up to age 4.",
        "1pm to 2pm Tots Oakham Green, under 0.1 miles. Up to age 4.",
        "from 6:30pm Teens Oakham Green, under 0.1 miles. Ages: not stated.",
    ]
    assert parts(page, "2026-11-25") == ["Morning", "Afternoon", "Evening"]
    assert len(slots(page, "2026-12-02")) == 2, "the last Wednesday was the week before"
    assert "2 of the 2 we found are on in these two weeks" in main_words(client.get(NEAR))


def test_two_weeks_are_shown_from_today_on(places: Catalogue, client: FlaskClient) -> None:
    places.add(**HALL, schedule="WEEKLY MO,TU 10:00-11:30|WEEKLY TU 12:00")

    page = read(client.get(NEAR))

    days = [str(heading["id"]) for heading in page.select("main h3")]
    assert (days[0], days[-1], len(days)) == ("day-2026-11-24", "day-2026-12-06", 13)
    assert [words_of(heading) for heading in page.select("main section > h2")] == [
        "This week: 23 to 29 November",
        "Next week: 30 November to 6 December",
    ]
    assert words_of(day_of(page, "2026-11-26")).endswith("Nothing that we know of.")
    assert len(slots(page, "2026-11-24")) == 2


def test_what_is_over_is_not_shown(places: Catalogue, client: FlaskClient) -> None:
    places.add(**HALL, schedule="WEEKLY TU 09:00-10:00|WEEKLY TU 10:45-11:30")

    page = read(client.get(NEAR))

    assert [line[:7] for line in slots(page, "2026-11-24")] == ["10:45am"]
    assert len(slots(page, "2026-12-01")) == 2


def test_the_search_and_its_filters_are_the_same(places: Catalogue, client: FlaskClient) -> None:
    places.add(name="Sleep talk", **HALL, needs="sleep", schedule="WEEKLY WE 10:00", min_age="0", max_age="2")
    places.add(name="Football", **HALL, needs="sports-outdoors", schedule="WEEKLY WE 10:00", min_age="8", max_age="12")
    places.add(name="Far away", latitude="52.3", longitude="-1.0", needs="sleep", schedule="WEEKLY WE 10:00")

    def names(more: str) -> list[str]:
        page = read(client.get(f"{NEAR}{more}"))
        section = day_of(page, "2026-11-25")
        return [words_of(link) for link in section.select("li a")] if section else []

    assert names("&within=40") == ["Football", "Sleep talk", "Far away"]
    assert names("&within=3") == ["Football", "Sleep talk"]
    assert names("&age=1&within=3") == ["Sleep talk"]
    assert names("&need=sleep&within=40") == ["Sleep talk", "Far away"]
    assert names("&q=football") == ["Football"]


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ("&day=WE&day=SA", ["2026-11-25", "2026-11-28", "2026-12-02", "2026-12-05"]),
        ("&on=2026-12-10", ["2026-12-10"]),
        ("&when=week&day=WE", ["2026-11-25"]),
        ("&when=now", ["2026-11-24"]),
        ("&when=holidays&week=2026-W52&day=MO", ["2026-12-21", "2026-12-28"]),
    ],
)
def test_days_that_were_asked_for_are_the_days_shown(
    places: Catalogue, client: FlaskClient, more: str, days: list[str]
) -> None:
    places.add(**HALL, schedule="WEEKLY MO,TU,WE,TH,FR,SA,SU 10:00-20:00")

    page = read(client.get(f"{NEAR}{more}"))

    assert [str(heading["id"])[4:] for heading in page.select("main h3")] == days


def test_part_of_the_day_chooses_among_sessions(places: Catalogue, client: FlaskClient) -> None:
    places.add(name="All day", **HALL, schedule="WEEKLY WE 09:00-17:00")
    places.add(name="Early", **HALL, schedule="WEEKLY WE 09:00-10:00|WEEKLY WE 14:00-15:00")

    page = read(client.get(f"{NEAR}&time=afternoon"))

    assert [line.split(" Oakham")[0] for line in slots(page, "2026-11-25")] == [
        "9am to 5pm All day",
        "2pm to 3pm Early",
    ]
    assert parts(page, "2026-11-25") == ["Afternoon"]


def test_days_that_contradict_each_other_have_nothing(places: Catalogue, client: FlaskClient) -> None:
    places.add(**HALL)
    places.add(id="b", **HALL, schedule="WEEKLY TU 10:00")

    said = main_words(client.get(f"{NEAR}&day=MO&on=2026-12-01"))

    assert "is not a Monday" in said


def test_listings_that_do_not_say_when_are_counted_and_led_to(places: Catalogue, client: FlaskClient) -> None:
    places.add(id="tots", **HALL, schedule="WEEKLY WE 10:00-11:30")
    places.add(id="a", **HALL)
    places.add(id="b", **HALL, schedule="WEEKLY WE")
    places.add(id="c", **HALL, schedule="WEEKLY/2 WE 10:00")
    places.add(id="over", **HALL, schedule="WEEKLY WE 10:00 to 2026-10-30")
    places.add(id="line", delivery="phone")

    page = read(client.get(f"{NEAR}&need=baby-toddler-groups&week=2026-W49"))

    assert "1 of the 6 we found is on in these two weeks, as far as we know." in words_of(page.main)
    [link] = [link for link in page.select("main p a") if "do not say when" in words_of(link)]
    assert words_of(link) == "4 more do not say when: see the list"
    assert asked(link) == {"postcode": ["FA1 1AA"], "need": ["baby-toddler-groups"]}


def test_closures_and_days_left_out_are_not_on(places: Catalogue, client: FlaskClient) -> None:
    places.add(
        id="closed", **HALL, schedule="WEEKLY WE 10:00", alert="Floor.", alert_closed="yes", alert_from="2026-11-25",
        alert_to="2026-11-25",
    )  # fmt: skip
    places.add(id="off", **HALL, schedule="WEEKLY WE 12:00 except 2026-11-25")

    page = read(client.get(NEAR))

    assert slots(page, "2026-11-25") == []
    assert len(slots(page, "2026-12-02")) == 2


def test_term_holidays_and_bank_holidays_are_told(places: Catalogue, client: FlaskClient) -> None:
    places.add(id="term", name="Term group", **HALL, schedule="WEEKLY MO,FR 10:00 term")
    places.add(id="hols", name="Holiday club", **HALL, schedule="WEEKLY MO,FR 10:00 holidays")

    page = read(client.get(f"{NEAR}&week=2026-W51"))
    christmas = read(client.get(f"{NEAR}&week=2026-W52"))
    unknown = read(client.get(f"{NEAR}&week=2027-W30"))

    assert "School term." in words_of(day_of(page, "2026-12-18"))
    assert [line.split(" Oakham")[0] for line in slots(page, "2026-12-18")] == ["from 10am Term group"]
    assert "School holidays. Bank holiday." in words_of(day_of(christmas, "2026-12-25"))
    assert slots(christmas, "2026-12-25")[0].endswith("It is a bank holiday, so check first.")
    assert "We do not have the school dates for these days yet." in words_of(unknown.main)
    assert "2 more do not say when" in words_of(unknown.main)


def test_session_over_midnight_is_one_and_so_is_what_never_closes(places: Catalogue, client: FlaskClient) -> None:
    places.add(name="Night stay", **HALL, schedule="WEEKLY FR 22:00-23:59|WEEKLY SA 00:00-06:00")
    places.add(name="Line", delivery="phone", phone="01632 960123", schedule="WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59")
    places.add(name="Weekend", **HALL, schedule="WEEKLY SA 00:00-23:59")

    page = read(client.get(NEAR))

    assert [line.split(" Oakham")[0] for line in slots(page, "2026-11-27")] == ["10pm to 6am on Saturday Night stay"]
    assert [line.split(" Oakham")[0] for line in slots(page, "2026-11-28")] == ["all day and night Weekend"]
    assert parts(page, "2026-11-28") == ["All day and night"]
    assert "Open day and night (1) Line Call 01632 960123" in words_of(page.main)


def test_day_on_which_the_clock_changes_says_so(places: Catalogue, client: FlaskClient) -> None:
    places.add(name="Night", **HALL, schedule="WEEKLY SU 00:30-01:30|WEEKLY SU 04:00-05:00")

    forward = read(client.get(f"{NEAR}&week=2027-W12"))
    back = read(client.get(f"{NEAR}&week=2027-W43"))

    assert "The clocks go forward in the night." in words_of(day_of(forward, "2027-03-28"))
    assert "The clocks go back in the night." in words_of(day_of(back, "2027-10-31"))
    for page, day in ((forward, "2027-03-28"), (back, "2027-10-31")):
        assert [line.split(" Night")[0] for line in slots(page, day)] == ["12:30am to 1:30am", "4am to 5am"]
        assert parts(page, day) == ["Before 5 in the morning"]


def test_session_names_its_own_place(places: Catalogue, client: FlaskClient) -> None:
    places.add(
        {"location_name": "Library", "city": "Marlow Cross", "latitude": "52.0", "longitude": "-1.1",
         "location_precision": "exact", "schedule": "WEEKLY TH 14:00"},
        id="two", name="Two", **HALL, schedule="WEEKLY WE 10:00",
    )  # fmt: skip

    page = read(client.get(f"{NEAR}&within=20"))

    assert slots(page, "2026-11-25") == ["from 10am Two Oakham Green, under 0.1 miles. Ages: not stated."]
    assert slots(page, "2026-11-26") == ["from 2pm Two Marlow Cross. Ages: not stated."]


def test_secret_place_is_not_told(places: Catalogue, client: FlaskClient) -> None:
    places.add(name="Refuge", sensitive="yes", delivery="phone", schedule="WEEKLY WE 10:00-12:00")

    page = read(client.get(f"{NEAR}&q=refuge"))

    assert slots(page, "2026-11-25") == ["10am to 12pm Refuge By phone. Ages: not stated."]


def test_ways_to_other_weeks_and_back_keep_the_whole_search(places: Catalogue, client: FlaskClient) -> None:
    places.add(**HALL, schedule="WEEKLY WE 10:00")
    search = {"postcode": ["FA1 1AA"], "age": ["1", "3"], "q": ["stay play"]}

    page = read(client.get("/search?postcode=FA1+1AA&age=1&age=3&q=stay+play&view=timetable&week=2026-W49"))
    in_list = read(client.get("/search?postcode=FA1+1AA&age=1&age=3&q=stay+play&page=1"))

    to = {words_of(link): asked(link) for link in page.select("main nav a") if "?" in str(link["href"])}
    assert to["As a list"] == search
    assert to["Earlier: 23 November to 6 December"] == {**search, "view": ["timetable"]}
    assert to["Later: 14 to 27 December"] == {**search, "view": ["timetable"], "week": ["2026-W51"]}
    form = page.select_one("form.hf-week")
    assert form
    hidden = [(str(field["name"]), str(field["value"])) for field in form.select("input")]
    sent = [("postcode", "FA1 1AA"), ("age", "1"), ("age", "3"), ("q", "stay play"), ("view", "timetable")]
    assert sorted(hidden) == sorted(sent)
    assert words_of(form.select_one("option[selected]")) == "Next week: 30 November to 6 December"
    [link] = [link for link in in_list.select("main nav a") if words_of(link) == "What is on, by day"]
    assert asked(link) == {**search, "view": ["timetable"]}


def test_a_date_asked_for_begins_with_its_week(places: Catalogue, client: FlaskClient) -> None:
    places.add(**HALL, schedule="WEEKLY WE 10:00")

    page = read(client.get(f"{NEAR}&on=2027-01-06"))

    assert len(slots(page, "2027-01-06")) == 1
    assert words_of(page.select_one("form.hf-week option[selected]")) == "4 to 10 January 2027"


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("x", "Choose a week, like 2026-W48"),
        ("2026-W54", "Choose a week, like 2026-W48"),
        ("2026W48", "Choose a week, like 2026-W48"),
        ("2026-W47", "The week must be this one or later, within the next 2 years"),
        ("9999-W01", "The week must be this one or later, within the next 2 years"),
        ("0000-W01", "Choose a week, like 2026-W48"),
    ],
)
def test_week_that_cannot_be_shown_is_told_beside_its_field(
    places: Catalogue, client: FlaskClient, week: str, said: str
) -> None:
    places.add(**HALL, schedule="WEEKLY WE 10:00")

    page = read(client.get(f"{NEAR}&week={week}"))

    assert said_beside(page, "week") == said
    assert summary(page) == {said: "#week"}
    assert str(page.select_one("#week option[selected]")["value"]) == week  # type: ignore[index]


def test_last_week_has_none_after_it(places: Catalogue, client: FlaskClient) -> None:
    places.add(**HALL, schedule="WEEKLY WE 10:00")

    page = read(client.get(f"{NEAR}&week=2028-W47"))

    assert [words_of(link)[:7] for link in page.select("nav[aria-label='Other weeks'] a")] == ["Earlier"]


def test_nothing_found_is_told_as_in_the_list(places: Catalogue, client: FlaskClient) -> None:
    said = main_words(client.get(f"{NEAR}&q=zzzzz"))

    assert "We found nothing for this yet." in said
    assert "Which week?" not in said


def test_api_takes_the_view_and_does_nothing_with_it(places: Catalogue, client: FlaskClient) -> None:
    places.add(**HALL)

    assert client.get("/api/search?view=timetable&week=2026-W49").get_json()["total"] == 1
    assert client.get("/api/search?view=timetable&week=2026-W20").status_code == 400


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weeks, "MOST_A_WEEK", 5)
    monkeypatch.setattr(weeks, "MOST_ALWAYS", 2)


@pytest.mark.usefixtures("few_at_once")
def test_only_the_first_are_told_and_the_others_counted(places: Catalogue, client: FlaskClient, app: Flask) -> None:
    def add(numbers: Sequence[int]) -> None:
        for number in numbers:
            place = {"latitude": f"52.1{number:02}", "longitude": "-1.2"}
            places.add(name=f"Group {number}", **place, schedule="WEEKLY WE 10:00|WEEKLY TH 10:00")
            places.add(name=f"Line {number}", delivery="phone", schedule="WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59")

    add(range(3))
    client.get(NEAR)
    with counted(app) as few:
        client.get(NEAR)
    add(range(3, 9))
    client.get(NEAR)
    with counted(app) as many:
        response = client.get(NEAR)

    assert len(few) == len(many)
    page = read(response)
    assert [line.split()[3] for line in slots(page, "2026-11-25")] == ["0", "1", "2", "3", "4"]
    assert slots(page, "2026-11-26") == []
    assert "There is more this week: 13 times we do not show." in words_of(page.main)
    assert "Open day and night (9) Line 0 Line 1 And 7 more: they are in the list." in words_of(page.main)
