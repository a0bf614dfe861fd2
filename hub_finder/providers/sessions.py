"""When something is on, as a form: each pattern of days and hours by itself, read back in words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from hub_finder.directory.cards import CardSchedule
from hub_finder.directory.days import DAYS, clock, day_words
from hub_finder.directory.schedules import MONTHLY, ONCE, WEEKLY, format_schedules, in_words, parse_schedules
from hub_finder.parameters import tidy
from hub_finder.providers.drafts import Draft, Entry, blank, is_place
from hub_finder.providers.moments import Unclear, read_date, read_time

OFTEN = {
    "weekly": "Every week",
    "fortnightly": "Every two weeks",
    "monthly": "Every month, such as on the first Saturday",
    "once": "Once, on one date",
}
WEEKS = {"1": "First", "2": "Second", "3": "Third", "4": "Fourth", "-1": "Last"}
SEASONS = {"": "All year", "term": "Only in term time", "holidays": "Only in school holidays"}
# The boxes of the page that hold one text each, and those that hold several choices.
TEXTS = ("often", "on", "opens", "closes", "when", "starts", "ends", "but_not", "place")
SEVERAL = ("days", "weeks")
Moment = TypeVar("Moment", date, time)
_MONTH_DAY = re.compile(r"(-1|[1-5])(\w\w)")


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """A pattern in words, with its number among all of the listing and where it is ("" where that is clear)."""

    number: int
    words: str
    place: str


@dataclass(kw_only=True)
class SessionForm:
    """What stands in the boxes for one pattern, and what is wrong, by box. `schedule` once nothing is."""

    values: dict[str, str]
    several: dict[str, list[str]]
    errors: dict[str, str]
    schedule: CardSchedule | None = None

    @property
    def words(self) -> str:
        return in_words(self.schedule) if self.schedule else ""


# ---- the patterns of a listing


def entries(draft: Draft) -> list[tuple[int, str]]:
    """Each pattern as (place among the draft's, its one-line form), in order."""
    return [
        (at, entry.strip()) for at, place in enumerate(draft.places) for entry in place["schedule"].split("|") if entry
    ]


def session_lines(draft: Draft) -> list[SessionLine]:
    named = sum(1 for place in draft.places if is_place(place)) > 1
    return [
        SessionLine(number=number, words=told(text), place=place_name(draft.places[at]) if named else "")
        for number, (at, text) in enumerate(entries(draft))
    ]


def told(text: str) -> str:
    """A pattern in words; its own text where it cannot be read."""
    try:
        return in_words(parse_schedules(text)[0])
    except ValueError:
        return text


def place_name(place: Entry) -> str:
    """A place in short; for times of no one place, that they hold for all."""
    named = (place["location_name"], place["address_1"], place["city"], place["postal_code"])
    return next(filter(None, named), "the place on the map") if is_place(place) else "all places"


def put(draft: Draft, number: int, text: str, place: int | None) -> None:
    """Put a pattern into a draft in the place of another, or, where there are no so many, as one more."""
    known = entries(draft)
    old = known[number][0] if number < len(known) else None
    if place is None or not 0 <= place < len(draft.places):
        place = next((at for at, one in enumerate(draft.places) if not is_place(one)), None)
    if place is None:
        draft.places.append(blank("place"))
        place = len(draft.places) - 1
    if old == place:
        texts = [text if at == number else one for at, (where, one) in enumerate(known) if where == place]
        draft.places[place]["schedule"] = "|".join(texts)
        return
    if old is not None:
        take_away(draft, number)
    draft.places[place]["schedule"] = "|".join(filter(None, [draft.places[place]["schedule"], text]))


def take_away(draft: Draft, number: int) -> None:
    known = entries(draft)
    if number < len(known):
        place = known[number][0]
        kept = [text for at, (where, text) in enumerate(known) if where == place and at != number]
        draft.places[place]["schedule"] = "|".join(kept)


# ---- the form of one


def form_of(text: str, place: int | None) -> SessionForm | None:
    """The boxes of a pattern; None where it says what they cannot, such as "every third week"."""
    schedule = parse_schedules(text)[0]
    often = {(WEEKLY, 1): "weekly", (WEEKLY, 2): "fortnightly", (MONTHLY, 1): "monthly", (ONCE, 1): "once"}
    kind = often.get((schedule.freq, schedule.interval))
    weeks, days = _month_days(schedule) if kind == "monthly" else ([], list(schedule.byday))
    if kind is None or weeks is None:
        return None
    once = kind == "once"
    values = {
        "often": kind,
        "on": str(schedule.valid_from) if once else "",
        "opens": _typed(schedule.opens_at),
        "closes": _typed(schedule.closes_at),
        "when": schedule.when or "",
        "starts": str(schedule.valid_from) if schedule.valid_from and not once else "",
        "ends": str(schedule.valid_to) if schedule.valid_to and not once else "",
        "but_not": "\n".join(day_words(date.fromisoformat(day)) for day in schedule.except_dates or ()),
        "place": "" if place is None else str(place),
    }
    return SessionForm(values=values, several={"days": days, "weeks": weeks}, errors={}, schedule=schedule)


def _typed(moment: time | None) -> str:
    """A time of day as it stands in a box. "Midnight" there is the end of a day."""
    return "" if moment is None else "00:00" if moment == time(0) else clock(moment)


def _month_days(schedule: CardSchedule) -> tuple[list[str] | None, list[str]]:
    """The weeks and the days of a monthly pattern; no weeks where it is not each of these days in each of the weeks."""
    found = [match.groups() for day in schedule.byday if (match := _MONTH_DAY.fullmatch(day))]
    weeks, days = list(dict.fromkeys(week for week, _ in found)), list(dict.fromkeys(day for _, day in found))
    whole = len(found) == len(weeks) * len(days) and set(weeks) <= WEEKS.keys()
    return (weeks if whole else None), days


def empty_form() -> SessionForm:
    return SessionForm(values=dict.fromkeys(TEXTS, ""), several={name: [] for name in SEVERAL}, errors={})


def read_form(form: MultiDict[str, str]) -> SessionForm:
    """What was typed, with all that is wrong with it."""
    values = {name: tidy(form.get(name, "")) for name in TEXTS if name != "but_not"}
    values["but_not"] = "\n".join(tidy(line) for line in form.get("but_not", "").splitlines())
    several = {"days": [day for day in DAYS if day in form.getlist("days")]}
    several["weeks"] = [week for week in WEEKS if week in form.getlist("weeks")]
    read = SessionForm(values=values, several=several, errors={})
    schedule = _schedule(read)
    if not read.errors:
        read.schedule = schedule
    return read


def _schedule(form: SessionForm) -> CardSchedule:
    values, errors = form.values, form.errors
    often = values["often"]
    if often not in OFTEN:
        errors["often"] = "Choose how often it is"
    opens, closes = _read(form, "opens", read_time), _read(form, "closes", read_time)
    if opens and closes and closes <= opens:
        errors["closes"] = f"It ends at {clock(closes)}, which is not after it starts at {clock(opens)}"
    if closes and not opens and "opens" not in errors:
        errors["opens"] = "Enter when it starts too"
    starts, ends, on = (_read(form, name, read_date) for name in ("starts", "ends", "on"))
    if often == "once":
        starts = ends = on
        if not on and "on" not in errors:
            errors["on"] = "Enter the date"
    elif often in OFTEN:
        _check_pattern(form, starts, ends)
    return CardSchedule(
        freq={"monthly": MONTHLY, "once": ONCE}.get(often, WEEKLY),
        interval=2 if often == "fortnightly" else 1,
        byday=_byday(form),
        opens_at=opens,
        closes_at=closes,
        when=values["when"] if often != "once" and values["when"] in ("term", "holidays") else None,
        valid_from=starts,
        valid_to=ends,
        except_dates=_but_not(form),
    )


def _check_pattern(form: SessionForm, starts: date | None, ends: date | None) -> None:
    often, errors = form.values["often"], form.errors
    if not form.several["days"]:
        errors["days"] = "Choose at least one day"
    if often == "monthly" and not form.several["weeks"]:
        errors["weeks"] = "Choose which week of the month"
    if often == "fortnightly" and not starts and "starts" not in errors:
        errors["starts"] = "Enter the date of one of them, so that we know which weeks"
    if starts and ends and ends < starts:
        errors["ends"] = "It ends before it starts. Look at both dates again"


def _byday(form: SessionForm) -> list[str]:
    if form.values["often"] == "once":
        return []
    if form.values["often"] == "monthly":
        return [f"{week}{day}" for week in form.several["weeks"] for day in form.several["days"]]
    return form.several["days"]


def _but_not(form: SessionForm) -> list[str]:
    days: set[str] = set()
    for line in form.values["but_not"].splitlines():
        try:
            if day := read_date(line):
                days.add(str(day))
        except Unclear as unclear:
            form.errors.setdefault("but_not", f"{unclear}. We cannot read “{line[:40]}”")
    return sorted(days)


def _read(form: SessionForm, name: str, read: Callable[[str], Moment | None]) -> Moment | None:
    try:
        return read(form.values[name])
    except Unclear as unclear:
        form.errors[name] = str(unclear)
        return None


def line_of(schedule: CardSchedule) -> str:
    """A pattern as it is kept."""
    return format_schedules([schedule])


def choices_of(draft: Draft) -> Mapping[str, str]:
    """The places that a pattern may be at, by their number; for times of no one place, none."""
    places = {str(at): place_name(place) for at, place in enumerate(draft.places) if is_place(place)}
    return {**places, "": "At all of them"} if len(places) > 1 else {}


def only_place(draft: Draft) -> int | None:
    """The place that everything is at, where there is one alone."""
    places: Sequence[int] = [at for at, place in enumerate(draft.places) if is_place(place)]
    return places[0] if len(places) == 1 else None
