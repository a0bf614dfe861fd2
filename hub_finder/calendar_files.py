"""Calendar files (RFC 5545) of the sessions of listings, for a phone, a computer or another program.

Only what is known goes in: a pattern without hours is left out, and no place of a listing that keeps it secret is told.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import STATUS, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur, vText
from icalendar import Calendar as File

from hub_finder import words
from hub_finder.directory.cards import AnySchedule
from hub_finder.directory.days import day_words, joined
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.recurrences import Series, series_of, sessions_on
from hub_finder.directory.schedules import ONCE, TIME_ZONE
from hub_finder.directory.times import ZONE, Calendar, Session
from hub_finder.directory.times_asked import dates_asked, is_asked
from hub_finder.models.services import Location, Precision, Service, derived_uid

END = b"END:VCALENDAR\r\n"
MADE_BY = "-//Hub Finder//Sessions//EN"
# How often a calendar that follows an address should ask again.
ASK_AGAIN = timedelta(days=1)
# Points that lead to a door, or near enough to look round.
PRECISE = (Precision.EXACT, Precision.POSTCODE)
CHECK_FIRST = "It is a bank holiday, so check first that it is on."


@dataclass(frozen=True, kw_only=True)
class Maker:
    """What every file is made with: the area's calendar, the day it is, the address of a listing's page by its slug."""

    calendar: Calendar
    today: date
    url_of: Callable[[str], str]


def series_file(
    services: Sequence[Service], maker: Maker, *, name: str, revisions: Mapping[int, int] | None = None
) -> bytes:
    """A file with all sessions of these listings from today on, as series; a valid one also when there are none.

    `revisions` tells, by its id, how often each listing was changed.
    """
    return b"".join(_file(_series_events(services, maker, revisions), name))


def found_file(
    services: Iterable[Sequence[Service]],
    maker: Maker,
    *,
    name: str,
    query: SearchQuery,
    now: datetime,
    revisions_of: Callable[[Collection[int]], Mapping[int, int]],
) -> Iterator[bytes]:
    """A file, a part at a time, of what a search found, some listings at once: without those that keep their place
    secret, for others may read a calendar.

    All their sessions as series; or, when the search asks for times, each session that meets it on the dates that it is
    about: `times_asked.dates_asked`.
    """
    dates = dates_asked(query, today=maker.today, calendar=maker.calendar)

    def events() -> Iterator[Event]:
        for some in services:
            told = [service for service in some if not service.sensitive]
            revisions = revisions_of([service.id for service in told])
            if not query.asks_times:
                yield from _series_events(told, maker, revisions)
                continue
            for service in told:
                on = sessions_on(service, dates, calendar=maker.calendar)
                asked = [one for one in on if is_asked(one, query, now=now)]
                yield from _session_events(service, asked, maker, revisions)

    return _file(events(), name)


def day_file(service: Service, maker: Maker, *, on: date, revisions: Mapping[int, int] | None = None) -> bytes:
    """A file with the sessions of a listing on one day."""
    on_day = sessions_on(service, [on], calendar=maker.calendar)
    events = _session_events(service, on_day, maker, revisions)
    return b"".join(_file(events, f"{service.name}, {day_words(on)}"))


def _series_events(services: Iterable[Service], maker: Maker, revisions: Mapping[int, int] | None) -> Iterator[Event]:
    for service in services:
        for series in series_of(service, calendar=maker.calendar, start=maker.today):
            event = _event(service, series.first, maker, revisions)
            event.uid = derived_uid("series", f"{service.uid}:{series.number}")
            event.description = _description(service, maker, series.first, _doubts(series))
            _repeat(event, series)
            yield event


def _session_events(
    service: Service, sessions: Iterable[Session], maker: Maker, revisions: Mapping[int, int] | None
) -> Iterator[Event]:
    for session in sessions:
        event = _event(service, session, maker, revisions)
        number = next(at for at, one in enumerate(service.schedules) if one is session.schedule)
        event.uid = derived_uid("session", f"{service.uid}:{number}:{session.start.date()}")
        event.description = _description(service, maker, session, CHECK_FIRST if session.doubtful else "")
        if session.doubtful:
            event.status = STATUS.TENTATIVE
        yield event


def _file(events: Iterable[Event], name: str) -> Iterator[bytes]:
    """A file, part by part: all that stands before the events, each of them, and the end."""
    file = File()
    file.add("VERSION", "2.0")
    file.add("PRODID", MADE_BY)
    file.add("METHOD", "PUBLISH")
    file.add("NAME", vText(name))
    file.add("X-WR-CALNAME", vText(name))  # what most programs read instead
    file.add("REFRESH-INTERVAL", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    file.add_component(_time_zone())
    yield bytes(file.to_ical()).removesuffix(END)
    for event in events:
        yield bytes(event.to_ical())
    yield END


def _time_zone() -> Timezone:
    """The zone by the rule that holds since 1996, which every program reads; the package's own list ends in 2038."""
    zone = Timezone()
    zone.add("TZID", TIME_ZONE)
    for part, name, month, hour, before, after in (
        (TimezoneDaylight(), "BST", 3, 1, 0, 1),
        (TimezoneStandard(), "GMT", 10, 2, 1, 0),
    ):
        part.add("DTSTART", datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001  wall time
        part.add("TZNAME", name)
        part.add("TZOFFSETFROM", timedelta(hours=before))
        part.add("TZOFFSETTO", timedelta(hours=after))
        part.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"})
        zone.add_component(part)
    return zone


def _event(service: Service, session: Session, maker: Maker, revisions: Mapping[int, int] | None) -> Event:
    """An event at the time and place of a session, without its id and its description."""
    event = Event.new(
        summary=service.name,
        start=session.start,
        end=session.end,
        stamp=_moment(maker.today),
        last_modified=_revised_at(service),
        sequence=(revisions or {}).get(service.id),
        url=maker.url_of(service.slug),
    )
    if place := _place(service, session.schedule):
        event.location = ", ".join(words.address_lines(place))
        if place.latitude is not None and place.longitude is not None and place.precision in PRECISE:
            event.add("GEO", (place.latitude, place.longitude))
    return event


def _repeat(event: Event, series: Series) -> None:
    schedule = series.schedule
    if schedule.freq == ONCE:
        return
    rule = vRecur({"FREQ": schedule.freq, "INTERVAL": schedule.interval, "BYDAY": schedule.byday, "WKST": "MO"})
    if series.last:
        rule["UNTIL"] = [datetime.combine(series.last, series.first.start.time(), ZONE).astimezone(UTC)]
    event.add("RRULE", rule)
    if series.left_out:
        event.add("EXDATE", [datetime.combine(day, series.first.start.time(), ZONE) for day in series.left_out])


def _place(service: Service, schedule: AnySchedule) -> Location | None:
    """Where a pattern is: its own place, or the only one of the listing."""
    if service.sensitive or not service.places:
        return None
    if schedule.place is not None and schedule.place < len(service.places):
        return service.places[schedule.place]
    return service.places[0] if len(service.places) == 1 else None


def _description(service: Service, maker: Maker, session: Session, doubt: str) -> str:
    """What a family needs to know on the day, a line each."""
    several = len(service.places) > 1 and not _place(service, session.schedule)
    lines = (
        doubt,
        f"Check before you go: {service.caution}" if service.caution else "",
        "" if session.end else "We have not been told when it ends.",
        f"At one of {len(service.places)} places: see the page." if several else "",
        words.ages(service),
        words.price(service),
        f"Phone: {service.phone}" if service.phone else "",
        f"Email: {service.email}" if service.email and not service.phone else "",
        f"{words.checked(service)}.",
        f"More, and any changes: {maker.url_of(service.slug)}",
    )
    return "\n".join(line for line in lines if line)


def _doubts(series: Series) -> str:
    """The bank holidays on which a series falls: nobody wrote down whether it is held."""
    if not series.doubtful:
        return ""
    days = joined([day_words(day) for day in series.doubtful])
    return f"On a bank holiday check first that it is on: {days}."


def _revised_at(service: Service) -> datetime | None:
    """When what the file says of a listing last changed, to the day; None when that is not known."""
    days = [day for day in (service.changed_on, service.checked_on) if day]
    return _moment(max(days)) if days else None


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
