"""What families looked for and did not find, in counts of five or more."""

from flask import Response, render_template

from hub_finder.access import get_signed_in_or_none, planners
from hub_finder.area import current_area
from hub_finder.counting import counts_searches
from hub_finder.directory.days import month_words
from hub_finder.directory.looked_for import AGES, FOUND, KEPT_MONTHS, KNOWN_DAYS
from hub_finder.directory.query import PREGNANT
from hub_finder.directory.small_counts import LEAST
from hub_finder.directory.told import NO_LOCALITY, tell
from hub_finder.directory.vocabulary import find_terms
from hub_finder.importers.looked_for import export_looked_for
from hub_finder.insight import blueprint
from hub_finder.web import as_csv

# Of listings that are hardly found, the page names so many; the file has all.
MOST_LISTINGS = 50


@blueprint.get("/looked-for")
@planners
def show_looked_for() -> str:
    area, who = current_area(), get_signed_in_or_none()
    told = tell(area)
    sought = {need.slug: need.label for need in find_terms() if told.sum_needs(need=need.slug)}
    return render_template(
        "insight/show_looked_for.html",
        counting=counts_searches(),
        told=told,
        since=month_words(told.since) if told.since else "",
        needs=sorted(sought, key=lambda need: (-told.sum_needs(need=need, found_nothing=True), sought[need])),
        labels=sought,
        places=[*((one.slug, one.name) for one in area.localities.values()), (NO_LOCALITY, "Elsewhere, or no place")],
        found=[name for _least, name in reversed(FOUND)],
        ages=[(PREGNANT, "Pregnancy"), *((name, name.replace("-", " to ")) for _least, name in reversed(AGES))],
        least=LEAST,
        months=KEPT_MONTHS,
        known_days=KNOWN_DAYS,
        most=MOST_LISTINGS,
        may_teach=bool(who and who.is_staff),
    )


@blueprint.get("/looked-for.csv")
@planners
def download_looked_for() -> Response:
    return as_csv(export_looked_for(tell(current_area())), name="looked-for")
