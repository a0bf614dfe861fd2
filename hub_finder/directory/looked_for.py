"""What families looked for: counts alone, by month. Nothing here commits, and nothing here is of a person."""

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Date, bindparam, delete, func, select, text, update

from hub_finder.database import change
from hub_finder.directory.freshness import months_before, today
from hub_finder.directory.meaning import LEAST_SCORE
from hub_finder.directory.personal_words import FIRST_NAMES, NAMES_WITH_A_CAPITAL, find_personal
from hub_finder.directory.query import PREGNANT, SearchQuery
from hub_finder.directory.search import SearchPage
from hub_finder.extensions import db
from hub_finder.models.looked_for import Counted, ListingCount, SearchCount, SearchPhrase

# This month and the twelve before it are kept; a phrase that few look for, so many days.
KEPT_MONTHS, RARE_DAYS = 13, 90
# Words are kept as they are typed from this day on that they are looked for.
KNOWN_DAYS = 5
ELSEWHERE = "elsewhere"
# The least of each band, and what it is called.
FOUND = ((20, "20+"), (10, "10-19"), (5, "5-9"), (1, "1-4"), (0, "0"))
AGES = ((18, "18+"), (11, "11-17"), (5, "5-10"), (2, "2-4"), (0, "0-1"))
# Longer is a story, and tells of one family.
LONGEST_PHRASE, MOST_WORDS = 60, 6
# Phrases of one or two days that are kept at once: nobody can fill the table.
MOST_RARE = 20_000
_CUES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "called", "named", "my", "his", "her", "he", "she"})

_COUNT_SEARCHES = text("""
    INSERT INTO search_count (month, what, value, place, found, refined, count)
    VALUES (:month, :what, :value, :place, :found, :refined, :count)
    ON CONFLICT (month, what, value, place, found, refined) DO UPDATE SET count = search_count.count + excluded.count
""").bindparams(bindparam("month", type_=Date))
# A listing that was deleted meanwhile is not counted.
_COUNT_LISTINGS = text("""
    INSERT INTO listing_count (service_id, month, found, opened)
    SELECT id, :month, :found, :opened FROM service WHERE id = :service_id
    ON CONFLICT (service_id, month) DO UPDATE
    SET found = listing_count.found + excluded.found, opened = listing_count.opened + excluded.opened
""").bindparams(bindparam("month", type_=Date))
# However often, and in however many processes: a day counts once.
_COUNT_DAY = text("""
    INSERT INTO search_phrase (hash, first_on, last_on, days) VALUES (:hash, :today, :today, 1)
    ON CONFLICT (hash) DO UPDATE SET days = search_phrase.days + 1, last_on = excluded.last_on
    WHERE search_phrase.last_on < excluded.last_on
""").bindparams(bindparam("today", type_=Date))


class Key(NamedTuple):
    """What a count of searches is about: the columns of `SearchCount`."""

    month: date
    what: Counted
    value: str = ""
    place: str = ""
    found: str = ""
    refined: bool = False


@dataclass(frozen=True)
class Counts:
    """What was counted and is not stored yet. Listings are by month and id: found, opened.

    `phrases` are hashes, with the words of those that were looked for on four days before.
    """

    searches: Counter[Key] = field(default_factory=Counter)
    found: Counter[tuple[date, int]] = field(default_factory=Counter)
    opened: Counter[tuple[date, int]] = field(default_factory=Counter)
    phrases: dict[str, str | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.searches or self.found or self.opened or self.phrases)


def keys_of(page: SearchPage, *, refined: bool) -> Iterator[Key]:
    """What one search adds one to."""
    month, found = _month(), band(page.total + page.total_without_a_place, FOUND)
    place = place_of(page.query)
    yield Key(month, Counted.SEARCH, "", place, found, refined)
    for need in page.meaning.needs:
        yield Key(month, Counted.NEED, need, place, found)
    for ages in {age_band(age) for age in page.query.ages}:
        yield Key(month, Counted.AGE, ages)


