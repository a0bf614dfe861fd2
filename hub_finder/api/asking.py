"""What the Open Referral endpoints are asked: each parameter read, or refused with its name and why."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Literal

from hub_finder.area import current_area
from hub_finder.database import aware
from hub_finder.directory.giving_out import WEEKDAYS, Asked, AskedSession, AskedTerms
from hub_finder.directory.origins import Origin, PlaceProblem
from hub_finder.forms import LONGEST_WORDS
from hub_finder.geocoder import find_place
from hub_finder.open_referral.terms import TaxonomyTerm, Terms, taxonomy_uid
from hub_finder.parameters import tidy

Args = Mapping[str, str]
PER_PAGE, MOST_PER_PAGE = 50, 500
MOST_PAGES = 1_000_000
MOST_METRES = 500_000
MOST_YEARS = 120
# Nothing changed before the one, and nothing will after the other: a moment beyond them asks the same as they do.
FIRST_MOMENT, LAST_MOMENT = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
AFTER = r"[0-9]{1,9}([.][0-9]{1,4})?"
NOT_FROM_A_LINK = "must be what the Link header of the page before says"
_YES, _NO = ("true", "1", "yes", ""), ("false", "0", "no")
_DAY_NAMES = {"MONDAY": "MO", "TUESDAY": "TU", "WEDNESDAY": "WE", "THURSDAY": "TH", "FRIDAY": "FR", "SATURDAY": "SA"}
_DAY_NAMES |= {"SUNDAY": "SU", **{code: code for code in WEEKDAYS}}


class BadParameter(ValueError):
    """A parameter cannot be read; the message says why."""

    def __init__(self, parameter: str, why: str) -> None:
        super().__init__(f"{parameter} {why}")
        self.parameter = parameter


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Which page is asked for: by its number, or by the service, and the place of it, that it comes after."""

    page: int = 1
    per_page: int = PER_PAGE
    after: tuple[int, int] | None = None

    @property
    def offset(self) -> int:
        return 0 if self.after else (self.page - 1) * self.per_page


def read_asked(args: Args, terms: Callable[[], Terms]) -> Asked:
    """Raises BadParameter. The terms are read only where the question names one."""
    origin = read_origin(args, "postcode")
    metres = read_metres(args, origin)
    session = read_session(args)
    return Asked(
        words=read_words(args),
        terms=list(_read_terms(args, terms)),
        organisation_uid=args.get("organization_id") or None,
        modified_after=_read_moment(args, "modified_after"),
        until=_read_moment(args, "until"),
        minimum_age=read_number(args, "minimum_age", MOST_YEARS),
        maximum_age=read_number(args, "maximum_age", MOST_YEARS),
        sessions=[session] if session else [],
        covers=[origin] if origin and metres is None else [],
        near=None if origin is None or metres is None else (origin, metres),
    )


def read_words(args: Args, name: str = "search") -> str:
    """Raises BadParameter."""
    words = tidy(args.get(name))
    if len(words) > LONGEST_WORDS:
        raise BadParameter(name, f"must be {LONGEST_WORDS} characters or fewer")
    return words


def read_page(args: Args) -> Answer:
    """Raises BadParameter."""
    return Answer(
        page=int(read_number(args, "page", MOST_PAGES, least=1, whole=True) or 1),
        per_page=int(read_number(args, "per_page", MOST_PER_PAGE, least=1, whole=True) or PER_PAGE),
        after=_read_after(args),
    )


def _read_after(args: Args) -> tuple[int, int] | None:
    typed = args.get("after", "").strip()
    if not typed:
        return None
    if not re.fullmatch(AFTER, typed, re.ASCII):
        raise BadParameter("after", NOT_FROM_A_LINK)
    service, _, position = typed.partition(".")
    return int(service), int(position or 0)


def read_flag(args: Args, name: str) -> bool:
    """A parameter that says yes or no; "full" alone says yes. Raises BadParameter."""
    typed = args.get(name, "false").strip().lower()
    if typed not in (*_YES, *_NO):
        raise BadParameter(name, "must be true or false")
    return typed in _YES


