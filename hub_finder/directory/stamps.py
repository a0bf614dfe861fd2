"""Whether something has changed since it was read into memory, in one query: of the index, phrases and postcodes."""

from functools import lru_cache
from typing import NamedTuple, cast

from sqlalchemy import BigInteger, Connection, Dialect, literal, select, union_all
from sqlalchemy.orm import Session

from hub_finder.models.places import POSTCODES, Dataset
from hub_finder.models.search import SearchChange, SearchClock
from hub_finder.models.thesaurus import Thesaurus
from hub_finder.routing import kept, reading

_STAMPS = union_all(
    select(literal("of_index").label("of"), SearchClock.epoch, SearchClock.number, SearchChange.batch).outerjoin(
        SearchChange, SearchChange.number == SearchClock.number
    ),
    select(literal("of_phrases"), Thesaurus.epoch, Thesaurus.version, literal(None, BigInteger)),
    select(literal("of_postcodes"), Dataset.fingerprint, literal(0), literal(None, BigInteger)).where(
        Dataset.name == POSTCODES
    ),
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
    # They have no versions: their epoch tells what they were loaded from.
    of_postcodes: Stamp = Stamp("", 0)

    def is_before(self, other: "Stamps") -> bool:
        """Whether anything is in an earlier state than there: versions grow from one filling to the next."""
        return any(mine.version < theirs.version for mine, theirs in zip(self, other, strict=True))


def read_stamps(connection: Connection) -> Stamps:
    """The states that there are now, in one query."""
    rows = connection.exec_driver_sql(_sql(connection.dialect)).all()
    return Stamps(**{of: Stamp(epoch, number, mark) for of, epoch, number, mark in rows})


@lru_cache(maxsize=100)
def _sql(dialect: Dialect) -> str:
    """As text: every request asks it, and SQLAlchemy takes longer to put it together than the database to answer."""
    return str(_STAMPS.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def note_stamps(session: Session) -> Stamps:
    """The same, kept for those who ask again: see `routing.kept`."""
    stamps = noted_stamps(session)
    kept(session)[_NOTED] = stamps
    return stamps


def noted_stamps(session: Session) -> Stamps:
    """The states as they were noted, or else as they are now."""
    if stamps := kept(session).get(_NOTED):
        return cast("Stamps", stamps)
    with reading(session) as connection:
        return read_stamps(connection)


def forget_stamps(session: Session) -> None:
    """What was noted holds no more."""
    kept(session).pop(_NOTED, None)
