"""The catalogue as CSV: what goes out can come in again."""

import csv
import io
from pathlib import Path

from hub_finder.directory.catalogue import iterate_services
from hub_finder.directory.checks import FILE_COLUMNS
from hub_finder.extensions import db
from hub_finder.importers.export import export_services
from hub_finder.importers.services import import_services
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue


def exported() -> str:
    return "".join(export_services(iterate_services()))


def test_an_empty_catalogue_gives_the_header_alone(catalogue: Catalogue, session: object) -> None:
    assert exported() == ",".join(FILE_COLUMNS) + "\n"


def test_rows_are_sorted_by_id_with_every_column(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="b", summary='Says "hello", then goes.')
    catalogue.add(id="a", name="=cmd()", alternate_names="Zoë|Ωμέγα")

    rows = list(csv.DictReader(io.StringIO(exported())))

    assert [row["id"] for row in rows] == ["a", "b"]
    # No spreadsheet works it out; our importers take the apostrophe off again.
    assert rows[0]["name"] == "'=cmd()"
    assert rows[0]["alternate_names"] == "Zoë|Ωμέγα"
    assert rows[1]["summary"] == 'Says "hello", then goes.'
    assert list(rows[0]) == list(FILE_COLUMNS)


def test_what_is_exported_is_imported_unchanged(catalogue: Catalogue, session: object, tmp_path: Path) -> None:
    catalogue.add(id="full", latitude="52.1", longitude="-1.2", schedule="WEEKLY TU 09:30", needs="sleep|food")
    catalogue.add(id="least")
    path = tmp_path / "out.csv"
    path.write_text(exported(), encoding="utf-8")

    report = import_services(path, area=catalogue.area)

    assert (report.unchanged, report.changed, report.added, report.refused) == (2, 0, 0, [])
    assert exported() == path.read_text(encoding="utf-8")


def test_a_paused_listing_is_not_exported(catalogue: Catalogue, session: object) -> None:
    slug = catalogue.add()
    db.session.query(Service).filter_by(slug=slug).update({"status": Status.PAUSED})

    assert exported() == ",".join(FILE_COLUMNS) + "\n"
