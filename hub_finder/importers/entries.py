"""The rows of each listing of a file, put together; what a row cannot be read for is refused here."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hub_finder.area import Area
from hub_finder.directory import freshness
from hub_finder.importers import holiday_form
from hub_finder.importers.headings import Headings
from hub_finder.importers.lines import Line
from hub_finder.importers.remembered import Remembered
from hub_finder.importers.report import Report

MOST_NOTES = 20


@dataclass
class Entry:
    """The rows of one listing with their lines. `refused`: something was wrong already, and was told."""

    slug: str
    rows: list[tuple[int, dict[str, str]]]
    refused: bool = False
    holiday: bool = False

    @property
    def line(self) -> int:
        """The line of its first row."""
        return self.rows[0][0]

    def heading_of(self, column: str) -> str:
        """What a column is called in the file's form."""
        return holiday_form.HEADING_OF.get(column, column) if self.holiday else column


def read_entries(
    lines: Iterator[Line], headings: Headings, area: Area, report: "NotedReport", remembered: Remembered
) -> Iterator[Entry]:
    """The listings of a file, in its order. Only rows of the short form, which may be scattered, are held back."""
    rows = _cells(lines, headings, report)
    if headings.form == "holiday":
        yield from _holiday_entries(rows, area, report, remembered)
    else:
        yield from _entries(rows)


@dataclass(kw_only=True)
class NotedReport(Report):
    """A report that also notes what was noticed about the file."""

    notes: list[str] = field(default_factory=list)


def _cells(lines: Iterator[Line], headings: Headings, report: Report) -> Iterator[tuple[int, dict[str, str], bool]]:
    """(line, cells by column, whether anything was refused) of each row."""
    columns = headings.columns
    for line in lines:
        for fault in line.faults:
            column = columns[fault.position] if fault.position < len(columns) else None
            report.refuse(line.number, column or f"column {fault.position + 1}", fault.value, fault.reason)
        count = len(line.cells)
        if count != len(columns):
            text = ",".join(line.cells)
            report.refuse(line.number, "(row)", text, f"has {count} cells; the header has {len(columns)}")
        cells = {column: text for column, text in zip(columns, line.cells, strict=False) if column}
        yield line.number, cells, bool(line.faults) or count != len(columns)


def _entries(rows: Iterator[tuple[int, dict[str, str], bool]]) -> Iterator[Entry]:
    """The rows of each listing: one with a name, and those right under it that have its id and no name."""
    entry: Entry | None = None
    for line, cells, refused in rows:
        slug = cells.get("id", "").strip()
        if entry and slug == entry.slug and not cells.get("name", "").strip():
            entry.rows.append((line, cells))
            entry.refused = entry.refused or refused
            continue
        if entry:
            yield entry
        entry = Entry(slug, [(line, cells)], refused)
    if entry:
        yield entry


def _holiday_entries(
    rows: Iterator[tuple[int, dict[str, str], bool]], area: Area, report: NotedReport, remembered: Remembered
) -> Iterator[Entry]:
    noted: dict[str, None] = {}
    for line, cells, refused in rows:
        row, wrong, notes = holiday_form.read_row(cells, area, today=freshness.today())
        noted |= dict.fromkeys(notes) if len(noted) < MOST_NOTES else {}
        for one in wrong:
            report.refuse(line, *one)
        remembered.wait(row["id"], line, {**row, "": "refused" if wrong or refused else ""})
    report.notes += noted
    together: list[tuple[int, dict[str, str]]] = []
    for slug, line, row in remembered.waiting():
        if together and together[0][1]["id"] != slug:
            yield _joined(together, report)
            together = []
        together.append((line, row))
    if together:
        yield _joined(together, report)


def _joined(rows: list[tuple[int, dict[str, str]]], report: Report) -> Entry:
    refused = [bool(row.pop("")) for _, row in rows]
    joined, differing = holiday_form.join([row for _, row in rows])
    for number, column, value in differing:
        heading = holiday_form.HEADING_OF.get(column, column)
        report.refuse(rows[number][0], heading, value, f"is not what line {rows[0][0]} says of the same activity")
    lines = [line for line, _ in rows]
    return Entry(joined[0]["id"], list(zip(lines, joined, strict=True)), any(refused) or bool(differing), holiday=True)
