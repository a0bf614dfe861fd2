"""flask hub …: what it does, what it says, and how it ends."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from hub_finder import create_app
from hub_finder.directory.catalogue import iterate_services
from hub_finder.directory.checks import FILE_COLUMNS
from hub_finder.extensions import db
from hub_finder.importers.export import export_services
from hub_finder.importers.phrases import PHRASES
from hub_finder.models.places import Place, Postcode
from hub_finder.models.search import SearchEntry
from hub_finder.models.services import Service
from hub_finder.terminal import Progress
from tests.conftest import DATABASES, FAIRSHIRE
from tests.factories import Catalogue, cells
from tests.integration.asking import north
from tests.integration.test_import_services import table

Run = Callable[..., Result]
# A few streets of a real town, so that postcodes load quickly.
BOX = "52.05,-1.35,52.07,-1.32"
numbers = iter(range(1000))


def runner_of(app: Flask) -> Run:
    def run(*args: str) -> Result:
        return app.test_cli_runner().invoke(args=["hub", *args])

    return run


@pytest.fixture
def hub(catalogue: Catalogue) -> Run:
    """Runs a command on the emptied database of the made-up area."""
    return runner_of(catalogue.app)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A small area's folder, with two listings."""
    folder = Path(shutil.copytree(FAIRSHIRE, tmp_path / "town"))
    (folder / "services.csv").write_text(table(cells(id="one"), cells(id="two", **north(1))), encoding="utf-8")
    return folder


