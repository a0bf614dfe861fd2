"""Open Referral UK 1.0 as this site gives it: parameters and objects. What is not stated is left out."""

from collections.abc import Mapping, Sequence

from hub_finder.api.described_answers import DAY, FLAG, NUMBER, TEXT, UID, WHOLE, Json, a_list, closed, one_of, ref
from hub_finder.api.described_parameters import PARAMETERS, asked
from hub_finder.api.described_profile import ADDRESS_FIELDS, HOURS, ID, ORGANISATION, STATUSES, URI
from hub_finder.api.open_referral_first import MOST_SETS, TERMS_OF
from hub_finder.open_referral.first_version import ATTENDING, FIELDS, HANGING


def _several(about: str, items: Json) -> Json:
    schema = {"type": "array", "items": items, "maxItems": MOST_SETS}
    return {"description": about, "schema": schema, "style": "form", "explode": True}


def _as_sets(name: str) -> Json:
    """A parameter of 3.0 that may be given more than once here, as often as those that go with it."""
    told = PARAMETERS[name]
    return _several(f"{told['description']} Several sets: any of them.", told["schema"])


PARAMETERS_OF_SERVICES: Mapping[str, Json] = {
    "text": PARAMETERS["search"],
    **{name: PARAMETERS[name] for name in ("page", "per_page", "after")},
    "include": _several("Fields to tell besides.", {"type": "string", "enum": [*FIELDS, *HANGING]}),
    "taxonomy_id": _several("With this term, or one below it: its id. Several: with all of them.", TEXT),
    "vocabulary": _several("With any term of this taxonomy, or with the term of it: its name or id.", TEXT),
    "taxonomy_type": _several("What the term is said of: here always service.", one_of(TERMS_OF)),
    **{name: PARAMETERS[name] for name in ("minimum_age", "maximum_age")},
    **{name: _as_sets(name) for name in ("day", "start_time", "end_time")},
    "coverage": PARAMETERS["postcode"],
    **{name: PARAMETERS[name] for name in ("postcode", "proximity")},
}
_TIMES = closed(
    ID,
    optional={
        **dict.fromkeys(("valid_from", "valid_to", "dtstart"), DAY),
        **dict.fromkeys(("opens_at", "closes_at"), HOURS),
        "byday": TEXT,
        "freq": one_of(("WEEKLY", "MONTHLY")),
        "interval": WHOLE,
        "description": TEXT,
    },
)
_PLACE = closed(
    ID,
    optional={
        "name": TEXT,
        **dict.fromkeys(("latitude", "longitude"), NUMBER),
        "physical_addresses": a_list(closed(ADDRESS_FIELDS, optional={"region": TEXT})),
        "accessibility_for_disabilities": a_list(closed({**ID, "accessibility": TEXT})),
    },
)
_HANGING: Mapping[str, Json] = {
    "contacts": a_list(
        closed(ID, optional={"name": TEXT, "title": TEXT, "phones": a_list(closed({**ID, "number": TEXT}))})
    ),
    "cost_options": a_list(closed(ID, optional={"option": TEXT, "amount": NUMBER})),
    "eligibilitys": a_list(closed(ID, optional=dict.fromkeys(("minimum_age", "maximum_age"), NUMBER))),
    "fundings": a_list(closed({**ID, "source": TEXT})),
    "holiday_schedules": a_list(closed({**ID, "closed": FLAG, "start_date": DAY, "end_date": DAY})),
    "languages": a_list(closed({**ID, "language": TEXT})),
    "regular_schedules": a_list(_TIMES),
    "service_areas": a_list(closed({**ID, "service_area": TEXT}, optional={"extent": TEXT, "uri": URI})),
    "service_at_locations": a_list(closed({**ID, "location": _PLACE}, optional={"regular_schedule": a_list(_TIMES)})),
    "service_taxonomys": a_list(
        closed({**ID, "taxonomy": closed({"id": UID, "name": TEXT, "vocabulary": TEXT})}),
    ),
}
SCHEMAS: Mapping[str, Json] = {
    "FirstService": closed(
        {**ID, "name": TEXT, "status": one_of(STATUSES), "organization": closed(ORGANISATION, optional={"url": TEXT})},
        optional={
            **dict.fromkeys(("description", "url", "email", "fees", "accreditations"), TEXT),
            "assured_date": DAY,
            "attending_type": one_of(tuple(ATTENDING.values())),
            "attending_access": one_of(("referral",)),
            **_HANGING,
        },
    ),
    "FirstPage": closed(
        {
            **dict.fromkeys(("totalElements", "totalPages", "number", "size"), WHOLE),
            **dict.fromkeys(("first", "last", "empty"), FLAG),
            "content": a_list(ref("FirstService")),
        }
    ),
}


def parameters() -> Sequence[Json]:
    return [asked(name, told) for name, told in PARAMETERS_OF_SERVICES.items()]
