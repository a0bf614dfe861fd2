"""What is worth a look in a proposal before it is published, found by small rules. Nothing here asks a database.

A hint proves nothing: it says where to look, and why. Their weights add up to the risk, by which the queue is sorted.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hub_finder.area import Area
from hub_finder.directory.geometry import distance_m
from hub_finder.directory.listings import Row
from hub_finder.directory.odd_values import FURTHEST_FROM_POSTCODE_M
from hub_finder.directory.postcodes import compact
from hub_finder.directory.urgent import recognise
from hub_finder.models.services import Labelled, Precision

# From so much on, all weights together are called that.
MEDIUM, HIGH = 10, 30
# A text of so many characters that became shorter than this part of it has lost something.
LONG_TEXT, SHORTER = 100, 0.5
# Fewer letters in capitals are an abbreviation.
SHOUTED = 12
TEXTS = (
    *("name", "summary", "organisation_description", "ages_note", "eligibility", "cost_note", "referral_note"),
    *(
        "referral_consent",
        "wait_time",
        "schedule_note",
        "accessibility",
        "location_accessibility",
        "alert",
        "caution",
        "booking_free_for",
    ),
)
ADDRESSES = ("website", "organisation_website", "booking_url", "referral_url")
MAILS = ("email", "contact_email")
# What is asked of everybody about keeping people safe.
ASKED = ("policy", "checks", "insurance")
PRICE = ("cost", "cost_note", "cost_option", "cost_amount")
# Who gives an address to everybody who asks.
PERSONAL = frozenset(
    {
        *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "live.co.uk", "live.com"),
        *("yahoo.com", "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "btinternet.com", "sky.com", "msn.com"),
        *("virginmedia.com", "talktalk.net", "ntlworld.com", "protonmail.com", "proton.me", "mail.com", "gmx.com"),
    }
)
# Words of a name, and the ages that a group of such a name takes: one of them at least.
AGES_OF_NAMES: Sequence[tuple[str, int, int]] = (
    (r"bab(?:y|ies)|newborns?|infants?|bumps?", 0, 1),
    (r"toddlers?|tots?|stay (?:and|&) play|under (?:5|five)s?|pre-?school", 1, 4),
    (r"teens?|teenagers?|youth", 11, 18),
    (r"after[- ]school|juniors?", 5, 11),
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|co\.uk|org\.uk)\b", re.IGNORECASE
)
_MAIL = re.compile(r"(?<![^\s@])[^\s@]+@[^\s@]+")
_PHONE = re.compile(r"(?<!\w)(?:\+44|0)(?:[ ()-]?\d){9,10}(?!\d)")
_WHEN = re.compile(
    r"(?i:\b(?:mon|tues?|wed(?:nes)?|thurs?|fri|satur|sun)days?\b|\b\d{1,2}(?:[.:]\d\d)? ?[ap]m\b|\b\d\d?[:.]\d\d\b)"
)


class Risk(Labelled):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


@dataclass(frozen=True)
class Hint:
    """Something to look at, in words for staff, and how much it weighs."""

    words: str
    weight: int


@dataclass(frozen=True)
class Spot:
    """What is known of a postcode: its point in degrees, None where it has none, and its council."""

    point: tuple[float, float] | None
    council: str | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """A proposal with all that the rules ask about. `base` is blank for a new listing.

    `spots` are the postcodes that are known here, compact; `sensitive` the needs whose title could do harm.
    """

    rows: Sequence[Row]
    base: Sequence[Row] = ()
    safeguarding: Mapping[str, str] = field(default_factory=dict)
    speaks: bool = True
    spots: Mapping[str, Spot] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()


Rule = Callable[[Case, Area], Iterator[Hint]]


def find_hints(case: Case, area: Area) -> list[Hint]:
    """What is worth a look, the weightiest first."""
    found = [hint for rule in RULES for hint in rule(case, area)]
    return sorted(found, key=lambda hint: -hint.weight)


def risk_of(weight: int) -> Risk:
    """What the weights of all hints together are called."""
    return Risk.HIGH if weight >= HIGH else Risk.MEDIUM if weight >= MEDIUM else Risk.LOW


# ---- who it is


def _not_a_speaker(case: Case, _area: Area) -> Iterator[Hint]:
    if not case.speaks:
        yield Hint("The team has not decided whether they speak for this organisation.", 20)


def _another_organisation(case: Case, _area: Area) -> Iterator[Hint]:
    if case.base and case.base[0]["organisation"] != case.rows[0]["organisation"]:
        yield Hint(f"It would leave the organisation “{case.base[0]['organisation']}”.", 20)


def _safeguarding(case: Case, _area: Area) -> Iterator[Hint]:
    if case.base:
        return
    if not all(case.safeguarding.get(name, "").strip() for name in ASKED):
        yield Hint("Not all questions about keeping people safe are answered.", 10)
    if "no" in (case.safeguarding.get(name) for name in ASKED):
        yield Hint("They answered “no” to a question about keeping people safe.", 10)


def _personal_mail(case: Case, _area: Area) -> Iterator[Hint]:
    for mail in _new(case, MAILS):
        if mail.rpartition("@")[2].casefold() in PERSONAL:
            yield Hint(f"{mail} is a personal address. Everybody could read it.", 4)


# ---- what it says


def _danger(case: Case, area: Area) -> Iterator[Hint]:
    for text in _new(case, TEXTS):
        if danger := recognise(text, area=area, searched=False):
            yield Hint(f"“{_short(text)}” has words that may tell of danger ({danger.kind.replace('_', ' ')}).", 30)


def _secret_address(case: Case, _area: Area) -> Iterator[Hint]:
    first = case.rows[0]
    needs = case.sensitive.intersection(first["needs"].split("|"))
    street = any(row["address_1"] or row["postal_code"] or row["latitude"] for row in case.rows)
    if needs and street and first["sensitive"] != "yes":
        yield Hint(f"It names an address, and its needs are sensitive: {', '.join(sorted(needs))}.", 30)


def _links(case: Case, _area: Area) -> Iterator[Hint]:
    own = {_host(row[name]) for row in (*case.rows, *case.base) for name in ADDRESSES if row[name]}
    own |= {row[name].rpartition("@")[2].casefold() for row in case.rows for name in MAILS if row[name]}
    for text in _new(case, TEXTS):
        for link in _LINK.findall(_MAIL.sub(" ", text)):
            host = _host(link)
            if not any(host == one or host.endswith(f".{one}") for one in own - PERSONAL):
                yield Hint(f"A text holds a link to another website: {_short(link)}", 10)


def _phones(case: Case, _area: Area) -> Iterator[Hint]:
    for text in _new(case, TEXTS):
        for number in _PHONE.findall(text):
            yield Hint(f"A text holds a phone number: {number.strip()}", 3)


def _shouting(case: Case, _area: Area) -> Iterator[Hint]:
    for text in _new(case, TEXTS):
        letters = [mark for mark in text if mark.isalpha()]
        if len(letters) >= SHOUTED and sum(mark.isupper() for mark in letters) > 0.7 * len(letters):
            yield Hint(f"“{_short(text)}” is all in capitals.", 3)


def _shortened(case: Case, _area: Area) -> Iterator[Hint]:
    for name in TEXTS:
        old, new = (rows[0][name] if rows else "" for rows in (case.base, case.rows))
        if len(old) >= LONG_TEXT and len(new) < SHORTER * len(old):
            yield Hint(f"A text is much shorter than before: “{_short(new)}”", 5)


def _price(case: Case, _area: Area) -> Iterator[Hint]:
    if case.base and any(_cells(case.base, name) != _cells(case.rows, name) for name in PRICE):
        yield Hint("The price changes.", 5)


def _renamed(case: Case, _area: Area) -> Iterator[Hint]:
    if case.base and case.base[0]["name"] != case.rows[0]["name"]:
        yield Hint(f"Its name was “{case.base[0]['name']}”.", 5)


def _ages(case: Case, _area: Area) -> Iterator[Hint]:
    first = case.rows[0]
    low, high = (int(first[name]) if first[name].isdecimal() else None for name in ("min_age", "max_age"))
    if low is None and high is None:
        return
    named = [(a, b) for words, a, b in AGES_OF_NAMES if re.search(rf"(?i:\b(?:{words})\b)", first["name"])]
    if named and not any((low or 0) <= b and a <= (99 if high is None else high) for a, b in named):
        yield Hint(f"Ages {first['min_age'] or 'any'} to {first['max_age'] or 'any'} do not fit the name.", 5)


def _times(case: Case, _area: Area) -> Iterator[Hint]:
    note = case.rows[0]["schedule_note"]
    if _WHEN.search(note) and not any(row["schedule"] for row in case.rows):
        yield Hint(f"Times stand only in words, so nobody finds it by day or time: “{_short(note)}”", 3)


# ---- where it is


def _points(case: Case, _area: Area) -> Iterator[Hint]:
    for row in case.rows:
        spot = case.spots.get(compact(row["postal_code"]))
        point = _point_or_none(row)
        if point is None or not spot or not spot.point or row["location_precision"] == Precision.PLACE:
            continue
        metres = distance_m(point, spot.point)
        if metres > FURTHEST_FROM_POSTCODE_M:
            yield Hint(f"The point lies {metres / 1000:.1f} km from its postcode, {row['postal_code']}.", 10)


def _postcodes(case: Case, area: Area) -> Iterator[Hint]:
    for code in dict.fromkeys(row["postal_code"] for row in case.rows if row["postal_code"]):
        spot = case.spots.get(compact(code))
        if spot is None:
            yield Hint(f"We do not know the postcode {code}.", 5)
        elif spot.council not in area.council_codes:
            where = area.council_name(spot.council) or "another area"
            yield Hint(f"{code} is outside our area: {where}.", 10)


RULES: tuple[Rule, ...] = (
    *(_not_a_speaker, _another_organisation, _safeguarding, _personal_mail),
    *(_danger, _secret_address, _links, _phones, _shouting, _shortened, _price, _renamed, _ages, _times),
    *(_points, _postcodes),
)


def _new(case: Case, names: Sequence[str]) -> Iterator[str]:
    """The cells of some columns that the proposal brings; what stood here before was read then."""
    old = {row[name] for row in case.base for name in names}
    yield from dict.fromkeys(row[name] for row in case.rows for name in names if row[name] and row[name] not in old)


def _cells(rows: Sequence[Row], name: str) -> list[str]:
    return [row[name] for row in rows if row[name]]


def _point_or_none(row: Row) -> tuple[float, float] | None:
    try:
        return float(row["latitude"]), float(row["longitude"])
    except ValueError:
        return None


def _host(address: str) -> str:
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return address
    return host.removeprefix("www.")


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
