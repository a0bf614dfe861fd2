"""What a parameter of an address may say: rules that read what was typed, or tell in plain words why they cannot."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from hub_finder.area import Area
from hub_finder.directory import times
from hub_finder.directory.weeks import monday_of
from hub_finder.languages import _

UNREADABLE = "\ufffd"


class Choice(NamedTuple):
    value: str
    label: str


class Unread(ValueError):
    """What was typed cannot be read; the text says why, to whoever typed it."""


def tidy(text: str | None) -> str:
    """What was typed, as one line: control and direction marks out, white space as single spaces."""
    if not text:
        return ""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    marks = (" " if unicodedata.category(mark) in ("Cc", "Zs", "Zl", "Zp") else mark for mark in text)
    seen = (mark for mark in marks if unicodedata.category(mark) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(seen).split())


def tidy_lines(text: str | None) -> str:
    """What was typed into a box of several lines, each of them tidy, with at most one blank line between two."""
    lines = [tidy(line) for line in (text or "").splitlines()]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()


def shorten(text: str, longest: int = 40) -> str:
    """Typed text, short enough to say back."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


# ---- what a text may say


def read_choice(typed: str, choices: Mapping[str, str], thing: str) -> str:
    """One value from a few. Raises Unread."""
    if typed not in choices:
        # Note: thing is what the choice is for, as "price" or "part of the day"
        raise Unread(
            _(
                "“%(typed)s” cannot be chosen for %(thing)s. Use %(choices)s.",
                typed=shorten(typed),
                thing=_(thing),
                choices=", ".join(choices),
            )
        )
    return typed


def read_number(typed: str, low: float, high: float, *, whole: bool, message: str) -> float:
    """A plain number in a range, with as many decimals as a program may write. Raises Unread with the message."""
    pattern = r"\d{1,6}(\.0{1,30})?" if whole else r"\d{1,4}(\.\d{1,30})?"
    if not re.fullmatch(pattern, typed, re.ASCII) or not low <= float(typed) <= high:
        raise Unread(message)
    return float(typed)


def read_length(typed: str, longest: int, thing: str) -> str:
    """The text itself, if it is no longer than that. Raises Unread."""
    if len(typed) > longest:
        raise Unread(_("%(thing)s must be %(most)s characters or fewer", thing=_(thing), most=longest))
    return typed


# ---- rules


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A parameter that may say anything, of which the first counts. `nothing` is what is read where it is not given.

    The words of rules that families see are English, and marked: they are looked up when they are shown.
    """

    name: str
    label: str
    nothing: Any = ""

    def typed(self, values: Sequence[str]) -> Any:
        """What was given, as a page can show it again."""
        return tidy(values[0]) if values else ""

    def read(self, typed: Any, _area: Area) -> Any:
        """What it says, when something was given. Raises Unread."""
        return typed

    def labels(self, _area: Area, _typed: Any) -> Mapping[str, str]:
        """The words for each value that may be chosen; none where anything may be typed."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Words(Rule):
    longest: int
    thing: str

    def read(self, typed: str, _area: Area) -> str:
        return read_length(typed, self.longest, self.thing)


@dataclass(frozen=True, kw_only=True)
class OneOf(Rule):
    """One value from a few."""

    choices: Mapping[str, str]
    nothing: None = None

    def read(self, typed: str, _area: Area) -> str:
        return read_choice(typed, self.choices, self.label)

    def labels(self, _area: Area, _typed: str) -> Mapping[str, str]:
        return {value: _(label) for value, label in self.choices.items()}


@dataclass(frozen=True, kw_only=True)
class Number(Rule):
    low: float
    high: float
    whole: bool
    message: str
    nothing: float | None = None

    def read(self, typed: str, _area: Area) -> float:
        message = _(self.message, most=self.high)
        number = read_number(typed, self.low, self.high, whole=self.whole, message=message)
        return int(number) if self.whole else number


