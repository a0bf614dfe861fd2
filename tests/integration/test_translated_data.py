"""Texts of the data files on pages in other languages."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.importers.translations import languages_to_translate_to
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import main_words, only, read


def test_needs_have_their_ukrainian_names(catalogue: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/uk/needs"))

    assert words_of(only(page, 'main a[href="/uk/needs/sleep"]')) == "Сон"
    assert "сон немовляти" in words_of(only(page, "main"))
    assert "Вагітність і немовля" in [words_of(heading) for heading in page.select("main h2")]
    assert page.select('main .hf-tile [lang="en"]') == []


@pytest.mark.parametrize("tag", languages_to_translate_to())
def test_a_need_has_its_name_in_the_heading_and_the_title(tag: str, catalogue: Catalogue, client: FlaskClient) -> None:
    page = read(client.get(f"/{tag}/needs/food"))

    heading = words_of(only(page, "h1"))
    assert heading != "Food"
    assert "food bank" not in words_of(only(page, "main"))
    assert words_of(only(page, "title")).startswith(heading)


def test_english_pages_say_what_the_data_says(catalogue: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/needs"))

    assert words_of(only(page, 'main a[href="/needs/sleep"]')) == "Sleep"
    assert page.select("bdi") == []


def test_what_has_no_translation_is_shown_in_english_and_marked(catalogue: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/ar/"))

    marked = [words_of(text) for text in page.select('#urgent-help bdi[lang="en"]')]
    assert "You are worried about a child" in marked
    assert "24 hours, every day" not in marked
    assert "24 ساعة، كل يوم" in words_of(only(page, "#urgent-help"))


def test_a_translation_of_english_that_has_changed_does_not_count(
    catalogue: Catalogue, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {tag: dict(texts) for tag, texts in app.extensions["hub_said"].items()}
    said["pl"]["Sleep, as it was called"] = said["pl"].pop("Sleep")
    monkeypatch.setitem(app.extensions, "hub_said", said)

    page = read(client.get("/pl/needs"))

    link = only(page, 'main a[href="/pl/needs/sleep"]')
    assert words_of(only(link, '[lang="en"]')) == "Sleep"


def test_danger_is_answered_in_the_language_with_the_same_numbers(catalogue: Catalogue, client: FlaskClient) -> None:
    english, ukrainian = (
        only(read(client.get(f"{path}/needs/domestic-abuse")), 'section[aria-labelledby="urgent-first-title"]')
        for path in ("", "/uk")
    )

    assert words_of(only(ukrainian, "h2")).startswith("Якщо хтось зараз у небезпеці, телефонуйте 999.")
    assert "0808 2000 247" in words_of(ukrainian)
    assert [link["href"] for link in ukrainian.select("a")] == [link["href"] for link in english.select("a")]


def test_filters_and_their_tags_are_named_in_the_language(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="hall", kind="food", needs="food", languages="pl|bfi", accessibility="There is a lift.")

    page = read(client.get("/pl/search?need=food&kind=food&access=lift&language=bfi"))

    words = words_of(only(page, "main"))
    assert {"Jedzenie (1)", "Pomoc żywnościowa (1)", "Winda (1)", "Polski (1)", "Brytyjski język migowy (1)"} <= {
        words_of(label) for label in page.select("label")
    }
    assert "Usuń: Brytyjski język migowy" in words


def test_start_for_life_is_told_in_the_language(catalogue: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/ro/start-for-life/teeth"))

    assert words_of(only(page, "h1")) == "Dinți sănătoși"
    assert "Periajul începe cu primul dinte." in words_of(only(page, "main"))
    assert "Oral health improvement" in [words_of(text) for text in page.select('main bdi[lang="en"]')]


def test_a_listing_names_its_kind_needs_and_languages(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="hall", kind="library", needs="early-language", languages="uk|pl")

    words = main_words(client.get("/pt/services/hall"))

    assert "Biblioteca" in words
    assert "Falar e aprender em pequenino" in words
    assert "ucraniano" in words


@pytest.mark.parametrize(("path", "named"), [("", "Polish"), ("/uk", "польська"), ("/ar", "البولندية")])
def test_languages_are_named_in_the_language_that_is_read(
    path: str, named: str, catalogue: Catalogue, client: FlaskClient
) -> None:
    catalogue.add(id="hall", languages="pl")

    assert named in main_words(client.get(f"{path}/services/hall"))


def test_command_says_what_is_left_to_translate(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text("need,label,group,covers\nsleep,Sleep,,\n", encoding="utf-8")

    result = app.test_cli_runner().invoke(args=["hub", "update-translations", str(tmp_path)])

    assert f"{tmp_path.name}, pl: 1 texts, 1 to translate, 0 taken out" in result.output.splitlines()
    assert (tmp_path / "translations" / "uk.csv").read_text(encoding="utf-8").count("\n") == 2
