"""What was done to a listing, in words for everybody: which facts changed, never what somebody wrote about them."""

from collections.abc import Iterable, Mapping

from hub_finder.directory.history import Step
from hub_finder.models.history import EventKind

# The facts that families know, by the columns that hold them. What stands in none is "other details".
FACTS: Mapping[str, tuple[str, ...]] = {
    "the name": ("name", "alternate_names", "former_names"),
    "who runs it": ("organisation", "organisation_description", "organisation_website"),
    "what it is": ("kind", "summary", "needs"),
    "how it is given": ("delivery",),
    "the place": (
        *("location_name", "address_1", "address_2", "city", "state_province", "postal_code", "country"),
        *("latitude", "longitude", "location_precision", "sensitive"),
    ),
    "the area it covers": ("locality", "service_area"),
    "phone, email or website": (
        *("phone", "email", "website", "contact_name", "contact_role", "contact_phone", "contact_email"),
    ),
    "the ages": ("min_age", "max_age", "ages_note"),
    "who may come": ("eligibility",),
    "the price": ("cost", "cost_note", "cost_option", "cost_amount"),
    "how to start": ("referral", "referral_note"),
    "whether a parent is told": ("confidential",),
    "the languages": ("languages",),
    "getting in and taking part": ("accessibility", "location_accessibility"),
    "the times": ("schedule", "schedule_note"),
    "what can be booked": (
        *("booking_for", "booking_from", "booking_to", "booking_url", "booking_free_for", "booking_food"),
        "booking_places",
    ),
    "a notice": ("alert", "alert_closed", "alert_from", "alert_to"),
    "how sure we are": ("confidence", "caution", "source_title", "source_url", "source_date"),
}
OTHER = "other details"
_FACT_OF = {column: fact for fact, columns in FACTS.items() for column in columns}
MOVED = {
    EventKind.PAUSED: "We marked it as paused for now.",
    EventKind.RETIRED: "We took it out. It has ended.",
    EventKind.RETURNED: "We show it again.",
    EventKind.MERGED: "We put two listings together that were one.",
    EventKind.UNMERGED: "We parted two listings that were not one.",
}


def told(steps: Iterable[Step]) -> list[str]:
    """What the steps did, a sentence for each kind of thing: "We changed the times."."""
    steps = list(steps)
    changed = {_FACT_OF.get(column, OTHER) for step in steps for column, _, _ in step.changes}
    moved = {EventKind(step.event.kind) for step in steps}
    sentences = [f"We changed {fact}." for fact in (*FACTS, OTHER) if fact in changed]
    return [*(sentence for kind, sentence in MOVED.items() if kind in moved), *sentences]
