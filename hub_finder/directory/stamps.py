"""Whether something has changed since it was read into memory: of the index and of the phrases, in one query."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, literal, select, union_all
from sqlalchemy.orm import Session

from hub_finder.models.search import SearchChange, SearchClock
from hub_finder.models.thesaurus import Thesaurus

_STAMPS = union_all(
    select(literal("of_index").label("of"), SearchClock.epoch, SearchClock.number, SearchChange.batch).outerjoin(
        SearchChange, SearchChange.number == SearchClock.number
    ),
    select(literal("of_phrases"), Thesaurus.epoch, Thesaurus.version, literal(None, BigInteger)),
)
_NOTED = "stamps"


class Stamp(NamedTuple):
    """A state: another epoch is another filling of the database, a higher version a later state of the same.

    `mark` was chosen by chance for the last change. Where a server was lost with its last changes, another one counts
    on with the same numbers, and other marks.
    """

    epoch: str
    version: int
    mark: int | None = None

    def is_before(self, other: "Stamp") -> bool:
        """Whether it is an earlier state of the same filling."""
        return self.epoch == other.epoch and self.version < other.version


class Stamps(NamedTuple):
    """What was never filled has version 0 of no epoch."""

    of_index: Stamp = Stamp("", 0)
    of_phrases: Stamp = Stamp("", 0)

    def is_before(self, other: "Stamps") -> bool:
        """Whether anything is in an earlier state than there: versions grow from one filling to the next."""
        return any(mine.version < theirs.version for mine, theirs in zip(self, other, strict=True))


def read_stamps(connection: Connection) -> Stamps:
    """The states that there are now, in one query."""
    return Stamps(**{of: Stamp(epoch, number, mark) for of, epoch, number, mark in connection.execute(_STAMPS)})


def note_stamps(session: Session) -> Stamps:
    """The same, kept for those who ask again in the same transaction."""
    stamps = noted_stamps(session)
    session.info[_NOTED] = session.get_transaction(), stamps
    return stamps


def noted_stamps(session: Session) -> Stamps:
    """The states as they were noted in this transaction, or else as they are now."""
    noted_in, stamps = session.info.get(_NOTED, (None, None))
    if isinstance(stamps, Stamps) and noted_in is session.get_transaction():
        return stamps
    return read_stamps(session.connection())


def forget_stamps(session: Session) -> None:
    """What was noted holds no more."""
    session.info.pop(_NOTED, None)
