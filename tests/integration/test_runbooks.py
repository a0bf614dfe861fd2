"""Every command of docs/runbooks.md is run as it stands there, on both databases, and does what the runbook is for.

The machine is a folder: its programs that are not ours (systemctl, runuser, git, the installer) note what they were
told. What stands before `=` in a runbook is filled in.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, inspect, text

from hub_finder import create_app
from hub_finder.config import ROOT, database_address
from hub_finder.directory import outbox
from hub_finder.extensions import db
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.integration.test_another_key import is_in, same_browser
from tests.integration.test_backups import PROGRAMS
from tests.mail_server import taking_mail
from tests.page_client import PageClient
from tests.quick_flask import quick_flask
from tests.signing_in import sign_in

TEXT = (ROOT / "docs/runbooks.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# The programs of the machine that a test may not run: each notes what it was called with. runuser runs the rest.
NOTES = '#!/bin/sh\necho "$(basename "$0") $*" >> "$NOTES"\n'
RUNS_AS = '[ "$1 $2 $3" = "-u hub-finder --" ] && shift 3 && exec "$@"\n'
# Which tables the database has when the program changes is noted too.
ASKS_TABLES = '[ "$1" = checkout ] && .venv/bin/flask --app wsgi db current 2>/dev/null >> "$NOTES" || true\n'
numbers = iter(range(1000))


def blocks(heading: str) -> list[str]:
    """The commands of a section, block by block."""
    section = re.search(rf"^##+ {heading}\n(.*?)(?=^##? |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert section, f"there is no section {heading}"
    return [dedent(body) for _indent, body in BLOCK.findall(section[1])]


@dataclass
class Machine:
    """A folder as deploy/ lays out a machine, with a site that has one listing, "Sleep clinic"."""

    folder: Path
    database: str
    app: Flask
    started: list[Flask] = field(default_factory=list)

    @property
    def settings(self) -> Path:
        return self.folder / "hub-finder.env"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def notes(self) -> list[str]:
        notes = self.folder / "notes"
        return notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []

    def run(self, *commands: str, **filled: object) -> str:
        """Run blocks as they stand, after those to begin with, with what is to fill in; returns what they printed."""
        (begin,) = blocks("Begin")
        there = filled | {"SETTINGS": self.settings, "BACKUPS": self.backups}
        # What the first lines say may be that the site is ill.
        begin = begin.replace("cd /srv/hub-finder\n", f"cd {self.folder}/checkout\n")
        script = "\n".join([begin, "set -e", *commands])
        for name, value in there.items():
            script, found = re.subn(rf"^{name}=.*$", f"{name}='{value}'", script, flags=re.MULTILINE)
            assert found, f"{name} is not there to fill in"
        env = {
            "PATH": f"{self.folder}/bin{os.pathsep}{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "NOTES": str(self.folder / "notes"),
        }
        done = subprocess.run(["bash", "-uc", script], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> Flask:
        """The site as it starts with the settings that are there now."""
        lines = self.settings.read_text(encoding="utf-8").splitlines()
        pairs = [line.split("=", 1) for line in lines]
        app = create_app({"TESTING": True, **{name: value.strip("'") for name, value in pairs}})
        app.test_client_class = PageClient
        self.started.append(app)
        return app

    def end(self) -> None:
        """Let go of the database, in all that was started."""
        for app in (self.app, *self.started):
            with app.app_context():
                db.session.remove()
                db.engine.dispose()

    def shown(self) -> list[str]:
        """What families find, of the two listings that tests add."""
        app = self.start()
        client = app.test_client()
        pages = client.get("/search?q=clinic").text + client.get("/search?q=toddler+group").text
        self.end()
        return [name for name in ("Sleep clinic", "Toddler group") if name in pages]


@pytest.fixture(scope="module")
def flask() -> Iterator[Path]:
    with TemporaryDirectory(prefix="flask-") as folder, quick_flask(Path(folder)) as program:
        yield program


@pytest.fixture(params=DATABASES)
def machine(
    request: pytest.FixtureRequest, make_database: Callable[[str, str], str], flask: Path, tmp_path: Path
) -> Iterator[Machine]:
    database = make_database(request.param, f"runbooks-{next(numbers)}")
    for name in ("bin", "backups", "checkout/.venv/bin", "checkout/scripts"):
        (tmp_path / name).mkdir(parents=True)
    programs = {
        "bin/systemctl": NOTES,
        "bin/git": NOTES + ASKS_TABLES,
        "bin/runuser": "#!/bin/sh\n" + RUNS_AS,
        "checkout/scripts/set-up": NOTES,
    }
    for name, script in programs.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "checkout/.venv/bin/flask").symlink_to(flask)
    area = tmp_path / "area"
    shutil.copytree(FAIRSHIRE, area)
    (area / "services.csv").write_text((ROOT / "data/services.csv").read_text().partition("\n")[0] + "\n")
    told = {
        "DATABASE_URL": database,
        "HUB_AREA": area,
        "SECRET_KEY": "o" * 40,
        "HUB_POSTCODES_BOX": "50.6,-2.2,50.7,-2.0",
    }
    (tmp_path / "hub-finder.env").write_text("".join(f"{name}='{value}'\n" for name, value in told.items()))
    (tmp_path / "hub-finder.env").chmod(0o600)
    app = build_app(database, HUB_AREA=str(area), SECRET_KEY="o" * 40)
    catalogue = Catalogue(app)
    catalogue.add_places()
    catalogue.add(name="Sleep clinic")
    machine = Machine(tmp_path, database, app)
    yield machine
    machine.end()


def back_up(machine: Machine, name: str) -> None:
    machine.run(f'flask hub backup "$BACKUPS/{name}"')


def test_the_runbooks_that_a_team_needs_are_there() -> None:
    named = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)

    assert named == ["Begin", "Restore", "Rotate secrets", "Unstick mail", "Upgrade", "Roll back"]
    assert all(blocks(name) for name in named)


def test_restore(machine: Machine) -> None:
    see, put_back, _damaged = blocks("Restore")
    back_up(machine, "hourly-07.backup")
    Catalogue(machine.app).add(name="Toddler group")

    said = machine.run(see, put_back, BACKUP="hourly-07.backup")

    assert "hourly-07.backup" in said
    assert said.rstrip().splitlines().count("Ready.") == 2
    assert machine.shown() == ["Sleep clinic"]
    (before,) = machine.backups.glob("before-restoring-*.backup")
    machine.run(put_back, BACKUP=before.name)
    assert machine.shown() == ["Sleep clinic", "Toddler group"]


@pytest.mark.parametrize("machine", ["sqlite"], indirect=True)
def test_restore_of_a_damaged_file(machine: Machine) -> None:
    _see, _put_back, damaged = blocks("Restore")
    back_up(machine, "hourly-07.backup")
    machine.end()
    path = Path(machine.database.removeprefix("sqlite:///"))
    path.write_bytes(b"\xff" * 9000)

    said = machine.run(damaged, BACKUP="hourly-07.backup", DATABASE=path)

    assert said.startswith("Hub Finder")
    assert "Not ready: The database is damaged." in said
    assert said.endswith("Ready.\n" + said.rpartition("Ready.\n")[2])
    assert machine.shown() == ["Sleep clinic"]
    assert (machine.backups / "damaged" / path.name).read_bytes()[:4] == b"\xff" * 4
    assert [note for note in machine.notes() if "socket" in note] == [
        "systemctl stop hub-finder.socket hub-finder.service",
        "systemctl start hub-finder.socket hub-finder.service",
    ]


def test_another_key(machine: Machine) -> None:
    (new_key, let_go) = blocks("The key of the site")
    before = sign_in(machine.start().test_client())

    machine.run(new_key)
    in_between = machine.start()
    assert is_in(same_browser(before, in_between))
    assert in_between.config["SECRET_KEY"] != "o" * 40
    now = sign_in(in_between.test_client())
    machine.run(new_key)
    assert machine.start().config["SECRET_KEY_FALLBACKS"] == [in_between.config["SECRET_KEY"], "o" * 40]
    assert is_in(same_browser(before, machine.start()))
    newest = sign_in(machine.start().test_client())

    machine.run(let_go)
    assert [is_in(same_browser(client, machine.start())) for client in (before, now, newest)] == [False, False, True]
    assert machine.settings.stat().st_mode & 0o777 == 0o600
    assert machine.notes() == ["systemctl restart hub-finder.service"] * 3
    assert not machine.settings.with_name("hub-finder.env.before").exists()


def test_mail_that_stands_still_leaves(machine: Machine) -> None:
    see, send, try_again = blocks("Unstick mail")
    with machine.app.app_context():
        outbox.post("ann@a.example", subject="Your report", body="Only for you\n")
        letter = outbox.get_next_or_none(0)
        assert letter
        outbox.fail(letter, "The mail server does not let us in (535).", for_good=True, claimed_at=None)
        outbox.post("bo@a.example", subject="Your report", body="Only for you\n")
        db.session.commit()

    with taking_mail() as server:
        with machine.settings.open("a") as settings:
            settings.write(f"HUB_MAIL_URL='{server.address}'\nHUB_MAIL_FROM='hubs@fairshire.example'\n")
        seen, sent, again = (machine.run(block) for block in (see, send, try_again))
        to = [server.read(number)["To"] for number in range(2)]

    assert "send-mail: never ran here" in seen
    assert "The mail server does not let us in (535)." in seen
    assert "1 sent, 0 waiting." in sent
    assert "To be tried again: 1." in again
    assert again.endswith("Mail that waits: 0. Given up: 0.\n")
    assert to == ["bo@a.example", "ann@a.example"]


def test_upgrade_from_the_first_release(machine: Machine) -> None:
    (upgrade,) = blocks("Upgrade")
    machine.end()
    machine.run("flask db downgrade 0001")

    said = machine.run(upgrade, VERSION="v9.9.9")

    assert said.startswith("Hub Finder")
    assert "Not ready: The database has no tables of this program. Run: flask hub setup" in said
    assert "\nReady.\n" in said
    assert machine.shown() == ["Sleep clinic"]
    assert (machine.backups / "before-v9.9.9.backup").stat().st_size > 0
    assert [note for note in machine.notes() if not note.startswith("0")] == [
        "git fetch --quiet --tags",
        "git checkout --quiet v9.9.9",
        "set-up requirements.txt",
        "systemctl restart hub-finder.service",
    ]


def previous() -> str:
    """The version of the tables before this program's."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    head = scripts.get_revision("head")
    assert head
    return str(head.down_revision)


