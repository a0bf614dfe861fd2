"""One service of an Open Referral UK feed, of version 1.0 or 3.0, as rows of text under our columns.

Nothing is guessed: what our columns cannot say exactly is kept in words, in a note or an attribute.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from hub_finder.area import Area
from hub_finder.importers.feed_places import PointOf, read_locality, read_places
from hub_finder.importers.feed_prices import read_prices
from hub_finder.importers.feed_terms import Areas, Terms, language_code
from hub_finder.importers.feed_times import read_times
from hub_finder.importers.feed_values import (
    ItemReader,
    Json,
    attribute,
    day_or_none,
    once_each,
    phone_or_blank,
    pieces,
    sentences,
    uuid_or_blank,
    web_address,
)
from hub_finder.importers.own_columns import read_own_rows

State = Literal["running", "closed for now", "ended"]
Cells = dict[str, str]
STATES: dict[str, State] = {
    "": "running",
    "active": "running",
    "temporarily closed": "closed for now",
    "inactive": "ended",
    "defunct": "ended",
}
OTHER_KIND = "other"
LONGEST_ALERT = 500
MAX_AGE = 120
# Their address would put people in danger, whatever a feed publishes.
_REFUGE = re.compile(r"\brefuges?\b", re.IGNORECASE)
_DELIVERY = {
    **dict.fromkeys(("venue", "in person", "in-person", "face to face"), "in_person"),
    **dict.fromkeys(("phone", "telephone", "by phone"), "phone"),
    **dict.fromkeys(("online", "virtual", "video call"), "online"),
    **dict.fromkeys(("home visit", "home visits", "at home"), "home_visit"),
}
# Facts that have no column of their own.
_KEPT = ("accreditations", "licenses", "deliverable_type", "interpretation_services")
# Fields of a service that are read, or that say nothing to families.
_READ = {
    *("id", "name", "alternate_name", "description", "url", "email", "status", "fees", "fees_description"),
    *("minimum_age", "maximum_age", "eligibility_description", "eligibilitys", "application_process", "wait_time"),
    *("attending_access", "attending_type", "alert", "assured_date", "last_modified", "organization"),
    *("schedules", "regular_schedules", "holiday_schedules", "service_areas", "service_at_locations", "languages"),
    *("cost_options", "contacts", "phones", "attributes", "service_taxonomys", "funding", "fundings", *_KEPT),
    *("organization_id", "program_id", "assurer_email", "reviews", "metadata", "links"),
}


@dataclass(kw_only=True)
class Mapped:
    """A service as rows, without the `id` that it has here; `problems` are (field, value, reason)."""

    uid: str
    uuid: str
    state: State
    rows: list[Cells]
    problems: list[tuple[str, str, str]]
    notes: list[str]
    unknown_terms: list[tuple[str, str]] = field(default_factory=list)
    unknown_fields: list[str] = field(default_factory=list)
    assured_on: date | None = None
    modified_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Mapper:
    """What is needed beside the service itself: the feed's name and address, and what our words are."""

    name: str
    address: str
    area: Area
    terms: Terms
    areas: Areas
    today: date
    point_of: PointOf
    organisation: Callable[[str], Json | None]

    def map(self, item: Json) -> Mapped:
        """The service as rows of text; what cannot be taken is among the problems."""
        reader = ItemReader()
        given = reader.text(item, "id")
        uid = uuid_or_blank(given) or given
        if not uid or len(uid) > 200:
            reader.refuse("id", uid, "must be there, with at most 200 characters")
        if "unread" in item:
            reader.refuse("id", uid, f"is in the list, but its own page cannot be read: {item['unread']}")
        status = reader.text(item, "status").lower()
        if status not in STATES:
            reader.refuse("status", status, f"must be one of {', '.join(filter(None, STATES))}")
        mapped = Mapped(
            uid=uid,
            uuid=uuid_or_blank(uid) or str(uuid5(NAMESPACE_URL, f"{self.address}/services/{uid}")),
            state=STATES.get(status, "running"),
            rows=[],
            problems=reader.problems,
            notes=reader.notes,
            unknown_fields=[name for name in item if name not in _READ],
            assured_on=day_or_none(reader.text(item, "assured_date")),
            modified_on=day_or_none(reader.text(item, "last_modified")),
        )
        if not reader.problems:
            mapped.rows = read_own_rows(reader, item)
            if not mapped.rows:
                self._fill(reader, item, mapped)
        return mapped

    def _fill(self, reader: ItemReader, item: Json, mapped: Mapped) -> None:
        attributes = [attribute(name, text) for name in _KEPT if (text := reader.text(item, name))]
        for one in reader.many(item, "funding", "fundings"):
            attributes += [attribute("funding", text)] if (text := reader.text(one, "source")) else []
        first: Cells = {"uuid": mapped.uuid, "confidence": "medium"}
        first |= _names(reader, item) | self._organisation(reader, item) | _ages(reader, item)
        first |= self._terms(reader, item, mapped, attributes) | self._areas(reader, item, attributes)
        first |= _languages(reader, item, attributes)
        price, options = read_prices(reader, item, self.today)
        places, place_attributes = read_places(reader, item, self.point_of)
        words = _times(reader, item, places)
        first |= price | {"schedule_note": words, "locality": read_locality(places, self.area)}
        first["delivery"] = _delivery(reader, item, places)
        contacts, phone_attributes = _contacts(reader, item, first)
        if _REFUGE.search(f"{first['name']} {first.get('organisation', '')}") or first.get("sensitive"):
            first |= {"sensitive": "yes", "locality": ""}
            times = [{"schedule": place["schedule"]} for place in places if place.get("schedule")]
            if len(times) < len(places) or any("city" in place for place in places):
                reader.notes.append("its address is left out: it may be a refuge")
            places, place_attributes = times, []
        first["attributes"] = once_each([*attributes, *place_attributes, *phone_attributes])
        # Its address is for programs, and would mean nothing to a family.
        source = [{"source_title": self.name}]
        groups = (places, contacts, options, _alerts(reader, item, mapped.state, self.today), source)
        mapped.rows = [first, *({} for _ in range(max(map(len, groups)) - 1))]
        for group in groups:
            for row, cells in zip(mapped.rows, group, strict=False):
                row |= cells

    def _organisation(self, reader: ItemReader, item: Json) -> Cells:
        given = next(reader.many(item, "organization"), None)
        if given is None:
            given = self.organisation(reader.text(item, "organization_id")) or {}
        return {
            "organisation": reader.text(given, "name"),
            "organisation_uuid": uuid_or_blank(reader.text(given, "id")),
            "organisation_description": reader.text(given, "description"),
            "organisation_website": web_address(reader.text(given, "website", "url")),
        }

    def _terms(self, reader: ItemReader, item: Json, mapped: Mapped, attributes: list[str]) -> Cells:
        found = self.terms.sort(_terms_of(reader, item))
        mapped.unknown_terms = found.unknown
        attributes += [attribute(taxonomy or "term", term) for taxonomy, term in found.words]
        return {
            "needs": "|".join(found.needs),
            "kind": next(iter(found.kinds), OTHER_KIND),
            "sensitive": "yes" if found.sensitive else "",
        }

    def _areas(self, reader: ItemReader, item: Json, attributes: list[str]) -> Cells:
        scopes = []
        for one in reader.many(item, "service_areas"):
            texts = [reader.text(one, name) for name in ("uri", "extent", "service_area", "name")]
            scope = self.areas.scope(*texts)
            scopes += [scope] if scope else []
            if not scope:
                # The outline of an area, as coordinates, says nothing to a family.
                words = [text for text in (texts[2], texts[3]) if text and not text.startswith("{")]
                attributes += [attribute("covers", text) for text in dict.fromkeys(words)]
        return {"service_area": "|".join(dict.fromkeys(scopes))}


