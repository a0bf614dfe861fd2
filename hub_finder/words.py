"""Facts of a listing in plain words, for pages, calendars and messages. Unknown is said, never guessed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from math import inf

from hub_finder.database import aware
from hub_finder.directory import times as timing
from hub_finder.directory.cards import AnyAlert, AnyBooking, AnyPlace, AnySchedule, AnyService, Card
from hub_finder.directory.days import (
    clock,
    day_and_month,
    day_words,
    either,
    hours,
    joined,
    month_words,
    number,
    pounds,
    upper_first,
    weekday,
    weekday_and_day,
)
from hub_finder.directory.freshness import State, state_now
from hub_finder.directory.geometry import METRES_PER_MILE, compass
from hub_finder.directory.opening import (
    CHECK_FIRST,
    Opening,
    alerts_to_tell,
    bookings_to_offer,
    closure_words,
    opening_of,
    span_words,
)
from hub_finder.directory.origins import Origin
from hub_finder.directory.recurrences import NOT_RUNNING, sessions_of, tells_times
from hub_finder.directory.schedules import in_words
from hub_finder.directory.search import Result
from hub_finder.directory.times import ZONE, Calendar, Session
from hub_finder.directory.weeks import Slot
from hub_finder.languages import ENGLISH, _, language, lazy_, n_, p_
from hub_finder.models.services import (
    Cost,
    CostOption,
    Delivery,
    Places,
    Precision,
    Referral,
    Service,
    Status,
)
from hub_finder.said import language_said

NOT_STATED = "not stated"
# How many of the next sessions are named, and how far they are looked for.
MOST_NEXT, NEXT_WITHIN = 4, timedelta(days=56)
NOT_TOLD = (None, inf, Opening())
# How far away a place must be for a direction to be sure; the second where either end is only about right.
TELLS_WHERE_M, TELLS_WHERE_ABOUT_M = 400, 3_000
# Note: how far away something is, such as "2.1 miles", and in which direction.
WAYS = {
    "north": lazy_("%(distance)s north"),
    "north-east": lazy_("%(distance)s north-east"),
    "east": lazy_("%(distance)s east"),
    "south-east": lazy_("%(distance)s south-east"),
    "south": lazy_("%(distance)s south"),
    "south-west": lazy_("%(distance)s south-west"),
    "west": lazy_("%(distance)s west"),
    "north-west": lazy_("%(distance)s north-west"),
}


def miles(metres: float | None, *, round_water: bool = False) -> str:
    """A distance as families read it: "2.1 miles", "under 0.1 miles", "" when there is none.

    "about 12 miles, going round the water" where a straight line would cross it: still not a distance by road.
    """
    if metres is None:
        return ""
    if round_water:
        return _("about %(distance)s, going round the water", distance=miles(metres))
    distance = metres / METRES_PER_MILE
    if distance < 0.1:
        return _("under %(distance)s miles", distance=number(0.1))
    shown = round(distance, 1) if distance < 10 else round(distance)
    if shown != int(shown):
        return p_("a number with decimals", "%(distance)s miles", distance=number(shown))
    return n_("%(distance)s mile", "%(distance)s miles", int(shown), distance=number(shown))


def way_to(result: Result, origin: Origin | None) -> str:
    """How far a result is and in which direction, as far as that is sure: "2.1 miles north", "0.2 miles"."""
    told = miles(result.distance_m, round_water=result.round_water)
    place = result.location
    # The way round the water sets out in another direction than the straight line.
    if not origin or not place or result.distance_m is None or result.round_water:
        return told
    about = origin.approximate or place.precision != Precision.EXACT
    if place.latitude is None or place.longitude is None:
        return told
    if result.distance_m < (TELLS_WHERE_ABOUT_M if about else TELLS_WHERE_M):
        return told
    way = compass((origin.latitude, origin.longitude), (place.latitude, place.longitude))
    return str(WAYS[way]) % {"distance": told}


def ages(service: AnyService) -> str:
    """ "Ages 5 to 16", "Age 8 and over", "All ages" or "Ages: not stated"."""
    low, high = service.min_age, service.max_age
    if low is None and high is None:
        return _("Ages: not stated")
    if high is None:
        return _("Age %(age)s and over", age=low) if low else _("All ages")
    if not low:
        return _("Up to age %(age)s", age=high) if high else _("Under 1")
    return _("Ages %(low)s to %(high)s", low=low, high=high) if low < high else _("Age %(age)s", age=low)


def price(service: AnyService) -> str:
    """The price in words; an unknown one sends the family to ask."""
    if service.cost == Cost.NOT_STATED and not service.cost_note:
        return _("Price: not stated. Ask them.")
    cost, note = Cost(service.cost), service.cost_note or ""
    if note.casefold().startswith(cost.english.casefold()) or NOT_STATED in note.casefold():
        return note
    return f"{cost.label}: {lower_first(note)}" if note else cost.label


def how_to_start(service: AnyService) -> str:
    """Who may ask for this help."""
    return Referral(service.referral).label


def takes_referrals(service: Service) -> bool:
    """Whether somebody else may, or has to, ask for this help; or it is said how they do, or how long the wait is."""
    said = (service.referral_url, service.referral_phone, service.referral_consent, service.wait_time)
    return service.referral in (Referral.EITHER, Referral.PROFESSIONAL) or any(said)


def cost_option(option: CostOption, *, own: Callable[[str], str] = str) -> str:
    """One price and what it is for: "£2.50 – each further child", "Free – under 5s", "Members: price not stated".

    `own` marks what are the listing's own words.
    """
    if option.amount_pence is None:
        return _("%(what)s: price not stated", what=own(option.option or ""))
    amount = pounds(option.amount_pence) if option.amount_pence else p_("costs nothing", "Free")
    return f"{amount} – {own(lower_first(option.option))}" if option.option else amount


def times(service: AnyService, location: AnyPlace | None = None) -> list[str]:
    """The times, a line for each pattern; with a place, those of this place and those of no one place.

    Empty when there are none in a form that can be relied on.
    """
    return [in_words(schedule) for schedule in schedules_at(service, location)]


def own_times(service: AnyService, location: AnyPlace | None) -> list[str]:
    """The times that belong to one place, or, for None, to no one place."""
    return [in_words(schedule) for schedule in own_schedules(service, location)]


def schedules_at(service: AnyService, location: AnyPlace | None) -> Sequence[AnySchedule]:
    """The patterns that hold at one of the service's places, those of no one place among them; all for None."""
    if location is None:
        return service.schedules
    return [*own_schedules(service, location), *own_schedules(service, None)]


