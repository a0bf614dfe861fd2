"""Each example of docs/api.md is asked of the listings that the project ships, and answers what the document shows."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.config import ROOT
from hub_finder.extensions import db
from tests.conftest import build_app

DOCUMENT = ROOT / "docs/api.md"
EXAMPLE = re.compile(r'```sh\ncurl "\$SITE([^"]+)"\n```\n(?:(?!```).)*?```\n(.*?)```', re.DOTALL)
# What tells of the present day: a listing's next session is another one tomorrow.
OF_TODAY = {"next_session", "when", "open_now", "changed_on"}
BOX = "50.4,-3.1,51.2,-1.6"
EXAMPLES = EXAMPLE.findall(DOCUMENT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def real(make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    app = build_app(make_database("sqlite", "documented"), HUB_POSTCODES_BOX=BOX)
    result = app.test_cli_runner().invoke(args=["hub", "setup"])
    assert result.exit_code == 0, result.output
    yield app
    with app.app_context():
        db.engine.dispose()


def read_shown(shown: str) -> Any:
    """An example as JSON: what is left out of a list stands as "…", of an object not at all."""
    text = re.sub(r"\[ … [^]]*\]", '["…"]', shown.strip().rstrip(","))
    text = re.sub(r",\s*…(?=\s*\})", "", text)
    text = re.sub(r',\s*…,(?=\s*"[^"]*":)', ",", text)
    text = re.sub(r"(?<=[\[,])\s*…(?=\s*[,\]])", ' "…"', text)
    return json.loads(text if text.startswith("{") else f"{{{text}}}")


def differences(shown: Any, answer: Any, where: str = "") -> Iterator[str]:
    """Where an answer is not what is shown of it."""
    if isinstance(shown, dict) and isinstance(answer, dict):
        for name, value in shown.items():
            if name not in OF_TODAY:
                yield from differences(value, answer.get(name, "nothing"), f"{where}.{name}")
    elif isinstance(shown, list) and isinstance(answer, list):
        if "…" not in shown and len(shown) == len(answer):
            for number, pair in enumerate(zip(shown, answer, strict=True)):
                yield from differences(*pair, f"{where}[{number}]")
        elif "…" not in shown:
            yield f"{where}: {len(answer)} and not {len(shown)}"
        else:
            told = [one for one in shown if one != "…"]
            yield from (f"{where}: no {one}" for one in told if all(list(differences(one, each)) for each in answer))
    elif isinstance(shown, str) and shown.startswith("…") and str(answer).endswith(shown[1:]):
        return
    elif shown != answer:
        yield f"{where}: {answer!r} and not {shown!r}"


def faults(shown: str, answer: str) -> list[str]:
    if answer.startswith("{"):
        return list(differences(read_shown(shown), json.loads(answer)))
    lines = [line for line in shown.splitlines() if line != "…" and not line.startswith(("DTSTART", "DTEND"))]
    return [line for line in lines if line not in answer.splitlines()]


def text_of(client: FlaskClient, address: str) -> str:
    return client.get(address, headers={"Accept-Encoding": "identity"}).get_data(as_text=True)


def test_every_command_of_the_document_is_tried() -> None:
    assert len(EXAMPLES) == DOCUMENT.read_text(encoding="utf-8").count("curl ") >= 8


@pytest.mark.parametrize(("address", "shown"), EXAMPLES, ids=[address for address, _ in EXAMPLES])
def test_an_example_answers_what_the_document_shows(real: Flask, address: str, shown: str) -> None:
    assert faults(shown, text_of(real.test_client(), address)) == []


def test_an_example_that_does_not_hold_would_be_found(real: Flask) -> None:
    answer = text_of(real.test_client(), "/api/needs?q=baby+not+sleeping")

    assert faults('{"q": "baby not sleeping", "needs": [{"label": "Sleep", …}]}', answer) == []
    assert faults('{"q": "baby not sleeping", "needs": [{"label": "Sleeping", …}]}', answer)
    assert faults('{"urgent": {}}', answer)
    assert faults("SUMMARY:Another", "BEGIN:VEVENT\nSUMMARY:One")
