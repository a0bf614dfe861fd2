"""Finding an organisation by what its people type: its name or a listing's, with slips; its charity number or website.

So that what is here already is changed, and not listed twice.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process
from sqlalchemy import Text, cast, func, or_, select

from hub_finder.directory.catalogue import IS_KNOWN
from hub_finder.directory.likeness import website_key
from hub_finder.directory.text import words
from hub_finder.extensions import db
from hub_finder.models.services import Organisation, Service, Status

LONGEST = 200
MOST = 8
MOST_LISTINGS = 12
# How alike two names are, of 100, before one is shown for the other.
LEAST_LIKENESS = 82
# What a name counts, of a whole one, that holds all words of the other.
HELD = 0.94
# Of England and Wales, of Scotland, of Northern Ireland; with the number of a subsidiary.
_CHARITY = re.compile(
    r"(?:charity\s*(?:(?:no\.?|number)\s*)?(?::\s*)?)?((?:SC|NIC)?\d{6,7})(?:-\d+)?", re.IGNORECASE | re.ASCII
)
_WEBSITE = re.compile(r"(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)(?:/\S*)?", re.IGNORECASE | re.ASCII)
# Thousands have their page there, so the host alone says nothing.
_SHARED_HOSTS = ("facebook.com", "instagram.com", "sites.google.com", "linktr.ee", "eventbrite.co.uk", "x.com")
_MEANT = {"st": "saint", "sts": "saints", "mt": "mount", "assn": "association", "assoc": "association", "utd": "united"}
_SAYS_NOTHING = frozenset(("the", "and", "of", "ltd", "limited", "cic", "cio", "plc", "charity"))


@dataclass(frozen=True, kw_only=True)
class Found:
    """An organisation with those of its listings that have a page; `more` are how many others it has."""

    organisation: Organisation
    services: Sequence[Service]
    more: int = 0


def find_organisations(text: str) -> list[Found]:
    """The organisations that a text may mean, the likeliest first, at most MOST; none that has no listing to see."""
    typed = text.strip()[:LONGEST]
    if not typed or "\0" in typed:
        return []
    if number := _CHARITY.fullmatch(typed):
        ids = _with_charity_number(number[1].upper())
    elif _WEBSITE.fullmatch(typed):
        ids = _with_website(typed) or _named_like(typed)
    else:
        ids = _named_like(typed)
    return _load(ids)


@lru_cache(maxsize=200_000)
def key_of(name: str) -> str:
    """What a name comes down to when it is compared: "St. Mary's" and "The Saint Marys" are both "saint marys"."""
    said = [_MEANT.get(word, word) for word in words(name)]
    return " ".join([word for word in said if word not in _SAYS_NOTHING] or said)


def _named_like(text: str) -> list[int]:
    """Organisations by id whose own name, or that of one of their listings, is like a text."""
    wanted = key_of(text)
    if not wanted:
        return []
    names: dict[str, set[int]] = defaultdict(set)
    own: set[str] = set()
    for id_, name in db.session.execute(select(Organisation.id, Organisation.name)):
        names[key_of(name)].add(id_)
        own.add(key_of(name))
    # As text: nearly all of them hold none, and to read forty thousand empty lists takes longer than all the rest.
    others = [cast(column, Text) for column in (Service.alternate_names, Service.former_names)]
    listed = select(Service.organisation_id, Service.name, *others).where(IS_KNOWN)
    for id_, name, *further in db.session.execute(listed):
        for one in (name, *(other for several in further if several != "[]" for other in json.loads(several))):
            names[key_of(one)].add(id_)
    alike = _find_alike(wanted, list(names))
    # Of two that are as like, the organisation's own name counts for more.
    ranked = sorted(alike, key=lambda name: (-alike[name], name not in own, name))
    return list(dict.fromkeys(id_ for name in ranked for id_ in sorted(names[name])))[:MOST]


def _find_alike(wanted: str, names: Sequence[str]) -> dict[str, float]:
    """The names that are like one, with how much, of 100. One that holds all words of the other is less like it than
    the same name."""
    found: dict[str, float] = {}
    for scorer, counts in ((fuzz.ratio, 1.0), (fuzz.token_sort_ratio, 1.0), (fuzz.token_set_ratio, HELD)):
        least = LEAST_LIKENESS / counts
        for name, score, _at in process.extract(wanted, names, scorer=scorer, score_cutoff=least, limit=5 * MOST):
            found[name] = max(found.get(name, 0), score * counts)
    return found


def _with_charity_number(number: str) -> list[int]:
    """Organisations whose listings, or whose own words, name this number as a charity's."""
    attributes = func.upper(cast(Service.attributes, Text)).contains(number, autoescape=True)
    described = func.upper(Organisation.description).contains(number, autoescape=True)
    statement = select(Organisation.id, Organisation.description, Service.attributes).join(
        Service, Service.organisation_id == Organisation.id
    )
    found = db.session.execute(statement.where(IS_KNOWN, or_(attributes, described)).order_by(Organisation.name))
    alone = re.compile(rf"(?<!\d){number}(?!\d)", re.IGNORECASE | re.ASCII)
    said = (
        (id_, [description or "", *(one for one in of_listing if "charity" in one.casefold())])
        for id_, description, of_listing in found
    )
    return list(dict.fromkeys(id_ for id_, texts in said if any(map(alone.search, texts))))[:MOST]


def _with_website(text: str) -> list[int]:
    """Organisations that have this website, or a listing with it."""
    key = website_key(text if "//" in text else f"https://{text}")
    host = key.partition("/")[0]
    by_page = host in _SHARED_HOSTS
    asked = key if by_page else host
    here = [func.lower(one).contains(asked, autoescape=True) for one in (Organisation.website, Service.website)]
    statement = select(Organisation.id, Organisation.website, Service.website).join(
        Service, Service.organisation_id == Organisation.id
    )
    found = db.session.execute(statement.where(IS_KNOWN, or_(*here)).order_by(Organisation.name))
    return list(
        dict.fromkeys(id_ for id_, *sites in found if any(_is_at(site, asked, by_page) for site in sites if site))
    )[:MOST]


def _is_at(site: str, asked: str, by_page: bool) -> bool:
    key = website_key(site)
    return (key if by_page else key.partition("/")[0]) == asked


def _load(ids: Sequence[int]) -> list[Found]:
    if not ids:
        return []
    organisations = {one.id: one for one in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    of_each: Mapping[int, list[Service]] = defaultdict(list)
    listed = select(Service).where(Service.organisation_id.in_(ids), IS_KNOWN, Service.status != Status.RETIRED)
    for service in db.session.scalars(listed.order_by(Service.name, Service.slug)):
        of_each[service.organisation_id].append(service)
    return [
        Found(
            organisation=organisations[id_],
            services=of_each[id_][:MOST_LISTINGS],
            more=max(0, len(of_each[id_]) - MOST_LISTINGS),
        )
        for id_ in ids
        if of_each[id_]
    ]
