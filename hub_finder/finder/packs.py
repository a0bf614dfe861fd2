"""What is on in a part of the area, on paper: two weeks by day, what does not say when, and whom to call."""

from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory import times
from hub_finder.directory.query import MOST_PER_PAGE
from hub_finder.directory.search import find
from hub_finder.directory.weeks import find_timetable
from hub_finder.finder import blueprint
from hub_finder.finder.narrowing import tags
from hub_finder.finder.weeks import first_monday
from hub_finder.forms import read_search
from hub_finder.qr import draw_qr
from hub_finder.web import public_url

# What the pack decides itself, or paper cannot follow.
SETTLED = ("locality", "page", "per_page", "postcode", "within", "sort", "view", "size")


@blueprint.get("/localities/<slug>/pack")
@public
def show_pack(slug: str) -> str | Response:
    """A sheet to print. It can be narrowed by whatever a search can: ages, needs, cost and so on."""
    area = current_area()
    locality = area.localities.get(slug)
    if locality is None:
        abort(404)
    asked = MultiDict(
        [(name, value) for name, value in request.args.items(multi=True) if name not in SETTLED]
        + [("locality", slug), ("per_page", str(MOST_PER_PAGE))]
    )
    read = read_search(asked, area)
    if read.query is None:
        # The search page says beside each field what is wrong with it.
        return redirect(f"{url_for('finder.search')}?{urlencode(list(asked.items(multi=True)))}")
    page = find(read.query, area=area, facets=False)
    monday = first_monday(read.form, page.query)
    timetable = find_timetable(page, area=area, monday=monday)
    days = [day for week in timetable.weeks for day in week.days]
    on = {slot.found.service.id for day in days for _, slots in day.parts for slot in slots}
    listed = [result.service for result in (*page.results, *page.without_a_place)]
    address = public_url("finder.show_locality", slug=slug)
    return render_template(
        "finder/show_pack.html",
        locality=locality,
        narrowed=[label for label, _ in tags(read.form) if label != locality.name],
        days=days,
        others=sorted((service for service in listed if service.id not in on), key=lambda service: service.name),
        left_out=sum(week.hidden for week in timetable.weeks) + page.total + page.total_without_a_place - len(listed),
        large=request.args.get("size") == "large",
        address=address,
        qr=draw_qr(address),
        issued=times.now().date(),
    )
