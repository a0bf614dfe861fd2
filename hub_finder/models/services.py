"""Listings: what is offered, by whom, where, when and for whom, after Open Referral's HSDS.

A blank is NULL or an empty list and means "not stated"; no column has a default that guesses.
"""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID, uuid5

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.languages import ENGLISH, lazy_, reading
from hub_finder.models.base import Base

# The ids that leave the system are UUIDs made from a stable name in here, unless a feed brought its own.
_IDS = UUID("6a1e1c0e-3c0c-4b5e-9d4f-0d5b8f6a2f11")
# Compared byte by byte on either database, so that both sort alike.
SLUG = String(80).with_variant(String(80, collation="C"), "postgresql")


class Labelled(StrEnum):
    """A stored value with the words that people read: those that families read are `lazy_`."""

    _label: object

    def __new__(cls, value: str, label: object = "") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member._label = label
        return member

    @property
    def label(self) -> str:
        """The words, in the language that is being read."""
        return str(self._label)

    @property
    def english(self) -> str:
        """The words that a listing's own text may begin with."""
        with reading(ENGLISH):
            return self.label


class Status(Labelled):
    PUBLISHED = "published", "Published"
    PAUSED = "paused", "Paused"
    MERGED = "merged", "Part of another listing"
    RETIRED = "retired", "No longer running"


class Cost(Labelled):
    FREE = "free", lazy_("Free")
    FREE_FOR_SOME = "free_for_some", lazy_("Free for some families")
    PAID = "paid", lazy_("There is a charge")
    NOT_STATED = "not_stated", lazy_("Price not stated")


class Referral(Labelled):
    SELF = "self", lazy_("You can contact them yourself")
    EITHER = "either", lazy_("Contact them yourself, or ask a professional to")
    PROFESSIONAL = "professional", lazy_("A professional needs to refer you")
    NOT_STATED = "not_stated", lazy_("How to start: not stated")


class Delivery(Labelled):
    IN_PERSON = "in_person", lazy_("In person")
    PHONE = "phone", lazy_("By phone")
    ONLINE = "online", lazy_("Online")
    HOME_VISIT = "home_visit", lazy_("At your home")


class Precision(Labelled):
    EXACT = "exact", "Exact"
    POSTCODE = "postcode", "To the postcode"
    PLACE = "place", "To the town or village only"
    NONE = "none", "Not stated"


class Confidence(Labelled):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Coverage(Labelled):
    NATIONAL = "national", "The whole country"
    COUNCIL = "council", "A council's area"
    LOCALITY = "locality", "A locality"
    OUTCODE = "outcode", "A postcode district"


class Places(Labelled):
    """How many places are left. None is unknown."""

    SOME = "some", lazy_("Places left")
    FULL = "full", lazy_("Full")


def derived_uid(table: str, key: str) -> str:
    """The id, in feeds, of a row that came without one: always the same for the same key."""
    return str(uuid5(_IDS, f"{table}:{key}"))


def at_location_uid(service_uid: str, location_uid: str) -> str:
    """The id, in feeds, of a service at one of its places."""
    return derived_uid("service_at_location", f"{service_uid}:{location_uid}")


class Need(Base):
    """A term of the needs vocabulary, in families' words."""

    __tablename__ = "need"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    group: Mapped[str] = mapped_column(String(120))
    start_for_life_service: Mapped[str] = mapped_column(String(200))
    covers: Mapped[str] = mapped_column(Text)
    for_send: Mapped[bool]
    for_pregnancy: Mapped[bool]
    # Pages about it do not say so in their title, which a browser shows and keeps.
    sensitive: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The kind of danger (urgent_kinds.csv) whose numbers stand first on its page; "" for none.
    danger: Mapped[str] = mapped_column(String(40), default="", server_default="")
    position: Mapped[int]


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), index=True, unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(String(2000))
    # Small changes by those who speak for it are published at once, and looked at afterwards.
    trusted: Mapped[bool] = mapped_column(default=False, server_default=false())


