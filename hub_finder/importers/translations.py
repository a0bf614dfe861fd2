"""Which texts of the data families read, and the files that say them in other languages, kept in step with them."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from hub_finder.languages import ENGLISH, OWN_NAMES
from hub_finder.said import file_of, read_rows

COLUMNS = ("where", "english", "translation")
_HELP = ("name", "text", "hours", "when_to_use")
# By file: what a row is called by, and its cells that families read. A name that is in no file is left out.
NATIONAL: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "needs.csv": ("need", ("group", "label", "covers")),
    "start_for_life.csv": ("slug", ("label", "explanation")),
    "urgent_kinds.csv": ("kind", ("message",)),
    "urgent_help.csv": ("slug", _HELP),
    "kinds.csv": ("kind", ("label", "plural_label", "description")),
    "access.csv": ("slug", ("label",)),
}
OF_AREA: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "urgent_help.csv": ("slug", _HELP),
    "targets.csv": ("slug", ("label",)),
}
OF_AREA_FACTS = (("area", "network"), ("front_door", "name"), ("front_door", "description"))


def texts_of_data(folder: Path) -> dict[str, str]:
    """The English texts of a folder of data that families read, each with the first place where it stands.

    In the order of the files. The folder of an area has an `area.toml`.
    """
    is_area = (folder / "area.toml").exists()
    places: dict[str, str] = {}
    for where, text in _texts_of_area(folder) if is_area else _texts_of_tables(folder, NATIONAL):
        places.setdefault(text, where)
    places.pop("", None)
    return places


def update_translations(folder: Path, tag: str) -> tuple[int, int, int]:
    """Bring a language's file in step with the data: how many texts it has, how many of them are blank, how many left.

    What is new stands there with a blank translation; what no data says any more leaves.
    """
    path, texts = file_of(folder, tag), texts_of_data(folder)
    known = {row["english"]: row["translation"] for row in read_rows(path)}
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((where, text, known.get(text, "")) for text, where in texts.items())
    return len(texts), sum(not known.get(text) for text in texts), len(known.keys() - texts.keys())


def languages_to_translate_to() -> list[str]:
    """The tags of the languages that pages are offered in, without English."""
    return [tag for tag in OWN_NAMES if tag != ENGLISH]


def _texts_of_area(folder: Path) -> Iterator[tuple[str, str]]:
    facts = tomllib.loads((folder / "area.toml").read_text(encoding="utf-8"))
    for part, name in OF_AREA_FACTS:
        yield f"area.toml {part} {name}", facts[part].get(name, "")
    yield from _texts_of_tables(folder, OF_AREA)


def _texts_of_tables(folder: Path, tables: Mapping[str, tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, str]]:
    for name, (key, columns) in tables.items():
        for row in read_rows(folder / name):
            # A row without a name is not shown: it only holds phrases.
            if row[key]:
                yield from ((f"{name} {row[key]} {column}", row[column]) for column in columns)
