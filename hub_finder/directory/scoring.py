"""What the order of answers is made of: the parts of each score, and the keys that rows are sorted by."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory import freshness, ranking
from hub_finder.directory.candidates import Candidates
from hub_finder.directory.entries import COSTS, REFERRALS
from hub_finder.directory.geometry import METRES_PER_MILE
from hub_finder.directory.postings import Flags
from hub_finder.directory.times_asked import soonest
from hub_finder.models.services import Cost, Referral

Key = NDArray[np.float64]
# Parts that are told only of rows that may be among the first: all they can add up to is less than a step.
LESSER = ("words", "main", "freshness", "specific")
# Scores are rounded.
_LEEWAY = sum(ranking.WEIGHTS[name] for name in LESSER) + 1e-5


@dataclass(frozen=True)
class Ordered:
    """Rows that hold the first of those asked for: `order` is where these stand among them, the best first.

    `keys` are what they were sorted by, the lowest first.
    """

    found: Candidates
    order: NDArray[np.intp]
    keys: Sequence[Key]

    def parts_of(self, at: int) -> dict[str, float]:
        """The parts of the score of the one at a place in the order, as they are added up."""
        row = self.order[at]
        return {name: round(float(ranking.WEIGHTS[name] * part[row]), 3) for name, part in self._parts.items()}

    @cached_property
    def _parts(self) -> Mapping[str, ranking.Part]:
        return parts_of(self.found)


def in_order(found: Candidates, most: int) -> Ordered:
    """The first so many of some rows."""
    if _is_weighed(found) and len(found) > 2 * most:
        rough = -ranking.total(parts_of(found, without=LESSER), without=_left_out(found))
        found = found.only(np.flatnonzero(rough <= np.partition(rough, most - 1)[most - 1] + _LEEWAY))
    keys = [*keys_of(found), found.segment.rank.take(found.rows).astype(float)]
    found_at = _lowest(keys, most)
    if len(found_at) < len(found):
        found, keys = found.only(found_at), [key[found_at] for key in keys]
    return Ordered(found, np.lexsort(keys[::-1])[:most], keys[:-1])


def _lowest(keys: Iterable[Key], most: int) -> NDArray[np.intp]:
    """Where those rows stand, ascending, that are the first so many by some keys, and perhaps more."""
    sure: list[NDArray[np.intp]] = []
    at = None
    for key in keys:
        at = np.arange(len(key)) if at is None else at
        if len(at) <= 2 * most:
            break
        values = key[at]
        last = np.partition(values, most - 1)[most - 1]
        # Of those that are equal in this key, the next one takes the first.
        sure.append(at[values < last])
        at, most = at[values == last], most - len(sure[-1])
    return np.sort(np.concatenate([*sure, at if at is not None else np.zeros(0, np.intp)]))


def _is_weighed(found: Candidates) -> bool:
    """Whether the order is that of the whole score."""
    sort, meaning = found.asked.query.sort, found.asked.meaning
    if sort in ("name", "soonest") or (sort == "nearest" and found.placed):
        return False
    return sort == "best" or not found.placed or bool(meaning.needs or meaning.terms)


def _left_out(found: Candidates) -> tuple[str, ...]:
    return ("nearness",) if found.asked.query.sort == "best" else ()


def keys_of(found: Candidates) -> list[Key]:
    """What rows are put in order by, the lowest first; after all of it by name."""
    sort = found.asked.query.sort
    if sort == "name":
        return []
    metres = np.zeros(len(found)) if found.asked.query.origin is None or not found.placed else found.metres.round(3)
    if sort == "soonest":
        start = soonest(found.segment.times, found.rows, found.asked.now, found.asked.calendar)
        return [start.astype(float), metres]
    if sort == "nearest" and found.placed:
        return [metres, -_freshness(found)]
    if _is_weighed(found):
        total = -ranking.total(parts_of(found), without=_left_out(found))
        return [total, metres] if sort == "best" else [total]
    # Nothing to weigh the distance against.
    steps = -ranking.total(parts_of(found, without=LESSER), without=("nearness",))
    return [steps, metres + (_freshness(found) == 0) * ranking.OVERDUE_MILES * METRES_PER_MILE]


def parts_of(found: Candidates, *, without: Collection[str] = ()) -> dict[str, ranking.Part]:
    """The parts of the score of each row: see `ranking.WEIGHTS`."""
    asked = found.asked
    terms, needs = bool(asked.meaning.terms), bool(asked.meaning.needs)
    # In this order they are added up: another one may change the last bit of a sum.
    tellers: list[tuple[str, bool, Callable[[Candidates], ranking.Part]]] = [
        ("nearness", True, _nearness),
        ("reachable", not found.placed, lambda rows: rows.number("reachable").astype(float)),
        ("name", terms, lambda rows: rows.words.named(rows.rows).astype(float)),
        ("words", terms, lambda rows: rows.words.share_held(rows.rows)),
        ("need", needs, _need),
        ("main", needs, _main),
        ("children", bool(asked.query.ages), lambda rows: ranking.children(rows.ages, len(rows))),
        ("times", asked.asks_times, lambda rows: (rows.times == 1).astype(float)),
        ("certain", bool(asked.query.cost or asked.query.referral or asked.query.access), _certain),
        ("freshness", True, _freshness),
        ("specific", True, lambda rows: ranking.specific(rows.number("needs"))),
    ]
    return {name: tell(found) for name, applies, tell in tellers if applies and name not in without}


def _nearness(found: Candidates) -> ranking.Part:
    return ranking.nearness(found.metres) if found.placed else found.steps


def _freshness(found: Candidates) -> ranking.Part:
    checked_on, asked = found.number("checked_on"), found.asked
    overdue = freshness.months_before(asked.today, asked.area.freshness.overdue).toordinal()
    part: ranking.Part = np.where(checked_on == 0, 0.5, np.where(checked_on >= overdue, 1.0, 0.0))
    return part


def _need(found: Candidates) -> ranking.Part:
    """How far each row is for a need that was meant."""
    part = np.zeros(len(found))
    for slug, share in found.asked.meaning.needs.items():
        part = np.maximum(part, np.where(found.has_tag(f"need:{slug}"), share, 0.0))
    return part


def _main(found: Candidates) -> ranking.Part:
    """The same for its main need alone."""
    part, firsts = np.zeros(len(found)), found.first_tags
    for slug, share in found.asked.meaning.needs.items():
        number = found.asked.tag_number(f"need:{slug}")
        if number is not None:
            part = np.maximum(part, np.where(firsts == number, share, 0.0))
    return part


def _certain(found: Candidates) -> ranking.Part:
    """How much of what may be asked and not be known is known of each row, of what is asked."""
    query, known = found.asked.query, list[Flags]()
    if query.cost:
        known.append(found.number("cost") != COSTS.index(Cost.NOT_STATED))
    if query.referral:
        known.append(found.number("referral") != REFERRALS.index(Referral.NOT_STATED))
    if query.access:
        known.append(found.has_access)
    part: ranking.Part = sum(known, np.zeros(len(found))) / len(known)
    return part
