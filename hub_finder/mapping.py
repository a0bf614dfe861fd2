"""Pins for the pages' maps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import current_app

from hub_finder import words
from hub_finder.area import current_area
from hub_finder.directory.cards import AnyPlace, AnyService
from hub_finder.directory.places import Origin
from hub_finder.directory.search import SearchPage, first_place
from hub_finder.languages import _
from hub_finder.models.services import Location, Precision, Service
from hub_finder.said import said_bare
from hub_finder.web import csp_nonce, page_url, service_url

if TYPE_CHECKING:
    from hub_finder.maps import MapParts, Pin


def map_of_results(page: SearchPage) -> "MapParts":
    """The results of one page, numbered as in the list, with the place searched from."""
    pins = [
        _pin(
            result.service,
            result.location,
            number=result.number,
            distance=words.miles(result.distance_m, round_water=result.round_water),
        )
        for result in page.results
        if result.location
    ]
    return _draw(pins, _origin_pin(page.query.origin) if page.query.origin else None)


def map_of_services(services: Sequence[Service]) -> "MapParts | None":
    """Listings without numbers; None when none of them has a point."""
    placed = ((service, first_place(service)) for service in services)
    pins = [_pin(service, location) for service, location in placed if location]
    return _draw(pins, None) if pins else None


def map_of_places(service: Service) -> "MapParts | None":
    """The places of one listing, numbered as on its page if there are several; None when none has a point."""
    placed = [
        (number, location) for number, location in enumerate(service.places, start=1) if location.latitude is not None
    ]
    if len(service.places) < 2:
        pins = [_pin(service, location) for _, location in placed]
    else:
        pins = [_place_pin(service, location, number) for number, location in placed]
    return _draw(pins, None) if pins else None


def map_of_point(title: str, point: tuple[float, float]) -> "MapParts":
    """One pin by itself, for who puts it where it belongs."""
    from hub_finder.maps import Pin

    latitude, longitude = point
    pin = Pin(
        number=None,
        title=title,
        url="",
        latitude=latitude,
        longitude=longitude,
        shape="community",
        label="",
        approximate=False,
    )
    return _draw([pin], None)


def _draw(pins: Sequence["Pin"], origin: "Pin | None") -> "MapParts":
    from hub_finder.maps import draw_map  # folium takes half a second to import: the first map pays, not the start

    config = current_app.config
    return draw_map(
        pins,
        area=current_area(),
        basemap_url=page_url("finder.show_basemap"),
        origin=origin,
        nonce=csp_nonce(),
        static_url=lambda name: page_url("static", filename=name),
        tile_url=config["HUB_TILE_URL"],
        tile_attribution=config["HUB_TILE_ATTRIBUTION"],
        tile_max_zoom=int(config["HUB_TILE_MAX_ZOOM"]),
    )


def _pin(service: AnyService, location: AnyPlace, *, number: int | None = None, distance: str = "") -> "Pin":
    from hub_finder.maps import Pin

    kind = current_area().kinds[service.kind]
    return Pin(
        number=number,
        title=service.name,
        url=service_url(service.slug),
        latitude=location.latitude or 0.0,
        longitude=location.longitude or 0.0,
        shape=kind.shape,
        label=f"{said_bare(kind.label)}, {distance}" if distance else said_bare(kind.label),
        approximate=location.precision != Precision.EXACT,
    )


def _place_pin(service: Service, location: Location, number: int) -> "Pin":
    name = words.where(service, location)
    return replace(
        _pin(service, location, number=number), title=location.name or name, url=f"#place-{number}", label=name
    )


def _origin_pin(origin: Origin) -> "Pin":
    from hub_finder.maps import Pin

    return Pin(
        number=None,
        title=_("You") if origin.kind == "point" else origin.label,
        url="",
        latitude=origin.latitude,
        longitude=origin.longitude,
        shape="origin",
        label=_("You searched from here"),
        approximate=origin.approximate,
    )
