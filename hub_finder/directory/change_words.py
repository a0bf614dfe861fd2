"""What was done to a listing, in words for everybody: which facts changed, never what somebody wrote about them."""

from collections.abc import Iterable, Mapping

from hub_finder.directory.history import Step
from hub_finder.languages import _, marked_
from hub_finder.models.history import EventKind

# What is said of the facts that families know, and the columns that hold them. What stands in none is other details.
FACTS: Mapping[str, tuple[str, ...]] = {
    marked_("We changed the name."): ("name", "alternate_names", "former_names"),
    marked_("We changed who runs it."): ("organisation", "organisation_description", "organisation_website"),
    marked_("We changed what it is."): ("kind", "summary", "needs"),
    marked_("We changed how it is given."): ("delivery",),
    marked_("We changed the place."): (
        *("location_name", "address_1", "address_2", "city", "state_province", "postal_code", "country"),
        *("latitude", "longitude", "location_precision", "sensitive"),
    ),
    marked_("We changed the area it covers."): ("locality", "service_area"),
    marked_("We changed phone, email or website."): (
        *("phone", "email", "website", "contact_name", "contact_role", "contact_phone", "contact_email"),
    ),
    marked_("We changed the ages."): ("min_age", "max_age", "ages_note"),
    marked_("We changed who may come."): ("eligibility",),
    marked_("We changed the price."): ("cost", "cost_note", "cost_option", "cost_amount"),
    marked_("We changed how to start."): (
        *("referral", "referral_note", "referral_url", "referral_phone", "referral_consent"),
    ),
    marked_("We changed how long you may wait."): ("wait_time", "wait_time_date"),
    marked_("We changed whether a parent is told."): ("confidential",),
    marked_("We changed the languages."): ("languages",),
    marked_("We changed the picture."): ("picture", "picture_description"),
    marked_("We changed getting in and taking part."): ("accessibility", "location_accessibility"),
    marked_("We changed the times."): ("schedule", "schedule_note"),
    marked_("We changed what can be booked."): (
        *("booking_for", "booking_from", "booking_to", "booking_url", "booking_free_for", "booking_food"),
        "booking_places",
    ),
    marked_("We changed a notice."): ("alert", "alert_closed", "alert_from", "alert_to"),
    marked_("We changed how sure we are."): ("confidence", "caution", "source_title", "source_url", "source_date"),
}
OTHER = marked_("We changed other details.")
_FACT_OF = {column: fact for fact, columns in FACTS.items() for column in columns}
MOVED = {
    EventKind.PAUSED: marked_("We marked it as paused for now."),
    EventKind.RETIRED: marked_("We took it out. It has ended."),
    EventKind.RETURNED: marked_("We show it again."),
    EventKind.MERGED: marked_("We put two listings together that were one."),
    EventKind.UNMERGED: marked_("We parted two listings that were not one."),
}


def told(steps: Iterable[Step]) -> list[str]:
    """What the steps did, a sentence for each kind of thing: "We changed the times."."""
    steps = list(steps)
    changed = {_FACT_OF.get(column, OTHER) for step in steps for column, _before, _after in step.changes}
    moved = {EventKind(step.event.kind) for step in steps}
    said = [*(sentence for kind, sentence in MOVED.items() if kind in moved)]
    said += [sentence for sentence in (*FACTS, OTHER) if sentence in changed]
    return [_(sentence) for sentence in said]
