"""Listings of a directory like this one: its feed says in our own columns what the profile has no field for."""

import re
from collections import defaultdict

from hub_finder.directory.columns import COLUMNS
from hub_finder.importers.feed_values import ItemReader, Json, uuid_or_blank

Cells = dict[str, str]
TAXONOMY = "Hub Finder columns"
_ROW = re.compile(r"row ([1-9]\d{0,2})", re.ASCII)
# A field of the profile -> the column that it is, word for word.
FIELDS = {
    "name": "name",
    "description": "summary",
    "email": "email",
    "minimum_age": "min_age",
    "maximum_age": "max_age",
}
ORGANISATION = {
    "name": "organisation",
    "description": "organisation_description",
    "website": "organisation_website",
}


def read_own_rows(reader: ItemReader, item: Json) -> list[Cells]:
    """The rows of text that a service was told from; none when its feed does not speak our columns."""
    rows: dict[int, Cells] = defaultdict(dict)
    for link in reader.many(item, "attributes"):
        row = _ROW.fullmatch(reader.text(link, "link_type"))
        for term in reader.many(link, "taxonomy_term"):
            column = reader.text(term, "name")
            if row and column in COLUMNS and reader.text(term, "taxonomy") == TAXONOMY:
                rows[int(row[1])][column] = reader.text(term, "description")
    if not rows:
        return []
    first = rows[1]
    first |= {column: text for field, column in FIELDS.items() if (text := reader.text(item, field))}
    first["uuid"] = uuid_or_blank(reader.text(item, "id"))
    organisation = next(reader.many(item, "organization"), {})
    first |= {column: reader.text(organisation, field) for field, column in ORGANISATION.items()}
    first["organisation_uuid"] = uuid_or_blank(reader.text(organisation, "id"))
    return [rows.get(number, {}) for number in range(1, max(rows) + 1)]
