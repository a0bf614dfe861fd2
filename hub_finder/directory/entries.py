"""A listing as the search index holds it: its words, its tags, and its numbers packed for numpy."""

from datetime import date
from struct import Struct
from typing import Any

import numpy as np

from hub_finder.directory import timetables
from hub_finder.directory.access import access_of
from hub_finder.directory.cards import pack_card
from hub_finder.directory.facts import StoredFacts
from hub_finder.directory.text import EMPTY_WORDS, distinct_words, words
from hub_finder.models.services import Cost, Referral, Status

COSTS, REFERRALS, STATUSES = list(Cost), list(Referral), list(Status)
ACCESS_NOT_STATED = "access:"
# Ages are years, -1 for "not stated"; `checked_on` is the day's ordinal, 0 for never; `of_name` counts its words.
FACTS = np.dtype(
    [
        ("status", "u1"),
        ("cost", "u1"),
        ("referral", "u1"),
        ("reachable", "u1"),
        ("min_age", "<i2"),
        ("max_age", "<i2"),
        ("checked_on", "<i4"),
        ("unreachable_times", "<i2"),
        ("of_name", "<i2"),
    ]
)
# A place with a point: `position` is its number among the service's places, 0 the main one.
POINT = np.dtype([("latitude", "<f8"), ("longitude", "<f8"), ("council", "S9"), ("position", "<i2")])
# The same bytes, made one at a time: for one record numpy takes three times as long.
_FACTS, _POINT = Struct("<BBBBhhihh"), Struct("<dd9sh")
_COST, _REFERRAL, _STATUS = ({str(one): at for at, one in enumerate(those)} for those in (COSTS, REFERRALS, STATUSES))


def entry_of(facts: StoredFacts) -> dict[str, Any]:
    """The row of the index for the facts that `facts.read_facts` gives."""
    points = b""
    names = (facts["name"], facts["organisation"], *facts["alternate_names"], *facts["former_names"])
    # Venues and towns, but no person's name: nobody is to be found by where they work.
    rest = [facts["summary"], facts["eligibility"]]
    for position, place in enumerate(facts["places"]):
        rest += place["name"], place["city"]
        if place["latitude"] is not None:
            council = (place["council"] or "").encode()
            points += _POINT.pack(place["latitude"], place["longitude"], council, position)
    return {
        "service_id": facts["id"],
        "slug": facts["slug"],
        "names": distinct_words(" ".join(names)),
        "rest": distinct_words(" ".join(filter(None, rest))),
        "tags": " ".join(dict.fromkeys(_tags(facts, placed=bool(points)))),
        "facts": _pack(facts, of_name=len({*words(facts["name"])} - EMPTY_WORDS)),
        "points": points,
        "times": timetables.pack(facts["schedules"], facts["alerts"]),
        "card": pack_card(facts),
    }


def _tags(facts: StoredFacts, *, placed: bool) -> list[str]:
    """What a listing is counted and filtered by, the main need first."""
    tags = [f"need:{slug}" for slug in facts["needs"]]
    tags += f"kind:{facts['kind']}", f"locality:{facts['locality'] or ''}"
    tags += [f"language:{code}" for code in facts["languages"]]
    where = [facts["accessibility"], *[place["accessibility"] for place in facts["places"]]]
    if any(where):
        tags += [f"access:{kind}" for kind in sorted(access_of(*where))]
    else:
        tags.append(ACCESS_NOT_STATED)
    if not placed:
        tags += [area_tag(scope, value) for scope, value in facts["areas"]]
    return tags


def area_tag(scope: str, value: str) -> str:
    """The tag of a listing without a point that covers an area."""
    return f"area:{scope}:{value.replace(' ', '_')}"


def _pack(facts: StoredFacts, *, of_name: int) -> bytes:
    checked_on = facts["checked_on"]
    return _FACTS.pack(
        _STATUS[facts["status"]],
        _COST[facts["cost"]],
        _REFERRAL[facts["referral"]],
        bool(facts["phone"] or facts["email"] or facts["website"]),
        -1 if facts["min_age"] is None else facts["min_age"],
        -1 if facts["max_age"] is None else facts["max_age"],
        date.fromisoformat(checked_on).toordinal() if checked_on else 0,
        facts["unreachable_times"],
        of_name,
    )
