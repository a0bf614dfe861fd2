"""A slice of `make fuzz`: hostile requests at every public address, none of which is our fault."""

from flask import Flask
from flask.testing import FlaskClient

from hub_finder.access import public
from hub_finder.directory import freshness
from tests.factories import Catalogue
from tests.fuzz import find_addresses, find_things, fuzz
from tests.whole_listing import add_whole_listing

REQUESTS = 1_000


def test_no_hostile_request_is_answered_with_a_fault_of_ours(app: Flask, catalogue: Catalogue) -> None:
    add_whole_listing(catalogue, freshness.today())

    found = fuzz(FlaskClient(app), find_addresses(app) + find_things(app), seed=2_000, numbers=range(REQUESTS))

    assert found.failures == {}
    assert found.statuses.total() == REQUESTS
    assert found.statuses[200] > REQUESTS / 5


def test_a_fault_of_ours_would_be_found() -> None:
    failing = Flask("failing")

    @failing.get("/")
    @public
    def fail() -> str:
        raise RuntimeError("a fault")

    found = fuzz(FlaskClient(failing), ["/"], seed=1, numbers=range(30))

    assert found.failures
