"""Facts of a listing in plain words, for pages, calendars and messages. Unknown is said, never guessed."""

from datetime import UTC, date, datetime

from hub_finder.directory.freshness import state_now
from hub_finder.directory.geometry import METRES_PER_MILE
from hub_finder.directory.schedules import day_words, in_words
from hub_finder.directory.times import ZONE, Calendar, when_words
from hub_finder.models.services import Cost, Delivery, Location, Referral, Service

NOT_STATED = "not stated"


def miles(metres: float | None) -> str:
    """A distance as families read it: "2.1 miles", "under 0.1 miles", "" when there is none."""
    if metres is None:
        return ""
    distance = metres / METRES_PER_MILE
    if distance < 0.1:
        return "under 0.1 miles"
    shown = f"{distance:.1f}".removesuffix(".0") if distance < 10 else f"{distance:,.0f}"
    return f"{shown} {'mile' if shown == '1' else 'miles'}"


def ages(service: Service) -> str:
    """ "Ages 5 to 16", "Age 8 and over", "All ages" or "Ages: not stated"."""
    low, high = service.min_age, service.max_age
    if low is None and high is None:
        return f"Ages: {NOT_STATED}"
    if high is None:
        return f"Age {low} and over" if low else "All ages"
    if not low:
        return f"Up to age {high}" if high else "Under 1"
    return f"Ages {low} to {high}" if low < high else f"Age {low}"


def price(service: Service) -> str:
    """The price in words; an unknown one sends the family to ask."""
    if service.cost == Cost.NOT_STATED and not service.cost_note:
        return f"Price: {NOT_STATED}. Ask them."
    label, note = Cost(service.cost).label, service.cost_note or ""
    if note.casefold().startswith(label.casefold()) or NOT_STATED in note.casefold():
        return note
    return f"{label}: {_lower_first(note)}" if note else label


def how_to_start(service: Service) -> str:
    """Who may ask for this help."""
    return Referral(service.referral).label


def times(service: Service) -> list[str]:
    """The times, a line for each pattern; empty when there are none in a form that can be relied on."""
    return [in_words(schedule) for schedule in service.schedules]


def now() -> datetime:
    """The present moment, in wall time of the area. Everything that shows times asks here, and tests put theirs."""
    return datetime.now(ZONE)


def when(service: Service, calendar: Calendar) -> str:
    """When to go next, such as "Open now, closes at 12pm"; "" when it cannot be told."""
    return when_words(service.schedules, calendar=calendar, now=now())


def where(service: Service, location: Location | None = None) -> str:
    """The town, or how the help reaches a family: "Oakham", "By phone or online", "Place not stated"."""
    place = location or next(iter(service.places), None)
    if place and (place.city or place.name):
        return place.city or place.name or ""
    ways = [Delivery(way).label for way in service.delivery if way != Delivery.IN_PERSON]
    if not ways:
        return "Place not stated"
    return " or ".join([ways[0], *(_lower_first(way) for way in ways[1:])])


def address_lines(location: Location) -> list[str]:
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
    return day_words(day) if len(parts) == 3 else f"{day:%B %Y}"


def moment_words(at: datetime) -> str:
    """A stored moment by our own clock: "8 September 2026, 14:05". SQLite leaves out their zone, UTC."""
    here = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZONE)
    return f"{day_words(here)}, {here:%H:%M}"


def tel(phone: str) -> str:
    """The tel: address of a UK phone number; short numbers such as 999 stay as they are."""
    digits = "".join(mark for mark in phone if mark.isdigit() or mark == "+")
    return f"tel:+44{digits[1:]}" if digits.startswith("0") and len(digits) > 8 else f"tel:{digits}"


def checked(service: Service) -> str:
    """How far a listing can be relied on: when someone who knows last said that it is right."""
    state = state_now(service)
    if service.checked_on is None:
        return "We have not checked this ourselves yet"
    day = day_words(service.checked_on)
    if state == "lapsed":
        return f"Last checked on {day}: it may have ended"
    if state == "overdue":
        return f"Not checked since {day}: ask before you go"
    return f"Checked on {day}: due for another check" if state == "due" else f"Checked on {day}"


def _lower_first(text: str | None) -> str:
    text = text or ""
    return text if text[:3].isupper() or text[1:2].isupper() else text[:1].lower() + text[1:]


FILTERS = {
    "ages": ages,
    "price": price,
    "how_to_start": how_to_start,
    "times": times,
    "when": when,
    "where": where,
    "miles": miles,
    "day_words": day_words,
    "moment_words": moment_words,
    "partial_date": partial_date,
    "address_lines": address_lines,
    "tel": tel,
    "checked": checked,
    "freshness": state_now,
}
