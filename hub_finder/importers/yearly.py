"""To CSV: a year of the catalogue, the same lines however often and wherever it is made."""

import csv
import io

from hub_finder.directory.yearly import Year
from hub_finder.importers.cells import disarmed

HEADER = (
    *("part", "what", "label", "month", "counted_on", "published", "listed", "checked", "missing"),
    *("source_title", "source_date", "times"),
)


def export_year(year: Year) -> str:
    """The CSV: a line for each month of each total, blank where nothing was counted, and of each thing done."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, restval="", lineterminator="\n")
    writer.writeheader()
    for total in year.totals:
        for moment in total.moments:
            one, month = moment.snapshot, f"{moment.begins_on:%Y-%m}"
            named = {
                "part": "published_total",
                "what": total.last.target,
                "label": disarmed(total.last.label),
                "month": month,
            }
            shown = ("counted_on", "published", "listed", "checked", "missing", "source_title", "source_date")
            writer.writerow(named | ({name: disarmed(getattr(one, name)) for name in shown} if one else {}))
    for kind, months in year.done.items():
        for number, times in enumerate(months, start=1):
            row = {"part": "done_to_listings", "what": kind.value, "label": kind.label}
            writer.writerow(row | {"month": f"{year.year}-{number:02}", "times": times})
    return text.getvalue()
