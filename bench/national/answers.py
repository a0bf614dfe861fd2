"""Whether an engine's answers are the floor's: the same listings in the first 20, nearest first.

Ours is asked with sort=nearest. It reads the last word as the beginning of one; it also finds the listings for a need
that a word names, whether they hold the other words or not; and where no listing holds all the words it takes those
with any. Answers that differ for these reasons are counted apart, and the rest are named.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bench.national.floor import Tuned
from bench.national.queries import PER_PAGE, Query

SAME = "the same"
OPEN_END = "the same, with the last word as a beginning"
BY_NEED = "the same, with those for a need that a word names"
ANY_WORD = "no listing holds all the words"
OTHER = "other"
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How many answers agreed, by the reasons above, and the first few questions whose answers are other ones."""

    counts: dict[str, int]
    others: list[str] = field(default_factory=list)


class Truth:
    """The floor's own answers to compare with."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection, self.search = connection, Tuned(connection)
        self.slugs = dict(connection.execute("SELECT id, slug FROM services"))

    def find(self, query: Query, *, open_end: bool = False, by_need: bool = False) -> set[str]:
        """The slugs of the nearest 20."""
        hits = self.search(self.connection, query, open_end=open_end, by_need=by_need)
        return {self.slugs[id_] for id_, _ in hits}

    def judge(self, query: Query, slugs: Iterable[str]) -> str:
        """How an answer stands to the floor's: one of the reasons above."""
        found = set(slugs)
        if found == self.find(query):
            return SAME
        if query.words and found == self.find(query, open_end=True):
            return OPEN_END
        if query.words and found == self.find(query, open_end=True, by_need=True):
            return BY_NEED
        if query.words and not self.find(replace(query, within_miles=None), open_end=True):
            return ANY_WORD
        return OTHER


def compare(queries: Iterable[Query], ask: Callable[[Query], tuple[Query, list[str]]], truth: Truth) -> Agreement:
    """Ask each query and judge its answer; `ask` gives the query that was answered, and the slugs."""
    counts: Counter[str] = Counter()
    others: list[str] = []
    for query in queries:
        verdict = truth.judge(*ask(query))
        counts[verdict] += 1
        if verdict == OTHER and len(others) < NAMED:
            others.append(query.path())
    return Agreement(counts=dict(counts), others=others)


def read_ours(query: Query, body: bytes) -> tuple[Query, list[str]]:
    """Our answer as JSON: the query with the ring that was searched where none was asked for, and the slugs."""
    answer = json.loads(body)
    slugs = [result["slug"] for result in answer["results"]][:PER_PAGE]
    return replace(query, within_miles=answer["within_miles"]), slugs
