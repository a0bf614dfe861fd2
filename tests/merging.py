"""Short ways to merge listings in tests."""

from typing import Any

from sqlalchemy import select

from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.listings import Vocabulary, rows_of
from hub_finder.directory.merging import Preview, Undone, merge, preview_merge, undo_merge
from hub_finder.directory.records import listing_of
from hub_finder.extensions import db
from hub_finder.models.services import Service
from tests.factories import Catalogue

HALL = {"city": "Oakham Green", "address_1": "1 High Street", "postal_code": "FA1 1AA"}


def stored(slug: str) -> Service:
    return db.session.scalars(select(Service).where(Service.slug == slug)).one()


def rows(slug: str) -> list[dict[str, str]]:
    return rows_of(listing_of(stored(slug)))


class Merging:
    """Merges and parts listings of the made-up area by their slugs, without a commit."""

    def __init__(self, catalogue: Catalogue) -> None:
        area, self.needs = catalogue.area, {need.slug: need for need in find_needs()}
        self.vocabulary = Vocabulary(needs=self.needs, kinds=area.kinds, localities=area.localities)

    def preview(self, keep: str, lose: str, **choices: str) -> Preview:
        return preview_merge(stored(keep), stored(lose), choices, vocabulary=self.vocabulary)

    def merge(self, keep: str, lose: str, actor: str = "Ann", **choices: str) -> Preview:
        given: dict[str, Any] = {"needs": self.needs, "vocabulary": self.vocabulary, "actor": actor}
        return merge(stored(keep), stored(lose), choices, **given)

    def undo(self, lose: str) -> Undone:
        return undo_merge(stored(lose), needs=self.needs, vocabulary=self.vocabulary, actor="Bo")
