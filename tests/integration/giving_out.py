"""A few listings as other directories read them: one with everything, one without a place, one far away."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import Catalogue

FULL = {
    "name": "Acorn toddler group",
    "alternate_names": "Little Oaks|The Acorns",
    "former_names": "Saplings",
    "summary": "Play, songs and a hot drink.",
    "kind": "early_years",
    "needs": "sleep|food",
    "organisation": "Oak Trust",
    "organisation_description": "A small charity.",
    "organisation_website": "https://oak.example/",
    "delivery": "in_person|phone",
    "location_name": "Oak Hall",
    "address_1": "1 High Street",
    "address_2": "Old Town",
    "city": "Oakham Green",
    "state_province": "Fairshire",
    "postal_code": "FA1 1AA",
    "country": "GB",
    "latitude": "52.1",
    "longitude": "-1.2",
    "location_precision": "postcode",
    "location_accessibility": "A ramp at the back.",
    "service_area": "council:E09999001|national",
    "phone": "01632 960123",
    "email": "a@oak.example",
    "website": "https://acorn.example/",
    "contact_name": "Jo Elm",
    "contact_role": "Leader",
    "contact_phone": "01632 960124",
    "contact_email": "jo@oak.example",
    "min_age": "0",
    "max_age": "4",
    "ages_note": "Older brothers and sisters are welcome.",
    "eligibility": "Anyone",
    "cost": "paid",
    "cost_note": "£2 a family.",
    "cost_option": "A family",
    "cost_amount": "2.00",
    "referral": "self",
    "referral_note": "Just come.",
    "referral_url": "https://acorn.example/refer",
    "referral_phone": "01632 960125",
    "referral_consent": "A parent has to agree.",
    "wait_time": "About six weeks.",
    "wait_time_date": "2026-09",
    "languages": "en|pl",
    "accessibility": "Step free",
    "schedule": "WEEKLY TU,TH 09:30-11:00 term from 2026-09-08|ONCE 2026-12-20 10:00-12:00",
    "schedule_note": "Doors open at 9:15am.",
    "booking_for": "Easter club",
    "booking_from": "2027-04-05",
    "booking_to": "2027-04-09",
    "booking_url": "https://acorn.example/easter",
    "booking_food": "yes",
    "alert": "Use the side door.",
    "attributes": "funding=The Oak Fund|accreditations=Gold",
    "source_title": "Oak Trust",
    "source_url": "https://oak.example/about",
    "source_date": "2026-04",
    "confidence": "high",
    "caution": "Ring first.",
}


def add_town(catalogue: Catalogue) -> None:
    catalogue.add_places()
    catalogue.add({"location_name": "Elm Hall", "city": "Elm", "schedule": "MONTHLY 1SA 10:00-12:00"}, **FULL)
    catalogue.add(name="Birch helpline", delivery="phone", service_area="national", phone="01632 960999")
    far = {"latitude": "52.3", "longitude": "-1.2", "location_precision": "exact", "city": "Cedar"}
    catalogue.add(name="Cedar club", min_age="11", max_age="18", needs="", **far)


def read(client: FlaskClient, address: str) -> Any:
    response = client.get(f"/api/v3{address}")
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def names(client: FlaskClient, address: str) -> list[str]:
    return [one["name"] for one in read(client, address)["contents"]]


def next_of(response: TestResponse) -> str:
    """The address of the next page that an answer names; blank where it names none."""
    found = re.search(r'<([^>]+)>; rel="next"', response.headers.get("Link", ""))
    return found[1] if found else ""