def own_schedules(service: AnyService, location: AnyPlace | None) -> list[AnySchedule]:
    """The patterns of one of the service's places alone, or, for None, those of no one place."""
    here = [at for at, place in enumerate(service.places) if place is location] if location else [None]
    return [schedule for schedule in service.schedules if schedule.place in here]


def opening(
    service: AnyService,
    calendar: Calendar,
    location: AnyPlace | None = None,
    *,
    now: datetime | None = None,
    state: State | None = None,
) -> Opening:
    """What is on now and what comes next: of all the service's times, or of those that hold at one of its places.

    A list of answers asks once for all of them what time it is, `now`, and how fresh each is, its `state`.
    """
    if not tells_times(service, state):
        return Opening()
    now = now or timing.now()
    if isinstance(service, Card) and not service.alerts:
        return _kept_opening(service, calendar, location, now)
    return opening_of(schedules_at(service, location), service.alerts, calendar=calendar, now=now)


def _kept_opening(card: Card, calendar: Calendar, location: AnyPlace | None, now: datetime) -> Opening:
    """What was told of the same times before, if it still holds."""
    told = card.schedules.told
    # By its place in the list: that is how patterns name it.
    place_at = next((at for at, place in enumerate(card.places) if place is location), -1) if location else None
    at = language(), place_at
    kept: Opening
    known, told_at, kept = told.get(at, NOT_TOLD)
    if not told_at <= now.timestamp() < kept.holds_until or known != calendar:
        kept = opening_of(schedules_at(card, location), calendar=calendar, now=now)
        told[at] = calendar, now.timestamp(), kept
    return kept


def own_opening(service: AnyService, calendar: Calendar, location: AnyPlace) -> Opening:
    """What is on now and what comes next of the times that belong to one place alone."""
    if not tells_times(service):
        return Opening()
    return opening_of(own_schedules(service, location), service.alerts, calendar=calendar, now=timing.now())


def when(service: AnyService, calendar: Calendar, location: AnyPlace | None = None) -> str:
    """When to go next, such as "Open now, closes at 12pm"; "" when it cannot be told."""
    return opening(service, calendar, location).words


def own_when(service: AnyService, calendar: Calendar, location: AnyPlace) -> str:
    """When to go next to one place, by its own times; "" when there are none."""
    return own_opening(service, calendar, location).words if own_schedules(service, location) else ""


