"""To CSV: what families looked for, a line for each count that is told. An empty count of a listing is below five."""

import csv
import io
from collections.abc import Iterator

from hub_finder.directory.told import LookedFor
from hub_finder.importers.cells import disarmed

HEADER = ("what", "of", "locality", "search", "found", "count")
Line = tuple[str, str, str, str, str, int | None]


def export_looked_for(told: LookedFor) -> str:
    """The CSV. `what` says what a line counts; no cell is a formula, whatever families typed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for *words, count in _lines(told):
        writer.writerow([*(disarmed(word) for word in words), "" if count is None else count])
    return text.getvalue()


def _lines(told: LookedFor) -> Iterator[Line]:
    for one in told.searches:
        yield "searches", "", one.locality, "refined" if one.refined else "first", one.found, one.count
    for need in told.needs:
        found = "nothing" if need.found_nothing else "something"
        yield "searches for a need", need.need, need.locality, "", found, need.count
    for age, count in told.ages.items():
        yield "searches for an age", age, "", "", "", count
    for phrase in told.phrases:
        yield "days on which words were typed that no need understands", phrase.words, "", "", "", phrase.days
    for listing in told.listings:
        yield "times a listing was found", listing.slug, "", "", "", listing.found
        yield "times a listing was opened", listing.slug, "", "", "", listing.opened
