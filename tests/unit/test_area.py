import shutil
from datetime import date
from pathlib import Path

import pytest

from hub_finder.area import Area, Link, load_area, load_urgent_signs
from hub_finder.config import ROOT
from tests.conftest import FAIRSHIRE


def test_an_area_is_read_from_its_folder(area: Area) -> None:
    assert (area.name, area.council, area.network) == ("Fairshire", "Fairshire Council", "Fairshire Family Hubs")
    assert area.council_codes == {"E09999001"}
    assert area.bounds == (51.9, -1.6, 52.4, -0.9)
    assert area.front_door.phone == "01632 960001"
    assert area.places_file == FAIRSHIRE / "places.csv"
    assert area.links == ()


def test_localities_know_their_outcodes_and_towns(area: Area) -> None:
    north = area.localities["north-fair"]

    assert north.outcodes == ("FA1", "FA2")
    assert north.places == ("Oakham Green", "Little Wending")
    assert area.locality_of("FA2") is north
    assert area.locality_of("NX1") is None
    assert area.locality_of("FA") is None


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E09999001", "Fairshire Council"),
        ("E09999002", "Nextshire Council"),
        ("E06000001", "Hartlepool"),
        ("X00000000", None),
        ("", None),
        (None, None),
    ],
)
def test_councils_are_known_by_their_codes(area: Area, code: str | None, name: str | None) -> None:
    assert area.council_name(code) == name


def test_national_urgent_help_comes_before_the_areas_own(area: Area) -> None:
    slugs = [one.slug for one in area.urgent_help]

    assert slugs[0] == "emergency"
    assert slugs[-1] == "front-door"


def test_school_terms_and_bank_holidays_are_dates(area: Area) -> None:
    assert area.school_terms[0] == (date(2026, 9, 7), date(2026, 12, 18))
    assert area.school_holidays[0] == (date(2026, 10, 26), date(2026, 10, 30))
    assert date(2026, 12, 28) in area.bank_holidays


def test_targets_are_numbers_with_the_kinds_they_count(area: Area) -> None:
    hubs = area.targets["family-hubs"]

    assert (hubs.target, hubs.counts, hubs.kinds) == (3, "confirmed", ("family_hub",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FAIRSHIRE, tmp_path / "elsewhere"))


def test_optional_parts_of_an_area_may_be_missing(folder: Path) -> None:
    for name in ("councils.csv", "localities.csv", "school_terms.csv", "targets.csv", "urgent_help.csv"):
        (folder / name).unlink()
    facts = (folder / "area.toml").read_text(encoding="utf-8").replace('phone = "01632 960001"\n', "")
    (folder / "area.toml").write_text(facts, encoding="utf-8")

    area = load_area(folder)

    assert area.localities == {}
    assert area.school_terms == area.school_holidays == ()
    assert area.targets == {}
    assert area.front_door.phone == ""
    assert area.urgent_help


def test_links_of_an_area_are_kept_in_order(folder: Path) -> None:
    with (folder / "area.toml").open("a", encoding="utf-8") as file:
        file.write('[[area.links]]\nname = "One"\nurl = "https://one.example"\n')
        file.write('[[area.links]]\nname = "Two"\nurl = "https://two.example"\n')

    area = load_area(folder)

    assert area.links == (Link("One", "https://one.example"), Link("Two", "https://two.example"))


@pytest.mark.parametrize(
    ("file", "old", "new", "error"),
    [
        ("area.toml", 'council = "Fairshire Council"\n', "", KeyError),
        ("area.toml", "[map]", "[map", ValueError),
        ("targets.csv", ",3,", ",three,", ValueError),
        ("targets.csv", ",confirmed,", ",guessed,", ValueError),
        ("targets.csv", ",funded-by=council,", ",,", ValueError),
        ("localities.csv", "slug,", "name,", KeyError),
        ("school_terms.csv", ",holiday,", ",day off,", ValueError),
        ("school_terms.csv", "2026-12-18", "2026-08-18", ValueError),
        ("school_terms.csv", "2026-12-18", "18 December", ValueError),
    ],
)
def test_a_broken_area_is_refused(folder: Path, file: str, old: str, new: str, error: type[Exception]) -> None:
    broken = (folder / file).read_text(encoding="utf-8").replace(old, new)
    (folder / file).write_text(broken, encoding="utf-8")

    with pytest.raises(error):
        load_area(folder)


def test_a_folder_without_an_area_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_area(tmp_path)


def real_names() -> set[str]:
    """Names that belong to the real areas: their own, their councils', localities', towns' and outcodes'."""
    names = set()
    for folder in (ROOT / "data/areas").iterdir():
        area = load_area(folder)
        names |= {area.name, area.council, area.network, area.place_example, area.postcode_example}
        names |= {area.front_door.name, area.front_door.phone, *area.council_codes}
        for locality in area.localities.values():
            names |= {locality.name, *locality.places, *locality.outcodes}
    # Places that share their name with an English word cannot be told from it.
    return names - {"Grove", "Easton", "Weston"}


def test_no_code_or_template_names_a_real_area() -> None:
    names = sorted(real_names())
    files = [*(ROOT / "hub_finder").rglob("*.py"), *(ROOT / "templates").rglob("*.*")]
    lines = [(file.name, line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]

    found = [
        (file, name, line.strip())
        for file, line in lines
        for name in names
        if _names(line, name) and not _is_default(file, line)
    ]

    assert len(names) > 50
    assert len(files) > 50
    assert found == []


def _names(line: str, name: str) -> bool:
    before, found, after = line.partition(name)
    return bool(found) and not before[-1:].isalnum() and not after[:1].isalnum()


def _is_default(file: str, line: str) -> bool:
    """The one place that says which area is served when nothing is set."""
    return file == "config.py" and '"HUB_AREA": ' in line


@pytest.mark.parametrize(
    "row",
    [
        "danger,{nobody knows} {hit} me,,,",
        "danger,{unknown} me,,,",
        "danger,he hits me,far,,",
        "danger,he hits me,,{unknown},",
        "danger,,,,",
        "unknown,he hits me,,,",
    ],
)
def test_a_phrase_that_cannot_be_read_stops_the_start(tmp_path: Path, row: str) -> None:
    for name in ("kinds", "words", "calm", "spellings", "examples"):
        shutil.copy(ROOT / f"data/urgent_{name}.csv", tmp_path)
    (tmp_path / "urgent_phrases.csv").write_text(f"kind,phrase,how,unless,calmed_by\n{row}\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"no kind of|names no set"):
        load_urgent_signs(tmp_path)


def test_an_example_of_no_known_kind_stops_the_start(tmp_path: Path) -> None:
    for name in ("kinds", "words", "calm", "spellings", "phrases"):
        shutil.copy(ROOT / f"data/urgent_{name}.csv", tmp_path)
    (tmp_path / "urgent_examples.csv").write_text("kind,text\nunknown,he hits me\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"he hits me.* no kind of"):
        load_urgent_signs(tmp_path)
