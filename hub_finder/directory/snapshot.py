"""The index in memory: every process reads it at its start, and again what has changed since.

A snapshot never changes; a newer one takes its place. Listings that changed lie in a small second segment, and their
rows in the first do not count any more, until there are so many of them that all is read anew.
"""

import ctypes
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from hub_finder.database import reading_one_moment
from hub_finder.directory.cards import Card
from hub_finder.directory.collecting import without_collecting
from hub_finder.directory.lately import Lately
from hub_finder.directory.postings import Flags
from hub_finder.directory.segments import COLUMNS, Lexicons, Segment, build
from hub_finder.directory.stamps import Stamp, note_stamps, read_stamps
from hub_finder.directory.terms import Term
from hub_finder.directory.text import stems
from hub_finder.models.search import SearchChange, SearchEntry
from hub_finder.models.services import Need
from hub_finder.routing import engine_of

EXTENSION = "hub_search"
# As many changed listings are kept apart; a larger part of the whole than this is read with all the others.
MOST_APART = 1000
# The last word typed may not be typed to its end: from so many letters on, and so many words that begin so.
SHORTEST_BEGINNING, MOST_BEGINNINGS = 4, 40
# Cards that are kept in memory, 5 kB each.
MOST_CARDS = 16_000
# Rows that are fetched at once.
BATCH = 20_000

Entry = tuple[Any, ...]


@dataclass(frozen=True)
class Snapshot:
    """All listings of the index at one moment. `live` tells, for each segment, which of its rows count."""

    version: Stamp | None
    lexicons: Lexicons
    needs: Mapping[str, Term] = field(default_factory=dict)
    segments: tuple[Segment, ...] = ()
    live: tuple[Flags, ...] = ()
    apart: dict[int, Entry] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(int(live.sum()) for live in self.live)

    @property
    def parts(self) -> Sequence[tuple[Segment, Flags]]:
        """Each segment, with which of its rows count."""
        return list(zip(self.segments, self.live, strict=True))

    @cached_property
    def is_whole(self) -> bool:
        """Whether every row counts, as long as nothing has changed since all was read."""
        return all(live.all() for live in self.live)

    def with_changes(
        self, version: Stamp | None, changed: Iterable[Entry], needs: Mapping[str, Term], gone: Collection[int] = ()
    ) -> "Snapshot":
        """The snapshot with some listings added or taken anew, and others gone."""
        kept = {id_: entry for id_, entry in self.apart.items() if id_ not in gone}
        apart = kept | {entry[0]: entry for entry in changed}
        whole, alive = self.segments[0], self.live[0].copy()
        alive[whole.rows_of((*apart, *gone))] = False
        recent = build([list(apart.values())], self.lexicons)
        return Snapshot(version, self.lexicons, needs, (whole, recent), (alive, np.ones(len(recent), bool)), apart)

    @cached_property
    def cards(self) -> Lately[int, Card]:
        """Cards that were read since it was made, by listing. What changes later is in the next snapshot."""
        return Lately(MOST_CARDS)

    # ---- the vocabulary

    @cached_property
    def needs_by_stem(self) -> Mapping[str, Sequence[str]]:
        """The needs whose label or description holds a stem."""
        found: dict[str, list[str]] = defaultdict(list)
        for slug, need in self.needs.items():
            for term in set(stems(f"{need.label} {need.covers}")):
                found[term].append(slug)
        return found

    @cached_property
    def needs_for_send(self) -> Sequence[str]:
        return [slug for slug, need in self.needs.items() if need.for_send]

    @cached_property
    def needs_for_pregnancy(self) -> Sequence[str]:
        return [slug for slug, need in self.needs.items() if need.for_pregnancy]

    # ---- terms

    def tags_of(self, kind: str) -> Mapping[str, int]:
        """The tags that begin so, and their numbers."""
        if kind not in self._tags:
            self._tags[kind] = {tag: at for tag, at in self.lexicons.tags.items() if tag.startswith(kind)}
        return self._tags[kind]

    def numbers_of(self, kind: str) -> tuple[Sequence[str], NDArray[np.int64]]:
        """What follows the kind in each of these tags, and their numbers."""
        if kind not in self._numbers:
            tags = self.tags_of(kind)
            self._numbers[kind] = (
                [tag.removeprefix(kind) for tag in tags],
                np.fromiter(tags.values(), np.int64, len(tags)),
            )
        return self._numbers[kind]

    @cached_property
    def _numbers(self) -> dict[str, tuple[Sequence[str], NDArray[np.int64]]]:
        return {}

    @cached_property
    def _tags(self) -> dict[str, dict[str, int]]:
        return {}

    @cached_property
    def _stems_in_order(self) -> Sequence[str]:
        return sorted(self.lexicons.stems)

    def stems_meant(self, terms: Sequence[str]) -> list[list[int]]:
        """For each stem that is looked for, the numbers of those it may be: the last may be the beginning of others."""
        stems = self.lexicons.stems
        last = self._beginning_with(terms[-1]) if terms and len(terms[-1]) >= SHORTEST_BEGINNING else ()
        meant = [[term] for term in terms[:-1]] + ([list(dict.fromkeys((terms[-1], *last)))] if terms else [])
        return [[stems[stem] for stem in some if stem in stems] for some in meant]

    def _beginning_with(self, start: str) -> Sequence[str]:
        """Stems that begin so, in order."""
        first = bisect_left(self._stems_in_order, start)
        return [stem for stem in self._stems_in_order[first : first + MOST_BEGINNINGS] if stem.startswith(start)]

    @cached_property
    def known_words(self) -> Mapping[str, int]:
        """The words that listings hold, as written, and in how many each is."""
        counts = np.zeros(len(self.lexicons.words), np.int64)
        for segment in self.segments:
            counts[: len(segment.written)] += segment.written
        return dict(zip(self.lexicons.words, counts.tolist(), strict=False))


