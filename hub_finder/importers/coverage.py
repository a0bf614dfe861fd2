"""To CSV: what is listed so far, a line for each published total and each type of service in each locality."""

import csv
import io
from collections.abc import Sequence

from hub_finder.directory.start_for_life import TypeCoverage
from hub_finder.directory.targets import Tally
from hub_finder.importers.cells import disarmed

HEADER = (
    *("measure", "slug", "label", "locality", "target", "listed", "checked", "missing"),
    *("listed_here", "covers_all_of_the_area", "not_sure_of", "source", "source_date", "note"),
)


def export_coverage(tallies: Sequence[Tally], rows: Sequence[TypeCoverage]) -> str:
    """The CSV. Blank is "cannot be counted". Of a type of service one listing is wanted in each locality."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, restval="", lineterminator="\n")
    writer.writeheader()
    for tally in tallies:
        target = tally.target
        writer.writerow(
            {
                "measure": "published_total",
                "slug": target.slug,
                "label": disarmed(target.label),
                "target": target.target,
                **{name: getattr(tally, name) for name in ("listed", "checked", "missing")},
                "not_sure_of": len(tally.unsure),
                "source": disarmed(target.source_title),
                "source_date": target.source_date,
                "note": disarmed(target.note),
            }
        )
    for row in rows:
        for slug, cell in row.cells.items():
            writer.writerow(
                {
                    "measure": "start_for_life",
                    "slug": row.type.slug,
                    "label": disarmed(row.type.name),
                    "locality": slug,
                    "target": 1,
                    "listed": cell.listed,
                    "checked": cell.checked,
                    "missing": int(not cell.listed),
                    "listed_here": cell.here,
                    "covers_all_of_the_area": cell.wide,
                }
            )
    return text.getvalue()
