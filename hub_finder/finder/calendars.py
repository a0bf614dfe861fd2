"""Calendar files: the sessions of a listing, all or of one day, and those of a reader's list. They are in English."""

from datetime import date
from typing import TYPE_CHECKING

from flask import Response, abort, make_response, render_template, request
from werkzeug import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory import times
from hub_finder.directory.catalogue import load_whole
from hub_finder.directory.events import count_events
from hub_finder.directory.recurrences import midnight, series_of, sessions_of
from hub_finder.directory.whereabouts import find_whereabouts
from hub_finder.finder import blueprint
from hub_finder.finder.find import get_service_or_404
from hub_finder.finder.kept import shortlist
from hub_finder.languages import ENGLISH, reading
from hub_finder.models.services import Service, Status
from hub_finder.parameters import day_or_none
from hub_finder.taking_away import read_query, sent, services_of
from hub_finder.web import calendar, etagged, public_url

if TYPE_CHECKING:
    from hub_finder.calendar_files import Maker

MINUTE = 60


@blueprint.get("/services/<slug>.ics")
@public
def read_service_calendar(slug: str) -> WerkzeugResponse:
    """The file, or a page that says why there is nothing to put into one.

    A program that follows the address, and reads no pages, gets an empty file: nothing is on that can be told.
    """
    service = get_service_or_404(slug)
    if service.status == Status.RETIRED:
        abort(410)
    if "on" in request.args:
        return _one_day(service, request.args["on"])
    from hub_finder.calendar_files import series_file  # its package takes a tenth of a second to read

    told = series_of(service, calendar=calendar(), start=times.now().date())
    if not told and request.accept_mimetypes.accept_html:
        response = _nothing(service, status=200)
    else:
        with reading(ENGLISH):
            file = series_file([service], _maker(), name=service.name, revisions=count_events([service.id]))
        response = _file(file, service.slug)
    response.vary.add("Accept")
    return response


@blueprint.get("/services.ics")
@public
def download_calendar() -> WerkzeugResponse:
    """The sessions of all that a search finds. What keeps its place secret is left out, as in a reader's list."""
    query = read_query()
    if isinstance(query, Response):
        return query
    from hub_finder.calendar_files import found_file

    parts = found_file(
        services_of(query),
        _maker(),
        name=current_area().name,
        query=query,
        now=times.now(),
        revisions_of=count_events,
    )
    return sent(parts, mimetype="text/calendar", name="services.ics", seconds=MINUTE, private=True)


@blueprint.get("/shortlist.ics")
@public
def read_shortlist_calendar() -> WerkzeugResponse:
    """The sessions of a reader's list. What keeps its place secret is left out: others may read a calendar."""
    from hub_finder.calendar_files import series_file

    ids = [service.id for service in find_whereabouts(shortlist()).running if not service.sensitive]
    services = sorted(load_whole(ids), key=lambda service: ids.index(service.id))
    with reading(ENGLISH):
        file = series_file(services, _maker(), name="My list", revisions=count_events(ids))
    response = _attached(file, "my-list")
    response.cache_control.no_store = True
    return response


def _one_day(service: Service, asked: str) -> WerkzeugResponse:
    day = day_or_none(asked)
    if day is None:
        return _nothing(service, status=400)
    if not sessions_of(service, calendar=calendar(), start=midnight(day), end=midnight(day + times.DAY)):
        return _nothing(service, status=404, day=day)
    from hub_finder.calendar_files import day_file

    with reading(ENGLISH):
        file = day_file(service, _maker(), on=day, revisions=count_events([service.id]))
    return _file(file, f"{service.slug}-{day}")


def _maker() -> "Maker":
    from hub_finder.calendar_files import Maker

    return Maker(
        calendar=calendar(),
        today=times.now().date(),
        url_of=lambda slug: public_url("finder.show_service", slug=slug),
    )


def _file(file: bytes, name: str) -> WerkzeugResponse:
    response = _attached(file, name)
    return etagged(response, seconds=5 * MINUTE)


def _attached(file: bytes, name: str) -> Response:
    response = Response(file, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f"attachment; filename={name}.ics"
    return response


def _nothing(service: Service, *, status: int, day: date | None = None) -> WerkzeugResponse:
    page = render_template("finder/show_no_sessions.html", service=service, day=day, readable=status != 400)
    return make_response(page, status)
