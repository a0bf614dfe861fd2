"""The columns of a listing's row of text, in the order of a file: what a cell may say, how it is read and written."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

from babel import Locale

from hub_finder.directory.postcodes import compact, is_outcode, is_postcode, spaced
from hub_finder.directory.schedules import format_schedules, parse_schedules
from hub_finder.models.services import Confidence, Cost, Coverage, Delivery, Places, Precision, Referral

Group = Literal["service", "organisation", "place", "contact", "cost_option", "booking", "alert", "source"]
# Groups of columns of which a listing may have several: each further row of text adds one more.
REPEATED: tuple[Group, ...] = ("place", "contact", "cost_option", "booking", "alert", "source")

_COUNCIL = re.compile(r"[ENSW]\d{8}", re.ASCII)
_PARTIAL_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
# Numbers that rightly begin without 0, such as 999 and 116123, are shorter.
SHORTEST_WHOLE_NUMBER = 9
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII)
_POUNDS = re.compile(r"(\d{1,6})(?:\.(\d\d?))?", re.ASCII)
# Texts are kept whole, however much a feed says; pages shorten them where room is short.
LONG = 10_000


class Refused(ValueError):
    """Why a cell cannot be taken; `value` is the part of it that is meant, None for the whole."""

    def __init__(self, reason: str, value: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.value = reason, value


@dataclass(frozen=True)
class Column:
    """One column. `attribute` names its value in the group; `read` raises Refused; `blank` is an empty cell."""

    group: Group
    attribute: str
    longest: int
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    blank: Any = None


# ---- how a cell is read


def _matching(pattern: str, reason: str, flags: re.RegexFlag = re.ASCII) -> Callable[[str], str]:
    compiled = re.compile(pattern, flags)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise Refused(reason)
        return text

    return read


def _choice(choices: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(text: str) -> StrEnum:
        try:
            return choices(text)
        except ValueError:
            raise Refused(f"must be one of {', '.join(choices)}") from None

    return read


def _number(convert: Callable[[str], float], low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = convert(text)
        except ValueError:
            number = high + 1
        if not _NUMBER.fullmatch(text) or not low <= number <= high:
            raise Refused(f"must be a number from {low:g} to {high:g}")
        return number

    return read


def _several(read_one: Callable[[str], Any] = str) -> Callable[[str], tuple[Any, ...]]:
    def read(text: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in text.split("|")]
        if not all(parts):
            raise Refused("has an empty part between two bars")
        if len(set(parts)) < len(parts):
            raise Refused("says the same thing twice")
        return tuple(_one_of_several(read_one, part) for part in parts)

    return read


def _one_of_several(read_one: Callable[[str], Any], part: str) -> Any:
    try:
        return read_one(part)
    except Refused as refused:
        raise Refused(refused.reason, part) from refused


def one_of(allowed: Collection[str]) -> Callable[[str], str]:
    """A reader of values that the area or the vocabulary names."""

    def read(text: str) -> str:
        if text not in allowed:
            raise Refused("is not one of the values this column takes", text)
        return text

    return read


def _delivery(text: str) -> str:
    return one_of(list(Delivery))(text)


def _area(text: str) -> tuple[Coverage, str]:
    scope, _, value = text.partition(":")
    known = {
        "national": not value,
        "council": bool(_COUNCIL.fullmatch(value)),
        "locality": bool(value),
        "outcode": is_outcode(value),
    }
    if not known.get(scope):
        raise Refused("must be national, council:CODE, locality:NAME or outcode:AB1")
    return Coverage(scope), value


def _postcode(text: str) -> str:
    if not is_postcode(compact(text)) or spaced(compact(text)) != text:
        raise Refused("is not a full postcode written like AB1 2CD")
    return text


def _partial_date(text: str) -> str:
    try:
        if _PARTIAL_DATE.fullmatch(text) and date.fromisoformat(text + "-01-01"[len(text) - 4 :]):
            return text
    except ValueError:
        pass
    raise Refused("must be a date such as 2025, 2025-04 or 2025-04-28")


def _date(text: str) -> date:
    try:
        if len(text) == len("2025-04-28"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Refused("must be a date such as 2025-04-28")


def _schedule(text: str) -> tuple[Any, ...]:
    try:
        return tuple(parse_schedules(text))
    except ValueError as error:
        raise Refused(f"cannot be read: {error}") from error


def _pence(text: str) -> int:
    pounds = _POUNDS.fullmatch(text)
    if not pounds:
        raise Refused("must be pounds such as 2.50")
    return int(pounds[1]) * 100 + int((pounds[2] or "0").ljust(2, "0"))


def _yes(text: str) -> bool:
    if text != "yes":
        raise Refused("must be yes, or blank")
    return True


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Refused("must be yes or no, or blank if it is not known")
    return text == "yes"


def _phone(text: str) -> str:
    digits = _DIGITS(text).replace(" ", "")
    if digits[0] not in "0+" and len(digits) >= SHORTEST_WHOLE_NUMBER:
        raise Refused("is a phone number that lost its 0. Make the cell's format Text, and type it again")
    return text


def _language(text: str) -> str:
    if language_name(text) is None:
        raise Refused("is not the code of a language, such as en, pl or uk")
    return text


# British Sign Language is not in the list of the Unicode consortium.
_SIGNED = {"bfi": "British Sign Language"}


# Families ask for languages too, so what is remembered has an end.
@lru_cache(maxsize=1_000)
def language_name(code: str) -> str | None:
    """The English name of a language by its BCP 47 code, None when there is no such code."""
    return _SIGNED.get(code) or Locale("en").languages.get(code.replace("-", "_"))


def language_codes() -> set[str]:
    """The BCP 47 codes of all languages that have a name."""
    return {*_SIGNED, *(str(code).replace("_", "-") for code in Locale("en").languages)}


# ---- how a value is written


def _bars(values: Collection[str]) -> str:
    return "|".join(values)


def _areas(areas: Collection[tuple[Coverage, str]]) -> str:
    return _bars([f"{scope}:{value}".rstrip(":") for scope, value in areas])


def _pounds(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def _degrees(value: float) -> str:
    return format(Decimal(str(value)), "f")  # never 1e-05


def _only_yes(value: bool) -> str:
    return "yes" if value else ""


def _either(value: bool) -> str:
    return "yes" if value else "no"


_UUID = _matching("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "is not a UUID in small letters")
_HASH = _matching("[0-9a-f]{64}", "is not the name of a picture")
_SLUG = _matching(r"[a-z0-9]+(-[a-z0-9]+)*", "must be small letters, numbers and single hyphens")
_EMAIL = _matching(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "is not an email address", re.UNICODE)
_DIGITS = _matching(r"\+?[0-9][0-9 ]{2,20}", "is not a phone number: use digits and spaces")
_URL = _matching(
    r"https?://[^\s/$.?#][^\s]*", "must be a web address that starts with http:// or https://", re.IGNORECASE
)
_ATTRIBUTE = _matching(r"[^=|]+=[^|]+", "must be written name=value", re.UNICODE)
_AGE = _number(int, 0, 120)

SPEC: dict[str, Column] = {
    "id": Column("service", "slug", 80, _SLUG),
    "uuid": Column("service", "uid", 36, _UUID),
    "name": Column("service", "name", 120),
    "alternate_names": Column("service", "alternate_names", 500, _several(), _bars, ()),
    "former_names": Column("service", "former_names", 500, _several(), _bars, ()),
    "kind": Column("service", "kind", 40),
    "organisation": Column("organisation", "name", 200),
    "organisation_uuid": Column("organisation", "uid", 36, _UUID),
    "organisation_description": Column("organisation", "description", LONG),
    "organisation_website": Column("organisation", "website", 2000, _URL),
    "summary": Column("service", "summary", LONG, blank=""),
    "needs": Column("service", "needs", 500, _several(), _bars, ()),
    "delivery": Column("service", "delivery", 60, _several(_delivery), _bars, ()),
    "location_uuid": Column("place", "uid", 36, _UUID),
    "location_name": Column("place", "name", 200),
    "address_1": Column("place", "address_1", 200),
    "address_2": Column("place", "address_2", 200),
    "city": Column("place", "city", 120),
    "state_province": Column("place", "state_province", 120),
    "postal_code": Column("place", "postal_code", 8, _postcode),
    "country": Column("place", "country", 2),
    "latitude": Column("place", "latitude", 20, _number(float, -90, 90), _degrees),
    "longitude": Column("place", "longitude", 20, _number(float, -180, 180), _degrees),
    "location_precision": Column("place", "precision", 10, _choice(Precision), blank=Precision.NONE),
    "location_accessibility": Column("place", "accessibility", LONG),
    "locality": Column("service", "locality", 80),
    "service_area": Column("service", "areas", 500, _several(_area), _areas, ()),
    "sensitive": Column("service", "sensitive", 3, _yes, _only_yes, blank=False),
    "phone": Column("service", "phone", 40, _phone),
    "email": Column("service", "email", 254, _EMAIL),
    "website": Column("service", "website", 2000, _URL),
    "contact_name": Column("contact", "name", 120),
    "contact_role": Column("contact", "role", 120),
    "contact_phone": Column("contact", "phone", 40, _phone),
    "contact_email": Column("contact", "email", 254, _EMAIL),
    "min_age": Column("service", "min_age", 3, _AGE),
    "max_age": Column("service", "max_age", 3, _AGE),
    "ages_note": Column("service", "ages_note", LONG),
    "eligibility": Column("service", "eligibility", LONG),
    "cost": Column("service", "cost", 20, _choice(Cost), blank=Cost.NOT_STATED),
    "cost_note": Column("service", "cost_note", LONG),
    "cost_option": Column("cost_option", "option", 200),
    "cost_amount": Column("cost_option", "amount_pence", 9, _pence, _pounds),
    "referral": Column("service", "referral", 20, _choice(Referral), blank=Referral.NOT_STATED),
    "referral_note": Column("service", "referral_note", 500),
    "referral_url": Column("service", "referral_url", 2000, _URL),
    "referral_phone": Column("service", "referral_phone", 40, _phone),
    "referral_consent": Column("service", "referral_consent", 500),
    "wait_time": Column("service", "wait_time", LONG),
    "wait_time_date": Column("service", "wait_time_date", 10, _partial_date),
    "confidential": Column("service", "confidential", 3, _yes_no, _either),
    "languages": Column("service", "languages", 200, _several(_language), _bars, ()),
    "accessibility": Column("service", "accessibility", LONG),
    "schedule": Column("place", "schedules", LONG, _schedule, format_schedules, ()),
    "schedule_note": Column("service", "schedule_note", LONG),
    "booking_for": Column("booking", "name", 120),
    "booking_from": Column("booking", "starts_on", 10, _date),
    "booking_to": Column("booking", "ends_on", 10, _date),
    "booking_url": Column("booking", "url", 2000, _URL),
    "booking_free_for": Column("booking", "free_for", 300),
    "booking_food": Column("booking", "food", 3, _yes_no, _either),
    "booking_places": Column("booking", "places", 10, _choice(Places)),
    "alert": Column("alert", "text", 500),
    "alert_closed": Column("alert", "closed", 3, _yes, _only_yes, blank=False),
    "alert_from": Column("alert", "starts_on", 10, _date),
    "alert_to": Column("alert", "ends_on", 10, _date),
    "related": Column("service", "related", 500, _several(_SLUG), _bars, ()),
    "attributes": Column("service", "attributes", LONG, _several(_ATTRIBUTE), _bars, ()),
    "source_title": Column("source", "title", 300),
    "source_url": Column("source", "url", 2000, _URL),
    "source_date": Column("source", "published", 10, _partial_date),
    "confidence": Column("service", "confidence", 10, _choice(Confidence), blank=Confidence.LOW),
    "caution": Column("service", "caution", 1000),
    "picture": Column("service", "picture", 64, _HASH),
    "picture_description": Column("service", "picture_description", 300),
}
# Column -> most characters it may hold.
COLUMNS: dict[str, int] = {name: column.longest for name, column in SPEC.items()}
REQUIRED = ("id", "name", "kind", "organisation", "confidence")
GROUPS: dict[Group, tuple[str, ...]] = {
    group: tuple(name for name, column in SPEC.items() if column.group == group)
    for group in ("service", "organisation", *REPEATED)
}
ADDRESS = ("location_name", "address_1", "address_2", "city", "state_province", "postal_code", "country")
