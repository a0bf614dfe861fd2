"""How well words that mean danger are told from those that do not: `python -m bench.urgent FILE.tsv [--show]`.

A line of the file is a text, a tab, and its kind of data/urgent_kinds.csv, or "-" for none. Beside the present way
stands the one before it (a plain list of phrases), on the same texts in the same run.
"""

import csv
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hub_finder.area import load_area
from hub_finder.config import ROOT, area_folder
from hub_finder.directory.text import words
from hub_finder.directory.urgent import recognise

ORDINARY = "-"
MOST_BETWEEN = 2
Way = Callable[[str], str]


@dataclass(frozen=True)
class Score:
    """`missed`, `alarms` and `other_kind` are texts with the kind that was given, the one that was meant in front."""

    recall: float
    precision: float
    right_kind: float
    mean_ms: float
    slowest_ms: float
    missed: list[str]
    alarms: list[str]
    other_kind: list[str]


def read(path: Path) -> list[tuple[str, str]]:
    """The texts of a file with their kinds."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(text, kind) for text, _, kind in (line.rpartition("\t") for line in lines if line.strip())]


def measure(way: Way, texts: list[tuple[str, str]]) -> Score:
    """Urgent texts that are found, how many of those found are urgent, and how many of the found have their kind."""
    times, found = [], []
    for text, _ in texts:
        started = time.perf_counter()
        kind = way(text)
        times.append((time.perf_counter() - started) * 1000)
        found.append(kind)
    pairs = [(text, meant, kind) for (text, meant), kind in zip(texts, found, strict=True)]
    hits = [pair for pair in pairs if ORDINARY not in pair[1:]]
    missed = [f"{meant} > {kind}: {text}" for text, meant, kind in pairs if kind == ORDINARY != meant]
    alarms = [f"{meant} > {kind}: {text}" for text, meant, kind in pairs if meant == ORDINARY != kind]
    other_kind = [f"{meant} > {kind}: {text}" for text, meant, kind in hits if kind != meant]
    return Score(
        recall=len(hits) / max(1, len(hits) + len(missed)),
        precision=len(hits) / max(1, len(hits) + len(alarms)),
        right_kind=1 - len(other_kind) / max(1, len(hits)),
        mean_ms=statistics.mean(times),
        slowest_ms=max(times),
        missed=missed,
        alarms=alarms,
        other_kind=other_kind,
    )


def present_way() -> Way:
    """The recogniser of the site."""
    area = load_area(area_folder("dorset"))

    def way(text: str) -> str:
        urgent = recognise(text, area=area)
        return urgent.kind if urgent else ORDINARY

    way("")
    return way


def plain_list() -> Way:
    """The way before: the first phrase of a list whose words follow one another with at most two between."""
    with (ROOT / "bench/urgent_plain_list.csv").open(encoding="utf-8", newline="") as file:
        phrases = [(row["kind"], words(row["phrase"])) for row in csv.DictReader(file)]

    def goes_on(said: list[str], phrase: list[str]) -> bool:
        near = said[: MOST_BETWEEN + 1]
        return not phrase or any(
            word == phrase[0] and goes_on(said[at + 1 :], phrase[1:]) for at, word in enumerate(near)
        )

    def way(text: str) -> str:
        said = words(text)
        starts = range(len(said))
        return next(
            (kind for kind, phrase in phrases if any(_at(said, at, phrase, goes_on) for at in starts)), ORDINARY
        )

    return way


def _at(said: list[str], at: int, phrase: list[str], goes_on: Callable[[list[str], list[str]], bool]) -> bool:
    return said[at] == phrase[0] and goes_on(said[at + 1 :], phrase[1:])


def main(path: Path, *, show: bool) -> None:
    texts = read(path)
    urgent = sum(kind != ORDINARY for _, kind in texts)
    say(f"{path.name}: {urgent} urgent, {len(texts) - urgent} ordinary")
    say(f"{'way':<12}{'recall':>8}{'precision':>11}{'right kind':>12}{'mean ms':>9}{'slowest':>9}")
    for name, way in (("plain list", plain_list()), ("present", present_way())):
        score = measure(way, texts)
        say(
            f"{name:<12}{score.recall:8.1%}{score.precision:11.1%}{score.right_kind:12.1%}"
            f"{score.mean_ms:9.3f}{score.slowest_ms:9.3f}"
        )
    if show:
        for title in ("missed", "alarms", "other_kind"):
            say("\n".join((f"\n{title}", *getattr(score, title))))


def say(line: str) -> None:
    print(line)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), show="--show" in sys.argv)
