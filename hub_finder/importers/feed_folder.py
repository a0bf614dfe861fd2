"""A feed that was saved to disk: a folder of its answers as JSON, one such file, or a folder of HSDS's CSV tables."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub_finder.importers.feed_http import NotAFeed
from hub_finder.importers.feed_reader import Json, Page, Reading
from hub_finder.importers.report import UnreadableFile

_LIST = re.compile(r"(services?_list|services)(_\d+)?\.json", re.IGNORECASE)
_WHOLE = re.compile(r"service(_full)?(_[0-9a-f-]+)?\.json", re.IGNORECASE)
_ORGANISATION = re.compile(r"organi[sz]ations?(_full|_list)?(_[0-9a-f-]+)?\.json", re.IGNORECASE)
# Table of HSDS -> (the table it hangs on, its column that names the row there, the name it has there).
_TABLES = {
    "addresses": ("locations", "location_id", "addresses"),
    "address": ("locations", "location_id", "addresses"),
    "accessibility": ("locations", "location_id", "accessibility"),
    "phones": ("contacts", "contact_id", "phones"),
    "contacts": ("services", "service_id", "contacts"),
    "cost_options": ("services", "service_id", "cost_options"),
    "eligibilitys": ("services", "service_id", "eligibilitys"),
    "funding": ("services", "service_id", "funding"),
    "languages": ("services", "service_id", "languages"),
    "schedules": ("services", "service_id", "schedules"),
    "schedule": ("services", "service_id", "schedules"),
    "service_areas": ("services", "service_id", "service_areas"),
    "service_at_locations": ("services", "service_id", "service_at_locations"),
    "service_at_location": ("services", "service_id", "service_at_locations"),
    "attributes": ("services", "link_id", "attributes"),
    "attribute": ("services", "link_id", "attributes"),
}
# Table -> (its column that names a row elsewhere, the table of that row, the name that row gets).
_NAMED = {
    **dict.fromkeys(("service_at_location", "service_at_locations"), ("location_id", "locations", "location")),
    **dict.fromkeys(("attribute", "attributes"), ("taxonomy_term_id", "taxonomy_terms", "taxonomy_term")),
    "services": ("organization_id", "organizations", "organization"),
}


def read_folder(path: Path) -> Reading:
    """The feed in a folder or a file. Raises UnreadableFile, NotAFeed."""
    if not path.exists():
        raise UnreadableFile(f"{path} cannot be read: there is no such file or folder.")
    if path.is_dir() and (path / "services.csv").exists():
        return _read_tables(path)
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return _read_answers(files, alone=not path.is_dir())


def _read_answers(files: list[Path], *, alone: bool) -> Reading:
    lists = [file for file in files if alone or _LIST.fullmatch(file.name)]
    items: dict[str, Any] = {}
    reading = Reading(version=_version(files), whole=True, items=lambda: iter(()))
    read, total = [], None
    found: list[Any] = []
    for file in [*lists, *(file for file in files if _WHOLE.fullmatch(file.name) and file not in lists)]:
        content = _load(file)
        read.append(file.name)
        if isinstance(content, dict) and "name" in content and "contents" not in content:
            items[str(content.get("id"))] = content
            continue
        page = Page.of(content)
        total = page.total if page.total is not None else total
        found += page.items
    if not read:
        raise NotAFeed("There is no service_list.json, service_full.json, services.json or services.csv in it.")
    listed = {str(item.get("id")) for item in found if isinstance(item, dict)}
    everything = [
        *(items.get(str(item.get("id")), item) if isinstance(item, dict) else item for item in found),
        *(item for id_, item in items.items() if id_ not in listed),
    ]
    if total is not None and total != len(everything):
        reading.faults.append(f"It says that it has {total:,} services; its files have {len(everything):,}.")
        reading.whole = total < len(everything)
    reading.items = lambda: iter(everything)
    organisations = _organisations(files)
    reading.organisations = organisations.get
    left = [file.name for file in files if file.name not in read]
    reading.notes.append(f"Read: {', '.join(read)}." + (f" Beside them: {', '.join(left)}." if left else ""))
    return reading


def _version(files: list[Path]) -> str | None:
    for file in files:
        if file.name == "api_details.json":
            details = _load(file)
            return str(details.get("version"))[:40] if isinstance(details, dict) else None
    return None


def _organisations(files: list[Path]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for file in files:
        if _ORGANISATION.fullmatch(file.name):
            content = _load(file)
            several = content.get("contents", [content]) if isinstance(content, dict) else content
            found |= {str(one.get("id")): one for one in several if isinstance(one, dict)}
    return found


def _load(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"{file.name} is not JSON, or cut off.") from error


# ---- tables


def _read_tables(folder: Path) -> Reading:
    tables = {file.stem: _rows(file) for file in sorted(folder.glob("*.csv"))}
    by_id = {name: {row.get("id", ""): row for row in rows} for name, rows in tables.items()}
    for naming, (column, table, name) in _NAMED.items():
        for row in tables.get(naming, ()):
            if row.get(column) in by_id.get(table, {}):
                row[name] = by_id[table][row[column]]
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, (parent, column, name) in _TABLES.items():
        for row in tables.get(table, ()):
            owner = by_id.get(parent, {}).get(row.get(column, ""))
            # Some tables stand there under an older name too.
            if owner is not None and row.get("id", "") not in seen[name, row[column]]:
                seen[name, row[column]].add(row.get("id", ""))
                owner.setdefault(name, []).append(row)
    services = tables["services"]
    known = {*_TABLES, "services", "locations", "organizations", "taxonomy_terms"}
    left = [f"{name}.csv" for name in tables if name not in known]
    notes = [f"Read: {', '.join(f'{name}.csv' for name in tables if name in known)}."]
    notes += [f"Left out: {', '.join(left)}."] if left else []
    return Reading(version="HSDS tables", whole=True, items=lambda: _without_blanks(services), notes=notes)


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return [dict(row) for row in csv.DictReader(lines, strict=True)]
    except (csv.Error, UnicodeDecodeError) as error:
        raise NotAFeed(f"{file.name} is not a CSV file in UTF-8: {error}") from error


def _without_blanks(services: list[dict[str, Any]]) -> Iterator[Json]:
    for service in services:
        yield {name: value for name, value in service.items() if value not in ("", None)}
