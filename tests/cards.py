"""Every stored listing held against the facts and the card that are read of it."""

from dataclasses import fields, is_dataclass
from datetime import date, time
from typing import Any

from hub_finder.directory.cards import pack_card, unpack_card
from hub_finder.directory.catalogue import iterate_stored
from hub_finder.directory.facts import StoredFacts, read_facts
from hub_finder.directory.terms import Term
from hub_finder.directory.vocabulary import find_terms
from hub_finder.extensions import db
from hub_finder.models.services import Service

PARTS = ("places", "schedules", "alerts", "bookings")


def check_every_listing() -> int:
    """Check the facts and the card of each; returns how many there were."""
    needs = {need.slug: need for need in find_terms()}
    services = list(iterate_stored())
    read = {facts["id"]: facts for facts in read_facts(db.session)}
    assert list(read) == sorted(service.id for service in services)
    for service in services:
        facts = read[service.id]
        assert facts == _stored(service, facts)
        assert _differences(unpack_card(pack_card(facts), needs), service) == []
    return len(services)


def _stored(service: Service, facts: StoredFacts) -> dict[str, Any]:
    """The same facts, asked of the stored listing."""
    return {
        **{name: _plain(getattr(service, name)) for name in facts.keys() - PARTS},
        "organisation": service.organisation.name,
        "needs": [need.slug for need in service.needs],
        "areas": [[area.scope, area.value] for area in service.areas],
        **{
            part: [
                {name: _plain(getattr(one, name)) for name in read}
                for one, read in zip(getattr(service, part), facts[part], strict=True)
            ]
            for part in PARTS
        },
    }


def _plain(value: Any) -> Any:
    """A stored value as JSON has it."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def _differences(card: Any, stored: Any, name: str = "") -> list[tuple[str, Any, Any]]:
    """Where a card, or a part of it, says something else than what is stored."""
    if isinstance(card, Term):
        pairs = [(part, getattr(card, part), getattr(stored, part)) for part in Term._fields]
    elif is_dataclass(card):
        pairs = [(one.name, getattr(card, one.name), getattr(stored, one.name)) for one in fields(card) if one.init]
    elif isinstance(card, list | tuple) and len(card) == len(stored):
        pairs = [(name, *pair) for pair in zip(card, stored, strict=True)]
    else:
        return [] if card == stored else [(name, card, stored)]
    return [found for part, one, other in pairs for found in _differences(one, other, part)]
