"""A small catalogue of a test's own, in place of those in hub_finder/translations."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from hub_finder import languages

# English, or the English of one and of many, with what it is in another language.
Texts = Mapping[str | tuple[str, str], str | tuple[str, ...]]


def translate(monkeypatch: pytest.MonkeyPatch, folder: Path, tag: str, texts: Texts) -> None:
    """Let these be the only texts of a language while a test runs."""
    catalogue = Catalog(locale=tag)
    for english, said in texts.items():
        catalogue.add(english, said)
    file = folder / tag / "LC_MESSAGES/messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)
    monkeypatch.setattr(languages, "_FOLDER", folder)
    languages.forget_translations()