def when_and_where(service: AnyService, calendar: Calendar) -> str:
    """When to go next, with the place where there are several: "Tomorrow, 2pm to 4pm – at Mill Hall"."""
    told = opening(service, calendar)
    session = told.running or told.following
    place = session.schedule.place if session else None
    if place is None or len(service.places) < 2:
        return told.words
    at = service.places[place]
    # Note: a session and its place, such as "Tomorrow, 2pm to 4pm – at Mill Hall".
    return _("%(session)s – at %(place)s", session=told.words, place=at.name or where(service, at))


def next_sessions(service: AnyService, calendar: Calendar) -> list[str]:
    """The next few sessions, a line each, as far as they can be told; none when there is only one, which `when` tells.

    "Tuesday 1 December, 10am to 12pm – at Mill Hall".
    """
    now = timing.now()
    found = sessions_of(service, calendar=calendar, start=now, end=now + NEXT_WITHIN)[:MOST_NEXT]
    return [session_words(one, service) for one in found] if len(found) > 1 else []


def session_words(session: Session, service: AnyService) -> str:
    """One session of a listing with its day: "Tuesday 1 December, 10am to 12pm – at Mill Hall"."""
    start, schedule = session.start, session.schedule
    words = f"{weekday_and_day(start)}, {hours(schedule.opens_at, schedule.closes_at)}"
    if schedule.place is not None and len(service.places) > 1:
        place = service.places[schedule.place]
        words = _("%(session)s – at %(place)s", session=words, place=place.name or where(service, place))
    return f"{words}{CHECK_FIRST}" if session.doubtful else words


def slot_hours(slot: Slot) -> str:
    """When one session of a timetable is: "10am to 11:30am", "10pm to 6am on Saturday", "all day and night"."""
    schedule, start, end = slot.session.schedule, slot.session.start, slot.ends_at
    if end is None or end == slot.session.end:
        return hours(schedule.opens_at, schedule.closes_at)
    # Note: when something goes on into another day, such as "10pm to 6am on Saturday".
    return _(
        "%(opens)s to %(closes)s on %(day)s", opens=clock(start.time()), closes=clock(end.time()), day=weekday(end)
    )


def standing(service: AnyService) -> str:
    """That a listing is not running, where a list still names it; "" while it runs."""
    if service.status == Status.PAUSED:
        return _("Paused for now. Ask them when it may start again.")
    return _("This has ended. It is no longer running.") if service.status == Status.RETIRED else ""


def alerts(service: AnyService) -> list[AnyAlert]:
    """What is to be known before going: what holds now or is to come, closures first."""
    return alerts_to_tell(service.alerts, timing.now().date()) if service.alerts else []


def alert_days(alert: AnyAlert) -> str:
    """From when and until when an alert holds: "Closed until 10 April", "From 3 April to 10 April", "" for always."""
    today = timing.now().date()
    if alert.closed:
        return closure_words(alert, today)
    if not alert.ends_on:
        to_come = alert.starts_on and alert.starts_on > today
        return _("From %(day)s", day=day_words(alert.starts_on)) if alert.starts_on and to_come else ""
    return span_words(alert.starts_on, alert.ends_on, today)


def bookings(service: AnyService) -> list[AnyBooking]:
    """The bookings that are not known to be over; none while it is not running."""
    return [] if service.status in NOT_RUNNING else bookings_to_offer(service.bookings, timing.now().date())


def booking_days(booking: AnyBooking) -> str:
    """From when to when a booking is: "27 July to 21 August 2026", or "" when not stated."""
    first, last = booking.starts_on, booking.ends_on
    if first and last:
        if first == last:
            return day_words(first)
        begins = day_words(first) if first.year != last.year else day_and_month(first)
        # Note: two dates, such as "27 July to 21 August 2026".
        return _("%(first_day)s to %(last_day)s", first_day=begins, last_day=day_words(last))
    if first:
        return _("From %(day)s", day=day_words(first))
    return _("Until %(day)s", day=day_words(last)) if last else ""


def places_left(booking: AnyBooking) -> str:
    """ "Places left", "Full" or "Places left: not stated. Ask them."."""
    return Places(booking.places).label if booking.places else _("Places left: not stated. Ask them.")


def food(booking: AnyBooking) -> str:
    """Whether there is food."""
    if booking.food is None:
        return _("Food: not stated")
    return _("Food: yes") if booking.food else _("Food: no")


def languages(service: AnyService) -> str:
    """The languages spoken, by name; "" when not stated."""
    return joined(language_said(code) for code in service.languages)


