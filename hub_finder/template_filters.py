"""Words as templates show them: the filters of pages, and the marks around what is not in the page's language."""

from markupsafe import Markup, escape

from hub_finder import words
from hub_finder.directory.cards import AnyService
from hub_finder.directory.days import (
    date_words,
    day_words,
    in_line,
    joined,
    number,
    short_weekday,
    upper_first,
    weekday,
    weekday_and_day,
)
from hub_finder.directory.freshness import state_now
from hub_finder.feed_marks import feeds_of
from hub_finder.languages import ENGLISH, RIGHT_TO_LEFT, language
from hub_finder.models.services import CostOption


def own(text: str) -> str:
    """A listing's own words for a page: in a page of another language they are marked as English."""
    if language() == ENGLISH:
        return text
    direction = Markup(' dir="ltr"') if language() in RIGHT_TO_LEFT else ""
    return Markup('<span lang="en"{}>{}</span>').format(direction, text)


def ltr(text: str) -> str:
    """A phone number or a postcode for a page: from left to right in every language."""
    return text if language() not in RIGHT_TO_LEFT else Markup('<bdi dir="ltr">{}</bdi>').format(text)


def price_for_pages(service: AnyService) -> str:
    """The same, with a listing's own words marked as such."""
    told, note = words.price(service), service.cost_note or ""
    if language() == ENGLISH or not note:
        return told
    label = told.removesuffix(note).removesuffix(words.lower_first(note))
    return escape(label) + own(told.removeprefix(label))


def cost_option_for_pages(option: CostOption) -> str:
    """The same, with a listing's own words marked as such."""
    told = words.cost_option(option, own=own)
    return told if language() == ENGLISH else Markup(told)  # noqa: S704 - `own` has escaped what is the listing's


FILTERS = {
    "ages": words.ages,
    "price": price_for_pages,
    "own": own,
    "ltr": ltr,
    "feeds": feeds_of,
    "how_to_start": words.how_to_start,
    "takes_referrals": words.takes_referrals,
    "times": words.times,
    "own_times": words.own_times,
    "opening": words.opening,
    "when": words.when,
    "own_when": words.own_when,
    "when_and_where": words.when_and_where,
    "next_sessions": words.next_sessions,
    "session_words": words.session_words,
    "standing": words.standing,
    "alerts": words.alerts,
    "alert_days": words.alert_days,
    "bookings": words.bookings,
    "booking_days": words.booking_days,
    "places_left": words.places_left,
    "food": words.food,
    "cost_option": cost_option_for_pages,
    "languages": words.languages,
    "joined": joined,
    "in_line": in_line,
    "not_told": words.not_told,
    "where": words.where,
    "ways": words.ways,
    "other_places": words.other_places,
    "slot_hours": words.slot_hours,
    "miles": words.miles,
    "way_to": words.way_to,
    "day_words": day_words,
    "weekday": weekday,
    "short_weekday": short_weekday,
    "weekday_and_day": weekday_and_day,
    "date_words": date_words,
    "upper_first": upper_first,
    "number": number,
    "moment_words": words.moment_words,
    "partial_date": words.partial_date,
    "address_lines": words.address_lines,
    "tel": words.tel,
    "checked": words.checked,
    "freshness": state_now,
}
