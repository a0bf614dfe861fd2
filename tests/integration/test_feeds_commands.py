"""flask hub import-open-referral, feeds and proposals; reads that are killed; and feeds that others published."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub_finder.config import ROOT
from hub_finder.directory.catalogue import find_services, get_service
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from hub_finder.importers.open_referral import import_open_referral
from hub_finder.models.feeds import FeedAnswer
from hub_finder.models.services import Service
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.feed_server import Answer, FeedServer, feed_id, service, serving

SHARED = ROOT.parent / "shared/oruk"
needs_shared = pytest.mark.skipif(
    not SHARED.exists(),
    reason="not here: ../shared/oruk, with the published examples, which are others’ and no part of this project",
)
Run = Callable[..., Result]
numbers = iter(range(1000))


@pytest.fixture
def hub(catalogue: Catalogue) -> Run:
    def run(*args: str) -> Result:
        return catalogue.app.test_cli_runner().invoke(args=["hub", *args])

    return run


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    with serving() as server:
        server.services = [service(1), service(2)]
        yield server


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Service)) or 0


# ---- commands


def test_a_feed_is_loaded_twice_and_listed(hub: Run, feed: FeedServer) -> None:
    first = hub("import-open-referral", feed.address, "--name", "Elm", "--trusted")
    second = hub("import-open-referral", feed.address)

    listed = hub("feeds")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert "2 added, 0 changed, 0 unchanged." in first.stdout
    assert "Nothing changed (2 rows)." in second.stdout
    assert "Elm  Read whole" in listed.stdout
    assert f"{feed.address}  version HSDS-UK-3.0, trusted" in listed.stdout
    assert "2 listings in use, 0 proposals to decide" in listed.stdout


def test_a_refused_service_gives_exit_code_1_and_is_told(hub: Run, feed: FeedServer) -> None:
    feed.services = [service(1), service(2, url="no address")]

    result = hub("import-open-referral", feed.address)

    assert result.exit_code == 1
    told = f"item 2 ({feed_id('service 2')}), url: “no address” must be a web address that starts with http://"
    assert told in result.stdout


def test_what_cannot_be_read_gives_exit_code_2(hub: Run, feed: FeedServer, tmp_path: Path) -> None:
    feed.trouble["/services"] = Answer(b"<html>")

    page, folder = hub("import-open-referral", feed.address), hub("import-open-referral", str(tmp_path))

    assert (page.exit_code, folder.exit_code) == (2, 2)
    assert "An answer is a web page." in page.stderr
    assert "There is no service_list.json" in folder.stderr
    assert "Not a feed as it should be" in hub("feeds").stdout


def test_a_dry_run_says_so(hub: Run, feed: FeedServer) -> None:
    result = hub("import-open-referral", feed.address, "--dry-run")

    assert "A dry run: nothing was kept." in result.stdout
    assert hub("feeds").stdout == ""


def test_proposals_are_listed_taken_and_declined(hub: Run, feed: FeedServer, catalogue: Catalogue) -> None:
    catalogue.add(id="ours", name="Ours", uuid=feed_id("service 1"))
    catalogue.add(id="ours-too", name="Ours too", uuid=feed_id("service 2"))
    hub("import-open-referral", feed.address, "--name", "Elm")

    listed = hub("proposals").stdout
    first, second = (line.split()[0] for line in listed.splitlines() if "from Elm" in line)
    taken, declined = (
        hub("take-proposal", first, "--by", "Kim"),
        hub("decline-proposal", second, "--by", "Kim"),
    )

    assert "name: Ours → Reading club 1" in listed
    assert (taken.stdout, declined.stdout) == ("Taken: ours.\n", "Declined: ours-too stays as it is.\n")
    assert hub("proposals").stdout == ""
    assert "Elm" not in hub("history", "ours-too").stdout
    assert "Taken from Elm" in hub("history", "ours").stdout


@pytest.mark.parametrize("command", ["take-proposal", "decline-proposal"])
def test_a_proposal_that_is_not_open_or_nobody_decides_is_told(
    hub: Run, feed: FeedServer, catalogue: Catalogue, command: str
) -> None:
    catalogue.add(id="ours", name="Ours", uuid=feed_id("service 1"))
    hub("import-open-referral", feed.address)
    number = next(line.split()[0] for line in hub("proposals").stdout.splitlines())

    unknown, nobody = hub(command, "99999", "--by", "Kim"), hub(command, number, "--by", " ")

    assert (unknown.exit_code, nobody.exit_code) == (1, 1)
    assert "No open proposal has the number 99999." in unknown.stderr
    assert "Say who decided" in nobody.stderr


def test_a_page_of_a_feeds_hostile_texts_is_safe(hub: Run, feed: FeedServer, client: FlaskClient) -> None:
    script = "<script>alert(1)</script> {{7*7}} '; DROP TABLE service; -- \u202e\x00"
    feed.services = [
        service(1, name=f"Club {script}", description=script * 200, alert=script, fees=script),
        service(2, url="javascript:alert(1)"),
        service(3, description="\ud800 lone"),
    ]

    result = hub("import-open-referral", feed.address)

    assert "2 added, 0 changed, 0 unchanged, 1 refused." in result.stdout
    with client.application.app_context():
        slug = next(one.slug for one in find_services() if one.name.startswith("Club"))
    page = client.get(f"/services/{slug}").get_data(as_text=True)
    assert "{{7*7}}" in page
    assert "<script>alert" not in page


# ---- killed


@pytest.fixture(params=DATABASES)
def own_app(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    app = build_app(make_database(request.param, f"killed-{next(numbers)}"), HUB_AREA=str(FAIRSHIRE))
    with app.app_context():
        import_needs(ROOT / "data/needs.csv")
        yield app
        db.session.remove()
        db.engine.dispose()


def start_reading(app: Flask, address: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["DATABASE_URL"],
        "HUB_AREA": str(FAIRSHIRE),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "hub", "import-open-referral", address]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_until(done: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.01)


def has_answer(key: str) -> bool:
    db.session.rollback()
    return db.session.scalar(select(FeedAnswer.feed_id).where(FeedAnswer.key == key)) is not None


def test_a_read_that_is_killed_leaves_the_old_listings_and_the_next_goes_on(own_app: Flask, feed: FeedServer) -> None:
    feed.services, feed.full = [service(number) for number in range(1, 101)], False
    asked_for = feed_id("service 60")

    process = start_reading(own_app, feed.address)
    wait_until(lambda: any(asked_for in asked for asked in feed.asked))
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert count() == 0
    kept = db.session.scalar(select(func.count()).select_from(FeedAnswer)) or 0
    assert kept >= 59
    feed.asked.clear()
    report = import_open_referral(feed.address, area=own_app.extensions["hub_area"])
    assert (report.added, count()) == (100, 100)
    assert len([asked for asked in feed.asked if "/services/" in asked]) <= 101 - kept


def test_a_read_that_is_killed_while_it_is_applied_leaves_the_old_or_the_new(own_app: Flask, feed: FeedServer) -> None:
    feed.services = [service(number) for number in range(1, 801)]
    feed.per_page = 400

    found = []
    for wait in (0.0, 0.4):
        process = start_reading(own_app, feed.address)
        wait_until(lambda: has_answer("page:2"))  # all is read
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        found.append(count())

    assert found[0] == 0
    assert found[1] in (0, 800)
    import_open_referral(feed.address, area=own_app.extensions["hub_area"])
    assert count() == 800


# ---- folders


def test_a_folder_of_answers_is_read_as_the_feed_is(hub: Run, tmp_path: Path) -> None:
    listed = [{name: one[name] for name in ("id", "name", "status")} for one in (service(1), service(2))]
    answers = {
        "service_list": {"contents": listed, "total_items": 2, "total_pages": 1},
        "service_full_1": service(1, organization=None, organization_id="o-1"),
        "service_2": service(2),
        "organizations": {"contents": [{"id": "o-1", "name": "Ash"}]},
        "api_details": {"version": "HSDS-UK-3.0"},
    }
    for name, content in answers.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

    first, second = (hub("import-open-referral", str(tmp_path), "--name", "Saved") for _ in range(2))

    assert first.stdout.startswith(
        "Read: service_list.json, service_2.json, service_full_1.json."
        " Beside them: api_details.json, organizations.json."
    )
    assert "2 added" in first.stdout
    assert "Nothing changed (2 rows)." in second.stdout


def test_one_file_of_services_is_read(hub: Run, tmp_path: Path) -> None:
    file = tmp_path / "anything.json"
    file.write_text(json.dumps([service(1), service(2)]), encoding="utf-8")

    assert "2 added" in hub("import-open-referral", str(file)).stdout


def test_a_folder_of_tables_is_read(hub: Run, catalogue: Catalogue, tmp_path: Path) -> None:
    tables = {
        "services": "id,organization_id,name,description,status,minimum_age\n1,o,Club,Songs.,active,\n",
        "organizations": "id,name\no,Elm\n",
        "service_at_locations": "id,service_id,location_id\nl,1,p\n",
        "locations": "id,location_type,name,latitude,longitude\np,physical,Mill Hall,52.1,-1.2\n",
        "addresses": "id,location_id,address_1,city\na,p,1 Mill Lane,Oakham Green\n",
        "contacts": "id,service_id,name\nc,1,Jo\n",
        "phones": "id,contact_id,number\nn,c,01632 960001\n",
        "schedules": "id,service_id,service_at_location_id,freq,byday,opens_at\ns,1,l,WEEKLY,MO,10:00\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")

    result = hub("import-open-referral", str(tmp_path))

    assert "1 added" in result.stdout
    with catalogue.app.app_context():
        club = get_service("club")
        assert (club.phone, club.contacts[0].name, club.organisation.name) == ("01632 960001", "Jo", "Elm")
        assert (club.places[0].address_1, club.schedules[0].byday, club.schedules[0].place) == (
            "1 Mill Lane",
            ["MO"],
            0,
        )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("service_list.json", "{", "not JSON, or cut off"),
        ("service_list.json", '{"things": []}', "no list of services"),
        ("services.csv", 'id,name\n"1', "is not a CSV file"),
    ],
)
def test_a_broken_folder_is_told(hub: Run, tmp_path: Path, name: str, content: str, reason: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")

    result = hub("import-open-referral", str(tmp_path))

    assert result.exit_code == 2
    assert reason in result.stderr


# ---- what others published


@needs_shared
@pytest.mark.parametrize(
    ("folder", "added", "refused", "health"),
    [
        ("examples", 1, 0, "not a feed as it should be. It says that it has 10 services; its files have 1."),
        ("examples/csv", 1, 0, "nothing new for a long time"),
        ("mocks/V3.0-UK-Default", 1, 0, "nothing new for a long time"),
        ("mocks/V3.0-UK-Warn", 1, 0, "nothing new for a long time"),
        ("mocks/V3.0-UK-Test", 1, 127, "not a feed as it should be"),
        ("mocks/V3.0-UK-Fail", 0, 4, "not a feed as it should be"),
    ],
)
def test_published_examples_come_in_as_far_as_they_are_right(
    catalogue: Catalogue, session: object, folder: str, added: int, refused: int, health: str
) -> None:
    report = import_open_referral(str(SHARED / folder), area=catalogue.area, name="Examples")
    again = import_open_referral(str(SHARED / folder), area=catalogue.area, name="Examples")

    assert (report.added, len({one.line for one in report.refused})) == (added, refused)
    assert (again.added, again.changed, again.unchanged) == (0, 0, added)
    assert any(note.startswith(f"Examples: {health}") for note in report.notes)
    for one in find_services():
        assert one.uid == "ac148810-d857-441c-9679-408f346de14b"
        assert (one.min_age, one.max_age, one.cost, one.schedules) == (12, 100, "not_stated", [])
        assert one.places[0].latitude is None


@needs_shared
def test_a_folder_without_services_is_no_feed(hub: Run) -> None:
    result = hub("import-open-referral", str(SHARED / "mocks/V1.0-UK-Default"))

    assert result.exit_code == 2


@needs_shared
def test_the_published_answers_come_in_over_http_too(hub: Run, feed: FeedServer) -> None:
    folder = SHARED / "mocks/V3.0-UK-Default"
    whole = json.loads((folder / "service_full.json").read_bytes())
    feed.files = {
        "services": json.loads((folder / "service_list.json").read_bytes()),
        f"services/{whole['id']}": whole,
    }

    result = hub("import-open-referral", feed.address)

    assert (result.exit_code, "1 added" in result.stdout) == (0, True)
    assert any(whole["id"] in asked for asked in feed.asked)
