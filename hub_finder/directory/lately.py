"""A bounded store in memory: what was asked for lately stays."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Lately(Generic[Key, Thing]):
    """Things by their keys, at most `most` of them: the one that nobody asked for the longest goes first.

    Threads need no lock: the worst they can do to each other is to lose a thing early.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Key, Thing] = OrderedDict()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: Key) -> Thing | None:
        thing = self._things.get(key)
        if thing is not None:
            self._move(key)
        return thing

    def put(self, key: Key, thing: Thing) -> None:
        self._things[key] = thing
        self._move(key)
        while len(self._things) > self._most:
            try:  # noqa: SIM105 - as below
                self._things.popitem(last=False)
            except KeyError:
                pass

    def _move(self, key: Key) -> None:
        """Let a thing go last. Another thread may have let it go by now."""
        try:  # noqa: SIM105 - `suppress` takes five times as long
            self._things.move_to_end(key)
        except KeyError:
            pass