def _names(reader: ItemReader, item: Json) -> Cells:
    application = sentences(reader.text(item, "application_process"), reader.text(item, "attending_access"))
    return {
        "name": reader.text(item, "name"),
        "alternate_names": once_each([reader.text(item, "alternate_name")]),
        "summary": reader.text(item, "description"),
        "website": web_address(reader.text(item, "url")),
        "email": reader.text(item, "email").lower(),
        "referral_note": application,
        "wait_time": reader.text(item, "wait_time"),
    }


def _ages(reader: ItemReader, item: Json) -> Cells:
    """Whole years; what is no such age stays in words."""
    several = [item, *reader.many(item, "eligibilitys")]
    found: dict[str, list[str]] = {"minimum_age": [], "maximum_age": []}
    words = [reader.text(item, "eligibility_description")]
    for one in several:
        words += [reader.text(one, "eligibility")]
        for name, ages in found.items():
            number = reader.number(one, name)
            ages += [f"{number:f}"] if number is not None else []
    youngest, oldest = (sorted(map(float, found[name])) for name in found)
    low = youngest[0] if youngest else None
    # Where one group has no oldest age there is none for all of them.
    groups = [one for one in several if one.get("minimum_age") is not None or one.get("maximum_age") is not None]
    high = oldest[-1] if oldest and len(oldest) == len(groups) else None
    cells = {"eligibility": sentences(*words)}
    whole = all(one is None or (one == int(one) and 0 <= one <= MAX_AGE) for one in (low, high))
    if whole and (low is None or high is None or low <= high):
        cells |= {"min_age": "" if low is None else f"{low:.0f}", "max_age": "" if high is None else f"{high:.0f}"}
        return cells
    said = [f"{word} {', '.join(ages)}" for word, ages in zip(("From", "To"), found.values(), strict=True) if ages]
    reader.notes.append(f"its ages are kept in words: {', '.join(said)}")
    return cells | {"ages_note": f"{', '.join(said)} (as given)."}


