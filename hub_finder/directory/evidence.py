"""How alike two listings are, from 0 to 1, and why: what speaks for their being one, and what against.

Points are log-odds. They were set by hand on the area's real listings, looking at every pair that came up.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from math import exp, fsum, log
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from hub_finder.directory.likeness import core_words, name_words, phone_key, spaced_phone, website_key
from hub_finder.directory.postcodes import compact, outcode_of, spaced
from hub_finder.directory.text import words
from hub_finder.models.services import Delivery

# From here on a pair is worth a look.
LEAST = 0.5
# What more listings share is no evidence: a council's switchboard, a site for everybody.
MOST_SHARING = 8
_BASE = -3.6
_SAME_PHONE, _SAME_EMAIL, _SAME_WEBSITE = 2.6, 2.0, 1.8
_SAME_NAME, _OTHER_NAME, _LEAST_SIMILARITY = 4.0, -2.0, 0.45
# Beside the same contacts, which one organisation's listings have anyway.
_SAME_ORGANISATION, _OTHER_ORGANISATION = 0.8, -0.3
_CONTACTS_OF_ONE_ORGANISATION, _CONTACTS_ELSEWHERE = 0.5, 0.25
_SAME_BUILDING, _SAME_POSTCODE, _SAME_TOWN, _SAME_OUTCODE = 1.8, 0.8, 0.5, 0.3
_OTHER_ADDRESS, _OTHER_TOWN = -2.2, -3.5
_SAME_KIND, _OTHER_KIND = 0.2, -1.0
_SAME_AGES, _OTHER_AGES, _UNLIKE_AGES = 0.3, -2.0, -0.8
_SAME_DAYS, _OTHER_DAYS = 0.4, -1.2
_OTHER_DELIVERY = -1.0
_OTHER_CONTACTS = -0.4
# A single word inside the other name counts from this rarity on.
_TELLING = 0.8
_STREETS = {"rd": "road", "st": "street", "ave": "avenue", "ln": "lane", "sq": "square", "pl": "place"}


class Door(NamedTuple):
    """A place: compact postcode, and street, venue and town in plain words; "" where not stated."""

    postcode: str
    street: str
    venue: str
    town: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What of a listing takes part in a comparison. `names` are the words of its names, the present one first."""

    id: int
    slug: str
    name: str
    names: tuple[frozenset[str], ...]
    kind: str
    organisation: str
    organisation_words: frozenset[str]
    phones: frozenset[str]
    email: str
    website: str
    doors: tuple[Door, ...]
    ages: tuple[int | None, int | None]
    days: frozenset[str]
    delivery: frozenset[str]
    # What these come to: the words of all its names, and the towns and postcode districts that it is in.
    words: frozenset[str]
    areas: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Two listings that may be one: their slugs in order, how likely from 0 to 1, and why, in plain words."""

    first: str
    second: str
    score: float
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]


def door_of(postcode: str | None, street: str | None, venue: str | None, town: str | None) -> Door:
    """A place as it is compared, from what is stated of it."""
    street_words = [_STREETS.get(word, word) if number else word for number, word in enumerate(words(street or ""))]
    return Door(compact(postcode or ""), *map(" ".join, (street_words, words(venue or ""), words(town or ""))))


def entry_of(
    facts: Mapping[str, Any],
    *,
    id_: int,
    slug: str,
    organisation: str,
    phones: Iterable[str],
    doors: Iterable[Door],
    days: Iterable[str],
) -> Entry:
    """What of a listing's facts takes part; `phones` are its further contacts', `id_` is 0 before it is kept."""
    numbers, doors = (*phones, facts["phone"]), tuple(doors)
    called = (facts["name"], *facts["alternate_names"], *facts["former_names"])
    names = tuple(dict.fromkeys(map(name_words, called)))
    outcodes = (outcode_of(door.postcode) for door in doors if door.postcode)
    return Entry(
        id=id_,
        slug=slug,
        name=facts["name"],
        names=names,
        kind=facts["kind"],
        organisation=organisation,
        organisation_words=name_words(organisation),
        phones=frozenset(phone_key(phone) for phone in numbers if phone),
        email=(facts["email"] or "").casefold(),
        website=website_key(facts["website"]) if facts["website"] else "",
        doors=doors,
        ages=(facts["min_age"], facts["max_age"]),
        days=frozenset(days),
        delivery=frozenset(facts["delivery"]),
        words=frozenset[str]().union(*names),
        areas=frozenset((*(door.town for door in doors if door.town), *outcodes)),
    )


class Common:
    """How many listings say the same thing: what is rare says more."""

    def __init__(self, entries: Collection[Entry]) -> None:
        self.said = Counter[str]()
        self.words = Counter[str]()
        for entry in entries:
            self.said.update({*entry.phones, entry.email, entry.website} - {""})
            self.words.update(entry.words)
        # In a small catalogue every word would look common.
        self.size = log(max(len(entries), 1000))

    def rarity(self, word: str) -> float:
        """From about 1 for a word of one name only down to 0.05 for a word of all."""
        return max(1 - log(max(self.words[word], 1)) / self.size, 0.05)

    def weight(self, words: Collection[str]) -> float:
        return fsum(map(self.rarity, words))

    def share(self, said: str) -> float:
        """What sharing it is worth: all where only two say it, nothing where many do."""
        count = self.said[said]
        return 0.0 if count > MOST_SHARING else 2 / max(count, 2)


def compare(one: Entry, other: Entry, common: Common, *, least: float) -> Candidate | None:
    """How likely two listings are the same, or None where that is less than `least`.

    None also for two that share no contact and are in different places, or have no word of their names in common.
    """
    has_contacts = not one.phones.isdisjoint(other.phones) or _shared(one, other)
    is_elsewhere = one.areas and other.areas and one.areas.isdisjoint(other.areas)
    if not has_contacts and (is_elsewhere or one.words.isdisjoint(other.words)):
        return None
    one, other = (one, other) if one.slug < other.slug else (other, one)  # the same answer either way round
    likeness = _similarity(one, other, common)
    if likeness < _LEAST_SIMILARITY and not has_contacts:
        return None
    found = [*_of_names(one, other, likeness, common), *_of_contacts(one, other, common), *_of_the_rest(one, other)]
    score = 1 / (1 + exp(-_BASE - fsum(points for points, _ in found)))
    if score < least:
        return None
    return Candidate(
        first=one.slug,
        second=other.slug,
        score=round(score, 3),
        reasons=tuple(text for points, text in sorted(found, key=_strength) if points > 0),
        doubts=tuple(text for points, text in sorted(found, key=_strength) if points < 0),
    )


Evidence = tuple[float, str]


def _strength(evidence: Evidence) -> float:
    return -abs(evidence[0])


def _shared(one: Entry, other: Entry) -> bool:
    return bool((one.email and one.email == other.email) or (one.website and one.website == other.website))


# ---- names


def _similarity(one: Entry, other: Entry, common: Common) -> float:
    """How alike the names are, from 0 to 1; other and former names count for less than the present ones."""
    towns = [name_words(door.town) for door in (*one.doors, *other.doors)]
    same_organisation, own = one.organisation == other.organisation, one.organisation_words
    best = 0.0
    for number, mine in enumerate(one.names):
        for position, theirs in enumerate(other.names):
            if number + position and same_organisation and (mine <= own or theirs <= own):
                continue  # another name that is only the organisation's
            scale = (1.0, 0.85, 0.7)[bool(number) + bool(position)]
            best = max(best, scale * _alike(core_words(mine, *towns), core_words(theirs, *towns), one, other, common))
    return best


def _alike(mine: frozenset[str], theirs: frozenset[str], one: Entry, other: Entry, common: Common) -> float:
    if one.organisation == other.organisation:
        own = mine - one.organisation_words, theirs - one.organisation_words
        mine, theirs = own if all(own) else (mine, theirs)
    mine, theirs = _respelt(mine, theirs), _respelt(theirs, mine)
    shared = mine & theirs
    weight = common.weight(shared)
    if not weight:
        return 0.0
    mine_weight, their_weight = common.weight(mine), common.weight(theirs)
    whole = 2 * weight / (mine_weight + their_weight)
    # One name inside the other says nearly as much, if it is more than a common word.
    is_telling = len(shared) > 1 or weight > _TELLING
    inside = weight / min(mine_weight, their_weight) if is_telling else 0.0
    # Where each has words that the other lacks, they tell two things apart: junior and senior, two towns.
    told_apart = 0.75 if mine - shared and theirs - shared else 1.0
    return max(whole, 0.8 * inside) * told_apart


def _respelt(mine: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    """A name's words with those that are another spelling of the other name's words written as there."""
    strange, there = mine - theirs, sorted(theirs - mine)
    if not strange or not there:
        return mine
    joined = {first + second: {first, second} for first, second in permutations(there, 2)} if len(there) > 1 else {}
    respelt: set[str] = set()
    for word in strange:
        respelt |= joined.get(word) or {next((one for one in there if word < one and _is_mistyped(word, one)), word)}
    return (mine - strange) | respelt


@lru_cache(maxsize=100_000)
def _is_mistyped(word: str, known: str) -> bool:
    """Whether one slip, or two in a long word, make the one of the other; a number is never mistyped."""
    shorter = min(len(word), len(known))
    slips = 0 if shorter < 5 or not (word + known).isalpha() else 1 if shorter < 9 else 2
    return abs(len(word) - len(known)) <= slips > 0 and OSA.distance(word, known, score_cutoff=slips) <= slips


def _of_names(one: Entry, other: Entry, likeness: float, common: Common) -> Iterator[Evidence]:
    if likeness < _LEAST_SIMILARITY:
        yield _OTHER_NAME, f"the names differ: “{one.name}”, “{other.name}”"
        return
    shared = one.words & other.words
    rarity = max(map(common.rarity, shared), default=0.5)
    points = _SAME_NAME * (likeness - _LEAST_SIMILARITY) / (1 - _LEAST_SIMILARITY) * (0.6 + 0.4 * rarity)
    if one.name.casefold() == other.name.casefold():
        yield points, f"same name: “{one.name}”"
    else:
        yield points, f"names alike: “{one.name}”, “{other.name}”"


# ---- contacts


def _of_contacts(one: Entry, other: Entry, common: Common) -> Iterator[Evidence]:
    scale = 1.0
    if one.organisation == other.organisation:
        apart = _place(one, other)[0] < 0
        scale = _CONTACTS_ELSEWHERE if apart else _CONTACTS_OF_ONE_ORGANISATION
    phones = one.phones & other.phones
    if phones:
        phone = min(phones, key=lambda number: (common.said[number], number))
        yield from _same("phone number", phone, _SAME_PHONE * scale, common, shown=spaced_phone(phone))
    elif one.phones and other.phones:
        yield _OTHER_CONTACTS, "different phone numbers"
    if one.email and one.email == other.email:
        yield from _same("email", one.email, _SAME_EMAIL * scale, common)
    if one.website and one.website == other.website:
        yield from _same("website", one.website, _SAME_WEBSITE * scale, common)


def _same(what: str, said: str, points: float, common: Common, *, shown: str = "") -> Iterator[Evidence]:
    count = common.said[said]
    if share := common.share(said):
        yield points * share, f"same {what} {shown or said}{f' ({count} listings have it)' if count > 2 else ''}"


# ---- who, where, when, for whom


def _of_the_rest(one: Entry, other: Entry) -> Iterator[Evidence]:
    points, text = _place(one, other)
    if text:
        yield points, text
    yield _of_organisations(one, other)
    yield (_SAME_KIND, "same kind") if one.kind == other.kind else (_OTHER_KIND, "different kinds")
    yield from _of_ages(one.ages, other.ages)
    if one.days and other.days:
        if one.days == other.days:
            yield _SAME_DAYS, "same days"
        elif one.days.isdisjoint(other.days):
            yield _OTHER_DAYS, "different days"
    deliveries = one.delivery, other.delivery
    if all(deliveries) and sum(Delivery.IN_PERSON in delivery for delivery in deliveries) == 1:
        yield _OTHER_DELIVERY, "only one of them is in person"


def _of_organisations(one: Entry, other: Entry) -> Evidence:
    if one.organisation == other.organisation:
        return _SAME_ORGANISATION, f"same organisation: {one.organisation}"
    mine, theirs = one.organisation_words, other.organisation_words
    if mine <= theirs or theirs <= mine:
        return _SAME_ORGANISATION / 2, f"organisations alike: {one.organisation}, {other.organisation}"
    return _OTHER_ORGANISATION, "different organisations"


def _of_ages(mine: tuple[int | None, int | None], theirs: tuple[int | None, int | None]) -> Iterator[Evidence]:
    if mine == (None, None) or theirs == (None, None):
        return
    if mine == theirs:
        yield _SAME_AGES, "same ages"
        return
    spans = [(low or 0, 120 if high is None else high) for low, high in (mine, theirs)]
    common = min(high for _, high in spans) - max(low for low, _ in spans)
    if common < 0:
        yield _OTHER_AGES, f"different ages: {_span(mine)}, {_span(theirs)}"
    elif common < max(high - low for low, high in spans) / 2:
        yield _UNLIKE_AGES, f"ages differ: {_span(mine)}, {_span(theirs)}"


def _span(ages: tuple[int | None, int | None]) -> str:
    low, high = ages
    return f"from {low}" if high is None else f"{low or 0} to {high}"


def _place(one: Entry, other: Entry) -> Evidence:
    """The best that any two of their places say; nothing where one has none."""
    pairs = [_doors(mine, theirs) for mine in one.doors for theirs in other.doors]
    if pairs and _OTHER_TOWN < max(pairs)[0] < _SAME_BUILDING:
        for host, guest in ((one, other), (other, one)):
            if any(door.venue and name_words(door.venue) == host.names[0] for door in guest.doors):
                return _SAME_BUILDING, f"{guest.name} is at {host.name}"
    return max(pairs, default=(0.0, ""))


def _doors(mine: Door, theirs: Door) -> Evidence:
    same_town = bool(mine.town) and mine.town == theirs.town
    if mine.postcode and mine.postcode == theirs.postcode:
        code = spaced(mine.postcode)
        if mine.street and theirs.street and mine.street != theirs.street and mine.venue != theirs.venue:
            return _SAME_POSTCODE, f"same postcode {code}"
        return _SAME_BUILDING, f"same building: {mine.street.title() or code}"
    if same_town and mine.street and mine.street == theirs.street:
        return _SAME_BUILDING, f"same building: {mine.street.title()}"
    if same_town and mine.venue and mine.venue == theirs.venue:
        return _SAME_BUILDING, f"same building: {mine.venue.title()}"
    same_outcode = bool(mine.postcode) and outcode_of(mine.postcode) == outcode_of(theirs.postcode)
    if not same_town and not same_outcode:
        return _OTHER_TOWN, f"different places: {_where(mine)}, {_where(theirs)}"
    if any(all(pair) for pair in zip(mine[:3], theirs[:3], strict=True)):
        where = _where(mine) if same_town else f"{_where(mine)} and {_where(theirs)}"
        return _OTHER_ADDRESS, f"different addresses in {where}"
    if same_town:
        return _SAME_TOWN, f"same town: {mine.town.title()}"
    return _SAME_OUTCODE, f"same postcode district {outcode_of(mine.postcode)}"


def _where(door: Door) -> str:
    return door.town.title() or outcode_of(door.postcode) or "a place not stated"
