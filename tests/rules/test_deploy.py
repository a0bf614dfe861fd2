"""What deploy/ says of the program is so: its commands, ports, paths, limits and settings."""

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from gunicorn.app.wsgiapp import WSGIApplication

from hub_finder.cli import hub
from hub_finder.config import DEFAULTS, ROOT, load
from hub_finder.directory.jobs import NEEDED, SCHEDULED
from hub_finder.uploads import MOST_BYTES

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
PROXIES = [(DEPLOY / name).read_text(encoding="utf-8") for name in ("nginx.conf", "Caddyfile")]
GRACEFUL_SECONDS = 30


def read_unit(name: str) -> ConfigParser:
    unit = ConfigParser(interpolation=None, delimiters=("=",), strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "systemd" / name)
    return unit


def units_of(kind: str) -> list[str]:
    return [unit.name for unit in UNITS if unit.suffix == f".{kind}"]


def service_of(timer: str) -> tuple[str, str]:
    """The file of the service that a timer starts, and what it is called with."""
    started = read_unit(timer)["Timer"].get("Unit", timer.replace(".timer", ".service"))
    name, at, called = started.removesuffix(".service").partition("@")
    return f"{name}{at}.service", called


def command_of(timer: str) -> str:
    file, called = service_of(timer)
    line = read_unit(file)["Service"]["ExecStart"].replace("%i", called)
    found = re.search(r"flask --app wsgi hub ([a-z-]+)", line)
    assert found
    return found[1]


@pytest.mark.parametrize("timer", units_of("timer"))
def test_timer_starts_a_command_that_is_there(timer: str) -> None:
    assert (DEPLOY / "systemd" / service_of(timer)[0]).is_file()
    assert command_of(timer) in set(hub.commands) & set(SCHEDULED)


def test_every_command_that_must_run_by_itself_has_a_timer() -> None:
    assert {command_of(timer) for timer in units_of("timer")} >= set(NEEDED)


@pytest.mark.parametrize("name", units_of("service"))
def test_service_runs_as_nobody_who_matters_and_reads_the_settings(name: str) -> None:
    service = read_unit(name)["Service"]

    assert service["User"] == "hub-finder"
    assert service["EnvironmentFile"] == "/etc/hub-finder.env"
    assert service["ProtectSystem"] == "strict"
    assert service["WorkingDirectory"] == "/srv/hub-finder"


def test_the_server_starts_where_its_home_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an image and under ProtectHome: gunicorn would put a socket there that nobody of ours uses."""
    monkeypatch.setattr(sys, "argv", ["gunicorn", "wsgi:app"])
    set_up = WSGIApplication(prog="gunicorn")
    set_up.load_config_from_file(str(ROOT / "gunicorn.conf.py"))

    assert set_up.cfg.control_socket_disable


def test_workers_may_end_what_they_began() -> None:
    assert int(read_unit("hub-finder.service")["Service"]["TimeoutStopSec"]) > GRACEFUL_SECONDS
    assert "graceful_timeout" not in (ROOT / "gunicorn.conf.py").read_text(encoding="utf-8")


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed, so it read none of the units"
)
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/srv/hub-finder", str(ROOT))
        # One of those that are started with a word.
        (tmp_path / unit.name.replace("@.", "@H.")).write_text(text)
        (tmp_path / unit.name).write_text(text)
    started = [str(tmp_path / unit.name.replace("@.", "@H.")) for unit in UNITS]

    done = subprocess.run(["systemd-analyze", "verify", *started], capture_output=True, text=True, check=False)

    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line or "hub-finder" in line] == []
    assert done.returncode == 0


def test_example_of_settings_is_safe_once_secrets_are_in() -> None:
    lines = (DEPLOY / "hub-finder.env.example").read_text(encoding="utf-8").splitlines()
    settings = dict(line.removeprefix("# ").split("=", 1) for line in lines if re.match(r"(# )?[A-Z_]+=", line))

    assert set(settings) <= set(DEFAULTS)
    secrets = dict.fromkeys(("SECRET_KEY", "HUB_METRICS_TOKEN"), "s" * 40)
    assert [name for name, value in settings.items() if not value] == list(secrets)
    assert load({**settings, **secrets})["SESSION_COOKIE_SECURE"] is True
    state = read_unit("hub-finder.service")["Service"]
    assert settings["DATABASE_URL"].startswith(f"sqlite:////var/lib/{state['StateDirectory']}/")
    assert settings["HUB_METRICS_FOLDER"].startswith(f"/run/{state['RuntimeDirectory']}/")
    assert settings["HUB_DATA_FOLDER"] in read_unit("hub-finder-dump.service")["Service"]["ExecStart"]
    assert settings["HUB_PROXIES"] == "1"


def test_everything_meets_at_one_port() -> None:
    listens = read_unit("hub-finder.socket")["Socket"]["ListenStream"]

    assert f"'PORT', '{listens.rpartition(':')[2]}'" in (ROOT / "gunicorn.conf.py").read_text(encoding="utf-8").replace(
        '"', "'"
    )
    assert all(listens in text for text in PROXIES)


@pytest.mark.parametrize("text", PROXIES, ids=("nginx", "caddy"))
def test_proxy_lets_the_largest_file_through_and_believes_nobody(text: str) -> None:
    most = re.search(r"(?:client_max_body_size|max_size) (\d+)(?:m|MiB)\b", text)

    assert most
    assert MOST_BYTES < int(most[1]) * 1024 * 1024 < 2 * MOST_BYTES
    assert re.search(r"X-Forwarded-For (\$remote_addr;|\{remote_host\}\n)", text)
    assert "/metrics" in text


def test_nginx_says_what_the_program_believes_and_keeps_no_address() -> None:
    text = PROXIES[0]

    for header, value in (("Proto", "$scheme"), ("Host", "$host")):
        assert f"proxy_set_header X-Forwarded-{header} {value};" in text
    assert text.count("access_log off;") == 2
    assert re.findall(r"error_log \S+ (\w+);", text) == ["crit"]


def test_container_has_all_that_the_program_reads() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()}
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "hub_finder").rglob("*.py"))
    read = {name.partition("/")[0] for source in sources for name in re.findall(r'ROOT / "([^"]+)', source)}

    assert all((ROOT / name).exists() for name in copied)
    assert read - {"instance"} <= copied
    assert {"hub_finder", "wsgi.py", "gunicorn.conf.py", "requirements.txt"} <= copied
