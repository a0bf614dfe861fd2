"""The columns of a listing in staff's words: in which part of a page they stand, and how they are filled in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub_finder.area import Area
from hub_finder.directory.columns import COLUMNS, GROUPS, Group
from hub_finder.directory.listings import Row
from hub_finder.models.services import Confidence, Cost, Delivery, Labelled, Places, Precision, Referral

# From so many characters on, a box of several lines.
LONG = 300
# Given once and never changed here; see `editing.rows_of_draft` for the organisation's.
FIXED = ("id", "uuid", "organisation_uuid")
CHOICES: dict[str, type[Labelled]] = {
    "cost": Cost,
    "referral": Referral,
    "confidence": Confidence,
    "location_precision": Precision,
    "booking_places": Places,
}
YES = {"sensitive": ("yes",), "alert_closed": ("yes",), "booking_food": ("yes", "no"), "confidential": ("yes", "no")}


@dataclass(frozen=True)
class Section:
    """A part of the page: columns of which there is one each, or a group of which there may be several."""

    title: str
    columns: tuple[str, ...]
    group: Group | None = None
    one: str = ""


SECTIONS = (
    Section("What it is", ("name", "alternate_names", "former_names", "kind", "summary", "needs", "delivery")),
    Section("Who runs it", ("organisation", "organisation_description", "organisation_website")),
    Section("Who it is for", ("min_age", "max_age", "ages_note", "eligibility", "confidential", "languages")),
    Section(
        "How to start",
        (
            *("referral", "referral_note", "referral_url", "referral_phone", "referral_consent"),
            *("wait_time", "wait_time_date"),
        ),
    ),
    Section("Where", ("locality", "service_area", "accessibility", "sensitive")),
    Section("Places and their times", GROUPS["place"], "place", "place"),
    Section("Times in words", ("schedule_note",)),
    Section("What it costs", ("cost", "cost_note")),
    Section("Prices", GROUPS["cost_option"], "cost_option", "price"),
    Section("How to reach them", ("phone", "email", "website")),
    Section("Further contacts", GROUPS["contact"], "contact", "contact"),
    Section("Places to book", GROUPS["booking"], "booking", "booking"),
    Section("Notices", GROUPS["alert"], "alert", "notice"),
    Section("Sources", GROUPS["source"], "source", "source"),
    Section("Picture", ("picture", "picture_description")),
    Section("How sure we are", ("confidence", "caution")),
    Section("Links and other facts", ("related", "attributes")),
)
LABELS = {
    "id": "Slug",
    "uuid": "Id in feeds",
    "name": "Name",
    "alternate_names": "Other names",
    "former_names": "Former names",
    "kind": "Kind",
    "organisation": "Organisation",
    "organisation_uuid": "Organisation’s id in feeds",
    "organisation_description": "About the organisation",
    "organisation_website": "Organisation’s website",
    "summary": "Summary",
    "needs": "Needs",
    "delivery": "How it is given",
    "location_uuid": "Place’s id in feeds",
    "location_name": "Building or venue",
    "address_1": "Street",
    "address_2": "Part of town",
    "city": "Town or village",
    "state_province": "County",
    "postal_code": "Postcode",
    "country": "Country",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "location_precision": "How exact the point is",
    "location_accessibility": "Access at this place",
    "locality": "Locality",
    "service_area": "Area it covers",
    "sensitive": "Its address must stay secret",
    "phone": "Phone",
    "email": "Email",
    "website": "Website",
    "contact_name": "Contact’s name",
    "contact_role": "Contact’s role",
    "contact_phone": "Contact’s phone",
    "contact_email": "Contact’s email",
    "min_age": "Youngest age",
    "max_age": "Oldest age",
    "ages_note": "Ages in words",
    "eligibility": "Who may come",
    "cost": "Price",
    "cost_note": "Price in words",
    "cost_option": "What the price is for",
    "cost_amount": "Pounds",
    "referral": "How to start",
    "referral_note": "How to start, in words",
    "referral_url": "Referral form",
    "referral_phone": "Phone for referrals",
    "referral_consent": "Who has to agree",
    "wait_time": "Expected wait, as they say it",
    "wait_time_date": "When they said how long",
    "confidential": "Parents need not be told",
    "languages": "Languages",
    "accessibility": "Access",
    "schedule": "Times",
    "schedule_note": "Times in words",
    "booking_for": "What is booked",
    "booking_from": "First day",
    "booking_to": "Last day",
    "booking_url": "Where to book",
    "booking_free_for": "Who goes free",
    "booking_food": "Food is given",
    "booking_places": "Places left",
    "alert": "What to know",
    "alert_closed": "It is closed",
    "alert_from": "Notice starts on",
    "alert_to": "Notice ends on",
    "related": "Listings that go with it",
    "attributes": "Other facts",
    "source_title": "Who published it",
    "source_url": "Address of the source",
    "source_date": "Date of the source",
    "confidence": "How sure we are",
    "caution": "What is doubtful",
    "picture": "Picture",
    "picture_description": "What the picture shows",
}
_SEVERAL = "Put | between two of them."
_DAY = "Like 2026-04-28."
HINTS = {
    "alternate_names": _SEVERAL,
    "former_names": _SEVERAL,
    "needs": "Their short names, the most important first. " + _SEVERAL,
    "delivery": f"{', '.join(Delivery)}. {_SEVERAL}",
    "organisation": "Another name gives this listing to another organisation.",
    "organisation_description": "All listings of the organisation share this. Leaving it blank takes nothing away.",
    "organisation_website": "All listings of the organisation share this. Leaving it blank takes nothing away.",
    "confidential": "Only where the source says whether a young person’s parent or carer is told.",
    "languages": "Codes such as en, pl or uk. " + _SEVERAL,
    "service_area": "national, council:CODE, locality:SLUG or outcode:AB1. " + _SEVERAL,
    "sensitive": "A listing like this can hold no place.",
    "postal_code": "Like AB1 2CD.",
    "cost_amount": "Like 2.50.",
    "schedule": "Like WEEKLY WE 10:00-13:00 term. " + _SEVERAL,
    "booking_from": _DAY,
    "booking_to": _DAY,
    "alert_from": _DAY,
    "alert_to": _DAY,
    "related": "Their slugs. " + _SEVERAL,
    "attributes": "Written name=value. " + _SEVERAL,
    "referral_url": "The web page of the form. Nothing that is typed there comes here.",
    "referral_consent": "Only where the source says so.",
    "wait_time": "In their words, such as “about 12 weeks”. Leave it blank if nobody says.",
    **dict.fromkeys(("source_date", "wait_time_date"), "A year, a month or a day: 2025, 2025-04 or 2025-04-28."),
    "caution": "Families read this.",
    "picture_description": "Say what it shows, for people who cannot see it.",
}


def choices_of(column: str, area: Area) -> Mapping[str, str] | None:
    """The words for each value that a column takes, None where it is typed. "No point" is a blank."""
    if column in CHOICES:
        return {str(one): one.label for one in CHOICES[column] if one != Precision.NONE}
    if column in YES:
        return {value: value.capitalize() for value in YES[column]}
    if column == "kind":
        return {kind.slug: kind.label for kind in area.kinds.values()}
    return {place.slug: place.name for place in area.localities.values()} if column == "locality" else None


def is_long(column: str) -> bool:
    """Whether a cell may hold more than fits on a line. Web addresses have no spaces to break at."""
    return COLUMNS[column] >= LONG and not column.endswith(("website", "_url"))


def entries_of(rows: Sequence[Row], group: Group) -> list[dict[str, str]]:
    """What each row says of a group; rows that say nothing of it are left out. "No point" is a blank."""
    cells = ({name: row.get(name, "") for name in GROUPS[group]} for row in rows)
    known = ({name: "" if text == Precision.NONE else text for name, text in entry.items()} for entry in cells)
    return [entry for entry in known if says_something(entry)]


def says_something(entry: Mapping[str, str]) -> bool:
    """Whether any cell of a group is filled in."""
    return any(text.strip() for text in entry.values())


@dataclass(frozen=True)
class Told:
    """A part of a listing to read: (label, value) pairs of each entry, and the labels of what is blank."""

    title: str
    one: str
    entries: Sequence[Sequence[tuple[str, str]]]
    blank: Sequence[str]


def tell(rows: Sequence[Row], area: Area) -> Iterator[Told]:
    """All that a listing's rows say, in the order of SECTIONS."""
    for section in (Section("How it is named here", FIXED), *SECTIONS):
        entries = entries_of(rows, section.group) if section.group else [rows[0]]
        told = [
            [(LABELS[name], in_words(name, entry[name], area)) for name in section.columns if entry[name]]
            for entry in entries
        ]
        blank = [] if section.group else [LABELS[name] for name in section.columns if not rows[0][name]]
        yield Told(section.title, section.one, [entry for entry in told if entry], blank)


def in_words(column: str, text: str, area: Area) -> str:
    """The words for what a column says; a text that is typed is its own."""
    return (choices_of(column, area) or {}).get(text, text)
