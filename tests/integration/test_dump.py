"""The open data as files: whole or not there at all, checked by their sums, without what is not public."""

import csv
import io
import json
import subprocess
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from hub_finder import open_data
from hub_finder.importers.export import export_services
from hub_finder.importers.services import import_services
from hub_finder.models.services import Status
from hub_finder.open_data import FILES, KEPT, find_file
from tests.factories import Catalogue
from tests.integration.giving_out import FULL
from tests.integration.test_pages_whole_service import store
from tests.reading import read

Dump = Callable[[], Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "open" / "data"


@pytest.fixture
def town(catalogue: Catalogue, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    catalogue.add_places()
    catalogue.add({"location_name": "Elm Hall", "city": "Elm"}, **{**FULL, "id": "full", "name": "Full Group"})
    catalogue.add(id="line", name="Birch Line", delivery="phone", service_area="national")
    monkeypatch.setitem(catalogue.app.config, "HUB_DATA_FOLDER", str(folder))
    # Tests change it.
    monkeypatch.setitem(catalogue.app.config, "HUB_BASE_URL", catalogue.app.config["HUB_BASE_URL"])
    return catalogue


@pytest.fixture
def dump(town: Catalogue, folder: Path) -> Dump:
    return lambda: town.app.test_cli_runner().invoke(args=["hub", "dump", str(folder)])


def test_dump_holds_every_file_with_its_checksum(dump: Dump, folder: Path) -> None:
    result = dump()

    latest = folder / "latest"
    assert (result.exit_code, result.output.splitlines()[0]) == (0, f"2 listings written to {latest.resolve()}.")
    assert {path.name for path in latest.iterdir()} == set(FILES)
    checked = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=latest, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count(b": OK") == len(FILES) - 1
    manifest = json.loads((latest / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["listings"], manifest["area"], manifest["licence"]) == (2, "Fairshire", "LICENCE.txt")
    for name, told in manifest["files"].items():
        content = (latest / name).read_bytes()
        assert (told["bytes"], told["sha256"]) == (len(content), sha256(content).hexdigest())
        assert (latest / name).stat().st_mode & 0o777 == 0o644
    assert latest.resolve().stat().st_mode & 0o777 == 0o755


def test_files_say_what_the_site_says(dump: Dump, town: Catalogue, client: FlaskClient, folder: Path) -> None:
    dump()
    latest = folder / "latest"

    lines = [json.loads(line) for line in (latest / "services.ndjson").read_text(encoding="utf-8").splitlines()]
    given = client.get("/api/v3/services?format=ndjson&full=true").get_data(as_text=True).splitlines()
    features = json.loads((latest / "services.geojson").read_bytes())["features"]

    assert (latest / "services.csv").read_bytes() == client.get("/services.csv").data
    assert sorted(lines, key=lambda one: one["id"]) == sorted(map(json.loads, given), key=lambda one: one["id"])
    assert [one["properties"]["slug"] for one in features] == ["full", "full", "line"]
    assert not [one for one in features if {"open_now", "next_session", "when"} & one["properties"].keys()]
    twins = [one for slug in ("full", "line") for one in client.get(f"/services/{slug}.geojson").get_json()["features"]]
    assert [(one["id"], one["geometry"]) for one in features] == [(one["id"], one["geometry"]) for one in twins]


def test_table_of_a_dump_is_imported_again(dump: Dump, town: Catalogue, folder: Path) -> None:
    dump()

    with town.app.app_context():
        report = import_services(folder / "latest" / "services.csv", area=town.area)

    assert (report.exit_code, report.added, report.changed) == (0, 0, 0)


def test_licence_is_the_one_that_the_site_states(dump: Dump, client: FlaskClient, folder: Path) -> None:
    dump()

    text = (folder / "latest" / "LICENCE.txt").read_text(encoding="utf-8")
    page = read(client.get("/about/data"))

    said = " ".join(page.get_text(" ").split()).replace(" ,", ",")
    links = {str(link["href"]) for link in page.select("a[href^='https://']")}
    sentences = [line for line in text.splitlines() if line]
    assert len(sentences) == 6
    for sentence in sentences:
        assert sentence in (links if sentence.startswith("https://") else said), sentence


def test_what_is_not_public_is_in_no_file(dump: Dump, town: Catalogue, folder: Path) -> None:
    town.add(id="hidden", name="Hidden Group")
    town.add(id="ended", name="Ended Group")
    town.add(id="refuge", name="Refuge", sensitive="yes", delivery="phone", schedule="WEEKLY TU 10:00-12:00")
    store(town, "hidden", status=Status.PAUSED)
    store(town, "ended", status=Status.RETIRED)

    dump()

    for name in FILES:
        said = (folder / "latest" / name).read_text(encoding="utf-8")
        assert "Hidden Group" not in said, name
        assert "Ended Group" not in said, name
    features = json.loads((folder / "latest" / "services.geojson").read_bytes())["features"]
    [refuge] = [one for one in features if one["properties"]["slug"] == "refuge"]
    assert (refuge["geometry"], refuge["properties"]["place"]) == (None, None)
    rows = csv.DictReader(io.StringIO((folder / "latest" / "services.csv").read_text(encoding="utf-8")))
    [row] = [row for row in rows if row["id"] == "refuge"]
    assert [row[name] for name in ("location_name", "address_1", "postal_code", "latitude")] == [""] * 4


def test_last_two_dumps_are_kept_and_nothing_else_is_touched(dump: Dump, town: Catalogue, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("ours", encoding="utf-8")
    (folder / "2020-01-01T000000.000000Z").mkdir()
    (folder / "2020-01-01T000000.000000Z" / "photo.jpg").write_bytes(b"not a dump")

    for _ in range(KEPT + 2):
        assert dump().exit_code == 0

    dumps = [path for path in folder.iterdir() if (path / "SHA256SUMS").is_file() and not path.is_symlink()]
    assert len(dumps) == KEPT
    assert (folder / "latest").resolve() == max(dumps)
    assert (folder / "2020-01-01T000000.000000Z" / "photo.jpg").exists()
    assert (folder / "notes.txt").exists()
    assert not list(folder.glob(".*"))


def test_dump_that_fails_leaves_the_last_one(
    dump: Dump, town: Catalogue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump()
    before = (folder / "latest").resolve()
    town.add(id="new", name="New Group")

    def full_disk(*_args: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(open_data, "_lines", full_disk)
    result = dump()

    assert result.exit_code == 2
    assert "room" in result.output
    assert (folder / "latest").resolve() == before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    assert "new" not in (before / "services.csv").read_text(encoding="utf-8").split(",")


def test_reader_never_sees_half_of_a_dump(dump: Dump, town: Catalogue, folder: Path) -> None:
    dump()
    seen: list[str] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            latest = (folder / "latest").resolve()
            seen.append(",".join(sorted(path.name for path in latest.iterdir())))

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(2):
        dump()
    stop.set()
    reader.join()

    assert set(seen) == {",".join(sorted(FILES))}


def test_files_of_a_dump_are_of_one_moment(dump: Dump, town: Catalogue, folder: Path) -> None:
    """A listing that is added while the first file is written is in none of them."""
    original = export_services

    def add_meanwhile(services: object) -> object:
        for number, line in enumerate(original(services)):  # type: ignore[arg-type]
            if number == 1:
                other = threading.Thread(target=lambda: town.add(id="meanwhile", name="Meanwhile"))
                other.start()
                other.join()
            yield line

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_data, "export_services", add_meanwhile)
        result = dump()

    assert result.exit_code == 0
    files = {name: (folder / "latest" / name).read_text(encoding="utf-8") for name in FILES}
    assert [name for name, said in files.items() if "Meanwhile" in said] == []
    dump()
    assert "Meanwhile" in (folder / "latest" / "services.ndjson").read_text(encoding="utf-8")


@pytest.mark.parametrize("base", ["https://hubs.example/", ""])
def test_features_name_pages_when_the_site_knows_its_address(
    dump: Dump, town: Catalogue, folder: Path, base: str
) -> None:
    town.app.config["HUB_BASE_URL"] = base

    dump()

    [line] = json.loads((folder / "latest" / "services.geojson").read_bytes())["features"][-1:]
    assert line["properties"].get("url") == ("https://hubs.example/services/line" if base else None)


# ---- the site gives them out


def test_nothing_is_given_out_without_the_setting_or_before_the_first_dump(
    town: Catalogue, client: FlaskClient, dump: Dump
) -> None:
    before = [client.get(f"/data/{name}").status_code for name in FILES]
    dump()
    town.app.config["HUB_DATA_FOLDER"] = ""
    without = [client.get(f"/data/{name}").status_code for name in FILES]

    assert set(before) == set(without) == {404}


def test_site_gives_out_the_files_of_the_last_dump(client: FlaskClient, dump: Dump, folder: Path) -> None:
    dump()

    for name, kind in FILES.items():
        with client.get(f"/data/{name}") as response:
            assert (response.status_code, response.mimetype) == (200, kind)
            assert response.data == (folder / "latest" / name).read_bytes()
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            tag = response.headers["ETag"]
        with client.get(f"/data/{name}", headers={"If-None-Match": tag}) as again:
            assert again.status_code == 304


@pytest.mark.parametrize(
    "name",
    [
        *("../latest/services.csv", "..%2f..%2fsecret", "%2e%2e/secret", "secret", "secret.csv", ".", "%00"),
        *("services.csv%00", "services.csv/", "latest/services.csv", "LICENCE.TXT", "link"),
    ],
)
def test_no_other_file_is_given_out(client: FlaskClient, dump: Dump, folder: Path, name: str) -> None:
    dump()
    for place in (folder, folder.parent, folder / "latest"):
        (place / "secret").write_text("secret", encoding="utf-8")
    (folder / "latest" / "link").symlink_to(folder / "secret")

    assert client.get(f"/data/{name}").status_code == 404


def test_link_in_the_place_of_a_file_is_not_followed(town: Catalogue, dump: Dump, folder: Path) -> None:
    dump()
    (folder / "secret").write_text("secret", encoding="utf-8")
    (folder / "latest" / "services.csv").unlink()
    (folder / "latest" / "services.csv").symlink_to(folder / "secret")

    assert find_file(str(folder), "services.csv") is None
    assert find_file(str(folder), "services.geojson") is not None


def test_page_about_the_data_leads_to_the_files_once_there_are_some(
    town: Catalogue, client: FlaskClient, dump: Dump, app: Flask
) -> None:
    def links() -> set[str]:
        return {str(link["href"]) for link in read(client.get("/about/data")).select("main a[href^='/data/']")}

    before = links()
    dump()

    assert before == set()
    assert links() == {f"/data/{name}" for name in FILES}


@pytest.mark.parametrize("packed", ["identity", "gzip", "br"])
def test_file_is_not_read_twice_however_it_was_packed(dump: Dump, client: FlaskClient, packed: str) -> None:
    dump()
    headers = {"Accept-Encoding": packed}

    for name in FILES:
        with client.get(f"/data/{name}", headers=headers) as first:
            asked = {**headers, "If-None-Match": first.headers["ETag"]}
        with client.get(f"/data/{name}", headers=asked) as again:
            assert (first.status_code, again.status_code) == (200, 304), name


def test_file_that_is_not_there_is_told_to_programs(client: FlaskClient) -> None:
    response = client.get("/data/none")

    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.get_json()["error"] == "not_found"
