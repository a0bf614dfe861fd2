"""How families say what they need: the phrases that are stored, and whether they changed.

People keep them (`phrases`), so they may change while the app runs, by any process: ask for `read_stamp`.
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Select, select, text

from hub_finder.database import begin_writing
from hub_finder.directory.stamps import Stamp, forget_stamps, noted_stamps, read_stamps
from hub_finder.directory.text import words
from hub_finder.extensions import db
from hub_finder.models.services import Need
from hub_finder.models.thesaurus import Phrase

# Both databases know this form of it. Whoever comes second waits for the first one's commit, also for the first row.
_RAISE = text(
    """INSERT INTO thesaurus (id, epoch, version) VALUES (1, :epoch, 1)
    ON CONFLICT (id) DO UPDATE SET version = thesaurus.version + 1 RETURNING version"""
)


class Wording(NamedTuple):
    """A phrase as people write it down: the need's slug, the words, and what kind of words they are."""

    need: str
    text: str
    kind: str


def key_of(text: str) -> str:
    """What is read of a phrase: its words, without case, accents and marks."""
    return " ".join(words(text))


def read_stamp(*, anew: bool = False) -> Stamp:
    """The state that the phrases are in; of a database that never had any, version 0.

    Unless asked `anew`, as it was when the transaction first read the index: that saves a query.
    """
    session = db.session()
    return (read_stamps(session.connection()) if anew else noted_stamps(session)).of_phrases


def raise_version() -> int:
    """The version of the change that follows. Nobody else changes phrases until the transaction ends.

    What is read of the phrases after this holds.
    """
    forget_stamps(db.session())
    begin_writing(db.session.connection())
    version: int = db.session.execute(_RAISE, {"epoch": uuid4().hex}).scalar_one()
    return version


def find_changed(*, since: int) -> Mapping[int, Wording | None]:
    """The phrases that changed after a version, by number; None for one that is gone."""
    statement = select(Phrase.id, Need.slug, Phrase.text, Phrase.kind, Phrase.removed).join(Phrase.need)
    wanted = Phrase.version > since if since else ~Phrase.removed
    rows = db.session.execute(statement.where(wanted).order_by(Phrase.id))
    return {number: None if removed else Wording(*said) for number, *said, removed in rows}


def wordings() -> Select[str, str, str]:
    """Every phrase that counts, as the columns of a file, in the file's order: by need, then as they came in."""
    statement = select(Need.slug, Phrase.text, Phrase.kind).join(Phrase.need).where(~Phrase.removed)
    return statement.order_by(Need.position, Phrase.id)


def find_wordings() -> list[Wording]:
    """Every phrase that counts, by need, then as they came in."""
    return [Wording(*row) for row in db.session.execute(wordings())]
