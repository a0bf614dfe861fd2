"""Texts of the data files in the language that is being read: names of needs, whom to call, what a service type is.

A translation is of an English text, and is looked up by it. Where the English has changed since, it no longer counts:
the English is shown, and marked as English. The files stand beside the data, one for each language
(data/README.md); those of the area's folder come after ours, and win.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

from babel import Locale
from flask import Flask, current_app
from markupsafe import Markup

from hub_finder.area import Area
from hub_finder.config import ROOT
from hub_finder.directory.columns import language_name
from hub_finder.languages import ENGLISH, OWN_NAMES, language

# Isolated too: an English full stop stays at the right of its words in a page that is read from the right.
_AS_ENGLISH = Markup('<bdi lang="en">{}</bdi>')
Translations = Mapping[str, Mapping[str, str]]


def init_app(app: Flask) -> None:
    area: Area = app.extensions["hub_area"]
    app.extensions["hub_said"] = load_translations(ROOT / "data", area.folder)
    app.jinja_env.filters.update(said=said, said_bare=said_bare)


def load_translations(*folders: Path) -> Translations:
    """What each language says for an English text, of the folders' files, of which there may be none.

    Raises KeyError on a file without our columns.
    """
    said: dict[str, dict[str, str]] = {tag: {} for tag in OWN_NAMES if tag != ENGLISH}
    for tag, texts in said.items():
        for folder in folders:
            rows = read_rows(file_of(folder, tag))
            texts.update({row["english"]: row["translation"] for row in rows if row["translation"]})
    return said


def file_of(folder: Path, tag: str) -> Path:
    """The file of a language's translations, beside the data of a folder."""
    return folder / "translations" / f"{tag}.csv"


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file of data; none where there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(text: str) -> str:
    """A text of the data for a page, in the language that is being read, or else in English and marked so."""
    translated = _look_up(text)
    if translated is None:
        return _AS_ENGLISH.format(text) if text else ""
    return translated


def said_bare(text: str) -> str:
    """The same without the mark, for titles, attributes and choices, which cannot hold one."""
    return _look_up(text) or text


def language_said(code: str) -> str:
    """The name of a language by its BCP 47 code, in the language that is being read; the code where it has none."""
    english = language_name(code) or code
    named = None if language() == ENGLISH else Locale(language()).languages.get(code.replace("-", "_"))
    return named or said_bare(english)


def _look_up(text: str) -> str | None:
    if language() == ENGLISH:
        return text
    translations: Translations = current_app.extensions["hub_said"]
    return translations[language()].get(text)
