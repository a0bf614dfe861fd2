"""Numbers that several processes count together: each in a file of its own, which any of them reads.

A file holds records of one length: the name of a sample as Prometheus writes it, and its value. It is mapped into
memory, so that counting costs no call to the system, and what was counted outlives the process.
"""

import fcntl
import mmap
import os
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

LONGEST_NAME = 248
RECORD = struct.Struct(f"{LONGEST_NAME}sd")
# As many different samples as a process can count; what comes after goes uncounted.
MOST = 4096
SIZE = RECORD.size * MOST
_VALUE_AT = LONGEST_NAME
# What processes counted that are no more.
ENDED = "ended"


class Tally:
    """The numbers of this process, in a file. Not for a process that was forked since: it opens another."""

    def __init__(self, file: Path) -> None:
        """Go on with what the file holds."""
        self._lock = Lock()
        self._map = _open(file)
        self._places = {name: place for name, place, _ in _records(self._map)}

    def add(self, amounts: Mapping[str, float]) -> None:
        """Count: names of samples with how much to add. A name that is too long, or one too many, is left out."""
        with self._lock:
            for name, amount in amounts.items():
                place = self._places.get(name)
                if place is None:
                    place = self._begin(name)
                if place is not None:
                    (value,) = struct.unpack_from("d", self._map, place + _VALUE_AT)
                    struct.pack_into("d", self._map, place + _VALUE_AT, value + amount)

    def close(self) -> None:
        self._map.close()

    def _begin(self, name: str) -> int | None:
        word, place = name.encode(), len(self._places) * RECORD.size
        if len(word) > LONGEST_NAME or place >= SIZE:
            return None
        RECORD.pack_into(self._map, place, word, 0.0)
        self._places[name] = place
        return place


class Tallies:
    """What all processes count that use a folder. They must be of one machine, or of one container."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._mine: tuple[int, Tally] | None = None
        os.register_at_fork(after_in_child=self._begin_anew)

    def add(self, amounts: Mapping[str, float]) -> None:
        """Count in this process. Raises OSError when the folder cannot be written."""
        mine = self._mine
        if mine is None or mine[0] != os.getpid():
            with self._lock:
                if self._mine is None or self._mine[0] != os.getpid():
                    with self._alone():
                        self._mine = os.getpid(), Tally(self._folder / str(os.getpid()))
                mine = self._mine
        mine[1].add(amounts)

    def read(self) -> tuple[dict[str, float], list[int]]:
        """The sums over all processes, by name, and the processes that live."""
        sums: dict[str, float] = defaultdict(float)
        living = []
        with self._alone():
            self._gather()
            for file in self._files():
                living.append(int(file.name))
                _add_up(file, sums)
            _add_up(self._folder / ENDED, sums)
        return dict(sorted(sums.items())), sorted(living)

    def close(self) -> None:
        if self._mine:
            self._mine[1].close()
        self._mine = None

    def _begin_anew(self) -> None:
        """A process that was forked counts for itself; who held the lock is not there."""
        self._lock, self._mine = Lock(), None

    def _gather(self) -> None:
        """Add what processes counted that are no more to one file, and take theirs away."""
        gone = [file for file in self._files() if not _lives(int(file.name))]
        if not gone:
            return
        ended = Tally(self._folder / ENDED)
        for file in gone:
            sums: dict[str, float] = defaultdict(float)
            _add_up(file, sums)
            ended.add(sums)
            file.unlink()
        ended.close()

    def _files(self) -> list[Path]:
        return [file for file in self._folder.iterdir() if file.name.isdigit()]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else begins a file, or takes one away."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _open(file: Path) -> mmap.mmap:
    with file.open("ab") as opened:
        opened.truncate(SIZE)
    with file.open("r+b") as opened:
        return mmap.mmap(opened.fileno(), SIZE)


def _records(data: mmap.mmap | bytes) -> Iterator[tuple[str, int, float]]:
    """Each sample's name, where its record begins, and its value."""
    for place in range(0, len(data) - RECORD.size + 1, RECORD.size):
        word, value = RECORD.unpack_from(data, place)
        if not word[0]:
            return
        yield word.rstrip(b"\0").decode(), place, value


def _add_up(file: Path, sums: dict[str, float]) -> None:
    if file.exists():
        for name, _, value in _records(file.read_bytes()):
            sums[name] += value


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
