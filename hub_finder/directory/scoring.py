"""What the order of answers is made of: the parts of each score, and the keys that rows are sorted by."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory import freshness, ranking
from hub_finder.directory.asking import Words
from hub_finder.directory.candidates import Candidates
from hub_finder.directory.geometry import METRES_PER_MILE
from hub_finder.directory.postings import Flags
from hub_finder.directory.times_asked import soonest
from hub_finder.models.services import Cost, Referral


def keys_of(found: Candidates, parts: Mapping[str, ranking.Part]) -> list[NDArray[np.float64]]:
    """What rows are put in order by, the lowest first; after all of it by name."""
    metres = np.nan_to_num(found.metres).round(3)
    sort = found.asked.query.sort
    if sort == "name":
        return []
    if sort == "soonest":
        start = soonest(found.segment.times, found.rows, found.asked.now, found.asked.calendar)
        return [start.astype(float), metres]
    if sort == "nearest" and found.placed:
        return [metres, -parts["freshness"]]
    if sort == "best":
        return [-ranking.total(parts, without=("nearness",)), metres]
    if not found.asked.meaning.needs and not found.asked.meaning.terms and found.placed:
        # Nothing to weigh the distance against.
        steps = -ranking.total(parts, without=("nearness", "freshness", "specific"))
        return [steps, metres + (parts["freshness"] == 0) * ranking.OVERDUE_MILES * METRES_PER_MILE]
    return [-ranking.total(parts)]


def parts_of(found: Candidates) -> dict[str, ranking.Part]:
    """The parts of the score of each row: see `ranking.WEIGHTS`."""
    asked, query, rows = found.asked, found.asked.query, len(found)
    parts = {"nearness": ranking.nearness(found.metres) if found.placed else found.steps}
    if not found.placed:
        parts["reachable"] = found.number("reachable").astype(float)
    if asked.meaning.terms:
        words = Words(asked, found.segment)
        parts["name"] = words.named(found.rows).astype(float)
        parts["words"] = words.share_held(found.rows)
    if asked.meaning.needs:
        parts["need"], parts["main"] = _need_parts(found)
    if query.ages:
        parts["children"] = ranking.children(found.ages, rows)
    if asked.asks_times:
        parts["times"] = (found.times == 1).astype(float)
    known = [flags for asks, flags in _certain(found) if asks]
    if known:
        parts["certain"] = sum(known, np.zeros(rows)) / len(known)
    checked_on = found.number("checked_on")
    overdue = freshness.months_before(asked.today, asked.area.freshness.overdue).toordinal()
    parts["freshness"] = np.where(checked_on == 0, 0.5, np.where(checked_on >= overdue, 1.0, 0.0))
    parts["specific"] = ranking.specific(found.count_of_needs)
    return parts


def _need_parts(found: Candidates) -> tuple[ranking.Part, ranking.Part]:
    """How far each row is for a need that was meant, and whether that is its main need."""
    need, main = np.zeros(len(found)), np.zeros(len(found))
    firsts = found.first_tags
    for slug, share in found.asked.meaning.needs.items():
        number = found.asked.tag_number(f"need:{slug}")
        if number is not None:
            need = np.maximum(need, np.where(found.has_tag(f"need:{slug}"), share, 0.0))
            main = np.maximum(main, np.where(firsts == number, share, 0.0))
    return need, main


def _certain(found: Candidates) -> list[tuple[bool, Flags]]:
    """For each thing that may be asked and not be known: whether it is asked, and of which rows it is known."""
    query = found.asked.query
    unknown_cost, unknown_referral = list(Cost).index(Cost.NOT_STATED), list(Referral).index(Referral.NOT_STATED)
    return [
        (bool(query.cost), found.number("cost") != unknown_cost),
        (bool(query.referral), found.number("referral") != unknown_referral),
        (bool(query.access), found.has_access),
    ]
