"""The objects of Open Referral UK as this site gives them: what is not stated is left out, and nothing else stands."""

from collections.abc import Mapping

from hub_finder.api.described_answers import (
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    UID,
    WHOLE,
    Json,
    a_list,
    closed,
    one_of,
    ref,
)

URI: Json = {"type": "string", "format": "uri"}
HOURS: Json = {"type": "string", "pattern": r"^\d\d:\d\d$"}
ID: Mapping[str, Json] = {"id": UID}
STATUSES = ("active", "inactive", "defunct", "temporarily closed")
SERVICE_FIELDS: Mapping[str, Json] = {
    **dict.fromkeys(("description", "url", "email", "fees", "accreditations", "alert"), TEXT),
    "minimum_age": NUMBER,
    "maximum_age": NUMBER,
    "assured_date": DAY,
}
# With each service, wherever it stands.
SERVICE: Mapping[str, Json] = {**ID, "name": TEXT, "status": one_of(STATUSES), "last_modified": MOMENT}
HANGING: Mapping[str, Json] = {
    "schedules": a_list(ref("Schedule")),
    "service_areas": a_list(ref("ServiceArea")),
    "languages": a_list(closed(ID)),
    "funding": a_list(closed({**ID, "source": TEXT})),
    "cost_options": a_list(closed(ID, optional={"option": TEXT, "amount": NUMBER})),
    "contacts": a_list(closed(ID, optional={"name": TEXT, "title": TEXT})),
    "attributes": a_list(closed({**ID, "link_type": TEXT, "taxonomy_term": ref("TaxonomyTerm")})),
}
WITH_ORGANISATION: Mapping[str, Json] = {**SERVICE, "organization": ref("OrganizationInService")}
ORGANISATION: Mapping[str, Json] = {**ID, "name": TEXT, "description": TEXT}
TAXONOMY: Mapping[str, Json] = {**ID, "name": TEXT, "description": TEXT, "version": TEXT}
IN_A_LIST: Mapping[str, Json] = {"name": TEXT, "latitude": NUMBER, "longitude": NUMBER}
ADDRESS_FIELDS: Mapping[str, Json] = {
    **ID,
    **dict.fromkeys(("address_1", "city", "state_province", "postal_code", "country"), TEXT),
}
ADDRESS = closed({**ADDRESS_FIELDS, "address_type": TEXT}, optional={"region": TEXT})
SCHEMAS: Mapping[str, Json] = {
    "ServiceInList": closed(WITH_ORGANISATION, optional=SERVICE_FIELDS),
    "Service": closed(
        WITH_ORGANISATION,
        optional={**SERVICE_FIELDS, **HANGING, "service_at_locations": a_list(ref("PlaceOfService"))},
    ),
    "ServiceMinimal": closed({**ID, "modified_date": MOMENT}),
    "ServiceOfOrganization": closed(SERVICE, optional=SERVICE_FIELDS),
    "Schedule": closed(
        ID,
        optional={
            "service_at_location_id": UID,
            **dict.fromkeys(("valid_from", "valid_to", "dtstart"), DAY),
            "freq": one_of(("WEEKLY", "MONTHLY")),
            "interval": WHOLE,
            "byday": TEXT,
            "description": TEXT,
            "opens_at": HOURS,
            "closes_at": HOURS,
        },
    ),
    "ServiceArea": closed({**ID, "name": TEXT}, optional={"extent": TEXT, "extent_type": TEXT, "uri": URI}),
    "Location": closed(
        {**ID, "location_type": {"const": "physical"}},
        optional={
            **IN_A_LIST,
            "addresses": a_list(ADDRESS),
            "accessibility": a_list(closed({**ID, "description": TEXT})),
        },
    ),
    "LocationInList": closed({**ID, "location_type": {"const": "physical"}}, optional=IN_A_LIST),
    "PlaceOfService": closed({**ID, "location": ref("Location")}),
    "ServiceAtLocationInList": closed({**ID, "location": ref("LocationInList"), "service": ref("ServiceInList")}),
    "ServiceAtLocation": closed({**ID, "location": ref("Location"), "service": ref("Service")}),
    "OrganizationInService": closed(ORGANISATION, optional={"website": TEXT}),
    "Organization": closed(
        ORGANISATION,
        optional={
            "website": TEXT,
            "services": a_list({"anyOf": [ref("ServiceOfOrganization"), ref("Service")]}),
        },
    ),
    "Taxonomy": closed(TAXONOMY),
    "TaxonomyWithTerms": closed({**TAXONOMY, "taxonomy_terms": a_list(ref("TaxonomyTerm"))}),
    "TaxonomyTerm": closed(
        {**ORGANISATION, "taxonomy": TEXT, "taxonomy_id": UID},
        optional={"parent_id": UID, "term_uri": URI},
    ),
    "Version": closed({"version": TEXT, "profile": URI, "openapi_url": URI}),
}


def page_of(*kinds: str) -> Json:
    """A page of objects of some kinds, in its wrapper."""
    items = ref(kinds[0]) if len(kinds) == 1 else {"anyOf": [ref(kind) for kind in kinds]}
    return closed(
        {
            **dict.fromkeys(("total_items", "total_pages", "page_number", "size"), WHOLE),
            **dict.fromkeys(("first_page", "last_page", "empty"), FLAG),
            "contents": a_list(items),
        }
    )
