"""What Prometheus reads: counted by several processes, without anything that a family asked."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from hub_finder import primaries
from hub_finder.config import ROOT
from hub_finder.extensions import db
from hub_finder.metrics import FAMILIES, REQUESTS, sample_labels
from hub_finder.tallies import LONGEST_NAME, MOST, Tallies, Tally
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue

TOKEN = "metrics-" * 3
SAMPLE = re.compile(r'([a-z_]+)(\{[a-z]+="[^"\n]*"(?:,[a-z]+="[^"\n]*")*\})? (\S+)')
COUNT_IN_A_PROCESS = """
import sys
from pathlib import Path
from hub_finder.tallies import Tallies
tallies = Tallies(Path(sys.argv[1]))
for _ in range(1000):
    tallies.add({"asked_total": 1})
print("done", flush=True)
sys.stdin.read()
"""
numbers = iter(range(1000))


@pytest.fixture(params=DATABASES)
def counted(
    request: pytest.FixtureRequest, make_database: Callable[[str, str], str], tmp_path: Path
) -> Iterator[Flask]:
    address = make_database(request.param, f"metrics-{next(numbers)}")
    settings = {"HUB_METRICS_FOLDER": str(tmp_path / "metrics"), "HUB_METRICS_TOKEN": TOKEN}
    app = build_app(address, HUB_AREA=str(FAIRSHIRE), **settings)
    catalogue = Catalogue(app)
    catalogue.add_places()
    catalogue.add(name="Sleep clinic")
    yield app
    app.extensions["tallies"].close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def read_samples(client: FlaskClient) -> dict[str, float]:
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert response.content_type == "text/plain; version=0.0.4"
    lines = [line for line in response.get_data(as_text=True).splitlines() if not line.startswith("#")]
    matches = [SAMPLE.fullmatch(line) for line in lines]
    assert all(matches), lines
    return {match[1] + (match[2] or ""): float(match[3]) for match in matches if match}


def test_nothing_is_counted_or_told_unless_it_is_set(client: FlaskClient, app: Flask) -> None:
    assert client.get("/metrics").status_code == 404
    assert "tallies" not in app.extensions


def test_only_who_has_the_token_reads_it(counted: Flask) -> None:
    client = counted.test_client()

    for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
        assert client.get("/metrics", headers=given).status_code == 401


def test_answers_are_counted_by_rule_and_hold_nothing_of_what_was_asked(counted: Flask) -> None:
    client = counted.test_client()
    for address in (
        "/search?postcode=FA1+1AA&q=bruises",
        "/services/sleep-clinic",
        "/services/private-words",
        "/no/where",
    ):
        client.get(address)
    client.open("/search", method="PRIVATEVERB")

    samples = read_samples(client)

    def count(method: str, route: str, status: str) -> float:
        return samples[REQUESTS + sample_labels(method=method, route=route, status=status)]

    assert count("GET", "/search", "200") == 1
    assert count("GET", "/services/<slug>", "200") == 1
    assert count("GET", "/services/<slug>", "404") == 1
    assert count("GET", "none", "404") == 1
    assert count("other", "none", "405") == 1
    assert not [name for name in samples if re.search("FA1|bruises|private|sleep-clinic|VERB", name)]
    finder = {name: value for name, value in samples.items() if 'room="finder"' in name}
    assert finder['hub_request_seconds_count{room="finder"}'] == 3
    assert finder['hub_request_seconds_bucket{room="finder",le="+Inf"}'] == 3
    assert 0 < finder['hub_request_seconds_sum{room="finder"}'] < 60
    assert (samples["hub_ready"], samples["hub_warnings"]) == (1, 0)
    assert samples['hub_job_late{job="backup"}'] == 1
    assert samples["hub_processes"] == 1
    assert samples["hub_process_resident_bytes_max"] > 1_000_000


def test_every_metric_is_described_and_every_described_metric_is_there(counted: Flask) -> None:
    counted.test_cli_runner().invoke(args=["hub", "purge"])
    client = counted.test_client()
    client.get("/")

    names = {re.sub("_(bucket|sum|count)$", "", name.partition("{")[0]) for name in read_samples(client)}

    assert names == set(FAMILIES) - {"hub_feeds"}
    documented = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in FAMILIES if f"`{name}`" not in documented] == []
    asked = {re.sub("_bucket$", "", name) for name in re.findall(r"\bhub_[a-z_]+", documented)}
    assert asked - set(FAMILIES) - {"hub_finder"} == set()


def test_every_rule_has_a_name_that_can_be_counted(counted: Flask) -> None:
    labels = [sample_labels(method="OPTIONS", route=rule.rule, status="500") for rule in counted.url_map.iter_rules()]

    assert max(len(REQUESTS + label) for label in labels) <= LONGEST_NAME


def test_database_that_is_not_ready_is_told(counted: Flask) -> None:
    with counted.app_context():
        db.session.execute(text("DROP TABLE job"))
        db.session.execute(text("UPDATE alembic_version SET version_num = '0026'"))
        db.session.commit()

    samples = read_samples(counted.test_client())

    assert samples["hub_ready"] == 0
    assert "hub_job_late" not in "".join(samples)


def test_warning_is_told_though_families_are_answered(counted: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primaries, "are_several", lambda: True)

    samples = read_samples(counted.test_client())
    ready = counted.test_client().get("/health/ready")

    assert (samples["hub_ready"], samples["hub_warnings"]) == (1, 1)
    assert (ready.status_code, ready.get_json()["status"]) == (200, "ok")
    assert [one["check"] for one in ready.get_json()["warnings"]] == ["database"]


def test_processes_count_together_and_those_that_ended_still_count(tmp_path: Path) -> None:
    program = [sys.executable, "-c", COUNT_IN_A_PROCESS, str(tmp_path)]
    started = [
        subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for one in started:
        assert one.stdout
        assert one.stdout.readline() == "done\n"
    tallies = Tallies(tmp_path)

    together, living = tallies.read()
    for one in started:
        one.communicate()
    after, still = tallies.read()
    again, _ = tallies.read()

    assert together == after == again == {"asked_total": 3000}
    assert living == sorted(one.pid for one in started)
    assert still == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["ended", "lock"]


def test_one_sample_too_many_or_too_long_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / str(os.getpid())
    tally = Tally(file)

    tally.add({f"sample_{number}": 1 for number in range(MOST + 1)})
    tally.add({"x" * (LONGEST_NAME + 1): 1, "sample_0": 1})
    tally.close()

    sums, _ = Tallies(tmp_path).read()
    assert len(sums) == MOST
    assert sums["sample_0"] == 2


def test_families_are_answered_when_nothing_can_be_counted(counted: Flask, tmp_path: Path) -> None:
    (tmp_path / "metrics").write_text("A file where a folder should be")

    assert counted.test_client().get("/").status_code == 200
