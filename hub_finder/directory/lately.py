"""A bounded store in memory: what was asked for lately stays."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Lately(Generic[Key, Thing]):
    """Things by their keys, at most `most` of them.

    When one half is full the other is let go, with all that was not asked for since. So a look-up costs no more than
    that of a dict, and threads need no lock: the worst they can do to each other is to lose a thing early.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._lately: dict[Key, Thing] = {}
        self._before: dict[Key, Thing] = {}

    def __len__(self) -> int:
        return len(self._lately.keys() | self._before.keys())

    def get(self, key: Key) -> Thing | None:
        thing = self._lately.get(key)
        if thing is None and (thing := self._before.get(key)) is not None:
            self.put(key, thing)
        return thing

    def put(self, key: Key, thing: Thing) -> None:
        if len(self._lately) >= self._half:
            self._before, self._lately = self._lately, {}
        self._lately[key] = thing
