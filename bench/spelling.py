"""How well mistyped words are mended, and how many right ones are mended by mistake: `python -m bench.spelling`.

Known are the words of `data/services.csv`, of the needs and of the phrases that are spelt rightly. A line of
`tests/data/mistyped*.tsv` is a text, a tab, and what is meant; a form of the same stem counts as right, because it
finds the same listings. Of `tests/data/own_words_dev.tsv` every mended text is shown. Times are of one processor.
"""

import csv
import random
import time
from collections import Counter
from pathlib import Path

from bench.urgent import say
from hub_finder.config import ROOT
from hub_finder.directory.spelling import Speller, count_words, ordinary_words
from hub_finder.directory.text import stems

TESTS = ROOT / "tests/data"
MISTYPED = (TESTS / "mistyped.tsv", TESTS / "mistyped_check.tsv")
OWN_WORDS = TESTS / "own_words_dev.tsv"
READ = ("name", "alternate_names", "organisation", "summary", "city", "location_name", "eligibility", "schedule_note")


def known_words() -> Counter[str]:
    """The words of the listings, needs and phrases of `data/`, and how many of these have each."""
    listings = (" ".join(row[column] for column in READ) for row in _rows(ROOT / "data/services.csv"))
    needs = (f"{row['label']} {row['covers']}" for row in _rows(ROOT / "data/needs.csv"))
    phrases = (row["phrase"] for row in _rows(ROOT / "data/phrases.csv") if row["kind"] != "misspelling")
    return count_words((*listings, *needs, *phrases))


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """The lines of a file: what is typed, and what is meant or asked for."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(typed, meant) for typed, _, meant in (line.partition("\t") for line in lines)]


def judge(speller: Speller, pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The texts mended rightly, left alone although mistyped, and mended wrongly."""
    found: dict[str, list[str]] = {"right": [], "left": [], "wrong": []}
    for typed, meant in pairs:
        # Something follows, or the last word could be one that is not typed to its end.
        mended = (speller.mend(f"{typed} 1") or f"{typed} 1").removesuffix(" 1")
        judgement = "right" if stems(mended) == stems(meant) else "left" if mended == typed else "wrong"
        found[judgement].append(f"{typed} > {mended}, not {meant}")
    return found


def main() -> None:
    known = known_words()
    speller = Speller(known)
    for path in MISTYPED:
        found = judge(speller, read_pairs(path))
        say(f"{path.name}: " + ", ".join(f"{len(texts)} {judgement}" for judgement, texts in found.items()))
        say("\n".join((*found["left"], *found["wrong"])))
    typed = [text for text, _ in read_pairs(OWN_WORDS)]
    mended = [f"{text} > {meant}" for text in typed if (meant := speller.mend(text))]
    say("\n".join((f"{OWN_WORDS.name}: {len(mended)} of {len(typed)} mended", *mended)))
    for size in (len(known), 20_000, 100_000):
        report_times(_grown(known, size))


def report_times(known: Counter[str]) -> None:
    """How long it takes to build a Speller of so many words, and to mend a mistyped text."""
    started = time.process_time()
    speller = Speller(known)
    built, times = time.process_time() - started, []
    for typed, _ in (pair for path in MISTYPED for pair in read_pairs(path)):
        started = time.process_time()
        speller.mend(typed)
        times.append((time.process_time() - started) * 1000)
    times.sort()
    mean, most, worst = sum(times) / len(times), times[len(times) * 99 // 100], times[-1]
    say(
        f"{len(known):,} words: built in {built:.2f} s; ms a text: mean {mean:.2f}, 99% {most:.2f}, slowest {worst:.2f}"
    )


def _grown(known: Counter[str], size: int) -> Counter[str]:
    """The known words with others, English ones first and then longer forms of them."""
    chance = random.Random(1)  # noqa: S311
    english = sorted(ordinary_words())
    grown = Counter(known)
    for word in chance.sample(english, len(english)):
        if len(grown) < size:
            grown[word] += 1
    while len(grown) < size:
        grown[chance.choice(english) + chance.choice(english)[:3]] += 1
    return grown


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
