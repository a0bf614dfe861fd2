"""What the answers hold, as schemas: each object with all its names, and no other."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, get_args

from hub_finder.directory.facets import FacetName
from hub_finder.directory.freshness import State
from hub_finder.directory.origins import OriginKind
from hub_finder.models.feeds import Health
from hub_finder.models.services import Confidence, Cost, Coverage, Delivery, Places, Precision, Referral, Status

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
FLAG: Json = {"type": "boolean"}
UID: Json = {"type": "string", "format": "uuid"}
DAY: Json = {"type": "string", "format": "date"}
MOMENT: Json = {"type": "string", "format": "date-time"}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def a_list(of: Json) -> Json:
    return {"type": "array", "items": of}


def maybe(schema: Json) -> Json:
    """That, or null: not stated."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def one_of(values: type[StrEnum] | tuple[str, ...]) -> Json:
    return {"type": "string", "enum": [str(value) for value in values]}


def closed(properties: Mapping[str, Json], *, optional: Mapping[str, Json] | None = None) -> Json:
    """An object with all of these names, perhaps some of the optional ones, and no other."""
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


SLUG_AND_NAME = closed({"slug": TEXT, "name": TEXT})
COST = {"state": one_of(Cost), "note": maybe(TEXT)}
OPENING: Mapping[str, Json] = {
    "when": maybe(TEXT),
    "open_now": maybe(closed({"closes_at": maybe(MOMENT)})),
    "next_session": maybe(MOMENT),
}
SUMMARY: Mapping[str, Json] = {
    "slug": TEXT,
    "uuid": UID,
    "name": TEXT,
    "former_names": a_list(TEXT),
    "kind": TEXT,
    "organisation": TEXT,
    "summary": maybe(TEXT),
    "needs": a_list(TEXT),
    "locality": maybe(TEXT),
    "ages": closed({"min": maybe(WHOLE), "max": maybe(WHOLE), "stated": FLAG}),
    "eligibility": maybe(TEXT),
    "languages": a_list(closed({"code": TEXT, "name": maybe(TEXT)})),
    "cost": closed(COST),
    "alerts": a_list(closed({"text": TEXT, "closed": FLAG, "from": maybe(DAY), "to": maybe(DAY)})),
    "phone": maybe(TEXT),
    "website": maybe(TEXT),
    "checked_on": maybe(DAY),
    "freshness": one_of(get_args(State)),
}
FEED: Mapping[str, Json] = {"name": TEXT, "health": maybe(one_of(Health)), "read_on": maybe(DAY), "failing": FLAG}
RESULT: Mapping[str, Json] = {
    **SUMMARY,
    **OPENING,
    "number": maybe(WHOLE),
    "distance_m": maybe(WHOLE),
    "round_water": FLAG,
    "latitude": maybe(NUMBER),
    "longitude": maybe(NUMBER),
    "approximate": FLAG,
    "places": WHOLE,
    "outside_area": FLAG,
    "why": a_list(TEXT),
    "fits": {"type": "object", "additionalProperties": {"type": ["boolean", "null"]}},
    "feeds": a_list(closed(FEED)),
}
PLACE: Mapping[str, Json] = {
    "uuid": UID,
    **{name: maybe(TEXT) for name in ("name", "address_1", "address_2", "city", "state_province", "postal_code")},
    "country": maybe(TEXT),
    "latitude": maybe(NUMBER),
    "longitude": maybe(NUMBER),
    "precision": one_of(Precision),
    "accessibility": maybe(TEXT),
    "schedule": maybe(TEXT),
    "next_session": maybe(MOMENT),
}
QUERY: Mapping[str, Json] = {
    "q": TEXT,
    "postcode": maybe(TEXT),
    **{name: a_list(TEXT) for name in ("need", "age", "kind", "locality", "access", "language", "day")},
    "within": maybe(NUMBER),
    "send": FLAG,
    **{name: maybe(TEXT) for name in ("cost", "referral", "border", "time", "when", "sort")},
    "on": maybe(DAY),
}
ORIGIN = closed(
    {
        "kind": one_of(get_args(OriginKind)),
        "label": TEXT,
        "latitude": NUMBER,
        "longitude": NUMBER,
        "approximate": FLAG,
        "council": maybe(TEXT),
        "in_area": FLAG,
        "locality": maybe(TEXT),
        "notes": a_list(TEXT),
    },
    optional={"terminated": FLAG, "terminated_on": maybe(TEXT), "corrected_from": TEXT},
)
FACETS = closed({}, optional={name: a_list(ref("Facet")) for name in get_args(FacetName)})
SERVICE: Mapping[str, Json] = {
    **SUMMARY,
    **OPENING,
    "status": one_of(Status),
    "alternate_names": a_list(TEXT),
    "organisation_details": closed({"uuid": UID, "name": TEXT, "description": maybe(TEXT), "website": maybe(TEXT)}),
    "delivery": a_list(one_of(Delivery)),
    "sensitive": FLAG,
    "places": a_list(closed(PLACE)),
    "service_areas": a_list(closed({"scope": one_of(Coverage), "value": maybe(TEXT)})),
    "ages_note": maybe(TEXT),
    "email": maybe(TEXT),
    "contacts": a_list(closed({name: maybe(TEXT) for name in ("name", "role", "phone", "email")})),
    "cost": closed({**COST, "options": a_list(closed({"option": maybe(TEXT), "amount": maybe(NUMBER)}))}),
    "referral": closed(
        {
            "state": one_of(Referral),
            **{name: maybe(TEXT) for name in ("note", "url", "phone", "consent", "wait_time", "wait_time_date")},
        }
    ),
    "confidential": maybe(FLAG),
    "accessibility": maybe(TEXT),
    "times": closed({"stated": a_list(TEXT), "schedule": maybe(TEXT), "note": maybe(TEXT)}),
    "bookings": a_list(
        closed(
            {
                "for": TEXT,
                "from": maybe(DAY),
                "to": maybe(DAY),
                "url": maybe(TEXT),
                "free_for": maybe(TEXT),
                "food": maybe(FLAG),
                "places": maybe(one_of(Places)),
            }
        )
    ),
    "caution": maybe(TEXT),
    "picture": maybe(closed({"path": TEXT, "small": TEXT, "description": maybe(TEXT)})),
    "related": a_list(SLUG_AND_NAME),
    "attributes": a_list(closed({"name": TEXT, "value": TEXT})),
    "changed_on": maybe(DAY),
    "confidence": maybe(one_of(Confidence)),
    "sources": a_list(closed({"title": TEXT, "url": maybe(TEXT), "date": maybe(TEXT)})),
    "feeds": a_list(closed({**FEED, "followed": FLAG})),
}
POINT = closed({"type": {"const": "Point"}, "coordinates": {**a_list(NUMBER), "minItems": 2, "maxItems": 2}})
SCHEMAS: Mapping[str, Json] = {
    "Error": closed(
        {"error": TEXT, "message": TEXT, "status": WHOLE, "title": TEXT, "detail": TEXT},
        optional={"parameter": TEXT, "suggestions": a_list(TEXT)},
    ),
    "Facet": closed({"value": TEXT, "label": TEXT, "count": WHOLE}),
    "Origin": ORIGIN,
    "Result": closed(RESULT),
    "SearchPage": closed(
        {
            "query": closed(QUERY),
            "origin": maybe(ref("Origin")),
            **dict.fromkeys(("total", "page", "per_page", "pages", "total_without_a_place"), WHOLE),
            "within_miles": maybe(NUMBER),
            "widened_to_miles": maybe(NUMBER),
            "results": a_list(ref("Result")),
            "without_a_place": a_list(ref("Result")),
            "facets": FACETS,
        }
    ),
    "Features": closed({"type": {"const": "FeatureCollection"}, "features": a_list(ref("Feature"))}),
    "Feature": closed(
        {
            "type": {"const": "Feature"},
            "id": TEXT,
            "geometry": {"anyOf": [POINT, {"type": "null"}]},
            "properties": closed({**RESULT, "url": {"type": "string", "format": "uri"}}),
        }
    ),
    "PlaceFeatures": closed({"type": {"const": "FeatureCollection"}, "features": a_list(ref("PlaceFeature"))}),
    "PlaceFeature": closed(
        {
            "type": {"const": "Feature"},
            "id": UID,
            "geometry": {"anyOf": [POINT, {"type": "null"}]},
            "properties": closed(
                {**SUMMARY, **OPENING, "url": {"type": "string", "format": "uri"}, "place": maybe(ref("Place"))}
            ),
        }
    ),
    "Place": closed(PLACE),
    "Needs": closed(
        {
            "q": TEXT,
            "urgent": maybe(closed({"kind": TEXT, "message": TEXT})),
            "needs": a_list(closed({"need": TEXT, "label": TEXT, "score": NUMBER, "matched": a_list(TEXT)})),
        },
        optional={"suggestions": a_list(closed({"text": TEXT, "kind": one_of(("need", "listing"))}))},
    ),
    "Listing": closed(SERVICE),
}
