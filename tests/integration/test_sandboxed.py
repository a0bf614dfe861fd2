"""The units of deploy/systemd as far as a namespace goes: their paths and commands, as nobody, who may write little.

systemd itself does not run here: what it forbids besides (devices, settings of the kernel, kinds of sockets, other
namespaces) is not tried.
"""

import os
import re
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hub_finder.config import ROOT
from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.gunicorn_server import LAUNCH, PATIENCE, Server, ask
from tests.integration.test_served import form_headers
from tests.rules.test_deploy import DEPLOY, read_unit

TOKEN = "metrics-" * 3
REPORT = "/services/sleep/report"
# Run by root in a namespace of mounts of its own, which goes with it. Its arguments are the command.
ENTER = r"""
set -eu
mount -t tmpfs -o mode=755 tmpfs /srv
mkdir /srv/hub-finder /srv/python /srv/filled
mount --bind "$CHECKOUT" /srv/hub-finder
mount -o remount,bind,ro /srv/hub-finder
mount --bind "$FILLED" /srv/filled
if [ -n "$HIDDEN" ]; then
    # ProtectHome: homes are empty, here but for the Python that the environment is made of.
    mount --bind "$PYTHON" /srv/python
    mount -t tmpfs -o mode=755 tmpfs "$HIDDEN"
    mkdir -p "$PYTHON"
    mount --bind /srv/python "$PYTHON"
fi
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/lib
for name in $STATE; do mkdir "/var/lib/$name"; done
mount --bind /srv/filled /var/lib/hub-finder
for name in $STATE; do chown -R nobody "/var/lib/$name"; done
mkdir "/run/$RUNTIME"
chown nobody "/run/$RUNTIME"
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -o remount,bind,ro /
cd "$FOLDER"
umask "$UMASK"
exec setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""
# What systemd's ProtectHome hides and a Python may be in.
HOMES = ("root", "home")
IN_NAMESPACE = ("unshare", "--mount", "--propagation", "private", "sh", "-c")


def why_not() -> str | None:
    """What this machine lacks for a trial, or None."""
    if os.geteuid() or not shutil.which("setpriv"):
        return "no unit was tried: that takes root, and setpriv"
    if not (ROOT / ".venv/bin/gunicorn").exists() or ROOT.is_relative_to("/tmp"):  # noqa: S108  it is hidden
        return "no unit was tried: that takes a checkout with its environment in .venv, and not below /tmp"
    with suppress(OSError):
        if (
            subprocess.run([*IN_NAMESPACE, "mount -t tmpfs tmpfs /srv"], capture_output=True, check=False).returncode
            == 0
        ):
            return None
    return "no unit was tried: this machine lets nobody have a namespace of mounts"


NOT_HERE = why_not()
pytestmark = pytest.mark.skipif(NOT_HERE is not None, reason=str(NOT_HERE))


@pytest.fixture(scope="module")
def state(make_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the site may write to, with a database that was set up."""
    address = make_database("sqlite", "sandboxed")
    app = build_app(address, HUB_AREA=str(FAIRSHIRE))
    catalogue = Catalogue(app)
    catalogue.add_places()
    catalogue.add(id="sleep", name="Sleep clinic")
    folder = tmp_path_factory.mktemp("state")
    with app.app_context():
        db.session.remove()
        with closing(sqlite3.connect(folder / "hub.sqlite")) as there, closing(db.engine.raw_connection()) as here:
            here.driver_connection.backup(there)  # type: ignore[union-attr]
        db.engine.dispose()
    return folder


def settings() -> dict[str, str]:
    """The example of settings with its secrets filled in, of our made-up area."""
    lines = (DEPLOY / "hub-finder.env.example").read_text(encoding="utf-8").splitlines()
    told = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    return {**told, "SECRET_KEY": "k" * 40, "HUB_METRICS_TOKEN": TOKEN, "HUB_AREA": "tests/areas/fairshire"}


def entering(unit: str, state: Path, *command: str) -> tuple[list[str], dict[str, str]]:
    """A command as a unit would run it: what to start, and its environment."""
    service = read_unit(unit)["Service"]
    places = {
        "CHECKOUT": str(ROOT),
        "FILLED": str(state),
        "PYTHON": sys.base_prefix,
        "HIDDEN": next((f"/{home}" for home in HOMES if Path(sys.base_prefix).is_relative_to(f"/{home}")), ""),
        "STATE": service["StateDirectory"],
        "RUNTIME": service["RuntimeDirectory"],
        "FOLDER": service["WorkingDirectory"],
        "UMASK": service["UMask"],
    }
    return [*IN_NAMESPACE, ENTER, "sh", *command], {"PATH": os.environ["PATH"], **settings(), **places}


def command_of(unit: str, instance: str = "") -> list[str]:
    line = read_unit(unit)["Service"]["ExecStart"]
    return shlex.split(re.sub("%(.)", lambda found: {"%": "%", "i": instance}[found[1]], line))


def run(unit: str, state: Path, *command: str) -> subprocess.CompletedProcess[str]:
    program, env = entering(unit, state, *command)
    return subprocess.run(program, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE)


@pytest.fixture(scope="module")
def server(state: Path) -> Iterator[Server]:
    """hub-finder.service, its socket held by somebody else."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        fd = listening.fileno()
        launch = ("/srv/hub-finder/.venv/bin/python", "-c", LAUNCH, str(fd))
        program, env = entering("hub-finder.service", state, *launch, *command_of("hub-finder.service"))
        served = Server({}, listening, subprocess.Popen(program, env=env, pass_fds=(fd,)))
        try:
            served.wait_until_ready()
            yield served
        finally:
            served.stop()


def test_families_are_served_and_what_they_send_is_kept(server: Server, state: Path) -> None:
    headers, body = form_headers(server, REPORT)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request("POST", REPORT, body, headers)
    sent = connection.getresponse().status
    connection.close()
    status, page = ask(server.port, "/search?q=sleep")
    counted, metrics = ask(server.port, "/metrics", Authorization=f"Bearer {TOKEN}")

    assert (status, sent, counted) == (200, 303, 200)
    assert b"Sleep clinic" in page
    assert b'route="/search"' in metrics
    with closing(sqlite3.connect(state / "hub.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM report").fetchone() == (1,)


def test_workers_are_nobody_and_can_become_nobody_else(server: Server) -> None:
    for worker in server.workers():
        told = dict(line.split(":\t", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines())
        assert set(told["Uid"].split()) == {"65534"}
        assert {told[f"Cap{kind}"] for kind in ("Eff", "Prm", "Bnd", "Inh")} == {"0" * 16}
        assert told["NoNewPrivs"] == "1"


def test_nothing_but_its_own_folders_can_be_written(state: Path) -> None:
    own = ["/var/lib/hub-finder", "/run/hub-finder"]
    places = " ".join(
        ["/", "/etc", "/usr", "/var/tmp", "/var/lib", "/run", "/srv/hub-finder", "/srv/hub-finder/data", *own]  # noqa: S108
    )
    tries = f"for place in {places}; do if touch $place/tried 2>/dev/null; then rm $place/tried; echo $place; fi; done"

    done = run("hub-finder.service", state, "sh", "-c", tries)

    assert done.stdout.split() == own


@pytest.mark.parametrize(
    ("unit", "instance", "told"),
    [("hub-finder@.service", "purge", "drafts"), ("hub-finder-backup@.service", "H", "bytes written")],
)
def test_commands_of_timers_run(state: Path, unit: str, instance: str, told: str) -> None:
    done = run(unit, state, *command_of(unit, instance))

    assert done.returncode == 0, done.stderr
    assert told in done.stdout