def not_told(service: Service) -> list[str]:
    """What we have not been told of a service, to stand after "We have not been told"."""
    # Note: each of these stands in a list after "We have not been told".
    gaps = {
        _("which ages it is for"): service.min_age is None and service.max_age is None and not service.ages_note,
        _("what it helps with"): not service.needs,
        _("the times"): not service.schedules and not service.schedule_note,
        _("where it is"): not service.sensitive and not service.places and not _where_known(service),
        _("the price"): service.cost == Cost.NOT_STATED and not service.cost_note and not service.cost_options,
        _("if you can go straight to them"): service.referral == Referral.NOT_STATED and not service.referral_note,
        _("who has to agree first"): takes_referrals(service) and not service.referral_consent,
        _("how long you may wait"): takes_referrals(service) and not service.wait_time,
        _("if there is a ramp, parking, a quiet space or other access"): not service.accessibility
        and not any(place.accessibility for place in service.places),
        _("which languages they speak"): not service.languages,
    }
    return [what for what, unknown in gaps.items() if unknown]


def ways(service: AnyService) -> str:
    """How the help reaches a family: "In person, or by phone"."""
    first, *others = (Delivery(way).label for way in service.delivery)
    if language() != ENGLISH:
        return upper_first(either([lower_first(way) for way in (first, *others)]))
    return ", or ".join((first, *(lower_first(way) for way in others)))


def other_places(service: AnyService, location: AnyPlace | None) -> str:
    """How many places there are besides the one shown: "and 2 other places"; "" for none."""
    others = len({place.id for place in service.places}) - (location is not None)
    if not location or others <= 0:
        return ""
    # Note: after the place of a result: "2.1 miles, Oakham and 2 other places".
    return n_("and %(num)s other place", "and %(num)s other places", others)


def where(service: AnyService, location: AnyPlace | None = None) -> str:
    """The town, or how the help reaches a family: "Oakham", "By phone or online", "Place not stated"."""
    place = location or (service.places[0] if service.places else None)
    if place and (place.city or place.name):
        return place.city or place.name or ""
    ways = [Delivery(way).label for way in service.delivery if way != Delivery.IN_PERSON]
    if not ways:
        return _("Place not stated")
    if language() != ENGLISH:
        return upper_first(either([lower_first(way) for way in ways]))
    return " or ".join([ways[0], *(lower_first(way) for way in ways[1:])])


def _where_known(service: Service) -> bool:
    return any(way != Delivery.IN_PERSON for way in service.delivery)


def address_lines(location: AnyPlace) -> list[str]:
    """An address as it is written on an envelope, without what is not stated."""
    parts = (location.name, location.address_1, location.address_2, location.city, location.postal_code)
    return [part for part in parts if part]


def partial_date(text: str | None) -> str:
    """A date that may be a year, a month or a day: "2025", "April 2025", "28 April 2025"."""
    if not text:
        return ""
    parts = text.split("-")
    if len(parts) == 1:
        return text
    day = date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) == 3 else 1)
    return day_words(day) if len(parts) == 3 else month_words(day)


def moment_words(at: datetime) -> str:
    """A stored moment by our own clock: "8 September 2026, 14:05". SQLite leaves out their zone, UTC."""
    here = aware(at).astimezone(ZONE)
    return f"{day_words(here)}, {here:%H:%M}"


def tel(phone: str) -> str:
    """The tel: address of a UK phone number; short numbers such as 999 stay as they are."""
    digits = "".join(mark for mark in phone if mark.isdigit() or mark == "+")
    return f"tel:+44{digits[1:]}" if digits.startswith("0") and len(digits) > 8 else f"tel:{digits}"


def checked(service: AnyService) -> str:
    """How far a listing can be relied on: when someone who knows last said that it is right."""
    state = state_now(service)
    if service.checked_on is None:
        return _("We have not checked this ourselves yet")
    day = day_words(service.checked_on)
    if state == "lapsed":
        return _("Last checked on %(day)s: it may have ended", day=day)
    if state == "overdue":
        return _("Not checked since %(day)s: ask before you go", day=day)
    return (
        _("Checked on %(day)s: due for another check", day=day) if state == "due" else _("Checked on %(day)s", day=day)
    )


def lower_first(text: str | None) -> str:
    """The text as it stands within a sentence."""
    text = text or ""
    return text if text[:3].isupper() or text[1:2].isupper() else text[:1].lower() + text[1:]
