"""What the page of a listing gives to other programs: calendars and search engines."""

from typing import Any, NamedTuple

from hub_finder import words
from hub_finder.area import current_area
from hub_finder.directory import times
from hub_finder.directory.recurrences import series_of
from hub_finder.languages import ENGLISH, reading
from hub_finder.models.services import Service, Status
from hub_finder.schema_org import listing_data
from hub_finder.web import calendar, page_url, public_url


class CalendarLinks(NamedTuple):
    """Addresses of calendar files: of the next day with a session, and of all sessions, None where that is all."""

    next_day: str
    all_sessions: str | None


def calendar_links(service: Service) -> CalendarLinks | None:
    """What a family may put into its calendar; None when no session can be told.

    Nor for a listing that keeps its place secret: a calendar may be read by those who must not know.
    """
    following = words.opening(service, calendar()).following
    if service.sensitive or not following:
        return None
    series = series_of(service, calendar=calendar(), start=times.now().date())
    is_only_one = len(series) == 1 and series[0].last == following.start.date()
    return CalendarLinks(
        page_url("finder.read_service_calendar", slug=service.slug, on=following.start.date().isoformat()),
        None if is_only_one else page_url("finder.read_service_calendar", slug=service.slug),
    )


def linked_data(service: Service) -> dict[str, Any] | None:
    """The listing as data of schema.org, in English; None for one that is not running."""
    if service.status != Status.PUBLISHED:
        return None
    with reading(ENGLISH):
        return listing_data(
            service,
            area=current_area(),
            calendar=calendar(),
            today=times.now().date(),
            url=public_url("finder.show_service", slug=service.slug),
            image=public_url("finder.show_picture", name=service.picture) if service.picture else None,
        )