@dataclass
class _Holder:
    """What one app holds."""

    snapshot: Snapshot = field(default_factory=lambda: Snapshot(None, Lexicons.empty()))
    lock: Lock = field(default_factory=Lock)


def load(session: Session, *, pending: Collection[int] | None) -> Snapshot:
    """All that is committed; one query if nothing has changed.

    Unless it is None, with the vocabulary and the listings `pending` as they stand in the session.
    """
    holder: _Holder = current_app.extensions.setdefault(EXTENSION, _Holder())
    version = note_stamps(session).of_index
    # From here on only what is in hand: another thread, which asks another server, may put another state there.
    held = holder.snapshot
    if not held.segments or held.version != version:
        with holder.lock, reading_one_moment(engine_of(session)) as connection:
            held = holder.snapshot = _refreshed(holder.snapshot, connection)
    if pending is None:
        return held
    connection = session.connection()
    entries = [entry for batch in _read(connection, SearchEntry.service_id.in_(pending)) for entry in batch]
    with holder.lock:
        return held.with_changes(None, entries, _needs(connection), gone=pending)


def held_stamp() -> Stamp:
    """The state that this process has in memory; version 0 before it has read any."""
    holder: _Holder = current_app.extensions.setdefault(EXTENSION, _Holder())
    return holder.snapshot.version or Stamp("", 0)


def _refreshed(old: Snapshot, connection: Connection) -> Snapshot:
    version = read_stamps(connection).of_index
    if old.segments and old.version == version:
        return old
    if old.segments and old.version and old.version.is_before(version):
        numbers = SearchChange.number.between(old.version.version, version.version)
        found = select(SearchChange.batch, SearchChange.gone).where(numbers).order_by(SearchChange.number)
        rows: list[tuple[int | None, list[int] | None]] = [(batch, gone) for batch, gone in connection.execute(found)]
        known, *changes = rows or [(None, None)]
        changed = _read(connection, SearchEntry.batch.in_([batch for batch, _ in changes]), most=MOST_APART + 1)
        entries = [entry for batch in changed for entry in batch]
        # Else these changes follow others than ours.
        if known[0] == old.version.mark and len(entries) + len(old.apart) <= MOST_APART:
            gone = {id_ for _, some in changes for id_ in some or ()}
            return old.with_changes(version, entries, _needs(connection), gone)
    lexicons = Lexicons.empty()
    with without_collecting():
        segment = build(_read(connection), lexicons)
    _give_memory_back()
    return Snapshot(version, lexicons, _needs(connection), (segment,), (np.ones(len(segment), bool),))


def _give_memory_back() -> None:
    """Let the system have what reading took: glibc keeps it, and each process that forks would have its own share."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _read(connection: Connection, *conditions: Any, most: int | None = None) -> Iterator[Sequence[Entry]]:
    columns = [getattr(SearchEntry, name) for name in COLUMNS]
    statement = select(*columns).where(*conditions).order_by(SearchEntry.service_id).limit(most)
    for batch in connection.execute(statement.execution_options(yield_per=BATCH)).partitions():
        yield [tuple(row) for row in batch]


def _needs(connection: Connection) -> dict[str, Term]:
    """The vocabulary in its order."""
    rows = connection.execute(select(*(getattr(Need, name) for name in Term._fields)).order_by(Need.position))
    return {row.slug: Term(*row) for row in rows}