def _terms_of(reader: ItemReader, item: Json) -> Iterable[tuple[str, str]]:
    for link in reader.many(item, "attributes"):
        for term in reader.many(link, "taxonomy_term"):
            taxonomy = reader.text(term, "taxonomy") or _nested_name(reader, term, "taxonomy_detail")
            if name := reader.text(term, "name", "term"):
                yield taxonomy, name
    for link in reader.many(item, "service_taxonomys"):
        for term in reader.many(link, "taxonomy"):
            if name := reader.text(term, "name", "id"):
                yield reader.text(term, "vocabulary"), name


def _nested_name(reader: ItemReader, source: Json, name: str) -> str:
    return next((reader.text(one, "name") for one in reader.many(source, name)), "")


def _languages(reader: ItemReader, item: Json, attributes: list[str]) -> Cells:
    codes = []
    for one in reader.many(item, "languages"):
        texts = [text for name in ("code", "language", "name") if (text := reader.text(one, name))]
        code = next((code for text in texts if (code := language_code(text))), "")
        codes += [code] if code else []
        attributes += [attribute("language", texts[0])] if texts and not code else []
    return {"languages": "|".join(dict.fromkeys(codes))}


def _times(reader: ItemReader, item: Json, places: list[Cells]) -> str:
    """Put each schedule that can be read to its place; returns all others in words."""
    by_link = {place.pop("link"): place for place in places if "link" in place}
    words: list[str] = []
    nowhere: list[str] = []
    for link in reader.many(item, "service_at_locations"):
        place = by_link.get(reader.text(link, "id"))
        there = reader.many(link, "schedules", "regular_schedule", "regular_schedules")
        words += [_put_time(reader, schedule, place, nowhere) for schedule in there]
    for schedule in reader.many(item, "schedules", "regular_schedules"):
        place = by_link.get(reader.text(schedule, "service_at_location_id"))
        words.append(_put_time(reader, schedule, place, nowhere))
    words += [_holiday(reader, holiday) for holiday in reader.many(item, "holiday_schedules")]
    if nowhere:
        places.append({"schedule": "|".join(dict.fromkeys(nowhere))})
    return sentences(*words)


