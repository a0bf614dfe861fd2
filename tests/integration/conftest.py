"""Fixtures: a few listings, and other programs on this machine: feeds of other directories, who signs people in."""

from collections.abc import Iterator

import pytest
from flask import Flask

from hub_finder.importers.feed_apply import FeedReport
from hub_finder.importers.open_referral import import_open_referral
from tests.factories import Catalogue
from tests.feed_server import FeedServer, serving
from tests.integration.feeding import HASTY, Read
from tests.openid_issuer import Issuer, issuing_for
from tests.signing_in import add_account


@pytest.fixture
def groups(catalogue: Catalogue) -> Catalogue:
    """Four listings: acorn, birch, cedar, damson."""
    for name in ("Acorn", "Birch", "Cedar", "Damson"):
        catalogue.add(id=name.lower(), name=name, phone="01632 960001", latitude="52.1", longitude="-1.2")
    return catalogue


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def robin(app: Flask) -> str:
    """The address of a moderator called Robin Moss."""
    return add_account(app)


@pytest.fixture
def issuer(app: Flask) -> Iterator[Issuer]:
    """Who signs people in for the app."""
    with issuing_for(app) as one:
        yield one


@pytest.fixture
def read(catalogue: Catalogue, session: object, feed: FeedServer) -> Read:
    """Reads the feed, by the name of Elm, or another address, into the catalogue."""

    def read_it(source: str | None = None, **given: object) -> FeedReport:
        options: dict[str, object] = {"name": None if source else "Elm", **given}
        return import_open_referral(
            source or feed.address,
            area=catalogue.area,
            manners=HASTY,
            **options,  # type: ignore[arg-type]
        )

    return read_it
