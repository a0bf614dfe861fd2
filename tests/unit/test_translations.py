"""The files of translated texts, and what the command does with them."""

from pathlib import Path

import pytest

from hub_finder.importers.translations import texts_of_data, update_translations
from hub_finder.said import load_translations

NEEDS = "need,label,group,covers\nsleep,Sleep,Baby,\nfood,Food,Home,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    return tmp_path


def write(folder: Path, *lines: str) -> Path:
    file = folder / "translations" / "pl.csv"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(("where,english,translation", *lines, "")), encoding="utf-8")
    return file


def test_texts_stand_once_with_the_place_where_they_stand(folder: Path) -> None:
    (folder / "access.csv").write_text("slug,label,phrases\nlift,Sleep,lift\n,Nothing,no lift\n", encoding="utf-8")

    texts = texts_of_data(folder)

    assert texts == {
        "Baby": "needs.csv sleep group",
        "Sleep": "needs.csv sleep label",
        "Home": "needs.csv food group",
        "Food": "needs.csv food label",
    }


def test_new_texts_stand_blank_and_those_that_are_gone_leave(folder: Path) -> None:
    file = write(folder, "needs.csv sleep label,Sleep,Sen", "needs.csv food label,Meals,Posiłki")

    counted = update_translations(folder, "pl")

    assert counted == (4, 3, 1)
    assert file.read_text(encoding="utf-8").splitlines() == [
        "where,english,translation",
        "needs.csv sleep group,Baby,",
        "needs.csv sleep label,Sleep,Sen",
        "needs.csv food group,Home,",
        "needs.csv food label,Food,",
    ]


def test_a_blank_translation_counts_as_none(folder: Path) -> None:
    write(folder, "needs.csv sleep label,Sleep,", "needs.csv food label,Food,Jedzenie")

    said = load_translations(folder)

    assert said["pl"] == {"Food": "Jedzenie"}
    assert said["uk"] == {}


def test_what_the_area_says_wins(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    area = tmp_path_factory.mktemp("area")
    write(folder, "needs.csv food label,Food,Jedzenie")
    write(area, "needs.csv food label,Food,Żywność")

    assert load_translations(folder, area)["pl"] == {"Food": "Żywność"}
