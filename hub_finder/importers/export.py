"""To CSV: listings, in the columns that `import_services` reads, so that a file can go round; and what to mend."""

import csv
import io
from collections.abc import Iterable, Iterator

from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.listings import rows_of
from hub_finder.directory.quality import Quality
from hub_finder.directory.records import listing_of
from hub_finder.models.services import Service


def export_services(services: Iterable[Service]) -> Iterator[str]:
    """The CSV, a line at a time: the header, then the lines of each listing."""
    line = io.StringIO(newline="")
    writer = csv.DictWriter(line, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in (row for service in services for row in rows_of(listing_of(service))):
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        writer.writerow(row)
    yield line.getvalue()


def export_quality(quality: Quality) -> Iterator[str]:
    """A report as CSV, a line for each thing to mend: odd values, worst first, then what each listing does not say."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\n")
    rows = [("slug", "field", "value", "reason", "severity")]
    rows += [(odd.slug, odd.field, odd.value, odd.reason, odd.severity) for odd in quality.odd]
    rows += [(slug, fact, "", "not stated", "") for slug, facts in quality.missing.items() for fact in facts]
    for row in rows:
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()
