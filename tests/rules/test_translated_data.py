"""Translations of the data: each language has every text, of the English that is there now, with the same numbers."""

import re
import unicodedata
from pathlib import Path

import pytest

from hub_finder.config import ROOT
from hub_finder.importers.translations import COLUMNS, languages_to_translate_to, texts_of_data, update_translations
from hub_finder.said import file_of, read_rows

FOLDERS = (ROOT / "data", *sorted(file.parent for file in ROOT.glob("data/areas/*/area.toml")))
FILES = [
    pytest.param(folder, tag, id=f"{folder.name}-{tag}") for folder in FOLDERS for tag in languages_to_translate_to()
]
# What the letters of a language are called by Unicode, and letters that only some of these languages have.
SCRIPTS = {"ar": "ARABIC", "uk": "CYRILLIC"}
OWN_LETTERS = {"pl": "ąćęłńóśźż", "pt": "ãáâçéêíóôõú", "ro": "ăâîșț", "uk": "іїєґ", "ar": "ةىآ"}
NOT_UKRAINIAN = "ыэъё"
# Romanian has a comma below these, and Brazil writes Portuguese in another way.
ODD = {"ro": "şţŞŢ"}
BRAZILIAN = re.compile(r"\b(você|bebê|gênero|equipe|tela|usuário|celular|ônibus|registro|esportes?)\b", re.IGNORECASE)


def rows(folder: Path, tag: str) -> dict[str, str]:
    return {row["english"]: row["translation"] for row in read_rows(file_of(folder, tag))}


@pytest.mark.parametrize(("folder", "tag"), FILES)
def test_each_language_has_every_text_of_the_data_and_no_other(folder: Path, tag: str) -> None:
    texts, said = texts_of_data(folder), rows(folder, tag)

    assert [text for text in texts if not said.get(text)] == []
    assert [text for text in said if text not in texts] == []


@pytest.mark.parametrize(("folder", "tag"), FILES)
def test_a_file_is_as_the_command_would_write_it(folder: Path, tag: str, tmp_path: Path) -> None:
    ours = file_of(folder, tag).read_bytes()
    for file in (*folder.glob("*.csv"), *folder.glob("*.toml")):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "translations").mkdir()
    file_of(tmp_path, tag).write_bytes(ours)

    update_translations(tmp_path, tag)

    assert file_of(tmp_path, tag).read_bytes() == ours
    assert ours.decode().splitlines()[0] == ",".join(COLUMNS)


@pytest.mark.parametrize(("folder", "tag"), FILES)
def test_numbers_and_telephone_numbers_are_those_of_the_english(folder: Path, tag: str) -> None:
    other = {
        english: said
        for english, said in rows(folder, tag).items()
        if sorted(re.findall(r"[0-9]+", english)) != sorted(re.findall(r"\d+", said))
    }

    assert other == {}


@pytest.mark.parametrize(("folder", "tag"), FILES)
def test_names_that_are_called_by_are_kept(folder: Path, tag: str) -> None:
    names = ("Family Hub", "Samaritans", "Childline", "NHS 111", "Start for Life", "Makaton", "ChAD", "HAF")

    lost = {
        (name, english)
        for english, said in rows(folder, tag).items()
        for name in names
        if name in english and name not in said
    }

    assert lost == set()


@pytest.mark.parametrize(("folder", "tag"), FILES)
def test_a_text_has_the_letters_of_its_language(folder: Path, tag: str) -> None:
    said = rows(folder, tag).values()

    assert [text for text in said if SCRIPTS.get(tag, "LATIN") not in _scripts(text)] == []
    assert set(OWN_LETTERS[tag]) & set("".join(said))
    assert set("".join(said).casefold()) & set(NOT_UKRAINIAN if tag == "uk" else ODD.get(tag, "")) == set()
    assert tag != "pt" or [text for text in said if BRAZILIAN.search(text)] == []


@pytest.mark.parametrize(("folder", "tag"), FILES)
def test_a_text_begins_and_ends_as_the_english_does(folder: Path, tag: str) -> None:
    odd = {
        english: said
        for english, said in rows(folder, tag).items()
        if said != " ".join(said.split()) or english.endswith(".") != said.endswith(".")
    }

    assert odd == {}


def _scripts(text: str) -> set[str]:
    return {unicodedata.name(mark).split()[0] for mark in text if mark.isalpha()}
