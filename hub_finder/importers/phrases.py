"""Phrases of the thesaurus from a file and to one, in the columns of `data/phrases.csv`."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from hub_finder.config import ROOT
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.phrases import Step, fault_of_phrase, record
from hub_finder.directory.thesaurus import Wording, key_of, raise_version
from hub_finder.extensions import db
from hub_finder.importers.cells import disarmed
from hub_finder.importers.entries import NotedReport
from hub_finder.importers.lines import Line
from hub_finder.importers.report import UnreadableFile
from hub_finder.importers.tables import read_lines
from hub_finder.models.thesaurus import OTHER_LANGUAGES, Phrase, PhraseKind

ACTOR = "import-phrases"
# English, and a file for each other language.
PHRASES = (ROOT / "data/phrases.csv", *sorted(ROOT.glob("data/phrases.*.csv")))
COLUMNS = Wording._fields
HEADINGS = {"need": "need", "text": "phrase", "kind": "kind"}
Place = tuple[str, str]


@dataclass(kw_only=True)
class PhrasesReport(NotedReport):
    """The counts, what was noticed, and in a dry run each phrase that would change."""

    details: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [*self.notes, self.counts(), *self.details, *map(str, self.refused)]


def import_phrases(path: Path, *, dry_run: bool = False, whole: bool = False) -> PhrasesReport:
    """Load phrases from CSV or .xlsx with the columns `need`, `phrase` and `kind`. Commits.

    A phrase is known by its need and its words. What a person added, changed or removed here stays as they left it.
    With `whole`, phrases of its languages that the file does not name are removed, unless a row of it was refused.
    With `dry_run` nothing is kept and the report tells each change. Raises UnreadableFile.
    """
    report = PhrasesReport()
    wanted = _read(path, report)
    try:
        keeping = _Keeping(report, raise_version(), dry_run=dry_run)
        keeping.run(wanted, whole=whole and not report.refused)
    except BaseException:
        db.session.rollback()
        raise
    if dry_run or not (report.added or report.changed or report.removed):
        db.session.rollback()
    else:
        db.session.commit()
    return report


class _Keeping:
    """Brings what is stored up to what a file says."""

    def __init__(self, report: PhrasesReport, version: int, *, dry_run: bool) -> None:
        self.report, self.version, self.dry_run = report, version, dry_run
        self.needs = {need.slug: need.id for need in find_needs()}
        self.new: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []

    def run(self, wanted: Mapping[Place, Wording], *, whole: bool) -> None:
        slugs = {id_: slug for slug, id_ in self.needs.items()}
        languages = {_language(wording.kind) for wording in wanted.values()} if whole else ()
        columns = Phrase.id, Phrase.need_id, Phrase.key, Phrase.text, Phrase.kind, Phrase.removed, Phrase.edited
        left = 0
        seen: set[Place] = set()
        for id_, need_id, key, text, kind, removed, edited in db.session.execute(select(*columns)):
            place = slugs[need_id], key
            seen.add(place)
            before = None if removed else Wording(slugs[need_id], text, kind)
            after = wanted.get(place, None if _language(kind) in languages else before)
            if edited or before == after:
                left += edited and place in wanted and before != after
                self.report.unchanged += place in wanted
            else:
                self._change(id_, Step(before, after))
        for place, wording in wanted.items():
            if place not in seen:
                self._add(place, wording)
        if left:
            self.report.notes.append(f"{left:,} phrases that were changed or removed here stay so.")
        if self.new:
            db.session.execute(insert(Phrase), self.new)
        if self.changed:
            db.session.execute(update(Phrase), self.changed)

    def _add(self, place: Place, wording: Wording) -> None:
        need, key = place
        row = {"need_id": self.needs[need], "key": key, "text": wording.text, "kind": wording.kind}
        self.new.append({**row, "version": self.version})
        self.report.added += 1
        self._tell("added", wording)

    def _change(self, id_: int, step: Step) -> None:
        after = step.after
        facts = {"text": after.text, "kind": after.kind} if after else {}
        self.changed.append({"id": id_, "removed": after is None, "version": self.version, **facts})
        db.session.add(record(step, actor=ACTOR))
        if after is None:
            self.report.removed += 1
        elif step.before is None:
            self.report.added += 1
        else:
            self.report.changed += 1
        self._tell("removed" if after is None else "changed" if step.before else "added", after or step.before)

    def _tell(self, what: str, wording: Wording | None) -> None:
        if self.dry_run and wording:
            self.report.details.append(f"{what} {wording.need}: {wording.text} ({wording.kind})")


def export_phrases(wordings: Iterable[Sequence[str]]) -> Iterator[str]:
    """The CSV that `import_phrases` reads, a line at a time."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\n")
    for row in (tuple(HEADINGS.values()), *wordings):
        writer.writerow(map(disarmed, row))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _language(kind: str) -> str:
    """The kind of words that are not English; "" for English."""
    return kind if kind in OTHER_LANGUAGES else ""


# ---- reading


def _read(path: Path, report: NotedReport) -> dict[Place, Wording]:
    """The good rows of a file by need and words; the others are refused."""
    lines = read_lines(path, report.notes)
    first = next(lines, None)
    at = _columns(first.cells if first else [])
    needs = {need.slug for need in find_needs()}
    wanted: dict[Place, Wording] = {}
    for line in lines:
        row = Wording(*(line.cells[at[name]].strip() if at[name] < len(line.cells) else "" for name in COLUMNS))
        place = row.need, key_of(row.text)
        if faults := [*_faults(line, at), *_faults_of(row, needs)]:
            for column, value, reason in faults:
                report.refuse(line.number, column, value, reason)
        elif place in wanted:
            report.refuse(line.number, "phrase", row.text, f"is in the file more than once for {row.need}")
        else:
            wanted[place] = row
    return wanted


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Where each column stands."""
    headings = [" ".join(cell.split()).lower() for cell in cells]
    if missing := [name for name in HEADINGS.values() if headings.count(name) != 1]:
        raise UnreadableFile(f"The first line must name these columns, each once: {', '.join(missing)}.")
    return {name: headings.index(heading) for name, heading in HEADINGS.items()}


def _faults(line: Line, at: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """What the workbook could not read of our columns."""
    named = {position: name for name, position in at.items()}
    for fault in line.faults:
        if fault.position in named:
            yield HEADINGS[named[fault.position]], fault.value, fault.reason


def _faults_of(row: Wording, needs: set[str]) -> Iterator[tuple[str, str, str]]:
    if row.need not in needs:
        yield "need", row.need, "is not a need that is known here"
    if reason := fault_of_phrase(row.text):
        yield "phrase", row.text, reason
    if row.kind not in set(PhraseKind):
        yield "kind", row.kind, f"must be one of {', '.join(PhraseKind)}"
