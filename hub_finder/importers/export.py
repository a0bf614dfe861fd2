"""To CSV: listings, in the columns that `import_services` reads, so that a file can go round; and what to mend."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from hub_finder.directory.checks import FILE_COLUMNS, write_check
from hub_finder.directory.listings import rows_of
from hub_finder.directory.quality import Quality
from hub_finder.directory.records import listing_of
from hub_finder.importers.cells import disarmed
from hub_finder.models.services import Service


def export_services(services: Iterable[Service]) -> Iterator[str]:
    """The CSV, a line at a time: the header, then the lines of each listing."""
    line = io.StringIO(newline="")
    writer = csv.DictWriter(line, FILE_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in (row for service in services for row in _rows(service)):
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        writer.writerow({name: disarmed(cell) for name, cell in row.items()})
    yield line.getvalue()


def _rows(service: Service) -> list[dict[str, str]]:
    first, *further = rows_of(listing_of(service))
    return [first | write_check(service), *further]


def write_whole(path: Path, parts: Iterable[str]) -> None:
    """Write a file of text in whole or not at all: a full disk or a kill leaves what stood there before."""
    if path.exists() and not path.is_file():  # a pipe or a terminal has nothing to put in its place
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(parts)
        return
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    out = NamedTemporaryFile(  # noqa: SIM115  it is closed before it is renamed
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
    )
    try:
        with out:
            out.writelines(parts)
            out.flush()
            os.fsync(out.fileno())
        Path(out.name).chmod(mode)
        Path(out.name).replace(path)
    except BaseException:
        Path(out.name).unlink(missing_ok=True)
        raise


def export_quality(quality: Quality) -> Iterator[str]:
    """A report as CSV, a line for each thing to mend: odd values, worst first, then what each listing does not say."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\n")
    rows = [("slug", "field", "value", "reason", "severity")]
    rows += [(odd.slug, odd.field, odd.value, odd.reason, odd.severity) for odd in quality.odd]
    rows += [(slug, fact, "", "not stated", "") for slug, facts in quality.missing.items() for fact in facts]
    for row in rows:
        writer.writerow(map(disarmed, row))
        yield line.getvalue()
        line.seek(0)
        line.truncate()
