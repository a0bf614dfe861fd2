"""Schedules of a feed as our one-line form where it says exactly the same, and as words in every other case."""

import re
from datetime import date, time

from hub_finder.directory.days import DAY_NAMES, DAYS, clock, day_words
from hub_finder.directory.schedules import MONTHLY, ONCE, ORDINALS, WEEKLY, format_schedules, parse_schedules
from hub_finder.importers.feed_values import ItemReader, Json, day_or_none, sentences

# Words beside a pattern after which it may not hold on every day that it names.
_DOUBT = re.compile(
    r"\b(term|holidays?|half.term|closed|closures?|except\w*|exclud\w*|not|no|unless|until|only|from|appointments?"
    r"|var(y|ies|ied|iable)|cancel\w*|check|change\w*|alternate|fortnight\w*|sometimes|usually|may|summer|winter)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d\d?):(\d\d)(:00(\.0+)?)?")
_DAY = re.compile(r"(-?\d+)?([A-Z]{2})")
# What our form has no place for.
_BEYOND = ("bymonthday", "byweekno", "byyearday")
_LISTED = {name.upper(): code for code, name in DAY_NAMES.items()}


def read_times(reader: ItemReader, schedule: Json) -> tuple[str, str]:
    """(the entry of our form, words) of one schedule; the entry is "" where it would not say exactly the same."""
    link = reader.text(schedule, "schedule_link")
    told = (reader.text(schedule, name) for name in ("description", "attending_type", "notes"))
    said = sentences(*told, f"See {link} for each time" if link else "")
    entry = "" if _DOUBT.search(said) else _entry(reader, schedule)
    return entry, said if entry else sentences(_in_words(reader, schedule), said)


def _entry(reader: ItemReader, schedule: Json) -> str:
    if any(reader.text(schedule, name) for name in _BEYOND) or reader.text(schedule, "wkst") not in ("", "MO"):
        return ""
    freq, days = reader.text(schedule, "freq").upper(), _byday(reader.text(schedule, "byday"))
    start, end = reader.text(schedule, "valid_from"), reader.text(schedule, "valid_to")
    first, until = reader.text(schedule, "dtstart"), reader.text(schedule, "until")
    count, interval = reader.text(schedule, "count"), reader.text(schedule, "interval") or "1"
    starts, ends = {one for one in (start, first) if one}, {one for one in (end, until) if one}
    if len(starts) > 1 or len(ends) > 1 or None in map(day_or_none, starts | ends):
        return ""
    clock = _hours(reader, schedule)
    if clock is None:
        return ""
    begins, finishes = next(iter(starts), "")[:10], next(iter(ends), "")[:10]
    if not freq and not days and (begins == finishes or count == "1") and begins:
        return _checked(f"{ONCE} {begins}{clock}")
    if count or freq not in (WEEKLY, MONTHLY) or not days or not re.fullmatch(r"[1-9](\.0)?", interval):
        return ""
    every = f"/{interval[0]}" if interval[0] != "1" else ""
    if every and not begins:
        return ""
    span = (f" from {begins}" if begins else "") + (f" to {finishes}" if finishes else "")
    return _checked(f"{freq}{every} {','.join(days)}{clock}{span}")


def _checked(entry: str) -> str:
    """The entry in its one form, or "" when it is none."""
    try:
        return format_schedules(parse_schedules(entry))
    except ValueError:
        return ""


def _byday(text: str) -> list[str]:
    parts = [part for part in re.split(r"[,;\s]+", text.upper()) if part]
    return list(dict.fromkeys(_LISTED.get(part, part) for part in parts))


def _hours(reader: ItemReader, schedule: Json) -> str | None:
    """ " 09:30-12:00", "" when no hours are stated, None when they cannot be told for sure."""
    opens, closes = reader.text(schedule, "opens_at"), reader.text(schedule, "closes_at")
    if not opens and not closes:
        return ""
    clocks = [_clock(text) for text in (opens, closes) if text]
    if not opens or None in clocks:
        return None
    told = [f"{one:%H:%M}" for one in clocks if one]
    if told[-1] == "00:00" and len(told) > 1:
        told[-1] = "23:59"
    return f" {'-'.join(told)}"


def _clock(text: str) -> time | None:
    """A wall time. One with a zone may be the wall's or an hour off, in summer: it is not told from the other."""
    found = _CLOCK.fullmatch(text)
    if not found or int(found[1]) > 24 or int(found[2]) > 59:
        return None
    return time(int(found[1]) % 24, int(found[2]))


def _in_words(reader: ItemReader, schedule: Json) -> str:
    """Everything that the schedule's own fields say, for people."""
    freq, interval = reader.text(schedule, "freq").lower(), reader.text(schedule, "interval") or "1"
    parts = [", ".join(_day_in_words(day) for day in _byday(reader.text(schedule, "byday")))]
    if freq and not parts[0]:
        parts.append(freq)
    elif freq == "monthly":
        parts.append("each month")
    if interval not in ("1", "1.0"):
        parts.append(f"every {interval} {'months' if freq == 'monthly' else 'weeks'}")
    parts += [_labelled(reader, schedule, "bymonthday", "on day {} of the month")]
    parts += [_labelled(reader, schedule, name, f"{name[2:]} {{}}") for name in ("byweekno", "byyearday")]
    opens, closes = (_clock_in_words(reader.text(schedule, name)) for name in ("opens_at", "closes_at"))
    if opens and closes:
        parts.append(f"{opens} to {closes}")
    elif opens or closes:
        parts.append(f"from {opens}" if opens else f"to {closes}")
    dates = (("dtstart", "first on"), ("valid_from", "from"), ("valid_to", "until"), ("until", "until"))
    parts += dict.fromkeys(_dated(reader.text(schedule, name), word) for name, word in dates)
    parts += [_labelled(reader, schedule, "count", "{} times")]
    told = ", ".join(part for part in parts if part)
    return told[:1].upper() + told[1:]


def _day_in_words(day: str) -> str:
    found = _DAY.fullmatch(day)
    if not found or found[2] not in DAYS:
        return day
    name = DAY_NAMES[found[2]]
    if not found[1]:
        return name
    return f"{ORDINALS.get(int(found[1]), found[1])} {name}"


def _clock_in_words(text: str) -> str:
    moment = _clock(text)
    return clock(moment) if moment else text


def _dated(text: str, word: str) -> str:
    day: date | None = day_or_none(text)
    return f"{word} {day_words(day) if day else text}" if text else ""


def _labelled(reader: ItemReader, schedule: Json, name: str, words: str) -> str:
    value = reader.text(schedule, name)
    return words.format(value.replace(",", ", ")) if value else ""
