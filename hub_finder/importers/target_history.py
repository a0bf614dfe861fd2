"""To CSV: what was listed of each published total, a line for each day on which it was counted."""

import csv
import io
from collections.abc import Sequence

from hub_finder.importers.cells import disarmed
from hub_finder.models.targets import TargetSnapshot

COLUMNS = (
    *("counted_on", "target", "label", "published", "listed", "checked", "missing", "unsure"),
    *("source_title", "source_date"),
)


def export_snapshots(snapshots: Sequence[TargetSnapshot]) -> str:
    """The CSV. Blank is "cannot be counted". A day that has no line was not counted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([disarmed(getattr(one, column)) for column in COLUMNS] for one in snapshots)
    return text.getvalue()
