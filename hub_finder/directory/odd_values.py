"""Values of a listing that look wrong, each found by one small rule. The rules stand with the worst first."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from hub_finder.area import Area
from hub_finder.directory.freshness import months_before, state_of
from hub_finder.directory.geometry import distance_m
from hub_finder.directory.postcodes import compact
from hub_finder.models.services import Confidence, Labelled, Precision

AnyRow = Row[*tuple[Any, ...]]

WIDEST_AGES = 30
ALL_AGES_FROM = 99
OLDEST_SOURCE_MONTHS = 36
ALERT_ENDED_DAYS = 30
FURTHEST_FROM_POSTCODE_M = 2000
# Numbers that begin with 0 and are shorter than the others: Childline, and NHS 24's old ones.
SHORT_NUMBERS = {"08001111", "08454645", "08454647"}
# 2023, or a school year such as 2023/24, which counts until its end.
_YEAR = re.compile(r"\b20(\d\d)(?:[/–-](\d\d))?\b")


class Severity(Labelled):
    """What an odd value does to a family that relies on it."""

    WRONG = "wrong", "Sends a family wrong"
    OLD = "old", "May have ended or changed"
    WEAK = "weak", "To put right when you can"


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A published listing with what hangs on it, in plain rows: a catalogue of any size is read without objects.

    `service` has the columns of Service that the rules ask for, and `organisation_website`.
    """

    service: Any
    places: Sequence[AnyRow]
    sources: Sequence[AnyRow]
    contacts: Sequence[AnyRow]
    schedules: Sequence[AnyRow]
    bookings: Sequence[AnyRow]
    alerts: Sequence[AnyRow]
    has_need: bool


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A value to look at, and why."""

    slug: str
    field: str
    value: str
    reason: str
    severity: Severity


# Field, value and reason.
Found = Iterator[tuple[str, str, str]]
Rule = Callable[[Whole, Area, date], Found]


def find_odd(whole: Whole, area: Area, today: date) -> Iterator[tuple[int, Odd]]:
    """The odd values of a listing, each with the number of its rule: the smaller, the worse."""
    for number, (severity, rule) in enumerate(RULES):
        for field, value, reason in rule(whole, area, today):
            yield number, Odd(slug=whole.service.slug, field=field, value=value, reason=reason, severity=severity)


# ---- what sends a family wrong


def _phone(whole: Whole, _area: Area, _today: date) -> Found:
    service = whole.service
    numbers = [
        ("phone", service.phone),
        ("referral_phone", service.referral_phone),
        *(("contact_phone", contact.phone) for contact in whole.contacts),
    ]
    for field, phone in numbers:
        if phone and not is_uk_length(phone):
            yield field, phone, "has a length that no UK number has"


def is_uk_length(phone: str) -> bool:
    """Whether a number has a length that is in use: 10 or 11 digits from the 0, or a short number such as 999."""
    digits = "".join(mark for mark in phone if mark.isdigit())
    if phone.lstrip().startswith("+"):
        if not digits.startswith("44"):
            return False
        digits = "0" + digits[2:].removeprefix("0")
    if digits.startswith("0"):
        return len(digits) in (10, 11) or digits in SHORT_NUMBERS
    return len(digits) in (3, 5) or (len(digits) == 6 and digits.startswith("11"))


def _unreachable(whole: Whole, area: Area, _today: date) -> Found:
    times = whole.service.unreachable_times
    if times >= area.freshness.unreachable:
        yield "unreachable_times", str(times), "nobody could be reached: has it ended?"


def _ended(whole: Whole, _area: Area, today: date) -> Found:
    last_days = [schedule.valid_to for schedule in whole.schedules]
    if last_days and all(day and day < today for day in last_days):
        yield "schedule", str(max(last_days)), "was the last day of all its times: has it ended?"


def _ages_upside_down(whole: Whole, _area: Area, _today: date) -> Found:
    low, high = whole.service.min_age, whole.service.max_age
    if low is not None and high is not None and low > high:
        yield "min_age, max_age", f"{low} to {high}", "is upside down: no child is that old"


def _bounds(whole: Whole, area: Area, _today: date) -> Found:
    south, west, north, east = area.bounds
    for place in whole.places:
        latitude, longitude = place.latitude, place.longitude
        if latitude is None or longitude is None:
            continue
        if not (south <= latitude <= north and west <= longitude <= east):
            yield "latitude, longitude", f"{latitude}, {longitude}", f"lies off the map of {area.name}"


def _far_from_postcode(whole: Whole, _area: Area, _today: date) -> Found:
    """A point is compared with its postcode's own. The middle of a town is meant to be rough."""
    for place in whole.places:
        known = place.latitude_e5 is not None and place.longitude_e5 is not None
        if not known or place.latitude is None or place.longitude is None or place.precision == Precision.PLACE:
            continue
        postcode = place.latitude_e5 / 100_000, place.longitude_e5 / 100_000
        metres = distance_m((place.latitude, place.longitude), postcode)
        if metres > FURTHEST_FROM_POSTCODE_M:
            point = f"{place.latitude}, {place.longitude}"
            yield "latitude, longitude", point, f"lies {metres / 1000:.1f} km from its postcode, {place.postal_code}"


