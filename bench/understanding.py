"""How well a family's own words are understood: files of phrases, each with the needs that are right.

    python -m bench.understanding tests/data/own_words_dev.tsv tests/data/own_words_fresh.tsv
    python -m bench.understanding --folds 5

A line of a file is a phrase, a tab and one or more needs, parted by `|`. The baselines know the label and the covered
words of each need: the whole text inside them; all of its words; any of its stems, ranked by BM25. Times are means, in
process on SQLite, our own with its query; ratios are to the substring. `--folds` leaves out a part of
`data/phrases.csv` at a time and asks for it.
"""

import argparse
import csv
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from math import log
from pathlib import Path
from statistics import median

from flask_migrate import upgrade

from bench.pages import say
from hub_finder import create_app
from hub_finder.config import ROOT
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.needs import understand
from hub_finder.directory.phrases import Step, keep
from hub_finder.directory.text import query_stems, stems, words
from hub_finder.directory.thesaurus import Wording, find_wordings
from hub_finder.directory.understanding import learn
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from hub_finder.importers.phrases import PHRASES, import_phrases

Asked = list[tuple[str, frozenset[str]]]
Method = Callable[[str], list[str]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", nargs="*", type=Path, metavar="FILE.tsv")
    arguments.add_argument("--folds", type=int, default=0)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATABASE_URL": f"sqlite:///{folder}/bench.sqlite"})
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            import_needs(ROOT / "data/needs.csv")
            for path in PHRASES:
                import_phrases(path)
            started = time.perf_counter()
            understand("sleep")
            phrases = find_wordings()
            say(f"Learnt from {len(phrases):,} phrases in {time.perf_counter() - started:.1f} s")
            change()
            for path in chosen.files:
                report(path.name, read(path))
    if chosen.folds:
        cross(phrases, chosen.folds)


def change() -> None:
    """Print how long the first question after a change of one phrase takes."""
    times = []
    for number in range(9):
        keep([Step(None, Wording("sleep", f"made up number {number}", "family"))], actor="the benchmark")
        db.session.commit()
        started = time.perf_counter()
        understand("sleep")
        times.append((time.perf_counter() - started) * 1000)
    say(f"The first question after a change: {median(times):.0f} ms (of {len(times)}, the longest {max(times):.0f})")


def read(path: Path) -> Asked:
    """The phrases of a file, each with the needs that are right."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    known = {need.slug for need in find_needs()}
    asked = [(phrase, frozenset(needs.split("|"))) for phrase, needs, *_ in rows]
    if wrong := {need for _, needs in asked for need in needs} - known:
        sys.exit(f"{path}: no such need: {', '.join(sorted(wrong))}")
    return asked


def report(name: str, asked: Asked) -> None:
    """Print how often each method has a right need first, and among three."""
    ours: Method = lambda text: [one.need.slug for one in understand(text, most=3)]  # noqa: E731
    methods = {"substring": substring(), "all words": all_words(), "any word, BM25": any_stem(), "understand": ours}
    say(f"\n{name}: {len(asked)} phrases")
    say(f"{'method':<18}{'first':>8}{'in 3':>8}{'ms':>9}{'ratio':>8}")
    base = 0.0
    for method, ask in methods.items():
        started = time.perf_counter()
        answers = [ask(text) for text, _ in asked]
        mean = (time.perf_counter() - started) * 1000 / len(asked)
        base = base or mean
        first, three = right(asked, answers)
        say(f"{method:<18}{first:8.1%}{three:8.1%}{mean:9.3f}{mean / base:8.1f}")


def right(asked: Asked, answers: list[list[str]]) -> tuple[float, float]:
    """The shares with a right need first, and among the first three."""
    pairs = [(needs, answer) for (_, needs), answer in zip(asked, answers, strict=True)]
    first = sum(not needs.isdisjoint(answer[:1]) for needs, answer in pairs)
    three = sum(not needs.isdisjoint(answer[:3]) for needs, answer in pairs)
    return first / len(asked), three / len(asked)


def substring() -> Method:
    texts = {need.slug: f"{need.label}, {need.covers}".lower() for need in find_needs()}
    return lambda text: [slug for slug, known in texts.items() if text.lower() in known][:3]


def all_words() -> Method:
    known = {need.slug: set(words(f"{need.label} {need.covers}")) for need in find_needs()}
    return lambda text: [slug for slug, have in known.items() if have.issuperset(words(text))][:3]


def any_stem() -> Method:
    """Okapi BM25 with its usual k1 = 1.2 and b = 0.75."""
    texts = {need.slug: stems(f"{need.label} {need.covers}") for need in find_needs()}
    usual = sum(map(len, texts.values())) / len(texts)
    seen = Counter(stem for text in texts.values() for stem in set(text))

    def score(text: list[str], asked: list[str]) -> float:
        found = 0.0
        for stem in asked:
            often = text.count(stem)
            rarity = log(1 + (len(texts) - seen[stem] + 0.5) / (seen[stem] + 0.5))
            found += rarity * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * len(text) / usual))
        return found

    def ask(text: str) -> list[str]:
        asked = query_stems(text)
        scores = {slug: score(known, asked) for slug, known in texts.items()}
        return [slug for slug in sorted(scores, key=lambda one: -scores[one]) if scores[slug]][:3]

    return ask


def cross(phrases: list[Wording], folds: int) -> None:
    """Print how well phrases are understood by a model that never saw them."""
    random.Random(1).shuffle(phrases)  # noqa: S311  the same folds each time
    slugs = sorted({one.need for one in phrases})
    numbers = {slug: number for number, slug in enumerate(slugs)}
    asked: Asked = []
    answers = []
    for fold in range(folds):
        seen = [one for at, one in enumerate(phrases) if at % folds != fold]
        model = learn([(numbers[one.need], one.text) for one in seen], needs=len(slugs))
        for one in phrases[fold::folds]:
            asked.append((one.text, frozenset({one.need})))
            answers.append([slugs[found.need] for found in model.weigh(one.text)[:3]])
    first, three = right(asked, answers)
    say(f"\ndata/phrases.csv in {folds} folds: first {first:.1%}, in 3 {three:.1%}")


if __name__ == "__main__":
    main()