class Service(Base):
    """What is offered. `fingerprint` stands for all its facts: see `directory/listings.py`."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), index=True, unique=True)
    slug: Mapped[str] = mapped_column(SLUG, unique=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    alternate_names: Mapped[list[str]] = mapped_column(JSON)
    former_names: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    kind: Mapped[str] = mapped_column(String(40), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    summary: Mapped[str] = mapped_column(Text)
    delivery: Mapped[list[str]] = mapped_column(JSON)
    locality: Mapped[str | None] = mapped_column(String(80), index=True)
    # Its address would put people in danger: no place is ever kept.
    sensitive: Mapped[bool] = mapped_column(default=False, server_default=false())
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(2000))
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    ages_note: Mapped[str | None] = mapped_column(Text)
    eligibility: Mapped[str | None] = mapped_column(Text)
    cost: Mapped[str] = mapped_column(String(20))
    cost_note: Mapped[str | None] = mapped_column(Text)
    referral: Mapped[str] = mapped_column(String(20))
    referral_note: Mapped[str | None] = mapped_column(Text)
    referral_url: Mapped[str | None] = mapped_column(String(2000))
    referral_phone: Mapped[str | None] = mapped_column(String(40))
    referral_consent: Mapped[str | None] = mapped_column(Text)
    # As they said it, and when they did: a year, a month or a day. Open Referral's `wait_time`.
    wait_time: Mapped[str | None] = mapped_column(Text)
    wait_time_date: Mapped[str | None] = mapped_column(String(10))
    # Whether a young person can use it without a parent or carer being told. NULL is "not stated".
    confidential: Mapped[bool | None]
    languages: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    accessibility: Mapped[str | None] = mapped_column(Text)
    schedule_note: Mapped[str | None] = mapped_column(Text)
    related: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    attributes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    confidence: Mapped[str] = mapped_column(String(10))
    caution: Mapped[str | None] = mapped_column(Text)
    # When anything of it last changed here, its standing and its checks too: later with each commit, never the same
    # for two. See `directory/index.py`.
    modified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)
    # The hash of a stored picture, and what it shows in words: both or neither.
    picture: Mapped[str | None] = mapped_column(String(64), index=True)
    picture_description: Mapped[str | None] = mapped_column(String(300))
    # When the facts last changed here, which says nothing about their being right: that is a check.
    changed_on: Mapped[date | None]
    checked_on: Mapped[date | None]
    checked_by: Mapped[str | None] = mapped_column(String(80))
    # Since the last check.
    unreachable_times: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    merged_into: Mapped["Service | None"] = relationship(remote_side="Service.id")
    need_links: Mapped[list["ServiceNeed"]] = relationship(
        order_by="ServiceNeed.position", cascade="all, delete-orphan"
    )
    place_links: Mapped[list["ServiceAtLocation"]] = relationship(
        order_by="ServiceAtLocation.position", cascade="all, delete-orphan"
    )
    areas: Mapped[list["ServiceArea"]] = relationship(order_by="ServiceArea.id", cascade="all, delete-orphan")
    schedules: Mapped[list["Schedule"]] = relationship(order_by="Schedule.id", cascade="all, delete-orphan")
    contacts: Mapped[list["Contact"]] = relationship(order_by="Contact.id", cascade="all, delete-orphan")
    cost_options: Mapped[list["CostOption"]] = relationship(order_by="CostOption.id", cascade="all, delete-orphan")
    bookings: Mapped[list["Booking"]] = relationship(order_by="Booking.id", cascade="all, delete-orphan")
    alerts: Mapped[list["Alert"]] = relationship(order_by="Alert.id", cascade="all, delete-orphan")
    sources: Mapped[list["Source"]] = relationship(order_by="Source.id", cascade="all, delete-orphan")

    @property
    def needs(self) -> list[Need]:
        """What it helps with, the most important first."""
        return [link.need for link in self.need_links]

    @property
    def places(self) -> list["Location"]:
        """Where it is given, the main place first."""
        return [link.location for link in self.place_links]


class ServiceNeed(Base):
    __tablename__ = "service_need"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True, index=True)
    position: Mapped[int]

    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)


class Location(Base):
    """A place, shared by the services given there. It never changes: what is different is another location.

    `key` stands for all its facts. One whose point is not known (precision "none") is shown but takes no part in
    distances.
    """

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str | None] = mapped_column(String(200))
    address_1: Mapped[str | None] = mapped_column(String(200))
    address_2: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(120))
    state_province: Mapped[str | None] = mapped_column(String(120))
    postal_code: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(10))
    accessibility: Mapped[str | None] = mapped_column(Text)
    council: Mapped[str | None] = mapped_column(String(9))


class ServiceAtLocation(Base):
    """A service's places in order, the main one first."""

    __tablename__ = "service_at_location"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str | None] = mapped_column(String(36), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)

    location: Mapped[Location] = relationship(lazy="joined", innerjoin=True)


class ServiceArea(Base):
    """Who is covered: this is how a service without a place is matched to a family's postcode."""

    __tablename__ = "service_area"
    __table_args__ = (Index("ix_service_area_scope_value", "scope", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    scope: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(80))


class Schedule(Base):
    """One repeating pattern, or one date (freq ONCE), in local wall time; at one of the service's places, or at none.

    `byday` holds RFC 5545 days such as TU or, for months, 1SA; `except_dates` the dates, as text, when it is not on.
    """

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    # The position of the place among the service's.
    place: Mapped[int | None]
    freq: Mapped[str] = mapped_column(String(10))
    interval: Mapped[int]
    byday: Mapped[list[str]] = mapped_column(JSON)
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    when: Mapped[str | None] = mapped_column(String(10))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    except_dates: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")


class Source(Base):
    """Where a listing's facts were read. The date may be a year, a month or a day."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    title: Mapped[str | None] = mapped_column(String(300))
    url: Mapped[str | None] = mapped_column(String(2000))
    published: Mapped[str | None] = mapped_column(String(10))


class Contact(Base):
    """A further person or number to ask; the first ones stand on the service."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(120))
    role: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))


class CostOption(Base):
    """One price, in pounds, and what or whom it is for."""

    __tablename__ = "cost_option"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    option: Mapped[str | None] = mapped_column(String(200))
    amount_pence: Mapped[int | None]


class Booking(Base):
    """Places to book for a while, such as a week of holiday activities with food. NULL is "not stated" in all of it."""

    __tablename__ = "booking"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(120))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    url: Mapped[str | None] = mapped_column(String(2000))
    free_for: Mapped[str | None] = mapped_column(String(300))
    food: Mapped[bool | None]
    places: Mapped[str | None] = mapped_column(String(10))


class Alert(Base):
    """Something to know before going; `closed` when the service is closed for that time."""

    __tablename__ = "alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    closed: Mapped[bool]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