@dataclass(frozen=True, kw_only=True)
class Day(Rule):
    """A day from today on."""

    years: int
    nothing: None = None

    @property
    def first(self) -> date:
        return times.now().date()

    @property
    def last(self) -> date:
        return _years_after(self.first, self.years)

    def read(self, typed: str, _area: Area) -> date:
        day = day_or_none(typed)
        if day is None:
            raise Unread(_("Enter a real date, like %(date)s", date=self.first.isoformat()))
        if day < self.first:
            raise Unread(_("The date must be today or later"))
        if day > self.last:
            raise Unread(_("The date must be within the next %(years)s years", years=self.years))
        return day


@dataclass(frozen=True, kw_only=True)
class Week(Rule):
    """A week from this one on, as a browser sends it: 2026-W48. It is read as its Monday."""

    years: int
    nothing: None = None

    @property
    def first(self) -> date:
        return monday_of(times.now().date())

    @property
    def last(self) -> date:
        return monday_of(_years_after(times.now().date(), self.years))

    def read(self, typed: str, _area: Area) -> date:
        monday = _monday_or_none(typed)
        if monday is None:
            raise Unread(_("Choose a week, like %(week)s", week=week_name(self.first)))
        if not self.first <= monday <= self.last:
            said = _("The week must be this one or later, within the next %(years)s years", years=self.years)
            raise Unread(said)
        return monday


def week_name(monday: date) -> str:
    """A week as addresses have it: 2026-W48."""
    return f"{monday:%G-W%V}"


def _monday_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-1") if re.fullmatch(r"\d{4}-W\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def _years_after(day: date, years: int) -> date:
    last_of_february = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if last_of_february else day.day)


def day_or_none(text: str) -> date | None:
    """The day that a text such as 2026-12-05 is."""
    try:
        # Python reads more forms of date than this one, which is what a browser sends.
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class SomeOf(Rule):
    """Several values, at most `most` of them. `known` gives the words for each that there is, or for those given."""

    thing: str
    known: Callable[[Area, Sequence[str]], Mapping[str, str]]
    most: int | None = None
    nothing: tuple[str, ...] = ()

    def typed(self, values: Sequence[str]) -> list[str]:
        # A page cannot show every mark. A value with one of those is none of ours, and comes back with a sign of it.
        shown = ((value, tidy(value)) for value in values if value)
        return list(dict.fromkeys(value if value == seen else seen + UNREADABLE for value, seen in shown))

    def read(self, typed: list[str], area: Area) -> tuple[str, ...]:
        known = self.known(area, typed)
        unknown = next((value for value in typed if value not in known), None)
        if unknown is not None:
            # Note: thing is what there is a list of, as "a day" or "a kind of help"
            said = _(
                "“%(typed)s” is not %(thing)s we know. Choose from the list.",
                typed=shorten(tidy(unknown)),
                thing=_(self.thing),
            )
            raise Unread(said)
        if self.most and len(typed) > self.most:
            raise Unread(_("%(field)s: choose at most %(most)s", field=_(self.label), most=self.most))
        return tuple(typed)

    def labels(self, area: Area, typed: list[str]) -> Mapping[str, str]:
        return self.known(area, typed)


# ---- what was given


@dataclass(slots=True)
class Field:
    """A parameter as it was given: what was typed, what it says (`value`, when nothing is wrong), and what is wrong."""

    rule: Rule
    area: Area
    data: Any
    value: Any
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def labels(self) -> Mapping[str, str]:
        """The words for each value that may be chosen."""
        return self.rule.labels(self.area, self.data)

    @property
    def choices(self) -> list[Choice]:
        return [Choice(value, label) for value, label in self.labels.items()]


def read_field(rule: Rule, values: Sequence[str], area: Area) -> Field:
    """What a parameter says, of all the values given for it."""
    typed = rule.typed(values)
    if not typed:
        return Field(rule, area, typed, rule.nothing)
    try:
        return Field(rule, area, typed, rule.read(typed, area))
    except Unread as error:
        return Field(rule, area, typed, rule.nothing, [str(error)])
