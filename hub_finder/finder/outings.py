"""Things to do today and within the week, for the start page: only what is known to be on."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from flask import current_app

from hub_finder import words
from hub_finder.area import Area
from hub_finder.directory import index, times
from hub_finder.directory.opening import Opening
from hub_finder.directory.origins import Origin
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import Result, find
from hub_finder.languages import _, language
from hub_finder.web import calendar

LOOKED_AT, SHOWN = 60, 6
# So that a dozen libraries are not all that is on.
MOST_OF_A_KIND = 2
SOON = timedelta(days=7)
KEPT = "hub_outings"


class Outing(NamedTuple):
    """Something to do, and when it is on next."""

    result: Result
    opening: Opening


Outings = dict[str, list[Outing]]


def find_outings(origin: Origin | None, ages: tuple[str, ...], *, area: Area) -> Outings:
    """What a family may go to, by "Today" or "Later this week"; near the origin and for the ages, if there are any."""
    if origin or ages:
        return _find(origin, ages, area)
    # The whole area's are the same on most visits: found once a minute for each state of the listings.
    key = (index.current().version, times.now().replace(second=0, microsecond=0))
    by_language: dict[str, tuple[object, Outings]] = current_app.extensions.setdefault(KEPT, {})
    kept = by_language.get(language())
    if kept is None or kept[0] != key:
        kept = by_language[language()] = (key, _find(None, (), area))
    return kept[1]


def _find(origin: Origin | None, ages: tuple[str, ...], area: Area) -> Outings:
    kinds = tuple(kind.slug for kind in area.kinds.values() if kind.to_do)
    query = SearchQuery(kinds=kinds, origin=origin, ages=ages, sort="soonest", per_page=LOOKED_AT)
    today, known = times.now().date(), calendar()
    is_today, later = _("Today"), _("Later this week")
    found: Outings = {is_today: [], later: []}
    of_kind: Counter[str] = Counter()
    for result in find(query, area=area, facets=False).results:
        if of_kind[result.service.kind] == MOST_OF_A_KIND or of_kind.total() == SHOWN:
            continue
        opening = words.opening(result.service, known, result.location)
        session = opening.running or opening.following
        if session and session.start.date() < today + SOON:
            of_kind[result.service.kind] += 1
            day = later if session.start.date() > today else is_today
            found[day].append(Outing(result, opening))
    return {day: outings for day, outings in found.items() if outings}
