"""The needs vocabulary from its CSV file."""

import csv
from pathlib import Path

from hub_finder.directory.catalogue import find_needs
from hub_finder.extensions import db
from hub_finder.importers.report import Report
from hub_finder.models.services import Need


def import_needs(path: Path) -> Report:
    """Add or change needs by their slug, in the file's order; none is removed. Commits."""
    report = Report()
    stored = {need.slug: need for need in find_needs()}
    with path.open(encoding="utf-8", newline="") as file:
        for position, row in enumerate(csv.DictReader(file)):
            need = stored.get(row["need"]) or Need(slug=row["need"])
            facts: dict[str, str | int | bool] = {
                "label": row["label"],
                "group": row["group"],
                "start_for_life_service": row["start_for_life_service"],
                "covers": row["covers"],
                "for_send": "send" in row["tags"].split("|"),
                "for_pregnancy": "pregnancy" in row["tags"].split("|"),
                "sensitive": row.get("sensitive") == "yes",
                "danger": row.get("danger") or "",
                "position": position,
            }
            if need.id and all(getattr(need, name) == value for name, value in facts.items()):
                report.unchanged += 1
                continue
            for name, value in facts.items():
                setattr(need, name, value)
            if need.id:
                report.changed += 1
            else:
                report.added += 1
            db.session.add(need)
    db.session.commit()
    return report
