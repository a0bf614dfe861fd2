"""When to go, told with closures, days left out and bookings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub_finder.directory.opening import CHECK_FIRST, alerts_to_tell, bookings_to_offer, opening_of, span_words
from hub_finder.directory.schedules import parse_schedules
from hub_finder.directory.times import Calendar, sessions
from hub_finder.models.services import Alert, Booking
from tests.patterns import CALENDAR, LONDON, NEAR_DAYS, alert_facts, alert_of, at, rules, schedule_facts, schedule_of


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def alert(span: str, text: str = "Closed for repairs.", *, closed: bool = True) -> Alert:
    """An alert from a span such as 2026-11-20/2026-12-10, either side of which may be blank."""
    first, _, last = span.partition("/")
    return Alert(text=text, closed=closed, starts_on=day(first), ends_on=day(last))


def words(times: str, spans: str, now: str, text: str = "Closed for repairs.") -> str:
    alerts = [alert(span, text) for span in spans.split("|")] if spans else []
    return opening_of(parse_schedules(times), alerts, calendar=CALENDAR, now=at(now)).words


TUESDAYS = "WEEKLY TU 10:00-12:00"


ALWAYS = "WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59"
TUESDAY = "2026-11-24T11:00"
WEEKS, TWO = "2026-11-20/2026-12-10", "2026-11-20/2026-11-30|2026-12-01/2026-12-10"
UNTIL = "Closed until 10 December: repairs"


@pytest.mark.parametrize(
    ("times", "spans", "now", "said"),
    [
        # While it is closed.
        (TUESDAYS, WEEKS, TUESDAY, f"{UNTIL}. Starts again on 15 December"),
        (TUESDAYS, "/2026-12-10", TUESDAY, f"{UNTIL}. Starts again on 15 December"),
        (TUESDAYS, "2026-11-24/2026-12-10", "2026-11-23T11:00", "Tuesday 15 December, 10am"),
        (TUESDAYS, "2026-11-20/", TUESDAY, "Closed until further notice: repairs"),
        (TUESDAYS, "/", TUESDAY, "Closed until further notice: repairs"),
        (
            TUESDAYS,
            "2026-11-20/2026-11-24",
            "2026-11-24T18:00",
            "Cancelled today: repairs. Next: Tuesday 1 December, 10am",
        ),
        (TUESDAYS, "2026-11-20/2026-11-25", "2026-11-25T18:00", "Closed today: repairs. Next: Tuesday, 10am to 12pm"),
        ("", WEEKS, TUESDAY, UNTIL),
        ("", "2026-11-20/", TUESDAY, "Closed until further notice: repairs"),
        # Two closures without a day between are one.
        (TUESDAYS, TWO, TUESDAY, f"{UNTIL}. Starts again on 15 December"),
        (TUESDAYS, "2026-11-20/2026-11-30|2026-12-01/", TUESDAY, "Closed until further notice: repairs"),
        # "Starts again" says that nothing is on before: not where a pattern cannot be told.
        (f"{TUESDAYS}|WEEKLY FR", WEEKS, TUESDAY, f"{UNTIL}. Next: Tuesday 15 December, 10am"),
        (
            f"{TUESDAYS}|WEEKLY WE",
            "2026-11-20/2026-12-14",
            TUESDAY,
            "Closed until 14 December: repairs. Starts again on 15 December",
        ),
        ("WEEKLY TU 10:00-12:00 from 2026-12-01", WEEKS, TUESDAY, f"{UNTIL}. Starts on 15 December"),
        (
            "WEEKLY FR 10:00-12:00",
            "2026-11-20/2026-12-24",
            "2026-11-27T11:00",
            f"Closed until 24 December: repairs. Starts again on 25 December{CHECK_FIRST}",
        ),
        # Over the end of a year, and in term time alone.
        (
            TUESDAYS,
            "2026-12-21/2027-01-04",
            "2026-12-22T11:00",
            "Closed until 4 January: repairs. Starts again on 5 January",
        ),
        (
            f"{TUESDAYS} term",
            "2026-12-10/2026-12-31",
            "2026-12-15T11:00",
            "Closed until 31 December: repairs. Starts again on 5 January",
        ),
        (
            f"{TUESDAYS} holidays",
            "2026-10-20/2026-10-31",
            "2026-10-27T11:00",
            "Closed until 31 October: repairs. Starts again on 22 December",
        ),
        # To come.
        (TUESDAYS, "2026-12-01/2026-12-10", TUESDAY, "Open now, closes at 12pm"),
        (TUESDAYS, "2026-12-01/2026-12-10", "2026-11-24T12:00", "Tuesday 15 December, 10am"),
        (TUESDAYS, "2026-12-01/2027-01-15", "2026-11-24T12:00", "Starts again on 19 January"),
        (TUESDAYS, "2026-12-01/", "2026-11-24T09:00", "Today, 10am to 12pm"),
        (TUESDAYS, "2026-12-01/", "2026-11-24T12:00", "Closed from 1 December until further notice: repairs"),
        # Over, and what has ended anyway.
        (TUESDAYS, "2026-11-01/2026-11-23", TUESDAY, "Open now, closes at 12pm"),
        (f"{TUESDAYS} to 2026-11-03", WEEKS, TUESDAY, "Ended on 3 November 2026"),
        (ALWAYS, "2026-11-24/2026-11-24", TUESDAY, "Cancelled today: repairs. Next: Tomorrow, all day and night"),
        # One day left out.
        (f"{TUESDAYS} except 2026-11-24", "", "2026-11-24T09:00", "Cancelled today. Next: Tuesday 1 December, 10am"),
        (f"{TUESDAYS} except 2026-11-24", "", "2026-11-23T09:00", "Tuesday 1 December, 10am"),
        (f"{TUESDAYS} except 2026-11-24|WEEKLY TU 14:00-16:00", "", "2026-11-24T09:00", "Today, 2pm to 4pm"),
        (f"{TUESDAYS} term except 2026-10-27", "", "2026-10-27T09:00", "Tuesday 3 November, 10am"),
        ("ONCE 2026-12-20 10:00-15:00 except 2026-12-20", "", "2026-12-01T09:00", "Cancelled"),
        ("ONCE 2026-12-20 10:00-15:00 except 2026-12-20", "", "2026-12-21T09:00", "Cancelled"),
        ("ONCE 2026-12-20 10:00-15:00", "2026-12-20/2026-12-20", "2026-12-20T09:00", "Cancelled today: repairs"),
    ],
)
def test_closures_and_days_left_out_are_told(times: str, spans: str, now: str, said: str) -> None:
    assert words(times, spans, now) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Closed for repairs.", "Closed until 10 December: repairs"),
        ("closed: The boiler is broken", "Closed until 10 December: the boiler is broken"),
        ("ANT moves house", "Closed until 10 December: ANT moves house"),
        ("Closed", "Closed until 10 December"),
        ("A long story. " * 10, "Closed until 10 December"),
    ],
)
def test_the_reason_is_told_when_it_is_short(text: str, said: str) -> None:
    assert words("", "2026-11-20/2026-12-10", "2026-11-24", text) == said


def test_an_alert_that_does_not_close_takes_nothing_out() -> None:
    parking = alert("2026-11-20/", "Parking is hard.", closed=False)

    opening = opening_of(parse_schedules(TUESDAYS), [parking], calendar=CALENDAR, now=at("2026-11-24T11:00"))

    assert opening.words == "Open now, closes at 12pm"


@pytest.mark.parametrize(
    ("times", "now", "closes_at", "follows"),
    [
        (TUESDAYS, "2026-11-24T11:00", "2026-11-24T12:00", "2026-12-01T10:00"),
        (f"{TUESDAYS}|WEEKLY TU 12:00-14:00", "2026-11-24T11:00", "2026-11-24T14:00", "2026-11-24T12:00"),
        (TUESDAYS, "2026-11-24T12:00", None, "2026-12-01T10:00"),
        ("WEEKLY TU 10:00", "2026-11-24T11:00", None, "2026-12-01T10:00"),
        ("WEEKLY FR 10:00-12:00", "2026-12-25T11:00", None, "2027-01-01T10:00"),
    ],
)
def test_what_is_on_and_what_follows_come_together(times: str, now: str, closes_at: str | None, follows: str) -> None:
    opening = opening_of(parse_schedules(times), calendar=CALENDAR, now=at(now))

    assert opening.closes_at == (at(closes_at) if closes_at else None)
    assert bool(opening.running) == bool(closes_at)
    assert opening.following
    assert opening.following.start == at(follows)


def test_round_the_clock_is_open_without_an_hour_to_close() -> None:
    times = parse_schedules("WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59")

    opening = opening_of(times, calendar=CALENDAR, now=at("2026-12-31T23:30"))

    assert (opening.running is not None, opening.closes_at) == (True, None)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        # The clocks go forward on 29 March 2026 and back on 25 October 2026: a day of 23 hours, and one of 25.
        (datetime(2026, 3, 28, 23, 50, tzinfo=UTC), "Closed today: repairs. Next: Tomorrow, 1am to 3am"),
        (datetime(2026, 3, 29, 0, 50, tzinfo=UTC), "Today, 1am to 3am"),
        (datetime(2026, 10, 24, 22, 50, tzinfo=UTC), "Closed today: repairs. Next: Tomorrow, 1am to 3am"),
        (datetime(2026, 10, 24, 23, 10, tzinfo=UTC), "Today, 1am to 3am"),
    ],
)
def test_a_closure_ends_at_midnight_of_the_clocks_on_the_wall(now: datetime, said: str) -> None:
    closed = [alert("2026-03-20/2026-03-28"), alert("2026-10-20/2026-10-24")]

    opening = opening_of(parse_schedules("WEEKLY SU 01:00-03:00"), closed, calendar=CALENDAR, now=now)

    assert opening.words == said


closures = st.lists(st.tuples(st.integers(-100, 900), st.one_of(st.none(), st.integers(0, 200))), max_size=3)
stretches = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 120)), max_size=4)


@given(rules(), closures, stretches, st.lists(st.integers(0, 60), max_size=5, unique=True), st.booleans())
@settings(max_examples=200, deadline=None)
def test_sessions_are_the_rule_without_closures_exceptions_and_days_of_another_kind(
    given_rule: tuple[str, str, date],
    closed: list[tuple[int, int | None]],
    holidays: list[tuple[int, int]],
    left_out: list[int],
    term_only: bool,
) -> None:
    text, rule, first = given_rule
    begin = datetime(first.year, first.month, first.day)  # noqa: DTZ001  wall time
    end = begin + timedelta(days=1000)
    recurrence = rrulestr(rule, dtstart=begin.replace(hour=9, minute=30)).between(begin, end)
    exceptions = sorted({one.date() for number, one in enumerate(recurrence) if number in left_out})
    if term_only:
        text = text.replace("09:30-11:00", "09:30-11:00 term")
    if exceptions:
        text += f" except {','.join(map(str, exceptions))}"
    shut = [
        (first + timedelta(start), None if length is None else first + timedelta(start + length))
        for start, length in closed
    ]
    alerts = [Alert(text="Closed", closed=True, starts_on=start, ends_on=last) for start, last in shut]
    spans = tuple((first + timedelta(start), first + timedelta(start + length)) for start, length in holidays)
    calendar = Calendar(terms=((first, end.date()),), holidays=spans)

    found = sessions(
        parse_schedules(text),
        calendar=calendar.closed_by(alerts),
        start=begin.replace(tzinfo=LONDON),
        end=end.replace(tzinfo=LONDON),
    )

    def is_on(on: date) -> bool:
        closure = any(start <= on and (not last or on <= last) for start, last in shut)
        holiday = any(start <= on <= last for start, last in spans)
        return on not in exceptions and not closure and not (term_only and holiday)

    expected = [one for one in recurrence if is_on(one.date())]
    assert [one.start.replace(tzinfo=None) for one in found] == expected


@given(rules(), st.integers(-10, 400), st.integers(0, 90), st.integers(0, 24 * 60 * 400))
@settings(max_examples=150, deadline=None)
def test_nothing_is_open_and_nothing_is_next_within_a_closure(
    given_rule: tuple[str, str, date], start: int, length: int, minutes: int
) -> None:
    text, _, first = given_rule
    shut = (first + timedelta(start), first + timedelta(start + length))
    now = (datetime(first.year, first.month, first.day) + timedelta(minutes=minutes)).replace(tzinfo=LONDON)  # noqa: DTZ001

    opening = opening_of(
        parse_schedules(text),
        [Alert(text="Closed", closed=True, starts_on=shut[0], ends_on=shut[1])],
        calendar=Calendar(),
        now=now,
    )

    if shut[0] <= now.date() <= shut[1]:
        assert opening.running is None
        assert opening.words.startswith(("Closed", "Cancelled today", "Ended on"))
    if opening.following:
        assert not shut[0] <= opening.following.start.date() <= shut[1]
        assert opening.following.start >= now


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "", "Until further notice"),
        ("2026-11-20", "", "Until further notice"),
        ("2026-11-24", "2026-11-24", "Today"),
        ("", "2026-12-01", "Until 1 December"),
        ("2026-12-01", "2026-12-01", "On 1 December"),
        ("2026-12-01", "2026-12-04", "From 1 December to 4 December"),
        ("2026-12-01", "", "From 1 December until further notice"),
        ("2026-12-01", "2027-12-04", "From 1 December to 4 December 2027"),
    ],
)
def test_a_stretch_of_days_is_told_as_it_looks_from_today(first: str, last: str, said: str) -> None:
    assert span_words(day(first), day(last), date(2026, 11, 24)) == said


def test_alerts_that_are_over_are_not_told_and_closures_come_first() -> None:
    given_alerts = [
        alert("/2026-11-23", "Over."),
        alert("2026-12-01/", "Later.", closed=False),
        alert("/2026-11-24", "Today.", closed=False),
        alert("2027-01-01/2027-01-02", "Shut next year."),
    ]

    told = alerts_to_tell(given_alerts, date(2026, 11, 24))

    assert [one.text for one in told] == ["Shut next year.", "Today.", "Later."]


def test_a_booking_that_is_over_is_not_offered() -> None:
    def booking(name: str, first: str, last: str) -> Booking:
        return Booking(name=name, starts_on=day(first), ends_on=day(last))

    weeks = [
        booking("Christmas", "2026-12-21", "2026-12-24"),
        booking("Summer", "2026-07-27", "2026-08-21"),
        booking("Today", "2026-11-24", "2026-11-24"),
        booking("Some day", "", ""),
    ]

    offered = bookings_to_offer(weeks, date(2026, 11, 24))

    assert [one.name for one in offered] == ["Today", "Christmas", "Some day"]


@pytest.mark.parametrize(
    ("times", "now", "until"),
    [
        (TUESDAYS, "2026-11-24T09:00", "2026-11-24T10:00"),
        (TUESDAYS, "2026-11-24T10:00", "2026-11-24T10:00"),
        (TUESDAYS, "2026-11-24T10:01", "2026-11-24T11:30"),
        (TUESDAYS, "2026-11-24T11:30", "2026-11-24T11:31"),
        (TUESDAYS, "2026-11-24T11:59", "2026-11-24T12:00"),
        (TUESDAYS, "2026-11-24T12:00", "2026-11-25T00:00"),
        ("WEEKLY FR 10:00-15:00", "2026-12-25T11:00", "2026-12-25T15:00"),
        (ALWAYS, "2026-11-24T11:00", "2026-11-25T00:00"),
    ],
)
def test_what_is_told_holds_until_something_begins_or_ends(times: str, now: str, until: str) -> None:
    told = opening_of(parse_schedules(times), calendar=CALENDAR, now=at(now))

    assert told.holds_until == at(until).timestamp()


def test_nothing_to_tell_holds_for_ever() -> None:
    assert opening_of([], calendar=CALENDAR, now=at("2026-11-24T09:00")).holds_until == float("inf")


@settings(max_examples=200, deadline=None)
@given(
    facts=st.lists(schedule_facts(), min_size=1, max_size=4),
    spans=st.lists(alert_facts(), max_size=2),
    day=NEAR_DAYS,
    minute=st.integers(0, 24 * 60 - 1) | st.sampled_from([570, 600, 690, 719, 720, 1020]),
    seconds=st.sampled_from([0, 0, 1, 59.5]),
    share=st.floats(0, 1, exclude_max=True),
)
def test_within_the_time_that_it_holds_the_same_is_told(
    facts: list[dict[str, Any]], spans: list[dict[str, Any]], day: date, minute: int, seconds: float, share: float
) -> None:
    schedules = [schedule_of(one) for one in facts]
    alerts = [alert_of(one | {"text": "Closed."}) for one in spans]
    start = datetime.combine(day, datetime.min.time(), LONDON) + timedelta(minutes=minute, seconds=seconds)
    first = opening_of(schedules, alerts, calendar=CALENDAR, now=start)
    seconds_later = (first.holds_until - start.timestamp()) * share
    later = datetime.fromtimestamp(start.timestamp() + seconds_later, LONDON)

    assume(later.timestamp() < first.holds_until)
    assert opening_of(schedules, alerts, calendar=CALENDAR, now=later) == first


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-07-20T11:00", "Monday 27 July, 10am"),
        ("2026-07-27T11:00", "Open now, closes at 2pm"),
        ("2026-08-20T15:00", "Starts again on 21 December"),
        ("2026-12-25T11:00", "Ended on 24 December 2026"),
        ("2027-01-04T11:00", "Ended on 24 December 2026"),
    ],
)
def test_weeks_of_holiday_activities_count_only_on_their_dates(now: str, said: str) -> None:
    weeks = "WEEKLY MO,TU,WE,TH 10:00-14:00 from {} to {}"
    times = "|".join([weeks.format("2026-07-27", "2026-08-20"), weeks.format("2026-12-21", "2026-12-24")])

    assert words(times, "", now) == said
