"""The figures of one size, told as tables beside what we aim at."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.national.answers import Agreement
from bench.national.client import Load
from bench.national.engines import DOCUMENTED, FLOOR, LABELS, OURS, TUNED
from bench.national.inside import Times
from bench.national.loading import Imported, Reindexed

HEAD = """# A country's worth of listings

What `make bench-national` measured: made-up listings near the 500 largest towns of Great Britain (GeoNames, CC BY 4.0),
asked the same 1,000 questions. Why so: [decision 29](../docs/decisions/0029-a-national-benchmark.md). Sections may be
of different machines.
"""
# Measured before, with the same data and questions, on another machine of 2 cores: ms p50, p95 and requests a second.
EARLIER: Mapping[int, Mapping[str, tuple[float, float, int]]] = {
    10_000: {TUNED: (3.1, 5.4, 862), DOCUMENTED: (4.1, 27, 385)},
    100_000: {TUNED: (8.9, 37, 213), DOCUMENTED: (26, 198, 50)},
    1_000_000: {TUNED: (61, 425, 22), DOCUMENTED: (158, 1842, 3)},
}
NOT_MEASURED = "not measured"


@dataclass(frozen=True, kw_only=True)
class Served:
    """One round of a server: at 1 client and at 8, its memory, and how long it took until it answered."""

    one: Load
    eight: Load
    memory_mb: float
    start_s: float


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All that was measured at one size, by the names of databases (`loaded`) and engines (the others)."""

    listings: int
    machine: str
    how: str
    served: Mapping[str, Sequence[Served]]
    loaded: Mapping[str, tuple[Imported, Reindexed]] = field(default_factory=dict)
    inside: Mapping[str, Times] = field(default_factory=dict)
    agreement: Mapping[str, Agreement] = field(default_factory=dict)
    # Requests a second of the steady load, and what came of it.
    rate: int = 0
    steady: Mapping[str, Load] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What we aim at, and what was measured of it: None where it was not."""

    text: str
    measured: float | None
    met: Callable[[float], bool]

    def row(self) -> tuple[str, ...]:
        if self.measured is None:
            return self.text, NOT_MEASURED, ""
        return self.text, number(self.measured), "met" if self.met(self.measured) else "**not met**"


def tell(figures: Figures) -> str:
    """A section of Markdown for one size."""
    parts = [
        f"## {figures.listings:,} listings",
        f"{figures.machine}\n{figures.how}",
        table(("Aim", "measured", ""), (aim.row() for aim in find_aims(figures))),
        *_served(figures),
        _steady(figures),
        _inside(figures),
        _loaded(figures),
        *_agreement(figures),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def keep(file: Path, section: str) -> None:
    """Write a section into the file of results in the place of the one with its heading; the others stay."""
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    parts = re.split(r"(?=^## )", before, flags=re.MULTILINE)[1:]
    by_size = {_size_of(part): part for part in (*parts, section)}
    told = [by_size[size].strip() for size in sorted(by_size)]
    file.write_text("\n\n".join([HEAD.strip(), *told]) + "\n", encoding="utf-8")


def find_aims(figures: Figures) -> list[Aim]:
    """What is aimed at for this size."""
    ours, postgresql, floor, tuned = (_middle(figures, name) for name in (*OURS, FLOOR, TUNED))
    slower, more, beside = _slower(ours, floor), _more(ours, tuned), _slower(postgresql, ours)
    aims = []
    if figures.listings == 100_000:
        aims.append(
            Aim(text="ms p50 at 1 client, at most 2.5 times the floor", measured=slower, met=lambda x: x <= 2.5)
        )
        aims.append(_more_than_datasette(more, 3))
    if figures.listings == 1_000_000:
        p95 = ours.one.p95 if ours else None
        aims.append(Aim(text="ms p95 at 1 client, under 50", measured=p95, met=lambda x: x < 50))
        aims.append(_more_than_datasette(more, 5))
    aims.append(Aim(text="PostgreSQL's ms p50, at most 2 times SQLite's", measured=beside, met=lambda x: x <= 2))
    for name, (_, reindexed) in figures.loaded.items():
        rows = figures.listings / reindexed.reindex_s
        aims.append(Aim(text=f"reindex on {name}, over 20,000 rows a second", measured=rows, met=lambda x: x > 20_000))
    return aims


def _more_than_datasette(measured: float | None, least: float) -> Aim:
    text = f"requests a second at 8 clients, at least {least:g} times datasette's with our tuned SQL"
    return Aim(text=text, measured=measured, met=lambda times: times >= least)


def _served(figures: Figures) -> list[str]:
    """Each engine with its ratios: ms to the floor's, and requests a second to datasette's."""
    head = (
        *("Over HTTP", "ms p50 (p95), 1 client", "requests/s, 8 clients", "ms p95, 8 clients"),
        *("ms / floor", "requests/s / datasette tuned", "MB (PSS)", "start, s", "failed"),
    )
    floor, tuned = _middle(figures, FLOOR), _middle(figures, TUNED)
    rows = []
    for name, label in LABELS.items():
        if middle := _middle(figures, name):
            slower, more = _slower(middle, floor), _more(middle, tuned)
            failed = sum(one.one.errors + one.eight.errors for one in figures.served[name])
            numbers = (
                middle.eight.requests_s,
                middle.eight.p95,
                slower,
                more,
                middle.memory_mb,
                middle.start_s,
                failed,
            )
            rows.append((label, _times(middle.one), *map(number, numbers)))
        else:
            rows.append((label, NOT_MEASURED, *[""] * 7))
    return [table(head, rows), *_earlier(figures)]


def _earlier(figures: Figures) -> list[str]:
    """What is known of datasette from before, where it is not measured now; no ratio is made with it."""
    if TUNED in figures.served:
        return []
    lines = [
        "Not measured: datasette is not installed, and could not be.",
        *(["An earlier measurement, on another machine (2 cores):"] if figures.listings in EARLIER else []),
    ]
    lines += [
        f"- {LABELS[name]}: {p50:g} ms ({p95:g}) at 1 client, {rate} requests a second at 8"
        for name, (p50, p95, rate) in EARLIER.get(figures.listings, {}).items()
    ]
    return ["\n".join(lines)]


def _steady(figures: Figures) -> str:
    """How engines answered at a rate that does not wait for them."""
    head = (f"{figures.rate} requests a second, come what may", "ms p50", "ms p95", "answered a second", "failed")
    rows = [
        (LABELS[name], *map(number, (load.p50, load.p95, load.requests_s, load.errors)))
        for name, load in figures.steady.items()
    ]
    return table(head, rows) if rows else ""


def _inside(figures: Figures) -> str:
    head = ("In process", "ms p50", "ms p95")
    rows = [(LABELS[name], number(times.p50), number(times.p95)) for name, times in figures.inside.items()]
    return table(head, rows) if rows else ""


def _loaded(figures: Figures) -> str:
    head = ("Loading", "import, rows/s", "its peak of memory, MB", "reindex, rows/s", "its peak, MB", "database, MB")
    rows = [
        (
            name,
            *map(number, (figures.listings / imported.import_s, imported.import_mb)),
            *map(number, (figures.listings / reindexed.reindex_s, reindexed.reindex_mb, reindexed.database_mb)),
        )
        for name, (imported, reindexed) in figures.loaded.items()
    ]
    return table(head, rows) if rows else ""


def _agreement(figures: Figures) -> list[str]:
    """How many of an engine's answers are the floor's, and which are not."""
    told = []
    for name, one in figures.agreement.items():
        counts = ", ".join(f"{count:,} {reason}" for reason, count in one.counts.items())
        others = "".join(f"\n- other: `{path}`" for path in one.others)
        told.append(f"Answers of {LABELS[name]} beside the floor's, nearest first: {counts}.{others}")
    return told


def _middle(figures: Figures, name: str) -> Served | None:
    """The medians over the rounds of an engine; None where it was not measured."""
    rounds = figures.served.get(name)
    if not rounds:
        return None
    return Served(
        one=_middle_load([one.one for one in rounds]),
        eight=_middle_load([one.eight for one in rounds]),
        memory_mb=median(one.memory_mb for one in rounds),
        start_s=median(one.start_s for one in rounds),
    )


def _middle_load(loads: Sequence[Load]) -> Load:
    return Load(
        requests_s=median(load.requests_s for load in loads),
        p50=median(load.p50 for load in loads),
        p95=median(load.p95 for load in loads),
        errors=sum(load.errors for load in loads),
    )


def _slower(one: Served | None, other: Served | None) -> float | None:
    """How many times as long one takes for an answer as the other."""
    return one.one.p50 / other.one.p50 if one and other else None


def _more(one: Served | None, other: Served | None) -> float | None:
    """How many times as many requests a second one answers as the other."""
    return one.eight.requests_s / other.eight.requests_s if one and other else None


def _times(load: Load) -> str:
    return f"{number(load.p50)} ({number(load.p95)})"


def number(value: float | None) -> str:
    """Three figures that tell something, and no more."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _size_of(section: str) -> int:
    return int(section.removeprefix("## ").split()[0].replace(",", ""))