def read_format(args: Args) -> Literal["json", "ndjson"]:
    """Raises BadParameter."""
    typed = args.get("format", "json").strip().lower() or "json"
    if typed == "ndjson":
        return "ndjson"
    if typed == "json":
        return "json"
    raise BadParameter("format", "must be json or ndjson")


def _read_terms(args: Args, all_terms: Callable[[], Terms]) -> Iterator[AskedTerms]:
    """What stands for a term, and for all terms of a taxonomy. An unknown one stands for none."""
    if uid := args.get("taxonomy_term_id"):
        terms = all_terms()
        term = terms.all.get(uid.lower())
        yield stand_for("taxonomy_term_id", terms.with_children(term) if term else [], terms)
    if uid := args.get("taxonomy_id"):
        terms = all_terms()
        its = [term for term in terms.all.values() if taxonomy_uid(term.taxonomy) == uid.lower()]
        yield stand_for("taxonomy_id", its, terms)


def stand_for(parameter: str, chosen: Collection[TaxonomyTerm], terms: Terms) -> AskedTerms:
    """The needs and kinds that some terms stand for. Raises BadParameter."""
    if any(term.taxonomy == "columns" for term in chosen):
        raise BadParameter(parameter, "is of our own columns, which tell what a cell is and cannot be asked for")
    kinds = frozenset(term.value for term in chosen if term.taxonomy == "kinds")
    return AskedTerms(needs=frozenset(terms.needs_of(chosen)), kinds=kinds)


def read_metres(args: Args, origin: Origin | None) -> float | None:
    """How near to a place. Raises BadParameter."""
    metres = read_number(args, "proximity", MOST_METRES)
    if metres is not None and origin is None:
        raise BadParameter("proximity", "needs a postcode to start from")
    return metres


def read_origin(args: Args, name: str) -> Origin | None:
    """Raises BadParameter."""
    typed = tidy(args.get(name))
    if not typed:
        return None
    try:
        return find_place(typed, area=current_area())
    except PlaceProblem as problem:
        raise BadParameter(name, f"cannot be used: {problem.message}") from problem


def _read_moment(args: Args, name: str) -> datetime | None:
    typed = args.get(name, "").strip()
    if not typed:
        return None
    try:
        # In an address, a bare + stands for a space.
        moment = datetime.fromisoformat(typed.replace(" ", "+") if re.search(r" \d\d:?\d\d$", typed[10:]) else typed)
        return min(max(aware(moment), FIRST_MOMENT), LAST_MOMENT).astimezone(UTC)
    except ValueError:
        raise BadParameter(name, "must be a moment such as 2026-04-28T10:30:00Z") from None


def read_number(args: Args, name: str, most: float, *, least: int = 0, whole: bool = False) -> float | None:
    typed = args.get(name, "").strip()
    if not typed:
        return None
    # As JSON writes a number, for that is what programs send: 2.0 is whole.
    pattern = r"\d{1,10}(\.0{1,30})?" if whole else r"-?\d{1,7}(\.\d{1,30})?([eE][-+]?\d{1,3})?"
    if not re.fullmatch(pattern, typed, re.ASCII) or not least <= float(typed) <= most:
        raise BadParameter(name, f"must be a {'whole ' if whole else ''}number from {least} to {most:,}")
    return float(typed)


def read_session(args: Args) -> AskedSession | None:
    """Raises BadParameter."""
    starts, ends = _read_time(args, "start_time"), _read_time(args, "end_time")
    session = AskedSession(day=_read_day(args), starts=starts, ends=ends)
    return session if session != AskedSession() else None


def _read_day(args: Args) -> str | None:
    typed = args.get("day", "").strip()
    if typed and typed.upper() not in _DAY_NAMES:
        raise BadParameter("day", f"must be one of {', '.join(WEEKDAYS[1:] + WEEKDAYS[:1])}")
    return _DAY_NAMES[typed.upper()] if typed else None


def _read_time(args: Args, name: str) -> time | None:
    typed = args.get(name, "").strip()
    if not typed:
        return None
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?Z?", typed, re.ASCII):
        raise BadParameter(name, "must be a time such as 09:30")
    return time.fromisoformat(typed.removesuffix("Z"))