@pytest.fixture(params=DATABASES)
def empty_app(request: pytest.FixtureRequest, make_database: Callable[[str, str], str], town: Path) -> Iterator[Flask]:
    """The app of that area on a database with no tables."""
    address = make_database(request.param, f"set-up-{next(numbers)}")
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(town), "HUB_POSTCODES_BOX": BOX})
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def quick_setup(empty_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Sets up without what takes its time: postcodes, which a broken setting keeps out, and most phrases."""
    empty_app.config["HUB_POSTCODES_BOX"] = "here"
    monkeypatch.setattr("hub_finder.cli.PHRASES", PHRASES[-1:])
    return runner_of(empty_app)


def count(table_of: type[Service | Place | Postcode | SearchEntry]) -> int:
    return db.session.scalar(select(func.count()).select_from(table_of)) or 0


def test_setting_up_twice_loads_everything_once(empty_app: Flask) -> None:
    hub = runner_of(empty_app)

    first, second = hub("setup"), hub("setup")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "Listings: 2 added, 0 changed, 0 unchanged." in first.stdout
    assert "Places: 4 added" in first.stdout
    assert "added" not in second.stdout
    # Needs, postcodes, places, listings, and phrases in six languages.
    assert second.stdout.count("Nothing changed") == 10
    with empty_app.app_context():
        assert (count(Service), count(Place)) == (2, 4)
        assert 10 < count(Postcode) < 5_000


def test_setting_up_again_keeps_what_people_changed_since(empty_app: Flask, quick_setup: Run) -> None:
    quick_setup("setup")
    with empty_app.app_context():
        db.session.execute(text("UPDATE service SET summary = 'Put right by hand.'"))
        db.session.commit()

    quick_setup("setup")

    with empty_app.app_context():
        assert set(db.session.scalars(select(Service.summary))) == {"Put right by hand."}


def test_setting_up_makes_an_index_that_an_upgrade_left_empty(empty_app: Flask, quick_setup: Run) -> None:
    quick_setup("setup")
    with empty_app.app_context():
        db.session.execute(text("DELETE FROM search_entry"))
        db.session.commit()

    mended, again = quick_setup("setup"), quick_setup("setup")

    assert "Index: 2 listings indexed." in mended.stdout
    assert "Index:" not in again.stdout
    with empty_app.app_context():
        assert count(SearchEntry) == 2


def test_setting_up_what_a_later_version_made_changes_nothing_and_says_so(empty_app: Flask, quick_setup: Run) -> None:
    quick_setup("setup")
    with empty_app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()

    result = quick_setup("setup")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("The tables are at 9999: a later version made them, and nothing was changed.\n")


def test_setting_up_brings_in_a_new_file(quick_setup: Run, town: Path) -> None:
    quick_setup("setup")
    (town / "services.csv").write_text(table(cells(id="one"), cells(id="three", cost="?")), encoding="utf-8")

    refused, again = quick_setup("setup"), quick_setup("setup")

    assert "line 3, cost: “?” must be one of" in refused.stdout
    assert "line 3, cost" in again.stdout


def test_new_places_stay_although_the_listings_are_those_of_last_time(
    empty_app: Flask, quick_setup: Run, town: Path
) -> None:
    quick_setup("setup")
    with (town / "places.csv").open("a", encoding="utf-8") as file:
        file.write("Newham Green,,52.12,-1.22,FA1,E09999001,10,village,made up\n")

    result = quick_setup("setup")

    assert "Places: 1 added" in result.stdout
    with empty_app.app_context():
        assert count(Place) == 5


@pytest.mark.parametrize("file", ["services.csv", "places.csv"])
def test_setting_up_without_a_file_says_which(quick_setup: Run, town: Path, file: str) -> None:
    (town / file).unlink()

    result = quick_setup("setup")

    assert result.exit_code == 2
    assert file in result.stderr


def test_setting_up_with_a_broken_box_says_so_and_goes_on(quick_setup: Run) -> None:
    result = quick_setup("setup")

    assert result.exit_code == 2
    assert "HUB_POSTCODES_BOX must be four numbers" in result.stderr
    assert "Listings: 2 added" in result.stdout


@pytest.mark.parametrize("command", [("needs", "sleep"), ("search", "sleep"), ("reindex",), ("export-services", "out")])
def test_before_it_is_set_up_a_command_says_what_to_do(
    empty_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)

    result = runner_of(empty_app)(*command)

    assert result.exit_code == 1
    assert "flask hub setup" in result.stderr


def test_good_files_are_imported_with_code_0(hub: Run, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(table(cells()), encoding="utf-8")

    first, second = hub("import-services", str(file)), hub("import-services", str(file))

    assert (first.exit_code, first.stdout) == (0, "1 added, 0 changed, 0 unchanged.\n")
    assert (second.exit_code, second.stdout) == (0, "Nothing changed (1 rows).\n")


def test_refused_rows_give_code_1_and_the_rest_goes_in(hub: Run, catalogue: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(table(cells(), cells(id="bad", min_age="two")), encoding="utf-8")

    result = hub("import-services", str(file))

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "1 added, 0 changed, 0 unchanged, 1 refused.",
        "line 3, min_age: “two” must be a number from 0 to 120",
    ]
    with catalogue.app.app_context():
        assert count(Service) == 1


def test_a_dry_run_says_so_and_keeps_nothing(hub: Run, catalogue: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(table(cells()), encoding="utf-8")

    result = hub("import-services", "--dry-run", str(file))

    assert result.stdout.splitlines() == [
        "A dry run: nothing was kept.",
        "1 added, 0 changed, 0 unchanged.",
        "added acorn-stay-and-play: Acorn Stay and Play",
    ]
    with catalogue.app.app_context():
        assert count(Service) == 0


@pytest.mark.parametrize("command", ["import-services", "import-places", "import-postcodes"])
@pytest.mark.parametrize("content", [None, "", "colour\nred\n"])
def test_a_file_that_cannot_be_read_gives_code_2_on_stderr(
    hub: Run, tmp_path: Path, command: str, content: str | None
) -> None:
    file = tmp_path / "in.csv"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    result = hub(command, str(file))

    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.output


def test_places_are_imported_and_stay(hub: Run, catalogue: Catalogue) -> None:
    file = str(catalogue.area.places_file)

    first, second = hub("import-places", file), hub("import-places", file)

    assert (first.exit_code, first.stdout) == (0, "4 added, 0 changed, 0 unchanged.\n")
    assert (second.exit_code, second.stdout) == (0, "Nothing changed (4 rows).\n")
    with catalogue.app.app_context():
        assert count(Place) == 4


def test_what_is_exported_is_the_catalogue(hub: Run, catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.add(id="b", name="Zoë’s")
    catalogue.add(id="a")
    file = tmp_path / "out.csv"

    result = hub("export-services", str(file))

    assert (result.exit_code, result.stdout) == (0, f"Written to {file}.\n")
    with catalogue.app.app_context():
        assert file.read_text(encoding="utf-8") == "".join(export_services(iterate_services()))
    assert file.read_bytes().startswith(",".join(FILE_COLUMNS).encode() + b"\na,")
    assert hub("import-services", str(file)).stdout == "Nothing changed (2 rows).\n"


@pytest.mark.parametrize("where", ["no/such/folder/out.csv", "."])
def test_an_export_that_cannot_be_written_says_so(hub: Run, tmp_path: Path, where: str) -> None:
    result = hub("export-services", str(tmp_path / where))

    assert result.exit_code == 2
    assert "cannot be opened" in result.stderr


def test_needs_are_listed_with_their_scores(hub: Run) -> None:
    result = hub("needs", "my baby will not sleep")

    score, slug, *label = result.stdout.splitlines()[0].split()
    assert (slug, label, result.exit_code) == ("sleep", ["Sleep:", "sleep"], 0)
    assert float(score) > 0


def test_the_index_is_made_again(hub: Run, catalogue: Catalogue) -> None:
    catalogue.add(id="a", name="Acorn")
    catalogue.add(id="b", name="Beech")
    with catalogue.app.app_context():
        db.session.execute(text("DELETE FROM search_entry"))
        db.session.commit()

    result = hub("reindex")

    assert (result.exit_code, result.stdout) == (0, "2 listings indexed.\n")
    assert "Acorn" in hub("search", "acorn").stdout


def test_a_database_that_cannot_be_reached_is_not_said_to_be_empty() -> None:
    app = create_app({"DATABASE_URL": "postgresql://127.0.0.1:1/nowhere", "HUB_AREA": str(FAIRSHIRE)})

    result = runner_of(app)("needs", "sleep")

    assert isinstance(result.exception, OperationalError)
    assert "flask hub setup" not in result.output


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_progress_is_shown_on_a_terminal_and_not_in_a_log(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, shown: bool
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    bar = Progress("Postcodes")

    for done in range(0, 1001, 5):
        bar(done, 1000)
    written = stream.getvalue()
    bar.finish()

    if shown:
        assert written.count("\r") == 101
        assert written.endswith(f"\rPostcodes: [{'#' * 25}] 100%")
        assert stream.getvalue().endswith(" \r")
    else:
        assert stream.getvalue() == ""
