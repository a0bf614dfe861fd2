"""Times of day and dates as volunteers write them."""

import re
from datetime import date, time

from hub_finder.directory.days import MIDNIGHT

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*(a\.?m\.?|p\.?m\.?)?", re.ASCII | re.IGNORECASE)
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "12 noon": time(12), "midnight": MIDNIGHT}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", re.ASCII)
_WORDS = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3,9}),? (\d{4})", re.ASCII | re.IGNORECASE)
# From one to six without am or pm is as often meant for the afternoon.
FIRST_SURE_HOUR, LAST_UNSURE_HOUR = 7, 6


class Unclear(ValueError):
    """What was typed is no time or date, or may be two; the message says what to type."""


def read_time(text: str) -> time | None:
    """The time of day that a text is, None for an empty one: "10", "10am", "2.30 pm", "14:00", "noon".

    Raises Unclear.
    """
    typed = " ".join(text.casefold().split())
    if not typed:
        return None
    if typed in _NAMED_TIMES:
        return _NAMED_TIMES[typed]
    found = _TIME.fullmatch(typed)
    if not found:
        raise Unclear("Enter a time, like 10am or 2:30pm")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
    if half and not 1 <= hour <= 12:
        raise Unclear("Enter a time, like 10am or 2:30pm")
    if not half and 1 <= hour <= LAST_UNSURE_HOUR and not found[1].startswith("0"):
        raise Unclear(f"Say if it is {hour}{f':{minute:02d}' if minute else ''}am or pm")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise Unclear("Enter a time, like 10am or 2:30pm") from None


def read_date(text: str) -> date | None:
    """The date that a text is, None for an empty one: 2026-12-25, 25/12/2026, 25 December 2026. Raises Unclear."""
    typed = " ".join(text.split())
    if not typed:
        return None
    parts: tuple[int, int, int] | None = None
    if found := _ISO.fullmatch(typed):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := _NUMBERS.fullmatch(typed):
        parts = (int(found[3]), int(found[2]), int(found[1]))
    elif (found := _WORDS.fullmatch(typed)) and found[2][:3].casefold() in _MONTHS:
        parts = (int(found[3]), _MONTHS.index(found[2][:3].casefold()) + 1, int(found[1]))
    try:
        if parts:
            return date(*parts)
    except ValueError:
        pass
    raise Unclear("Enter a real date, like 25 December 2026 or 25/12/2026")