def place_of(query: SearchQuery) -> str:
    """An outward code or a locality of the area, `ELSEWHERE`, or "" where no one place was asked for."""
    origin = query.origin
    if origin is None:
        return query.localities[0] if len(query.localities) == 1 else ""
    if not origin.in_area:
        return ELSEWHERE
    return origin.outcode or origin.locality or ""


def age_band(age: str) -> str:
    return PREGNANT if age == PREGNANT else band(int(age), AGES)


def band(number: int, bands: Iterable[tuple[int, str]]) -> str:
    """The band that a number lies in."""
    return next(name for least, name in bands if number >= least)


def unknown_phrase(page: SearchPage) -> str | None:
    """The words of a search as they may be counted: none that a need understands, and none that seem to be personal."""
    words = " ".join(page.query.words.split())
    folded = words.casefold().split()
    if not words or any(one.score >= LEAST_SCORE for one in page.meaning.understood):
        return None
    if len(words) > LONGEST_PHRASE or len(folded) > MOST_WORDS or any(letter.isdigit() for letter in words):
        return None
    bare = {word.strip(".,;:!?()'’\"").removesuffix("’s").removesuffix("'s") for word in folded}
    if bare & (FIRST_NAMES | NAMES_WITH_A_CAPITAL | _CUES) or find_personal(words, today=today()):
        return None
    return " ".join(folded)


def hash_of(phrase: str, *, key: str) -> str:
    """What stands for a phrase: only who has the site's key can find out whether it was this one."""
    return hmac.digest(key.encode(), f"looked for\0{phrase}".encode(), "sha256").hex()


# ---- storing


def store(counts: Counts) -> None:
    """Add what was counted. In an order of its own, so that two processes never wait for each other."""
    _run(_COUNT_SEARCHES, [{**key._asdict(), "count": count} for key, count in sorted(counts.searches.items())])
    _run(
        _COUNT_LISTINGS,
        [
            {"month": month, "service_id": id_, "found": counts.found[month, id_], "opened": counts.opened[month, id_]}
            for month, id_ in sorted(counts.found.keys() | counts.opened.keys())
        ],
    )
    _store_phrases(counts.phrases)


def find_nearly_known() -> set[str]:
    """The hashes of phrases whose words are kept when they are looked for once more."""
    nearly = SearchPhrase.words.is_(None), SearchPhrase.days >= KNOWN_DAYS - 1
    return set(db.session.scalars(select(SearchPhrase.hash).where(*nearly)))


def _store_phrases(phrases: Mapping[str, str | None]) -> None:
    rare = select(func.count()).where(SearchPhrase.words.is_(None))
    hashes = sorted(phrases)
    if hashes and (db.session.scalar(rare) or 0) >= MOST_RARE:
        hashes = sorted(db.session.scalars(select(SearchPhrase.hash).where(SearchPhrase.hash.in_(hashes))))
    _run(_COUNT_DAY, [{"hash": one, "today": today()} for one in hashes])
    for one in hashes:
        if words := phrases[one]:
            often = SearchPhrase.hash == one, SearchPhrase.days >= KNOWN_DAYS, SearchPhrase.words.is_(None)
            change(update(SearchPhrase).where(*often).values(words=words))


def _run(statement: object, rows: list[dict[str, object]]) -> None:
    if rows:
        db.session.execute(statement, rows)  # type: ignore[call-overload]


def first_month() -> date:
    """The first month that is kept, by its first day."""
    return months_before(_month(), KEPT_MONTHS - 1)


def _month() -> date:
    return today().replace(day=1)


# ---- what is forgotten


def forget_old(*, all_of_it: bool = False) -> int:
    """Delete counts of months that are over for a year, and phrases that few looked for; returns how many rows."""
    first = first_month()
    rare = SearchPhrase.words.is_(None) & (SearchPhrase.first_on < today() - timedelta(days=RARE_DAYS))
    old = {
        SearchCount: SearchCount.month < first,
        ListingCount: ListingCount.month < first,
        SearchPhrase: (SearchPhrase.last_on < first) | rare,
    }
    return sum(change(delete(table) if all_of_it else delete(table).where(over)) for table, over in old.items())
