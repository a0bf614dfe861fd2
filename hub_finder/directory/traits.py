"""What is known of each row today whoever asks, a bit for each thing: so that one look tells them all."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory import freshness
from hub_finder.directory.asking import Asked
from hub_finder.directory.entries import COSTS, REFERRALS
from hub_finder.directory.postings import Flags
from hub_finder.directory.query import COSTS as COST_CHOICES
from hub_finder.directory.query import PartOfDay
from hub_finder.directory.segments import PUBLISHED, Segment
from hub_finder.directory.times_asked import Weekdays, next_dates, weekdays
from hub_finder.models.services import Referral

Traits = NDArray[np.uint16]

OPEN_TO_FAMILIES = (Referral.SELF, Referral.EITHER, Referral.NOT_STATED)
# The lowest seven are the weekdays on which it may be on in the next two weeks, Monday's the lowest.
FREE, PAID, REFERRAL, SEND, SHOWN = (1 << bit for bit in range(7, 12))
BITS = 11


def traits_of(asked: Asked, segment: Segment) -> Traits:
    """The traits of each row, worked out once a day, or when the vocabulary has changed."""
    needs, limits = tuple(asked.snapshot.needs_for_send), asked.area.freshness
    key = asked.today, needs, limits
    known_for, traits = segment.cache.get("traits", (None, None))
    if known_for != key:
        traits = _traits(asked, segment)
        segment.cache["traits"] = key, traits
    found: Traits = traits
    return found


def _traits(asked: Asked, segment: Segment) -> Traits:
    traits = weekdays_of(asked, segment, None)[1].astype(np.uint16)
    cost, referral = segment.columns["cost"], segment.columns["referral"]
    for bit, choice in ((FREE, "free"), (PAID, "paid")):
        _mark(traits, bit, in_states(cost, [COSTS.index(one) for one in COST_CHOICES[choice]]))
    _mark(traits, REFERRAL, in_states(referral, [REFERRALS.index(state) for state in OPEN_TO_FAMILIES]))
    for slug in asked.snapshot.needs_for_send:
        traits[segment.with_tag.of(asked.tag_number(f"need:{slug}")).all] |= np.uint16(SEND)
    _mark(traits, SHOWN, _shown(asked, segment))
    return traits


def _mark(traits: Traits, bit: int, flags: Flags) -> None:
    traits |= flags * np.uint16(bit)


def _shown(asked: Asked, segment: Segment) -> Flags:
    """What the public may find today: as `catalogue.published`."""
    limits, columns = asked.area.freshness, segment.columns
    oldest = freshness.months_before(asked.today, limits.lapsed).toordinal()
    checked_on = columns["checked_on"]
    recent = (checked_on >= oldest) & (columns["unreachable_times"] < limits.unreachable)
    shown: Flags = (columns["status"] == PUBLISHED) & ((checked_on == 0) | recent)
    return shown


def weekdays_of(asked: Asked, segment: Segment, part: PartOfDay | None) -> tuple[Weekdays, Weekdays]:
    """What `times_asked.weekdays` tells of all rows and the next two weeks, worked out once a day."""
    known: dict[tuple[date, PartOfDay | None], tuple[Weekdays, Weekdays]] = segment.cache.setdefault("weekdays", {})
    found = known.get((asked.today, part))
    if found is None:
        if any(day != asked.today for day, _ in [*known]):
            known.clear()
        found = weekdays(segment.times, next_dates(asked.today), part, asked.calendar)
        known[asked.today, part] = found
    return found


def in_states(values: NDArray[np.integer], among: Sequence[int]) -> Flags:
    """Which values are among a few."""
    # With few of either, numpy's own isin takes several times as long.
    flags = np.zeros(len(values), bool)
    for state in among:
        flags |= values == state
    return flags


def count_bits(values: NDArray[np.unsignedinteger], bits: int = BITS) -> list[int]:
    """How many of some values have each of the lowest bits."""
    return [int(np.count_nonzero(values & values.dtype.type(1 << bit))) for bit in range(bits)]
