"""From a family's own words to needs, and the vocabulary's own file."""

from pathlib import Path

import pytest
from flask import Flask

from hub_finder.config import ROOT
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.needs import understand
from hub_finder.directory.terms import Term
from hub_finder.directory.vocabulary import find_terms
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from tests.factories import Catalogue
from tests.integration.asking import ask, slugs

pytestmark = pytest.mark.usefixtures("session")
HEADER = "need,label,group,start_for_life_service,covers,tags\n"


@pytest.mark.parametrize(
    ("said", "need"),
    [
        ("my baby will not sleep", "sleep"),
        ("food bank", "food"),
        ("I owe money", "debt"),
        ("breastfeeding hurts", "infant-feeding"),
        ("autism assessment", "autism-neurodiversity"),
        ("potty training", "toileting"),
        ("midwife", "maternity"),
        ("BEDWETTING!!", "toileting"),
    ],
)
def test_a_familys_words_lead_to_the_need(catalogue: Catalogue, said: str, need: str) -> None:
    assert need in [one.need.slug for one in understand(said)][:3]


def test_the_label_speaks_louder_than_what_it_covers(catalogue: Catalogue) -> None:
    understood = understand("sleep")

    assert understood[0].need.slug == "sleep"
    assert [one.score for one in understood] == sorted((one.score for one in understood), reverse=True)
    assert all(one.score > 0 for one in understood)


@pytest.mark.parametrize("said", ["", "   ", "xylophone", "🎈", "'\"*()", "مرحبا", "\x00"])
def test_words_that_speak_for_no_need_give_none(catalogue: Catalogue, said: str) -> None:
    assert understand(said) == []


def test_no_more_needs_are_given_than_asked_for(catalogue: Catalogue) -> None:
    words = "sleep food money school baby child help health"

    assert len(understand(words)) == 8
    assert understand(words, most=3) == understand(words)[:3]


def test_without_a_vocabulary_nothing_is_understood(session: object) -> None:
    assert understand("sleep") == []


def test_the_vocabulary_is_loaded_once_and_then_stays(session: object) -> None:
    first, second = import_needs(ROOT / "data/needs.csv"), import_needs(ROOT / "data/needs.csv")

    assert (first.added, first.changed, first.unchanged) == (59, 0, 0)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 59)


def test_needs_keep_the_order_and_the_tags_of_the_file(session: object, tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_text(f"{HEADER}b,Bee,G,,hive,send|pregnancy\na,Ay,G,Type,letters,\n", encoding="utf-8")

    import_needs(path)

    assert [(one.slug, one.for_send, one.for_pregnancy) for one in find_needs()] == [
        ("b", True, True),
        ("a", False, False),
    ]


def test_a_changed_need_is_changed_and_none_is_removed(session: object, tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_text(f"{HEADER}a,Ay,G,,letters,\nb,Bee,G,,hive,\n", encoding="utf-8")
    import_needs(path)
    path.write_text(f"{HEADER}a,Ay,G,,numbers,send\n", encoding="utf-8")

    report = import_needs(path)

    assert (report.added, report.changed, report.unchanged) == (0, 1, 0)
    assert {one.slug: (one.covers, one.for_send) for one in find_needs()} == {
        "a": ("numbers", True),
        "b": ("hive", False),
    }


def test_a_listing_is_found_by_the_new_words_of_its_need_and_not_by_the_old(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    catalogue.add(id="group", needs="sleep")
    path = tmp_path / "needs.csv"
    path.write_text(f"{HEADER}sleep,Slumber,G,,hibernation,\n", encoding="utf-8")

    import_needs(path)

    assert slugs(ask(catalogue, words="hibernation").without_a_place) == ["group"]
    assert slugs(ask(catalogue, words="bedtime").without_a_place) == []


def test_terms_are_the_needs_in_their_order(catalogue: Catalogue) -> None:
    stored = [tuple(getattr(need, name) for name in Term._fields) for need in find_needs()]

    assert list(find_terms()) == stored
    assert len(stored) == 59


def test_terms_are_read_once_a_transaction_and_are_those_of_today_in_the_next(
    app: Flask, catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / "needs.csv"
    path.write_text(f"{HEADER}sleep,Slumber,G,,hibernation,\n", encoding="utf-8")
    before = find_terms()
    with app.app_context():  # a session of its own, as another process has
        import_needs(path)

    again = find_terms()
    db.session.rollback()
    after = find_terms()

    assert again == before
    assert {term.slug: term.label for term in after}["sleep"] == "Slumber"
    assert "Slumber" not in {term.label for term in before}
