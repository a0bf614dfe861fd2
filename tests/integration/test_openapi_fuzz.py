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

from hub_finder.api import asking
from hub_finder.api.asking import BadParameter
from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.parameters import tidy
from hub_finder.web import PROBLEM
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.whole_listing import add_whole_listing

# `make fuzz` asks more.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
TOWN = "Oakham Green"
# What a schema cannot know: where there is a place, and which days are over.
PLACES, DAYS, MEASURED = ("postcode", "coverage"), {"on": "%Y-%m-%d", "week": "%G-W%V"}, ("within", "proximity")
# Of 1.0, and given as often as the others of their set.
SETS = (("taxonomy_id", "vocabulary", "taxonomy_type"), ("day", "start_time", "end_time"))
# Two checks of what is refused and what is taken.
BY_WHAT_IT_SAYS: list[Any] = [positive_data_acceptance, negative_data_rejection]
# The client of the checks reads nothing that is packed.
AS_IT_IS = {"Accept-Encoding": "identity"}
Asked = schemathesis.Case[Any]


@pytest.fixture(scope="module", params=DATABASES)
def open_app(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    app = build_app(make_database(request.param, "openapi"), HUB_AREA=str(FAIRSHIRE))
    add_whole_listing(Catalogue(app), freshness.today())
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def known_ids(app: Flask) -> Callable[[str], str]:
    """For the path of a single thing, the id or name of one that there is."""
    client = app.test_client()

    def tell(path: str) -> str:
        if "{id}" not in path:
            return TOWN if "{text}" in path else "everything-group"
        answer = client.get(path.removesuffix("/{id}")).get_json()
        return str((answer.get("contents") or answer["content"])[0]["id"])

    return tell


def said_plainly(case: Asked) -> dict[str, Any]:
    """The same question of a place and days that there are, in sets that are whole, without marks that nobody sees.

    What was made wrong on purpose stays wrong, and the rest does not hide it.
    """
    wrong = wrong_in(case)
    # Only the search whose page ended there can say what comes after it.
    ends = {"after"} - wrong if case.operation.path == "/api/search" else set()
    plain = {
        name: tidy(value) if isinstance(value, str) else value for name, value in case.query.items() if name not in ends
    }
    lists = {one.name for one in case.operation.query if one.definition["schema"].get("type") == "array"}
    plain |= {name: texts_of(value) for name, value in plain.items() if name in lists and value != ""}
    plain |= {name: TOWN for name in PLACES if plain.get(name) and name not in wrong}
    today = freshness.today()
    plain |= {name: f"{today:{form}}" for name, form in DAYS.items() if plain.get(name) and name not in wrong}
    if any(plain.get(name, "") != "" for name in MEASURED) and "postcode" not in wrong:
        plain["postcode"] = TOWN
    for names in SETS if "/v1/" in case.operation.path else ():
        if not wrong.intersection(names):
            given = [name for name in names if isinstance(plain.get(name), list) and plain[name]]
            times = min((len(plain[name]) for name in given), default=0)
            plain = {name: value for name, value in plain.items() if name not in names or name in given}
            plain |= {name: plain[name][:times] for name in given}
    return plain


def texts_of(value: object) -> list[str]:
    """A value as an address has it: some texts, and what stands alone is one of them."""
    several = list(value) if isinstance(value, list | dict) else [value]
    return [one if isinstance(one, str) else "null" if one is None else str(one) for one in several]


def wrong_in(case: Asked) -> set[str]:
    """The parameters that were made wrong on purpose."""
    mutations = getattr(case.meta and case.meta.phase.data, "mutations", None) or ()
    return {one.parameter for one in mutations if one.parameter}


def ask(case: Asked, known: Callable[[str], str]) -> None:
    """Ask what was thought of, and then the same said plainly: that answer is checked in everything.

    What was thought of may be refused, or taken, only where saying it plainly makes another question of it.
    """
    query, wrong = said_plainly(case), wrong_in(case)
    if query != case.query or case.path_parameters:
        case.validate_response(case.call(headers=AS_IT_IS), excluded_checks=BY_WHAT_IT_SAYS)
    plain = case.derive()
    plain.query = query
    plain.path_parameters = {name: known(case.operation.path) for name in case.path_parameters}
    response = plain.call(headers=AS_IT_IS)
    plain.validate_response(response)
    if response.status_code == 400 and response.headers["content-type"][0].startswith(PROBLEM):
        refusal, together = response.json(), {name for names in SETS if wrong.intersection(names) for name in names}
        assert refusal["parameter"] in wrong | together, f"{wrong} is wrong, and not {refusal['parameter']}"


def found_wrong(app: Flask, mode: GenerationMode, *paths: str) -> dict[str, str]:
    """What is wrong with the answers of addresses, of all that are described unless some are named, by its path."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    known = known_ids(app)
    asked: Counter[str] = Counter()
    wrong: dict[str, str] = {}

    for operation in operations:
        if paths and operation.path not in paths:
            continue

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def try_one(case: Asked) -> None:
            asked[case.operation.path] += 1
            ask(case, known)

        try:
            try_one()
        except Unsatisfiable:
            # Nothing can be asked amiss where anything may be asked.
            assert mode == GenerationMode.NEGATIVE, operation.path
        except (Exception, FailureGroup) as found:  # noqa: BLE001  all that is wrong is told together
            wrong[operation.path] = "\n".join(map(str, getattr(found, "exceptions", [found])))

    assert mode == GenerationMode.NEGATIVE or asked.keys() == set(paths or {one.path for one in operations})
    return wrong


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_to_whatever_is_asked_is_as_described(open_app: Flask, mode: GenerationMode) -> None:
    wrong = found_wrong(open_app, mode)

    assert not wrong, "\n".join(wrong.values())


TAXONOMIES = "/api/v3/taxonomies"


def test_a_parameter_that_is_not_read_would_be_found(open_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "read_number", lambda *_args, **_more: None)

    wrong = found_wrong(open_app, GenerationMode.NEGATIVE, TAXONOMIES)

    assert "Invalid data should have been rejected" in wrong[TAXONOMIES]


def test_a_value_that_is_refused_although_it_is_described_would_be_found(
    open_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_PER_PAGE", 1)

    wrong = found_wrong(open_app, GenerationMode.POSITIVE, TAXONOMIES)

    assert "Valid data should have been accepted" in wrong[TAXONOMIES]


def test_a_refusal_that_names_another_parameter_would_be_found(
    open_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BadParameter, "__init__", lambda problem, *_told: setattr(problem, "parameter", "none"))

    wrong = found_wrong(open_app, GenerationMode.NEGATIVE, TAXONOMIES)

    assert "is wrong, and not none" in wrong[TAXONOMIES]