def _postcode(whole: Whole, area: Area, _today: date) -> Found:
    locality = area.localities.get(whole.service.locality or "")
    for place in whole.places:
        if not locality or not place.postal_code or not (locality.outcodes or area.postcode_localities):
            continue
        if area.locality_of(compact(place.postal_code)) is not locality:
            within = f" ({', '.join(locality.outcodes)})" if locality.outcodes else ""
            yield "postal_code", place.postal_code, f"is not in {locality.name}{within}"


# ---- what may have ended or changed


def _old_check(whole: Whole, area: Area, today: date) -> Found:
    state = state_of(whole.service, limits=area.freshness, today=today)
    if state in ("overdue", "lapsed") and whole.service.unreachable_times < area.freshness.unreachable:
        gone = ": families no longer find it" if state == "lapsed" else ""
        yield "checked_on", str(whole.service.checked_on), f"was the last check, which is {state}{gone}"


def _old_times(whole: Whole, _area: Area, today: date) -> Found:
    """Times in words alone, all of years before the last one."""
    note = whole.service.schedule_note or ""
    years = [2000 + int(end or start) for start, end in _YEAR.findall(note)]
    if years and not whole.schedules and max(years) < today.year - 1:
        yield "schedule_note", note, f"tells times of {max(years)}, and no others are known"


def _old_alert(whole: Whole, _area: Area, today: date) -> Found:
    for alert in whole.alerts:
        if alert.ends_on and alert.ends_on < today - timedelta(days=ALERT_ENDED_DAYS):
            yield "alert", alert.text, f"was over on {alert.ends_on}"


def _ages(whole: Whole, _area: Area, _today: date) -> Found:
    low, high = whole.service.min_age or 0, whole.service.max_age
    if high is None or high - low <= WIDEST_AGES:
        return
    is_all_ages = (low == 0 and high >= ALL_AGES_FROM) or "all ages" in (whole.service.ages_note or "").casefold()
    if not is_all_ages:
        yield "min_age, max_age", f"{low} to {high}", f"is more than {WIDEST_AGES} years wide"


def _caution(whole: Whole, _area: Area, _today: date) -> Found:
    if whole.service.caution and whole.service.confidence == Confidence.HIGH:
        yield "caution", whole.service.caution, "warns of a listing that we say we are sure of"


# ---- what makes it harder to find or to believe


def _needs(whole: Whole, _area: Area, _today: date) -> Found:
    if not whole.has_need:
        yield "needs", "", "are blank: nobody finds it by what they need"


def _no_source(whole: Whole, _area: Area, _today: date) -> Found:
    if not whole.sources:
        yield "source_title", "", "is blank: nobody can tell where the facts are from"


def _no_postcode(whole: Whole, _area: Area, _today: date) -> Found:
    for place in whole.places:
        if place.address_1 and not place.postal_code:
            yield "postal_code", "", f"is blank, and there is a street: {place.address_1}"


def _website(whole: Whole, _area: Area, _today: date) -> Found:
    addresses = [
        ("website", whole.service.website),
        ("organisation_website", whole.service.organisation_website),
        ("referral_url", whole.service.referral_url),
        *(("booking_url", booking.url) for booking in whole.bookings),
    ]
    for field, address in addresses:
        if address and not address.casefold().startswith("https://"):
            yield field, address, "is not https"


def _source(whole: Whole, _area: Area, today: date) -> Found:
    for source in whole.sources:
        # A year or a month counts until its end. Partial dates compare as text, each as exact as it is.
        published = source.published or ""
        oldest = months_before(today, OLDEST_SOURCE_MONTHS).isoformat()[: len(published)]
        if published and published < oldest:
            yield "source_date", published, f"is more than {OLDEST_SOURCE_MONTHS // 12} years old"


RULES: tuple[tuple[Severity, Rule], ...] = (
    *((Severity.WRONG, rule) for rule in (_phone, _unreachable, _ended, _ages_upside_down)),
    *((Severity.WRONG, rule) for rule in (_bounds, _far_from_postcode, _postcode)),
    *((Severity.OLD, rule) for rule in (_old_check, _old_times, _old_alert, _ages, _caution)),
    *((Severity.WEAK, rule) for rule in (_needs, _no_source, _no_postcode, _website, _source)),
)
