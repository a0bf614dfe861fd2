"""The one formula that puts results in order. docs/search.md explains it; tests hold it as pairs.

A listing's score is the sum of its parts. Each part lies between 0 and 1 and counts as much as its weight. The
weights are steps: what one part says is not outweighed by all the lesser ones below the next line together, so a
listing that only mentions a word never beats one that is for the need, nor an unknown age a known one that fits.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.geometry import METRES_PER_MILE

Part = NDArray[np.float64]

WEIGHTS: Mapping[str, float] = {
    # Its name is what was typed, or nearly.
    "name": 1600.0,
    # It is for the need that the words speak of, or that was chosen.
    "need": 800.0,
    # It fits every child; or some; or does not say.
    "children": 400.0,
    # It is known to be on then; it is known to meet the other things asked.
    "times": 160.0,
    "certain": 80.0,
    # There is a way to ask them (of those without a place).
    "reachable": 40.0,
    # From here on nothing is a step: these are weighed against each other.
    "nearness": 20.0,
    "words": 10.0,
    "main": 3.0,
    "freshness": 0.6,
    "specific": 0.4,
}
# An overdue listing stands as if it were so much further away, where nothing else is weighed against distance.
OVERDUE_MILES = 2.0
# Half of what nearness counts is gone after so many miles.
HALF_MILES = 4.0


def nearness(metres: Part) -> Part:
    """1 at the door, half of it after `HALF_MILES`, and ever less: a mile more counts most when it is near."""
    part: Part = 1 / (1 + metres / (METRES_PER_MILE * HALF_MILES))
    part[np.isnan(part)] = 0
    return part


def specific(needs: NDArray[np.integer]) -> Part:
    """1 for what is for one need, less the more it is for; 0 when that is not known."""
    part: Part = np.where(needs > 0, 1 / np.maximum(needs, 1), 0.0)
    return part


def children(states: Sequence[NDArray[np.int8]], rows: int) -> Part:
    """1 when it fits all ages asked; what does not say of any comes after what fits one."""
    if not states:
        return np.zeros(rows)
    asked = len(states)
    fitting = sum((state == 1).astype(float) for state in states)
    unknown = sum((state == 0).astype(float) for state in states)
    part: Part = (fitting + unknown * 0.25 / asked) / asked
    return part


def total(parts: Mapping[str, Part], *, without: Sequence[str] = ()) -> Part:
    """The scores, to six places so that the order does not hang on the last bit."""
    score = np.zeros_like(parts["nearness"])
    for name, part in parts.items():
        if name not in without:
            score += WEIGHTS[name] * part
    return score.round(6)
