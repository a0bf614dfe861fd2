"""Listings to CSV: the same columns that `import_services` reads, so that a file can go round."""

import csv
import io
from collections.abc import Iterable, Iterator

from hub_finder.directory.catalogue import to_row
from hub_finder.directory.listings import COLUMNS
from hub_finder.models.services import Service


def export_services(services: Iterable[Service]) -> Iterator[str]:
    """The CSV, a line at a time: the header, then one line for each listing."""
    line = io.StringIO(newline="")
    writer = csv.DictWriter(line, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in map(to_row, services):
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        writer.writerow(row)
    yield line.getvalue()
