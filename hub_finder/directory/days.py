"""Days, dates, times of day and lists as families say them, in the language that is being read.

English is as GOV.UK writes it; other languages are as the Unicode consortium has them (CLDR), with our own digits.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal

from hub_finder.languages import ENGLISH, _, language, lazy_

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# In English: files and feeds are read by them.
DAY_NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
# How midnight is written where something ends then.
MIDNIGHT = time(23, 59)
# Where the form of a language is not that of the country which most of its readers here come from.
_LOCALES = {"pt": "pt_PT"}
# A day of a month. Each is a text of its own, since in many languages "first" is another word beside another day.
OF_THE_MONTH = {
    "1MO": lazy_("first Monday"),
    "1TU": lazy_("first Tuesday"),
    "1WE": lazy_("first Wednesday"),
    "1TH": lazy_("first Thursday"),
    "1FR": lazy_("first Friday"),
    "1SA": lazy_("first Saturday"),
    "1SU": lazy_("first Sunday"),
    "2MO": lazy_("second Monday"),
    "2TU": lazy_("second Tuesday"),
    "2WE": lazy_("second Wednesday"),
    "2TH": lazy_("second Thursday"),
    "2FR": lazy_("second Friday"),
    "2SA": lazy_("second Saturday"),
    "2SU": lazy_("second Sunday"),
    "3MO": lazy_("third Monday"),
    "3TU": lazy_("third Tuesday"),
    "3WE": lazy_("third Wednesday"),
    "3TH": lazy_("third Thursday"),
    "3FR": lazy_("third Friday"),
    "3SA": lazy_("third Saturday"),
    "3SU": lazy_("third Sunday"),
    "4MO": lazy_("fourth Monday"),
    "4TU": lazy_("fourth Tuesday"),
    "4WE": lazy_("fourth Wednesday"),
    "4TH": lazy_("fourth Thursday"),
    "4FR": lazy_("fourth Friday"),
    "4SA": lazy_("fourth Saturday"),
    "4SU": lazy_("fourth Sunday"),
    "5MO": lazy_("fifth Monday"),
    "5TU": lazy_("fifth Tuesday"),
    "5WE": lazy_("fifth Wednesday"),
    "5TH": lazy_("fifth Thursday"),
    "5FR": lazy_("fifth Friday"),
    "5SA": lazy_("fifth Saturday"),
    "5SU": lazy_("fifth Sunday"),
    "-1MO": lazy_("last Monday"),
    "-1TU": lazy_("last Tuesday"),
    "-1WE": lazy_("last Wednesday"),
    "-1TH": lazy_("last Thursday"),
    "-1FR": lazy_("last Friday"),
    "-1SA": lazy_("last Saturday"),
    "-1SU": lazy_("last Sunday"),
}


# ---- days and dates


def day_name(code: str) -> str:
    """The weekday of a code such as MO, as it stands within a sentence."""
    tag = language()
    return DAY_NAMES[code] if tag == ENGLISH else _day_names(tag)[DAYS.index(code)]


def day_labels() -> dict[str, str]:
    """The weekdays by their codes, each as it stands by itself."""
    return {code: upper_first(day_name(code)) for code in DAYS}


def weekday(day: date) -> str:
    """The weekday of a date, as it stands within a sentence: Tuesday."""
    return day_name(DAYS[day.weekday()])


def short_weekday(day: date) -> str:
    """The same in short: Tue."""
    tag = language()
    return f"{day:%a}" if tag == ENGLISH else _said(day, "ccc", tag)


def day_words(day: date) -> str:
    """A date in words: 8 September 2026."""
    tag = language()
    return f"{day.day} {day:%B %Y}" if tag == ENGLISH else _said(day, "long", tag)


def day_and_month(day: date) -> str:
    """A date without its year: 8 September."""
    tag = language()
    return f"{day.day} {day:%B}" if tag == ENGLISH else _said(day, _skeleton("MMMMd", tag), tag)


def weekday_and_day(day: date) -> str:
    """A date of the weeks to come, to begin a line: Tuesday 8 September."""
    tag = language()
    if tag == ENGLISH:
        return f"{day:%A} {day.day} {day:%B}"
    pattern = re.sub("E+|ccc+", "EEEE", _skeleton("MMMMEd", tag))
    return upper_first(_said(day, pattern, tag))


def date_words(day: date) -> str:
    """A date with the day of the week, as families ask for it: Saturday 5 December 2026."""
    tag = language()
    return f"{day:%A} {day_words(day)}" if tag == ENGLISH else _said(day, "full", tag)


def month_words(day: date) -> str:
    """A month: April 2025."""
    tag = language()
    return f"{day:%B %Y}" if tag == ENGLISH else _said(day, _skeleton("yMMMM", tag), tag)


# ---- times of day


def hours(opens: time | None, closes: time | None) -> str:
    """ "9:30am to 12pm", "from 9:30am", "all day and night" or "" when not stated."""
    if not opens:
        return ""
    if not closes:
        return _("from %(time)s", time=clock(opens))
    if opens == time(0) and closes >= MIDNIGHT:
        return _("all day and night")
    # Note: two times of day, such as "9:30am to 12pm".
    return _("%(opens)s to %(closes)s", opens=clock(opens), closes=clock(closes))


def clock(moment: time) -> str:
    """A time of day as GOV.UK writes it: 9:30am, 12pm, midnight. Elsewhere by the clock of the language: 09:30."""
    tag = language()
    if moment in (time(0), MIDNIGHT):
        return _("midnight")
    if tag != ENGLISH:
        return _clock(moment.replace(tzinfo=None), tag)
    half = "am" if moment.hour < 12 else "pm"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes}{half}"


# ---- lists and numbers


def joined(parts: Iterable[str]) -> str:
    """A list in a sentence: "English, Polish and Welsh"."""
    return _list(list(parts), "and", "standard")


def either(parts: Iterable[str]) -> str:
    """A choice in a sentence: "English, Polish or Welsh"."""
    return _list(list(parts), "or", "or")


def in_line(parts: Iterable[str]) -> str:
    """Parts of one line: "Tuesday, 10am to 12pm, in term time"."""
    return comma().join(part for part in parts if part)


def comma() -> str:
    """What stands between two parts of one line."""
    return "، " if language() == "ar" else ", "


def number(value: float) -> str:
    """A number with at most one decimal: "2.1", "1,234"."""
    tag = language()
    return f"{value:,.1f}".removesuffix(".0") if tag == ENGLISH else format_decimal(value, "#,##0.#", _locale(tag))


def pounds(pence: int) -> str:
    """An amount of money: "£2.50", "£12"."""
    whole, rest = divmod(pence, 100)
    if language() == ENGLISH:
        return f"£{whole:,}" + (f".{rest:02d}" if rest else "")
    # Written as it is on the door: the pound before the number, in every language.
    return f"£{format_decimal(pence / 100, '#,##0.00' if rest else '#,##0', _locale(language()))}"


def upper_first(text: str) -> str:
    """The text as it begins a line: many languages write weekdays with small letters."""
    return text[:1].upper() + text[1:]


def _list(parts: Sequence[str], last: str, style: str) -> str:
    tag = language()
    if tag != ENGLISH:
        return format_list(parts, style, _locale(tag))  # type: ignore[arg-type]
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts[1:] else "".join(parts)


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(_LOCALES.get(tag, tag))


@cache
def _day_names(tag: str) -> Sequence[str]:
    names = get_day_names("wide", "stand-alone", _locale(tag))
    return [names[number] for number in range(len(DAYS))]


def _skeleton(name: str, tag: str) -> str:
    """The pattern of a language for parts of a date."""
    locale = _locale(tag)
    return str(locale.datetime_skeletons[name].pattern)


# A page of results has two hundred of them, and Babel takes its time.
@lru_cache(maxsize=5_000)
def _said(day: date, pattern: str, tag: str) -> str:
    return format_date(day, pattern, _locale(tag))


@lru_cache(maxsize=2_000)
def _clock(moment: time, tag: str) -> str:
    return format_time(moment, "short", locale=_locale(tag))
