"""Schemathesis asks every described address what the description allows, and what it does not, on both databases."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.web import PROBLEM
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.whole_listing import add_whole_listing

# `make fuzz` asks more.
# Refused for what they say, and not for how: no such place, no place to measure from, a day that is over, a language.
DECIDED_BY_DATA = {"postcode", "coverage", "within", "proximity", "on", "week", "language"}
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))


@pytest.fixture(scope="module", params=DATABASES)
def open_app(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    app = build_app(make_database(request.param, "openapi"), HUB_AREA=str(FAIRSHIRE))
    add_whole_listing(Catalogue(app), freshness.today())
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def left_out(response: schemathesis.Response, mode: GenerationMode) -> list[Callable[..., bool | None]]:
    """Two checks that hold in part, since OpenAPI cannot say what we do.

    What is refused though a schema allows it: only where our data decide, such as whether there is a place of a name.
    What is taken though a schema forbids it: marks that nobody sees do not count, nor does what is left empty.
    """
    if mode == GenerationMode.NEGATIVE:
        return [negative_data_rejection]
    refused = response.status_code == 400 and response.headers["content-type"][0].startswith(PROBLEM)
    by_data = refused and response.json().get("parameter") in DECIDED_BY_DATA
    return [positive_data_acceptance] if by_data or (response.status_code == 400 and not refused) else []


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_to_whatever_is_asked_is_as_described(open_app: Flask, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", open_app)
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    asked: Counter[str] = Counter()
    wrong: dict[str, str] = {}

    for operation in operations:
        cases = operation.as_strategy(generation_mode=mode)

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=cases)
        def ask(case: schemathesis.Case[Any]) -> None:
            asked[case.operation.path] += 1
            # The client of the checks reads nothing that is packed.
            response = case.call(headers={"Accept-Encoding": "identity"})
            case.validate_response(response, excluded_checks=left_out(response, mode))

        try:
            ask()
        except Unsatisfiable:
            # Nothing can be asked amiss where anything may be asked.
            assert mode == GenerationMode.NEGATIVE, operation.path
        except (Exception, FailureGroup) as found:  # noqa: BLE001  all that is wrong is told together
            wrong[operation.path] = str(found)

    assert not wrong, "\n".join(wrong.values())
    assert mode == GenerationMode.NEGATIVE or asked.keys() == {one.path for one in operations}
