"""The values that a listing may name today, of the needs that are stored and the area served."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.listings import Vocabulary
from hub_finder.extensions import db
from hub_finder.models.services import Need


class Term(NamedTuple):
    """A term of the needs vocabulary, for what only reads it: a stored `Need` takes ten times as long to load."""

    slug: str
    label: str
    group: str
    covers: str
    for_send: bool
    for_pregnancy: bool


def find_terms() -> Sequence[Term]:
    """The needs vocabulary, in its own order. One query a transaction, so that it is right in every process at once."""
    session = db.session()
    terms: Sequence[Term]
    read_in, terms = session.info.get("terms", (None, ()))
    if read_in is None or read_in is not session.get_transaction():
        terms = tuple(Term(*row) for row in session.execute(_TERMS))
        session.info["terms"] = session.get_transaction(), terms
    return terms


_NEEDS = Need.__table__
_TERMS = select(*(_NEEDS.c[name] for name in Term._fields)).order_by(_NEEDS.c.position)


def load_vocabulary(area: Area) -> tuple[Mapping[str, Need], Vocabulary]:
    """The needs by slug, in their order, and all values that a listing may name."""
    needs = {need.slug: need for need in find_needs()}
    return needs, Vocabulary(needs=needs.keys(), kinds=area.kinds.keys(), localities=area.localities.keys())