def _holiday(reader: ItemReader, holiday: Json) -> str:
    """Other hours of some days, in words; days on which it is closed are an alert."""
    if holiday.get("closed") is True:
        return ""
    names = (("start_date", "From"), ("end_date", "to"), ("opens_at", "open from"), ("closes_at", "until"))
    told = [f"{word} {text}" for name, word in names if (text := reader.text(holiday, name))]
    return " ".join([*told, reader.text(holiday, "description")])


def _put_time(reader: ItemReader, schedule: Json, place: Cells | None, nowhere: list[str]) -> str:
    entry, words = read_times(reader, schedule)
    if entry and place is not None:
        place["schedule"] = "|".join(dict.fromkeys([*filter(None, place.get("schedule", "").split("|")), entry]))
    elif entry:
        nowhere.append(entry)
    return words


def _delivery(reader: ItemReader, item: Json, places: list[Cells]) -> str:
    ways = ["in_person"] if any(len(place) > ("schedule" in place) for place in places) else []
    for link in reader.many(item, "service_at_locations"):
        for place in reader.many(link, "location"):
            ways += ["online"] if reader.text(place, "location_type").lower() == "virtual" else []
    said = [item, *reader.many(item, "schedules")]
    ways += [_DELIVERY.get(reader.text(one, "attending_type").lower(), "") for one in said]
    return "|".join(dict.fromkeys(way for way in ways if way))


def _contacts(reader: ItemReader, item: Json, first: Cells) -> tuple[list[Cells], list[str]]:
    """Rows of contacts, and facts of theirs that are no number. The first number of all becomes the service's."""
    rows, attributes = [], []
    links = list(reader.many(item, "service_at_locations"))
    places = [place for link in links for place in reader.many(link, "location")]
    nobody = [{"phones": one.get("phones")} for one in (item, *links, *places)]
    people = [contact for one in (item, *links, *places) for contact in reader.many(one, "contacts")]
    for contact in (*nobody, *people):
        who = {
            "contact_name": reader.text(contact, "name"),
            "contact_role": reader.text(contact, "title"),
            "contact_email": reader.text(contact, "email").lower(),
        }
        numbers = []
        for phone in reader.many(contact, "phones"):
            given = reader.text(phone, "number")
            number = phone_or_blank(given)
            numbers += [number] if number and number not in numbers else []
            attributes += [attribute("phone", given)] if given and not number else []
            note = reader.text(phone, "description")
            attributes += [attribute("about the phone", note)] if note else []
        rows += [{**who, "contact_phone": number} for number in numbers or [""]]
    phones = [row["contact_phone"] for row in rows if row["contact_phone"]]
    first["phone"] = phones[0] if phones else ""
    for row in rows:
        if row["contact_phone"] == first["phone"]:
            row["contact_phone"] = ""
    told = [{name: text for name, text in row.items() if text} for row in rows]
    return [row for number, row in enumerate(told) if row and row not in told[:number]], attributes


def _alerts(reader: ItemReader, item: Json, state: State, today: date) -> list[Cells]:
    text = reader.text(item, "alert")
    alerts: list[Cells] = [{"alert": piece} for piece in pieces(text, LONGEST_ALERT)]
    if state == "closed for now":
        alerts = alerts or [{"alert": "Temporarily closed."}]
        alerts[0]["alert_closed"] = "yes"
    for holiday in reader.many(item, "holiday_schedules"):
        start, end = (day_or_none(reader.text(holiday, name)) for name in ("start_date", "end_date"))
        if holiday.get("closed") is True and start and end and start <= end and end >= today:
            closed = {"alert": "Closed.", "alert_closed": "yes", "alert_from": str(start), "alert_to": str(end)}
            alerts.append(closed)
    return alerts
