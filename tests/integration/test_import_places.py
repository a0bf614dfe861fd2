from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from hub_finder.config import ROOT
from hub_finder.importers.places import COLUMNS, import_places
from hub_finder.importers.report import UnreadableFile
from hub_finder.models.places import Dataset, Place

DbSession = scoped_session[Session]
OAKHAM = "Oakham Green,Oakham|The Green,52.1,-1.2,FA1,E09999001,9000,town,made up"


def test_places_go_in_with_every_name_they_answer_to(session: DbSession, tmp_path: Path) -> None:
    report = import_places(a_file(tmp_path, OAKHAM))

    place = session.scalars(select(Place)).one()
    assert (place.name, place.aliases) == ("Oakham Green", "Oakham|The Green")
    assert place.keys == "|oakham green|oakham|the green|"
    assert (place.latitude, place.longitude, place.population) == (52.1, -1.2, 9000)
    assert (report.added, report.exit_code) == (1, 0)
    assert session.get_one(Dataset, "places").rows == 1


def test_blank_facts_stay_unknown(session: DbSession, tmp_path: Path) -> None:
    import_places(a_file(tmp_path, "Wending,,52.1,-1.2,,,,village,"))

    place = session.scalars(select(Place)).one()
    assert (place.outcode, place.council, place.population) == (None, None, None)


def test_a_second_run_changes_nothing_and_says_so(session: DbSession, tmp_path: Path) -> None:
    file = a_file(tmp_path, OAKHAM)
    import_places(file)

    again = import_places(file)

    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, 1)
    assert again.lines() == ["Nothing changed (1 rows)."]


def test_changed_rows_are_changed_and_missing_ones_removed(session: DbSession, tmp_path: Path) -> None:
    import_places(a_file(tmp_path, OAKHAM, "Wending,,52.1,-1.2,FA2,,,village,"))

    report = import_places(a_file(tmp_path, OAKHAM.replace("9000", "9100")))

    assert (report.added, report.changed, report.removed) == (0, 1, 1)
    assert session.scalars(select(Place)).one().population == 9100


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (",,52.1,-1.2,FA1,E09999001,,town,", "name", ""),
        ("!!,,52.1,-1.2,FA1,E09999001,,town,", "name", "!!"),
        ("Wending,,north,-1.2,FA1,E09999001,,town,", "latitude", "north"),
        ("Wending,,52.1,120,FA1,E09999001,,town,", "longitude", "120"),
        ("Wending,,nan,-1.2,FA1,E09999001,,town,", "latitude", "nan"),
        ("Wending,,52.1,-1.2,Fairshire,E09999001,,town,", "outcode", "Fairshire"),
        ("Wending,,52.1,-1.2,FA1,Nextshire,,town,", "council", "Nextshire"),
        ("Wending,,52.1,-1.2,FA1,E09999001,many,town,", "population", "many"),
        ("Wending,,52.1,-1.2,FA1,E09999001,,castle,", "kind", "castle"),
        (OAKHAM, "name", "Oakham Green"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_go_in(
    session: DbSession, tmp_path: Path, row: str, column: str, value: str
) -> None:
    report = import_places(a_file(tmp_path, OAKHAM, row))

    assert [(one.line, one.column, one.value) for one in report.refused] == [(3, column, value)]
    assert (report.added, report.exit_code) == (1, 1)


def test_nothing_is_removed_while_a_row_is_refused(session: DbSession, tmp_path: Path) -> None:
    import_places(a_file(tmp_path, OAKHAM))

    report = import_places(a_file(tmp_path, OAKHAM.replace("52.1", "north")))

    assert report.removed == 0
    assert session.scalars(select(Place.name)).all() == ["Oakham Green"]


@pytest.mark.parametrize(
    ("content", "reason"), [(b"name,kind\nOakham,town\n", "Missing: aliases"), (b"\xff\xfe", "UTF-8")]
)
def test_a_file_of_another_kind_is_told(session: DbSession, tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "places.csv"
    file.write_bytes(content)

    with pytest.raises(UnreadableFile, match=reason):
        import_places(file)


def test_a_missing_file_is_told(session: DbSession, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        import_places(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("file", sorted((ROOT / "data/areas").glob("*/places.csv")), ids=lambda path: path.parent.name)
def test_the_places_of_every_area_are_all_accepted(session: DbSession, file: Path) -> None:
    report = import_places(file)

    assert report.refused == []
    assert report.added > 100


def a_file(folder: Path, *rows: str) -> Path:
    file = folder / "places.csv"
    file.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return file
