"""A made-up listing that fills everything, so that pages and answers can be looked at with all their parts."""

from datetime import date, timedelta

from hub_finder.directory.listings import Row
from tests.factories import Catalogue


def whole_listing(today: date, *, latitude: float = 52.1, longitude: float = -1.2) -> list[Row]:
    """The listing's rows: three places, alerts now and to come, dates to book that are over, full, open and unknown."""

    def day(days: int) -> str:
        return str(today + timedelta(days))

    first = {
        "id": "everything-group",
        "name": "The Everything Group",
        "alternate_names": "The Group",
        "former_names": "Zebra Club|The Yellow Room",
        "organisation": "Everything Trust",
        "organisation_description": "A small charity in the town.",
        "organisation_website": "https://trust.example/",
        "summary": "Play, talk and a hot meal.",
        "needs": "baby-toddler-groups|sleep|food",
        "delivery": "in_person|phone",
        "location_name": "Mill Hall",
        "address_1": "1 Mill Lane",
        "city": "Oakham Green",
        "postal_code": "FA1 1AA",
        "latitude": f"{latitude:.5f}",
        "longitude": f"{longitude:.5f}",
        "location_precision": "exact",
        "location_accessibility": "A ramp at the side.",
        "schedule": "WEEKLY TU 10:00-12:00 term|MONTHLY -1FR 18:00-20:00",
        "service_area": "council:E09999001",
        "phone": "01632 960123",
        "email": "hello@trust.example",
        "website": "https://group.example/",
        "contact_name": "Ann Quill",
        "contact_role": "Youth worker",
        "contact_phone": "01632 960124",
        "contact_email": "ann@trust.example",
        "min_age": "0",
        "max_age": "11",
        "ages_note": "Babies too.",
        "eligibility": "Families new to the village.",
        "cost": "paid",
        "cost_note": "£5 a family",
        "cost_option": "Each further child",
        "cost_amount": "2.50",
        "referral": "self",
        "referral_note": "Just turn up.",
        "referral_url": "https://group.example/refer",
        "referral_phone": "01632 960126",
        "referral_consent": "A parent has to sign the form.",
        "wait_time": "About six weeks.",
        "wait_time_date": "2026-09",
        "confidential": "yes",
        "languages": "en|pl|bfi",
        "accessibility": "A hearing loop.",
        "schedule_note": "Not in August.",
        "booking_for": "Summer weeks",
        "booking_from": day(-60),
        "booking_to": day(-30),
        "booking_url": "https://book.example/summer",
        "alert": "The lift is broken.",
        "alert_from": day(-5),
        "alert_to": day(5),
        "related": "sister-group|hidden-group|no-such-group",
        "attributes": "wifi=yes|room=The blue one",
        "source_title": "First leaflet",
        "source_url": "https://trust.example/leaflet",
        "source_date": "2026-05",
        "confidence": "high",
        "caution": "Ring first.",
    }
    further: list[dict[str, str]] = [
        {
            "location_name": "Library",
            "city": "Marlow Cross",
            "latitude": f"{latitude - 0.1:.5f}",
            "longitude": f"{longitude + 0.1:.5f}",
            "location_precision": "postcode",
            "schedule": "WEEKLY WE 14:00-16:00",
            "contact_role": "Out of hours",
            "contact_phone": "01632 960125",
            "cost_option": "Members",
            "booking_for": "Christmas week",
            "booking_from": day(25),
            "booking_to": day(28),
            "booking_url": "https://book.example/christmas",
            "booking_free_for": "Children on free school meals",
            "booking_food": "yes",
            "booking_places": "some",
            "alert": "Closed for a new floor.",
            "alert_closed": "yes",
            "alert_from": day(10),
            "alert_to": day(20),
            "source_title": "Second leaflet",
            "source_date": "2025",
        },
        {
            "location_name": "Church",
            "city": "Little Wending",
            "cost_option": "Under 2s",
            "cost_amount": "0.00",
            "booking_for": "New Year week",
            "booking_from": day(35),
            "booking_to": day(35),
            "booking_places": "full",
            "booking_food": "no",
            "alert": "An old notice.",
            "alert_to": day(-1),
        },
        {"schedule": "WEEKLY MO 09:00-09:30", "booking_for": "Some time in spring"},
    ]
    return [first, *({"id": "everything-group", **one} for one in further)]


def add_whole_listing(catalogue: Catalogue, today: date) -> None:
    """Add it, with the places of its area and the listing that it names as related."""
    catalogue.add_places()
    first, *further = whole_listing(today)
    catalogue.add(*further, **first)
    catalogue.add(id="sister-group", name="Sister Group")
