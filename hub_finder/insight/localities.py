"""What is listed in a locality, for those who work there: a Local Alliance Group, for one."""

from flask import abort, render_template

from hub_finder.access import planners
from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.gaps import ANY_NEED, MILES, WALK_MINUTES, measure_gaps
from hub_finder.directory.start_for_life import cover_types
from hub_finder.insight import blueprint

GAPS_SHOWN = 10
# The reach that gaps are told by: three miles, after the walk and one mile.
NEAR = 2


@blueprint.get("/localities/<slug>")
@planners
def show_locality(slug: str) -> str:
    area = current_area()
    locality = area.localities.get(slug)
    if locality is None:
        abort(404)
    needs = find_needs()
    gaps = measure_gaps(area, [ANY_NEED, *(need.slug for need in needs)])
    here = {gap.need: gap for gap in gaps if gap.locality == slug}
    whole = here.pop(ANY_NEED)
    farthest = sorted(needs, key=lambda need: (here[need.slug].within[NEAR], here[need.slug].listed, need.label))
    return render_template(
        "insight/show_locality.html",
        locality=locality,
        whole=whole,
        needs=needs,
        gaps=here,
        farthest=[need for need in farthest if here[need.slug].within[NEAR] < whole.postcodes][:GAPS_SHOWN],
        near=NEAR,
        types=[(row.type, row.cells[slug]) for row in cover_types(area)],
        today=freshness.today(),
        miles=MILES,
        minutes=WALK_MINUTES,
    )