def as_a_later_version_would(machine: Machine) -> None:
    """Tables that this program does not know, and that hold on to its own."""
    engine = create_engine(database_address(machine.database))
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE later (id INTEGER PRIMARY KEY, service_id INTEGER REFERENCES service(id))")
        )
        connection.execute(text("INSERT INTO later SELECT id, id FROM service"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


def test_roll_back_of_the_program_alone(machine: Machine) -> None:
    program, _tables, _data = blocks("Roll back")
    as_a_later_version_would(machine)

    said = machine.run(program, VERSION="v9.9.8")

    assert said.count("Tables: 9999.\nReady.\n") == 2
    assert machine.shown() == ["Sleep clinic"]
    assert "systemctl restart hub-finder.service" in machine.notes()


def test_roll_back_of_the_tables_keeps_what_was_listed_since(machine: Machine) -> None:
    _program, tables, _data = blocks("Roll back")
    Catalogue(machine.app).add(name="Toddler group")

    machine.run(tables, VERSION="v9.9.8", TABLES=previous())

    assert machine.shown() == ["Sleep clinic", "Toddler group"]
    # When the older program came, the tables were its own.
    assert [note.split()[0] for note in machine.notes() if note.startswith(("git", "0"))] == ["git", previous()]
    assert (machine.backups / "before-going-back.backup").exists()


def test_roll_back_of_the_data(machine: Machine) -> None:
    _program, _tables, data = blocks("Roll back")
    back_up(machine, "before-v9.9.9.backup")
    Catalogue(machine.app).add(name="Toddler group")
    machine.end()
    as_a_later_version_would(machine)

    machine.run(data, VERSION="v9.9.8", BACKUP="before-v9.9.9.backup")

    assert machine.shown() == ["Sleep clinic"]
    with machine.app.app_context():
        assert "later" not in inspect(db.engine).get_table_names()
