"""Slugs: what a listing is called in addresses."""

import re
import unicodedata
from itertools import count

from sqlalchemy import select

from hub_finder.directory.columns import COLUMNS
from hub_finder.extensions import db
from hub_finder.models.services import Service

LONGEST_SLUG = COLUMNS["id"]
_NUMBER_ROOM = len("-99999")


def slug_of(name: str) -> str:
    """A name as a slug, "" when it has no letter or number of ours."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ").replace("’", "").replace("'", ""))
    ascii_only = plain.encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", ascii_only))[:LONGEST_SLUG].strip("-")


def free_slug(name: str) -> str:
    """A slug for a new listing of this name that no stored listing has: "toddler-group", "toddler-group-2" …"""
    wanted = slug_of(name)[: LONGEST_SLUG - _NUMBER_ROOM].strip("-") or "listing"
    taken = set(db.session.scalars(select(Service.slug).where(Service.slug.startswith(wanted, autoescape=True))))
    return next(slug for number in count(1) if (slug := wanted if number == 1 else f"{wanted}-{number}") not in taken)
