"""What a family asks."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from hub_finder.directory.places import Origin
from hub_finder.models.services import Cost

PER_PAGE = 20
MOST_PER_PAGE = 100
PREGNANT = "pregnant"
# An unknown price stays with either choice: it is shown as unknown, never taken as "no".
COSTS = {
    "free": (Cost.FREE, Cost.FREE_FOR_SOME, Cost.NOT_STATED),
    "paid": (Cost.PAID, Cost.FREE_FOR_SOME, Cost.NOT_STATED),
}

Sort = Literal["nearest", "best", "name", "soonest"]
PartOfDay = Literal["morning", "afternoon", "evening"]
# Term time, school holidays, from today to Sunday, or open at this moment.
When = Literal["term", "holidays", "week", "now"]


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What is looked for. Several needs, kinds, localities, ages, languages or days (MO to SU) mean "any of these";
    several kinds of access mean all of them. `border`: only what lies in the area, or only what lies over its border.
    `exact`: the words as they were typed, none of them put right.
    """

    words: str = ""
    exact: bool = False
    origin: Origin | None = None
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    localities: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    cost: Literal["free", "paid"] | None = None
    send: bool = False
    referral: Literal["self"] | None = None
    access: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    border: Literal["inside", "over"] | None = None
    days: tuple[str, ...] = ()
    on: date | None = None
    time: PartOfDay | None = None
    when: When | None = None
    within_miles: float | None = None
    sort: Sort | None = None
    page: int = 1
    per_page: int = PER_PAGE

    @property
    def asks_times(self) -> bool:
        return bool(self.on or self.days or self.time or self.when)
